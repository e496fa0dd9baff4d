/* libmemcached: weighted ketama with MD5, as its own memcached_generate_hash finds the server. */
#include <libmemcached/memcached.h>
#include <string.h>

#include "client.h"

extern const client_kind libmemcached_kind;

enum { MOST = 100 }; /* libmemcached 1.1.4 aborts the process at the 101st server of a ketama */

static memcached_st *ring_new(memcached_server_st *list) {
  memcached_st *ring = memcached_create(NULL);
  memcached_behavior_set(ring, MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1);
  memcached_server_push(ring, list);
  return ring;
}

static void locate(const memcached_st *ring, const question *asked) {
  for (size_t i = 0; i < asked->key_count; i++)
    asked->indexes[i] =
        (uint16_t)memcached_generate_hash(ring, asked->keys + i * KEY_SIZE, KEY_SIZE);
}

/* Nanoseconds of a key, one unmeasured pass first. */
static double time_locate(const memcached_st *ring, const question *asked) {
  locate(ring, asked);
  double start = cpu_nanoseconds();
  for (size_t pass = 0; pass < asked->passes; pass++) locate(ring, asked);
  return (cpu_nanoseconds() - start) / (double)(asked->passes * asked->key_count);
}

static double time_build(memcached_server_st *list, const question *asked) {
  double start = cpu_nanoseconds();
  for (size_t pass = 0; pass < asked->passes; pass++) memcached_free(ring_new(list));
  return (cpu_nanoseconds() - start) / (double)asked->passes;
}

static double answer(const question *asked) {
  if (has_places(asked)) return answer_client(&libmemcached_kind, asked);
  bool locating = !strcmp(asked->job, "locate") && !strcmp(asked->way, "one");
  bool building = !strcmp(asked->job, "build") && !strcmp(asked->way, "list");
  if (!(locating || building) || asked->servers > MOST) return -1;
  memcached_server_st *list = NULL;
  memcached_return_t status;
  char text[SERVER_SIZE];
  for (size_t i = 0; i < asked->servers; i++) {
    server_text(i, text);
    list = memcached_server_list_append(list, text, 11211, &status);
  }
  memcached_st *ring = ring_new(list);
  double figure = building ? time_build(list, asked) : time_locate(ring, asked);
  if (building) locate(ring, asked);
  memcached_free(ring);
  memcached_server_list_free(list);
  return figure;
}

int main(int argc, char **argv) {
  char name[64] = "libmemcached ";
  strncat(name, memcached_lib_version(), sizeof name - strlen(name) - 1);
  return serve(name, argc, argv, answer);
}
