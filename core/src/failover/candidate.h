/* Where a key goes when its home is not spoken to. */
#ifndef POLYRING__CANDIDATE_H
#define POLYRING__CANDIDATE_H

#include "placement/ring.h"

/* Marks of servers, by their index in the list. */
typedef struct polyring__dead {
  uint8_t *of; /* 1: not spoken to */
  size_t count, servers;
} polyring__dead;

/* The ring of scores that stand-ins are drawn by where the layout knows no neighbours: the servers
 * of this one by rendezvous, each of equal weight. *scores is NULL where it is not needed. OK;
 * INVALID_SERVERS; NO_MEMORY. */
polyring_status polyring__candidate_scores(const polyring_ring *ring, polyring_ring **scores,
                                           polyring_error *error);

/* The stand-in of a prepared key among the servers that are not dead, or POLYRING_NO_SERVER: the
 * next in the direction in which the ring is searched, the next score, or, where the layout has
 * neither, the best score in `scores`, a rendezvous ring of the same servers. It is a function of
 * the set of the dead. */
uint16_t polyring__candidate_next(const polyring_ring *ring, const polyring_ring *scores,
                                  const polyring__key *key, const polyring__dead *dead);

/* Whether so many of the servers are dead that none of their keys goes elsewhere. */
static inline int polyring__candidate_too_few(const polyring__dead *dead, size_t most) {
  size_t third = dead->servers / 3;
  return dead->count > (most ? most : third ? third : 1);
}

#endif
