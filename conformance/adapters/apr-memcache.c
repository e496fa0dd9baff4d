/* apr_memcache of apr-util. usage: apr-memcache */
#include <apr_general.h>
#include <apr_memcache.h>
#include <apu_version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/adapter.h"

enum { DEFAULT_PORT = 11211, CONNECTIONS = 1, KEY_MAX = 250, SECONDS_KEPT = 60 };

static apr_pool_t *pool;
static apr_memcache_t *memc;

static const char *reason(apr_status_t code) {
  static char text[256];
  return code == APR_SUCCESS ? NULL : apr_strerror(code, text, sizeof text);
}

static const char *set_servers(const struct server *servers, size_t count) {
  apr_pool_clear(pool);
  apr_status_t code = apr_memcache_create(pool, (apr_uint16_t)count, 0, &memc);
  for (size_t i = 0; i < count && code == APR_SUCCESS; i++) {
    const struct server *server = &servers[i];
    apr_port_t port = server->port == NOT_GIVEN ? DEFAULT_PORT : (apr_port_t)server->port;
    apr_memcache_server_t *made;
    if (server->is_path || server->buckets || server->weight != NOT_GIVEN)
      return "unix sockets, weights and attributes of servers";
    if (strchr(server->host, ':')) return "IPv6, which it takes and never connects to";
    code = apr_memcache_server_create(pool, server->host, port, 0, CONNECTIONS, CONNECTIONS,
                                      SECONDS_KEPT * APR_USEC_PER_SEC, &made);
    if (code == APR_SUCCESS) code = apr_memcache_add_server(memc, made);
  }
  return reason(code);
}

/* The functions that send a key take it up to a zero byte. */
static const char *refusal(struct text key) {
  return strlen(key.bytes) < key.size ? "a zero byte in the key" : NULL;
}

static const char *locate(struct text key, size_t *index) {
  if (refusal(key)) return refusal(key);
  apr_uint32_t hash = apr_memcache_hash(memc, key.bytes, key.size);
  apr_memcache_server_t *server = apr_memcache_find_server_hash(memc, hash);
  for (*index = 0; *index < memc->ntotal; ++*index)
    if (memc->live_servers[*index] == server) return NULL;
  return "no server";
}

static const char *set(struct text key, struct text value) {
  if (refusal(key)) return refusal(key);
  return reason(apr_memcache_set(memc, key.bytes, value.bytes, value.size, 0, 0));
}

static const char *get(struct text key, struct text *value) {
  if (refusal(key)) return refusal(key);
  apr_pool_t *answer;
  char *bytes;
  apr_pool_create(&answer, pool);
  apr_status_t code = apr_memcache_getp(memc, answer, key.bytes, &bytes, &value->size, NULL);
  if (code == APR_SUCCESS) {
    value->bytes = malloc(value->size + 1);
    memcpy(value->bytes, bytes, value->size);
  }
  apr_pool_destroy(answer);
  return code == APR_NOTFOUND ? NULL : reason(code);
}

static const char *many(const struct text *keys, size_t count, struct text *values) {
  apr_pool_t *answer, *scratch;
  apr_hash_t *found = NULL;
  for (size_t i = 0; i < count; i++) {
    if (refusal(keys[i])) return refusal(keys[i]);
    /* After an error in the answer it would never get over it. */
    if (!keys[i].size || keys[i].size > KEY_MAX) return "the server takes no such key";
  }
  apr_pool_create(&answer, pool);
  apr_pool_create(&scratch, answer);
  for (size_t i = 0; i < count; i++) apr_memcache_add_multget_key(answer, keys[i].bytes, &found);
  apr_status_t code = apr_memcache_multgetp(memc, scratch, answer, found);
  for (size_t i = 0; i < count && code == APR_SUCCESS; i++) {
    apr_memcache_value_t *value = apr_hash_get(found, keys[i].bytes, APR_HASH_KEY_STRING);
    if (!value || value->status != APR_SUCCESS) continue;
    values[i] = (struct text){calloc(value->len + 1, 1), value->len};
    memcpy(values[i].bytes, value->data, value->len);
  }
  apr_pool_destroy(answer);
  return reason(code);
}

static bool hash(const char *function, struct text key, uint32_t *result) {
  bool whole = !strcmp(function, "crc32");
  if (!whole && strcmp(function, "crc")) return false;
  *result = whole ? apr_memcache_hash_crc32(NULL, key.bytes, key.size)
                  : apr_memcache_hash_default(NULL, key.bytes, key.size);
  return true;
}

int main(void) {
  char hello[128];
  snprintf(hello, sizeof hello, "apr_memcache %s c servers,locate,set,get,many,store,fetch,hash",
           apu_version_string());
  apr_initialize();
  apr_pool_create(&pool, NULL);
  struct client client = {hello, set_servers, locate, set, get, hash, many};
  int code = serve(&client);
  apr_terminate();
  return code;
}
