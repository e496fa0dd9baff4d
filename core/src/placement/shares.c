/* The share of the space of hashes that each server holds. */
#include <string.h>

#include "placement/ring.h"

static const double two_32 = 4294967296.0;

/* How many values the folded hash can have, beginning with 0. */
static double space(const polyring_ring *ring) {
  const polyring__columns *columns = &ring->columns;
  double all = columns->bits == POLYRING__BITS_32 ? two_32 : two_32 * two_32;
  if (columns->hash == POLYRING__HASH_CRC) all = 32768;
  switch (columns->fold) {
    case POLYRING__FOLD_MIDDLE:
    case POLYRING__FOLD_MIDDLE_OR_ONE:
      return 32768;
    case POLYRING__FOLD_LOW31:
      return all < two_32 / 2 ? all : two_32 / 2;
    case POLYRING__FOLD_ABSOLUTE:
      return all > two_32 / 2 ? all / 2 : all;
    case POLYRING__FOLD_SLOTS:
      return (double)(0xffffffff / columns->slots) * columns->slots;
    default:
      return all;
  }
}

/* Of 128 bits the upper 64, rounded to a double: a share needs no more. In the order of points. */
static double position(const polyring_ring *ring, polyring__word word) {
  if (ring->columns.bits == POLYRING__BITS_128) return (double)word.high;
  return (double)word.low;
}

static double measure(const polyring_ring *ring, double begin, double end) {
  double limit = space(ring);
  if (end > limit) end = limit;
  if (end <= begin) return 0;
  if (ring->columns.fold != POLYRING__FOLD_SLOTS) return end - begin;
  /* Only the multiples of step occur, and each stands for a step's worth. */
  uint64_t step = 0xffffffff / ring->columns.slots;
  uint64_t first = ((uint64_t)begin + step - 1) / step, last = ((uint64_t)end + step - 1) / step;
  return (double)(last - first) * (double)step;
}

static void measure_arcs(const polyring_ring *ring, double *shares) {
  uint32_t search = ring->columns.search;
  int floor = search == POLYRING__SEARCH_FLOOR, above = search == POLYRING__SEARCH_ABOVE;
  polyring__word lowest = polyring__point_order(&ring->columns, (polyring__word){0, 0});
  uint16_t before = ring->owners[polyring__points_find(ring, lowest)];
  double begin = 0;
  for (size_t i = 0; i < ring->point_count; i++) {
    polyring__word point = polyring__point_at(ring, i);
    if (i && polyring__wide_compare(point, polyring__point_at(ring, i - 1)) == 0) continue;
    double at = position(ring, point), end = floor || above ? at : at + 1;
    if (!i && search == POLYRING__SEARCH_CEIL_OR_LAST) {
      shares[before] += measure(ring, 0, at);
      begin = at;
    }
    shares[floor ? before : ring->owners[i]] += measure(ring, begin, end);
    before = ring->owners[i];
    begin = end;
  }
  shares[floor ? before : ring->owners[0]] += measure(ring, begin, space(ring));
}

static void measure_slots(const polyring_ring *ring, double *shares) {
  double all = space(ring), count = (double)ring->slot_count;
  double each = (double)(uint64_t)(all / count), rest = all - each * count, begin = 0;
  for (size_t i = 0; i < ring->alive_count; i++) {
    double end = ring->slot_ends ? (double)ring->slot_ends[i] : (double)(i + 1);
    double more = begin >= rest ? 0 : (end < rest ? end : rest) - begin;
    shares[ring->alive[i]] += (end - begin) * each + more;
    begin = end;
  }
}

static void measure_buckets(const polyring_ring *ring, double *shares) {
  size_t count = ring->bucket_count;
  double all = space(ring), each = (double)(uint64_t)(all / (double)count);
  double rest = all - each * (double)count;
  int mask = ring->columns.pick == POLYRING__PICK_MASK;
  size_t reached = 0; /* by mask: only those buckets whose bits are all in count - 1 */
  for (size_t b = 0; b < count; b++) reached += (b & (count - 1)) == b;
  for (size_t b = 0; b < count; b++) {
    if (mask)
      shares[ring->buckets[b]] += (b & (count - 1)) == b ? all / (double)reached : 0;
    else
      shares[ring->buckets[b]] += each + ((double)b < rest);
  }
}

/* The hash 0 goes where the hash 1 goes. */
static void move_zero(const polyring_ring *ring, double *shares) {
  uint64_t ignored;
  for (uint32_t h = 0; h < 2; h++) {
    uint16_t server;
    if (ring->columns.layout == POLYRING__LAYOUT_RING)
      server = ring->owners[polyring__points_find(ring, (polyring__word){0, h})];
    else if (ring->columns.layout == POLYRING__LAYOUT_MODULO)
      server = polyring__modulo_find(ring, h, &ignored);
    else
      server = polyring__buckets_find(ring, h, &ignored);
    shares[server] += h ? 1 : -1;
  }
}

/* What can only be expected: equal shares, or shares by weight. */
static void expect(const polyring_ring *ring, double *shares) {
  double total = ring->total_weight;
  int weighted = !ring->plain_weights && total > 0 && ring->columns.layout != POLYRING__LAYOUT_JUMP;
  for (size_t i = 0; i < ring->alive_count; i++)
    shares[ring->alive[i]] = weighted ? ring->servers.at[ring->alive[i]].weight / total
                                      : 1.0 / (double)ring->alive_count;
}

void polyring_ring_shares(const polyring_ring *ring, double *shares) {
  uint32_t fold = ring->columns.fold;
  double all = space(ring);
  memset(shares, 0, ring->servers.count * sizeof *shares);
  switch (ring->columns.layout) {
    case POLYRING__LAYOUT_RING:
      measure_arcs(ring, shares);
      break;
    case POLYRING__LAYOUT_BUCKETS:
      measure_buckets(ring, shares);
      break;
    case POLYRING__LAYOUT_MODULO:
      measure_slots(ring, shares);
      break;
    default:
      expect(ring, shares);
      return;
  }
  if (fold == POLYRING__FOLD_OR_ONE || fold == POLYRING__FOLD_MIDDLE_OR_ONE)
    move_zero(ring, shares);
  for (size_t i = 0; i < ring->servers.count; i++) shares[i] /= all;
}
