/* The functions by family, for hash.c. A number function begins with start, which is 0 where no
 * client begins with anything else. */
#ifndef POLYRING__HASH_FUNCTIONS_H
#define POLYRING__HASH_FUNCTIONS_H

#include "hash/hash.h"

/* One character at a time (units.c), each once for every kind of character. */
#define POLYRING__UNIT_HASHES(XX) \
  XX(one_at_a_time)               \
  XX(fnv1_32)                     \
  XX(fnv1a_32)                    \
  XX(fnv1_64)                     \
  XX(fnv1a_64)                    \
  XX(java)                        \
  XX(java33)                      \
  XX(mysql)                       \
  XX(elf)                         \
  XX(rs)                          \
  XX(lua)

#define XX(name)                                                                     \
  uint64_t polyring__##name##_bytes(const void *text, size_t size, uint64_t start);  \
  uint64_t polyring__##name##_signed(const void *text, size_t size, uint64_t start); \
  uint64_t polyring__##name##_utf16(const void *text, size_t size, uint64_t start);
POLYRING__UNIT_HASHES(XX)
#undef XX

uint64_t polyring__decimal(const void *text, size_t size, uint64_t start);

/* crc.c */
uint64_t polyring__crc32(const void *text, size_t size, uint64_t start);
uint64_t polyring__crc15(const void *text, size_t size, uint64_t start);
uint64_t polyring__crc16(const void *text, size_t size, uint64_t start);

/* jenkins.c */
uint64_t polyring__jenkins(const void *text, size_t size, uint64_t start);
uint64_t polyring__hsieh_bytes(const void *text, size_t size, uint64_t start);
uint64_t polyring__hsieh_signed(const void *text, size_t size, uint64_t start);

/* murmur.c */
uint64_t polyring__murmur(const void *text, size_t size, uint64_t start);
uint64_t polyring__murmur3(const void *text, size_t size, uint64_t start);
uint64_t polyring__murmur3_32(const void *text, size_t size, uint64_t start);
uint64_t polyring__emcache_bytes(const void *text, size_t size, uint64_t start);
uint64_t polyring__emcache_signed(const void *text, size_t size, uint64_t start);

/* sha1.c, for sha2.c as well: copies what is left of a text behind its last whole block, and ends
 * it as the SHA family does: a set bit, zeros, the number of bits. Returns the size. */
enum { POLYRING__SHA_BLOCK = 128 };
size_t polyring__sha_tail(const uint8_t *rest, size_t size, size_t block, uint64_t bits,
                          uint8_t tail[2 * POLYRING__SHA_BLOCK]);

/* siphash.c, xxhash.c */
uint64_t polyring__siphash13(const void *text, size_t size, uint64_t start);
uint64_t polyring__xxh64(const void *text, size_t size, uint64_t start);
uint64_t polyring__xxh3(const void *text, size_t size, uint64_t start);

#endif
