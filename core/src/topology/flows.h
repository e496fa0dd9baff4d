/* How much goes from where to where: amounts by pairs of numbers. */
#ifndef POLYRING__FLOWS_H
#define POLYRING__FLOWS_H

#include "polyring/topology.h"

enum { POLYRING__FLOWS_MAX = 1 << 24 };

/* A hash table: a flow of no amount is an empty place. */
typedef struct polyring__flows {
  polyring_allocator allocator;
  polyring_flow *places;
  size_t place_count; /* a power of two */
  size_t count;
  polyring_status status; /* NO_MEMORY or TOO_LARGE once something could not be added */
} polyring__flows;

void polyring__flows_init(polyring__flows *flows, const polyring_allocator *allocator);
void polyring__flows_add(polyring__flows *flows, uint32_t from, uint32_t to, double amount);
void polyring__flows_done(polyring__flows *flows);

#endif
