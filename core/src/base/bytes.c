#include "polyring/bytes.h"

#include <string.h>

#include "base/span.h"

size_t polyring_percent_encode(const void *bytes, size_t size, char *out, size_t capacity) {
  static const char digits[] = "0123456789ABCDEF";
  const uint8_t *in = bytes;
  size_t length = 0;
  for (size_t i = 0; i < size; i++) {
    size_t need = polyring__is_unreserved(in[i]) ? 1 : 3;
    if (capacity < need + 1 || length > capacity - need - 1) return POLYRING_NOWHERE;
    if (need == 1) {
      out[length++] = (char)in[i];
    } else {
      out[length++] = '%';
      out[length++] = digits[in[i] >> 4];
      out[length++] = digits[in[i] & 15];
    }
  }
  if (length >= capacity) return POLYRING_NOWHERE;
  out[length] = '\0';
  return length;
}

int polyring__hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

size_t polyring_percent_decode(const char *text, size_t size, void *out, size_t *position) {
  uint8_t *to = out;
  for (size_t i = 0; i < size; i++) {
    const char *percent = memchr(text + i, '%', size - i);
    size_t plain = (percent ? (size_t)(percent - text) : size) - i;
    memmove(to, text + i, plain);
    to += plain;
    i += plain;
    if (i == size) break;
    int high = i + 2 < size ? polyring__hex_value(text[i + 1]) : -1;
    int low = i + 2 < size ? polyring__hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      if (position) *position = i;
      return POLYRING_NOWHERE;
    }
    *to++ = (uint8_t)(high << 4 | low);
    i += 2;
  }
  return (size_t)(to - (uint8_t *)out);
}
