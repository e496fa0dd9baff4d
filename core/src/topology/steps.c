#include "topology/steps.h"

#include "base/allocator.h"

/* What finds the runs. The ring is gone through twice: the runs are counted, then written. */
typedef struct walk {
  const polyring_ring *ring;
  const uint32_t *owner_of;
  polyring__domain domain;
  polyring__steps *steps;
  size_t count;
  uint32_t owner; /* of the run that is open */
} walk;

/* All numbers up to last, behind those that were added before, belong to an owner. */
static void add(walk *self, polyring__word last, uint32_t owner) {
  if (!self->count || owner != self->owner) self->count++;
  self->owner = owner;
  if (!self->steps->room) return;
  self->steps->lasts[self->count - 1] = last;
  self->steps->owners[self->count - 1] = owner;
}

/* --- rings --- */

static polyring__word before(polyring__word word) {
  return (polyring__word){word.high - !word.low, word.low - 1};
}

/* Adds the numbers up to last at most. Returns whether there are more. */
static int add_arc(walk *self, polyring__word *next, polyring__word last) {
  const polyring__domain *domain = &self->domain;
  int is_end = polyring__wide_compare(last, domain->last) >= 0;
  if (is_end) last = domain->last;
  last.low -= domain->step > 1 ? last.low % domain->step : 0;
  if (polyring__wide_compare(last, *next) < 0) return !is_end;
  polyring__word hash =
      self->steps->flipped ? polyring__point_order(&self->ring->columns, last) : last;
  uint16_t server = self->ring->owners[polyring__points_find(self->ring, hash)];
  add(self, last, self->owner_of[server]);
  *next = (polyring__word){last.high + !(last.low + 1), last.low + 1};
  return !is_end;
}

/* A point as a number of the steps. Signed numbers of 128 bits have no order as unsigned ones that
 * arcs would stay whole in; their steps are numbers as they are compared. */
static polyring__word number_of(const walk *self, polyring__word point) {
  return self->steps->flipped ? point : polyring__point_order(&self->ring->columns, point);
}

/* Whoever owns a hash, it can only be another one just before a point, just behind it, or at the
 * ends of the circle, which meet in the middle if the points are signed. */
static void walk_ring(walk *self) {
  const polyring_ring *ring = self->ring;
  polyring__word next = self->domain.first, zero = number_of(self, (polyring__word){0, 0});
  size_t count = ring->point_count, start = 0;
  while (start < count && polyring__wide_compare(polyring__point_at(ring, start), zero) < 0)
    start++; /* negative numbers: as unsigned ones they come last */
  for (size_t i = 0; i <= count; i++) {
    int is_middle = i == count - start && (zero.high || zero.low);
    if (is_middle && !add_arc(self, &next, before(zero))) return;
    if (i == count) break;
    polyring__word point = number_of(self, polyring__point_at(ring, (start + i) % count));
    if ((point.low || point.high) && !add_arc(self, &next, before(point))) return;
    if (!add_arc(self, &next, point)) return;
  }
  add_arc(self, &next, self->domain.last);
}

/* --- slots --- */

static void walk_modulo(walk *self) {
  const polyring_ring *ring = self->ring;
  for (size_t i = 0; i < ring->alive_count; i++) {
    uint64_t end = ring->slot_ends ? ring->slot_ends[i] : i + 1;
    uint64_t begin = !i ? 0 : ring->slot_ends ? ring->slot_ends[i - 1] : i;
    if (end > begin) add(self, (polyring__word){0, end - 1}, self->owner_of[ring->alive[i]]);
  }
}

/* Buckets that are picked by a mask are slots too, as many as the next power of two. */
static void walk_buckets(walk *self) {
  const polyring_ring *ring = self->ring;
  size_t count = ring->bucket_count, mask = count - 1;
  if (ring->columns.pick == POLYRING__PICK_MASK)
    for (count = 1; count <= mask;) count *= 2;
  else
    mask = ~(size_t)0;
  for (size_t b = 0; b < count; b++)
    add(self, (polyring__word){0, b}, self->owner_of[ring->buckets[b & mask]]);
}

/* Cuts off the slots that no hash reaches. Whether there were any. */
static int cut(polyring__steps *steps, const polyring__domain *domain) {
  size_t i = 0;
  if (polyring__wide_compare(steps->lasts[steps->count - 1], domain->last) <= 0) return 0;
  while (polyring__wide_compare(steps->lasts[i], domain->last) < 0) i++;
  steps->lasts[i] = domain->last;
  steps->count = i + 1;
  return 1;
}

/* The runs of slots as a circle: run i of them, its size and owner. */
typedef struct circle {
  const polyring__steps *steps;
  size_t count;
  int joined; /* the last run goes on in the first one */
} circle;

static uint64_t size_of(const circle *runs, size_t i) {
  const polyring__word *lasts = runs->steps->lasts;
  if (i) return lasts[i].low - lasts[i - 1].low;
  size_t last = runs->steps->count - 1;
  return lasts[0].low + 1 + (runs->joined ? lasts[last].low - lasts[last - 1].low : 0);
}

static int same(const circle *runs, size_t i, size_t j) {
  return runs->steps->owners[i] == runs->steps->owners[j] && size_of(runs, i) == size_of(runs, j);
}

/* Lists that repeat themselves say no more than their first part. borders: room for a number a
 * run (Knuth, Morris and Pratt's: how much of the beginning each beginning ends with). */
static void shorten(polyring__steps *steps, size_t *borders) {
  circle runs = {steps, steps->count, 0};
  if (steps->count == 1) {
    steps->lasts[0].low = 0;
    return;
  }
  if (steps->owners[0] == steps->owners[steps->count - 1]) {
    runs.joined = 1;
    runs.count--;
  }
  borders[0] = 0;
  for (size_t i = 1, border = 0; i < runs.count; i++) {
    while (border && !same(&runs, i, border)) border = borders[border - 1];
    if (same(&runs, i, border)) border++;
    borders[i] = border;
  }
  size_t unit = runs.count - borders[runs.count - 1], i = 0;
  if (unit == runs.count || runs.count % unit) return;
  uint64_t last = polyring__steps_period(steps) / (runs.count / unit) - 1;
  while (steps->lasts[i].low < last) i++;
  steps->lasts[i].low = last;
  steps->count = i + 1;
}

/* --- the object --- */

int polyring__steps_apply(const polyring_ring *ring) {
  return ring->columns.layout == POLYRING__LAYOUT_RING ||
         ring->columns.layout == POLYRING__LAYOUT_MODULO ||
         ring->columns.layout == POLYRING__LAYOUT_BUCKETS;
}

static void go(walk *self) {
  self->count = 0;
  switch (self->ring->columns.layout) {
    case POLYRING__LAYOUT_RING:
      walk_ring(self);
      break;
    case POLYRING__LAYOUT_BUCKETS:
      walk_buckets(self);
      break;
    default:
      walk_modulo(self);
  }
}

polyring_status polyring__steps_init(const polyring_allocator *allocator, const polyring_ring *ring,
                                     const uint32_t *owner_of, polyring__steps *steps) {
  walk self = {.ring = ring, .owner_of = owner_of, .steps = steps};
  *steps = (polyring__steps){.repeat = ring->columns.layout != POLYRING__LAYOUT_RING};
  steps->flipped = !steps->repeat && ring->columns.bits == POLYRING__BITS_128 &&
                   ring->columns.point_order == POLYRING__POINT_ORDER_SIGNED;
  polyring__domain_init(&ring->columns, &self.domain);
  go(&self);
  size_t room = self.count;
  steps->lasts = polyring__allocate(allocator, room * sizeof *steps->lasts);
  steps->owners = polyring__allocate(allocator, room * sizeof *steps->owners);
  size_t *borders = polyring__allocate(allocator, room * sizeof *borders);
  steps->room = room;
  polyring_status status = POLYRING_NO_MEMORY;
  if (steps->lasts && steps->owners && borders) {
    go(&self);
    steps->count = self.count;
    if (steps->repeat) {
      int is_whole = !cut(steps, &self.domain);
      if (is_whole || steps->count == 1) shorten(steps, borders);
    }
    status = POLYRING_OK;
  }
  polyring__release(allocator, borders, room * sizeof *borders);
  if (status < 0) polyring__steps_done(allocator, steps);
  return status;
}

void polyring__steps_done(const polyring_allocator *allocator, polyring__steps *steps) {
  polyring__release(allocator, steps->lasts, steps->room * sizeof *steps->lasts);
  polyring__release(allocator, steps->owners, steps->room * sizeof *steps->owners);
  *steps = (polyring__steps){0};
}

uint32_t polyring__steps_owner(const polyring__steps *steps, polyring__word number) {
  if (steps->repeat) number = (polyring__word){0, number.low % polyring__steps_period(steps)};
  size_t low = 0, high = steps->count - 1;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (polyring__wide_compare(steps->lasts[middle], number) >= 0)
      high = middle;
    else
      low = middle + 1;
  }
  return steps->owners[low];
}
