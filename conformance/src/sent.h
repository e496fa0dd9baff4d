/* The bytes that a profile sends for a key, which are mostly the key. */
#ifndef SENT_H
#define SENT_H

#include "keys.h"
#include "polyring/polyring.h"

struct sent {
  const uint8_t *bytes; /* the key's own, or those of placement */
  size_t size;
  bool accepted; /* the profile takes the key */
  polyring_placement placement;
};

/* Without a ring, and for keys that the profile refuses, it is the key itself. */
void sent_key(const polyring_ring *ring, const uint8_t *key, size_t size, struct sent *sent);

/* Deals keys into rounds in which no two are sent alike: such keys would overwrite each other on
 * a server. rounds[i] is the round of key i; returns how many there are. */
size_t sent_rounds(const polyring_ring *ring, const struct keys *keys, size_t *rounds);

#endif
