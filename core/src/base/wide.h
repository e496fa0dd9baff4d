/* Numbers of 128 bits, in two halves. */
#ifndef POLYRING__WIDE_H
#define POLYRING__WIDE_H

#include <stdint.h>

typedef struct polyring__word {
  uint64_t high, low;
} polyring__word;

static inline int polyring__wide_compare(polyring__word a, polyring__word b) {
  if (a.high != b.high) return a.high < b.high ? -1 : 1;
  return a.low < b.low ? -1 : a.low > b.low;
}

static inline polyring__word polyring__wide_multiply(uint64_t a, uint64_t b) {
  uint64_t low = (a & 0xffffffff) * (b & 0xffffffff);
  uint64_t middle = (a >> 32) * (b & 0xffffffff) + (low >> 32);
  uint64_t other = (a & 0xffffffff) * (b >> 32) + (middle & 0xffffffff);
  return (polyring__word){(a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32),
                          other << 32 | (low & 0xffffffff)};
}

/* a / b, rounded down; the quotient must fit 64 bits, and b be below 2^63. */
static inline uint64_t polyring__wide_divide(polyring__word a, uint64_t b) {
  uint64_t rest = a.high, quotient = 0;
  for (int bit = 63; bit >= 0; bit--) {
    rest = rest << 1 | (a.low >> bit & 1);
    quotient <<= 1;
    if (rest < b) continue;
    rest -= b;
    quotient |= 1;
  }
  return quotient;
}

#endif
