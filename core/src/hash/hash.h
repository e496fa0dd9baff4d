/* The hash functions that clients place keys by. Each gives 32 bits. */
#ifndef POLYRING__HASH_H
#define POLYRING__HASH_H

#include <stddef.h>
#include <stdint.h>

#define POLYRING__HASH(XX)           \
  XX(ONE_AT_A_TIME, "one_at_a_time") \
  XX(MD5, "md5")                     \
  XX(SHA1, "sha1")                   \
  XX(CRC, "crc")                     \
  XX(CRC32, "crc32")                 \
  XX(FNV1_64, "fnv1_64")             \
  XX(FNV1A_64, "fnv1a_64")           \
  XX(FNV1_32, "fnv1_32")             \
  XX(FNV1A_32, "fnv1a_32")           \
  XX(MURMUR, "murmur")               \
  XX(JENKINS, "jenkins")             \
  XX(MURMUR3, "murmur3")             \
  XX(MURMUR3_32, "murmur3_32")       \
  XX(JAVA, "java")

enum {
#define XX(name, text) POLYRING__HASH_##name,
  POLYRING__HASH(XX)
#undef XX
};

/* What a function that takes one character at a time takes for a character. */
typedef enum polyring__units {
  POLYRING__UNITS_BYTES,
  POLYRING__UNITS_SIGNED_BYTES, /* a byte from 0x80 up is negative: plain char on x86 */
  POLYRING__UNITS_UTF16,        /* two bytes each, the low one first */
  POLYRING__UNITS_KINDS
} polyring__units;

typedef uint32_t polyring__hash_function(const void *text, size_t size);

/* Whether the function takes one character at a time. All others are fed bytes. */
int polyring__hash_takes_units(int hash);

/* The function. big_endian is how four bytes of a digest become a number. */
polyring__hash_function *polyring__hash_pick(int hash, polyring__units units, int big_endian);

enum { POLYRING__DIGEST_WORDS = 5 };

/* How many words one text gives (md5: 4, sha1: 5, all others: 1), and the words themselves. */
unsigned polyring__digest_words(int hash);
void polyring__digest(int hash, int big_endian, const void *text, size_t size,
                      uint32_t words[POLYRING__DIGEST_WORDS]);

/* Copies what is left of a text behind its last whole block of 64 bytes, and ends it as MD5 and
 * the SHA family do: a set bit, zeros, the number of bits. Returns the size, 64 or 128. */
size_t polyring__digest_tail(const uint8_t *rest, size_t size, uint64_t bits, int big_endian,
                             uint8_t tail[128]);

void polyring__md5(const void *text, size_t size, uint8_t digest[16]);
void polyring__sha1(const void *text, size_t size, uint8_t digest[20]);

static inline uint32_t polyring__little32(const uint8_t *p) {
  return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
static inline uint32_t polyring__big32(const uint8_t *p) {
  return p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
}
static inline uint32_t polyring__rotate32(uint32_t x, unsigned n) { return x << n | x >> (32 - n); }

#endif
