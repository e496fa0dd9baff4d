/* SHA-1 (FIPS 180-4). */
#include <string.h>

#include "hash/functions.h"

size_t polyring__sha_tail(const uint8_t *rest, size_t size, size_t block, uint64_t bits,
                          uint8_t tail[2 * POLYRING__SHA_BLOCK]) {
  size_t tail_size = size < block - block / 8 ? block : 2 * block;
  memset(tail, 0, tail_size);
  if (size) memcpy(tail, rest, size);
  tail[size] = 0x80;
  for (unsigned i = 0; i < 8; i++) tail[tail_size - 1 - i] = (uint8_t)(bits >> 8 * i);
  return tail_size;
}

/* The five numbers of the state change places with every step. */
#define STEP(f, k, a, b, c, d, e, i)                             \
  e += polyring__rotate32(a, 5) + f(b, c, d) + (k) + word(w, i); \
  b = polyring__rotate32(b, 30)
#define ROUND(f, k, from)                            \
  for (unsigned i = from; i < (from) + 20; i += 5) { \
    STEP(f, k, a, b, c, d, e, i);                    \
    STEP(f, k, e, a, b, c, d, i + 1);                \
    STEP(f, k, d, e, a, b, c, i + 2);                \
    STEP(f, k, c, d, e, a, b, i + 3);                \
    STEP(f, k, b, c, d, e, a, i + 4);                \
  }

#define CHOICE(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define PARITY(x, y, z) ((x) ^ (y) ^ (z))
#define MAJORITY(x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))

/* The words of the block, and then each made of four of the sixteen before it. */
static inline uint32_t word(uint32_t w[16], unsigned i) {
  if (i < 16) return w[i];
  uint32_t sum = w[(i - 3) % 16] ^ w[(i - 8) % 16] ^ w[(i - 14) % 16] ^ w[i % 16];
  return w[i % 16] = polyring__rotate32(sum, 1);
}

static void block(uint32_t state[5], const uint8_t *in) {
  uint32_t w[16], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (int i = 0; i < 16; i++) w[i] = polyring__big32(in + 4 * i);
  ROUND(CHOICE, 0x5a827999, 0)
  ROUND(PARITY, 0x6ed9eba1, 20)
  ROUND(MAJORITY, 0x8f1bbcdc, 40)
  ROUND(PARITY, 0xca62c1d6, 60)
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

void polyring__sha1(const void *text, size_t size, uint8_t digest[20]) {
  uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  const uint8_t *in = text;
  uint64_t bits = (uint64_t)size * 8;
  for (; size >= 64; in += 64, size -= 64) block(state, in);
  uint8_t tail[2 * POLYRING__SHA_BLOCK];
  size_t tail_size = polyring__sha_tail(in, size, 64, bits, tail);
  for (size_t i = 0; i < tail_size; i += 64) block(state, tail + i);
  for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}
