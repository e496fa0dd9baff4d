/* The trace of one placement. */
#include <string.h>

#include "placement/ring.h"

/* All servers that have a point equal to the one at index found, which is the first of them. */
static void list_ties(const polyring_ring *ring, size_t found, polyring_placement *placement) {
  if (ring->columns.equal != POLYRING__EQUAL_UNSPECIFIED) return;
  polyring__word point = polyring__point_at(ring, found);
  uint16_t count = 0;
  for (size_t i = found; i < ring->point_count &&
                         polyring__wide_compare(polyring__point_at(ring, i), point) == 0;
       i++) {
    if (i > found && ring->owners[i] == ring->owners[i - 1]) continue;
    if (count < POLYRING_TIES_MAX) placement->ties[count] = ring->owners[i];
    count++;
  }
  if (count > 1) placement->tie_count = count;
}

static void find_point(const polyring_ring *ring, polyring__word hash,
                       polyring_placement *placement) {
  static const char *const why[] = {"the first point that is not below the hash",
                                    "the first point above the hash",
                                    "the last point that is not above the hash",
                                    "the first point that is not below the hash"};
  static const char *const wrapped[] = {"the hash is above every point: the first point",
                                        "no point is above the hash: the first point",
                                        "the hash is below every point: the last point",
                                        "the hash is above every point: the first point"};
  size_t found = polyring__points_find(ring, hash);
  polyring__word point = polyring__point_at(ring, found);
  uint32_t search = ring->columns.search;
  int side = polyring__wide_compare(point, polyring__point_order(&ring->columns, hash));
  int beyond = search == POLYRING__SEARCH_FLOOR   ? side > 0
               : search == POLYRING__SEARCH_ABOVE ? side <= 0
                                                  : side < 0;
  placement->why = (beyond ? wrapped : why)[search];
  if (search == POLYRING__SEARCH_CEIL_OR_LAST && found && beyond)
    placement->why = "the hash is below every point: this client takes the last one";
  placement->server = ring->owners[found];
  placement->label_size = (uint16_t)polyring__ring_label_of_point(ring, placement->server, point,
                                                                  placement->label);
  point = polyring__point_order(&ring->columns, point);
  placement->point = (polyring_number){point.high, point.low};
  list_ties(ring, found, placement);
}

static void find_score(const polyring_ring *ring, polyring__span text,
                       polyring_placement *placement) {
  size_t winner;
  polyring__word score;
  placement->server = polyring__rendezvous_find(ring, text, NULL, &winner, &score);
  placement->hash = placement->point = (polyring_number){score.high, score.low};
  placement->label_size =
      (uint16_t)polyring__rendezvous_label(ring, winner, text, placement->label);
  placement->why = polyring__ring_weighs_scores(ring)
                       ? "this server has the best score for its weight"
                       : "this server's score for the key is the highest";
}

static void find_hashed(const polyring_ring *ring, const polyring__key *key,
                        polyring_placement *placement) {
  polyring__word hash = polyring__ring_hash(ring, key);
  placement->hash = (polyring_number){hash.high, hash.low};
  switch (ring->columns.layout) {
    case POLYRING__LAYOUT_RING:
      find_point(ring, hash, placement);
      break;
    case POLYRING__LAYOUT_JUMP:
      placement->server = polyring__jump_find(ring, hash.low, &placement->point.low);
      placement->why = "the jump hash";
      break;
    case POLYRING__LAYOUT_BUCKETS:
      placement->server = polyring__buckets_find(ring, hash.low, &placement->point.low);
      placement->why = "the map has this bucket at this server";
      break;
    default:
      placement->server = polyring__modulo_find(ring, hash.low, &placement->point.low);
      placement->why = "the hash modulo the number of slots";
  }
}

static void find(const polyring_ring *ring, const polyring__key *key,
                 polyring_placement *placement) {
  polyring__span text = {(const char *)key->text, key->text_size};
  if (polyring__ring_is_direct(ring)) {
    placement->server = ring->alive[0];
    placement->why = "there is only one server: the key is not hashed";
    return;
  }
  placement->has_hash = 1;
  if (ring->columns.layout == POLYRING__LAYOUT_RENDEZVOUS) {
    find_score(ring, text, placement);
  } else if (ring->columns.layout == POLYRING__LAYOUT_FURC) {
    placement->server = polyring__furc_find(ring, text, &placement->hash.low);
    placement->point = placement->hash;
    placement->why = "the bits of the hash choose the server";
  } else {
    find_hashed(ring, key, placement);
  }
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

size_t polyring_number_print(polyring_number number, char out[POLYRING_NUMBER_SIZE]) {
  char digits[POLYRING_NUMBER_SIZE];
  size_t count = 0;
  do { /* a long division by ten, 32 bits at a time */
    uint32_t parts[4] = {(uint32_t)(number.high >> 32), (uint32_t)number.high,
                         (uint32_t)(number.low >> 32), (uint32_t)number.low};
    uint64_t rest = 0;
    for (int i = 0; i < 4; i++) {
      rest = rest << 32 | parts[i];
      parts[i] = (uint32_t)(rest / 10);
      rest %= 10;
    }
    number.high = (uint64_t)parts[0] << 32 | parts[1];
    number.low = (uint64_t)parts[2] << 32 | parts[3];
    digits[count++] = (char)('0' + rest);
  } while (number.high || number.low);
  for (size_t i = 0; i < count; i++) out[i] = digits[count - 1 - i];
  out[count] = '\0';
  return count;
}
