/* SHA-1 (FIPS 180-4). */
#include "hash/hash.h"

static void block(uint32_t state[5], const uint8_t *in) {
  uint32_t w[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
  for (int i = 0; i < 16; i++) w[i] = polyring__big32(in + 4 * i);
  for (int i = 16; i < 80; i++)
    w[i] = polyring__rotate32(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  for (int i = 0; i < 80; i++) {
    uint32_t f, k;
    if (i < 20) {
      f = (b & c) | (~b & d);
      k = 0x5a827999;
    } else if (i < 40) {
      f = b ^ c ^ d;
      k = 0x6ed9eba1;
    } else if (i < 60) {
      f = (b & c) | (b & d) | (c & d);
      k = 0x8f1bbcdc;
    } else {
      f = b ^ c ^ d;
      k = 0xca62c1d6;
    }
    uint32_t next = polyring__rotate32(a, 5) + f + e + k + w[i];
    e = d;
    d = c;
    c = polyring__rotate32(b, 30);
    b = a;
    a = next;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

void polyring__sha1(const void *text, size_t size, uint8_t digest[20]) {
  uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  const uint8_t *in = text;
  uint64_t bits = (uint64_t)size * 8;
  for (; size >= 64; in += 64, size -= 64) block(state, in);
  uint8_t tail[128];
  size_t tail_size = polyring__digest_tail(in, size, bits, 1, tail);
  for (size_t i = 0; i < tail_size; i += 64) block(state, tail + i);
  for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}
