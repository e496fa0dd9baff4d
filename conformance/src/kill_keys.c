#include "kill_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 256
#define PLAIN 6000
#define MIXED_SEED 20261121

void batch_make(struct batch *batch, struct keys keys) {
  batch->keys = keys;
  batch->ends = zeroed(keys.count, sizeof(*batch->ends));
  size_t start = 0;
  for (size_t i = 0; i < keys.count; i++) {
    if (i % CHUNK == 0) start = i ? keys.ends[i - 1] : 0;
    batch->ends[i] = (uint32_t)(keys.ends[i] - start);
  }
}

void batch_done(struct batch *batch) {
  keys_done(&batch->keys);
  free(batch->ends);
}

/* Places the chunk that begins with this key; how many keys it has. */
static size_t place_chunk(const struct batch *batch, const polyring_ring *ring, size_t first,
                          uint16_t *places) {
  size_t left = batch->keys.count - first, count = left < CHUNK ? left : CHUNK;
  size_t start = first ? batch->keys.ends[first - 1] : 0;
  polyring_ring_locate_many(ring, batch->keys.bytes + start, batch->ends + first, count, places,
                            NULL);
  return count;
}

void batch_places(const struct batch *batch, const polyring_ring *ring, uint16_t *places) {
  for (size_t i = 0; i < batch->keys.count; i += CHUNK) place_chunk(batch, ring, i, places + i);
}

size_t batch_differs(const struct batch *batch, const polyring_ring *ring, const uint16_t *places,
                     size_t from) {
  uint16_t found[CHUNK];
  for (size_t first = from - from % CHUNK; first < batch->keys.count; first += CHUNK) {
    size_t count = place_chunk(batch, ring, first, found);
    if (first >= from && !memcmp(found, places + first, count * sizeof(*found))) continue;
    for (size_t i = 0; i < count; i++)
      if (first + i >= from && found[i] != places[first + i]) return first + i;
  }
  return batch->keys.count;
}

/* {n} is counted. The plain ones are first, so that they are found first. */
static const struct {
  const char *pattern;
  unsigned count;
} patterns[] = {{"edge:{n}", PLAIN},
                {"{n}", 1500},
                {"\xC3\xA9"
                 "dge-{n}",
                 1000},
                {"\xF0\x9F\x98\x80-{n}", 300},
                {"\xE6\x9D\xB1{n}", 300},
                {"raw\xFF\x80-{n}", 200},
                {"\xED\xA0\x80{n}", 10}, /* half of a surrogate pair */
                {"\xC0\xAF{n}", 10},     /* longer than need be */
                {"{t{n}}x", 300},
                {"x{{n}}", 300},
                {"{}{n}", 100},
                {"{{n}", 50},
                {"[t{n}]x", 100},
                {"/a/b/{n}", 300},
                {"/a/{n}", 100},
                {"/{n}", 100},
                {"x{n}|#|y", 200},
                {"|#|{n}", 100},
                {"x{n}#y", 100},
                {"#{n}", 10},
                {"x{n}:y", 100},
                {"a|{n}", 50},
                {"it's-{n}", 100},
                {"\"{n}\"", 50},
                {"'\"{n}", 50},
                {"a+%{n}", 100},
                {"a~{n}*", 100},
                {"\\{n}", 50}};

/* Their hash is 0, or the number whose absolute value is beyond it: by crc, java, and as
 * zero_keys.py found them by crc32, one_at_a_time, fnv1_32, fnv1a_32, fnv1_64 and fnv1a_64. */
static const char *const zeros[] = {
    "z37384",       "z63051",       "f5a5a608",     "polygenelubricants", "zerobztpxhrb",
    "zeroewyzjuaa", "zeroebyafspa", "zerockmpzyza", "zeroesnjpsca",       "zeroaakepdra"};

/* Each byte within a key, at its end, and between digits, which all that some clients take. */
static void add_bytes(struct keys *keys) {
  for (int byte = 0; byte < 256; byte++) {
    const char forms[][3] = {
        {'a', (char)byte, 'b'}, {'1', (char)byte, '2'}, {'c', 'd', (char)byte}};
    for (size_t f = 0; f < 3; f++) keys_add(keys, forms[f], 3);
  }
}

/* Letters of the first, last and special code points of each length in UTF-8. */
static void add_letters(struct keys *keys) {
  static const char *const letters[] = {
      "\xC2\x80",     "\xC3\x80",         "\xC3\xBF",         "\xC4\x80",        "\xDF\xBF",
      "\xE0\xA0\x80", "\xE2\x82\xAC",     "\xED\x9F\xBF",     "\xEE\x80\x80",    "\xEF\xBF\xBD",
      "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\xF4\x90\x80\x80"};
  for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++) {
    char *pattern = format("%s{n}", letters[i]);
    keys_add(keys, letters[i], strlen(letters[i]));
    keys_add_pattern(keys, pattern, 0, 20);
    free(pattern);
  }
}

/* Around the sizes at which clients cut, shorten and refuse: in bytes, units and characters. */
static void add_long(struct keys *keys) {
  static const char *const letters[] = {"x", "\xC3\xBC", "\xF0\x9F\x98\x80"};
  static const size_t sizes[] = {211, 212, 213, 214, 240, 246, 247, 248,  249,
                                 250, 251, 252, 253, 256, 300, 500, 1000, 1024};
  char key[1100];
  for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++)
    for (int n = 0; n < 12; n++) {
      const char *letter = letters[n % 3];
      size_t size = (size_t)sprintf(key, "%d", n);
      while (size + strlen(letter) <= sizes[s]) size += (size_t)sprintf(key + size, "%s", letter);
      while (size < sizes[s]) key[size++] = 'z';
      keys_add(keys, key, size);
    }
}

static bool goes_over_the_wire(const polyring_ring *ring, const uint8_t *key, size_t size) {
  polyring_placement placement;
  bool suspect = false;
  for (size_t i = 0; i < size; i++) suspect |= key[i] == 0 || key[i] == '\n' || key[i] == ' ';
  if (!suspect || polyring_ring_explain(ring, key, size, &placement, NULL) < 0) return true;
  for (size_t i = 0; i < placement.sent_key_size; i++)
    if (memchr("\n ", placement.sent_key[i], 3)) return false; /* and the zero behind them */
  return true;
}

void kill_keys(struct keys *keys, const polyring_ring *ring) {
  struct keys all = {0};
  for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++)
    keys_add_pattern(&all, patterns[i].pattern, 0, patterns[i].count);
  for (size_t i = 0; i < sizeof(zeros) / sizeof(*zeros); i++)
    keys_add(&all, zeros[i], strlen(zeros[i]));
  add_bytes(&all);
  add_letters(&all);
  add_long(&all);
  keys_add_mixed(&all, KILL_KEYS - KILL_LABELS - all.count, MIXED_SEED, false);
  for (size_t i = 0; i < all.count; i++) {
    size_t size;
    const uint8_t *key = keys_at(&all, i, &size);
    if (goes_over_the_wire(ring, key, size)) keys_add(keys, key, size);
  }
  keys_done(&all);
}

void kill_labels(struct keys *labels, const polyring_ring *ring, const struct keys *keys) {
  polyring_placement placement;
  size_t size;
  if (!polyring_ring_point_count(ring)) return;
  for (size_t i = 0; i < keys->count && i < KILL_LABELS; i++) {
    const uint8_t *key = keys_at(keys, i, &size);
    if (polyring_ring_explain(ring, key, size, &placement, NULL) >= 0 &&
        goes_over_the_wire(ring, placement.label, placement.label_size))
      keys_add(labels, placement.label, placement.label_size);
  }
}
