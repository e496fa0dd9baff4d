/* The ring layout: the points, sorted, and the search among them. */
#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "placement/ring.h"
#include "placement/weight.h"

/* A point with its server while points are sorted: by point, then in the order of adding. */
typedef uint64_t entry;

static entry entry_of(uint32_t point, uint16_t server) { return (uint64_t)point << 32 | server; }
static uint32_t entry_point(entry e) { return (uint32_t)(e >> 32); }
static uint16_t entry_server(entry e) { return (uint16_t)e; }

uint64_t polyring__ring_labels(const polyring_ring *ring, const polyring__server *server) {
  return polyring__weight_labels(&ring->columns, ring->plain_weights, server->weight,
                                 ring->total_weight, ring->alive_count);
}

size_t polyring__ring_label(const polyring_ring *ring, const polyring__server *server, uint32_t i,
                            uint32_t previous, uint8_t *out) {
  polyring__label_input input = {
      .server = server, .no_port = ring->columns.no_port, .i = i, .previous = previous};
  return polyring__label_render(
      server->place == POLYRING__PLACE_UNIX ? &ring->unix_label : &ring->label, &input, out);
}

void polyring__ring_label_points(const polyring_ring *ring, const uint8_t *label, size_t size,
                                 uint32_t words[POLYRING__DIGEST_WORDS]) {
  const polyring__columns *columns = &ring->columns;
  int hash = polyring__columns_point_hash(columns);
  int big_endian = columns->byte_order == POLYRING__BYTE_ORDER_BIG;
  if (polyring__digest_words(hash) > 1) {
    polyring__digest(hash, big_endian, label, size, words);
    return;
  }
  polyring__units units = columns->sign ? POLYRING__UNITS_SIGNED_BYTES : POLYRING__UNITS_BYTES;
  words[0] = polyring__hash_pick(hash, units, big_endian)(label, size);
}

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

static polyring_status add_server(const polyring_ring *ring, uint16_t index, entry **to,
                                  polyring_error *error) {
  const polyring__server *server = &ring->servers.at[index];
  uint32_t labels = (uint32_t)polyring__ring_labels(ring, server), previous = 0;
  uint8_t label[POLYRING_LABEL_MAX + 1];
  for (uint32_t i = 0; i < labels; i++) {
    uint32_t words[POLYRING__DIGEST_WORDS];
    size_t size = polyring__ring_label(ring, server, i, previous, label);
    if (size == POLYRING_NOWHERE)
      return polyring__server_refuse(server, error, "its label is longer than 1023 bytes");
    polyring__ring_label_points(ring, label, size, words);
    for (uint32_t w = 0; w < ring->columns.words; w++) *(*to)++ = entry_of(words[w], index);
    previous = words[ring->columns.words - 1];
  }
  return POLYRING_OK;
}

/* Adds the servers so that, of equal points, the one that wins is added first. */
static polyring_status add_all(const polyring_ring *ring, entry *entries, polyring_error *error) {
  polyring_status status = POLYRING_OK;
  for (size_t i = 0; i < ring->alive_count && status >= 0; i++) {
    int last_wins = ring->columns.equal == POLYRING__EQUAL_LAST;
    uint16_t index = ring->alive[last_wins ? ring->alive_count - 1 - i : i];
    status = add_server(ring, index, &entries, error);
  }
  return status;
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

/* equal=label: of equal points, the one with the greatest label comes first. */
static void settle_by_label(const polyring_ring *ring, entry *entries, size_t count) {
  uint8_t best[POLYRING_LABEL_MAX + 1], label[POLYRING_LABEL_MAX + 1];
  for (size_t first = 0, i = 1; i < count; i++) {
    if (entry_point(entries[i]) != entry_point(entries[first])) {
      first = i;
      continue;
    }
    uint32_t point = entry_point(entries[i]);
    size_t best_size =
        polyring__ring_label_of_point(ring, entry_server(entries[first]), point, best);
    size_t size = polyring__ring_label_of_point(ring, entry_server(entries[i]), point, label);
    int difference = memcmp(label, best, size < best_size ? size : best_size);
    if (difference < 0 || (!difference && size <= best_size)) continue;
    entry winner = entries[i];
    entries[i] = entries[first];
    entries[first] = winner;
  }
}

static polyring_status fill(polyring_ring *ring, entry *entries, entry *other, size_t count,
                            polyring_error *error) {
  polyring_status status = add_all(ring, entries, error);
  if (status < 0) return status;
  sort(entries, other, count);
  if (ring->columns.equal == POLYRING__EQUAL_LABEL) settle_by_label(ring, entries, count);
  for (size_t i = 0; i < count; i++) {
    ring->points[i] = entry_point(entries[i]);
    ring->owners[i] = entry_server(entries[i]);
  }
  return POLYRING_OK;
}

polyring_status polyring__points_build(polyring_ring *ring, polyring_error *error) {
  const polyring_allocator *memory = &ring->allocator;
  size_t count;
  polyring_status status = count_points(ring, &count, error);
  if (status < 0) return status;
  ring->point_count = count;
  ring->points = polyring__allocate(memory, count * sizeof *ring->points);
  ring->owners = polyring__allocate(memory, count * sizeof *ring->owners);
  entry *entries = polyring__allocate(memory, 2 * count * sizeof *entries);
  if (ring->points && ring->owners && entries)
    status = fill(ring, entries, entries + count, count, error);
  else
    status = polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for %u points",
                            (unsigned)count);
  polyring__release(memory, entries, 2 * count * sizeof *entries);
  return status;
}

/* The number of points below hash, or not above it. */
static size_t rank(const polyring_ring *ring, uint32_t hash, int or_equal) {
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

size_t polyring__points_find(const polyring_ring *ring, uint32_t hash) {
  size_t at = rank(ring, hash, ring->columns.search != POLYRING__SEARCH_CEIL);
  if (ring->columns.search != POLYRING__SEARCH_FLOOR) return at == ring->point_count ? 0 : at;
  at = (at ? at : ring->point_count) - 1;
  while (at && ring->points[at - 1] == ring->points[at]) at--; /* to the one that wins */
  return at;
}

size_t polyring__ring_label_of_point(const polyring_ring *ring, uint16_t server, uint32_t point,
                                     uint8_t *out) {
  const polyring__server *owner = &ring->servers.at[server];
  uint32_t labels = (uint32_t)polyring__ring_labels(ring, owner), previous = 0;
  for (uint32_t i = 0; i < labels; i++) {
    uint32_t words[POLYRING__DIGEST_WORDS];
    size_t size = polyring__ring_label(ring, owner, i, previous, out);
    polyring__ring_label_points(ring, out, size, words);
    for (uint32_t w = 0; w < ring->columns.words; w++)
      if (words[w] == point) return size;
    previous = words[ring->columns.words - 1];
  }
  return 0;
}
