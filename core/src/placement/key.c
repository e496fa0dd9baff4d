/* The sent key. */
#include "placement/key.h"

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

enum { MD5_DIGITS = 32 };

int polyring__affix_read(polyring__span column, size_t max, polyring__affix *affix) {
  size_t position;
  char decoded[3 * POLYRING__PREFIX_MAX + 1];
  affix->size = 0;
  if (column.size > sizeof decoded) return 0;
  size_t size = polyring_percent_decode(column.at, column.size, decoded, &position);
  if (size == POLYRING_NOWHERE || size > max) return 0;
  memcpy(affix->at, decoded, size);
  affix->size = size;
  return 1;
}

void polyring__key_rules_init(polyring__key_rules *rules, const polyring__columns *columns) {
  polyring__refuse_parse(columns->refuse, rules->refuse);
  rules->refuses = columns->refuse.size > 0;
  rules->longest = (uint8_t)columns->longest;
  rules->encode = (uint8_t)columns->encode;
  rules->route = (uint8_t)columns->route;
  rules->long_key = (uint8_t)columns->long_key;
  rules->from = (uint8_t)columns->from;
  rules->empty_stop = (uint8_t)columns->empty_stop;
  rules->empty_tag = (uint8_t)columns->empty_tag;
  rules->text = (uint8_t)columns->text;
  rules->units = (uint8_t)polyring__hash_takes_units((int)columns->hash);
  polyring__affix_read(columns->prefix, POLYRING__PREFIX_MAX, &rules->prefix);
  polyring__affix_read(columns->stop, POLYRING__AFFIX_MAX, &rules->stop);
  polyring__affix_read(columns->tag, 2, &rules->tag);
  polyring__affix_read(columns->suffix, POLYRING__AFFIX_MAX, &rules->suffix);
  rules->as_is = !rules->encode && !rules->route && !rules->long_key &&
                 rules->longest == POLYRING_KEY_MAX && rules->text <= POLYRING__KEY_TEXT_UTF8 && !rules->prefix.size &&
                 !rules->stop.size && !rules->tag.size && !rules->suffix.size;
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

static polyring_status refuse_size(const uint8_t *bytes, size_t size, size_t has, size_t limit,
                                   polyring_error *error) {
  return polyring__fail(error, POLYRING_INVALID_KEY, limit,
                        "the key %q has %u bytes%s, the limit is %u", bytes, size, (unsigned)has,
                        has == size ? "" : " as it would be sent", (unsigned)limit);
}

/* Java's URLEncoder. */
static size_t url_encode(const uint8_t *bytes, size_t size, uint8_t *out) {
  static const char digits[] = "0123456789ABCDEF";
  uint8_t *to = out;
  for (size_t i = 0; i < size; i++) {
    uint8_t c = bytes[i];
    if ((polyring__is_unreserved(c) && c != '~') || c == '*') {
      *to++ = c;
    } else if (c == ' ') {
      *to++ = '+';
    } else {
      *to++ = '%';
      *to++ = (uint8_t)digits[c >> 4];
      *to++ = (uint8_t)digits[c & 15];
    }
  }
  return (size_t)(to - out);
}

static int is_utf8(const uint8_t *at, size_t size) {
  const uint8_t *end = at + size;
  uint64_t eight;
  for (; end - at >= 8; at += 8) { /* as long as it is ASCII */
    memcpy(&eight, at, 8);
    if (eight & 0x8080808080808080) break;
  }
  while (at < end)
    if (polyring__next_code_point(&at, end) < 0) return 0;
  return 1;
}

/* mcrouter: /region/cluster/ in front of a key says where to, and is no part of it. */
static size_t route_size(const uint8_t *bytes, size_t size) {
  int slashes = 0;
  for (size_t i = 0; i < size && bytes[0] == '/'; i++)
    if (bytes[i] == '/' && ++slashes == 3) return i + 1;
  return 0;
}

/* Encoded, without its route, behind its prefix. */
static polyring_status write_whole(const polyring__key_rules *rules, const uint8_t *bytes,
                                   size_t size, polyring__key *key, size_t *whole_size,
                                   polyring_error *error) {
  uint8_t encoded[3 * POLYRING__KEY_WHOLE_MAX];
  const uint8_t *at = bytes;
  size_t n = size;
  if (size > POLYRING__KEY_WHOLE_MAX)
    return refuse_size(bytes, size, size, POLYRING__KEY_WHOLE_MAX, error);
  if (rules->encode == POLYRING__ENCODE_URL) {
    if (!is_utf8(bytes, size))
      return polyring__fail(error, POLYRING_INVALID_KEY, POLYRING_NOWHERE,
                            "the key %q is not valid UTF-8; this profile's keys are text", bytes,
                            size);
    n = url_encode(bytes, size, encoded);
    at = encoded;
  } else if (rules->encode == POLYRING__ENCODE_BLANKS) {
    for (size_t i = 0; i < size; i++) encoded[i] = bytes[i] <= ' ' ? '_' : bytes[i];
    at = encoded;
  }
  size_t route = rules->route == POLYRING__ROUTE_DROPPED ? route_size(at, n) : 0;
  at += route;
  n -= route;
  if (rules->prefix.size + n > POLYRING__KEY_WHOLE_MAX)
    return refuse_size(bytes, size, rules->prefix.size + n, POLYRING__KEY_WHOLE_MAX, error);
  memcpy(key->whole, rules->prefix.at, rules->prefix.size);
  memcpy(key->whole + rules->prefix.size, at, n);
  *whole_size = rules->prefix.size + n;
  return POLYRING_OK;
}

/* The number of characters: code points, or UTF-16 units; of bytes if they are not UTF-8. *prefix
 * gets the size in bytes of the first prefix_count of them. */
static size_t count_characters(const uint8_t *bytes, size_t size, int units, size_t prefix_count,
                               size_t *prefix) {
  const uint8_t *at = bytes, *end = bytes + size;
  size_t count = 0;
  while (at < end) {
    if (count == prefix_count) *prefix = (size_t)(at - bytes);
    int32_t c = polyring__next_code_point(&at, end);
    if (c < 0) {
      *prefix = prefix_count < size ? prefix_count : size;
      return size;
    }
    count += units && c > 0xFFFF ? 2 : 1;
  }
  return count;
}

static void write_md5(const uint8_t *bytes, size_t size, uint8_t *out) {
  static const char digits[] = "0123456789abcdef";
  uint8_t digest[16];
  polyring__md5(bytes, size, digest);
  for (int i = 0; i < 16; i++) {
    out[2 * i] = (uint8_t)digits[digest[i] >> 4];
    out[2 * i + 1] = (uint8_t)digits[digest[i] & 15];
  }
}

/* What is sent in place of an over-long key; 0: there is nothing to send. */
static size_t shorten(const polyring__key_rules *rules, const uint8_t *whole, size_t size,
                      uint8_t *out) {
  static const char mark[] = ":md5:";
  /* Dalli leaves one more character to keys with a namespace, for historical reasons. */
  size_t kept = size, first = rules->prefix.size ? 213 : 212;
  switch (rules->long_key) {
    case POLYRING__LONG_KEY_CUT:
      memcpy(out, whole, rules->longest);
      return rules->longest;
    case POLYRING__LONG_KEY_MD5:
      if (count_characters(whole, size, 1, first, &kept) <= rules->longest) return 0;
      write_md5(whole, size, out);
      return MD5_DIGITS;
    case POLYRING__LONG_KEY_MD5_TAIL:
      if (count_characters(whole, size, 0, first, &kept) <= rules->longest) return 0;
      if (kept + sizeof mark - 1 + MD5_DIGITS > POLYRING_KEY_MAX) return 0;
      memcpy(out, whole, kept);
      memcpy(out + kept, mark, sizeof mark - 1);
      write_md5(whole, size, out + kept + sizeof mark - 1);
      return kept + sizeof mark - 1 + MD5_DIGITS;
    default:
      return 0;
  }
}

static polyring_status prepare(const polyring__key_rules *rules, const uint8_t *bytes, size_t size,
                               polyring__key *key, polyring_error *error) {
  size_t whole_size;
  polyring_status status = write_whole(rules, bytes, size, key, &whole_size, error);
  if (status < 0) return status;
  key->sent = key->whole;
  key->sent_size = whole_size;
  if (whole_size > rules->longest) {
    key->sent = key->short_key;
    key->sent_size = shorten(rules, key->whole, whole_size, key->short_key);
    if (!key->sent_size || key->sent_size > rules->longest)
      return refuse_size(bytes, size, whole_size, rules->longest, error);
  }
  if (!key->sent_size)
    return polyring__fail(error, POLYRING_INVALID_KEY, 0, "nothing is left of the key %q to send",
                          bytes, size);
  const uint8_t *from = rules->from == POLYRING__FROM_SENT ? key->sent : key->whole;
  size_t from_size = rules->from == POLYRING__FROM_SENT ? key->sent_size : whole_size;
  size_t skipped = rules->from == POLYRING__FROM_KEY ? rules->prefix.size : 0;
  return polyring__key_text(rules, from + skipped, from_size - skipped, key, error);
}

polyring_status polyring__key_prepare(const polyring__key_rules *rules, const void *bytes,
                                      size_t size, polyring__key *key, polyring_error *error) {
  if (!size) return polyring__fail(error, POLYRING_INVALID_KEY, 0, "the key is empty");
  if (rules->refuses) {
    polyring_status status = refuse_byte(rules, bytes, size, error);
    if (status < 0) return status;
  }
  if (!rules->as_is) return prepare(rules, bytes, size, key, error);
  if (size > POLYRING_KEY_MAX) return refuse_size(bytes, size, size, POLYRING_KEY_MAX, error);
  if (rules->text && !is_utf8(bytes, size))
    return polyring__key_text(rules, bytes, size, key, error); /* which says where */
  key->sent = key->text = bytes;
  key->sent_size = key->text_size = size;
  return POLYRING_OK;
}
