/* A client on servers that a test kills, stops and starts. Whoever includes this has named SERVERS,
 * KEYS, PATIENT, ADDRESS and PORT. */
#ifndef POLYRING_TESTS_OUTAGES_H
#define POLYRING_TESTS_OUTAGES_H

#include "polyring/polyring.h"
#include "servers.h"

static live servers[SERVERS];
static char list[600], keys[KEYS][16];
static polyring_client *client;
static polyring_results *results;

/* Probes come fast, so that the test does not last. */
#define FAST "probe_interval=50ms&settle=100ms&connect_timeout=5s"

static inline int begin(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++) {
    char address[20];
    snprintf(address, sizeof address, ADDRESS "%d", i + 1);
    servers[i] = live_tcp(address, PORT + i);
    strcat(strcat(list, i ? " " : ""), servers[i].word);
  }
  for (int i = 0; i < KEYS; i++) snprintf(keys[i], sizeof keys[i], "key:%d", i);
  return 0;
}

static inline int end(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++) live_stop(&servers[i]);
  return 0;
}

/* Whatever a test before left behind. */
static inline int all_run(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++)
    if (servers[i].pid)
      kill(servers[i].pid, SIGCONT);
    else
      live_start(&servers[i]);
  return 0;
}

static inline int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void open_client(const char *settings) {
  polyring_error error;
  if (polyring_client_new(NULL, list, strlen(list), settings, strlen(settings), &client, &error) <
      0)
    fail_msg("%s: %s", settings, error.text);
  results = polyring_results_borrow(client);
}

static inline void close_client(void) {
  polyring_results_return(results);
  polyring_client_free(client);
}

static inline polyring_operation get_within(const char *key, int64_t time) {
  polyring_operation one = {.verb = POLYRING_GET, .key = key, .key_size = strlen(key)};
  polyring_client_run(client, &one, 1, time, results, NULL);
  return one;
}

static inline polyring_operation get(const char *key) { return get_within(key, 0); }

/* At a server that is well, or refused at once: a busy machine takes its time. */
static inline polyring_operation look(const char *key) { return get_within(key, PATIENT); }

static inline polyring_operation set_within(const char *key, const char *value, int64_t time) {
  polyring_operation one = {
      .verb = POLYRING_SET,
      .key = key,
      .key_size = strlen(key),
      .value = {.tag = POLYRING_VALUE_TEXT, .at = value, .size = strlen(value)}};
  polyring_client_run(client, &one, 1, time, results, NULL);
  return one;
}

static inline polyring_operation set(const char *key, const char *value) {
  return set_within(key, value, 0);
}

static inline void fill(const char *value) {
  for (int i = 0; i < KEYS; i++) {
    polyring_operation one = set_within(keys[i], value, PATIENT);
    if (one.status != POLYRING_OK)
      fail_msg("%s at server %u: %d, %s", keys[i], one.server, one.status,
               one.reason ? one.reason : strerror(one.system_error));
  }
}

static inline int is(const polyring_operation *found, const char *value) {
  return found->status == POLYRING_OK && found->found.size == strlen(value) &&
         memcmp(found->found.at, value, found->found.size) == 0;
}

/* Some key of that server. */
static inline const char *key_of(int server) {
  polyring_ring *ring;
  int at = 0;
  assert_int_equal(polyring_client_ring(client, &ring, NULL), POLYRING_OK);
  while (locate(ring, keys[at]) != server) at++;
  polyring_ring_free(ring);
  return keys[at];
}

/* Counts the events that begin so, and forgets all others. */
static inline int events(const char *text) {
  polyring_event event;
  int count = 0;
  while (polyring_client_next_event(client, &event))
    if (event.kind == POLYRING_EVENT_HEALTH && strncmp(event.text, text, strlen(text)) == 0)
      count++;
  return count;
}

/* Ticks until the server is UP; milliseconds. */
static inline int64_t wait_up(const char *reason) {
  int64_t start = now_ms();
  char text[64];
  snprintf(text, sizeof text, "%s", reason);
  while (!events(text)) {
    if (now_ms() - start > 15000) fail_msg("it was never %s", reason);
    assert_int_equal(polyring_client_tick(client, 20000, NULL), POLYRING_OK);
    pause_ms(10);
  }
  return now_ms() - start;
}

#endif
