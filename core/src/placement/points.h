/* The points of some servers while a ring is being made of them. */
#ifndef POLYRING__POINTS_H
#define POLYRING__POINTS_H

#include "placement/ring.h"

/* Narrow points, or wide ones, with their servers as indexes of the list. */
typedef struct polyring__points {
  uint32_t *narrow;
  polyring__word *wide;
  uint16_t *owners;
  uint32_t *firsts; /* room for the index of narrow ones; or NULL */
  size_t count;
} polyring__points;

/* Room for count points of the ring's kind, and for their index if they are to have one. It is all
 * one block: a process that replaces rings then mostly gets the same memory again. OK or
 * NO_MEMORY. */
polyring_status polyring__points_allocate(const polyring_ring *ring, size_t count, int indexed,
                                          polyring__points *points, polyring_error *error);
void polyring__points_release(const polyring_ring *ring, polyring__points *points);

/* The points of the servers at place first to end of ring->alive, ascending; of equal ones the
 * winner's comes first, unless labels decide. OK, INVALID_SERVERS or NO_MEMORY. */
polyring_status polyring__points_make(const polyring_ring *ring, size_t first, size_t end,
                                      int indexed, polyring__points *points, polyring_error *error);

/* Sorts points of so many bits; what is equal keeps its order. other has room for as many. */
void polyring__points_sort(polyring__points points, polyring__points other, unsigned bits);

/* How many points the ring has. OK; INVALID_SERVERS if it has none, TOO_LARGE. */
polyring_status polyring__points_count(const polyring_ring *ring, size_t *count,
                                       polyring_error *error);

/* Makes the points the ring's, and shows those that it has. An index is not yet made. */
void polyring__points_give(polyring_ring *ring, polyring__points points);
polyring__points polyring__points_of(const polyring_ring *ring);

/* Puts the winner first wherever points are equal and labels decide. */
void polyring__points_settle_all(polyring_ring *ring);

/* Brings the points that are equal to point `first`, which is the first of them, into the order
 * that they have in a ring that was built at once, whatever order they are in. */
void polyring__points_settle(polyring_ring *ring, size_t first);

#endif
