/* The ring layout: which of several equal points wins. */
#include <string.h>

#include "placement/points.h"

/* The end of the points that are equal to point i. */
static size_t equal_end(const polyring_ring *ring, size_t i) {
  size_t end = i + 1;
  while (end < ring->point_count &&
         polyring__wide_compare(polyring__point_at(ring, i), polyring__point_at(ring, end)) == 0)
    end++;
  return end;
}

/* Whether server b's label of this point is greater than a's. */
static int label_ascends(const polyring_ring *ring, uint16_t a, uint16_t b, polyring__word point) {
  uint8_t left[POLYRING_LABEL_MAX + 1], right[POLYRING_LABEL_MAX + 1];
  size_t left_size = polyring__ring_label_of_point(ring, a, point, left);
  size_t right_size = polyring__ring_label_of_point(ring, b, point, right);
  return polyring__span_compare((polyring__span){(const char *)left, left_size},
                                (polyring__span){(const char *)right, right_size}) < 0;
}

/* Whether a stands before b in the effective order. */
static int place_ascends(const polyring_ring *ring, uint16_t a, uint16_t b, polyring__word point) {
  (void)point;
  if (a == b || ring->columns.order == POLYRING__SERVER_ORDER_GIVEN) return a < b;
  size_t place = 0;
  while (ring->alive[place] != a && ring->alive[place] != b) place++;
  return ring->alive[place] == a;
}

typedef int ascends(const polyring_ring *ring, uint16_t a, uint16_t b, polyring__word point);

/* Sorts the owners from first to end, which have equal points. Few points are equal: by insertion,
 * which keeps the order of what is equal in this order too. */
static void sort(polyring_ring *ring, size_t first, size_t end, ascends *in_order, int backwards) {
  polyring__word point = polyring__point_at(ring, first);
  for (size_t i = first + 1; i < end; i++)
    for (size_t j = i; j > first; j--) {
      uint16_t *pair = ring->owners + j - 1;
      if (!in_order(ring, pair[!backwards], pair[backwards], point)) break;
      uint16_t swap = pair[0];
      pair[0] = pair[1];
      pair[1] = swap;
    }
}

/* Of points in the order of adding. */
static void settle_by_labels(polyring_ring *ring, size_t first, size_t end) {
  int cycle = ring->columns.equal == POLYRING__EQUAL_CYCLE;
  sort(ring, first, end, label_ascends, !cycle);
  if (!cycle) return;
  polyring__word point = polyring__point_order(&ring->columns, polyring__point_at(ring, first));
  uint16_t *winner = ring->owners + first + point.low % (end - first);
  uint16_t swap = ring->owners[first];
  ring->owners[first] = *winner;
  *winner = swap;
}

static int labels_decide(const polyring_ring *ring) {
  return ring->columns.equal == POLYRING__EQUAL_LABEL ||
         ring->columns.equal == POLYRING__EQUAL_CYCLE;
}

void polyring__points_settle(polyring_ring *ring, size_t first) {
  size_t end = equal_end(ring, first);
  if (end == first + 1) return;
  sort(ring, first, end, place_ascends, ring->columns.equal == POLYRING__EQUAL_LAST);
  if (labels_decide(ring)) settle_by_labels(ring, first, end);
}

void polyring__points_settle_all(polyring_ring *ring) {
  if (!labels_decide(ring)) return;
  for (size_t first = 0, end; first < ring->point_count; first = end) {
    end = equal_end(ring, first);
    if (end > first + 1) settle_by_labels(ring, first, end);
  }
}
