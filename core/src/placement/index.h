/* Where among sorted points a hash belongs, in constant time: the range of all hashes is cut into
 * buckets of equal width, about one a point, and each bucket knows the first point in it. */
#ifndef POLYRING__INDEX_H
#define POLYRING__INDEX_H

#include <stddef.h>
#include <stdint.h>

/* How many elements beyond the last point must be there to be read. */
enum { POLYRING__INDEX_SPARE = 4 };

/* The number of buckets is a power of two, so that it mostly stays when points are added. */
typedef struct polyring__index {
  uint32_t *firsts; /* one a bucket: how many points lie below it; then the number of points */
  uint32_t buckets;
  unsigned shift; /* makes a bucket's number of a hash */
} polyring__index;

/* How many elements the firsts of an index of so many points take. */
size_t polyring__index_size(size_t count);

/* Makes an index of count points, ascending, in firsts, and writes the spare elements behind the
 * points. They are not kept: each look-up gets them anew. */
void polyring__index_build(uint32_t *points, size_t count, uint32_t *firsts,
                           polyring__index *index);

/* The same where the points are those of another index with some more (added 1) or some fewer
 * (added 0): the changed ones, ascending. */
void polyring__index_change(const polyring__index *other, const uint32_t *changed,
                            size_t changed_count, int added, uint32_t *points, size_t count,
                            uint32_t *firsts, polyring__index *index);

/* The same by halving: the first point from `from` on, up to `end`, that is not below hash. */
size_t polyring__index_search(const uint32_t *points, size_t from, size_t end, uint32_t hash);

static inline uint32_t polyring__index_bucket(const polyring__index *index, uint32_t hash) {
  return hash >> index->shift;
}

/* The number of points below hash. Four points are compared without a branch to mispredict: those
 * of a later bucket and the spare ones are not below. */
static inline size_t polyring__index_rank(const polyring__index *index, const uint32_t *points,
                                          uint32_t hash) {
  uint32_t bucket = polyring__index_bucket(index, hash);
  size_t first = index->firsts[bucket];
  const uint32_t *at = points + first;
  size_t below = (size_t)(at[0] < hash) + (at[1] < hash) + (at[2] < hash) + (at[3] < hash);
  if (below < 4) return first + below;
  return polyring__index_search(points, first + 4, index->firsts[bucket + 1], hash);
}

#endif
