/* MD5 of many texts at once: each lane of a vector works on a text of its own. */
#ifndef POLYRING__MD5_LANES_H
#define POLYRING__MD5_LANES_H

#include "hash/hash.h"

/* What the environment variable POLYRING_LANES asks for: 4, 8 or 16; 0 if it asks for nothing that
 * exists. A test compares it with polyring__lanes() to tell what this machine cannot show. */
int polyring__lanes_wanted(void);

/* The most lanes that this machine has, or as many as are wanted, if it has those: 4 (any machine),
 * 8 (AVX2) or 16 (AVX-512). */
int polyring__lanes(void);

/* Whether polyring__md5_many gives the words that this hasher gives. */
static inline int polyring__md5_many_serves(const polyring__hasher *hasher) {
  return hasher->hash == POLYRING__HASH_MD5 && hasher->bits == POLYRING__BITS_32 &&
         hasher->order == POLYRING__ORDER_LITTLE;
}

/* The first words (1 to 4) little-endian words of the MD5 of each of count texts, text i at
 * out[i * words]. Text i ends at bytes + ends[i] and starts where text i - 1 ends, text 0 at bytes;
 * so ends never descend. No byte beyond the last text is read, and none is allocated.
 * lanes is what polyring__lanes may give on this machine. */
void polyring__md5_many(int lanes, const uint8_t *bytes, const uint32_t *ends, size_t count,
                        unsigned words, uint32_t *out);

#endif
