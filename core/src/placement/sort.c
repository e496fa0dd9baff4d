/* Sorting points: radix, a byte at a time from the lowest on, which keeps the order of what is
 * equal. The number of passes is even, so that all ends where it began. */
#include "placement/points.h"

static inline uint8_t digit_of(polyring__points points, size_t i, unsigned shift, int wide) {
  if (!wide) return (uint8_t)(points.narrow[i] >> shift);
  return (uint8_t)(shift < 64 ? points.wide[i].low >> shift : points.wide[i].high >> (shift - 64));
}

static inline void pass(polyring__points from, unsigned shift, polyring__points to, int wide) {
  uint32_t places[256] = {0}, sum = 0;
  for (size_t i = 0; i < from.count; i++) places[digit_of(from, i, shift, wide)]++;
  for (int d = 0; d < 256; d++) {
    uint32_t count = places[d];
    places[d] = sum;
    sum += count;
  }
  for (size_t i = 0; i < from.count; i++) {
    uint32_t at = places[digit_of(from, i, shift, wide)]++;
    if (wide)
      to.wide[at] = from.wide[i];
    else
      to.narrow[at] = from.narrow[i];
    to.owners[at] = from.owners[i];
  }
}

void polyring__points_sort(polyring__points points, polyring__points other, unsigned bits) {
  for (unsigned shift = 0; shift < bits; shift += 8) {
    polyring__points from = shift / 8 % 2 ? other : points, to = shift / 8 % 2 ? points : other;
    if (points.wide) /* two loops, each without the question */
      pass(from, shift, to, 1);
    else
      pass(from, shift, to, 0);
  }
}
