/* Where a ring puts each folded hash, as runs of hashes or of slots that share a server: the
 * whole of what rings, modulo and buckets decide with, and nothing of how they came to it. */
#ifndef POLYRING__STEPS_H
#define POLYRING__STEPS_H

#include "topology/identity.h"

/* The numbers that a folded hash can be: first, first + step, ... last. */
typedef struct polyring__domain {
  unsigned bits; /* of the hash before it is folded */
  uint32_t fold; /* the column */
  polyring__word first, last;
  uint64_t step;
  uint32_t slots; /* fold=slots */
} polyring__domain;

void polyring__domain_init(const polyring__columns *columns, polyring__domain *domain);

/* The share of all hashes that are folded to a number from first to last that leaves a rest from
 * begin up to, but not including, end when it is divided by period. Not for fold=slots. */
double polyring__domain_share(const polyring__domain *domain, polyring__word first,
                              polyring__word last, uint64_t period, uint64_t begin, uint64_t end);

typedef struct polyring__steps {
  polyring__word *lasts; /* the last number of each run, ascending */
  uint32_t *owners;      /* of each run; neighbours differ */
  size_t count, room;
  int repeat;  /* the runs are of slots: beyond the last they begin again */
  int flipped; /* signed hashes of 128 bits: the numbers are as they are compared */
} polyring__steps;

/* Whether the layout of a ring is made of steps. */
int polyring__steps_apply(const polyring_ring *ring);

/* owner_of: what stands for each server of the ring. OK or NO_MEMORY. */
polyring_status polyring__steps_init(const polyring_allocator *allocator, const polyring_ring *ring,
                                     const uint32_t *owner_of, polyring__steps *steps);
void polyring__steps_done(const polyring_allocator *allocator, polyring__steps *steps);

/* How many slots there are before they begin again. */
static inline uint64_t polyring__steps_period(const polyring__steps *steps) {
  return steps->lasts[steps->count - 1].low + 1;
}

/* The owner of a folded hash. */
uint32_t polyring__steps_owner(const polyring__steps *steps, polyring__word number);

#endif
