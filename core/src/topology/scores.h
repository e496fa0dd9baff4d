/* What the rendezvous layout decides with: labels, weights and servers, without what never wins. */
#ifndef POLYRING__SCORES_H
#define POLYRING__SCORES_H

#include "topology/identity.h"

typedef struct polyring__score_line {
  polyring__span text; /* the encoded label, {key} in it, and a blank */
  char weight[24];
  size_t server;
} polyring__score_line;

typedef struct polyring__scores {
  polyring__score_line *lines;
  size_t count, room;
  char *memory;
  size_t memory_size;
  size_t only_server; /* if all keys go to one, else POLYRING_NO_SERVER */
} polyring__scores;

/* first_of: the first server that is the same as each. OK or NO_MEMORY. */
polyring_status polyring__scores_init(const polyring_allocator *allocator,
                                      const polyring_ring *ring, const uint32_t *first_of,
                                      polyring__scores *scores);
void polyring__scores_done(const polyring_allocator *allocator, polyring__scores *scores);

#endif
