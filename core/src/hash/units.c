/* The functions that take one character at a time. Each is written once, and compiled for every
 * kind of character. */
#include "hash/functions.h"

/* A signed byte widens to 32 or 64 bits with its sign, as a C char does on x86. */
static inline uint64_t unit(const void *text, size_t i, polyring__units units) {
  const uint8_t *bytes = text;
  if (units == POLYRING__UNITS_UTF16) return bytes[2 * i] | (uint64_t)bytes[2 * i + 1] << 8;
  if (units == POLYRING__UNITS_SIGNED_BYTES) return (uint64_t)(int64_t)(int8_t)bytes[i];
  return bytes[i];
}

static inline uint64_t one_at_a_time(const void *text, size_t count, uint64_t start,
                                     polyring__units units) {
  uint32_t h = (uint32_t)start;
  for (size_t i = 0; i < count; i++) {
    h += (uint32_t)unit(text, i, units);
    h += h << 10;
    h ^= h >> 6;
  }
  h += h << 3;
  h ^= h >> 11;
  return h + (h << 15);
}

static inline uint64_t fnv1_32(const void *text, size_t count, uint64_t start,
                               polyring__units units) {
  uint32_t h = (uint32_t)start;
  for (size_t i = 0; i < count; i++) h = h * 16777619 ^ (uint32_t)unit(text, i, units);
  return h;
}

static inline uint64_t fnv1a_32(const void *text, size_t count, uint64_t start,
                                polyring__units units) {
  uint32_t h = (uint32_t)start;
  for (size_t i = 0; i < count; i++) h = (h ^ (uint32_t)unit(text, i, units)) * 16777619;
  return h;
}

static inline uint64_t fnv1_64(const void *text, size_t count, uint64_t start,
                               polyring__units units) {
  uint64_t h = start;
  for (size_t i = 0; i < count; i++) h = h * 0x100000001b3 ^ unit(text, i, units);
  return h;
}

static inline uint64_t fnv1a_64(const void *text, size_t count, uint64_t start,
                                polyring__units units) {
  uint64_t h = start;
  for (size_t i = 0; i < count; i++) h = (h ^ unit(text, i, units)) * 0x100000001b3;
  return h;
}

/* String.hashCode. */
static inline uint64_t java(const void *text, size_t count, uint64_t start, polyring__units units) {
  uint32_t h = (uint32_t)start;
  for (size_t i = 0; i < count; i++) h = h * 31 + (uint32_t)unit(text, i, units);
  return h;
}

/* gwhalin's OLD_COMPAT. */
static inline uint64_t java33(const void *text, size_t count, uint64_t start,
                              polyring__units units) {
  uint64_t h = start;
  for (size_t i = 0; i < count; i++) h = h * 33 + unit(text, i, units);
  return h;
}

/* The next four are xmemcached's. It computes in 64 bits; only lua ever moves a high bit down. */
static inline uint64_t mysql(const void *text, size_t count, uint64_t start,
                             polyring__units units) {
  uint32_t h = (uint32_t)start, step = 4;
  for (size_t i = 0; i < count; i++, step += 3)
    h ^= ((h & 63) + step) * (uint32_t)unit(text, i, units) + (h << 8);
  return h;
}

static inline uint64_t elf(const void *text, size_t count, uint64_t start, polyring__units units) {
  uint32_t h = (uint32_t)start;
  for (size_t i = 0; i < count; i++) {
    h = (h << 4) + (uint32_t)unit(text, i, units);
    uint32_t top = h & 0xf0000000;
    h = (h ^ top >> 24) & ~top;
  }
  return h & 0x7fffffff;
}

static inline uint64_t rs(const void *text, size_t count, uint64_t start, polyring__units units) {
  uint32_t h = (uint32_t)start, factor = 63689;
  for (size_t i = 0; i < count; i++, factor *= 378551)
    h = h * factor + (uint32_t)unit(text, i, units);
  return h & 0x7fffffff;
}

/* From the end, and with more than 31 characters only some of them. */
static inline uint64_t lua(const void *text, size_t count, uint64_t start, polyring__units units) {
  uint64_t h = start + count;
  size_t step = (count >> 5) + 1;
  for (size_t i = count; i >= step; i -= step) {
    uint64_t quarter = h >> 2 | (h >> 63 ? (uint64_t)3 << 62 : 0); /* keeps the sign */
    h ^= (h << 5) + quarter + unit(text, i - 1, units);
  }
  return (uint32_t)h;
}

#define XX(name)                                                                      \
  uint64_t polyring__##name##_bytes(const void *text, size_t size, uint64_t start) {  \
    return name(text, size, start, POLYRING__UNITS_BYTES);                            \
  }                                                                                   \
  uint64_t polyring__##name##_signed(const void *text, size_t size, uint64_t start) { \
    return name(text, size, start, POLYRING__UNITS_SIGNED_BYTES);                     \
  }                                                                                   \
  uint64_t polyring__##name##_utf16(const void *text, size_t size, uint64_t start) {  \
    return name(text, size / 2, start, POLYRING__UNITS_UTF16);                        \
  }
POLYRING__UNIT_HASHES(XX)
#undef XX

/* A text of digits: the number that it writes. */
uint64_t polyring__decimal(const void *text, size_t size, uint64_t start) {
  const uint8_t *digits = text;
  uint64_t h = start;
  for (size_t i = 0; i < size; i++) h = h * 10 + (uint64_t)(digits[i] - '0');
  return h;
}
