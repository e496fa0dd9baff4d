/* MD5 (RFC 1321). */
#include "hash/hash.h"

static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

#define F(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define G(x, y, z) ((y) ^ ((z) & ((x) ^ (y))))
#define H(x, y, z) ((x) ^ (y) ^ (z))
#define I(x, y, z) ((y) ^ ((x) | ~(z)))

#define STEP(f, a, b, c, d, i, k, shift) \
  a = b + polyring__rotate32(a + f(b, c, d) + m[k] + sines[i], shift)
#define FOUR(f, i, k, step, s0, s1, s2, s3)                  \
  STEP(f, a, b, c, d, i, (k) % 16, s0);                      \
  STEP(f, d, a, b, c, (i) + 1, ((k) + (step)) % 16, s1);     \
  STEP(f, c, d, a, b, (i) + 2, ((k) + 2 * (step)) % 16, s2); \
  STEP(f, b, c, d, a, (i) + 3, ((k) + 3 * (step)) % 16, s3)
#define ROUND(f, i, k, step, s0, s1, s2, s3)                \
  FOUR(f, i, k, step, s0, s1, s2, s3);                      \
  FOUR(f, (i) + 4, (k) + 4 * (step), step, s0, s1, s2, s3); \
  FOUR(f, (i) + 8, (k) + 8 * (step), step, s0, s1, s2, s3); \
  FOUR(f, (i) + 12, (k) + 12 * (step), step, s0, s1, s2, s3)

static void block(uint32_t state[4], const uint8_t *in) {
  uint32_t m[16], a = state[0], b = state[1], c = state[2], d = state[3];
  for (int i = 0; i < 16; i++) m[i] = polyring__little32(in + 4 * i);
  ROUND(F, 0, 0, 1, 7, 12, 17, 22);
  ROUND(G, 16, 1, 5, 5, 9, 14, 20);
  ROUND(H, 32, 5, 3, 4, 11, 16, 23);
  ROUND(I, 48, 0, 7, 6, 10, 15, 21);
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

void polyring__md5(const void *text, size_t size, uint8_t digest[16]) {
  uint32_t state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  const uint8_t *in = text;
  uint64_t bits = (uint64_t)size * 8;
  for (; size >= 64; in += 64, size -= 64) block(state, in);
  uint8_t tail[128];
  size_t tail_size = polyring__digest_tail(in, size, bits, 0, tail);
  for (size_t i = 0; i < tail_size; i += 64) block(state, tail + i);
  for (int i = 0; i < 16; i++) digest[i] = (uint8_t)(state[i / 4] >> 8 * (i % 4));
}
