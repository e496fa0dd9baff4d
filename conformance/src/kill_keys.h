/* Keys of every kind, to tell profiles apart. */
#ifndef KILL_KEYS_H
#define KILL_KEYS_H

#include "keys.h"
#include "polyring/polyring.h"

#define KILL_KEYS 20000 /* in all */
#define KILL_LABELS 800 /* of them, at most */

/* Keys that lie ready to be placed many at a time. */
struct batch {
  struct keys keys;
  uint32_t *ends; /* within their chunk */
};

/* Takes the keys over. */
void batch_make(struct batch *batch, struct keys keys);
void batch_done(struct batch *batch);

/* The index of the server of each key, POLYRING_NO_SERVER for those that are refused. */
void batch_places(const struct batch *batch, const polyring_ring *ring, uint16_t *places);
/* The first key at or after from that the ring places elsewhere than there, or the number of
 * keys. */
size_t batch_differs(const struct batch *batch, const polyring_ring *ring, const uint16_t *places,
                     size_t from);

/* Keys of all kinds, plain ones first, that a client of this ring can be given on any list: those
 * that would break the protocol are only there if it refuses them. */
void kill_keys(struct keys *keys, const polyring_ring *ring);
/* The labels of the points that the first of the keys are found by: as keys they hit a point. */
void kill_labels(struct keys *labels, const polyring_ring *ring, const struct keys *keys);

#endif
