/* Five servers on addresses of their own (NET is a number a test), keys, and a client of some. */
#ifndef POLYRING_TESTS_TOPOLOGIES_H
#define POLYRING_TESTS_TOPOLOGIES_H

#include <stdatomic.h>

#include "polyring/polyring.h"
#include "servers.h"

enum { SERVERS = 5, KEYS = 1000, THREADS = 8 };
static live servers[SERVERS];
static char folder[] = "/tmp/polyring-topologies-XXXXXX", keys[KEYS][16];

static inline int start_all(void **state) {
  (void)state;
  assert_non_null(mkdtemp(folder));
  for (int i = 0; i < SERVERS; i++) {
    char address[20];
    snprintf(address, sizeof address, "127.95.%d.%d", 40 + NET, i + 1);
    servers[i] = live_tcp(address, 21900 + 10 * NET + i);
  }
  for (int i = 0; i < KEYS; i++) snprintf(keys[i], sizeof keys[i], "key-%d", i);
  return 0;
}

static inline int stop_all(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++) live_stop(&servers[i]);
  return rmdir(folder);
}

/* The servers whose bits are set, blank-separated. */
static inline const char *list_of(unsigned which) {
  static char list[SERVERS * 130];
  *list = '\0';
  for (int i = 0; i < SERVERS; i++)
    if (which >> i & 1) strcat(strcat(list, servers[i].word), " ");
  return list;
}

static inline polyring_client *client_of(const char *text, const char *settings) {
  polyring_client *client;
  polyring_error error;
  if (polyring_client_new(NULL, text, strlen(text), settings, strlen(settings), &client, &error) <
      0)
    fail_msg("%s, %s: %s", text, settings, error.text);
  return client;
}

static const char PATIENT[] = "timeout=20s&connect_timeout=10s";

static inline int one(polyring_client *client, polyring_results *results, polyring_verb verb,
                      const char *key) {
  polyring_operation operation = {
      .verb = verb,
      .key = key,
      .key_size = strlen(key),
      .value = {.tag = POLYRING_VALUE_TEXT, .at = key, .size = strlen(key)}};
  polyring_client_run(client, &operation, 1, 0, results, NULL);
  if (verb == POLYRING_GET && operation.status == POLYRING_OK &&
      (operation.found.size != strlen(key) || memcmp(operation.found.at, key, strlen(key)) != 0))
    return POLYRING_BAD_REPLY;
  return operation.status;
}

struct worker {
  polyring_client *client;
  int number;
  atomic_int *stop;
  atomic_int rounds; /* how often it was through */
  atomic_size_t *failed;
};

#endif
