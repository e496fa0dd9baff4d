/* The layouts without labels: a list of slots, and the jump hash. */
#include "base/allocator.h"
#include "base/error.h"
#include "placement/ring.h"

polyring_status polyring__modulo_build(polyring_ring *ring, polyring_error *error) {
  ring->slot_count = ring->alive_count;
  if (ring->columns.weights != POLYRING__WEIGHTS_REPEAT || ring->plain_weights) return POLYRING_OK;
  ring->slot_count = (uint64_t)ring->total_weight;
  if (!ring->slot_count)
    return polyring__fail(error, POLYRING_INVALID_SERVERS, POLYRING_NOWHERE,
                          "all servers have the weight 0, so that no key has a server");
  ring->slot_ends =
      polyring__allocate(&ring->allocator, ring->alive_count * sizeof *ring->slot_ends);
  if (!ring->slot_ends)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for the slots");
  uint64_t end = 0;
  for (size_t i = 0; i < ring->alive_count; i++)
    ring->slot_ends[i] = end += (uint64_t)ring->servers.at[ring->alive[i]].weight;
  return POLYRING_OK;
}

uint16_t polyring__modulo_find(const polyring_ring *ring, uint64_t hash, uint64_t *slot) {
  *slot = hash % ring->slot_count;
  if (!ring->slot_ends) return ring->alive[*slot];
  size_t low = 0, high = ring->alive_count - 1;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (ring->slot_ends[middle] > *slot)
      high = middle;
    else
      low = middle + 1;
  }
  return ring->alive[low];
}

uint16_t polyring__jump_find(const polyring_ring *ring, uint64_t hash, uint64_t *slot) {
  int64_t found = -1, next = 0;
  while (next < (int64_t)ring->alive_count) {
    found = next;
    hash = hash * 2862933555777941757u + 1;
    next = (int64_t)((double)(found + 1) * (2147483648.0 / (double)((hash >> 33) + 1)));
  }
  *slot = (uint64_t)found;
  return ring->alive[found];
}
