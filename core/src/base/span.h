/* Bytes that somebody else owns, and the classes of single bytes. */
#ifndef POLYRING__SPAN_H
#define POLYRING__SPAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct polyring__span {
  const char *at;
  size_t size;
} polyring__span;

static inline int polyring__span_equals(polyring__span a, polyring__span b) {
  return a.size == b.size && (!a.size || memcmp(a.at, b.at, a.size) == 0);
}

static inline int polyring__span_is(polyring__span span, const char *text) {
  return polyring__span_equals(span, (polyring__span){text, strlen(text)});
}

/* By bytes; of a text and its beginning the beginning comes first. */
static inline int polyring__span_compare(polyring__span a, polyring__span b) {
  size_t size = a.size < b.size ? a.size : b.size;
  int difference = size ? memcmp(a.at, b.at, size) : 0;
  return difference ? difference : (a.size > b.size) - (a.size < b.size);
}

static inline int polyring__is_digit(char c) { return c >= '0' && c <= '9'; }

static inline int polyring__is_unreserved(uint8_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

static inline int polyring__is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int polyring__hex_value(char c); /* -1 if c is no hexadecimal digit */

#endif
