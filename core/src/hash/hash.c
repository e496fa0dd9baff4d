#include "hash/hash.h"

#include <string.h>

/* The functions that take one character at a time, once for each kind of character. A signed byte
 * widens to 32 or 64 bits with its sign, as a C char does on x86. */
#define UNIT_HASHES(kind, unit_size, unit)                                                        \
  static int unit_of_##kind(const void *text, size_t i) { return unit; }                          \
  static uint32_t one_at_a_time_##kind(const void *text, size_t size) {                           \
    uint32_t h = 0;                                                                               \
    for (size_t i = 0; i < size / unit_size; i++) {                                               \
      h += (uint32_t)unit_of_##kind(text, i);                                                     \
      h += h << 10;                                                                               \
      h ^= h >> 6;                                                                                \
    }                                                                                             \
    h += h << 3;                                                                                  \
    h ^= h >> 11;                                                                                 \
    return h + (h << 15);                                                                         \
  }                                                                                               \
  static uint32_t fnv1_64_##kind(const void *text, size_t size) {                                 \
    uint64_t h = 0xcbf29ce484222325;                                                              \
    for (size_t i = 0; i < size / unit_size; i++)                                                 \
      h = h * 0x100000001b3 ^ (uint64_t)(int64_t)unit_of_##kind(text, i);                         \
    return (uint32_t)h;                                                                           \
  }                                                                                               \
  static uint32_t fnv1a_64_##kind(const void *text, size_t size) {                                \
    uint64_t h = 0xcbf29ce484222325;                                                              \
    for (size_t i = 0; i < size / unit_size; i++)                                                 \
      h = (h ^ (uint64_t)(int64_t)unit_of_##kind(text, i)) * 0x100000001b3;                       \
    return (uint32_t)h;                                                                           \
  }                                                                                               \
  static uint32_t fnv1_32_##kind(const void *text, size_t size) {                                 \
    uint32_t h = 2166136261;                                                                      \
    for (size_t i = 0; i < size / unit_size; i++)                                                 \
      h = h * 16777619 ^ (uint32_t)unit_of_##kind(text, i);                                       \
    return h;                                                                                     \
  }                                                                                               \
  static uint32_t fnv1a_32_##kind(const void *text, size_t size) {                                \
    uint32_t h = 2166136261;                                                                      \
    for (size_t i = 0; i < size / unit_size; i++)                                                 \
      h = (h ^ (uint32_t)unit_of_##kind(text, i)) * 16777619;                                     \
    return h;                                                                                     \
  }                                                                                               \
  static uint32_t java_##kind(const void *text, size_t size) {                                    \
    uint32_t h = 0;                                                                               \
    for (size_t i = 0; i < size / unit_size; i++) h = h * 31 + (uint32_t)unit_of_##kind(text, i); \
    return h;                                                                                     \
  }

UNIT_HASHES(bytes, 1, ((const uint8_t *)text)[i])
UNIT_HASHES(signed_bytes, 1, ((const int8_t *)text)[i])
UNIT_HASHES(utf16, 2, ((const uint8_t *)text)[2 * i] | ((const uint8_t *)text)[2 * i + 1] << 8)

static uint32_t md5_little(const void *text, size_t size) {
  uint8_t digest[16];
  polyring__md5(text, size, digest);
  return polyring__little32(digest);
}

static uint32_t md5_big(const void *text, size_t size) {
  uint8_t digest[16];
  polyring__md5(text, size, digest);
  return polyring__big32(digest);
}

static uint32_t sha1_little(const void *text, size_t size) {
  uint8_t digest[20];
  polyring__sha1(text, size, digest);
  return polyring__little32(digest);
}

static uint32_t sha1_big(const void *text, size_t size) {
  uint8_t digest[20];
  polyring__sha1(text, size, digest);
  return polyring__big32(digest);
}

static uint32_t crc32(const void *text, size_t size) {
  static const uint32_t of_nibble[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
                                         0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
                                         0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                         0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
  const uint8_t *in = text;
  uint32_t h = 0xffffffff;
  for (size_t i = 0; i < size; i++) {
    h ^= in[i];
    h = h >> 4 ^ of_nibble[h & 15];
    h = h >> 4 ^ of_nibble[h & 15];
  }
  return ~h;
}

static uint32_t crc15(const void *text, size_t size) { return crc32(text, size) >> 16 & 0x7fff; }

/* MurmurHash2, with libhashkit's seed. */
static uint32_t murmur(const void *text, size_t size) {
  const uint32_t m = 0x5bd1e995;
  const uint8_t *in = text;
  uint32_t h = 0xdeadbeef * (uint32_t)size ^ (uint32_t)size;
  for (; size >= 4; in += 4, size -= 4) {
    uint32_t k = polyring__little32(in) * m;
    h = h * m ^ (k ^ k >> 24) * m;
  }
  if (size >= 3) h ^= (uint32_t)in[2] << 16;
  if (size >= 2) h ^= (uint32_t)in[1] << 8;
  if (size >= 1) h = (h ^ in[0]) * m;
  h = (h ^ h >> 13) * m;
  return h ^ h >> 15;
}

static uint32_t murmur3_seeded(const void *text, size_t size, uint32_t h) {
  const uint8_t *in = text;
  size_t left = size;
  for (; left >= 4; in += 4, left -= 4) {
    uint32_t k = polyring__rotate32(polyring__little32(in) * 0xcc9e2d51, 15) * 0x1b873593;
    h = polyring__rotate32(h ^ k, 13) * 5 + 0xe6546b64;
  }
  uint32_t k = 0;
  for (size_t i = left; i-- > 0;) k = k << 8 | in[i];
  h ^= polyring__rotate32(k * 0xcc9e2d51, 15) * 0x1b873593;
  h ^= (uint32_t)size;
  h = (h ^ h >> 16) * 0x85ebca6b;
  h = (h ^ h >> 13) * 0xc2b2ae35;
  return h ^ h >> 16;
}

static uint32_t murmur3_32(const void *text, size_t size) { return murmur3_seeded(text, size, 0); }

/* MurmurHash3, with libhashkit's seed. */
static uint32_t murmur3(const void *text, size_t size) {
  return murmur3_seeded(text, size, 0xdeadbeef * (uint32_t)size);
}

/* lookup3's hashlittle, with libhashkit's initial value. */
static uint32_t jenkins(const void *text, size_t size) {
  const uint8_t *in = text;
  uint32_t a = 0xdeadbeef + (uint32_t)size + 13, b = a, c = a;
  if (!size) return c;
  for (; size > 12; in += 12, size -= 12) {
    a += polyring__little32(in);
    b += polyring__little32(in + 4);
    c += polyring__little32(in + 8);
    a = (a - c) ^ polyring__rotate32(c, 4), c += b;
    b = (b - a) ^ polyring__rotate32(a, 6), a += c;
    c = (c - b) ^ polyring__rotate32(b, 8), b += a;
    a = (a - c) ^ polyring__rotate32(c, 16), c += b;
    b = (b - a) ^ polyring__rotate32(a, 19), a += c;
    c = (c - b) ^ polyring__rotate32(b, 4), b += a;
  }
  uint8_t last[12] = {0};
  memcpy(last, in, size);
  a += polyring__little32(last);
  b += polyring__little32(last + 4);
  c += polyring__little32(last + 8);
  c = (c ^ b) - polyring__rotate32(b, 14);
  a = (a ^ c) - polyring__rotate32(c, 11);
  b = (b ^ a) - polyring__rotate32(a, 25);
  c = (c ^ b) - polyring__rotate32(b, 16);
  a = (a ^ c) - polyring__rotate32(c, 4);
  b = (b ^ a) - polyring__rotate32(a, 14);
  return (c ^ b) - polyring__rotate32(b, 24);
}

#define UNITS(name) \
  { name##_bytes, name##_signed_bytes, name##_utf16 }
#define BLOCK(name) \
  { name, NULL, NULL }

static polyring__hash_function *const functions[][POLYRING__UNITS_KINDS] = {
    [POLYRING__HASH_ONE_AT_A_TIME] = UNITS(one_at_a_time),
    [POLYRING__HASH_MD5] = BLOCK(md5_little),
    [POLYRING__HASH_SHA1] = BLOCK(sha1_little),
    [POLYRING__HASH_CRC] = BLOCK(crc15),
    [POLYRING__HASH_CRC32] = BLOCK(crc32),
    [POLYRING__HASH_FNV1_64] = UNITS(fnv1_64),
    [POLYRING__HASH_FNV1A_64] = UNITS(fnv1a_64),
    [POLYRING__HASH_FNV1_32] = UNITS(fnv1_32),
    [POLYRING__HASH_FNV1A_32] = UNITS(fnv1a_32),
    [POLYRING__HASH_MURMUR] = BLOCK(murmur),
    [POLYRING__HASH_JENKINS] = BLOCK(jenkins),
    [POLYRING__HASH_MURMUR3] = BLOCK(murmur3),
    [POLYRING__HASH_MURMUR3_32] = BLOCK(murmur3_32),
    [POLYRING__HASH_JAVA] = UNITS(java)};

int polyring__hash_takes_units(int hash) { return functions[hash][POLYRING__UNITS_UTF16] != NULL; }

polyring__hash_function *polyring__hash_pick(int hash, polyring__units units, int big_endian) {
  if (hash == POLYRING__HASH_MD5 && big_endian) return md5_big;
  if (hash == POLYRING__HASH_SHA1 && big_endian) return sha1_big;
  return functions[hash][polyring__hash_takes_units(hash) ? units : POLYRING__UNITS_BYTES];
}

unsigned polyring__digest_words(int hash) {
  return hash == POLYRING__HASH_MD5 ? 4 : hash == POLYRING__HASH_SHA1 ? 5 : 1;
}

size_t polyring__digest_tail(const uint8_t *rest, size_t size, uint64_t bits, int big_endian,
                             uint8_t tail[128]) {
  size_t tail_size = size < 56 ? 64 : 128;
  memset(tail, 0, 128);
  if (size) memcpy(tail, rest, size);
  tail[size] = 0x80;
  for (int i = 0; i < 8; i++)
    tail[tail_size - 8 + i] = (uint8_t)(bits >> 8 * (big_endian ? 7 - i : i));
  return tail_size;
}

void polyring__digest(int hash, int big_endian, const void *text, size_t size,
                      uint32_t words[POLYRING__DIGEST_WORDS]) {
  uint8_t digest[4 * POLYRING__DIGEST_WORDS];
  if (hash == POLYRING__HASH_MD5)
    polyring__md5(text, size, digest);
  else
    polyring__sha1(text, size, digest);
  for (unsigned i = 0; i < polyring__digest_words(hash); i++)
    words[i] = big_endian ? polyring__big32(digest + 4 * i) : polyring__little32(digest + 4 * i);
}
