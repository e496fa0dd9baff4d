/* Polyring's client as a program in C uses it: settings as they are by default, one results a
 * thread, kept over its calls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "polyring/polyring.h"

typedef struct user {
  polyring_client *client;
  polyring_results *results;
} user;

static void *open_client(const question *asked) {
  char servers[sizeof asked->places], settings[160];
  polyring_client *client;
  polyring_error error;
  strcpy(servers, asked->places);
  for (char *at = servers; (at = strchr(at, ',')); at++) *at = ' ';
  int size = snprintf(settings, sizeof settings, "profile=%s&timeout=10s", asked->profile);
  if (polyring_client_new(NULL, servers, strlen(servers), settings, (size_t)size, &client, &error) <
      0)
    give_up(error.text);
  return client;
}

static void *user_of(void *client) {
  user *made = malloc(sizeof *made);
  *made = (user){client, polyring_results_borrow(client)};
  return made;
}

static void leave(void *of_user) {
  polyring_results_return(((user *)of_user)->results);
  free(of_user);
}

static void close_client(void *client) { polyring_client_free(client); }

static size_t get(void *of_user, const char *key) {
  const user *self = of_user;
  polyring_operation one = {.verb = POLYRING_GET, .key = key, .key_size = KEY_SIZE};
  polyring_client_run(self->client, &one, 1, 0, self->results, NULL);
  return one.status == POLYRING_OK && one.found.tag == POLYRING_VALUE_BYTES ? one.found.size : 0;
}

static size_t set(void *of_user, const char *key, const char *value) {
  const user *self = of_user;
  polyring_operation one = {.verb = POLYRING_SET,
                            .key = key,
                            .key_size = KEY_SIZE,
                            .value = {POLYRING_VALUE_BYTES, .at = value, .size = VALUE_SIZE}};
  polyring_client_run(self->client, &one, 1, 0, self->results, NULL);
  return one.status == POLYRING_OK;
}

static size_t gets(void *of_user, const char *keys, size_t count) {
  const user *self = of_user;
  polyring_operation *all = polyring_results_operations(self->results, count);
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++) {
    all[i].key = keys + i * KEY_SIZE;
    all[i].key_size = KEY_SIZE;
  }
  polyring_client_run(self->client, all, count, 0, self->results, NULL);
  for (size_t i = 0; i < count; i++)
    if (all[i].status == POLYRING_OK && all[i].found.tag == POLYRING_VALUE_BYTES)
      bytes += all[i].found.size;
  return bytes;
}

static size_t sets(void *of_user, const char *keys, size_t count, const char *value) {
  const user *self = of_user;
  polyring_operation *all = polyring_results_operations(self->results, count);
  size_t stored = 0;
  for (size_t i = 0; i < count; i++) {
    all[i].verb = POLYRING_SET;
    all[i].key = keys + i * KEY_SIZE;
    all[i].key_size = KEY_SIZE;
    all[i].value = (polyring_value){POLYRING_VALUE_BYTES, .at = value, .size = VALUE_SIZE};
  }
  polyring_client_run(self->client, all, count, 0, self->results, NULL);
  for (size_t i = 0; i < count; i++) stored += all[i].status == POLYRING_OK;
  return stored;
}

const client_kind polyring_kind = {open_client, user_of, get,          set, gets,
                                   sets,        leave,   close_client, true};
