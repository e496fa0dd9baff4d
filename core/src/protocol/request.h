/* What is asked of a server, whatever the protocol. */
#ifndef POLYRING__REQUEST_H
#define POLYRING__REQUEST_H

#include "base/span.h"

typedef enum polyring__verb {
  POLYRING__GET, /* with a new ttl, if there is one */
  POLYRING__TOUCH,
  POLYRING__SET, /* the stores, in the order of the codecs' tables */
  POLYRING__ADD,
  POLYRING__REPLACE,
  POLYRING__APPEND,
  POLYRING__PREPEND,
  POLYRING__CAS,
  POLYRING__DELETE,
  POLYRING__INCR,
  POLYRING__DECR,
  POLYRING__FLUSH, /* all items; ttl is the delay */
  POLYRING__STATS, /* text is the sub-command, or empty */
  POLYRING__VERSION,
  POLYRING__VERBOSITY, /* delta is the level */
  POLYRING__DUMP,      /* the keys of the server; text is "all" or numbers of slab classes */
  POLYRING__FENCE,     /* nothing but a reply, after those of all requests before */
  POLYRING__VERBS
} polyring__verb;

/* What the reply to a GET shall say beside the value and its flags. Only meta can say more than
 * the cas. */
enum {
  POLYRING__WANT_CAS = 1,
  POLYRING__WANT_TTL = 2,
  POLYRING__WANT_LAST_ACCESS = 4,
  POLYRING__WANT_HIT_BEFORE = 8,
  POLYRING__WANT_SIZE = 16,
  POLYRING__WITHOUT_VALUE = 32
};

/* What of the request is given, and how it is meant. */
enum {
  POLYRING__HAS_TTL = 1,
  POLYRING__HAS_CAS = 2,     /* beside CAS, only meta compares: DELETE, INCR, DECR */
  POLYRING__HAS_INITIAL = 4, /* INCR, DECR: make it with that number, and the ttl (meta) */
  POLYRING__QUIET = 8,       /* no reply where all is well (noreply: none at all) */
  POLYRING__BINARY = 16,     /* the key goes as base64 (meta) */
  POLYRING__INVALIDATE = 32, /* DELETE: mark as stale; a store: take an older cas as stale (meta) */
  POLYRING__VIVIFY = 64,     /* GET: make an empty item of a miss, living that long (meta) */
  POLYRING__RECACHE = 128,   /* GET: win if less than that is left to live (meta) */
  POLYRING__UNTOUCHED = 256  /* GET: leave the item's state of access as it is (meta) */
};

typedef struct polyring__request {
  polyring__verb verb;
  uint32_t want, marks;
  polyring__span key;   /* as it goes over the wire; with BINARY before it is encoded */
  polyring__span value; /* of a store: only its size is encoded, the bytes follow the head */
  polyring__span text;
  uint32_t flags;
  int64_t ttl; /* as the server takes it, see ttl.h */
  int64_t vivify, recache;
  uint64_t cas, delta, initial;
  uint32_t opaque; /* meta: comes back with the reply; 0 is none */
} polyring__request;

/* Whether a value follows the head, and then a line end. */
static inline int polyring__is_store(polyring__verb verb) {
  return verb >= POLYRING__SET && verb <= POLYRING__CAS;
}

#endif
