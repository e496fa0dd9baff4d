/* The ring layout: the points, sorted, and the search among them. */
#include <stdlib.h>
#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "placement/ring.h"

/* A point with its server while points are sorted: by point, then in the order of adding. */
typedef uint64_t entry; /* 32 bits each */
typedef struct wide_entry {
  polyring__word point;
  uint32_t number; /* in the order of adding */
  uint16_t server;
} wide_entry;

static polyring_status count_points(const polyring_ring *ring, size_t *count,
                                    polyring_error *error) {
  uint64_t labels = 0, limit = POLYRING__POINTS_MAX / ring->columns.words;
  for (size_t i = 0; i < ring->alive_count && labels <= limit; i++)
    labels += polyring__ring_labels(ring, &ring->servers.at[ring->alive[i]]);
  *count = (size_t)labels * ring->columns.words;
  if (labels > limit)
    return polyring__fail(error, POLYRING_TOO_LARGE, POLYRING_NOWHERE,
                          "these weights make more than %u points", POLYRING__POINTS_MAX);
  if (!labels)
    return polyring__fail(error, POLYRING_INVALID_SERVERS, POLYRING_NOWHERE,
                          "these weights leave no server with a point");
  return POLYRING_OK;
}

/* Adds all points so that, of equal ones, the one that wins is added first: into narrow or wide. */
static polyring_status add_all(const polyring_ring *ring, entry *narrow, wide_entry *wide,
                               polyring_error *error) {
  int backwards = ring->columns.equal == POLYRING__EQUAL_LAST;
  uint32_t added = 0;
  for (size_t i = 0; i < ring->alive_count; i++) {
    polyring__label_walk walk;
    size_t place = backwards ? ring->alive_count - 1 - i : i;
    uint16_t server = ring->alive[place];
    int more;
    polyring__label_walk_init(&walk, ring, place);
    while ((more = polyring__label_walk_next(&walk)) > 0)
      for (uint32_t w = 0; w < ring->columns.words; w++, added++) {
        polyring__word point = polyring__point_order(&ring->columns, walk.words[w]);
        if (narrow)
          narrow[added] = point.low << 32 | server;
        else
          wide[added] = (wide_entry){point, added, server};
      }
    if (more < 0)
      return polyring__server_refuse(walk.server, error, "its label is longer than 1023 bytes");
  }
  return POLYRING_OK;
}

/* Sorts by the points alone and keeps the order of equal ones: radix, a byte at a time. */
static void sort(entry *entries, entry *other, size_t count) {
  for (int shift = 32; shift < 64; shift += 8) {
    size_t starts[257] = {0};
    for (size_t i = 0; i < count; i++) starts[(entries[i] >> shift & 255) + 1]++;
    for (int b = 0; b < 256; b++) starts[b + 1] += starts[b];
    for (size_t i = 0; i < count; i++) other[starts[entries[i] >> shift & 255]++] = entries[i];
    entry *swap = entries;
    entries = other;
    other = swap;
  }
}

static int compare_wide(const void *a, const void *b) {
  const wide_entry *left = a, *right = b;
  int difference = polyring__wide_compare(left->point, right->point);
  return difference ? difference
                    : (left->number > right->number) - (left->number < right->number);
}

/* The end of the points that are equal to point i. */
static size_t equal_end(const polyring_ring *ring, size_t i) {
  size_t end = i + 1;
  while (end < ring->point_count &&
         polyring__wide_compare(polyring__point_at(ring, i), polyring__point_at(ring, end)) == 0)
    end++;
  return end;
}

/* Whether server a's label of this point is greater than b's. */
static int label_is_greater(const polyring_ring *ring, uint16_t a, uint16_t b,
                            polyring__word point) {
  uint8_t left[POLYRING_LABEL_MAX + 1], right[POLYRING_LABEL_MAX + 1];
  size_t left_size = polyring__ring_label_of_point(ring, a, point, left);
  size_t right_size = polyring__ring_label_of_point(ring, b, point, right);
  int difference = memcmp(left, right, left_size < right_size ? left_size : right_size);
  return difference ? difference > 0 : left_size > right_size;
}

/* Sorts the owners from first to end, which have equal points, by their labels: the greatest first
 * (equal=label), or the smallest. Few points are equal: by insertion. */
static void sort_by_label(polyring_ring *ring, size_t first, size_t end, int greatest_first) {
  polyring__word point = polyring__point_at(ring, first);
  for (size_t i = first + 1; i < end; i++)
    for (size_t j = i; j > first; j--) {
      uint16_t *pair = ring->owners + j - 1;
      if (!label_is_greater(ring, pair[greatest_first], pair[!greatest_first], point)) break;
      uint16_t swap = pair[0];
      pair[0] = pair[1];
      pair[1] = swap;
    }
}

/* Puts the winner first wherever points are equal and labels decide. */
static void settle_by_labels(polyring_ring *ring) {
  int cycle = ring->columns.equal == POLYRING__EQUAL_CYCLE;
  for (size_t first = 0, end; first < ring->point_count; first = end) {
    end = equal_end(ring, first);
    if (end == first + 1) continue;
    sort_by_label(ring, first, end, !cycle);
    if (!cycle) continue;
    uint16_t *winner = ring->owners + first + polyring__point_at(ring, first).low % (end - first);
    uint16_t swap = ring->owners[first];
    ring->owners[first] = *winner;
    *winner = swap;
  }
}

static polyring_status fill_narrow(polyring_ring *ring, entry *entries, polyring_error *error) {
  size_t count = ring->point_count;
  polyring_status status = add_all(ring, entries, NULL, error);
  if (status < 0) return status;
  sort(entries, entries + count, count);
  for (size_t i = 0; i < count; i++) {
    ring->points[i] = (uint32_t)(entries[i] >> 32);
    ring->owners[i] = (uint16_t)entries[i];
  }
  return POLYRING_OK;
}

static polyring_status fill_wide(polyring_ring *ring, wide_entry *entries, polyring_error *error) {
  polyring_status status = add_all(ring, NULL, entries, error);
  if (status < 0) return status;
  qsort(entries, ring->point_count, sizeof *entries, compare_wide);
  for (size_t i = 0; i < ring->point_count; i++) {
    ring->wide_points[i] = entries[i].point;
    ring->owners[i] = entries[i].server;
  }
  return POLYRING_OK;
}

polyring_status polyring__points_build(polyring_ring *ring, polyring_error *error) {
  const polyring_allocator *memory = &ring->allocator;
  int narrow = ring->columns.bits == POLYRING__BITS_32;
  size_t count;
  polyring_status status = count_points(ring, &count, error);
  if (status < 0) return status;
  size_t scratch_size = count * (narrow ? 2 * sizeof(entry) : sizeof(wide_entry));
  ring->point_count = count;
  ring->owners = polyring__allocate(memory, count * sizeof *ring->owners);
  if (narrow)
    ring->points = polyring__allocate(memory, count * sizeof *ring->points);
  else
    ring->wide_points = polyring__allocate(memory, count * sizeof *ring->wide_points);
  void *scratch = polyring__allocate(memory, scratch_size);
  if (ring->owners && (ring->points || ring->wide_points) && scratch)
    status = narrow ? fill_narrow(ring, scratch, error) : fill_wide(ring, scratch, error);
  else
    status = polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for %u points",
                            (unsigned)count);
  polyring__release(memory, scratch, scratch_size);
  if (status >= 0 && (ring->columns.equal == POLYRING__EQUAL_LABEL ||
                      ring->columns.equal == POLYRING__EQUAL_CYCLE))
    settle_by_labels(ring);
  return status;
}

/* The number of points below hash, or not above it. */
static size_t rank_narrow(const polyring_ring *ring, uint32_t hash, int or_equal) {
  const uint32_t *base = ring->points;
  size_t size = ring->point_count;
  if (or_equal && hash == UINT32_MAX) return size;
  hash += (uint32_t)or_equal; /* not above hash is below hash + 1 */
  while (size > 1) {
    size_t half = size / 2;
    base += base[half - 1] < hash ? half : 0;
    size -= half;
  }
  return (size_t)(base - ring->points) + (base[0] < hash);
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
  size_t at = ring->points ? rank_narrow(ring, (uint32_t)hash.low, or_equal)
                           : rank_wide(ring, hash, or_equal);
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
