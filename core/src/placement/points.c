/* The ring layout: making the points. */
#include "placement/points.h"

#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "hash/md5_lanes.h"

/* A block holds the points, the index and the owners, in this order. */
static size_t owners_at(const polyring_ring *ring, size_t count, int indexed) {
  if (ring->columns.bits != POLYRING__BITS_32) return count * sizeof(polyring__word);
  size_t index = indexed ? polyring__index_size(count) : 0;
  return (count + POLYRING__INDEX_SPARE + index) * sizeof(uint32_t);
}

static size_t block_size(const polyring_ring *ring, size_t count, int indexed) {
  return owners_at(ring, count, indexed) + count * sizeof(uint16_t);
}

polyring_status polyring__points_allocate(const polyring_ring *ring, size_t count, int indexed,
                                          polyring__points *points, polyring_error *error) {
  void *block = polyring__allocate(&ring->allocator, block_size(ring, count, indexed));
  *points = (polyring__points){.count = count};
  if (!block)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for %u points",
                          (unsigned)count);
  points->owners = (uint16_t *)((char *)block + owners_at(ring, count, indexed));
  if (ring->columns.bits == POLYRING__BITS_32)
    points->narrow = block;
  else
    points->wide = block;
  if (points->narrow && indexed) points->firsts = points->narrow + count + POLYRING__INDEX_SPARE;
  return POLYRING_OK;
}

void polyring__points_release(const polyring_ring *ring, polyring__points *points) {
  void *block = points->narrow ? (void *)points->narrow : points->wide;
  polyring__release(&ring->allocator, block,
                    block_size(ring, points->count, points->firsts != NULL));
  *points = (polyring__points){0};
}

void polyring__points_give(polyring_ring *ring, polyring__points points) {
  ring->points = points.narrow;
  ring->wide_points = points.wide;
  ring->owners = points.owners;
  ring->point_count = points.count;
  ring->index.firsts = points.firsts;
}

polyring__points polyring__points_of(const polyring_ring *ring) {
  return (polyring__points){ring->points, ring->wide_points, ring->owners, ring->index.firsts,
                            ring->point_count};
}

static uint64_t count_labels(const polyring_ring *ring, size_t first, size_t end, uint64_t limit) {
  uint64_t labels = 0;
  for (size_t i = first; i < end && labels <= limit; i++)
    labels += polyring__ring_labels(ring, &ring->servers.at[ring->alive[i]]);
  return labels;
}

polyring_status polyring__points_count(const polyring_ring *ring, size_t *count,
                                       polyring_error *error) {
  uint64_t limit = POLYRING__POINTS_MAX / ring->columns.words;
  uint64_t labels = count_labels(ring, 0, ring->alive_count, limit);
  *count = (size_t)labels * ring->columns.words;
  if (labels > limit)
    return polyring__fail(error, POLYRING_TOO_LARGE, POLYRING_NOWHERE,
                          "these weights make more than %u points", POLYRING__POINTS_MAX);
  if (!labels)
    return polyring__fail(error, POLYRING_INVALID_SERVERS, POLYRING_NOWHERE,
                          "these weights leave no server with a point");
  return POLYRING_OK;
}

static inline void append(const polyring_ring *ring, polyring__word word, uint16_t server,
                          polyring__points *to) {
  word = polyring__point_order(&ring->columns, word);
  if (to->narrow)
    to->narrow[to->count] = (uint32_t)word.low;
  else
    to->wide[to->count] = word;
  to->owners[to->count++] = server;
}

/* Labels that are hashed together, one behind the other, and whose they are. */
enum { LOT = 256, LOT_TEXT = 32 * LOT };
typedef struct lot {
  size_t count;
  uint32_t ends[LOT], words[LOT * 4];
  uint16_t servers[LOT];
  uint8_t text[LOT_TEXT];
} lot;

static void hash_lot(const polyring_ring *ring, lot *labels, polyring__points *to) {
  unsigned words = ring->columns.words;
  polyring__md5_many(ring->lanes, labels->text, labels->ends, labels->count, words, labels->words);
  for (size_t i = 0; i < labels->count; i++)
    for (unsigned w = 0; w < words; w++)
      append(ring, (polyring__word){0, labels->words[i * words + w]}, labels->servers[i], to);
  labels->count = 0;
}

static void put_in_lot(const polyring_ring *ring, lot *labels, const polyring__label_walk *walk,
                       uint16_t server, polyring__points *to) {
  size_t used = labels->count ? labels->ends[labels->count - 1] : 0;
  if (labels->count == LOT || used + walk->size > LOT_TEXT) {
    hash_lot(ring, labels, to);
    used = 0;
  }
  memcpy(labels->text + used, walk->label, walk->size);
  labels->servers[labels->count] = server;
  labels->ends[labels->count++] = (uint32_t)(used + walk->size);
}

/* Whether labels can be hashed many at a time: not if one needs the point before it. */
static int is_hashed_in_lanes(const polyring_ring *ring) {
  const polyring__template *templates[] = {&ring->label, &ring->next_label, &ring->unix_label};
  for (int i = 0; i < 3; i++)
    if (polyring__template_count(templates[i], POLYRING__TOKEN_PREVIOUS)) return 0;
  return polyring__md5_many_serves(&ring->point_hasher);
}

/* Adds the points of a server at a place of ring->alive, in the order of its labels. */
static int add_server(const polyring_ring *ring, size_t place, lot *labels, polyring__points *to) {
  polyring__label_walk walk;
  uint16_t server = ring->alive[place];
  int more;
  polyring__label_walk_init(&walk, ring, place);
  while ((more = polyring__label_walk_next(&walk)) > 0) {
    if (labels) {
      put_in_lot(ring, labels, &walk, server, to);
      continue;
    }
    polyring__label_walk_hash(&walk);
    for (uint32_t w = 0; w < ring->columns.words; w++) append(ring, walk.words[w], server, to);
  }
  return more;
}

/* Adds the points of some servers so that, of equal ones, the one that wins is added first. */
static polyring_status add_servers(const polyring_ring *ring, size_t first, size_t end,
                                   polyring__points *to, polyring_error *error) {
  int backwards = ring->columns.equal == POLYRING__EQUAL_LAST;
  int in_lanes = is_hashed_in_lanes(ring);
  lot labels;
  labels.count = 0;
  to->count = 0;
  for (size_t i = first; i < end; i++) {
    size_t place = backwards ? end - 1 - (i - first) : i;
    if (add_server(ring, place, in_lanes ? &labels : NULL, to) < 0)
      return polyring__server_refuse(&ring->servers.at[ring->alive[place]], error,
                                     "its label is longer than 1023 bytes");
  }
  if (in_lanes) hash_lot(ring, &labels, to);
  return POLYRING_OK;
}

polyring_status polyring__points_make(const polyring_ring *ring, size_t first, size_t end,
                                      int indexed, polyring__points *points,
                                      polyring_error *error) {
  polyring__points other;
  size_t count = (size_t)count_labels(ring, first, end, POLYRING__POINTS_MAX) * ring->columns.words;
  polyring_status status = polyring__points_allocate(ring, count, indexed, points, error);
  if (status < 0) return status;
  status = polyring__points_allocate(ring, count, 0, &other, error);
  if (status >= 0) {
    status = add_servers(ring, first, end, points, error);
    points->count = count;
    if (status >= 0) polyring__points_sort(*points, other, polyring_ring_point_bits(ring));
    polyring__points_release(ring, &other);
  }
  if (status < 0) polyring__points_release(ring, points);
  return status;
}

polyring_status polyring__points_build(polyring_ring *ring, polyring_error *error) {
  polyring__points points;
  size_t count;
  polyring_status status = polyring__points_count(ring, &count, error);
  if (status >= 0) status = polyring__points_make(ring, 0, ring->alive_count, 1, &points, error);
  if (status < 0) return status;
  polyring__points_give(ring, points);
  polyring__points_settle_all(ring);
  if (ring->points) polyring__index_build(ring->points, count, points.firsts, &ring->index);
  return POLYRING_OK;
}
