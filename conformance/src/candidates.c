#include "candidates.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "kill_mutants.h"

#define POINTS_KEPT 8000000 /* of all rings of a bench */

/* What only concerns keys that are not plain: their bytes, their length, parts of them. */
static const char *const special[] = {"provenance", "refuse",     "encode", "route",     "long_key",
                                      "stop",       "empty_stop", "tag",    "empty_tag", "next"};

/* What only concerns lists with such a server. heavy is of weights, zero and fractions too. */
enum { UNIX, NO_PORT, WEIGHT, ZERO, FRACTION, TWICE };
static const struct {
  const char *column;
  int part;
} partial[] = {{"unix_label", UNIX},   {"no_port", NO_PORT},  {"heavy", WEIGHT},
               {"heavy_when", WEIGHT}, {"zero_weight", ZERO}, {"fractions", FRACTION},
               {"duplicates", TWICE},  {"one_server", TWICE}};

/* What makes points; and of that, what weights have to do with. */
static const char *const of_points[] = {
    "layout", "label", "next_label", "unix_label", "no_port",     "points", "point_start",
    "words",  "bits",  "byte_order", "sign",       "point_order", "seed",   "duplicates"};
static const char *const of_weights[] = {"weights",   "no_weight", "zero_weight",
                                         "fractions", "heavy",     "heavy_when"};

static uint64_t mix(uint64_t hash, const char *text) {
  for (; *text; text++) hash = (hash ^ (uint8_t)*text) * 0x100000001b3u;
  hash = (hash ^ 0xFF) * 0x100000001b3u;
  return hash ^ hash >> 29;
}

static bool is_special(const char *column, const char *value) {
  for (size_t i = 0; i < sizeof special / sizeof *special; i++)
    if (!strcmp(column, special[i])) return true;
  if (!strcmp(column, "longest")) return atoi(value) >= PLAIN_KEY_MAX;
  return !strcmp(column, "text") && strcmp(value, "repr") != 0;
}

static const char *value_of(const polyring_profile *profile, const char *column) {
  const char *name;
  for (size_t c = 0; (name = polyring_column_name(c)); c++)
    if (!strcmp(name, column)) return polyring_profile_value(profile, c);
  fail(EXIT_USAGE, "the table has no column %s", column);
}

static bool has(const polyring_profile *profile, const char *column, const char *value) {
  return !strcmp(value_of(profile, column), value);
}

/* Servers of a ring or of scores know nothing of each other unless they share points by weight,
 * or a rule speaks of all points, or of the first server. */
static void read_splits(const polyring_profile *profile, struct candidate *candidate) {
  bool ring = has(profile, "layout", "ring"), scores = has(profile, "layout", "rendezvous");
  bool weighs = !has(profile, "weights", "ignored") && !has(profile, "weights", "refused") &&
                !(ring && has(profile, "weights", "times"));
  bool alone = !has(profile, "equal", "cycle") && !has(profile, "search", "ceil_or_last") &&
               !has(profile, "point_start", "very_first");
  candidate->splits = alone && (ring || scores) && !weighs && !*value_of(profile, "heavy");
  candidate->splits_counted = alone && ring && !candidate->splits;
}

static void read_points(const polyring_profile *profile, struct candidate *candidate) {
  const char *hash = value_of(profile, "point_hash");
  if (!strcmp(hash, "same")) hash = value_of(profile, "hash");
  candidate->points = mix(0, hash);
  for (size_t i = 0; i < sizeof of_points / sizeof *of_points; i++)
    candidate->points = mix(candidate->points, value_of(profile, of_points[i]));
  for (size_t i = 0; i < sizeof of_weights / sizeof *of_weights; i++)
    candidate->heavy = mix(candidate->heavy, value_of(profile, of_weights[i]));
  candidate->counts =
      mix(mix(candidate->heavy, value_of(profile, "points")), value_of(profile, "words"));
}

static void read_columns(const polyring_profile *profile, struct candidate *candidate) {
  const char *column, *change = strchr(candidate->name, ',');
  candidate->only_refuses =
      change && (!strncmp(change, ",refuse=", 8) ||
                 (!strncmp(change, ",longest=", 9) && has(profile, "long_key", "refused")));
  read_splits(profile, candidate);
  candidate->prefixed = *value_of(profile, "prefix") != 0;
  candidate->by_luck =
      has(profile, "equal", "unspecified") || strstr(value_of(profile, "heavy"), "unspecified");
  for (size_t c = 0; (column = polyring_column_name(c)); c++) {
    const char *value = polyring_profile_value(profile, c);
    uint64_t *into = &candidate->form;
    for (size_t i = 0; i < sizeof partial / sizeof *partial; i++)
      if (!strcmp(column, partial[i].column)) into = &candidate->parts[partial[i].part];
    if (!is_special(column, value)) *into = mix(mix(*into, column), value);
  }
}

/* Adds a profile unless its text contradicts itself, or says what one since first says; a row if
 * first is 0. */
static void add(struct candidates *candidates, const char *text, size_t row, size_t first) {
  polyring_profile *profile;
  if (polyring_profile_new(NULL, text, strlen(text), &profile, NULL) < 0) return;
  const char *name = polyring_profile_name(profile);
  for (size_t i = first; i < candidates->count && name; i++)
    if (!strcmp(candidates->items[i].name, name)) name = NULL;
  if (!name || (first && !strchr(name, ','))) {
    polyring_profile_free(profile);
    return;
  }
  ROOM(candidates->items, candidates->count, candidates->capacity);
  struct candidate *made = &candidates->items[candidates->count++];
  *made =
      (struct candidate){.name = copy(name), .is_row = first == 0, .row = row, .profile = profile};
  read_columns(profile, made);
  read_points(profile, made);
}

void candidates_make(struct candidates *candidates) {
  const char *row;
  *candidates = (struct candidates){0};
  for (size_t i = 0; (row = polyring_profile_name_at(i)); i++) add(candidates, row, i, 0);
  candidates->rows = candidates->count;
  for (size_t i = 0; (row = polyring_profile_name_at(i)); i++) {
    polyring_profile *profile;
    size_t first = candidates->count;
    if (polyring_profile_new(NULL, row, strlen(row), &profile, NULL) < 0) continue;
    struct words mutants = mutants_of(profile);
    for (size_t m = 0; m < mutants.count; m++) {
      char *text = format("%s,%s", row, mutants.items[m]);
      add(candidates, text, i, first);
      free(text);
      free(mutants.items[m]);
    }
    free(mutants.items);
    polyring_profile_free(profile);
  }
}

void candidates_done(struct candidates *candidates) {
  for (size_t i = 0; i < candidates->count; i++) {
    polyring_profile_free(candidates->items[i].profile);
    free(candidates->items[i].name);
  }
  free(candidates->items);
  *candidates = (struct candidates){0};
}

polyring_ring *candidate_ring(const struct candidate *candidate, const char *servers) {
  polyring_ring *ring;
  polyring_ring_new(NULL, candidate->name, strlen(candidate->name), servers, strlen(servers), &ring,
                    NULL);
  return ring;
}

void bench_open(struct bench *bench, const struct candidates *candidates, const char *servers,
                bool weighted) {
  size_t slots = 64;
  while (slots < 2 * candidates->count) slots *= 2;
  *bench = (struct bench){.servers = servers, .weighted = weighted, .mask = slots - 1};
  bench->kept = zeroed(slots, sizeof *bench->kept);
  bench->forms = zeroed(slots, sizeof *bench->forms);
}

void bench_done(struct bench *bench) {
  for (size_t i = 0; i <= bench->mask && bench->kept; i++) polyring_ring_free(bench->kept[i]);
  polyring_ring_free(bench->first);
  free(bench->kept);
  free(bench->forms);
  *bench = (struct bench){0};
}

/* The slot of the ring that has the candidate's points, or will have. */
static size_t bench_slot(const struct bench *bench, const struct candidate *candidate) {
  uint64_t form = candidate->points ^ (bench->weighted ? candidate->heavy : 0);
  form = (form ^ form >> 32) | 1;
  size_t i = form & bench->mask;
  while (bench->forms[i] && bench->forms[i] != form) i = (i + 1) & bench->mask;
  bench->forms[i] = form;
  return i;
}

polyring_ring *bench_ring(struct bench *bench, const struct candidate *candidate) {
  size_t slot = bench_slot(bench, candidate);
  polyring_ring *like = bench->kept[slot] ? bench->kept[slot] : bench->first, *ring;
  if (!like) return bench->first = candidate_ring(candidate, bench->servers);
  polyring_ring_follow(like, candidate->profile, &ring, NULL);
  size_t points = ring ? polyring_ring_point_count(ring) : 0;
  if (points && !bench->kept[slot] && bench->points + points <= POINTS_KEPT) {
    bench->points += points;
    bench->kept[slot] = ring;
  }
  return ring;
}

void bench_return(struct bench *bench, const struct candidate *candidate, polyring_ring *ring) {
  if (ring && ring != bench->first && ring != bench->kept[bench_slot(bench, candidate)])
    polyring_ring_free(ring);
}

/* Whether a word gives port and weight, which stand behind the brackets and slashes of a host. */
static void read_word(const char *word, bool *port, const char **weight) {
  const char *end = strchr(word, ';');
  size_t size = end ? (size_t)(end - word) : strlen(word);
  size_t after = 0, colons = 0;
  const char *last = NULL;
  for (size_t i = 0; i < size; i++)
    if (word[i] == ']' || word[i] == '/' || word[i] == '=') after = i + 1;
  for (size_t i = after; i < size; i++)
    if (word[i] == ':') {
      colons++;
      last = word + i + 1;
    }
  *port = colons > 0;
  *weight = colons > 1 ? last : NULL;
}

void list_traits(const struct places *places, struct list_traits *traits) {
  *traits = (struct list_traits){0};
  for (size_t i = 0; i < places->count; i++) {
    const struct place *place = &places->items[i];
    bool port;
    const char *weight;
    read_word(place->word, &port, &weight);
    if (place->path) {
      traits->matter[UNIX] = true;
      weight = strstr(place->word, "unix:") + 5; /* any number there may be one */
      weight = strchr(weight, ':');
    } else if (!port) {
      traits->matter[NO_PORT] = true;
    }
    traits->weighted |= weight != NULL;
    if (place->same_as != i) traits->matter[TWICE] = true;
  }
  /* A host may stand there twice with two addresses. */
  if (places->count == 1 || places->named) traits->matter[TWICE] = true;
  traits->matter[WEIGHT] = traits->matter[ZERO] = traits->matter[FRACTION] = traits->weighted;
}

uint64_t candidate_form(const struct candidate *candidate, const struct list_traits *traits) {
  uint64_t form = candidate->form;
  for (int part = 0; part < CANDIDATE_PARTS; part++)
    if (traits->matter[part]) form = (form ^ candidate->parts[part]) * 0x9e3779b97f4a7c15u;
  return form ^ form >> 32;
}

bool is_plain_key(const uint8_t *key, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (!isascii(key[i]) || !isalnum(key[i])) return false;
  return size > 0 && size <= PLAIN_KEY_MAX;
}
