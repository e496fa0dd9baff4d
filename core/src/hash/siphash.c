/* SipHash-1-3: one round a block and three at the end, as in Rust's DefaultHasher. */
#include "hash/functions.h"

static void round_of(uint64_t v[4]) {
  v[0] += v[1];
  v[1] = polyring__rotate64(v[1], 13) ^ v[0];
  v[0] = polyring__rotate64(v[0], 32);
  v[2] += v[3];
  v[3] = polyring__rotate64(v[3], 16) ^ v[2];
  v[0] += v[3];
  v[3] = polyring__rotate64(v[3], 21) ^ v[0];
  v[2] += v[1];
  v[1] = polyring__rotate64(v[1], 17) ^ v[2];
  v[2] = polyring__rotate64(v[2], 32);
}

static void absorb(uint64_t v[4], uint64_t block) {
  v[3] ^= block;
  round_of(v);
  v[0] ^= block;
}

/* start is the first half of the key; the second is zero. */
uint64_t polyring__siphash13(const void *text, size_t size, uint64_t start) {
  uint64_t v[4] = {start ^ 0x736f6d6570736575, 0x646f72616e646f6d, start ^ 0x6c7967656e657261,
                   0x7465646279746573};
  const uint8_t *in = text;
  uint64_t last = (uint64_t)size << 56;
  for (; size >= 8; in += 8, size -= 8) absorb(v, polyring__little64(in));
  for (size_t i = 0; i < size; i++) last |= (uint64_t)in[i] << 8 * i;
  absorb(v, last);
  v[2] ^= 0xff;
  for (int i = 0; i < 3; i++) round_of(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}
