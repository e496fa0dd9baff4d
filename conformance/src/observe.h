/* What a client does with keys: the one observation that every subcommand is built on. */
#ifndef OBSERVE_H
#define OBSERVE_H

#include "adapter.h"
#include "clients.h"
#include "fleet.h"
#include "keys.h"
#include "places.h"

enum mode {
  MODE_AUTO,   /* land up to LAND_MAX servers, locate above; the other one if the client cannot */
  MODE_LAND,   /* set each key, then read out of the servers where it lies */
  MODE_LOCATE, /* ask the client */
  MODE_LOOK,   /* fill every server with every key, and see where the client gets it from */
  MODE_MANY,   /* the same, many keys at a time */
  MODE_ORDER,  /* the same list of servers in other orders */
  MODE_FAIL,   /* what becomes of reads and writes when a server fails, and when it is back */
  MODE_VALUE,  /* what typed values are on the wire, and what raw items are read as */
  MODE_BOTH,   /* for subcommands that observe twice */
  MODES
};
#define LAND_MAX 10

/* What became of one key. SAME is "placed" as long as nobody has compared it. */
enum status { SAME, DIFFERENT, REFUSED, LOST, COPIED, ALTERED, SKIPPED, BROKEN, STATUSES };

struct outcome {
  enum status status;
  size_t at;       /* index of a server, the first one of those that are the same; SAME, ALTERED */
  bool judged;     /* the mode has compared it itself, */
  bool has_wanted; /* perhaps with this: */
  size_t wanted;
  char *why; /* or NULL */
};

struct observation {
  enum mode mode;           /* never MODE_AUTO or MODE_BOTH */
  struct hello hello;       /* client is NULL if there was none */
  struct outcome *outcomes; /* one a key */
  size_t count, counts[STATUSES];
  bool missing;  /* the client's command is not installed */
  json_t *facts; /* NULL, or an array of objects: what a mode saw beside the outcomes */
  char *note;    /* NULL, or a sentence about all keys */
};

struct observer {
  enum mode mode;
  int64_t timeout;    /* milliseconds */
  enum outage outage; /* of MODE_FAIL */
};
#define OBSERVER_STANDARD \
  { MODE_AUTO, 10000, OUTAGE_KILL }

/* Observes a client with the keys on the servers. The keys are those that mode_keys gives. */
void observe(const struct observer *observer, const struct client *client,
             const struct places *places, const struct keys *keys, struct observation *seen);
void observation_done(struct observation *seen);

/* The keys of a list that a mode asks for: all, the first ones, or none of them but its own. */
void mode_keys(enum mode mode, const struct keys *listed, struct keys *asked);
bool mode_own_keys(enum mode mode);

/* The names of statuses and modes; status 0 is "placed" or "SAME". */
const char *status_name(enum status status, bool compared);
const char *mode_name(enum mode mode);
bool mode_read(const char *text, enum mode *mode);

/* Whether the mode tells where each key goes on the list as it is given. */
bool mode_places(enum mode mode);

/* 0, 1, 3 or 5: what an observation without a comparison comes to. */
int observation_exit(const struct observation *seen);

#endif
