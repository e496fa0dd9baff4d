/* Austin Appleby's MurmurHash family, and CityHash's mix of two numbers, which is made of it. */
#include "hash/functions.h"

/* MurmurHash2; the seed is that of libhashkit, which hashes with start * size. */
uint64_t polyring__murmur(const void *text, size_t size, uint64_t start) {
  const uint32_t m = 0x5bd1e995;
  const uint8_t *in = text;
  uint32_t h = (uint32_t)start * (uint32_t)size ^ (uint32_t)size;
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

/* The last bytes of a text, up to seven, as a little-endian number. */
static inline uint64_t tail(const uint8_t *in, size_t size) {
  uint64_t k = 0;
  while (size-- > 0) k = k << 8 | in[size];
  return k;
}

uint64_t polyring__murmur64a(const void *text, size_t size, uint64_t seed) {
  const uint64_t m = 0xc6a4a7935bd1e995;
  const uint8_t *in = text;
  uint64_t h = seed ^ size * m;
  for (; size >= 8; in += 8, size -= 8) {
    uint64_t k = polyring__little64(in) * m;
    h = (h ^ (k ^ k >> 47) * m) * m;
  }
  if (size) h = (h ^ tail(in, size)) * m;
  h = (h ^ h >> 47) * m;
  return h ^ h >> 47;
}

uint64_t polyring__murmur3_32(const void *text, size_t size, uint64_t start) {
  const uint8_t *in = text;
  uint32_t h = (uint32_t)start;
  size_t left = size;
  for (; left >= 4; in += 4, left -= 4) {
    uint32_t k = polyring__rotate32(polyring__little32(in) * 0xcc9e2d51, 15) * 0x1b873593;
    h = polyring__rotate32(h ^ k, 13) * 5 + 0xe6546b64;
  }
  h ^= polyring__rotate32((uint32_t)tail(in, left) * 0xcc9e2d51, 15) * 0x1b873593;
  h ^= (uint32_t)size;
  h = (h ^ h >> 16) * 0x85ebca6b;
  h = (h ^ h >> 13) * 0xc2b2ae35;
  return h ^ h >> 16;
}

/* libhashkit's seed again. */
uint64_t polyring__murmur3(const void *text, size_t size, uint64_t start) {
  return polyring__murmur3_32(text, size, (uint32_t)start * (uint32_t)size);
}

static const uint64_t c1 = 0x87c37b91114253d5, c2 = 0x4cf5ad432745937f;

static inline uint64_t mix1(uint64_t k) { return polyring__rotate64(k * c1, 31) * c2; }
static inline uint64_t mix2(uint64_t k) { return polyring__rotate64(k * c2, 33) * c1; }
static inline uint64_t finish(uint64_t h) {
  h = (h ^ h >> 33) * 0xff51afd7ed558ccd;
  h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53;
  return h ^ h >> 33;
}

/* The first half of MurmurHash3 x64 128. */
static uint64_t murmur3_128(const void *text, size_t size, uint64_t seed) {
  const uint8_t *in = text;
  uint64_t h1 = seed, h2 = seed;
  size_t left = size;
  for (; left >= 16; in += 16, left -= 16) {
    h1 = polyring__rotate64(h1 ^ mix1(polyring__little64(in)), 27) + h2;
    h1 = h1 * 5 + 0x52dce729;
    h2 = polyring__rotate64(h2 ^ mix2(polyring__little64(in + 8)), 31) + h1;
    h2 = h2 * 5 + 0x38495ab5;
  }
  if (left > 8) h2 ^= mix2(tail(in + 8, left - 8));
  h1 ^= mix1(tail(in, left < 8 ? left : 8));
  h1 ^= size;
  h2 ^= size;
  h1 += h2;
  h2 += h1;
  h1 = finish(h1);
  h2 = finish(h2);
  return h1 + h2;
}

/* emcache means the first four bytes of MurmurHash3 x64 128, but keeps of byte i only the bits
 * from 8 i up. They are the sign of a signed char, and none of an unsigned one. */
static uint64_t emcache(uint64_t h, int is_signed) {
  uint32_t score = 0;
  for (unsigned i = 0; i < 4; i++) {
    uint32_t byte = (uint32_t)(h >> 8 * i) & 0xff;
    if (is_signed && byte & 0x80) byte |= 0xffffff00;
    score |= byte & (uint32_t)(0xffffffff << 8 * i);
  }
  return score;
}

uint64_t polyring__emcache_bytes(const void *text, size_t size, uint64_t start) {
  return emcache(murmur3_128(text, size, start), 0);
}

uint64_t polyring__emcache_signed(const void *text, size_t size, uint64_t start) {
  return emcache(murmur3_128(text, size, start), 1);
}

uint64_t polyring__hash128to64(uint64_t high, uint64_t low) {
  const uint64_t m = 0x9ddfea08eb382d69;
  uint64_t a = (low ^ high) * m;
  uint64_t b = (high ^ a ^ a >> 47) * m;
  return (b ^ b >> 47) * m;
}
