/* Reading of replies: what both protocols of lines have in common. */
#ifndef POLYRING__READ_H
#define POLYRING__READ_H

#include "protocol/reply.h"

/* The first line of the bytes, without its end. Returns how many bytes it takes with its end (a
 * carriage return and a newline), POLYRING__INCOMPLETE or POLYRING__BAD. */
ptrdiff_t polyring__read_line(const char *bytes, size_t size, polyring__span *line);

/* Cuts the first word off a line, and the one blank after it. */
static inline polyring__span polyring__read_word(polyring__span *line) {
  const char *blank = line->size ? memchr(line->at, ' ', line->size) : NULL;
  polyring__span word = {line->at, blank ? (size_t)(blank - line->at) : line->size};
  size_t taken = word.size + (blank != NULL);
  *line = (polyring__span){line->at + taken, line->size - taken};
  return word;
}

/* A number in decimal, digits alone, no larger than most; false if it is none. */
static inline int polyring__read_number(polyring__span word, uint64_t most, uint64_t *number) {
  uint64_t value = 0;
  if (!word.size || word.size > 20) return 0;
  for (size_t i = 0; i < word.size; i++) {
    unsigned digit = (unsigned)(uint8_t)word.at[i] - '0';
    if (digit > 9 || value > (UINT64_MAX - digit) / 10) return 0;
    value = value * 10 + digit;
  }
  *number = value;
  return value <= most;
}

/* The block of a value after a line of so many bytes, into reply->value. Returns the bytes of both,
 * POLYRING__INCOMPLETE or POLYRING__BAD. */
static inline ptrdiff_t polyring__read_block(const char *bytes, size_t size, size_t line,
                                             uint64_t length, polyring__reply *reply) {
  const char *at = bytes + line;
  size_t there = size - line;
  if (there < length + 2)
    return there > length && at[length] != '\r' ? POLYRING__BAD : POLYRING__INCOMPLETE;
  if (memcmp(at + length, "\r\n", 2) != 0) return POLYRING__BAD;
  reply->value = (polyring__span){at, (size_t)length};
  reply->got |= POLYRING__GOT_VALUE;
  return (ptrdiff_t)(line + length + 2);
}

/* Both protocols' replies. The first of each reads in one go what nearly all replies are, and
 * leaves all others to the second, word by word: they never differ. */
ptrdiff_t polyring__text_read(const char *bytes, size_t size, size_t most, polyring__reply *reply);
ptrdiff_t polyring__meta_read(const char *bytes, size_t size, size_t most, polyring__reply *reply);
ptrdiff_t polyring__text_read_rare(const char *bytes, size_t size, size_t most,
                                   polyring__reply *reply);
ptrdiff_t polyring__meta_read_rare(const char *bytes, size_t size, size_t most,
                                   polyring__reply *reply);

/* Whether the line is an error or another answer that both protocols have; fills the reply. */
int polyring__read_common(polyring__span line, polyring__reply *reply);

#endif
