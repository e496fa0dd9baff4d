/* The names that fit all keys alike: which of them are one and the same on this list, and which
 * keys would tell the others apart. */
#include <stdlib.h>
#include <string.h>

#include "identify.h"
#include "kill_keys.h"
#include "polyring/topology.h"

#define GROUPS_TRIED 300 /* for which keys are looked for */

bool is_giveable(const uint8_t *key, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (key[i] <= ' ' || key[i] == 0x7F) return false;
  return size > 0 && size <= POLYRING_KEY_MAX;
}

static polyring_ring *ring_of(const char *name, const struct places *places) {
  char *why;
  polyring_ring *ring = judge_ring(name, places, &why);
  free(why);
  return ring;
}

/* How many of the keys that the client refused the profile would take. */
static size_t disagreements(const char *name, const struct places *places, const struct keys *keys,
                            const size_t *at) {
  size_t count = 0;
  polyring_ring *ring = ring_of(name, places);
  for (size_t i = 0; i < keys->count && ring; i++)
    count += at[i] == KEY_REFUSED && judge_wanted(ring, places, keys, i) != NOT_PLACED;
  polyring_ring_free(ring);
  return count;
}

/* Names that refuse the same keys come first, among the rows and among the others. */
static void sort_names(const struct places *places, const struct keys *keys, const size_t *at,
                       struct identity *identity) {
  size_t *wrong = zeroed(identity->names.count, sizeof *wrong);
  char **names = identity->names.items;
  for (size_t i = 0; i < identity->names.count; i++)
    wrong[i] = disagreements(names[i], places, keys, at);
  for (size_t i = 1; i < identity->names.count; i++) {
    size_t least = i < identity->rows ? 0 : identity->rows, count = wrong[i], j = i;
    char *name = names[i];
    for (; j > least && wrong[j - 1] > count; j--) {
      wrong[j] = wrong[j - 1];
      names[j] = names[j - 1];
    }
    wrong[j] = count;
    names[j] = name;
  }
  free(wrong);
}

struct print {
  char text[POLYRING_FINGERPRINT_SIZE];
  size_t name;
};

static int by_text(const void *a, const void *b) {
  const struct print *x = a, *y = b;
  int order = strcmp(x->text, y->text);
  return order ? order : (x->name > y->name) - (x->name < y->name);
}

/* Groups are numbered in the order of their first names. */
static void find_groups(const struct places *places, struct identity *identity) {
  size_t count = identity->names.count, *first = zeroed(count, sizeof *first);
  struct print *prints = zeroed(count, sizeof *prints);
  for (size_t i = 0; i < count; i++) {
    polyring_ring *ring = ring_of(identity->names.items[i], places);
    prints[i].name = i;
    if (!ring || polyring_ring_fingerprint(ring, prints[i].text) < 0)
      snprintf(prints[i].text, sizeof prints[i].text, "%zu", i);
    polyring_ring_free(ring);
  }
  qsort(prints, count, sizeof *prints, by_text);
  for (size_t i = 0; i < count; i++)
    first[prints[i].name] =
        i && !strcmp(prints[i].text, prints[i - 1].text) ? first[prints[i - 1].name] : prints[i].name;
  identity->groups = zeroed(count, sizeof *identity->groups);
  for (size_t i = 0; i < count; i++)
    identity->groups[i] = first[i] == i ? identity->group_count++ : identity->groups[first[i]];
  free(first);
  free(prints);
}

/* Keys that were not seen, and where the first name puts them. */
struct pool {
  struct batch batch;
  uint16_t *first, *other;
};

static void pool_open(struct pool *pool, const polyring_ring *ring, const struct keys *keys) {
  struct keys all = {0}, labels = {0}, good = {0};
  const struct keys *sources[] = {&all, &labels};
  kill_keys(&all, ring);
  kill_labels(&labels, ring, &all);
  for (int s = 0; s < 2; s++)
    for (size_t i = 0; i < sources[s]->count; i++) {
      size_t size;
      const uint8_t *key = keys_at(sources[s], i, &size);
      if (keys_find(keys, key, size) == NO_KEY) keys_add(&good, key, size);
    }
  keys_done(&all);
  keys_done(&labels);
  batch_make(&pool->batch, good);
  pool->first = zeroed(good.count, sizeof *pool->first);
  pool->other = zeroed(good.count, sizeof *pool->other);
  batch_places(&pool->batch, ring, pool->first);
}

static void pool_done(struct pool *pool) {
  batch_done(&pool->batch);
  free(pool->first);
  free(pool->other);
}

/* The key that a group and the first one place on two servers; else one that not every client
 * takes. */
static void split_group(struct pool *pool, const struct places *places, const polyring_ring *ring,
                        struct identity *identity, size_t group) {
  const struct keys *keys = &pool->batch.keys;
  size_t hint = NO_KEY, size;
  batch_places(&pool->batch, ring, pool->other);
  for (size_t i = 0; i < keys->count; i++) {
    uint16_t a = pool->first[i], b = pool->other[i];
    bool both = a != POLYRING_NO_SERVER && b != POLYRING_NO_SERVER;
    if (a == b || (both && places->items[a].same_as == places->items[b].same_as)) continue;
    const uint8_t *key = keys_at(keys, i, &size);
    if (both && is_giveable(key, size)) {
      identity->split[group] = keys_text(keys, i);
      keys_add(&identity->splitters, key, size);
      return;
    }
    if (hint == NO_KEY) hint = i;
  }
  if (hint != NO_KEY) identity->hints[group] = keys_text(keys, hint);
}

static void find_splitters(const struct places *places, const struct keys *keys,
                           struct identity *identity) {
  struct pool pool;
  polyring_ring *first = ring_of(identity->names.items[0], places);
  size_t done = 1;
  if (!first) return;
  pool_open(&pool, first, keys);
  for (size_t i = 1; i < identity->names.count && done < GROUPS_TRIED; i++) {
    if (identity->groups[i] != done) continue;
    polyring_ring *ring = ring_of(identity->names.items[i], places);
    if (ring) split_group(&pool, places, ring, identity, done);
    polyring_ring_free(ring);
    done++;
  }
  if (identity->splitters.count) identity->splitter = keys_text(&identity->splitters, 0);
  pool_done(&pool);
  polyring_ring_free(first);
}

void identity_split(const struct places *places, const struct keys *keys, const size_t *at,
                    struct identity *identity) {
  if (!identity->names.count) return;
  if (identity->refused) sort_names(places, keys, at, identity);
  find_groups(places, identity);
  identity->split = zeroed(identity->group_count, sizeof *identity->split);
  identity->hints = zeroed(identity->group_count, sizeof *identity->hints);
  if (identity->group_count > 1) find_splitters(places, keys, identity);
}
