/* The hashed text. */
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "placement/key.h"

static const uint8_t *find(const uint8_t *bytes, size_t size, const uint8_t *what,
                           size_t what_size) {
  for (size_t i = 0; i + what_size <= size; i++)
    if (memcmp(bytes + i, what, what_size) == 0) return bytes + i;
  return NULL;
}

/* What the column tag leaves of a text. */
static polyring__span between(const polyring__key_rules *rules, polyring__span text) {
  const char *open = memchr(text.at, rules->tag.at[0], text.size);
  if (!open) return text;
  const char *end = text.at + text.size;
  const char *close = memchr(open + 1, rules->tag.at[1], (size_t)(end - open - 1));
  if (!close || (close == open + 1 && rules->empty_tag == POLYRING__EMPTY_TAG_WHOLE)) return text;
  return (polyring__span){open + 1, (size_t)(close - open - 1)};
}

/* The text of a key that is text, in the form that the client hashes. Returns the end, or NULL with
 * *at where it is not UTF-8. */
static uint8_t *write_characters(const polyring__key_rules *rules, const uint8_t **at,
                                 const uint8_t *end, uint8_t *out) {
  int utf16 = rules->text == POLYRING__KEY_TEXT_UTF16 && rules->units;
  int low_units = rules->text == POLYRING__KEY_TEXT_LOW8_UNITS;
  while (*at < end) {
    const uint8_t *start = *at;
    int32_t c = polyring__next_code_point(at, end);
    if (c < 0) {
      *at = start;
      return NULL;
    }
    int32_t units[2] = {c, -1};
    if (c > 0xFFFF && (utf16 || low_units)) {
      units[0] = 0xD800 + ((c - 0x10000) >> 10);
      units[1] = 0xDC00 + ((c - 0x10000) & 0x3FF);
    }
    for (int i = 0; i < 2 && units[i] >= 0; i++) {
      *out++ = (uint8_t)units[i];
      if (utf16) *out++ = (uint8_t)(units[i] >> 8);
    }
  }
  return out;
}

/* As Python writes bytes. */
static uint8_t *write_repr(const uint8_t *bytes, size_t size, uint8_t *out) {
  static const char digits[] = "0123456789abcdef";
  uint8_t quote = memchr(bytes, '\'', size) && !memchr(bytes, '"', size) ? '"' : '\'';
  *out++ = 'b';
  *out++ = quote;
  for (size_t i = 0; i < size; i++) {
    uint8_t c = bytes[i];
    uint8_t letter = c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : 0;
    if (c == quote || c == '\\') letter = c;
    if (letter) {
      *out++ = '\\';
      *out++ = letter;
    } else if (c < ' ' || c >= 0x7f) {
      *out++ = '\\';
      *out++ = 'x';
      *out++ = (uint8_t)digits[c >> 4];
      *out++ = (uint8_t)digits[c & 15];
    } else {
      *out++ = c;
    }
  }
  *out++ = quote;
  return out;
}

polyring_status polyring__key_text(const polyring__key_rules *rules, const uint8_t *bytes,
                                   size_t size, polyring__key *key, polyring_error *error) {
  const uint8_t *stop =
      rules->stop.size ? find(bytes, size, rules->stop.at, rules->stop.size) : NULL;
  if (stop == bytes && rules->empty_stop == POLYRING__EMPTY_STOP_WHOLE) stop = NULL;
  polyring__span text = {(const char *)bytes, stop ? (size_t)(stop - bytes) : size};
  if (rules->tag.size) text = between(rules, text);
  const uint8_t *at = (const uint8_t *)text.at, *end = at + text.size;
  uint8_t *out = key->text_store;
  if (rules->text == POLYRING__KEY_TEXT_REPR) {
    out = write_repr(at, text.size, out);
  } else if (rules->text != POLYRING__KEY_TEXT_BYTES) {
    out = write_characters(rules, &at, end, out);
    if (!out)
      return polyring__fail(error, POLYRING_INVALID_KEY, (size_t)(at - bytes),
                            "the key %q is not valid UTF-8 at %u; this profile's keys are text",
                            bytes, size, (unsigned)(at - bytes));
  }
  int rewritten = out > key->text_store && rules->text != POLYRING__KEY_TEXT_UTF8 &&
                  (rules->text != POLYRING__KEY_TEXT_UTF16 || rules->units);
  if (!rewritten) {
    key->text = (const uint8_t *)text.at;
    key->text_size = text.size;
    if (!rules->suffix.size) return POLYRING_OK;
    memcpy(key->text_store, key->text, key->text_size);
    out = key->text_store + key->text_size;
  }
  memcpy(out, rules->suffix.at, rules->suffix.size);
  key->text = key->text_store;
  key->text_size = (size_t)(out - key->text_store) + rules->suffix.size;
  return POLYRING_OK;
}
