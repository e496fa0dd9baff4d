/* The rendezvous layout: the server whose label, with the key in it, has the highest hash. */
#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "placement/ring.h"

/* The label of a server without the key, and where the key belongs. */
static size_t render(const polyring_ring *ring, const polyring__server *server, uint8_t *out,
                     size_t *key_at) {
  const polyring__template *template =
      server->place == POLYRING__PLACE_UNIX ? &ring->unix_label : &ring->label;
  polyring__template before = *template;
  polyring__label_input input = {.server = server, .no_port = ring->columns.no_port};
  before.count = 0;
  while (template->tokens[before.count].kind != POLYRING__TOKEN_KEY) before.count++;
  *key_at = polyring__label_render(&before, &input, out);
  return polyring__label_render(template, &input, out);
}

/* Renders all labels into ring->score_text, or only measures them if it is NULL. */
static polyring_status render_all(polyring_ring *ring, polyring_error *error) {
  uint8_t label[POLYRING_LABEL_MAX + 1];
  size_t used = 0;
  for (size_t i = 0; i < ring->alive_count; i++) {
    const polyring__server *server = &ring->servers.at[ring->alive[i]];
    size_t key_at, size = render(ring, server, label, &key_at);
    if (size > POLYRING_LABEL_MAX - POLYRING_KEY_MAX)
      return polyring__server_refuse(server, error, "its label leaves no room for a key");
    if (ring->score_text) {
      memcpy(ring->score_text + used, label, size);
      ring->score_labels[i] =
          (polyring__score_label){ring->score_text + used, (uint16_t)size, (uint16_t)key_at};
    }
    used += size;
  }
  ring->score_text_size = used;
  return POLYRING_OK;
}

polyring_status polyring__rendezvous_build(polyring_ring *ring, polyring_error *error) {
  polyring_status status = render_all(ring, error);
  if (status < 0) return status;
  ring->score_text = polyring__allocate(&ring->allocator, ring->score_text_size);
  ring->score_labels =
      polyring__allocate(&ring->allocator, ring->alive_count * sizeof *ring->score_labels);
  if (!ring->score_text || !ring->score_labels)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for labels");
  return render_all(ring, error);
}

size_t polyring__rendezvous_label(const polyring_ring *ring, size_t i, polyring__span text,
                                  uint8_t *out) {
  polyring__score_label label = ring->score_labels[i];
  memcpy(out, label.text, label.key_at);
  memcpy(out + label.key_at, text.at, text.size);
  memcpy(out + label.key_at + text.size, label.text + label.key_at,
         (size_t)(label.size - label.key_at));
  return label.size + text.size;
}

/* Whether server i beats server best at an equal score. */
static int wins_tie(const polyring_ring *ring, size_t i, size_t best, polyring__span text) {
  if (ring->columns.equal == POLYRING__EQUAL_LAST) return 1;
  if (ring->columns.equal != POLYRING__EQUAL_LABEL) return 0;
  uint8_t mine[POLYRING_LABEL_MAX + 1], other[POLYRING_LABEL_MAX + 1];
  size_t size = polyring__rendezvous_label(ring, i, text, mine);
  size_t other_size = polyring__rendezvous_label(ring, best, text, other);
  int difference = memcmp(mine, other, size < other_size ? size : other_size);
  return difference ? difference > 0 : size > other_size;
}

uint16_t polyring__rendezvous_find(const polyring_ring *ring, polyring__span text,
                                   uint32_t *score) {
  uint8_t label[POLYRING_LABEL_MAX + 1];
  size_t best = 0;
  *score = 0;
  for (size_t i = 0; i < ring->alive_count; i++) {
    uint32_t mine = ring->hash(label, polyring__rendezvous_label(ring, i, text, label));
    if (i && (mine < *score || (mine == *score && !wins_tie(ring, i, best, text)))) continue;
    best = i;
    *score = mine;
  }
  return ring->alive[best];
}
