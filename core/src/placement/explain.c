/* The trace of one placement, and the shares of all. */
#include <string.h>

#include "placement/ring.h"

/* All servers that have a point equal to the one at index found, which is the first of them. */
static void list_ties(const polyring_ring *ring, size_t found, polyring_placement *placement) {
  if (ring->columns.equal != POLYRING__EQUAL_UNSPECIFIED) return;
  uint16_t count = 0;
  for (size_t i = found; i < ring->point_count && ring->points[i] == ring->points[found]; i++) {
    if (i > found && ring->owners[i] == ring->owners[i - 1]) continue;
    if (count < POLYRING_TIES_MAX) placement->ties[count] = ring->owners[i];
    count++;
  }
  if (count > 1) placement->tie_count = count;
}

static void find_point(const polyring_ring *ring, polyring_placement *placement) {
  static const char *const why[] = {"the first point that is not below the hash",
                                    "the first point above the hash",
                                    "the last point that is not above the hash"};
  static const char *const wrapped[] = {"the hash is above every point: the first point",
                                        "no point is above the hash: the first point",
                                        "the hash is below every point: the last point"};
  size_t found = polyring__points_find(ring, placement->hash);
  uint32_t point = ring->points[found];
  int beyond = ring->columns.search == POLYRING__SEARCH_FLOOR
                   ? point > placement->hash
                   : point < placement->hash || (ring->columns.search == POLYRING__SEARCH_ABOVE &&
                                                 point == placement->hash);
  placement->server = ring->owners[found];
  placement->point = point;
  placement->why = (beyond ? wrapped : why)[ring->columns.search];
  placement->label_size =
      (uint16_t)polyring__ring_label_of_point(ring, placement->server, point, placement->label);
  list_ties(ring, found, placement);
}

static void find_score(const polyring_ring *ring, const polyring__key *key,
                       polyring_placement *placement) {
  polyring__span text = {(const char *)key->text, key->text_size};
  size_t i = 0;
  placement->server = polyring__rendezvous_find(ring, text, &placement->point);
  while (ring->alive[i] != placement->server) i++;
  placement->hash = placement->point;
  placement->label_size = (uint16_t)polyring__rendezvous_label(ring, i, text, placement->label);
  placement->label[placement->label_size] = '\0';
  placement->why = "the label with this key has the highest hash of all servers";
}

static void find(const polyring_ring *ring, const polyring__key *key,
                 polyring_placement *placement) {
  if (polyring__ring_is_direct(ring)) {
    placement->server = ring->alive[0];
    placement->why = "there is only one server: the key is not hashed";
    return;
  }
  placement->has_hash = 1;
  if (ring->columns.layout == POLYRING__LAYOUT_RENDEZVOUS) {
    find_score(ring, key, placement);
    return;
  }
  placement->hash = polyring__ring_hash(ring, key);
  if (ring->columns.layout == POLYRING__LAYOUT_RING) {
    find_point(ring, placement);
    return;
  }
  placement->server = polyring__modulo_find(ring, placement->hash, &placement->point);
  placement->why = "the hash modulo the number of slots";
}

polyring_status polyring_ring_explain(const polyring_ring *ring, const void *key, size_t key_size,
                                      polyring_placement *placement, polyring_error *error) {
  polyring__key prepared;
  polyring_status status = polyring__key_prepare(&ring->key_rules, key, key_size, &prepared, error);
  if (status < 0) return status;
  memset(placement, 0, sizeof *placement);
  memcpy(placement->sent_key, prepared.sent, prepared.sent_size);
  placement->sent_key_size = (uint16_t)prepared.sent_size;
  memcpy(placement->hashed_text, prepared.text, prepared.text_size);
  placement->hashed_text_size = (uint16_t)prepared.text_size;
  find(ring, &prepared, placement);
  return POLYRING_OK;
}

/* The number of values that the key hash can have. */
static uint64_t space(const polyring_ring *ring) {
  return ring->columns.hash == POLYRING__HASH_CRC ? 1u << 15 : (uint64_t)1 << 32;
}

/* The hashes from first up to end that can occur. */
static double count(const polyring_ring *ring, uint64_t first, uint64_t end) {
  uint64_t limit = space(ring);
  if (end > limit) end = limit;
  return first < end ? (double)(end - first) : 0;
}

static void count_arcs(const polyring_ring *ring, double *shares) {
  uint64_t all = (uint64_t)1 << 32;
  int floor = ring->columns.search == POLYRING__SEARCH_FLOOR;
  int above = ring->columns.search != POLYRING__SEARCH_CEIL; /* a point begins the next arc */
  uint64_t begin = 0;
  uint16_t owner = ring->owners[polyring__points_find(ring, 0)];
  for (size_t i = 0; i < ring->point_count; i++) {
    if (i && ring->points[i] == ring->points[i - 1]) continue;
    uint64_t end = (uint64_t)ring->points[i] + !above;
    shares[floor ? owner : ring->owners[i]] += count(ring, begin, end);
    owner = ring->owners[i];
    begin = end;
  }
  shares[floor ? owner : ring->owners[0]] += count(ring, begin, all);
}

static void count_slots(const polyring_ring *ring, double *shares) {
  uint64_t each = space(ring) / ring->slot_count, rest = space(ring) % ring->slot_count;
  uint64_t begin = 0;
  for (size_t i = 0; i < ring->alive_count; i++) {
    uint64_t end = ring->slot_ends ? ring->slot_ends[i] : i + 1;
    uint64_t more = begin >= rest ? 0 : (end < rest ? end : rest) - begin;
    shares[ring->alive[i]] = (double)(end - begin) * (double)each + (double)more;
    begin = end;
  }
}

void polyring_ring_shares(const polyring_ring *ring, double *shares) {
  double all = (double)space(ring);
  memset(shares, 0, ring->servers.count * sizeof *shares);
  if (ring->columns.layout == POLYRING__LAYOUT_RENDEZVOUS) {
    for (size_t i = 0; i < ring->alive_count; i++)
      shares[ring->alive[i]] = 1.0 / (double)ring->alive_count;
    return;
  }
  if (ring->columns.layout == POLYRING__LAYOUT_RING)
    count_arcs(ring, shares);
  else
    count_slots(ring, shares);
  if (ring->columns.fold == POLYRING__FOLD_OR_ONE) { /* the hash 0 goes where the hash 1 goes */
    uint32_t ignored;
    int is_ring = ring->columns.layout == POLYRING__LAYOUT_RING;
    for (uint32_t h = 0; h < 2; h++) {
      uint16_t server = is_ring ? ring->owners[polyring__points_find(ring, h)]
                                : polyring__modulo_find(ring, h, &ignored);
      shares[server] += h ? 1 : -1;
    }
  }
  for (size_t i = 0; i < ring->servers.count; i++) shares[i] /= all;
}
