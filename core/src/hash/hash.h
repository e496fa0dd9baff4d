/* The hash functions that clients place keys and points by. A function is either a digest (md5,
 * sha1, sha384), cut into words of 32, 64 or 128 bits, or gives a number of 32 or 64 bits. */
#ifndef POLYRING__HASH_H
#define POLYRING__HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/wide.h"

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
  XX(JAVA, "java")                   \
  XX(CRC16, "crc16")                 \
  XX(HSIEH, "hsieh")                 \
  XX(SHA384, "sha384")               \
  XX(MURMUR64A, "murmur64a")         \
  XX(XXH64, "xxh64")                 \
  XX(XXH3, "xxh3")                   \
  XX(SIPHASH13, "siphash13")         \
  XX(JAVA33, "java33")               \
  XX(MYSQL, "mysql")                 \
  XX(ELF, "elf")                     \
  XX(RS, "rs")                       \
  XX(LUA, "lua")                     \
  XX(DECIMAL, "decimal")             \
  XX(EMCACHE, "emcache")             \
  XX(ZERO, "zero")

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

/* How wide a word is. A number has one word of 64 or 128 bits: itself; of 32 bits its low half
 * and, if it is one of 64 bits, then its high half. */
typedef enum polyring__bits {
  POLYRING__BITS_32,
  POLYRING__BITS_64,
  POLYRING__BITS_128
} polyring__bits;

/* How the bytes of a digest become words. */
typedef enum polyring__byte_order {
  POLYRING__ORDER_LITTLE,
  POLYRING__ORDER_BIG,
  POLYRING__ORDER_HALVES /* 128 bits: two little-endian halves, the high one first (serialx) */
} polyring__byte_order;

/* A number function. What start means is the function's own: a seed, FNV's first state; for a
 * digest, where the low four bytes of its first word stand. */
typedef uint64_t polyring__number(const void *text, size_t size, uint64_t start);

/* A hash function with its settings, made ready once. */
typedef struct polyring__hasher {
  int hash;
  polyring__units units;
  polyring__bits bits;
  polyring__byte_order order;
  int start_zero;
  uint64_t seed;
  polyring__number *number;
  uint64_t start;
} polyring__hasher;

/* Whether the function takes one character at a time. All others are fed bytes. */
int polyring__hash_takes_units(int hash);

/* units and order matter only to the functions that know them. start_zero: the FNV functions begin
 * with 0 instead of their offset basis (Enyim). seed: of xxh64 and xxh3. */
void polyring__hasher_init(polyring__hasher *hasher, int hash, polyring__units units,
                           polyring__bits bits, polyring__byte_order order, int start_zero,
                           uint64_t seed);

/* How many words one text gives, at least 1, and the first count of them. */
enum { POLYRING__HASH_WORDS = 12 };
unsigned polyring__hash_words(int hash, polyring__bits bits);
void polyring__hash(const polyring__hasher *hasher, const void *text, size_t size, unsigned count,
                    polyring__word *words);

/* The low 32 bits of the first word. */
static inline uint32_t polyring__hash32(const polyring__hasher *hasher, const void *text,
                                        size_t size) {
  return (uint32_t)hasher->number(text, size, hasher->start);
}

void polyring__md5(const void *text, size_t size, uint8_t digest[16]);
void polyring__sha1(const void *text, size_t size, uint8_t digest[20]);
void polyring__sha384(const void *text, size_t size, uint8_t digest[48]);

/* MurmurHash64A; SpookyHash V2's Hash32 (mcrouter); CityHash's Hash128to64. */
uint64_t polyring__murmur64a(const void *text, size_t size, uint64_t seed);
uint32_t polyring__spooky32(const void *text, size_t size, uint32_t seed);
uint64_t polyring__hash128to64(uint64_t high, uint64_t low);

static inline uint32_t polyring__little32(const uint8_t *p) {
  return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
static inline uint32_t polyring__big32(const uint8_t *p) {
  return p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
}
static inline uint64_t polyring__little64(const uint8_t *p) {
  return polyring__little32(p) | (uint64_t)polyring__little32(p + 4) << 32;
}
static inline uint64_t polyring__big64(const uint8_t *p) {
  return polyring__big32(p + 4) | (uint64_t)polyring__big32(p) << 32;
}
static inline uint32_t polyring__rotate32(uint32_t x, unsigned n) { return x << n | x >> (32 - n); }
static inline uint64_t polyring__rotate64(uint64_t x, unsigned n) { return x << n | x >> (64 - n); }

#endif
