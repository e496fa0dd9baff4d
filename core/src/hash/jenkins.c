/* Bob Jenkins's lookup3, and Paul Hsieh's SuperFastHash, as libhashkit has them. */
#include <string.h>

#include "hash/functions.h"

/* hashlittle; start is its initial value. */
uint64_t polyring__jenkins(const void *text, size_t size, uint64_t start) {
  const uint8_t *in = text;
  uint32_t a = 0xdeadbeef + (uint32_t)size + (uint32_t)start, b = a, c = a;
  if (!size) return c;
  for (; size > 12; in += 12, size -= 12) {
    a += polyring__little32(in);
    b += polyring__little32(in + 4);
    c += polyring__little32(in + 8);
    a = (a - c) ^ polyring__rotate32(c, 4), c += b;
    b = (b - a) ^ polyring__rotate32(a, 6), a += c;
    c = (c - b) ^ polyring__rotate32(b, 8), b += a;
    a = (a - c) ^ polyring__rotate32(c, 16), c += b;
    b = (b - a) ^ polyring__rotate32(a, 19), a += c;
    c = (c - b) ^ polyring__rotate32(b, 4), b += a;
  }
  uint8_t last[12] = {0};
  memcpy(last, in, size);
  a += polyring__little32(last);
  b += polyring__little32(last + 4);
  c += polyring__little32(last + 8);
  c = (c ^ b) - polyring__rotate32(b, 14);
  a = (a ^ c) - polyring__rotate32(c, 11);
  b = (b ^ a) - polyring__rotate32(a, 25);
  c = (c ^ b) - polyring__rotate32(b, 16);
  a = (a ^ c) - polyring__rotate32(c, 4);
  b = (b ^ a) - polyring__rotate32(a, 14);
  return (c ^ b) - polyring__rotate32(b, 24);
}

static uint32_t little16(const uint8_t *p) { return p[0] | (uint32_t)p[1] << 8; }

/* The third of three last bytes alone is a plain char. */
static uint32_t hsieh(const uint8_t *in, size_t size, uint32_t h, int is_signed) {
  if (!size) return 0;
  for (; size >= 4; in += 4, size -= 4) {
    h += little16(in);
    h = h << 16 ^ little16(in + 2) << 11 ^ h;
    h += h >> 11;
  }
  if (size == 3) {
    uint32_t third = is_signed && in[2] >= 0x80 ? in[2] | 0xffffff00 : in[2];
    h += little16(in);
    h ^= h << 16;
    h ^= third << 18;
    h += h >> 11;
  } else if (size == 2) {
    h += little16(in);
    h ^= h << 11;
    h += h >> 17;
  } else if (size == 1) {
    h += in[0];
    h ^= h << 10;
    h += h >> 1;
  }
  h ^= h << 3;
  h += h >> 5;
  h ^= h << 4;
  h += h >> 17;
  h ^= h << 25;
  return h + (h >> 6);
}

uint64_t polyring__hsieh_bytes(const void *text, size_t size, uint64_t start) {
  return hsieh(text, size, (uint32_t)start, 0);
}

uint64_t polyring__hsieh_signed(const void *text, size_t size, uint64_t start) {
  return hsieh(text, size, (uint32_t)start, 1);
}
