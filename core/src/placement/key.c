#include "placement/key.h"

#include <string.h>

#include "base/error.h"
#include "polyring/ring.h"

enum { MD5_TAIL_PREFIX = 212 }; /* Dalli: 249 less ":md5:" and 32 digits */

void polyring__key_rules_init(polyring__key_rules *rules, const polyring__columns *columns) {
  polyring__refuse_parse(columns->refuse, rules->refuse);
  rules->refuses = columns->refuse.size > 0;
  rules->long_key = (uint8_t)columns->long_key;
  rules->text = (uint8_t)columns->text;
  rules->units = (uint8_t)polyring__hash_takes_units((int)columns->hash);
}

/* Reads the code point at *at and moves on. -1: not valid UTF-8. */
static int32_t next_code_point(const uint8_t **at, const uint8_t *end) {
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

/* The number of code points, or of bytes if they are not UTF-8. *prefix gets the size in bytes of
 * the first MD5_TAIL_PREFIX of them. */
static size_t count_characters(const uint8_t *bytes, size_t size, size_t *prefix) {
  const uint8_t *at = bytes, *end = bytes + size;
  size_t count = 0;
  while (at < end) {
    if (count == MD5_TAIL_PREFIX) *prefix = (size_t)(at - bytes);
    if (next_code_point(&at, end) < 0) {
      *prefix = MD5_TAIL_PREFIX;
      return size;
    }
    count++;
  }
  return count;
}

/* An over-long key becomes its beginning, ":md5:" and its digest. */
static void shorten(polyring__key *key) {
  static const char digits[] = "0123456789abcdef";
  size_t size = 0;
  if (count_characters(key->sent, key->sent_size, &size) <= POLYRING_KEY_MAX ||
      size + 37 > POLYRING_KEY_MAX)
    return;
  uint8_t digest[16], *out = key->sent_store;
  polyring__md5(key->sent, key->sent_size, digest);
  memcpy(out, key->sent, size);
  memcpy(out + size, ":md5:", 5);
  for (int i = 0; i < 16; i++) {
    out[size + 5 + 2 * i] = (uint8_t)digits[digest[i] >> 4];
    out[size + 6 + 2 * i] = (uint8_t)digits[digest[i] & 15];
  }
  key->sent = out;
  key->sent_size = size + 37;
}

static polyring_status refuse_byte(const polyring__key_rules *rules, const uint8_t *bytes,
                                   size_t size, polyring_error *error) {
  for (size_t i = 0; i < size; i++)
    if (rules->refuse[bytes[i] / 8] >> bytes[i] % 8 & 1)
      return polyring__fail(error, POLYRING_INVALID_KEY, i,
                            "the key %q has the byte %q at %u, which this profile's client refuses",
                            bytes, size, bytes + i, (size_t)1, (unsigned)i);
  return POLYRING_OK;
}

/* The text to hash, from keys that are text. */
static polyring_status transform(const polyring__key_rules *rules, polyring__key *key,
                                 polyring_error *error) {
  const uint8_t *at = key->sent, *end = at + key->sent_size;
  uint8_t *out = key->text_store;
  int utf16 = rules->text == POLYRING__KEY_TEXT_UTF16 && rules->units;
  int low8 = rules->text == POLYRING__KEY_TEXT_LOW8;
  while (at < end) {
    const uint8_t *start = at;
    int32_t c = next_code_point(&at, end);
    if (c < 0)
      return polyring__fail(error, POLYRING_INVALID_KEY, (size_t)(start - key->sent),
                            "the key %q is not valid UTF-8 at %u; this profile's keys are text",
                            key->sent, key->sent_size, (unsigned)(start - key->sent));
    if (low8) *out++ = (uint8_t)c;
    if (!utf16) continue;
    if (c > 0xFFFF) {
      uint32_t high = 0xD800 + ((uint32_t)(c - 0x10000) >> 10);
      *out++ = (uint8_t)high;
      *out++ = (uint8_t)(high >> 8);
      c = 0xDC00 + ((c - 0x10000) & 0x3FF);
    }
    *out++ = (uint8_t)c;
    *out++ = (uint8_t)(c >> 8);
  }
  if (low8 || utf16) {
    key->text = key->text_store;
    key->text_size = (size_t)(out - key->text_store);
  }
  return POLYRING_OK;
}

polyring_status polyring__key_prepare(const polyring__key_rules *rules, const void *bytes,
                                      size_t size, polyring__key *key, polyring_error *error) {
  key->sent = bytes;
  key->sent_size = size;
  if (!size) return polyring__fail(error, POLYRING_INVALID_KEY, 0, "the key is empty");
  if (rules->refuses) {
    polyring_status status = refuse_byte(rules, bytes, size, error);
    if (status < 0) return status;
  }
  if (size > POLYRING_KEY_MAX && rules->long_key == POLYRING__LONG_KEY_MD5_TAIL) shorten(key);
  if (key->sent_size > POLYRING_KEY_MAX)
    return polyring__fail(error, POLYRING_INVALID_KEY, POLYRING_KEY_MAX,
                          "the key %q has %u bytes, the limit is 250", bytes, size, (unsigned)size);
  key->text = key->sent;
  key->text_size = key->sent_size;
  return rules->text == POLYRING__KEY_TEXT_BYTES ? POLYRING_OK : transform(rules, key, error);
}
