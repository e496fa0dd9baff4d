#include "kill_search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kill_keys.h"
#include "kill_mutants.h"

#define SHOWN 40      /* keys for a mutant or an edge */
#define AT_EDGES 4000 /* keys that are tried for the edges, besides the labels */
#define MANY 1000000  /* keys that look for an exact hit */
#define CROWDED 5000  /* points among which that many keys find one */
#define MANY_POINTS 100000

/* One row on one list, and keys to try. */
struct search {
  const char *profile, *servers;
  polyring_ring *ring;
  bool is_signed; /* its points */
  struct batch batch, many;
  size_t labels_from; /* the keys from there on are labels of points */
  uint16_t *places, *many_places;
};

static polyring_profile *open_profile(const char *text) {
  polyring_profile *profile;
  polyring_error error;
  if (polyring_profile_new(NULL, text, strlen(text), &profile, &error) < 0)
    fail(EXIT_USAGE, "%s", error.text);
  return profile;
}

void print_mutants(const char *text) {
  polyring_profile *profile = open_profile(text);
  struct words mutants = mutants_of(profile);
  for (size_t m = 0; m < mutants.count; m++) {
    puts(mutants.items[m]);
    free(mutants.items[m]);
  }
  free(mutants.items);
  polyring_profile_free(profile);
}

static json_t *key_at(const struct batch *batch, size_t i) {
  char *text = keys_text(&batch->keys, i);
  json_t *key = json_text(text);
  free(text);
  return key;
}

static void add_killers(json_t *found, const struct batch *batch, const polyring_ring *mutant,
                        const uint16_t *places) {
  for (size_t i = 0; json_array_size(found) < SHOWN; i++) {
    i = batch_differs(batch, mutant, places, i);
    if (i == batch->keys.count) return;
    json_array_append_new(found, key_at(batch, i));
  }
}

/* Whether only a key that hits a point tells it from the row. */
static bool is_rare(const char *mutant) {
  return !strncmp(mutant, "search=", 7) || !strncmp(mutant, "equal=", 6);
}

static void try_mutant(struct search *search, const char *mutant) {
  polyring_ring *ring;
  char *profile = format("%s,%s", search->profile, mutant);
  polyring_profile *parsed;
  polyring_status sound = polyring_profile_new(NULL, profile, strlen(profile), &parsed, NULL);
  if (sound >= 0) {
    polyring_profile_free(parsed);
    if (polyring_ring_new(NULL, profile, strlen(profile), search->servers, strlen(search->servers),
                          &ring, NULL) < 0) {
      json_line(stdout, json_pack("{s:s, s:[]}", "mutant", mutant, "keys"));
    } else {
      json_t *found = json_array();
      add_killers(found, &search->batch, ring, search->places);
      if (!json_array_size(found) && is_rare(mutant) && search->many_places)
        add_killers(found, &search->many, ring, search->many_places);
      if (json_array_size(found))
        json_line(stdout, json_pack("{s:s, s:O}", "mutant", mutant, "keys", found));
      json_decref(found);
      polyring_ring_free(ring);
    }
  }
  free(profile);
}

/* A point or hash, so that it compares as the points of the profile do. */
static polyring_number ordered(const struct search *search, polyring_number number) {
  if (!search->is_signed) return number;
  unsigned bits = polyring_ring_point_bits(search->ring);
  number.low ^= (uint64_t)1 << (bits == 32 ? 31 : 63);
  if (bits == 128) number.high ^= (uint64_t)1 << 63;
  return number;
}

static bool is_below(const struct search *search, polyring_number a, polyring_number b) {
  a = ordered(search, a);
  b = ordered(search, b);
  return a.high != b.high ? a.high < b.high : a.low < b.low;
}

/* Keys that hit a point, and that lie outside of all points. */
static void print_edges(const struct search *search) {
  static const char *const names[] = {"ExactHit", "Wrap", "BelowFirst"};
  json_t *found[] = {json_array(), json_array(), json_array()};
  size_t points = polyring_ring_point_count(search->ring), size;
  polyring_placement placement;
  uint16_t owner;
  for (size_t i = 0; points && i < search->batch.keys.count; i++) {
    if (i >= AT_EDGES && i < search->labels_from) continue;
    const uint8_t *key = keys_at(&search->batch.keys, i, &size);
    if (polyring_ring_explain(search->ring, key, size, &placement, NULL) < 0 || !placement.has_hash)
      continue;
    polyring_number first = polyring_ring_point(search->ring, 0, &owner);
    polyring_number last = polyring_ring_point(search->ring, points - 1, &owner);
    bool holds[] = {
        placement.hash.high == placement.point.high && placement.hash.low == placement.point.low,
        is_below(search, last, placement.hash), is_below(search, placement.hash, first)};
    for (int e = 0; e < 3; e++)
      if (holds[e] && json_array_size(found[e]) < SHOWN)
        json_array_append_new(found[e], key_at(&search->batch, i));
  }
  for (int e = 0; e < 3; e++) {
    if (json_array_size(found[e]))
      json_line(stdout, json_pack("{s:s, s:O}", "edge", names[e], "keys", found[e]));
    json_decref(found[e]);
  }
}

static uint16_t *places_of(const struct search *search, struct batch *batch, struct keys keys) {
  batch_make(batch, keys);
  uint16_t *places = zeroed(keys.count, sizeof(*places));
  batch_places(batch, search->ring, places);
  return places;
}

static void open_keys(struct search *search, const char *file) {
  struct keys keys = {0}, plain = {0}, labels = {0};
  size_t points = polyring_ring_point_count(search->ring);
  if (file) keys_add_file(&keys, file);
  kill_keys(&plain, search->ring);
  kill_labels(&labels, search->ring, &plain);
  const struct keys *more[] = {&plain, &labels};
  for (int k = 0; k < 2; k++) {
    search->labels_from = keys.count;
    for (size_t i = 0; i < more[k]->count; i++) {
      size_t size;
      const uint8_t *key = keys_at(more[k], i, &size);
      keys_add(&keys, key, size);
    }
  }
  keys_done(&plain);
  keys_done(&labels);
  search->places = places_of(search, &search->batch, keys);
  if (points < CROWDED || points > MANY_POINTS) return;
  struct keys many = {0};
  keys_add_pattern(&many, "hit:{n}", 0, MANY);
  search->many_places = places_of(search, &search->many, many);
}

int search_keys(const char *text, const struct words *wanted, const char *servers,
                const char *keys) {
  struct search search = {.profile = text, .servers = servers};
  polyring_profile *profile = open_profile(text);
  polyring_error error;
  if (polyring_ring_new(NULL, text, strlen(text), servers, strlen(servers), &search.ring, &error) <
      0) {
    polyring_profile_free(profile);
    fprintf(stderr, TOOL ": %s\n", error.text);
    return EXIT_NOTHING;
  }
  for (size_t c = 0; polyring_column_name(c); c++)
    if (!strcmp(polyring_column_name(c), "point_order"))
      search.is_signed = !strcmp(polyring_profile_value(profile, c), "signed");
  open_keys(&search, keys);
  for (size_t m = 0; m < wanted->count; m++) try_mutant(&search, wanted->items[m]);
  print_edges(&search);
  batch_done(&search.batch);
  batch_done(&search.many);
  free(search.places);
  free(search.many_places);
  polyring_ring_free(search.ring);
  polyring_profile_free(profile);
  return EXIT_AGREED;
}
