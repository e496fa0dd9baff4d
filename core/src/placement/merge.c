/* The ring layout: the points of a ring that differs from another one by one server. */
#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "placement/points.h"

/* What is merged: the changed server is one of `more` and none of `less`. */
typedef struct merger {
  const polyring_ring *other;
  polyring_ring *made;
  const polyring_ring *more, *less;
  size_t index;         /* the changed server in the list of more */
  size_t place;         /* and in its effective order; POLYRING_NOWHERE if it counts for nothing */
  int added;            /* made is more */
  polyring__points own; /* the changed server's points */
} merger;

/* Whether the other servers are the same in the same order. Finds the place. */
static int order_stays(merger *self) {
  const polyring_ring *more = self->more, *less = self->less;
  size_t k = 0;
  self->place = POLYRING_NOWHERE;
  for (size_t i = 0; i < more->alive_count; i++) {
    size_t server = more->alive[i];
    if (server == self->index)
      self->place = i;
    else if (k == less->alive_count || less->alive[k++] != server - (server > self->index))
      return 0;
  }
  return k == less->alive_count;
}

/* Whether each of the other servers has as many labels as before: rounding may give or take some
 * (ketama at 24 and 25 equal servers). */
static int labels_stay(const merger *self) {
  const polyring_ring *more = self->more, *less = self->less;
  double compared = -1;
  for (size_t k = 0; k < less->alive_count; k++) {
    size_t server = less->alive[k];
    const polyring__server *in_less = &less->servers.at[server];
    const polyring__server *in_more = &more->servers.at[server + (server >= self->index)];
    if (in_less->weight == compared) continue;
    compared = in_less->weight;
    if (polyring__ring_labels(less, in_less) != polyring__ring_labels(more, in_more)) return 0;
  }
  return 1;
}

static int can_merge(merger *self) {
  const polyring__columns *columns = &self->made->columns;
  if (self->more->heavy != self->less->heavy || !order_stays(self) || !labels_stay(self)) return 0;
  return columns->point_start != POLYRING__POINT_START_VERY_FIRST || self->place != 0;
}

/* Copies the points from first to end of the other ring to the place `at`. */
static void copy_run(const merger *self, size_t first, size_t end, polyring__points to, size_t at) {
  const polyring_ring *from = self->other;
  size_t count = end - first, i = 0;
  if (to.narrow)
    memcpy(to.narrow + at, from->points + first, count * sizeof *to.narrow);
  else
    memcpy(to.wide + at, from->wide_points + first, count * sizeof *to.wide);
  const uint16_t *restrict owners = from->owners + first;
  uint16_t *restrict out = to.owners + at, index = (uint16_t)self->index;
  if (self->added) {
    memcpy(out, owners, count * sizeof *out);
    return;
  }
  for (; i + 16 <= count; i += 16) /* compilers make vectors of steps of a known number */
    for (size_t j = 0; j < 16; j++)
      out[i + j] = (uint16_t)(owners[i + j] - (owners[i + j] > index));
  for (; i < count; i++) out[i] = (uint16_t)(owners[i] - (owners[i] > index));
}

static polyring__word own_point(const merger *self, size_t i) {
  const polyring__points *own = &self->own;
  return own->narrow ? (polyring__word){0, own->narrow[i]} : own->wide[i];
}

static void put_own(const merger *self, size_t i, polyring__points to, size_t at) {
  if (to.narrow)
    to.narrow[at] = self->own.narrow[i];
  else
    to.wide[at] = self->own.wide[i];
  to.owners[at] = (uint16_t)self->index;
}

/* Copies what lies between the server's own points, which are put in, or left out. */
static void merge(const merger *self, polyring__points to) {
  const polyring_ring *from = self->other;
  size_t next = 0, written = 0;
  for (size_t i = 0; i < self->own.count; i++) {
    size_t at = polyring__points_rank(from, own_point(self, i), 0);
    if (at < next) at = next;                                     /* a point that it has twice */
    while (!self->added && from->owners[at] != self->index) at++; /* another server's equal point */
    copy_run(self, next, at, to, written);
    written += at - next;
    next = at;
    if (self->added)
      put_own(self, i, to, written++);
    else
      next++;
  }
  copy_run(self, next, from->point_count, to, written);
}

/* Where others have the same points, their order is that of a ring built at once. */
static void settle_ties(const merger *self) {
  polyring_ring *made = self->made;
  for (size_t i = 0; i < self->own.count; i++) {
    polyring__word point = own_point(self, i);
    size_t first = polyring__points_rank(made, point, 0);
    if (first < made->point_count &&
        polyring__wide_compare(polyring__point_at(made, first), point) == 0)
      polyring__points_settle(made, first);
  }
}

static polyring_status merge_all(merger *self, polyring_error *error) {
  polyring_ring *made = self->made;
  const polyring_ring *other = self->other;
  polyring__points to;
  size_t count = other->point_count + (self->added ? self->own.count : 0 - self->own.count);
  polyring_status status = polyring__points_allocate(made, count, 1, &to, error);
  if (status < 0) return status;
  merge(self, to);
  polyring__points_give(made, to);
  if (to.narrow)
    polyring__index_change(&other->index, self->own.narrow, self->own.count, self->added, to.narrow,
                           count, to.firsts, &made->index);
  settle_ties(self);
  return POLYRING_OK;
}

int polyring__points_merge(const polyring_ring *other, polyring_ring *ring, size_t index,
                           polyring_status *status, polyring_error *error) {
  merger self = {.other = other, .made = ring, .index = index};
  self.added = ring->servers.count > other->servers.count;
  self.more = self.added ? ring : other;
  self.less = self.added ? other : ring;
  if (!can_merge(&self)) return 0;
  size_t first = self.place == POLYRING_NOWHERE ? 0 : self.place;
  size_t end = self.place == POLYRING_NOWHERE ? 0 : self.place + 1;
  *status = polyring__points_make(self.more, first, end, 0, &self.own, error);
  if (*status < 0) return 1;
  *status = polyring__points_count(ring, &(size_t){0}, error);
  if (*status >= 0) *status = merge_all(&self, error);
  polyring__points_release(ring, &self.own);
  return 1;
}
