#include "identify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kill_keys.h"

#define FIRST_CHUNK 8
#define CHUNK 128
#define FEW_SERVERS 2 /* a part of the list */
#define LONG_KEY 200  /* bytes with which a key may get too long by a prefix */
#define FEW_KEYS 12   /* plain ones that such a part must have to say anything */

/* What was seen, plain keys first, ready to be placed many at a time. */
struct sight {
  struct keys keys;
  uint32_t *ends; /* within its chunk */
  uint16_t *at;
  size_t plain;
};

struct hunt {
  const struct candidates *candidates;
  const struct places *places;
  struct list_traits traits;
  struct sight all, few; /* few: the plain keys on a part of the servers */
  char *part;            /* that part of the list, or NULL */
  uint64_t *out;         /* a hash table of forms that do not fit */
  size_t out_mask;
  const struct candidate **fits;
  size_t fit_count, fit_capacity, best; /* best: of nearest, how many keys it does not explain */
  const struct candidate *nearest;
  bool plainly;
};

static size_t chunk_end(size_t first, size_t count) {
  size_t end = first < FIRST_CHUNK ? FIRST_CHUNK : first + CHUNK;
  return end < count ? end : count;
}

static void sight_add(struct sight *sight, const struct keys *keys, const size_t *at, size_t i,
                      bool plain) {
  size_t size;
  const uint8_t *key = keys_at(keys, i, &size);
  if (is_plain_key(key, size) != plain) return;
  sight->at[sight->keys.count] = (uint16_t)at[i];
  keys_add(&sight->keys, key, size);
}

static void sight_close(struct sight *sight) {
  size_t count = sight->keys.count;
  sight->ends = zeroed(count, sizeof *sight->ends);
  for (size_t first = 0, end; first < count; first = end) {
    size_t start = first ? sight->keys.ends[first - 1] : 0;
    end = chunk_end(first, count);
    for (size_t i = first; i < end; i++) sight->ends[i] = (uint32_t)(sight->keys.ends[i] - start);
  }
}

static void sight_open(struct sight *sight, const struct places *places, const struct keys *keys,
                       const size_t *at) {
  size_t *same = zeroed(keys->count, sizeof *same);
  *sight = (struct sight){.at = zeroed(keys->count, sizeof *sight->at)};
  for (int special = 0; special < 2; special++) {
    for (size_t i = 0; i < keys->count; i++) {
      if (at[i] >= places->count) continue;
      same[i] = places->items[at[i]].same_as;
      sight_add(sight, keys, same, i, !special);
    }
    if (!special) sight->plain = sight->keys.count;
  }
  free(same);
  sight_close(sight);
}

static void sight_done(struct sight *sight) {
  keys_done(&sight->keys);
  free(sight->ends);
  free(sight->at);
}

/* The two servers that have the most plain keys, and those keys. */
static void open_part(struct hunt *hunt) {
  const struct sight *all = &hunt->all;
  size_t servers = hunt->places->count, *held = zeroed(servers, sizeof *held), top[FEW_SERVERS];
  size_t *at = zeroed(all->keys.count, sizeof *at);
  hunt->few.at = zeroed(all->keys.count, sizeof *hunt->few.at);
  for (size_t i = 0; i < all->plain; i++) held[all->at[i]]++;
  for (int t = 0; t < FEW_SERVERS; t++) {
    top[t] = t && top[0] == 0 ? 1 : 0;
    for (size_t s = 0; s < servers; s++)
      if (held[s] > held[top[t]] && (t == 0 || s != top[0])) top[t] = s;
  }
  if (top[0] > top[1]) {
    size_t swap = top[0];
    top[0] = top[1];
    top[1] = swap;
  }
  if (held[top[0]] + held[top[1]] >= FEW_KEYS) {
    hunt->part = format("%s %s", hunt->places->items[top[0]].word, hunt->places->items[top[1]].word);
    for (size_t i = 0; i < all->plain; i++) {
      at[i] = all->at[i] == top[1];
      if (all->at[i] == top[0] || at[i]) sight_add(&hunt->few, &all->keys, at, i, true);
    }
  }
  hunt->few.plain = hunt->few.keys.count;
  sight_close(&hunt->few);
  free(held);
  free(at);
}

static bool is_tied(const struct hunt *hunt, const polyring_ring *ring, const struct sight *sight,
                    size_t i) {
  return judge_right(ring, hunt->places, &sight->keys, i, sight->at[i]);
}

static bool is_long(const struct sight *sight, size_t i) {
  size_t size;
  keys_at(&sight->keys, i, &size);
  return size >= LONG_KEY;
}

/* How many keys the ring places elsewhere, or refuses; it gives up above most. *elsewhere: how
 * many plain ones it places elsewhere. Servers among which the original leaves a key to
 * chance are all right. */
static size_t misses(const struct hunt *hunt, const polyring_ring *ring, const struct sight *sight,
                     const struct candidate *candidate, size_t most, size_t *elsewhere) {
  uint16_t found[CHUNK + FIRST_CHUNK];
  size_t count = 0, tied = 0, ties_most = 2 + sight->keys.count / 4;
  *elsewhere = 0;
  for (size_t first = 0, end; first < sight->keys.count && count <= most; first = end) {
    size_t start = first ? sight->keys.ends[first - 1] : 0;
    end = chunk_end(first, sight->keys.count);
    polyring_ring_locate_many(ring, sight->keys.bytes + start, sight->ends + first, end - first,
                              found, NULL);
    for (size_t i = first; i < end && count <= most; i++) {
      size_t at = found[i - first];
      if (at != POLYRING_NO_SERVER && sight == &hunt->all) at = hunt->places->items[at].same_as;
      if (at == sight->at[i]) continue;
      if (at == POLYRING_NO_SERVER && candidate->prefixed && is_long(sight, i)) continue;
      if (candidate->by_luck && sight == &hunt->all && *elsewhere == 0 &&
          is_tied(hunt, ring, sight, i) && ++tied <= ties_most)
        continue;
      count++;
      *elsewhere += i < sight->plain && at != POLYRING_NO_SERVER;
    }
  }
  /* Luck explains nothing; it is only no contradiction to what explains all the rest. */
  return count ? count + tied : 0;
}

/* The slot of a form among those that do not fit. */
static uint64_t *slot_of(const struct hunt *hunt, uint64_t form) {
  size_t i = form & hunt->out_mask;
  while (hunt->out[i] && hunt->out[i] != form) i = (i + 1) & hunt->out_mask;
  return &hunt->out[i];
}

/* How many plain keys must lie elsewhere before nobody asks for the rest of a form: one, once
 * something fits; until then the nearest one is looked for as well. */
static size_t enough(const struct hunt *hunt, const struct sight *sight) {
  return hunt->best == 0 ? 1 : 1 + sight->plain / 5;
}

/* Whether a part of the list is enough to say no. */
static bool fails_in_part(const struct hunt *hunt, const struct candidate *candidate) {
  size_t elsewhere, limit = enough(hunt, &hunt->few);
  if (!hunt->part || !candidate->splits || candidate->is_row) return false;
  polyring_ring *ring = candidate_ring(candidate, hunt->part);
  if (!ring) return false;
  misses(hunt, ring, &hunt->few, candidate, hunt->few.plain, &elsewhere);
  polyring_ring_free(ring);
  return elsewhere >= limit;
}

static void try_candidate(struct hunt *hunt, const struct candidate *candidate) {
  uint64_t form = candidate_form(candidate, &hunt->traits) | 1, *slot = slot_of(hunt, form);
  size_t elsewhere, limit = enough(hunt, &hunt->all);
  if (!hunt->plainly && *slot) return;
  if (!hunt->plainly && fails_in_part(hunt, candidate)) {
    *slot = form;
    return;
  }
  polyring_ring *ring = candidate_ring(candidate, hunt->places->text);
  if (!ring) return;
  size_t count = misses(hunt, ring, &hunt->all, candidate, hunt->best, &elsewhere);
  polyring_ring_free(ring);
  if (elsewhere >= limit) *slot = form;
  if (count < hunt->best || (count == hunt->best && !hunt->nearest)) {
    hunt->best = count;
    hunt->nearest = candidate;
  }
  if (count > 0) return;
  ROOM(hunt->fits, hunt->fit_count, hunt->fit_capacity);
  hunt->fits[hunt->fit_count++] = candidate;
}

static void hunt_open(struct hunt *hunt, const struct keys *keys, const size_t *at) {
  size_t slots = 64;
  list_traits(hunt->places, &hunt->traits);
  sight_open(&hunt->all, hunt->places, keys, at);
  while (slots < 3 * hunt->candidates->count) slots *= 2;
  hunt->out = zeroed(slots, sizeof *hunt->out);
  hunt->out_mask = slots - 1;
  hunt->best = hunt->all.keys.count;
  bool apart = !hunt->traits.matter[CANDIDATE_PARTS - 1];
  if (!hunt->plainly && hunt->places->count > FEW_SERVERS + 1 && apart) open_part(hunt);
}

static void hunt_done(struct hunt *hunt) {
  sight_done(&hunt->all);
  sight_done(&hunt->few);
  free(hunt->part);
  free(hunt->out);
  free(hunt->fits);
}

/* An unrelated client has the same share of keys on each server as the one that was seen: how
 * often two keys that were seen lie on one server. */
static double chance_of(const struct sight *sight, size_t servers) {
  size_t *held = zeroed(servers, sizeof *held), count = sight->keys.count;
  double pairs = 0;
  for (size_t i = 0; i < count; i++) held[sight->at[i]]++;
  for (size_t s = 0; s < servers; s++) pairs += (double)held[s] * ((double)held[s] - 1);
  free(held);
  double chance = count > 1 ? pairs / ((double)count * (double)(count - 1)) : 1;
  return chance * (double)servers > 1 ? chance : 1 / (double)servers;
}

static void fill(const struct hunt *hunt, struct identity *identity) {
  for (size_t i = 0; i < hunt->fit_count; i++) {
    words_add(&identity->names, copy(hunt->fits[i]->name));
    identity->rows += hunt->fits[i]->is_row;
  }
  identity->seen = hunt->all.keys.count;
  identity->chance = chance_of(&hunt->all, hunt->places->count);
  identity->by_luck =
      (double)hunt->candidates->count * pow(identity->chance, (double)identity->seen);
  if (hunt->fit_count || !hunt->nearest) return;
  identity->nearest = copy(hunt->nearest->name);
  identity->nearest_same = identity->seen - hunt->best;
}

static void search(const struct candidates *candidates, const struct places *places,
                   const struct keys *keys, const size_t *at, bool plainly,
                   struct identity *identity) {
  struct hunt hunt = {.candidates = candidates, .places = places, .plainly = plainly};
  *identity = (struct identity){0};
  hunt_open(&hunt, keys, at);
  for (size_t i = 0; i < candidates->count && hunt.all.keys.count; i++)
    try_candidate(&hunt, &candidates->items[i]);
  fill(&hunt, identity);
  for (size_t i = 0; i < keys->count; i++) identity->refused += at[i] == KEY_REFUSED;
  hunt_done(&hunt);
}

void identify_plainly(const struct candidates *candidates, const struct places *places,
                      const struct keys *keys, const size_t *at, struct identity *identity) {
  search(candidates, places, keys, at, true, identity);
}

void identify_names(const struct candidates *candidates, const struct places *places,
                    const struct keys *keys, const size_t *at, struct identity *identity) {
  search(candidates, places, keys, at, false, identity);
}

void identify_among(const struct candidates *candidates, const struct places *places,
                    const struct keys *keys, const size_t *at, struct identity *identity) {
  search(candidates, places, keys, at, false, identity);
  identity_split(places, keys, at, identity);
  if (identity->nearest)
    identity->deviation = identity_deviation(identity->nearest, places, keys, at);
}

void identify(const struct places *places, const struct keys *keys, const size_t *at,
              struct identity *identity) {
  struct candidates candidates;
  candidates_make(&candidates);
  identify_among(&candidates, places, keys, at, identity);
  candidates_done(&candidates);
}

void identity_done(struct identity *identity) {
  for (size_t i = 0; i < identity->names.count; i++) free(identity->names.items[i]);
  for (size_t g = 0; g < identity->group_count; g++) {
    free(identity->split[g]);
    free(identity->hints[g]);
  }
  void *owned[] = {identity->names.items, identity->groups,   identity->nearest,
                   identity->deviation,   identity->splitter, identity->split,
                   identity->hints};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
  keys_done(&identity->splitters);
  *identity = (struct identity){0};
}
