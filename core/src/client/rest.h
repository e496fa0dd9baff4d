/* on_dead=native, where the profile's own client builds its ring anew: the ring of the servers that
 * are up, made once for each set of those that are not. */
#ifndef POLYRING__REST_H
#define POLYRING__REST_H

#include "client/client.h"

typedef struct polyring__left_out {
  int is;
  int64_t stood_in_from; /* see polyring__vitals: that of the ring, where it is later */
} polyring__left_out;

/* Such a ring; never changed. */
typedef struct polyring__rest {
  polyring_allocator allocator;
  atomic_size_t uses;
  uint64_t snapshot;   /* its number */
  polyring_ring *ring; /* NULL: there is nothing to place keys on */
  size_t servers;
  polyring__left_out left_out[]; /* by server */
} polyring__rest;

void polyring__rest_release(polyring__rest *rest); /* NULL is allowed */

/* The ring for the servers that are up as the call begins: results->rest gets it, NULL while keys
 * are where they always are, with the time from which keys of living servers move, too. OK;
 * NO_MEMORY, and nobody knows where keys are. */
polyring_status polyring__rest_choose(polyring_results *results, polyring_error *error);

/* That of the set, if it is the one that was made last; NULL: it is not. To be released. */
polyring__rest *polyring__rest_kept(polyring_results *results, const polyring__dead *dead);

#endif
