/* SHA-256, for the digests in vector files. */
#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
  uint32_t state[8];
  uint64_t size;
  uint8_t block[64];
};

void sha256_init(struct sha256 *sha);
void sha256_add(struct sha256 *sha, const void *bytes, size_t size);
/* 64 lower-case hexadecimal digits and a NUL. */
void sha256_hex(struct sha256 *sha, char hex[65]);
void sha256_of(const void *bytes, size_t size, char hex[65]);

#endif
