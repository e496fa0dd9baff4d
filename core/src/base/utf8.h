/* UTF-8, one code point at a time. */
#ifndef POLYRING__UTF8_H
#define POLYRING__UTF8_H

#include <stdint.h>

/* Reads the code point at *at and moves on. -1: not valid UTF-8. */
static inline int32_t polyring__next_code_point(const uint8_t **at, const uint8_t *end) {
  static const uint32_t least[4] = {0, 0x80, 0x800, 0x10000};
  uint32_t c = *(*at)++;
  if (c < 0x80) return (int32_t)c;
  int more = c >= 0xF0 && c < 0xF8 ? 3 : c >= 0xE0 && c < 0xF0 ? 2 : c >= 0xC0 && c < 0xE0 ? 1 : 0;
  if (!more || end - *at < more) return -1;
  c &= 0x3Fu >> more;
  for (int i = 0; i < more; i++) {
    uint8_t next = *(*at)++;
    if (next >> 6 != 2) return -1;
    c = c << 6 | (next & 0x3F);
  }
  if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return -1;
  return (int32_t)c;
}

#endif
