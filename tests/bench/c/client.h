/* The jobs of the client rows, the same for every client: get, set, gets, sets, get/8, get/64. */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include "serve.h"

enum { VALUE_SIZE = 100, GETS = 100, SETS = 1000, PLACES_MAX = 8 };

/* A client and how it is used. Those of keys take count keys of KEY_SIZE bytes and return the
 * number of bytes read, or of keys stored. A user is what one thread needs. */
typedef struct client_kind {
  void *(*open)(const question *asked);
  void *(*user)(void *client);
  size_t (*get)(void *user, const char *key);
  size_t (*set)(void *user, const char *key, const char *value);
  size_t (*gets)(void *user, const char *keys, size_t count);
  size_t (*sets)(void *user, const char *keys, size_t count, const char *value);
  void (*leave)(void *user);
  void (*close)(void *client);
  bool has_threads; /* any number of threads may use one client */
} client_kind;

/* The figure, in nanoseconds an item; the sum goes into asked->sum. */
double answer_client(const client_kind *kind, const question *asked);

/* A place of the question: a path (port is then 0), or a host with its port. Returns how many. */
typedef struct place {
  char host[108];
  unsigned port;
} place;
size_t places_of(const question *asked, place places[PLACES_MAX]);

/* Ends the program, so that no figure comes of what went wrong. */
_Noreturn void give_up(const char *what);

#endif
