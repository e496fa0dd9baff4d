/* The replies that nearly all are, in one go: an item of classic text without its cas, and HD and
 * VA with what the client asks for most, in the order in which it asks. Whatever is not quite so,
 * or lies near the end of what has come, is left to the rules. */
#include "protocol/read.h"
#include "protocol/wire_key.h"
#include "protocol/words.h"

enum {
  DIGITS = 8,           /* of a number at most, and there must be as many bytes */
  NEAR = 2 * DIGITS + 8 /* two numbers, and what stands around them */
};

/* The digits from here on, and what follows: where it is a digit, the number is longer. */
static inline const char *read_digits(const char *at, uint32_t *number) {
  unsigned digit, value = 0;
#define DIGIT(i)                                      \
  if ((digit = (unsigned)(uint8_t)at[i] - '0') > 9) { \
    *number = value;                                  \
    return at + i;                                    \
  }                                                   \
  value = value * 10 + digit;
  DIGIT(0)
  DIGIT(1)
  DIGIT(2) DIGIT(3) DIGIT(4) DIGIT(5) DIGIT(6) DIGIT(7)
#undef DIGIT
      *number = value;
  return at + DIGITS;
}

/* Field by field, which is less work than an initializer, a loop over the bytes, makes of it. */
static inline void begin(polyring__reply *reply, polyring__answer answer, polyring__span key) {
  reply->answer = answer;
  reply->got = POLYRING__GOT_KEY;
  reply->key = key;
  reply->text = (polyring__span){NULL, 0};
  reply->value = (polyring__span){NULL, 0};
  reply->flags = reply->opaque = reply->last_access = reply->hit_before = 0;
  reply->ttl = 0;
  reply->cas = reply->number = reply->size = 0;
}

/* Whether two bytes are these. */
static inline int are(const char *at, const char two[3]) { return memcmp(at, two, 2) == 0; }

/* The key from here to a blank. Whether it is one. */
static inline int read_key(const char *at, const char *end, polyring__span *key) {
  const char *blank = polyring__words_end(at, end);
  *key = (polyring__span){at, (size_t)(blank - at)};
  return *blank == ' ' && key->size - 1 < POLYRING__SENT_KEY_MAX;
}

/* "VALUE key flags length" and the value. */
static inline ptrdiff_t read_item(const char *bytes, size_t size, size_t most,
                                  polyring__reply *reply) {
  polyring__span key;
  uint32_t flags, length;
  if (!read_key(bytes + 6, bytes + size - NEAR, &key)) return 0;
  const char *first = key.at + key.size + 1, *second = read_digits(first, &flags);
  if (*second != ' ' || second == first) return 0;
  const char *last = read_digits(second + 1, &length);
  if (!are(last, "\r\n") || last == second + 1 || length > most) return 0;
  begin(reply, POLYRING__ANSWER_VALUE, key);
  reply->got |= POLYRING__GOT_FLAGS;
  reply->flags = flags;
  return polyring__read_block(bytes, size, (size_t)(last + 2 - bytes), length, reply);
}

ptrdiff_t polyring__text_read(const char *bytes, size_t size, size_t most, polyring__reply *reply) {
  ptrdiff_t taken = 0;
  if (size >= 8 + NEAR && memcmp(bytes, "VALUE ", 6) == 0)
    taken = read_item(bytes, size, most, reply);
  return taken ? taken : polyring__text_read_rare(bytes, size, most, reply);
}

/* HD with a key and an opaque, which is what stores and the like are answered: it is mostly the
 * last that has come. */
static ptrdiff_t read_done(const char *bytes, size_t size, polyring__reply *reply) {
  const char *end = bytes + size, *at;
  polyring__span key;
  uint32_t opaque = 0;
  unsigned digit;
  if (!read_key(bytes + 4, end - 3, &key)) return 0;
  const char *first = key.at + key.size + 2;
  for (at = first; at < end && (digit = (unsigned)(uint8_t)*at - '0') <= 9; at++)
    opaque = opaque * 10 + digit;
  if (first[-1] != 'O' || at == first || at - first > 9) return 0;
  if (end - at < 2 || !are(at, "\r\n")) return 0;
  begin(reply, POLYRING__ANSWER_DONE, key);
  reply->got |= POLYRING__GOT_OPAQUE;
  reply->opaque = opaque;
  return at + 2 - bytes;
}

/* VA with a key, perhaps an opaque, and flags. */
static inline ptrdiff_t read_value(const char *bytes, size_t size, size_t most,
                                   polyring__reply *reply) {
  polyring__span key;
  uint32_t length, opaque = 0, flags, got = POLYRING__GOT_KEY | POLYRING__GOT_FLAGS;
  const char *at = read_digits(bytes + 3, &length), *first = bytes + 3;
  if (at == first || length > most || !are(at, " k")) return 0;
  if (!read_key(at + 2, bytes + size - NEAR, &key)) return 0;
  at = key.at + key.size;
  if (at[1] == 'O') {
    first = at + 2;
    at = read_digits(first, &opaque);
    if (at == first) return 0;
    got |= POLYRING__GOT_OPAQUE;
  }
  first = at + 2;
  if (!are(at, " f") || (at = read_digits(first, &flags)) == first || !are(at, "\r\n")) return 0;
  begin(reply, POLYRING__ANSWER_VALUE, key);
  reply->got = got;
  reply->opaque = opaque;
  reply->flags = flags;
  return polyring__read_block(bytes, size, (size_t)(at + 2 - bytes), length, reply);
}

ptrdiff_t polyring__meta_read(const char *bytes, size_t size, size_t most, polyring__reply *reply) {
  ptrdiff_t taken = 0;
  if (size >= 16 + NEAR && memcmp(bytes, "VA ", 3) == 0)
    taken = read_value(bytes, size, most, reply);
  else if (size >= 16 && memcmp(bytes, "HD k", 4) == 0)
    taken = read_done(bytes, size, reply);
  return taken ? taken : polyring__meta_read_rare(bytes, size, most, reply);
}
