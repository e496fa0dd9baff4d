#include "placement/index.h"

#include <string.h>

/* From 0.7 to 1.4 buckets a point, and at least two: a shift by all 32 bits is none. */
static uint32_t buckets_for(size_t count) {
  uint32_t buckets = 2;
  while (buckets * (uint64_t)10 < count * (uint64_t)7) buckets *= 2;
  return buckets;
}

size_t polyring__index_size(size_t count) { return buckets_for(count) + (size_t)1; }

static void begin(uint32_t *points, size_t count, uint32_t *firsts, polyring__index *index) {
  *index = (polyring__index){firsts, buckets_for(count), 32};
  for (uint32_t b = index->buckets; b > 1; b /= 2) index->shift--;
  for (size_t i = 0; i < POLYRING__INDEX_SPARE; i++) points[count + i] = UINT32_MAX;
}

void polyring__index_build(uint32_t *points, size_t count, uint32_t *firsts,
                           polyring__index *index) {
  begin(points, count, firsts, index);
  memset(firsts, 0, (index->buckets + (size_t)1) * sizeof *firsts);
  for (size_t i = 0; i < count; i++)
    firsts[polyring__index_bucket(index, points[i]) + 1] = (uint32_t)i + 1;
  for (size_t b = 1; b <= index->buckets; b++) /* an empty bucket has what lies below it */
    firsts[b] = firsts[b] > firsts[b - 1] ? firsts[b] : firsts[b - 1];
}

/* to[i] = from[i] + by, in steps that compilers make vectors of. */
static void add_to_all(const uint32_t *restrict from, uint32_t by, size_t count,
                       uint32_t *restrict to) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16)
    for (size_t j = 0; j < 16; j++) to[i + j] = from[i + j] + by;
  for (; i < count; i++) to[i] = from[i] + by;
}

void polyring__index_change(const polyring__index *other, const uint32_t *changed,
                            size_t changed_count, int added, uint32_t *points, size_t count,
                            uint32_t *firsts, polyring__index *index) {
  begin(points, count, firsts, index);
  if (index->buckets != other->buckets) {
    polyring__index_build(points, count, firsts, index);
    return;
  }
  size_t next = 0, end = index->buckets + (size_t)1;
  for (size_t i = 0; i <= changed_count; i++) { /* buckets up to that of the next changed point */
    size_t last = i < changed_count ? polyring__index_bucket(index, changed[i]) + (size_t)1 : end;
    uint32_t by = added ? (uint32_t)i : 0 - (uint32_t)i;
    add_to_all(other->firsts + next, by, last - next, firsts + next);
    next = last;
  }
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
