#include "placement/index.h"

#include <string.h>

#include "base/allocator.h"
#include "base/error.h"

polyring_status polyring__index_build(const polyring_allocator *memory, uint32_t *points,
                                      size_t count, polyring__index *index, polyring_error *error) {
  index->buckets = (uint32_t)count;
  index->firsts = polyring__allocate(memory, (index->buckets + (size_t)1) * sizeof *index->firsts);
  if (!index->firsts)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE,
                          "no memory for an index of %u points", (unsigned)count);
  uint32_t *firsts = index->firsts;
  memset(firsts, 0, (index->buckets + (size_t)1) * sizeof *firsts);
  for (size_t i = 0; i < count; i++)
    firsts[polyring__index_bucket(index, points[i]) + 1] = (uint32_t)i + 1;
  for (size_t b = 1; b <= index->buckets; b++) /* an empty bucket has what lies below it */
    firsts[b] = firsts[b] > firsts[b - 1] ? firsts[b] : firsts[b - 1];
  for (size_t i = 0; i < POLYRING__INDEX_SPARE; i++) points[count + i] = UINT32_MAX;
  return POLYRING_OK;
}

void polyring__index_done(const polyring_allocator *memory, polyring__index *index) {
  polyring__release(memory, index->firsts, (index->buckets + (size_t)1) * sizeof *index->firsts);
  index->firsts = NULL;
}

size_t polyring__index_search(const uint32_t *points, size_t from, size_t end, uint32_t hash) {
  while (from < end) {
    size_t middle = from + (end - from) / 2;
    if (points[middle] < hash)
      from = middle + 1;
    else
      end = middle;
  }
  return from;
}
