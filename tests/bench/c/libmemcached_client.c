/* libmemcached as a program in C uses it: memcached_get and memcached_set, memcached_mget with one
 * result that is used again, and for many sets one memcached_set after the other, because that is
 * the only way in which it tells of each whether it was stored. */
#include <libmemcached/memcached.h>
#include <stdlib.h>

#include "client.h"

static void *open_client(const question *asked) {
  place places[PLACES_MAX];
  size_t count = places_of(asked, places);
  memcached_st *client = memcached_create(NULL);
  memcached_behavior_set(client, MEMCACHED_BEHAVIOR_TCP_NODELAY, 1);
  memcached_behavior_set(client, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1);
  for (size_t i = 0; i < count; i++)
    if (places[i].port)
      memcached_server_add(client, places[i].host, (in_port_t)places[i].port);
    else
      memcached_server_add_unix_socket(client, places[i].host);
  return client;
}

static void *user_of(void *client) { return client; }

static void leave(void *user) { (void)user; }

static void close_client(void *client) { memcached_free(client); }

static size_t get(void *client, const char *key) {
  size_t size = 0;
  uint32_t flags;
  memcached_return_t status;
  char *found = memcached_get(client, key, KEY_SIZE, &size, &flags, &status);
  free(found);
  return found ? size : 0;
}

static size_t set(void *client, const char *key, const char *value) {
  return memcached_set(client, key, KEY_SIZE, value, VALUE_SIZE, 0, 0) == MEMCACHED_SUCCESS;
}

static size_t gets(void *client, const char *keys, size_t count) {
  const char *each[GETS];
  size_t sizes[GETS], bytes = 0;
  memcached_result_st result;
  memcached_return_t status;
  for (size_t i = 0; i < count; i++) {
    each[i] = keys + i * KEY_SIZE;
    sizes[i] = KEY_SIZE;
  }
  memcached_result_create(client, &result);
  if (memcached_mget(client, each, sizes, count) == MEMCACHED_SUCCESS)
    while (memcached_fetch_result(client, &result, &status))
      bytes += memcached_result_length(&result);
  memcached_result_free(&result);
  return bytes;
}

static size_t sets(void *client, const char *keys, size_t count, const char *value) {
  size_t stored = 0;
  for (size_t i = 0; i < count; i++) stored += set(client, keys + i * KEY_SIZE, value);
  return stored;
}

const client_kind libmemcached_kind = {open_client, user_of, get,          set,  gets,
                                       sets,        leave,   close_client, false};
