/* The steps of MD5 (RFC 1321) for words of any kind: one at a time, or many side by side. Who
 * includes this defines STEP(f, a, b, c, d, k, sine, shift), which makes a to b plus the rotated
 * sum of a, f(b, c, d), word k of the block and the sine, and the functions F, G, H and I. */
#ifndef POLYRING__MD5_STEPS_H
#define POLYRING__MD5_STEPS_H

#include <stdint.h>

#define POLYRING__MD5_START \
  { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 }

/* A variable of md5.c: vectors take a constant sooner from memory than by way of a register, which
 * the compiler would choose if it knew the value. */
extern const uint32_t polyring__md5_sines[64];

#define POLYRING__MD5_STEP(f, a, b, c, d, i, k, shift) \
  STEP(f, a, b, c, d, (k) % 16, polyring__md5_sines[i], shift)
#define POLYRING__MD5_FOUR(f, i, k, by, s0, s1, s2, s3)           \
  POLYRING__MD5_STEP(f, a, b, c, d, i, k, s0);                    \
  POLYRING__MD5_STEP(f, d, a, b, c, (i) + 1, (k) + (by), s1);     \
  POLYRING__MD5_STEP(f, c, d, a, b, (i) + 2, (k) + 2 * (by), s2); \
  POLYRING__MD5_STEP(f, b, c, d, a, (i) + 3, (k) + 3 * (by), s3)
#define POLYRING__MD5_TWELVE(f, i, k, by, s0, s1, s2, s3)             \
  POLYRING__MD5_FOUR(f, i, k, by, s0, s1, s2, s3);                    \
  POLYRING__MD5_FOUR(f, (i) + 4, (k) + 4 * (by), by, s0, s1, s2, s3); \
  POLYRING__MD5_FOUR(f, (i) + 8, (k) + 8 * (by), by, s0, s1, s2, s3)
#define POLYRING__MD5_ROUND(f, i, k, by, s0, s1, s2, s3) \
  POLYRING__MD5_TWELVE(f, i, k, by, s0, s1, s2, s3);     \
  POLYRING__MD5_FOUR(f, (i) + 12, (k) + 12 * (by), by, s0, s1, s2, s3)

/* All that the first word of the digest needs, and the rest. */
#define POLYRING__MD5_STEPS_61                      \
  POLYRING__MD5_ROUND(F, 0, 0, 1, 7, 12, 17, 22);   \
  POLYRING__MD5_ROUND(G, 16, 1, 5, 5, 9, 14, 20);   \
  POLYRING__MD5_ROUND(H, 32, 5, 3, 4, 11, 16, 23);  \
  POLYRING__MD5_TWELVE(I, 48, 0, 7, 6, 10, 15, 21); \
  POLYRING__MD5_STEP(I, a, b, c, d, 60, 4, 6)
#define POLYRING__MD5_STEPS_3                    \
  POLYRING__MD5_STEP(I, d, a, b, c, 61, 11, 10); \
  POLYRING__MD5_STEP(I, c, d, a, b, 62, 2, 15);  \
  POLYRING__MD5_STEP(I, b, c, d, a, 63, 9, 21)

#endif
