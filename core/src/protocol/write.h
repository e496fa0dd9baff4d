/* Writing of requests: each function returns the end of what it wrote. */
#ifndef POLYRING__WRITE_H
#define POLYRING__WRITE_H

#include "base/span.h"

static inline char *polyring__put(char *out, const char *bytes, size_t size) {
  memcpy(out, bytes, size);
  return out + size;
}

static inline char *polyring__put_span(char *out, polyring__span span) {
  return span.size ? polyring__put(out, span.at, span.size) : out;
}

static inline char *polyring__put_text(char *out, const char *text) {
  return polyring__put(out, text, strlen(text));
}

static inline char *polyring__put_number(char *out, uint64_t number) {
  char digits[20], *at = digits + sizeof digits;
  do *--at = (char)('0' + number % 10);
  while (number /= 10);
  return polyring__put(out, at, (size_t)(digits + sizeof digits - at));
}

static inline char *polyring__put_signed(char *out, int64_t number) {
  if (number >= 0) return polyring__put_number(out, (uint64_t)number);
  *out = '-';
  return polyring__put_number(out + 1, -(uint64_t)number);
}

#endif
