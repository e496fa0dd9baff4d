/* The numbers that folded hashes can be, and how many hashes become each. */
#include "topology/steps.h"

static const double two_64 = 18446744073709551616.0;

/* How many bits of a hash can be set; no function is known to leave out more than whole bits. */
static unsigned hash_bits(const polyring__columns *columns) {
  if (columns->bits != POLYRING__BITS_32) return columns->bits == POLYRING__BITS_64 ? 64 : 128;
  switch (columns->hash) {
    case POLYRING__HASH_ZERO:
      return 0;
    case POLYRING__HASH_CRC:
      return 15;
    case POLYRING__HASH_ELF:
      return 28;
    case POLYRING__HASH_RS:
      return 31;
    default:
      return 32;
  }
}

static polyring__word greatest(unsigned bits) {
  uint64_t all = ~(uint64_t)0;
  if (bits == 128) return (polyring__word){all, all};
  return (polyring__word){0, bits == 64 ? all : ((uint64_t)1 << bits) - 1};
}

void polyring__domain_init(const polyring__columns *columns, polyring__domain *domain) {
  unsigned bits = hash_bits(columns);
  polyring__word last = greatest(bits);
  uint64_t first = 0, step = 1;
  switch (columns->fold) {
    case POLYRING__FOLD_MIDDLE:
    case POLYRING__FOLD_MIDDLE_OR_ONE:
      last.low = last.low >> 16 & 0x7fff;
      break;
    case POLYRING__FOLD_LOW31:
      last.low &= 0x7fffffff;
      break;
    case POLYRING__FOLD_ABSOLUTE: /* the least signed number has no positive counterpart */
      if (bits == 32 || bits == 64) last.low = (uint64_t)1 << (bits - 1);
      break;
    case POLYRING__FOLD_SLOTS:
      step = 0xffffffff / columns->slots;
      if (last.low >= columns->slots) last.low = columns->slots - 1;
      last.low *= step;
      break;
  }
  if (columns->fold == POLYRING__FOLD_OR_ONE || columns->fold == POLYRING__FOLD_MIDDLE_OR_ONE) {
    first = 1;
    if (!last.low) last.low = 1;
  }
  *domain = (polyring__domain){bits, columns->fold, {0, first}, last, step, columns->slots};
}

/* The numbers below limit whose rest is in the range. */
static uint64_t count(uint64_t limit, uint64_t period, uint64_t begin, uint64_t end) {
  uint64_t rest = limit % period, part = rest < begin ? 0 : (rest < end ? rest : end) - begin;
  return limit / period * (end - begin) + part;
}

/* The hashes of at most 32 bits that are folded to numbers below limit with such a rest. */
static double hashes(const polyring__domain *domain, uint64_t limit, uint64_t period,
                     uint64_t begin, uint64_t end) {
  uint64_t all = (uint64_t)1 << domain->bits, half = (uint64_t)1 << 31;
  double whole = (double)count(limit, period, begin, end);
  double zero = (double)count(limit < 1 ? limit : 1, period, begin, end); /* the number 0 */
  double one = (double)count(limit < 2 ? limit : 2, period, begin, end) - zero;
  double each = (double)all / ((double)domain->last.low + 1);
  if (domain->first.low) /* what would be 0 is 1 */
    return domain->last.low == 1 ? one * (double)all : each * (whole - zero + one);
  if (domain->fold != POLYRING__FOLD_ABSOLUTE) return whole * each;
  if (domain->bits < 32) return whole;
  double least = 0; /* the least signed number stands alone, and so does 0 */
  if (limit > half)
    least = (double)(count(half + 1, period, begin, end) - count(half, period, begin, end));
  return 2 * whole - zero - least;
}

double polyring__domain_share(const polyring__domain *domain, polyring__word first,
                              polyring__word last, uint64_t period, uint64_t begin, uint64_t end) {
  if (domain->bits <= 32)
    return (hashes(domain, last.low + 1, period, begin, end) -
            hashes(domain, first.low, period, begin, end)) /
           (double)((uint64_t)1 << domain->bits);
  double size = ((double)last.low - (double)first.low + 1) / two_64;
  if (domain->bits == 128) size = (double)(last.high - first.high) / two_64 + size / two_64;
  if (domain->fold == POLYRING__FOLD_ABSOLUTE) size *= 2;
  return size * (double)(end - begin) / (double)period;
}
