#include "identify.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kill_keys.h"

#define FIRST_CHUNK 8
#define CHUNK 128
#define FEW_SERVERS 2 /* a part of the list, at least */
#define LONG_KEY 200  /* bytes with which a key may get too long by a prefix */
#define FEW_KEYS 16   /* plain ones that such a part must have to say anything */
#define COUNTS 1024   /* ways to count points that are remembered */

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
  size_t part_count;
  struct bench bench, part_bench;
  struct {
    uint64_t counts;
    size_t each;
  } known[COUNTS]; /* how many points a server of the whole list has */
  uint64_t *out;   /* a hash table of forms that do not fit */
  size_t out_mask;
  const struct candidate **fits;
  size_t fit_count, fit_capacity, best; /* best: of nearest, how many keys it does not explain */
  const struct candidate *nearest;
  bool plainly;
};

static size_t chunk_end(size_t first, size_t count) {
  size_t end = first < FIRST_CHUNK ? FIRST_CHUNK : first + (first < CHUNK ? CHUNK / 4 : CHUNK);
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

/* The servers of the part: those that have the most plain keys, until these are enough; how many
 * servers, or 0. */
static size_t choose_part(const struct hunt *hunt, bool *chosen) {
  size_t servers = hunt->places->count, *held = zeroed(servers, sizeof *held), keys = 0, count = 0;
  for (size_t i = 0; i < hunt->all.plain; i++) held[hunt->all.at[i]]++;
  while ((count < FEW_SERVERS || keys < FEW_KEYS) && count < servers) {
    size_t top = 0;
    while (chosen[top]) top++;
    for (size_t s = top; s < servers; s++)
      if (!chosen[s] && held[s] > held[top]) top = s;
    chosen[top] = true;
    keys += held[top];
    count++;
  }
  free(held);
  return keys >= FEW_KEYS && 3 * count <= 2 * servers ? count : 0;
}

static void open_part(struct hunt *hunt) {
  const struct sight *all = &hunt->all;
  size_t servers = hunt->places->count, size, *at = zeroed(all->keys.count, sizeof *at);
  size_t *place = zeroed(servers, sizeof *place);
  bool *chosen = zeroed(servers, sizeof *chosen);
  hunt->few.at = zeroed(all->keys.count, sizeof *hunt->few.at);
  hunt->part_count = choose_part(hunt, chosen);
  if (hunt->part_count) {
    FILE *file = open_memstream(&hunt->part, &size);
    for (size_t s = 0, next = 0; s < servers; s++) {
      if (!chosen[s]) continue;
      place[s] = next++;
      fprintf(file, "%s ", hunt->places->items[s].word);
    }
    fclose(file);
    for (size_t i = 0; i < all->plain; i++) {
      at[i] = place[all->at[i]];
      if (chosen[all->at[i]]) sight_add(&hunt->few, &all->keys, at, i, true);
    }
  }
  hunt->few.plain = hunt->few.keys.count;
  sight_close(&hunt->few);
  free(at);
  free(place);
  free(chosen);
}

static bool is_tied(const struct hunt *hunt, const polyring_ring *ring, const struct sight *sight,
                    size_t i) {
  return judge_right(ring, hunt->places, &sight->keys, i, sight->at[i]);
}

/* Whether a part of the list leaves the key to chance; the whole one then may not. */
static bool is_left_open(const polyring_ring *ring, const struct sight *sight, size_t i) {
  polyring_placement placement;
  size_t size;
  const uint8_t *key = keys_at(&sight->keys, i, &size);
  return polyring_ring_explain(ring, key, size, &placement, NULL) >= 0 && placement.tie_count;
}

static bool is_long(const struct sight *sight, size_t i) {
  size_t size;
  keys_at(&sight->keys, i, &size);
  return size >= LONG_KEY;
}

/* How many keys the ring places elsewhere, or refuses; it gives up above most. *elsewhere: how
 * many plain ones it places elsewhere; above half of these only a row is worth to be called the
 * nearest. Servers among which the original leaves a key to
 * chance are all right. */
static size_t misses(const struct hunt *hunt, const polyring_ring *ring, const struct sight *sight,
                     const struct candidate *candidate, size_t most, size_t *elsewhere) {
  uint16_t found[CHUNK + FIRST_CHUNK];
  size_t count = 0, tied = 0, ties_most = 2 + sight->keys.count / 4;
  size_t hopeless = candidate->is_row || hunt->plainly ? SIZE_MAX : sight->plain / 2;
  *elsewhere = 0;
  for (size_t first = 0, end; first < sight->keys.count && count <= most; first = end) {
    if (*elsewhere > hopeless) return sight->keys.count;
    size_t start = first ? sight->keys.ends[first - 1] : 0;
    end = chunk_end(first, sight->keys.count);
    polyring_ring_locate_many(ring, sight->keys.bytes + start, sight->ends + first, end - first,
                              found, NULL);
    for (size_t i = first; i < end && count <= most; i++) {
      size_t at = found[i - first];
      if (at != POLYRING_NO_SERVER && sight == &hunt->all) at = hunt->places->items[at].same_as;
      if (at == sight->at[i]) continue;
      if (at == POLYRING_NO_SERVER && candidate->prefixed && is_long(sight, i)) continue;
      if (candidate->by_luck && sight == &hunt->few && is_left_open(ring, sight, i)) continue;
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

/* How many points each server has where all have as many; remembered if it is of the whole list. */
static void learn_count(struct hunt *hunt, const struct candidate *candidate,
                        const polyring_ring *ring) {
  if (!candidate->splits_counted || hunt->traits.weighted) return;
  size_t i = candidate->counts % COUNTS;
  hunt->known[i].counts = candidate->counts;
  hunt->known[i].each = polyring_ring_point_count(ring) / hunt->places->count;
}

static size_t known_count(const struct hunt *hunt, const struct candidate *candidate) {
  size_t i = candidate->counts % COUNTS;
  return hunt->known[i].counts == candidate->counts ? hunt->known[i].each : 0;
}

/* Whether a part of the list is enough to say no. */
static bool fails_in_part(struct hunt *hunt, const struct candidate *candidate) {
  size_t elsewhere = 0, limit = enough(hunt, &hunt->few);
  bool counted = candidate->splits_counted && !hunt->traits.weighted;
  size_t each = counted ? known_count(hunt, candidate) : 0;
  if (!hunt->part || !(candidate->splits || each) || candidate->is_row) return false;
  polyring_ring *ring = bench_ring(&hunt->part_bench, candidate);
  if (!ring) return false;
  if (!counted || polyring_ring_point_count(ring) == each * hunt->part_count)
    misses(hunt, ring, &hunt->few, candidate, hunt->few.plain, &elsewhere);
  bench_return(&hunt->part_bench, candidate, ring);
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
  polyring_ring *ring = hunt->plainly ? candidate_ring(candidate, hunt->places->text)
                                      : bench_ring(&hunt->bench, candidate);
  if (!ring) return;
  learn_count(hunt, candidate, ring);
  size_t count = misses(hunt, ring, &hunt->all, candidate, hunt->best, &elsewhere);
  if (hunt->plainly)
    polyring_ring_free(ring);
  else
    bench_return(&hunt->bench, candidate, ring);
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
  if (hunt->plainly) return;
  bench_open(&hunt->bench, hunt->candidates, hunt->places->text, hunt->traits.weighted);
  if (hunt->part)
    bench_open(&hunt->part_bench, hunt->candidates, hunt->part, hunt->traits.weighted);
}

static void hunt_done(struct hunt *hunt) {
  sight_done(&hunt->all);
  sight_done(&hunt->few);
  bench_done(&hunt->bench);
  bench_done(&hunt->part_bench);
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
  void *owned[] = {identity->names.items, identity->groups, identity->nearest, identity->deviation,
                   identity->splitter,    identity->split,  identity->hints};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) free(owned[i]);
  keys_done(&identity->splitters);
  *identity = (struct identity){0};
}
