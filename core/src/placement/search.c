/* The ring layout: the search among the points. */
#include "placement/ring.h"

static inline size_t rank_narrow(const polyring_ring *ring, uint32_t hash, int or_equal) {
  if (or_equal && hash == UINT32_MAX) return ring->point_count;
  hash += (uint32_t)or_equal; /* not above hash is below hash + 1 */
  return polyring__index_rank(&ring->index, ring->points, hash);
}

static size_t rank_wide(const polyring_ring *ring, polyring__word hash, int or_equal) {
  size_t low = 0, high = ring->point_count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (polyring__wide_compare(ring->wide_points[middle], hash) < or_equal)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static inline size_t rank(const polyring_ring *ring, polyring__word hash, int or_equal) {
  return ring->points ? rank_narrow(ring, (uint32_t)hash.low, or_equal)
                      : rank_wide(ring, hash, or_equal);
}

size_t polyring__points_rank(const polyring_ring *ring, polyring__word hash, int or_equal) {
  return rank(ring, hash, or_equal);
}

static size_t last_winner(const polyring_ring *ring, size_t at) {
  while (at && polyring__wide_compare(polyring__point_at(ring, at - 1),
                                      polyring__point_at(ring, at)) == 0)
    at--;
  return at;
}

size_t polyring__points_find(const polyring_ring *ring, polyring__word hash) {
  uint32_t search = ring->columns.search;
  int or_equal = search == POLYRING__SEARCH_ABOVE || search == POLYRING__SEARCH_FLOOR;
  hash = polyring__point_order(&ring->columns, hash);
  size_t at = rank(ring, hash, or_equal);
  switch (search) {
    case POLYRING__SEARCH_FLOOR:
      return last_winner(ring, (at ? at : ring->point_count) - 1);
    case POLYRING__SEARCH_CEIL_OR_LAST: /* Enyim: below the first point, the last one */
      if (!at && polyring__wide_compare(polyring__point_at(ring, 0), hash) != 0)
        return last_winner(ring, ring->point_count - 1);
      return at == ring->point_count ? 0 : at;
    default:
      return at == ring->point_count ? 0 : at;
  }
}
