/* Where a client puts keys: the one observation that every subcommand is built on. */
#ifndef OBSERVE_H
#define OBSERVE_H

#include "adapter.h"
#include "clients.h"
#include "keys.h"
#include "places.h"

enum mode {
  MODE_AUTO,   /* land up to LAND_MAX servers, locate above; the other one if the client cannot */
  MODE_LAND,   /* set each key, then read out of the servers where it lies */
  MODE_LOCATE, /* ask the client */
  MODE_BOTH    /* for subcommands that observe twice */
};
#define LAND_MAX 10

/* What became of one key. SAME is "placed" as long as nobody has compared it. */
enum status { SAME, DIFFERENT, REFUSED, LOST, COPIED, ALTERED, SKIPPED, BROKEN, STATUSES };

struct outcome {
  enum status status;
  size_t at; /* index of a server, the first one of those that are the same; SAME and ALTERED */
  char *why; /* or NULL */
};

struct observation {
  enum mode mode;           /* MODE_LAND or MODE_LOCATE */
  struct hello hello;       /* client is NULL if there was none */
  struct outcome *outcomes; /* one a key */
  size_t count, counts[STATUSES];
  bool missing; /* the client's command is not installed */
};

struct observer {
  enum mode mode;
  int64_t timeout; /* milliseconds */
};
#define OBSERVER_STANDARD \
  { MODE_AUTO, 10000 }

/* Lets a client place the keys on the servers. */
void observe(const struct observer *observer, const struct client *client,
             const struct places *places, const struct keys *keys, struct observation *seen);
void observation_done(struct observation *seen);

/* The names of statuses and modes; status 0 is "placed" or "SAME". */
const char *status_name(enum status status, bool compared);
const char *mode_name(enum mode mode);
bool mode_read(const char *text, enum mode *mode);

/* 0, 1, 3 or 5: what an observation without a comparison comes to. */
int observation_exit(const struct observation *seen);

#endif
