/* What the C adapters share: the protocol polyring-adapter/1 and the server text. */
#ifndef POLYRING_ADAPTER_H
#define POLYRING_ADAPTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NOT_GIVEN = -1 };

/* One word of a server list: host[/ip][:port][:weight] or unix:path[:port][:weight]. */
struct server {
  char *host;    /* decoded, without brackets; the path of a unix socket */
  char *buckets; /* the attribute of that name, or NULL */
  bool is_path;
  int port;       /* or NOT_GIVEN */
  int64_t weight; /* or NOT_GIVEN */
};

struct text {
  char *bytes; /* with a zero byte behind them */
  size_t size;
};

/* What a client can answer; NULL where it cannot. The functions that return a text return NULL, or
 * why the client refused, or could not. */
struct client {
  const char *hello; /* CLIENT VERSION LANGUAGE VERBS [key=value ...] */
  const char *(*servers)(const struct server *servers, size_t count); /* refused: "skip" */
  const char *(*locate)(struct text key, size_t *index);
  const char *(*set)(struct text key, struct text value);
  const char *(*get)(struct text key, struct text *value); /* from malloc; NULL bytes: a miss */
  bool (*hash)(const char *function, struct text key, uint32_t *hash); /* false: none of its own */
  const char *(*many)(const struct text *keys, size_t count, struct text *values); /* as get does */
}; /* "store" is set and "fetch" is get: here all values are bytes */

/* Serves until "bye". Returns the exit code. */
int serve(const struct client *client);

struct text percent_decode(char *word); /* in place */

#endif
