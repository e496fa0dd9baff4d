/* Which server is which, whatever ring it stands in and however it is spelled. */
#ifndef POLYRING__IDENTITY_H
#define POLYRING__IDENTITY_H

#include "placement/ring.h"

/* The servers of some rings, one ring behind the other. */
typedef struct polyring__identities {
  polyring__span *texts; /* what each server is known by */
  uint32_t *first;       /* the first server that is the same */
  size_t count;
  char *memory;
  size_t memory_size;
} polyring__identities;

/* OK or NO_MEMORY. */
polyring_status polyring__identities_init(const polyring_allocator *allocator,
                                          const polyring_ring *const *rings, size_t ring_count,
                                          polyring__identities *identities);
void polyring__identities_done(const polyring_allocator *allocator,
                               polyring__identities *identities);

#endif
