/* libmemcached. usage: libmemcached [WORD ...]
 *
 * The words are done in their order, which is part of a configuration here: BEHAVIOR=VALUE sets a
 * behavior, both in the library's spelling (KETAMA=1 HASH=CRC DISTRIBUTION=CONSISTENT), and
 * NAMESPACE=TEXT the namespace, percent-encoded. "servers" adds the servers; "servers-list" does so
 * by a list, "servers-host" gives paths of sockets to the function for hosts, and the labels of
 * paths differ. Without any of the three, "servers" comes last. */
#include <libmemcached/memcached.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/adapter.h"

enum { DEFAULT_PORT = 11211, BUCKETS_MAX = 65536 };

static char **configuration;
static memcached_st *memc;
static size_t *index_of; /* in the list, by the library's own number */

static const char *behavior_name(int i) {
  return libmemcached_string_behavior((memcached_behavior_t)i) + strlen("MEMCACHED_BEHAVIOR_");
}

static const char *distribution_name(int i) {
  return libmemcached_string_distribution((memcached_server_distribution_t)i) +
         strlen("MEMCACHED_DISTRIBUTION_");
}

static const char *hash_name(int i) { return libmemcached_string_hash((memcached_hash_t)i); }

static int find(const char *name, const char *(*name_of)(int), int count) {
  for (int i = 0; i < count; i++)
    if (!strcasecmp(name_of(i), name)) return i;
  fprintf(stderr, "not a word of libmemcached's: %s\n", name);
  exit(2);
}

static const char *reason(memcached_return_t code) {
  return memcached_success(code) ? NULL : memcached_strerror(memc, code);
}

static const char *set_behavior(const char *name, const char *value) {
  int behavior = find(name, behavior_name, MEMCACHED_BEHAVIOR_MAX);
  uint64_t number = strtoull(value, NULL, 10);
  if (behavior == MEMCACHED_BEHAVIOR_HASH || behavior == MEMCACHED_BEHAVIOR_KETAMA_HASH)
    number = (uint64_t)find(value, hash_name, MEMCACHED_HASH_MAX);
  if (behavior == MEMCACHED_BEHAVIOR_DISTRIBUTION)
    number = (uint64_t)find(value, distribution_name, MEMCACHED_DISTRIBUTION_CONSISTENT_MAX);
  return reason(memcached_behavior_set(memc, (memcached_behavior_t)behavior, number));
}

static const char *add_one(const struct server *server, bool path_as_host) {
  in_port_t port = server->port == NOT_GIVEN ? 0 : (in_port_t)server->port;
  uint32_t weight = server->weight == NOT_GIVEN ? 1 : (uint32_t)server->weight;
  if (server->is_path && !path_as_host && server->port != NOT_GIVEN) return "ports of unix sockets";
  return reason(server->is_path && !path_as_host
                    ? memcached_server_add_unix_socket_with_weight(memc, server->host, weight)
                    : memcached_server_add_with_weight(memc, server->host, port, weight));
}

static const char *add_list(const struct server *servers, size_t count) {
  memcached_server_list_st list = NULL;
  memcached_return_t code = MEMCACHED_SUCCESS;
  for (size_t i = 0; i < count && memcached_success(code); i++) {
    in_port_t port = servers[i].port == NOT_GIVEN ? 0 : (in_port_t)servers[i].port;
    uint32_t weight = servers[i].weight == NOT_GIVEN ? 1 : (uint32_t)servers[i].weight;
    list = memcached_server_list_append_with_weight(list, servers[i].host, port, weight, &code);
  }
  if (memcached_success(code)) code = memcached_server_push(memc, list);
  memcached_server_list_free(list);
  return reason(code);
}

static const char *configure(const char *word, const struct server *servers, size_t count) {
  char name[64];
  const char *value = strchr(word, '='), *why = NULL;
  if (value) {
    snprintf(name, sizeof name, "%.*s", (int)(value++ - word), word);
    return strcmp(name, "NAMESPACE")
               ? set_behavior(name, value)
               : reason(memcached_callback_set(memc, MEMCACHED_CALLBACK_NAMESPACE, value));
  }
  if (!strcmp(word, "servers-list")) return add_list(servers, count);
  for (size_t i = 0; i < count && !why; i++)
    why = add_one(&servers[i], !strcmp(word, "servers-host"));
  return why;
}

/* buckets=0-3+7 of every server make a map. */
static const char *set_buckets(const struct server *servers, size_t count) {
  static uint32_t map[BUCKETS_MAX];
  size_t used = 0, size = 0;
  for (size_t i = 0; i < count; i++) {
    if (!servers[i].buckets) return "buckets of some servers only";
    for (char *at = servers[i].buckets; *at; at += *at == '+') {
      unsigned long first = strtoul(at, &at, 10);
      unsigned long last = *at == '-' ? strtoul(at + 1, &at, 10) : first;
      if (last >= BUCKETS_MAX || (*at && *at != '+')) return "such buckets";
      for (; first <= last; first++, used++) map[first] = (uint32_t)i;
      if (last >= size) size = last + 1;
    }
  }
  if (used != size) return "buckets that are missing, or of two servers";
  return reason(memcached_bucket_set(memc, map, NULL, (uint32_t)size, 0));
}

static bool same(const struct server *server, const memcached_instance_st *instance) {
  int port = server->port == NOT_GIVEN ? DEFAULT_PORT : server->port;
  return !strcmp(server->host, memcached_server_name(instance)) &&
         (server->is_path || port == memcached_server_port(instance));
}

/* SORT_HOSTS moves servers. Of equal ones each stands for one word of the list. */
static void number(const struct server *servers, size_t count) {
  bool *taken = calloc(count, sizeof *taken);
  index_of = realloc(index_of, count * sizeof *index_of);
  for (uint32_t at = 0; at < memcached_server_count(memc); at++) {
    const memcached_instance_st *instance = memcached_server_instance_by_position(memc, at);
    size_t i = 0;
    while (i < count && (taken[i] || !same(&servers[i], instance))) i++;
    if (i < count) taken[i] = true;
    index_of[at] = i;
  }
  free(taken);
}

static const char *set_servers(const struct server *servers, size_t count) {
  bool added = false, buckets = false;
  const char *why = NULL;
  memcached_free(memc);
  memc = memcached_create(NULL);
  for (size_t i = 0; i < count; i++) buckets |= servers[i].buckets != NULL;
  for (char **word = configuration; *word && !why; word++) {
    added |= !strncmp(*word, "servers", 7);
    why = configure(*word, servers, count);
  }
  if (!why && !added) why = configure("servers", servers, count);
  if (!why && buckets)
    why = memcached_behavior_get_distribution(memc) == MEMCACHED_DISTRIBUTION_VIRTUAL_BUCKET
              ? set_buckets(servers, count)
              : "buckets, unless the distribution is VIRTUAL_BUCKET";
  if (!why) number(servers, count);
  return why;
}

static const char *locate(struct text key, size_t *index) {
  memcached_return_t code = MEMCACHED_SUCCESS;
  memcached_server_by_key(memc, key.bytes, key.size, &code);
  if (memcached_failed(code)) return reason(code); /* it is the one that checks the key */
  *index = index_of[memcached_generate_hash(memc, key.bytes, key.size)];
  return NULL;
}

/* What a server still has to say to a key that it could not read would answer the next request. */
static const char *outcome(memcached_return_t code) {
  const char *why = reason(code);
  if (why) memcached_quit(memc);
  return why;
}

static const char *set(struct text key, struct text value) {
  return outcome(memcached_set(memc, key.bytes, key.size, value.bytes, value.size, 0, 0));
}

static const char *get(struct text key, struct text *value) {
  memcached_return_t code;
  uint32_t flags;
  value->bytes = memcached_get(memc, key.bytes, key.size, &value->size, &flags, &code);
  if (code == MEMCACHED_SUCCESS && !value->bytes) value->bytes = calloc(1, 1); /* an empty one */
  return code == MEMCACHED_NOTFOUND ? NULL : outcome(code);
}

static const char *many(const struct text *keys, size_t count, struct text *values) {
  memcached_return_t code = MEMCACHED_SUCCESS;
  memcached_result_st result;
  const char **names = calloc(count, sizeof *names);
  size_t *sizes = calloc(count, sizeof *sizes);
  for (size_t i = 0; i < count; i++) names[i] = keys[i].bytes, sizes[i] = keys[i].size;
  memcached_result_create(memc, &result);
  const char *why = outcome(memcached_mget(memc, names, sizes, count));
  while (!why && memcached_fetch_result(memc, &result, &code)) {
    struct text key = {(char *)memcached_result_key_value(&result),
                       memcached_result_key_length(&result)};
    for (size_t i = 0; i < count; i++) {
      if (keys[i].size != key.size || memcmp(keys[i].bytes, key.bytes, key.size)) continue;
      size_t size = memcached_result_length(&result);
      free(values[i].bytes);
      values[i] = (struct text){calloc(size + 1, 1), size};
      if (size) memcpy(values[i].bytes, memcached_result_value(&result), size);
    }
  }
  memcached_result_free(&result);
  free(names);
  free(sizes);
  return why;
}

static bool hash(const char *function, struct text key, uint32_t *result) {
  if (!strcmp(function, "one_at_a_time")) function = "DEFAULT";
  int i = 0;
  while (i < MEMCACHED_HASH_CUSTOM && strcasecmp(hash_name(i), function)) i++;
  /* One that was not compiled in would have each key hashed to 1. */
  if (i == MEMCACHED_HASH_CUSTOM || !libhashkit_has_algorithm((hashkit_hash_algorithm_t)i))
    return false;
  *result = memcached_generate_hash_value(key.bytes, key.size, (memcached_hash_t)i);
  return true;
}

int main(int count, char **words) {
  char hello[128];
  snprintf(hello, sizeof hello, "libmemcached %s c servers,locate,set,get,many,store,fetch,hash",
           memcached_lib_version());
  configuration = words + (count ? 1 : 0);
  for (char **word = configuration; *word; word++)
    if (!strncmp(*word, "NAMESPACE=", 10)) percent_decode(*word);
  struct client client = {hello, set_servers, locate, set, get, hash, many};
  int code = serve(&client);
  memcached_free(memc);
  free(index_of);
  return code;
}
