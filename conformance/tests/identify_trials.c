/* Many trials of identify in one process: random lists, random clients.
 *
 * usage: identify_trials named COUNT SEED      the class has the truth, and all of it fits
 *        identify_trials stranger COUNT SEED   who is no candidate gets no name
 *        identify_trials shortcut COUNT SEED   the short cuts lose and invent nothing
 *        identify_trials chosen COUNT SEED     as named, with the keys that identify chooses
 *        identify_trials wrong COUNT SEED      controls, which must fail: as named, a wrong truth;
 *        identify_trials familiar COUNT SEED   as stranger, a candidate;
 *        identify_trials lost COUNT SEED       as shortcut, one key elsewhere
 *        identify_trials separate COUNT SEED   how many changes the chosen keys tell from their row
 *        identify_trials vectors FILE...       what real clients did is named as their profile
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "identify.h"
#include "kill_keys.h"
#include "polyring/topology.h"
#include "vector.h"

#define KEYS 200
#define CHANGED 5
#define LONG_WITH_PREFIX 200 /* bytes from which a prefix may make a key too long */
#define TRIES 5000           /* to find keys of a stranger */

struct trial {
  const struct candidates *candidates;
  uint64_t seed;
  bool chosen; /* keys as identify chooses them */
  struct places places;
  struct keys keys;
  size_t at[KEYS];
  const struct candidate *truth;
  polyring_ring *ring;
};

static uint64_t draw(struct trial *trial, uint64_t below) { /* splitmix64 */
  uint64_t z = trial->seed += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return (z ^ z >> 31) % below;
}

/* Mostly short lists: 3 to 20 servers, with or without ports, weights, names of hosts and names. */
static void draw_servers(struct trial *trial) {
  size_t count = 3 + draw(trial, draw(trial, 10) ? 3 : 18), size;
  bool ports = draw(trial, 4) > 0, weights = draw(trial, 5) == 0, hosts = draw(trial, 3) == 0;
  bool names = draw(trial, 6) == 0, one_port = draw(trial, 2) == 0;
  char *text;
  FILE *file = open_memstream(&text, &size);
  for (size_t i = 0; i < count; i++) {
    unsigned a = (unsigned)draw(trial, 250) + 1, b = (unsigned)(12 * i + draw(trial, 12));
    if (names) fprintf(file, "n%u=", b);
    if (hosts) fprintf(file, "cache-%u-%u.example/", a, b);
    fprintf(file, "10.%u.%u.%u", a, b, (unsigned)draw(trial, 255));
    if (ports || weights)
      fprintf(file, ":%u", one_port ? 11211 : 11211 + (unsigned)draw(trial, 100));
    if (weights) fprintf(file, ":%u", 1 + (unsigned)draw(trial, 4));
    fputc(' ', file);
  }
  fclose(file);
  char *why = places_read(text, &trial->places);
  if (why) fail(EXIT_USAGE, "%s: %s", text, why);
  free(text);
}

static void draw_keys(struct trial *trial, const struct keys *pool) {
  size_t size;
  if (trial->chosen) {
    identify_keys(trial->candidates, &trial->places, KEYS, &trial->keys);
    return;
  }
  keys_add_pattern(&trial->keys, "k{n}", draw(trial, 1000000), IDENTIFY_PLAIN);
  while (trial->keys.count < KEYS) {
    const uint8_t *key = keys_at(pool, draw(trial, pool->count), &size);
    if (is_giveable(key, size)) keys_add(&trial->keys, key, size);
  }
}

/* Where the ring has a key; one of several servers where its client leaves that to chance. */
static size_t draw_place(struct trial *trial, size_t i, size_t *ties) {
  polyring_placement placement;
  size_t size, at = judge_wanted(trial->ring, &trial->places, &trial->keys, i);
  const uint8_t *key = keys_at(&trial->keys, i, &size);
  if (!trial->truth->by_luck || at == NOT_PLACED ||
      polyring_ring_explain(trial->ring, key, size, &placement, NULL) < 0 || !placement.tie_count)
    return at;
  ++*ties;
  at = placement.ties[draw(
      trial, placement.tie_count < POLYRING_TIES_MAX ? placement.tie_count : POLYRING_TIES_MAX)];
  return trial->places.items[at].same_as;
}

/* A candidate that takes the list and spreads keys over it. */
static void draw_truth(struct trial *trial) {
  const struct candidates *all = trial->candidates;
  for (;;) {
    size_t first = 0, others = 0, ties = 0;
    trial->truth = &all->items[draw(trial, draw(trial, 2) ? all->count : all->rows)];
    trial->ring = candidate_ring(trial->truth, trial->places.text);
    if (!trial->ring) continue;
    for (size_t i = 0; i < KEYS; i++) {
      trial->at[i] = draw_place(trial, i, &ties);
      if (trial->at[i] != NOT_PLACED) *(trial->at[i] == trial->at[0] ? &first : &others) += 1;
    }
    if (others > KEYS / 20 && ties <= KEYS / 8) return;
    polyring_ring_free(trial->ring);
  }
}

static void trial_done(struct trial *trial) {
  keys_done(&trial->keys);
  places_done(&trial->places);
  polyring_ring_free(trial->ring);
}

static bool has_name(const struct identity *identity, const char *name) {
  for (size_t i = 0; i < identity->names.count; i++)
    if (!strcmp(identity->names.items[i], name)) return true;
  return false;
}

/* How many names do not put all keys where they were seen. */
static size_t misfits(const struct places *places, const struct keys *keys, const size_t *at,
                      const struct identity *identity) {
  size_t count = 0, size;
  for (size_t n = 0; n < identity->names.count; n++) {
    char *why;
    polyring_ring *ring = judge_ring(identity->names.items[n], places, &why);
    bool fits = ring != NULL;
    bool prefixed = strstr(identity->names.items[n], ",prefix=") != NULL;
    for (size_t i = 0; i < keys->count && fits; i++) {
      keys_at(keys, i, &size);
      fits = at[i] >= places->count || judge_right(ring, places, keys, i, at[i]) ||
             (prefixed && size >= LONG_WITH_PREFIX &&
              judge_wanted(ring, places, keys, i) == NOT_PLACED);
    }
    count += !fits;
    polyring_ring_free(ring);
    free(why);
  }
  return count;
}

static bool complain(const struct trial *trial, const struct identity *identity, const char *what) {
  printf("%s: %s on %s; %zu names, the first %s; nearest %s %zu of %zu\n", what, trial->truth->name,
         trial->places.text, identity->names.count,
         identity->names.count ? identity->names.items[0] : "-",
         identity->nearest ? identity->nearest : "-", identity->nearest_same, identity->seen);
  return false;
}

static bool try_named(struct trial *trial, const char *truth) {
  struct identity identity;
  bool good = true;
  identify_names(trial->candidates, &trial->places, &trial->keys, trial->at, &identity);
  if (!has_name(&identity, truth)) good = complain(trial, &identity, "not named");
  if (misfits(&trial->places, &trial->keys, trial->at, &identity))
    good = complain(trial, &identity, "misfits");
  identity_done(&identity);
  return good;
}

/* Any candidate that is not the truth by name or by placement: what a wrong answer would be. */
static const char *wrong_truth(struct trial *trial) {
  for (;;) {
    const struct candidate *other =
        &trial->candidates->items[draw(trial, trial->candidates->count)];
    polyring_ring *ring = candidate_ring(other, trial->places.text);
    bool differs = !ring;
    for (size_t i = 0; i < KEYS && !differs; i++)
      differs = trial->at[i] != NOT_PLACED &&
                !judge_right(ring, &trial->places, &trial->keys, i, trial->at[i]);
    polyring_ring_free(ring);
    if (differs) return other->name;
  }
}

/* An own client, or a candidate that has some keys elsewhere. Most of the placements that a
 * candidate explains are to be wrong for every other one too. */
static bool try_stranger(struct trial *trial, bool familiar) {
  struct identity identity;
  size_t changed = 0, servers = trial->places.count, size, wanted = 0;
  bool good = true, own = draw(trial, 2) && !familiar;
  if (!own && !familiar) wanted = CHANGED + draw(trial, 20);
  for (size_t i = 0; i < KEYS && own; i++) {
    const uint8_t *key = keys_at(&trial->keys, i, &size);
    uint32_t hash = 5;
    for (size_t b = 0; b < size; b++) hash = hash * 2654435761u + key[b] * 40503u + 17;
    trial->at[i] = (hash >> 7) % servers;
  }
  for (int tries = 0; changed < wanted && tries < TRIES; tries++) {
    /* Some clients refuse all plain keys, and most others too. */
    size_t i = draw(trial, tries < TRIES / 2 ? IDENTIFY_PLAIN : KEYS), at = draw(trial, servers);
    if (trial->at[i] == NOT_PLACED || judge_right(trial->ring, &trial->places, &trial->keys, i, at))
      continue;
    if (judge_right(trial->ring, &trial->places, &trial->keys, i, trial->at[i])) changed++;
    trial->at[i] = at;
  }
  if (!own && !familiar && changed < CHANGED)
    return complain(trial, &(struct identity){0}, "no such stranger found");
  identify_names(trial->candidates, &trial->places, &trial->keys, trial->at, &identity);
  if (identity.names.count) good = complain(trial, &identity, "a stranger was named");
  /* A row is always tried to the end, if few keys speak against it. */
  if (!own && trial->truth->is_row && changed < 8 &&
      identity.nearest_same + changed < identity.seen)
    good = complain(trial, &identity, "there is a nearer one");
  identity_done(&identity);
  return good;
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool try_shortcut(struct trial *trial, bool lost) {
  struct identity quick, plain;
  size_t first = trial->at[0];
  identify_names(trial->candidates, &trial->places, &trial->keys, trial->at, &quick);
  if (lost) trial->at[0] = (first + 1) % trial->places.count;
  identify_plainly(trial->candidates, &trial->places, &trial->keys, trial->at, &plain);
  bool good = quick.names.count == plain.names.count;
  if (good && plain.names.count) {
    qsort(quick.names.items, quick.names.count, sizeof *quick.names.items, by_name);
    qsort(plain.names.items, plain.names.count, sizeof *plain.names.items, by_name);
  }
  for (size_t i = 0; i < plain.names.count && good; i++)
    good = !strcmp(quick.names.items[i], plain.names.items[i]);
  if (!good) complain(trial, &plain, "other names without short cuts");
  identity_done(&quick);
  identity_done(&plain);
  return good;
}

/* Whether a key lies elsewhere by the two. */
static bool differs(const struct trial *trial, const polyring_ring *a, const polyring_ring *b) {
  for (size_t i = 0; i < trial->keys.count; i++)
    if (judge_wanted(a, &trial->places, &trial->keys, i) !=
        judge_wanted(b, &trial->places, &trial->keys, i))
      return true;
  return false;
}

/* Of the changes that make another ring at all on this list. Most must be told apart. */
static bool try_separate(struct trial *trial) {
  size_t told = 0, all = 0, same = 0;
  const struct candidates *candidates = trial->candidates;
  char row_print[POLYRING_FINGERPRINT_SIZE], print[POLYRING_FINGERPRINT_SIZE];
  struct bench bench;
  bench_open(&bench, candidates, trial->places.text, true);
  for (size_t i = candidates->rows; i < candidates->count; i++) {
    const struct candidate *row = &candidates->items[candidates->items[i].row];
    polyring_ring *ring = bench_ring(&bench, &candidates->items[i]);
    polyring_ring *of_row = bench_ring(&bench, row);
    if (ring && of_row) {
      bool apart = differs(trial, ring, of_row);
      told += apart;
      all++;
      if (!apart && polyring_ring_fingerprint(ring, print) >= 0 &&
          polyring_ring_fingerprint(of_row, row_print) >= 0)
        same += !strcmp(print, row_print);
    }
    bench_return(&bench, &candidates->items[i], ring);
    bench_return(&bench, row, of_row);
  }
  bench_done(&bench);
  printf("%s: of %zu changes %zu are told from their row, %zu are the same on this list\n",
         trial->places.text, all, told, same);
  return 10 * told > 7 * (all - same);
}

static bool run_trial(const char *kind, struct trial *trial) {
  if (!strcmp(kind, "stranger")) return try_stranger(trial, false);
  if (!strcmp(kind, "familiar")) return try_stranger(trial, true);
  if (!strcmp(kind, "shortcut")) return try_shortcut(trial, false);
  if (!strcmp(kind, "lost")) return try_shortcut(trial, true);
  if (!strcmp(kind, "separate")) return try_separate(trial);
  return try_named(trial, strcmp(kind, "wrong") ? trial->truth->name : wrong_truth(trial));
}

static int run_trials(const struct candidates *candidates, const char *kind, size_t count,
                      uint64_t seed) {
  struct keys pool = {0};
  size_t bad = 0;
  clock_t start = clock();
  polyring_ring *ring = candidate_ring(&candidates->items[0], "10.0.0.1:11211 10.0.0.2:11211");
  if (ring) kill_keys(&pool, ring);
  polyring_ring_free(ring);
  for (size_t n = 0; n < count; n++) {
    struct trial trial = {.candidates = candidates,
                          .seed = (seed << 32) + 1000003 * n,
                          .chosen = !strcmp(kind, "chosen") || !strcmp(kind, "separate")};
    draw_servers(&trial);
    draw_keys(&trial, &pool);
    draw_truth(&trial);
    bad += !run_trial(kind, &trial);
    trial_done(&trial);
  }
  printf("%s: %zu trials with seed %llu, %zu wrong, %lld ms of CPU each\n", kind, count,
         (unsigned long long)seed, bad,
         (long long)(clock() - start) / (CLOCKS_PER_SEC / 1000) / (long long)(count + !count));
  keys_done(&pool);
  return bad ? EXIT_DIFFERS : count ? EXIT_AGREED : EXIT_NOTHING;
}

/* Refused keys are given as such; they must not take the name away. */
static bool try_vector(const struct candidates *candidates, const struct vector *vector) {
  struct identity identity;
  size_t *at = zeroed(vector->count, sizeof *at);
  struct keys keys = {0};
  for (size_t i = 0; i < vector->count; i++) {
    size_t size;
    const uint8_t *key = keys_at(&vector->keys, vector->cases[i].key_index, &size);
    at[keys_add(&keys, key, size)] = vector->cases[i].refused ? KEY_REFUSED : vector->cases[i].at;
  }
  identify_names(candidates, &vector->places, &keys, at, &identity);
  bool known = false;
  for (size_t i = 0; i < candidates->count && !known; i++)
    known = !strcmp(candidates->items[i].name, vector->profile);
  bool named = has_name(&identity, vector->profile);
  size_t wrong = misfits(&vector->places, &keys, at, &identity);
  printf("%s/%s: %zu keys, %zu names, %zu rows, %s\n", vector->profile, vector->topology,
         identity.seen, identity.names.count, identity.rows,
         wrong                  ? "WRONG NAMES"
         : named                ? "named"
         : known                ? "NOT NAMED"
         : identity.names.count ? "no candidate; these place all keys alike"
                                : "no candidate");
  identity_done(&identity);
  keys_done(&keys);
  free(at);
  return !wrong && (named || !known);
}

static int run_vectors(const struct candidates *candidates, char **paths) {
  size_t count = 0, bad = 0;
  for (; *paths; paths++) {
    struct vector vector;
    if (!vector_read(*paths, &vector)) continue;
    bad += !try_vector(candidates, &vector);
    count++;
    vector_done(&vector);
  }
  printf("vectors: %zu files, %zu wrong\n", count, bad);
  return bad ? EXIT_DIFFERS : count ? EXIT_AGREED : EXIT_NOTHING;
}

int main(int argc, char **argv) {
  struct candidates candidates;
  uint64_t count, seed;
  bool vectors = argc > 2 && !strcmp(argv[1], "vectors");
  if (!vectors && (argc != 4 || !number_read(argv[2], 1000000, &count) ||
                   !number_read(argv[3], UINT32_MAX, &seed)))
    fail(EXIT_USAGE, "identify_trials KIND COUNT SEED, or vectors FILE...");
  candidates_make(&candidates);
  int code =
      vectors ? run_vectors(&candidates, argv + 2) : run_trials(&candidates, argv[1], count, seed);
  candidates_done(&candidates);
  return code;
}
