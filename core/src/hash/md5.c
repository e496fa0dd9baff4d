/* MD5 (RFC 1321). */
#include <string.h>

#include "hash/hash.h"
#include "hash/md5_steps.h"

const uint32_t polyring__md5_sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

/* Each step waits for b, which the step before it made. So all that does not need b is summed up
 * first, and b comes in by as few operations as can be. */
#define STEP(f, a, b, c, d, k, sine, shift) \
  a += m[k] + (sine);                       \
  a = b + polyring__rotate32(f(a, b, c, d), shift)

#define F(a, b, c, d) ((a) + ((d) ^ ((b) & ((c) ^ (d)))))
#define G(a, b, c, d) ((a) + (~(d) & (c)) + ((d) & (b))) /* no bit is set in both */
#define H(a, b, c, d) ((a) + (((c) ^ (d)) ^ (b)))
#define I(a, b, c, d) ((a) + ((c) ^ ((b) | ~(d))))

/* Byte by byte, but not in a loop: so compilers see that it is one store. */
static void write_word(uint8_t out[4], uint32_t word) {
  out[0] = (uint8_t)word;
  out[1] = (uint8_t)(word >> 8);
  out[2] = (uint8_t)(word >> 16);
  out[3] = (uint8_t)(word >> 24);
}

static void block(uint32_t state[4], const uint32_t m[16]) {
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  POLYRING__MD5_STEPS_61;
  POLYRING__MD5_STEPS_3;
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

/* By words, not bytes: the processor waits where a word is read that was written in pieces. */
void polyring__md5(const void *text, size_t size, uint8_t digest[16]) {
  uint32_t state[4] = POLYRING__MD5_START, m[16] = {0}, last = 0x80;
  const uint8_t *in = text;
  uint64_t bits = (uint64_t)size * 8;
  unsigned i = 0;
  for (; size >= 4; in += 4, size -= 4) {
    m[i++] = polyring__little32(in);
    if (i < 16) continue;
    block(state, m);
    memset(m, 0, sizeof m);
    i = 0;
  }
  while (size) last = last << 8 | in[--size];
  m[i] = last;
  if (i >= 14) {
    block(state, m);
    memset(m, 0, sizeof m);
  }
  m[14] = (uint32_t)bits;
  m[15] = (uint32_t)(bits >> 32);
  block(state, m);
  for (i = 0; i < 4; i++) write_word(digest + 4 * i, state[i]);
}
