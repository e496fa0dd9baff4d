/* Lists of distinct keys. */
#ifndef KEYS_H
#define KEYS_H

#include "support.h"

#define NO_KEY ((size_t)-1)

struct keys {
  uint8_t *bytes;
  size_t filled, bytes_capacity;
  size_t *ends; /* key i ends before ends[i] and starts where the one before it ends */
  size_t count, capacity;
  size_t *slots; /* a hash table of index + 1 */
  size_t slot_count;
};

/* The index of a key, which is added if it is not there yet. */
size_t keys_add(struct keys *keys, const void *key, size_t size);
size_t keys_find(const struct keys *keys, const void *key, size_t size); /* or NO_KEY */
const uint8_t *keys_at(const struct keys *keys, size_t i, size_t *size);
char *keys_text(const struct keys *keys, size_t i); /* percent-encoded, to be freed */
void keys_done(struct keys *keys);

/* Adds the key that text stands for, percent-encoded; NO_KEY if it cannot be read. */
size_t keys_add_text(struct keys *keys, const char *text);

/* Adds a pattern with from, from + 1, ... in place of {n}, which it must have. */
void keys_add_pattern(struct keys *keys, const char *pattern, uint64_t from, uint64_t count);

/* Adds the first words of the lines of a file, "-" is standard input; # is no comment there.
 * Fails, naming the line, on a word that cannot be read. */
void keys_add_file(struct keys *keys, const char *path);

/* Adds count keys that are not there yet, of all kinds that clients let through, the same ones
 * for the same seed: words with digits, digits, printable punctuation, hexadecimal digests, one
 * byte, 250 bytes, and UTF-8 unless only ASCII is wanted. */
void keys_add_mixed(struct keys *keys, size_t count, uint64_t seed, bool ascii);

#endif
