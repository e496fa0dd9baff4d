/* The labels of a server in the ring layout, and the points that they make. */
#include <string.h>

#include "placement/ring.h"
#include "placement/weight.h"

uint64_t polyring__ring_labels(const polyring_ring *ring, const polyring__server *server) {
  return polyring__weight_labels(&ring->columns, ring->plain_weights, server->weight,
                                 ring->total_weight, ring->alive_count);
}

/* How a label ends that differs from its neighbours in nothing else. */
enum { UNCOUNTED, FROM_0, FROM_1 };

static const polyring__template *template_of(const polyring__label_walk *walk) {
  const polyring_ring *ring = walk->ring;
  if (walk->server->place == POLYRING__PLACE_UNIX) return &ring->unix_label;
  return walk->next && ring->next_label.count ? &ring->next_label : &ring->label;
}

/* Writes what all labels of the server begin with, if they differ in the number at the end alone.
 */
static void write_prefix(polyring__label_walk *walk) {
  polyring__template before = *template_of(walk);
  polyring__label_input input = {.server = walk->server, .no_port = walk->ring->columns.no_port};
  walk->counted = UNCOUNTED;
  if (walk->ring->next_label.count || !before.count) return;
  polyring__token_kind last = before.tokens[--before.count].kind;
  if (polyring__template_count(&before, POLYRING__TOKEN_I) ||
      polyring__template_count(&before, POLYRING__TOKEN_I_FROM_1) ||
      polyring__template_count(&before, POLYRING__TOKEN_PREVIOUS))
    return;
  walk->counted = last == POLYRING__TOKEN_I          ? FROM_0
                  : last == POLYRING__TOKEN_I_FROM_1 ? FROM_1
                                                     : UNCOUNTED;
  if (!walk->counted) return;
  walk->prefix = polyring__label_render(&before, &input, walk->label);
  if (walk->prefix == POLYRING_NOWHERE)
    walk->prefix = POLYRING_LABEL_MAX; /* too long in any case */
}

void polyring__label_walk_init(polyring__label_walk *walk, const polyring_ring *ring,
                               size_t place) {
  const polyring__columns *columns = &ring->columns;
  walk->ring = ring;
  walk->server = &ring->servers.at[ring->alive[place]];
  walk->labels = polyring__ring_labels(ring, walk->server);
  walk->next = walk->previous = 0;
  walk->first_hasher = ring->point_hasher;
  if (columns->point_start == POLYRING__POINT_START_FIRST ||
      (columns->point_start == POLYRING__POINT_START_VERY_FIRST && !place))
    polyring__hasher_init(&walk->first_hasher, ring->point_hasher.hash, ring->point_hasher.units,
                          ring->point_hasher.bits, ring->point_hasher.order, 1,
                          ring->point_hasher.seed);
  write_prefix(walk);
}

static size_t put_number(uint32_t number, uint8_t *out) {
  uint8_t digits[10];
  size_t first = sizeof digits;
  do digits[--first] = (uint8_t)('0' + number % 10);
  while (number /= 10);
  memcpy(out, digits + first, sizeof digits - first);
  return sizeof digits - first;
}

int polyring__label_walk_next(polyring__label_walk *walk) {
  const polyring_ring *ring = walk->ring;
  if (walk->next >= walk->labels) return 0;
  if (walk->counted) {
    uint8_t digits[10];
    size_t size = put_number(walk->next + (walk->counted == FROM_1), digits);
    walk->size = walk->prefix + size;
    if (walk->size > POLYRING_LABEL_MAX) return POLYRING_INVALID_SERVERS;
    memcpy(walk->label + walk->prefix, digits, size);
  } else {
    polyring__label_input input = {.server = walk->server,
                                   .no_port = ring->columns.no_port,
                                   .i = walk->next,
                                   .previous = walk->previous};
    walk->size = polyring__label_render(template_of(walk), &input, walk->label);
    if (walk->size == POLYRING_NOWHERE) return POLYRING_INVALID_SERVERS;
  }
  walk->next++;
  return 1;
}

void polyring__label_walk_hash(polyring__label_walk *walk) {
  const polyring_ring *ring = walk->ring;
  polyring__hash(walk->next > 1 ? &ring->point_hasher : &walk->first_hasher, walk->label,
                 walk->size, ring->columns.words, walk->words);
  walk->previous = (uint32_t)walk->words[ring->columns.words - 1].low;
}

size_t polyring__ring_label_of_point(const polyring_ring *ring, uint16_t server,
                                     polyring__word point, uint8_t *out) {
  polyring__label_walk walk;
  size_t place = 0;
  while (ring->alive[place] != server) place++;
  polyring__label_walk_init(&walk, ring, place);
  while (polyring__label_walk_next(&walk) > 0) {
    polyring__label_walk_hash(&walk);
    for (uint32_t w = 0; w < ring->columns.words; w++) {
      polyring__word word = polyring__point_order(&ring->columns, walk.words[w]);
      if (polyring__wide_compare(word, point) != 0) continue;
      memcpy(out, walk.label, walk.size);
      return walk.size;
    }
  }
  return 0;
}
