#include "protocol/wire_key.h"

#include "protocol/words.h"

polyring__key_kind polyring__key_kind_of(polyring__span key, size_t *position) {
  *position = 0;
  if (!key.size) return POLYRING__KEY_EMPTY;
  size_t i = key.size;
  if (polyring__words_have_gap(key.at, key.size))
    for (i = 0; (uint8_t)key.at[i] > ' ' && (uint8_t)key.at[i] != 0x7F;) i++;
  *position = i;
  if (i < key.size)
    return key.size > POLYRING__BINARY_KEY_MAX ? POLYRING__KEY_TOO_LONG : POLYRING__KEY_BINARY;
  return key.size > POLYRING__SENT_KEY_MAX ? POLYRING__KEY_TOO_LONG : POLYRING__KEY_TEXT;
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The four characters of up to three bytes. */
static void encode(const char *at, size_t size, char out[4]) {
  uint32_t bits = (uint32_t)(uint8_t)at[0] << 16;
  if (size > 1) bits |= (uint32_t)(uint8_t)at[1] << 8;
  if (size > 2) bits |= (uint8_t)at[2];
  out[0] = digits[bits >> 18];
  out[1] = digits[bits >> 12 & 63];
  out[2] = size > 1 ? digits[bits >> 6 & 63] : '=';
  out[3] = size > 2 ? digits[bits & 63] : '=';
}

char *polyring__base64_write(polyring__span bytes, char *out) {
  for (size_t i = 0; i < bytes.size; i += 3, out += 4) encode(bytes.at + i, bytes.size - i, out);
  return out;
}

int polyring__base64_is(polyring__span text, polyring__span bytes) {
  char four[4];
  if (text.size != (bytes.size + 2) / 3 * 4) return 0;
  for (size_t i = 0, t = 0; i < bytes.size; i += 3, t += 4) {
    encode(bytes.at + i, bytes.size - i, four);
    if (memcmp(four, text.at + t, 4) != 0) return 0;
  }
  return 1;
}
