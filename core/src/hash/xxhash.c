/* Yann Collet's XXH64 and XXH3 (64 bits). start is the seed of both. */
#include "hash/functions.h"

static const uint64_t prime32_1 = 0x9e3779b1, prime32_2 = 0x85ebca77, prime32_3 = 0xc2b2ae3d;
static const uint64_t prime1 = 0x9e3779b185ebca87, prime2 = 0xc2b2ae3d27d4eb4f;
static const uint64_t prime3 = 0x165667b19e3779f9, prime4 = 0x85ebca77c2b2ae63;
static const uint64_t prime5 = 0x27d4eb2f165667c5;

static inline uint64_t avalanche64(uint64_t h) {
  h = (h ^ h >> 33) * prime2;
  h = (h ^ h >> 29) * prime3;
  return h ^ h >> 32;
}

static inline uint64_t lane(uint64_t h, uint64_t in) {
  return polyring__rotate64(h + in * prime2, 31) * prime1;
}

/* Four lanes over the blocks of 32 bytes, then all in one. */
static uint64_t blocks64(const uint8_t *in, size_t size, uint64_t seed) {
  uint64_t v[4] = {seed + prime1 + prime2, seed + prime2, seed, seed - prime1};
  for (; size >= 32; in += 32, size -= 32)
    for (int i = 0; i < 4; i++) v[i] = lane(v[i], polyring__little64(in + 8 * i));
  uint64_t h = polyring__rotate64(v[0], 1) + polyring__rotate64(v[1], 7) +
               polyring__rotate64(v[2], 12) + polyring__rotate64(v[3], 18);
  for (int i = 0; i < 4; i++) h = (h ^ lane(0, v[i])) * prime1 + prime4;
  return h;
}

uint64_t polyring__xxh64(const void *text, size_t size, uint64_t start) {
  const uint8_t *in = text;
  uint64_t h = (size < 32 ? start + prime5 : blocks64(in, size, start)) + size;
  in += size - size % 32;
  size %= 32;
  for (; size >= 8; in += 8, size -= 8)
    h = polyring__rotate64(h ^ lane(0, polyring__little64(in)), 27) * prime1 + prime4;
  for (; size >= 4; in += 4, size -= 4)
    h = polyring__rotate64(h ^ polyring__little32(in) * prime1, 23) * prime2 + prime3;
  for (; size > 0; in++, size--) h = polyring__rotate64(h ^ *in * prime5, 11) * prime1;
  return avalanche64(h);
}

/* The rest is XXH3. */
enum { SECRET = 192, STRIPE = 64, STRIPES_A_BLOCK = (SECRET - STRIPE) / 8 };

static const uint8_t secret[SECRET] = {
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
    0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
    0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
    0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
    0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
    0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
    0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
    0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
    0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
    0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e};

static inline uint64_t secret64(unsigned at) { return polyring__little64(secret + at); }

static inline uint64_t fold(uint64_t a, uint64_t b) {
  polyring__word product = polyring__wide_multiply(a, b);
  return product.high ^ product.low;
}

static inline uint64_t swap64(uint64_t x) {
  uint8_t bytes[8];
  for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(x >> 8 * i);
  return polyring__big64(bytes);
}

static inline uint64_t avalanche3(uint64_t h) {
  h = (h ^ h >> 37) * 0x165667919e3779f9;
  return h ^ h >> 32;
}

static uint64_t up_to_3(const uint8_t *in, size_t size, uint64_t seed) {
  if (!size) return avalanche64(seed ^ secret64(56) ^ secret64(64));
  uint32_t h =
      (uint32_t)in[0] << 16 | (uint32_t)in[size / 2] << 24 | in[size - 1] | (uint32_t)size << 8;
  uint32_t flip = polyring__little32(secret) ^ polyring__little32(secret + 4);
  return avalanche64(h ^ (flip + seed));
}

static uint64_t from_4_to_16(const uint8_t *in, size_t size, uint64_t seed) {
  if (size > 8) {
    uint64_t low = polyring__little64(in) ^ ((secret64(24) ^ secret64(32)) + seed);
    uint64_t high = polyring__little64(in + size - 8) ^ ((secret64(40) ^ secret64(48)) - seed);
    return avalanche3(size + swap64(low) + high + fold(low, high));
  }
  seed ^= swap64(seed & 0xffffffff);
  uint64_t h = polyring__little32(in + size - 4) + ((uint64_t)polyring__little32(in) << 32);
  h ^= (secret64(8) ^ secret64(16)) - seed;
  h ^= polyring__rotate64(h, 49) ^ polyring__rotate64(h, 24);
  h *= 0x9fb21c651e98df25;
  h ^= (h >> 35) + size;
  h *= 0x9fb21c651e98df25;
  return h ^ h >> 28;
}

static inline uint64_t mix16(const uint8_t *in, unsigned at, uint64_t seed) {
  return fold(polyring__little64(in) ^ (secret64(at) + seed),
              polyring__little64(in + 8) ^ (secret64(at + 8) - seed));
}

static uint64_t from_17_to_128(const uint8_t *in, size_t size, uint64_t seed) {
  uint64_t h = size * prime1;
  for (unsigned i = 0; i <= (size - 1) / 32; i++)
    h += mix16(in + 16 * i, 32 * i, seed) + mix16(in + size - 16 * (i + 1), 32 * i + 16, seed);
  return avalanche3(h);
}

static uint64_t from_129_to_240(const uint8_t *in, size_t size, uint64_t seed) {
  uint64_t h = size * prime1;
  for (unsigned i = 0; i < 8; i++) h += mix16(in + 16 * i, 16 * i, seed);
  h = avalanche3(h);
  for (unsigned i = 8; i < size / 16; i++) h += mix16(in + 16 * i, 16 * (i - 8) + 3, seed);
  return avalanche3(h + mix16(in + size - 16, 119, seed));
}

static inline void stripe(uint64_t acc[8], const uint8_t *in, const uint8_t *key) {
  for (int i = 0; i < 8; i++) {
    uint64_t value = polyring__little64(in + 8 * i),
             mixed = value ^ polyring__little64(key + 8 * i);
    acc[i ^ 1] += value;
    acc[i] += (mixed & 0xffffffff) * (mixed >> 32);
  }
}

static uint64_t above_240(const uint8_t *in, size_t size, uint64_t seed) {
  uint64_t acc[8] = {prime32_3, prime1, prime2, prime3, prime4, prime32_2, prime5, prime32_1};
  uint8_t key[SECRET];
  for (unsigned i = 0; i < SECRET; i++) {
    unsigned at = i & ~7u;
    uint64_t seeded = secret64(at) + (at % 16 ? 0 - seed : seed);
    key[i] = (uint8_t)(seeded >> 8 * (i % 8));
  }
  const uint8_t *last = in + size - STRIPE;
  for (size_t i = 0; i < (size - 1) / STRIPE; i++) {
    stripe(acc, in + STRIPE * i, key + 8 * (i % STRIPES_A_BLOCK));
    if (i % STRIPES_A_BLOCK < STRIPES_A_BLOCK - 1) continue;
    for (int j = 0; j < 8; j++)
      acc[j] =
          (acc[j] ^ acc[j] >> 47 ^ polyring__little64(key + SECRET - STRIPE + 8 * j)) * prime32_1;
  }
  stripe(acc, last, key + SECRET - STRIPE - 7);
  uint64_t h = size * prime1;
  for (int i = 0; i < 8; i += 2)
    h += fold(acc[i] ^ polyring__little64(key + 11 + 8 * i),
              acc[i + 1] ^ polyring__little64(key + 19 + 8 * i));
  return avalanche3(h);
}

uint64_t polyring__xxh3(const void *text, size_t size, uint64_t start) {
  if (size <= 3) return up_to_3(text, size, start);
  if (size <= 16) return from_4_to_16(text, size, start);
  if (size <= 128) return from_17_to_128(text, size, start);
  if (size <= 240) return from_129_to_240(text, size, start);
  return above_240(text, size, start);
}
