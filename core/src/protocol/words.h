/* Eight bytes at a time: where a text ends. */
#ifndef POLYRING__WORDS_H
#define POLYRING__WORDS_H

#include <stdint.h>
#include <string.h>

#define POLYRING__ONES 0x0101010101010101u
#define POLYRING__TOPS 0x8080808080808080u

static inline uint64_t polyring__word_at(const char *at) {
  uint64_t word;
  memcpy(&word, at, sizeof word);
  return word;
}

/* The top bit of the lowest byte below least (of at most 128), and maybe of some above it; 0 if
 * there is none: taking least borrows there, and the byte has no top bit of its own. */
static inline uint64_t polyring__word_below(uint64_t word, uint8_t least) {
  return (word - POLYRING__ONES * least) & ~word & POLYRING__TOPS;
}

/* How many bytes are below the lowest marked one. */
static inline size_t polyring__word_lowest(uint64_t marks) {
#ifdef __GNUC__
  return (size_t)__builtin_ctzll(marks) / 8;
#else
  uint64_t bit = (marks & (0 - marks)) >> 7;
  return (size_t)((((bit - 1) & POLYRING__ONES) * POLYRING__ONES) >> 56);
#endif
}

/* Whether the first byte is the lowest. */
static inline int polyring__words_are_little(void) {
  const uint16_t one = 1;
  char first;
  memcpy(&first, &one, 1);
  return first;
}

/* The first blank or control byte before end, or end. */
static inline const char *polyring__words_end(const char *at, const char *end) {
  for (const char *last = end - 8; at <= last; at += 8) {
    uint64_t word = polyring__word_at(at);
    uint64_t marks = (word - POLYRING__ONES * (' ' + 1)) & POLYRING__TOPS;
    if (!marks || !(marks &= ~word)) continue; /* as in word_below; few keys have top bits */
    if (polyring__words_are_little()) return at + polyring__word_lowest(marks);
    break;
  }
  while (at < end && (uint8_t)*at > ' ') at++;
  return at;
}

/* Whether there is a blank, a control byte or DEL. */
static inline int polyring__words_have_gap(const char *at, size_t size) {
  uint64_t marks = 0;
  if (size < 8) {
    for (; size; size--, at++) marks |= (uint8_t)*at <= ' ' || (uint8_t)*at == 0x7F;
    return marks != 0;
  }
  for (size_t i = 0;; i = i + 16 <= size ? i + 8 : size - 8) { /* the last word overlaps */
    uint64_t word = polyring__word_at(at + i);
    marks |= polyring__word_below(word, ' ' + 1);
    marks |= polyring__word_below(word ^ POLYRING__ONES * 0x7F, 1);
    if (i + 8 == size) return marks != 0;
  }
}

#endif
