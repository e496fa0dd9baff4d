/* Cyclic redundancy checks. */
#include "hash/functions.h"

/* A check is linear: what a byte contributes is the sum, without carries, of what its bits do. So
 * the eight contributions of the bits, the lowest first, make a table of all 256 bytes. */
#define BITS1(x, a) x, x ^ a
#define BITS2(x, a, b) BITS1(x, a), BITS1(x ^ b, a)
#define BITS3(x, a, b, c) BITS2(x, a, b), BITS2(x ^ c, a, b)
#define BITS4(x, a, b, c, d) BITS3(x, a, b, c), BITS3(x ^ d, a, b, c)
#define BITS5(x, a, b, c, d, e) BITS4(x, a, b, c, d), BITS4(x ^ e, a, b, c, d)
#define BITS6(x, a, b, c, d, e, f) BITS5(x, a, b, c, d, e), BITS5(x ^ f, a, b, c, d, e)
#define BITS7(x, a, b, c, d, e, f, g) BITS6(x, a, b, c, d, e, f), BITS6(x ^ g, a, b, c, d, e, f)
#define BITS8(x, a, b, c, d, e, f, g, h) \
  BITS7(x, a, b, c, d, e, f, g), BITS7(x ^ h, a, b, c, d, e, f, g)

/* Row n is for a byte that n more bytes follow, so that eight bytes can be taken at a time. */
static const uint32_t followed_by[8][256] = {
    {BITS8(0, 0x77073096, 0xee0e612c, 0x076dc419, 0x0edb8832, 0x1db71064, 0x3b6e20c8, 0x76dc4190,
           0xedb88320)},
    {BITS8(0, 0x191b3141, 0x32366282, 0x646cc504, 0xc8d98a08, 0x4ac21251, 0x958424a2, 0xf0794f05,
           0x3b83984b)},
    {BITS8(0, 0x01c26a37, 0x0384d46e, 0x0709a8dc, 0x0e1351b8, 0x1c26a370, 0x384d46e0, 0x709a8dc0,
           0xe1351b80)},
    {BITS8(0, 0xb8bc6765, 0xaa09c88b, 0x8f629757, 0xc5b428ef, 0x5019579f, 0xa032af3e, 0x9b14583d,
           0xed59b63b)},
    {BITS8(0, 0x3d6029b0, 0x7ac05360, 0xf580a6c0, 0x30704bc1, 0x60e09782, 0xc1c12f04, 0x58f35849,
           0xb1e6b092)},
    {BITS8(0, 0xcb5cd3a5, 0x4dc8a10b, 0x9b914216, 0xec53826d, 0x03d6029b, 0x07ac0536, 0x0f580a6c,
           0x1eb014d8)},
    {BITS8(0, 0xa6770bb4, 0x979f1129, 0xf44f2413, 0x33ef4e67, 0x67de9cce, 0xcfbd399c, 0x440b7579,
           0x8816eaf2)},
    {BITS8(0, 0xccaa009e, 0x4225077d, 0x844a0efa, 0xd3e51bb5, 0x7cbb312b, 0xf9766256, 0x299dc2ed,
           0x533b85da)}};

/* CRC-32 as in zlib. start is the check of what stands before the text. */
uint64_t polyring__crc32(const void *text, size_t size, uint64_t start) {
  const uint8_t *in = text;
  uint32_t h = ~(uint32_t)start;
  for (; size >= 8; in += 8, size -= 8) {
    h ^= polyring__little32(in);
    h = followed_by[7][h & 0xff] ^ followed_by[6][h >> 8 & 0xff] ^ followed_by[5][h >> 16 & 0xff] ^
        followed_by[4][h >> 24] ^ followed_by[3][in[4]] ^ followed_by[2][in[5]] ^
        followed_by[1][in[6]] ^ followed_by[0][in[7]];
  }
  for (size_t i = 0; i < size; i++) h = h >> 8 ^ followed_by[0][(h ^ in[i]) & 0xff];
  return (uint32_t)~h;
}

uint64_t polyring__crc15(const void *text, size_t size, uint64_t start) {
  return polyring__crc32(text, size, start) >> 16 & 0x7fff;
}

/* CRC-16 (XMODEM) as twemproxy has it, which never cuts the sum to 16 bits. */
uint64_t polyring__crc16(const void *text, size_t size, uint64_t start) {
  static const uint16_t of_byte[256] = {
      BITS8(0, 0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48c4, 0x9188)};
  const uint8_t *in = text;
  uint32_t h = (uint32_t)start;
  for (size_t i = 0; i < size; i++) h = h << 8 ^ of_byte[(h >> 8 ^ in[i]) & 0xff];
  return h;
}
