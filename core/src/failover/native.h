/* Where a profile's own client sends a key when it has found servers dead: the column "next". */
#ifndef POLYRING__NATIVE_H
#define POLYRING__NATIVE_H

#include "failover/candidate.h"

/* Whether that is known, and can be done: a row may have been given another layout or hash. OK, or
 * NOT_SUPPORTED. */
polyring_status polyring__native_check(const polyring_ring *ring, polyring_error *error);

/* Whether it places all keys anew, on the servers that are left. */
static inline int polyring__native_rebuilds(const polyring_ring *ring) {
  return ring->columns.next == POLYRING__NEXT_REBUILD;
}

/* The server of a prepared key whose own one is dead, or POLYRING_NO_SERVER: the client gives up
 * after some tries. Not for clients that rebuild. A function of the set of the dead. */
uint16_t polyring__native_find(const polyring_ring *ring, const polyring__key *key,
                               const polyring__dead *dead);

#endif
