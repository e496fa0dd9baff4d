#include "candidates.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "kill_mutants.h"

/* What only concerns keys that are not plain: their bytes, their length, parts of them. */
static const char *const special[] = {"provenance", "refuse",     "encode", "route",     "long_key",
                                      "stop",       "empty_stop", "tag",    "empty_tag"};

/* What only concerns lists with such a server. heavy is of weights, zero and fractions too. */
enum { UNIX, NO_PORT, WEIGHT, ZERO, FRACTION, TWICE };
static const struct {
  const char *column;
  int part;
} partial[] = {{"unix_label", UNIX}, {"no_port", NO_PORT},    {"heavy", WEIGHT},
               {"heavy_when", WEIGHT}, {"zero_weight", ZERO}, {"fractions", FRACTION},
               {"duplicates", TWICE},  {"one_server", TWICE}};

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
 * or a rule speaks of all points. */
static bool splits(const polyring_profile *profile) {
  bool layout = has(profile, "layout", "ring") || has(profile, "layout", "rendezvous");
  bool alone = has(profile, "weights", "ignored") || has(profile, "weights", "refused");
  return layout && alone && !has(profile, "equal", "cycle") && !*value_of(profile, "heavy") &&
         !has(profile, "search", "ceil_or_last") && !has(profile, "equal", "unspecified");
}

static void read_columns(const polyring_profile *profile, struct candidate *candidate) {
  const char *column, *change = strchr(candidate->name, ',');
  candidate->only_refuses =
      change && (!strncmp(change, ",refuse=", 8) ||
                 (!strncmp(change, ",longest=", 9) && has(profile, "long_key", "refused")));
  candidate->splits = splits(profile);
  candidate->prefixed = *value_of(profile, "prefix") != 0;
  candidate->by_luck = has(profile, "equal", "unspecified") ||
                       strstr(value_of(profile, "heavy"), "unspecified");
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
  if (name && (first == 0 || strchr(name, ','))) {
    ROOM(candidates->items, candidates->count, candidates->capacity);
    struct candidate *made = &candidates->items[candidates->count++];
    *made = (struct candidate){.name = copy(name), .is_row = first == 0, .row = row};
    read_columns(profile, made);
  }
  polyring_profile_free(profile);
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
  for (size_t i = 0; i < candidates->count; i++) free(candidates->items[i].name);
  free(candidates->items);
  *candidates = (struct candidates){0};
}

polyring_ring *candidate_ring(const struct candidate *candidate, const char *servers) {
  polyring_ring *ring;
  polyring_ring_new(NULL, candidate->name, strlen(candidate->name), servers, strlen(servers), &ring,
                    NULL);
  return ring;
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
