/* The rendezvous layout: the server whose label, with the key in it, has the highest score. */
#include <math.h>
#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "placement/ring.h"

/* mcrouter's seeds. */
static const uint64_t label_seed = 4193360111, key_seed = 2718281828;

/* Label i of a server without the key, and where the key belongs. */
static size_t render(const polyring_ring *ring, const polyring__server *server, uint32_t i,
                     uint8_t *out, size_t *key_at) {
  const polyring__template *template =
      server->place == POLYRING__PLACE_UNIX ? &ring->unix_label : &ring->label;
  polyring__template before = *template;
  polyring__label_input input = {.server = server, .no_port = ring->columns.no_port, .i = i};
  before.count = 0;
  while (before.count < template->count &&
         template->tokens[before.count].kind != POLYRING__TOKEN_KEY)
    before.count++;
  *key_at = polyring__label_render(&before, &input, out);
  return polyring__label_render(template, &input, out);
}

/* How many labels a server has: as many as its weight, where that repeats it. */
static uint64_t labels_of(const polyring_ring *ring, const polyring__server *server) {
  return ring->columns.weights == POLYRING__WEIGHTS_REPEAT ? (uint64_t)server->weight : 1;
}

/* Renders all labels into ring->score_text, or only measures them if it is NULL. */
static polyring_status render_all(polyring_ring *ring, polyring_error *error) {
  uint8_t label[POLYRING_LABEL_MAX + 1];
  size_t used = 0, count = 0;
  for (size_t place = 0; place < ring->alive_count; place++) {
    const polyring__server *server = &ring->servers.at[ring->alive[place]];
    uint64_t labels = labels_of(ring, server);
    if (labels > POLYRING__POINTS_MAX || count + labels > POLYRING__POINTS_MAX)
      return polyring__fail(error, POLYRING_TOO_LARGE, POLYRING_NOWHERE,
                            "these weights make more than %u labels", POLYRING__POINTS_MAX);
    for (uint32_t i = 0; i < labels; i++, count++) {
      size_t key_at, size = render(ring, server, i, label, &key_at);
      if (size == POLYRING_NOWHERE)
        return polyring__server_refuse(server, error, "its label is longer than 1023 bytes");
      if (ring->score_text) {
        memcpy(ring->score_text + used, label, size);
        ring->score_labels[count] = (polyring__score_label){ring->score_text + used, (uint16_t)size,
                                                            (uint16_t)key_at, (uint16_t)place};
      }
      used += size;
    }
  }
  ring->score_text_size = used;
  ring->score_count = count;
  return POLYRING_OK;
}

polyring_status polyring__rendezvous_build(polyring_ring *ring, polyring_error *error) {
  polyring_status status = render_all(ring, error);
  if (status < 0) return status;
  if (!ring->score_count || ring->total_weight == 0)
    return polyring__fail(error, POLYRING_INVALID_SERVERS, POLYRING_NOWHERE,
                          "all servers have the weight 0, so that no key has a server");
  ring->score_text = polyring__allocate(&ring->allocator, ring->score_text_size);
  ring->score_labels =
      polyring__allocate(&ring->allocator, ring->score_count * sizeof *ring->score_labels);
  if (!ring->score_text || !ring->score_labels)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for labels");
  return render_all(ring, error);
}

size_t polyring__rendezvous_label(const polyring_ring *ring, size_t i, polyring__span text,
                                  uint8_t *out) {
  polyring__score_label label = ring->score_labels[i];
  if (ring->columns.score == POLYRING__SCORE_MIX) text.size = 0;
  memcpy(out, label.text, label.key_at);
  if (text.size) memcpy(out + label.key_at, text.at, text.size);
  memcpy(out + label.key_at + text.size, label.text + label.key_at,
         (size_t)(label.size - label.key_at));
  return label.size + text.size;
}

static int compare_labels(const polyring_ring *ring, size_t a, size_t b, polyring__span text) {
  uint8_t left[POLYRING_LABEL_MAX + POLYRING_TEXT_MAX], right[sizeof left];
  size_t left_size = polyring__rendezvous_label(ring, a, text, left);
  size_t right_size = polyring__rendezvous_label(ring, b, text, right);
  return polyring__span_compare((polyring__span){(const char *)left, left_size},
                                (polyring__span){(const char *)right, right_size});
}

static polyring__word hash_label(const polyring_ring *ring, size_t i, polyring__span text) {
  uint8_t label[POLYRING_LABEL_MAX + POLYRING_TEXT_MAX];
  polyring__word word;
  size_t size = polyring__rendezvous_label(ring, i, text, label);
  polyring__hash(&ring->hasher, label, size, 1, &word);
  return word;
}

/* Whether label i beats label best at an equal score. */
static int wins_tie(const polyring_ring *ring, size_t i, size_t best, polyring__span text) {
  polyring__span nothing = {"", 0};
  switch (ring->columns.equal) {
    case POLYRING__EQUAL_LAST:
      return 1;
    case POLYRING__EQUAL_LABEL:
      return compare_labels(ring, i, best, text) > 0;
    case POLYRING__EQUAL_LABEL_HASH: /* emcache */
      return polyring__wide_compare(hash_label(ring, i, nothing), hash_label(ring, best, nothing)) >
             0;
    default:
      return 0;
  }
}

/* -log2 of a score as a fraction of 2^64, with 32 binary places, in integers. */
static uint64_t negative_log2(uint64_t score) {
  uint64_t v = score | 1, result = 0;
  int top = 63;
  while (!(v >> top & 1)) top--;
  uint64_t m = v << (63 - top); /* from 2^63 up: 1 to 2, with 63 places */
  for (int place = 31; place >= 0; place--) {
    polyring__word square = polyring__wide_multiply(m, m);
    int carry = square.high >> 63;
    m = carry ? square.high : square.high << 1 | square.low >> 63;
    result |= (uint64_t)carry << place;
  }
  return ((uint64_t)(63 - top) << 32) + ((uint64_t)1 << 32) - result;
}

/* A score and what it is compared by: the greater value wins. */
typedef struct score {
  polyring__word word;
  uint64_t log; /* weights=score of labels: the smaller log / weight wins */
  double value; /* score=mix */
  double weight;
} score;

static score score_of(const polyring_ring *ring, size_t i, polyring__span text, uint64_t key_hash) {
  polyring__score_label label = ring->score_labels[i];
  score made = {.weight = ring->servers.at[ring->alive[label.server]].weight};
  if (ring->columns.score == POLYRING__SCORE_MIX) {
    uint64_t label_hash = polyring__murmur64a(label.text, label.size, label_seed);
    made.word.low = polyring__hash128to64(label_hash, key_hash);
    made.value = (double)made.word.low;
    if (polyring__ring_weighs_scores(ring))
      made.value =
          made.weight *
          (1.0 / -log((double)(made.word.low & ((UINT64_C(1) << 53) - 1)) / 9007199254740992.0));
    return made;
  }
  made.word = hash_label(ring, i, text);
  if (polyring__ring_weighs_scores(ring)) made.log = negative_log2(made.word.low);
  return made;
}

/* The sign of a's rank over b's. */
static int compare_scores(const polyring_ring *ring, const score *a, const score *b) {
  if (ring->columns.score == POLYRING__SCORE_MIX)
    return (a->value > b->value) - (a->value < b->value);
  if (!polyring__ring_weighs_scores(ring)) return polyring__wide_compare(a->word, b->word);
  return polyring__wide_compare(polyring__wide_multiply(b->log, (uint64_t)a->weight),
                                polyring__wide_multiply(a->log, (uint64_t)b->weight));
}

uint16_t polyring__rendezvous_find(const polyring_ring *ring, polyring__span text,
                                   const uint8_t *dead, size_t *winner,
                                   polyring__word *best_score) {
  uint64_t key_hash = 0;
  size_t best = POLYRING_NOWHERE;
  score highest = {.weight = 0};
  if (ring->columns.score == POLYRING__SCORE_MIX)
    key_hash = polyring__murmur64a(text.at, text.size, key_seed);
  for (size_t i = 0; i < ring->score_count; i++) {
    if (dead && dead[ring->alive[ring->score_labels[i].server]]) continue;
    score mine = score_of(ring, i, text, key_hash);
    if (mine.weight == 0) continue;
    int difference = best == POLYRING_NOWHERE ? 1 : compare_scores(ring, &mine, &highest);
    if (difference < 0 || (!difference && !wins_tie(ring, i, best, text))) continue;
    best = i;
    highest = mine;
  }
  if (winner) *winner = best;
  if (best_score) *best_score = highest.word;
  return best == POLYRING_NOWHERE ? POLYRING_NO_SERVER
                                  : ring->alive[ring->score_labels[best].server];
}
