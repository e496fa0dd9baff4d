/* The labels of a server in the ring layout, and the points that they make. */
#include <string.h>

#include "placement/ring.h"
#include "placement/weight.h"

uint64_t polyring__ring_labels(const polyring_ring *ring, const polyring__server *server) {
  return polyring__weight_labels(&ring->columns, ring->plain_weights, server->weight,
                                 ring->total_weight, ring->alive_count);
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
}

int polyring__label_walk_next(polyring__label_walk *walk) {
  const polyring_ring *ring = walk->ring;
  if (walk->next >= walk->labels) return 0;
  const polyring__template *template =
      walk->server->place == POLYRING__PLACE_UNIX   ? &ring->unix_label
      : walk->next && ring->next_label.count ? &ring->next_label
                                             : &ring->label;
  polyring__label_input input = {.server = walk->server,
                                 .no_port = ring->columns.no_port,
                                 .i = walk->next,
                                 .previous = walk->previous};
  walk->size = polyring__label_render(template, &input, walk->label);
  if (walk->size == POLYRING_NOWHERE) return POLYRING_INVALID_SERVERS;
  polyring__hash(walk->next ? &ring->point_hasher : &walk->first_hasher, walk->label, walk->size,
                 ring->columns.words, walk->words);
  walk->previous = (uint32_t)walk->words[ring->columns.words - 1].low;
  walk->next++;
  return 1;
}

size_t polyring__ring_label_of_point(const polyring_ring *ring, uint16_t server,
                                     polyring__word point, uint8_t *out) {
  polyring__label_walk walk;
  size_t place = 0;
  while (ring->alive[place] != server) place++;
  polyring__label_walk_init(&walk, ring, place);
  while (polyring__label_walk_next(&walk) > 0)
    for (uint32_t w = 0; w < ring->columns.words; w++) {
      polyring__word word = polyring__point_order(&ring->columns, walk.words[w]);
      if (polyring__wide_compare(word, point) != 0) continue;
      memcpy(out, walk.label, walk.size);
      return walk.size;
    }
  return 0;
}
