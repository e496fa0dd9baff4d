#include "hash/hash.h"

#include "hash/functions.h"

enum { LONGEST_DIGEST = 48 };

/* What the low 32 bits of the first word are made of: four bytes of the digest, from start on. */
#define FIRST_OF(name, size)                                                          \
  static uint64_t name##_little(const void *text, size_t text_size, uint64_t start) { \
    uint8_t digest[size];                                                             \
    polyring__##name(text, text_size, digest);                                        \
    return polyring__little32(digest + start);                                        \
  }                                                                                   \
  static uint64_t name##_big(const void *text, size_t text_size, uint64_t start) {    \
    uint8_t digest[size];                                                             \
    polyring__##name(text, text_size, digest);                                        \
    return polyring__big32(digest + start);                                           \
  }

FIRST_OF(md5, 16)
FIRST_OF(sha1, 20)
FIRST_OF(sha384, 48)

/* The same for every text: that of the key of a client that hashes none. */
static uint64_t zero(const void *text, size_t size, uint64_t start) {
  (void)text;
  (void)size;
  return start;
}

typedef void digest_function(const void *text, size_t size, uint8_t *digest);

typedef struct function {
  polyring__number *number[POLYRING__UNITS_KINDS]; /* of a digest: by polyring__byte_order */
  unsigned size;                                   /* of its result in bytes */
  uint64_t start;
  digest_function *digest;
} function;

#define UNITS(name) \
  { polyring__##name##_bytes, polyring__##name##_signed, polyring__##name##_utf16 }
#define SIGNED(name) \
  { polyring__##name##_bytes, polyring__##name##_signed, NULL }
#define BLOCK(name) \
  { polyring__##name, NULL, NULL }
#define DIGEST(name) \
  { name##_little, name##_big, NULL }

#define FNV_32 2166136261
#define FNV_64 0xcbf29ce484222325
#define LIBHASHKIT 0xdeadbeef
#define MCROUTER 4193360111

static const function functions[] = {
    [POLYRING__HASH_ONE_AT_A_TIME] = {UNITS(one_at_a_time), 4, 0, NULL},
    [POLYRING__HASH_MD5] = {DIGEST(md5), 16, 0, polyring__md5},
    [POLYRING__HASH_SHA1] = {DIGEST(sha1), 20, 0, polyring__sha1},
    [POLYRING__HASH_CRC] = {BLOCK(crc15), 4, 0, NULL},
    [POLYRING__HASH_CRC32] = {BLOCK(crc32), 4, 0, NULL},
    [POLYRING__HASH_FNV1_64] = {UNITS(fnv1_64), 8, FNV_64, NULL},
    [POLYRING__HASH_FNV1A_64] = {UNITS(fnv1a_64), 8, FNV_64, NULL},
    [POLYRING__HASH_FNV1_32] = {UNITS(fnv1_32), 4, FNV_32, NULL},
    [POLYRING__HASH_FNV1A_32] = {UNITS(fnv1a_32), 4, FNV_32, NULL},
    [POLYRING__HASH_MURMUR] = {BLOCK(murmur), 4, LIBHASHKIT, NULL},
    [POLYRING__HASH_JENKINS] = {BLOCK(jenkins), 4, 13, NULL},
    [POLYRING__HASH_MURMUR3] = {BLOCK(murmur3), 4, LIBHASHKIT, NULL},
    [POLYRING__HASH_MURMUR3_32] = {BLOCK(murmur3_32), 4, 0, NULL},
    [POLYRING__HASH_JAVA] = {UNITS(java), 4, 0, NULL},
    [POLYRING__HASH_CRC16] = {BLOCK(crc16), 4, 0, NULL},
    [POLYRING__HASH_HSIEH] = {SIGNED(hsieh), 4, 0, NULL},
    [POLYRING__HASH_SHA384] = {DIGEST(sha384), 48, 0, polyring__sha384},
    [POLYRING__HASH_MURMUR64A] = {BLOCK(murmur64a), 8, MCROUTER, NULL},
    [POLYRING__HASH_XXH64] = {BLOCK(xxh64), 8, 0, NULL},
    [POLYRING__HASH_XXH3] = {BLOCK(xxh3), 8, 0, NULL},
    [POLYRING__HASH_SIPHASH13] = {BLOCK(siphash13), 8, 0, NULL},
    [POLYRING__HASH_JAVA33] = {UNITS(java33), 8, 0, NULL},
    [POLYRING__HASH_MYSQL] = {UNITS(mysql), 4, 0, NULL},
    [POLYRING__HASH_ELF] = {UNITS(elf), 4, 0, NULL},
    [POLYRING__HASH_RS] = {UNITS(rs), 4, 0, NULL},
    [POLYRING__HASH_LUA] = {UNITS(lua), 4, 0, NULL},
    [POLYRING__HASH_DECIMAL] = {BLOCK(decimal), 8, 0, NULL},
    [POLYRING__HASH_EMCACHE] = {SIGNED(emcache), 4, 0, NULL},
    [POLYRING__HASH_ZERO] = {{zero, NULL, NULL}, 4, 0, NULL}};

static unsigned word_size(polyring__bits bits) { return 4u << bits; }

int polyring__hash_takes_units(int hash) {
  return functions[hash].number[POLYRING__UNITS_UTF16] != NULL;
}

/* Where the four low bytes of a digest's first word stand. */
static unsigned low_bytes(polyring__bits bits, polyring__byte_order order) {
  if (order == POLYRING__ORDER_BIG) return word_size(bits) - 4;
  return order == POLYRING__ORDER_HALVES && bits == POLYRING__BITS_128 ? 8 : 0;
}

static uint64_t start_of(const polyring__hasher *hasher) {
  const function *f = &functions[hasher->hash];
  if (f->digest) return low_bytes(hasher->bits, hasher->order);
  switch (hasher->hash) {
    case POLYRING__HASH_XXH64:
    case POLYRING__HASH_XXH3:
      return hasher->seed;
    case POLYRING__HASH_FNV1_64:
    case POLYRING__HASH_FNV1A_64:
    case POLYRING__HASH_FNV1_32:
    case POLYRING__HASH_FNV1A_32:
      return hasher->start_zero ? 0 : f->start;
    default:
      return f->start;
  }
}

void polyring__hasher_init(polyring__hasher *hasher, int hash, polyring__units units,
                           polyring__bits bits, polyring__byte_order order, int start_zero,
                           uint64_t seed) {
  const function *f = &functions[hash];
  unsigned kind = f->digest ? (unsigned)order : (unsigned)units;
  *hasher = (polyring__hasher){hash, units, bits, order, start_zero, seed, NULL, 0};
  hasher->number = f->number[kind] ? f->number[kind] : f->number[0];
  hasher->start = start_of(hasher);
}

unsigned polyring__hash_words(int hash, polyring__bits bits) {
  unsigned words = functions[hash].size / word_size(bits);
  return words ? words : 1;
}

static polyring__word word_of(const uint8_t *bytes, polyring__bits bits,
                              polyring__byte_order order) {
  int big = order == POLYRING__ORDER_BIG;
  if (bits == POLYRING__BITS_32)
    return (polyring__word){0, big ? polyring__big32(bytes) : polyring__little32(bytes)};
  uint64_t first = big ? polyring__big64(bytes) : polyring__little64(bytes);
  if (bits == POLYRING__BITS_64) return (polyring__word){0, first};
  uint64_t second = big ? polyring__big64(bytes + 8) : polyring__little64(bytes + 8);
  if (order == POLYRING__ORDER_LITTLE) return (polyring__word){second, first};
  return (polyring__word){first, second};
}

void polyring__hash(const polyring__hasher *hasher, const void *text, size_t size, unsigned count,
                    polyring__word *words) {
  const function *f = &functions[hasher->hash];
  if (f->digest) {
    uint8_t digest[LONGEST_DIGEST];
    f->digest(text, size, digest);
    for (unsigned i = 0; i < count; i++)
      words[i] = word_of(digest + word_size(hasher->bits) * i, hasher->bits, hasher->order);
    return;
  }
  uint64_t number = hasher->number(text, size, hasher->start);
  int halves = hasher->bits == POLYRING__BITS_32;
  for (unsigned i = 0; i < count; i++)
    words[i] = (polyring__word){0, halves ? (uint32_t)(number >> 32 * i) : number};
}
