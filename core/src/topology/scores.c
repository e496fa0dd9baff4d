#include "topology/scores.h"

#include <stdlib.h>

#include "base/allocator.h"
#include "topology/topology.h"

enum { ROOM = 8 }; /* {key} and a blank */

static int is_weighted(const polyring_ring *ring) {
  return ring->columns.weights == POLYRING__WEIGHTS_SCORE && !ring->plain_weights;
}

static double weight_of(const polyring_ring *ring, size_t label) {
  return ring->servers.at[ring->alive[ring->score_labels[label].server]].weight;
}

static char *render(const polyring_ring *ring, size_t i, char *out) {
  const polyring__score_label *label = &ring->score_labels[i];
  const char *text = (const char *)label->text;
  out = polyring__topology_encode(text, label->key_at, "", out);
  if (ring->columns.score == POLYRING__SCORE_LABEL) {
    memcpy(out, "{key}", 5);
    out += 5;
  }
  out = polyring__topology_encode(text + label->key_at, (size_t)(label->size - label->key_at), "",
                                  out);
  *out++ = ' ';
  return out;
}

/* Of labels' scores only the proportions of the weights count: they are compared as products. */
static uint64_t common_divisor(const polyring_ring *ring) {
  uint64_t divisor = 0;
  if (ring->columns.score == POLYRING__SCORE_MIX) return 1;
  for (size_t i = 0; i < ring->score_count; i++)
    for (uint64_t other = (uint64_t)weight_of(ring, i); other;) {
      uint64_t rest = divisor % other;
      divisor = other;
      other = rest;
    }
  return divisor;
}

static void print_weight(const polyring_ring *ring, size_t label, uint64_t divisor, char *out) {
  if (!is_weighted(ring))
    strcpy(out, "1");
  else
    polyring__decimal_print(weight_of(ring, label) / (double)divisor, out);
}

static int compare(const void *left, const void *right) {
  const polyring__score_line *a = left, *b = right;
  int difference = polyring__span_compare(a->text, b->text);
  if (!difference) difference = strcmp(a->weight, b->weight);
  return difference ? difference : (a->text.at > b->text.at) - (a->text.at < b->text.at);
}

static int is_same(const polyring__score_line *a, const polyring__score_line *b) {
  return polyring__span_compare(a->text, b->text) == 0 && strcmp(a->weight, b->weight) == 0;
}

/* Of two labels that are the same, with the same weight, only one ever wins. */
static void sort(polyring__scores *scores, int last_wins) {
  size_t kept = 0;
  qsort(scores->lines, scores->count, sizeof *scores->lines, compare);
  for (size_t i = 0; i < scores->count; i++) {
    const polyring__score_line line = scores->lines[i];
    if (!kept || !is_same(&scores->lines[kept - 1], &line))
      scores->lines[kept++] = line;
    else if (last_wins)
      scores->lines[kept - 1] = line;
  }
  scores->count = kept;
}

static void fill(const polyring_ring *ring, const uint32_t *first_of, polyring__scores *scores) {
  char *out = scores->memory;
  uint64_t divisor = common_divisor(ring);
  scores->only_server = POLYRING_NO_SERVER;
  for (size_t i = 0; i < ring->score_count; i++) {
    if (weight_of(ring, i) == 0) continue;
    polyring__score_line *line = &scores->lines[scores->count++];
    char *end = render(ring, i, out);
    line->text = (polyring__span){out, (size_t)(end - out)};
    print_weight(ring, i, divisor, line->weight);
    line->server = ring->alive[ring->score_labels[i].server];
    out = end;
  }
  sort(scores, ring->columns.equal == POLYRING__EQUAL_LAST);
  int different = 0;
  for (size_t i = 1; i < scores->count; i++)
    different |= first_of[scores->lines[i].server] != first_of[scores->lines[0].server];
  if (!different) scores->only_server = scores->lines[0].server;
}

polyring_status polyring__scores_init(const polyring_allocator *allocator,
                                      const polyring_ring *ring, const uint32_t *first_of,
                                      polyring__scores *scores) {
  *scores = (polyring__scores){.room = ring->score_count};
  for (size_t i = 0; i < ring->score_count; i++)
    scores->memory_size += 3 * ring->score_labels[i].size + ROOM;
  scores->lines = polyring__allocate(allocator, scores->room * sizeof *scores->lines);
  scores->memory = polyring__allocate(allocator, scores->memory_size);
  if (!scores->lines || !scores->memory) {
    polyring__scores_done(allocator, scores);
    return POLYRING_NO_MEMORY;
  }
  fill(ring, first_of, scores);
  return POLYRING_OK;
}

void polyring__scores_done(const polyring_allocator *allocator, polyring__scores *scores) {
  polyring__release(allocator, scores->lines, scores->room * sizeof *scores->lines);
  polyring__release(allocator, scores->memory, scores->memory_size);
}
