/* SHA-256 (FIPS 180-4) of a text that comes in pieces. */
#ifndef POLYRING__SHA256_H
#define POLYRING__SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { POLYRING__SHA256_HEX = 65 }; /* 64 lower-case hexadecimal digits and a NUL */

typedef struct polyring__sha256 {
  uint32_t state[8];
  uint64_t size; /* of the text so far */
  uint8_t block[64];
} polyring__sha256;

void polyring__sha256_init(polyring__sha256 *sha);
void polyring__sha256_add(polyring__sha256 *sha, const void *bytes, size_t size);
void polyring__sha256_hex(polyring__sha256 *sha, char out[POLYRING__SHA256_HEX]);

#endif
