#include "keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "polyring/bytes.h"

static uint64_t mixed(uint64_t *state) { /* splitmix64 */
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

const uint8_t *keys_at(const struct keys *keys, size_t i, size_t *size) {
  size_t start = i ? keys->ends[i - 1] : 0;
  *size = keys->ends[i] - start;
  return keys->bytes + start;
}

char *keys_text(const struct keys *keys, size_t i) {
  size_t size;
  const uint8_t *key = keys_at(keys, i, &size);
  return percent(key, size);
}

/* The slot where a key is, or could be put. */
static size_t *slot_of(const struct keys *keys, const uint8_t *key, size_t size) {
  uint64_t hash = size;
  for (size_t i = 0; i < size; i++) hash = (hash ^ key[i]) * 0x100000001b3u;
  for (size_t at = mixed(&hash);; at++) {
    size_t *slot = &keys->slots[at & (keys->slot_count - 1)], other_size;
    if (*slot == 0) return slot;
    const uint8_t *other = keys_at(keys, *slot - 1, &other_size);
    if (other_size == size && (size == 0 || !memcmp(other, key, size))) return slot;
  }
}

size_t keys_find(const struct keys *keys, const void *key, size_t size) {
  return keys->slot_count ? *slot_of(keys, key, size) - 1 : NO_KEY;
}

static void slots_grow(struct keys *keys) {
  free(keys->slots);
  keys->slot_count = keys->slot_count ? 2 * keys->slot_count : 64;
  keys->slots = zeroed(keys->slot_count, sizeof *keys->slots);
  for (size_t i = 0; i < keys->count; i++) {
    size_t size;
    const uint8_t *key = keys_at(keys, i, &size);
    *slot_of(keys, key, size) = i + 1;
  }
}

size_t keys_add(struct keys *keys, const void *key, size_t size) {
  if (2 * keys->count >= keys->slot_count) slots_grow(keys);
  size_t *slot = slot_of(keys, key, size);
  if (*slot) return *slot - 1;
  while (keys->bytes_capacity - keys->filled < size + 1)
    keys->bytes = grow(keys->bytes, keys->bytes_capacity = 2 * keys->bytes_capacity + 4096, 1);
  if (size) memcpy(keys->bytes + keys->filled, key, size);
  keys->filled += size;
  ROOM(keys->ends, keys->count, keys->capacity);
  keys->ends[keys->count++] = keys->filled;
  return (*slot = keys->count) - 1;
}

void keys_done(struct keys *keys) {
  free(keys->bytes);
  free(keys->ends);
  free(keys->slots);
  *keys = (struct keys){0};
}

size_t keys_add_text(struct keys *keys, const char *text) {
  size_t length = strlen(text);
  uint8_t *key = grow(NULL, length, 1);
  size_t size = polyring_percent_decode(text, length, key, NULL);
  size_t index = size == POLYRING_NOWHERE ? NO_KEY : keys_add(keys, key, size);
  free(key);
  return index;
}

void keys_add_pattern(struct keys *keys, const char *pattern, uint64_t from, uint64_t count) {
  const char *hole = strstr(pattern, "{n}");
  size_t before = (size_t)(hole - pattern);
  char *key = grow(NULL, strlen(pattern) + 24, 1);
  for (uint64_t i = 0; i < count; i++) {
    int size =
        sprintf(key, "%.*s%llu%s", (int)before, pattern, (unsigned long long)(from + i), hole + 3);
    keys_add(keys, key, (size_t)size);
  }
  free(key);
}

void keys_add_file(struct keys *keys, const char *path) {
  size_t size, number = 0;
  char *text = file_read(path, &size), *rest = text, *line;
  if (!text) fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
  if (memchr(text, 0, size)) fail(EXIT_USAGE, "%s: a zero byte, which no line of text has", path);
  while ((line = strsep(&rest, "\n"))) {
    number++;
    line[strcspn(line, " \t\r")] = 0;
    if (*line && keys_add_text(keys, line) == NO_KEY)
      fail(EXIT_USAGE, "%s:%zu: %s: a %% without two hexadecimal digits", path, number, line);
  }
  free(text);
}

static size_t filled(uint8_t *key, size_t size, const char *letters, uint64_t *state) {
  size_t count = strlen(letters);
  for (size_t i = 0; i < size; i++) key[i] = (uint8_t)letters[mixed(state) % count];
  return size;
}

static size_t text_of_words(uint8_t *key, uint64_t *state) {
  static const char *const words[] = {"user",    "session", "cart",  "page",  "item",
                                      "counter", "profile", "token", "cache", "feed"};
  static const char marks[] = ":_-./|";
  uint64_t bits = mixed(state);
  return (size_t)sprintf((char *)key, "%s%c%s%c%llu", words[bits % 10], marks[bits / 10 % 6],
                         words[bits / 60 % 10], marks[bits / 600 % 6],
                         (unsigned long long)(bits >> 20) % 10000000);
}

/* Letters of two, three and four bytes. */
static size_t utf8(uint8_t *key, uint64_t *state) {
  size_t size = text_of_words(key, state);
  for (int i = 0; i < 6; i++) {
    uint32_t bits = (uint32_t)mixed(state), kind = bits % 3;
    static const uint32_t first[] = {0xC0, 0x4E00, 0x1F300}, many[] = {0x500, 0x5000, 0x300};
    uint32_t c = first[kind] + (bits >> 2) % many[kind];
    if (kind == 0) key[size++] = (uint8_t)(0xC0 | c >> 6);
    if (kind == 1) key[size++] = (uint8_t)(0xE0 | c >> 12);
    if (kind == 2) key[size++] = (uint8_t)(0xF0 | c >> 18);
    if (kind == 2) key[size++] = (uint8_t)(0x80 | (c >> 12 & 0x3F));
    if (kind >= 1) key[size++] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
    key[size++] = (uint8_t)(0x80 | (c & 0x3F));
  }
  return size;
}

void keys_add_mixed(struct keys *keys, size_t count, uint64_t seed, bool ascii) {
  static const char digits[] = "0123456789", hex[] = "0123456789abcdef";
  char printables[95];
  uint8_t key[256];
  for (int i = 0; i < 94; i++) printables[i] = (char)('!' + i);
  printables[94] = 0;
  for (size_t wanted = keys->count + count; keys->count < wanted;) {
    uint64_t kind = mixed(&seed) % 100, size = mixed(&seed);
    if (kind < 40)
      size = text_of_words(key, &seed);
    else if (kind < 55)
      size = filled(key, 3 + size % 15, digits, &seed);
    else if (kind < 70)
      size = filled(key, 4 + size % 60, printables, &seed);
    else if (kind < 80)
      size = filled(key, 32 + size % 2 * 8, hex, &seed);
    else if (kind < 97)
      size = ascii ? text_of_words(key, &seed) : utf8(key, &seed);
    else
      size = filled(key, kind == 97 ? 1 : 250, printables, &seed);
    keys_add(keys, key, size);
  }
}
