/* The ring layout: the points of a ring that differs from another one by its profile. */
#include <string.h>

#include "placement/points.h"

/* Whether a label becomes the same points by both. */
static int hash_stays(const polyring__columns *a, const polyring__columns *b) {
  return polyring__columns_point_hash(a) == polyring__columns_point_hash(b) &&
         a->point_start == b->point_start && a->bits == b->bits && a->byte_order == b->byte_order &&
         a->sign == b->sign && a->words == b->words && a->point_order == b->point_order &&
         polyring__span_equals(a->seed, b->seed);
}

static int labels_stay(const polyring__columns *a, const polyring__columns *b) {
  return polyring__span_equals(a->label, b->label) &&
         polyring__span_equals(a->next_label, b->next_label) &&
         polyring__span_equals(a->unix_label, b->unix_label) &&
         polyring__span_equals(a->no_port, b->no_port);
}

static int counts_stay(const polyring_ring *a, const polyring_ring *b) {
  for (size_t i = 0; i < a->servers.count; i++) {
    const polyring__server *in_a = &a->servers.at[i], *in_b = &b->servers.at[i];
    if (in_a->merged != in_b->merged) return 0;
    if (!in_a->merged && polyring__ring_labels(a, in_a) != polyring__ring_labels(b, in_b)) return 0;
  }
  return 1;
}

static int has_equal_points(const polyring_ring *ring) {
  for (size_t i = 1; i < ring->point_count; i++)
    if (polyring__wide_compare(polyring__point_at(ring, i - 1), polyring__point_at(ring, i)) == 0)
      return 1;
  return 0;
}

/* The order of the servers, and who wins, only matters where points are equal, and to a client that
 * treats the first server unlike the others. */
static int order_stays(const polyring_ring *a, const polyring_ring *b) {
  int same = a->columns.equal == b->columns.equal &&
             !memcmp(a->alive, b->alive, a->alive_count * sizeof *a->alive);
  return same ||
         (a->columns.point_start != POLYRING__POINT_START_VERY_FIRST && !has_equal_points(a));
}

int polyring__points_copy(const polyring_ring *other, polyring_ring *ring, polyring_status *status,
                          polyring_error *error) {
  const polyring__columns *a = &other->columns, *b = &ring->columns;
  polyring__points to;
  size_t count = other->point_count;
  if (a->layout != POLYRING__LAYOUT_RING || b->layout != POLYRING__LAYOUT_RING ||
      !hash_stays(a, b) || !labels_stay(a, b) || !counts_stay(other, ring) ||
      !order_stays(other, ring))
    return 0;
  *status = polyring__points_allocate(ring, count, 1, &to, error);
  if (*status < 0) return 1;
  if (to.narrow) /* the index lies behind them */
    memcpy(to.narrow, other->points,
           (count + POLYRING__INDEX_SPARE + polyring__index_size(count)) * sizeof *to.narrow);
  else
    memcpy(to.wide, other->wide_points, count * sizeof *to.wide);
  memcpy(to.owners, other->owners, count * sizeof *to.owners);
  to.count = count;
  ring->index = other->index;
  polyring__points_give(ring, to);
  return 1;
}
