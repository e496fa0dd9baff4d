#include "hash/md5_lanes.h"

#include <stdlib.h>
#include <string.h>

#include "hash/hash.h"
#include "hash/md5_steps.h"

#if defined __x86_64__ || defined __i386__
#include <immintrin.h>
#define WIDE 1
#else
#define WIDE 0
#endif

/* The order of the sums is chosen: what the step before gives comes last. gcc would reorder it. */
#ifndef __clang__
#pragma GCC optimize("no-tree-reassoc")
#endif

/* Two vectors a step, so that one computes while the other waits for its last result. */
#define STREAMS 2

enum {
  ONE_BLOCK = 55, /* the longest text that leaves room for its end in the block */
  LONGEST = 1023, /* of the texts that are worth lanes */
  BRIEF = 32,     /* what is shorter leaves the second half of the block empty */
  FEW = 2         /* texts that are sooner done one by one */
};

/* What is inlined wherever it is called, each time with other constants. */
#define INLINED static inline __attribute__((always_inline))

/* What a call is about. */
typedef struct texts {
  const uint8_t *bytes;
  uint32_t size;
  unsigned words;
  uint32_t *out;
} texts;

static void one(const texts *all, size_t index, uint32_t start, uint32_t size) {
  uint8_t digest[16];
  polyring__md5(all->bytes + start, size, digest);
  for (unsigned w = 0; w < all->words; w++)
    all->out[index * all->words + w] = polyring__little32(digest + 4 * w);
}

/* Where 64 bytes may be read, the first of them the text's from `from` on, `left` of them. */
static inline const uint8_t *readable(const texts *all, uint32_t from, int32_t left,
                                      uint8_t copy[64]) {
  if (left <= 0) return copy;
  if (all->size - from >= 64) return all->bytes + from;
  memcpy(copy, all->bytes + from, (size_t)(left < 64 ? left : 64));
  return copy;
}

#ifdef __clang__
#define SHUFFLE(type, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(type, a, b, ...) __builtin_shuffle(a, b, (type){__VA_ARGS__})
#endif

typedef uint8_t chunk __attribute__((vector_size(16)));

/* From 64 - n on: n bytes to keep, then none; and MARK later the bit behind a text of n bytes. */
enum { MARK = 129 };
static const uint8_t endings[2 * MARK] = {[0 ... 63] = 0xff, [MARK + 64] = 0x80};

/* What ends a text in its block, of which so many bytes are its: 0 to 64, or -1 if none are, and
 * not the mark either. */
static inline const uint8_t *ending(int32_t size) { return endings + 64 - size; }

static inline chunk chunk_at(const uint8_t *p) {
  chunk c;
  memcpy(&c, p, sizeof c);
  return c;
}

/* 16 bytes of a block, as far as they are text, with what ends it. */
static inline void store_chunk(const uint8_t *from, const uint8_t *end, uint8_t *to) {
  chunk made = (chunk_at(from) & chunk_at(end)) | chunk_at(end + MARK);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  made = SHUFFLE(chunk, made, made, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
#endif
  memcpy(to, &made, sizeof made);
}

#define F(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define G(x, y, z) ((y) ^ ((z) & ((x) ^ (y))))
#define H(x, y, z) ((x) ^ (y) ^ (z))
#define I(x, y, z) ((y) ^ ((x) | ~(z)))
#define ROTATE(x, n) ((x) << (n) | (x) >> (32 - (n)))

#define LANES 4
#define NAME(x) x##_4
#define TARGET
#define EVERY(p) p(0)
#include "hash/md5_lanes.inc"
#undef LANES
#undef NAME
#undef TARGET
#undef EVERY

#if WIDE
#define LANES 8
#define NAME(x) x##_8
#define TARGET __attribute__((target("avx2")))
#define EVERY(p) p(0), p(1)
#include "hash/md5_lanes.inc"
#undef LANES
#undef NAME
#undef TARGET
#undef EVERY

/* Any function of three bits is one instruction, given its table; so is a rotation. */
#undef F
#undef G
#undef H
#undef I
#undef ROTATE
#define OF_THREE(x, y, z, table) \
  (vector_16) _mm512_ternarylogic_epi32((__m512i)(x), (__m512i)(y), (__m512i)(z), table)
#define F(x, y, z) OF_THREE(x, y, z, 0xca)
#define G(x, y, z) OF_THREE(x, y, z, 0xe4)
#define H(x, y, z) OF_THREE(x, y, z, 0x96)
#define I(x, y, z) OF_THREE(x, y, z, 0x39)
#define ROTATE(x, n) (vector_16) _mm512_rol_epi32((__m512i)(x), n)
#define LANES 16
#define NAME(x) x##_16
#define TARGET __attribute__((target("avx512f")))
#define EVERY(p) p(0), p(1), p(2), p(3)
#include "hash/md5_lanes.inc"
#endif

static int has(int lanes) {
#if WIDE
  if (lanes == 16) return __builtin_cpu_supports("avx512f") != 0;
  if (lanes == 8) return __builtin_cpu_supports("avx2") != 0;
#endif
  return lanes == 4;
}

int polyring__lanes_wanted(void) {
  const char *wanted = getenv("POLYRING_LANES");
  if (!wanted) return 0;
  return !strcmp(wanted, "16") ? 16 : !strcmp(wanted, "8") ? 8 : !strcmp(wanted, "4") ? 4 : 0;
}

int polyring__lanes(void) {
  int wanted = polyring__lanes_wanted();
  if (wanted && has(wanted)) return wanted;
  return has(16) ? 16 : has(8) ? 8 : 4;
}

void polyring__md5_many(int lanes, const uint8_t *bytes, const uint32_t *ends, size_t count,
                        unsigned words, uint32_t *out) {
  texts all = {bytes, count ? ends[count - 1] : 0, words, out};
#if WIDE
  if (lanes == 16) {
    md5_many_16(&all, ends, count);
    return;
  }
  if (lanes == 8) {
    md5_many_8(&all, ends, count);
    return;
  }
#endif
  (void)lanes;
  md5_many_4(&all, ends, count);
}
