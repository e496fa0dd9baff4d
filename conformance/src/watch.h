/* What servers are asked, in their own words: memcached's command watch. */
#ifndef WATCH_H
#define WATCH_H

#include "fleet.h"

struct watcher;
struct watch {
  struct fleet *fleet;
  struct watcher *watchers; /* one a place; NULL when nobody watches */
  size_t marks;             /* how many times a place in the stream was marked */
  size_t missed;            /* lines that a server did not keep */
};

enum sight { SIGHT_GET, SIGHT_STORE };
typedef void (*watch_saw)(void *context, size_t server, enum sight sight, const uint8_t *key,
                          size_t key_size);

/* From now on, gets and stores are seen, except our own. */
void watch_start(struct watch *watch, struct fleet *fleet);
void watch_done(struct watch *watch);

/* After a server was interrupted or resumed. */
void watch_renew(struct watch *watch, size_t server);

/* Takes in what has come, so that no server must throw anything away. */
void watch_drain(struct watch *watch);

/* Calls saw for everything that was asked since the last time, server by server. */
void watch_read(struct watch *watch, watch_saw saw, void *context);

#endif
