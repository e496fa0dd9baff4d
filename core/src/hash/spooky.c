/* Bob Jenkins's SpookyHash, version 2. Both halves of its seed are equal, and of its 128 bits the
 * low 32 count: Hash32. */
#include <string.h>

#include "hash/hash.h"

static const uint64_t filler = 0xdeadbeefdeadbeef;

static void short_mix(uint64_t h[4]) {
  static const uint8_t turns[12] = {50, 52, 30, 41, 54, 48, 38, 37, 62, 34, 5, 36};
  for (unsigned i = 0; i < 12; i++) {
    uint64_t *one = &h[(i + 2) % 4];
    *one = polyring__rotate64(*one, turns[i]) + h[(i + 3) % 4];
    h[i % 4] ^= *one;
  }
}

static void short_end(uint64_t h[4]) {
  static const uint8_t turns[11] = {15, 52, 26, 51, 28, 9, 47, 54, 32, 25, 63};
  for (unsigned i = 0; i < 11; i++) {
    uint64_t *one = &h[(i + 2) % 4], *next = &h[(i + 3) % 4];
    *next ^= *one;
    *one = polyring__rotate64(*one, turns[i]);
    *next += *one;
  }
}

/* Texts of less than 192 bytes. */
static uint64_t short_hash(const uint8_t *in, size_t size, uint64_t seed) {
  uint64_t h[4] = {seed, seed, filler, filler};
  size_t left = size;
  for (; left >= 16; in += 16, left -= 16) {
    int second_half = (size - left) % 32 == 16;
    if (second_half) {
      h[0] += polyring__little64(in);
      h[1] += polyring__little64(in + 8);
    } else {
      h[2] += polyring__little64(in);
      h[3] += polyring__little64(in + 8);
      short_mix(h);
    }
  }
  h[3] += (uint64_t)size << 56;
  uint8_t last[16] = {0};
  if (left) memcpy(last, in, left);
  h[2] += left ? polyring__little64(last) : filler;
  h[3] += left ? polyring__little64(last + 8) : filler;
  short_end(h);
  return h[0];
}

static void long_mix(uint64_t h[12], const uint8_t *in) {
  static const uint8_t turns[12] = {11, 32, 43, 31, 17, 28, 39, 57, 55, 54, 22, 46};
  for (unsigned i = 0; i < 12; i++) {
    h[i] += polyring__little64(in + 8 * i);
    h[(i + 2) % 12] ^= h[(i + 10) % 12];
    h[(i + 11) % 12] ^= h[i];
    h[i] = polyring__rotate64(h[i], turns[i]);
    h[(i + 11) % 12] += h[(i + 1) % 12];
  }
}

static void long_end(uint64_t h[12]) {
  static const uint8_t turns[12] = {44, 15, 34, 21, 38, 33, 10, 13, 38, 53, 42, 54};
  for (unsigned i = 0; i < 36; i++) {
    h[(i + 11) % 12] += h[(i + 1) % 12];
    h[(i + 2) % 12] ^= h[(i + 11) % 12];
    h[(i + 1) % 12] = polyring__rotate64(h[(i + 1) % 12], turns[i % 12]);
  }
}

static uint64_t long_hash(const uint8_t *in, size_t size, uint64_t seed) {
  uint64_t h[12];
  for (unsigned i = 0; i < 12; i++) h[i] = i % 3 == 2 ? filler : seed;
  for (; size >= 96; in += 96, size -= 96) long_mix(h, in);
  uint8_t last[96] = {0};
  if (size) memcpy(last, in, size);
  last[95] = (uint8_t)size;
  for (unsigned i = 0; i < 12; i++) h[i] += polyring__little64(last + 8 * i);
  long_end(h);
  return h[0];
}

uint32_t polyring__spooky32(const void *text, size_t size, uint32_t seed) {
  return (uint32_t)(size < 192 ? short_hash(text, size, seed) : long_hash(text, size, seed));
}
