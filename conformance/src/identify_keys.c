/* Keys that tell the candidates apart. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identify.h"
#include "kill_keys.h"
#include "polyring/topology.h"
#include "progress.h"

#define OF_PLAIN 60 /* each so manieth key of letters and digits is tried */
#define OF_OTHERS 3 /* and of the others */
#define LABELS 16   /* of each row */
#define WIDE 8000   /* plain keys that are tried for what differs in a few arcs only */
#define SHOWN 24    /* keys for a pair */
#define LONGEST 300 /* bytes of a key that is given away */

/* Two candidates that plain keys do not tell apart, and keys that do. */
struct pair {
  size_t keys[SHOWN], count;
  bool done;
};

struct choice {
  const struct candidates *candidates;
  const struct places *places;
  struct list_traits traits;
  struct bench bench;
  struct batch plain, special, wide;
  uint16_t *plain_at, *special_at, *wide_at; /* where a row puts them */
  struct pair *pairs;
  size_t pair_count, pair_capacity;
};

static void add_plain(struct keys *keys, size_t from, size_t count) {
  char key[32];
  for (size_t n = from; n < from + count; n++) {
    uint64_t number = (n + 1) * UINT64_C(0x9e3779b97f4a7c15);
    int size = snprintf(key, sizeof key, "k%" PRIx64, number >> 24);
    keys_add(keys, key, (size_t)size);
  }
}

static bool is_wire_safe(const uint8_t *key, size_t size) {
  return is_giveable(key, size < POLYRING_KEY_MAX ? size : POLYRING_KEY_MAX) && size <= LONGEST &&
         !memchr(key, '\n', size) && !memchr(key, ' ', size);
}

static void add_safe(struct keys *pool, const struct keys *keys, bool all) {
  size_t plain = 0, others = 0, size;
  for (size_t i = 0; i < keys->count; i++) {
    const uint8_t *key = keys_at(keys, i, &size);
    bool ordinary = size < LONGEST / 3 && !memchr(key, '{', size) && !memchr(key, '/', size);
    for (size_t b = 0; b < size && ordinary; b++) ordinary = key[b] < 0x80;
    if (!all && (ordinary ? plain++ % OF_PLAIN : others++ % OF_OTHERS)) continue;
    if (is_wire_safe(key, size)) keys_add(pool, key, size);
  }
}

/* Keys of all kinds, and for each row labels of its points, which hit them as keys. */
static void open_pool(struct choice *choice) {
  struct keys pool = {0}, wide = {0}, kinds = {0};
  for (size_t i = 0; i < choice->candidates->rows; i++) {
    struct keys labels = {0}, some = {0};
    polyring_ring *ring = candidate_ring(&choice->candidates->items[i], choice->places->text);
    if (!ring) continue;
    if (!kinds.count) kill_keys(&kinds, ring);
    add_plain(&some, 0, LABELS);
    kill_labels(&labels, ring, &some);
    add_safe(&pool, &labels, true);
    keys_done(&labels);
    keys_done(&some);
    polyring_ring_free(ring);
  }
  add_safe(&pool, &kinds, false);
  keys_done(&kinds);
  add_plain(&wide, IDENTIFY_PLAIN, WIDE);
  choice->special_at = zeroed(pool.count, sizeof *choice->special_at);
  choice->wide_at = zeroed(wide.count, sizeof *choice->wide_at);
  batch_make(&choice->special, pool);
  batch_make(&choice->wide, wide);
}

/* Rings of the same points differ in hits at most, and labels are keys that hit. */
static bool is_alike(const polyring_ring *a, const polyring_ring *b) {
  char left[POLYRING_FINGERPRINT_SIZE], right[POLYRING_FINGERPRINT_SIZE];
  size_t count = polyring_ring_point_count(a);
  if (count != polyring_ring_point_count(b)) return false;
  for (size_t i = 0; i < count; i++) {
    uint16_t here, there;
    polyring_number x = polyring_ring_point(a, i, &here), y = polyring_ring_point(b, i, &there);
    if (x.low != y.low || x.high != y.high || here != there) return false;
  }
  return count || (polyring_ring_fingerprint(a, left) >= 0 &&
                   polyring_ring_fingerprint(b, right) >= 0 && !strcmp(left, right));
}

/* Notes the keys of a batch that another ring places elsewhere than the row; they count from from
 * on. */
static void find_keys(const struct choice *choice, const struct batch *batch, const uint16_t *at,
                      const polyring_ring *other, size_t from, struct pair *pair) {
  size_t count = batch->keys.count, i = batch_differs(batch, other, at, 0);
  for (; i < count && pair->count < SHOWN; i++) {
    size_t size;
    const uint8_t *key = keys_at(&batch->keys, i, &size);
    int32_t there = at[i] == POLYRING_NO_SERVER ? -1 : polyring_ring_locate(other, key, size);
    if (there >= 0 && choice->places->items[at[i]].same_as != choice->places->items[there].same_as)
      pair->keys[pair->count++] = from + i;
  }
}

/* Keys that show a candidate that the plain ones do not show: special ones, or if it may differ
 * from the row in few arcs, one of many plain ones. */
static void add_pair(struct choice *choice, const polyring_ring *ring, const polyring_ring *other,
                     bool same_form) {
  struct pair pair = {0};
  find_keys(choice, &choice->special, choice->special_at, other, 0, &pair);
  if (!pair.count && !same_form && !is_alike(ring, other))
    find_keys(choice, &choice->wide, choice->wide_at, other, choice->special.keys.count, &pair);
  if (!pair.count) return;
  ROOM(choice->pairs, choice->pair_count, choice->pair_capacity);
  choice->pairs[choice->pair_count++] = pair;
}

static void compare(struct choice *choice, const polyring_ring *ring, size_t row, size_t with) {
  const struct candidate *candidate = &choice->candidates->items[with];
  polyring_ring *other = candidate->only_refuses ? NULL : bench_ring(&choice->bench, candidate);
  if (!other) return;
  bool same_form = candidate_form(candidate, &choice->traits) ==
                   candidate_form(&choice->candidates->items[row], &choice->traits);
  if (batch_differs(&choice->plain, other, choice->plain_at, 0) == choice->plain.keys.count)
    add_pair(choice, ring, other, same_form);
  bench_return(&choice->bench, candidate, other);
}

static void collect(struct choice *choice) {
  const struct candidates *candidates = choice->candidates;
  for (size_t row = 0, next = candidates->rows; row < candidates->rows; row++) {
    polyring_ring *ring = bench_ring(&choice->bench, &candidates->items[row]);
    progress("choosing keys: %zu of %zu rows", row, candidates->rows);
    if (ring) {
      batch_places(&choice->plain, ring, choice->plain_at);
      batch_places(&choice->special, ring, choice->special_at);
      batch_places(&choice->wide, ring, choice->wide_at);
      for (size_t other = row + 1; other < candidates->rows; other++)
        compare(choice, ring, row, other);
    }
    for (; next < candidates->count && candidates->items[next].row == row; next++)
      if (ring) compare(choice, ring, row, next);
    bench_return(&choice->bench, &candidates->items[row], ring);
  }
}

/* The key that shows most of the pairs that are left, the earliest of several. */
static size_t best_key(const struct choice *choice, size_t *shown) {
  size_t best = NO_KEY, count = choice->special.keys.count + choice->wide.keys.count;
  memset(shown, 0, count * sizeof *shown);
  for (size_t p = 0; p < choice->pair_count; p++)
    for (size_t k = 0; k < choice->pairs[p].count && !choice->pairs[p].done; k++)
      shown[choice->pairs[p].keys[k]]++;
  for (size_t i = 0; i < count; i++)
    if (shown[i] && (best == NO_KEY || shown[i] > shown[best])) best = i;
  return best;
}

static void cover(struct choice *choice, struct keys *keys, size_t count) {
  size_t *shown = zeroed(choice->special.keys.count + choice->wide.keys.count, sizeof *shown), best,
         size;
  while (keys->count < count && (best = best_key(choice, shown)) != NO_KEY) {
    bool wide = best >= choice->special.keys.count;
    const uint8_t *key = keys_at(wide ? &choice->wide.keys : &choice->special.keys,
                                 wide ? best - choice->special.keys.count : best, &size);
    keys_add(keys, key, size);
    for (size_t p = 0; p < choice->pair_count; p++)
      for (size_t k = 0; k < choice->pairs[p].count; k++)
        choice->pairs[p].done |= choice->pairs[p].keys[k] == best;
  }
  free(shown);
}

void identify_keys(const struct candidates *candidates, const struct places *places, size_t count,
                   struct keys *keys) {
  struct choice choice = {.candidates = candidates, .places = places};
  struct keys plain = {0};
  size_t least = count < IDENTIFY_PLAIN ? count : IDENTIFY_PLAIN;
  *keys = (struct keys){0};
  add_plain(keys, 0, least);
  if (count > least) {
    add_plain(&plain, 0, least);
    batch_make(&choice.plain, plain);
    choice.plain_at = zeroed(least, sizeof *choice.plain_at);
    list_traits(places, &choice.traits);
    bench_open(&choice.bench, candidates, places->text, choice.traits.weighted);
    open_pool(&choice);
    collect(&choice);
    cover(&choice, keys, count);
    bench_done(&choice.bench);
    batch_done(&choice.plain);
    batch_done(&choice.special);
    batch_done(&choice.wide);
    void *owned[] = {choice.plain_at, choice.special_at, choice.wide_at, choice.pairs};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
  }
  for (size_t n = least; keys->count < count; n++) add_plain(keys, n, 1);
  progress_clear();
}
