/* What moves if one ring is replaced by another. */
#include <stdlib.h>

#include "base/allocator.h"
#include "base/error.h"
#include "topology/flows.h"
#include "topology/key_columns.h"
#include "topology/steps.h"
#include "topology/topology.h"

enum { PIECES_MAX = 1 << 24 }; /* more than these, and a sample is taken */

struct polyring_plan {
  polyring_allocator allocator;
  polyring_planned_server *servers;
  size_t server_count;
  polyring_flow *flows;
  size_t flow_count, flow_room;
  uint32_t *numbers; /* the planned server of each server of the old ring, then of the new one */
  size_t old_count, number_count;
  char *text;
  size_t text_size;
  double moved;
  uint32_t sample;
};

/* --- who is who --- */

static char *print_server(const polyring__server *server, char *out) {
  if (server->name.size) {
    out = polyring__topology_encode(server->name.at, server->name.size, "", out);
  } else {
    memcpy(out, server->spelled.at, server->spelled.size);
    out += server->spelled.size;
  }
  *out = '\0';
  return out + 1;
}

static void number_servers(polyring_plan *plan, const polyring_ring *const *rings,
                           const polyring__identities *identities) {
  char *out = plan->text;
  for (size_t i = 0; i < plan->number_count; i++) {
    int is_new = i >= plan->old_count;
    size_t index = is_new ? i - plan->old_count : i;
    if (identities->first[i] == i) {
      plan->numbers[i] = (uint32_t)plan->server_count;
      plan->servers[plan->server_count++] = (polyring_planned_server){out, -1, -1, 0, 0};
      out = print_server(&rings[is_new]->servers.at[index], out);
    }
    plan->numbers[i] = plan->numbers[identities->first[i]];
    polyring_planned_server *server = &plan->servers[plan->numbers[i]];
    int32_t *known = is_new ? &server->new_index : &server->old_index;
    if (*known < 0) *known = (int32_t)index;
  }
}

static polyring_status list_servers(polyring_plan *plan, const polyring_ring *const *rings) {
  const polyring_allocator *memory = &plan->allocator;
  polyring__identities identities;
  polyring_status status = polyring__identities_init(memory, rings, 2, &identities);
  if (status < 0) return status;
  plan->old_count = rings[0]->servers.count;
  plan->number_count = plan->old_count + rings[1]->servers.count;
  for (int r = 0; r < 2; r++)
    for (size_t i = 0; i < rings[r]->servers.count; i++) {
      const polyring__server *server = &rings[r]->servers.at[i];
      plan->text_size += 3 * server->name.size + server->spelled.size + 1;
    }
  plan->servers = polyring__allocate(memory, plan->number_count * sizeof *plan->servers);
  plan->numbers = polyring__allocate(memory, plan->number_count * sizeof *plan->numbers);
  plan->text = polyring__allocate(memory, plan->text_size);
  if (plan->servers && plan->numbers && plan->text)
    number_servers(plan, rings, &identities);
  else
    status = POLYRING_NO_MEMORY;
  polyring__identities_done(memory, &identities);
  return status;
}

/* --- exactly --- */

/* Both sides as steps over the same hashes. */
typedef struct sweep {
  polyring__domain domain;
  polyring__steps sides[2];
  polyring__flows *flows;
} sweep;

static void sweep_values(sweep *self) {
  const polyring__domain *domain = &self->domain;
  uint64_t all = (uint64_t)1 << domain->bits;
  uint64_t each = all / domain->slots, rest = all % domain->slots;
  for (uint64_t slot = 0; slot * domain->step <= domain->last.low; slot++) {
    polyring__word value = {0, slot * domain->step};
    polyring__flows_add(self->flows, polyring__steps_owner(&self->sides[0], value),
                        polyring__steps_owner(&self->sides[1], value),
                        (double)(each + (slot < rest)) / (double)all);
  }
}

static void sweep_arcs(sweep *self) {
  const polyring__steps *a = &self->sides[0], *b = &self->sides[1];
  polyring__word next = self->domain.first;
  for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
    int order = polyring__wide_compare(a->lasts[i], b->lasts[j]);
    polyring__word last = order <= 0 ? a->lasts[i] : b->lasts[j];
    polyring__flows_add(self->flows, a->owners[i], b->owners[j],
                        polyring__domain_share(&self->domain, next, last, 1, 0, 1));
    next = (polyring__word){last.high + !(last.low + 1), last.low + 1};
    i += order <= 0;
    j += order >= 0;
  }
}

/* Rests of the division by a common multiple of both periods. */
static void sweep_slots(sweep *self, uint64_t multiple) {
  const polyring__steps *a = &self->sides[0], *b = &self->sides[1];
  uint64_t a_start = 0, b_start = 0, begin = 0; /* the starts: of the present repetition */
  for (size_t i = 0, j = 0; begin < multiple;) {
    uint64_t a_end = a_start + a->lasts[i].low + 1, b_end = b_start + b->lasts[j].low + 1;
    uint64_t end = a_end < b_end ? a_end : b_end;
    polyring__flows_add(self->flows, a->owners[i], b->owners[j],
                        polyring__domain_share(&self->domain, self->domain.first, self->domain.last,
                                               multiple, begin, end));
    if (a_end == end && ++i == a->count) {
      i = 0;
      a_start = end;
    }
    if (b_end == end && ++j == b->count) {
      j = 0;
      b_start = end;
    }
    begin = end;
  }
}

/* Arcs against slots: every slot is in every arc. */
static void sweep_both(sweep *self) {
  int old_repeats = self->sides[0].repeat;
  const polyring__steps *arcs = &self->sides[old_repeats], *slots = &self->sides[!old_repeats];
  uint64_t period = polyring__steps_period(slots);
  polyring__word next = self->domain.first;
  for (size_t i = 0; i < arcs->count; i++) {
    uint64_t begin = 0;
    for (size_t j = 0; j < slots->count; j++) {
      uint64_t end = slots->lasts[j].low + 1;
      double share =
          polyring__domain_share(&self->domain, next, arcs->lasts[i], period, begin, end);
      polyring__flows_add(self->flows, old_repeats ? slots->owners[j] : arcs->owners[i],
                          old_repeats ? arcs->owners[i] : slots->owners[j], share);
      begin = end;
    }
    next =
        (polyring__word){arcs->lasts[i].high + !(arcs->lasts[i].low + 1), arcs->lasts[i].low + 1};
  }
}

static uint64_t common_divisor(uint64_t a, uint64_t b) {
  while (b) {
    uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* Whether the sides could be swept; if not, nothing was added. */
static int try_sweep(sweep *self) {
  const polyring__steps *a = &self->sides[0], *b = &self->sides[1];
  if (a->flipped != b->flipped) return 0;
  if (self->domain.fold == POLYRING__FOLD_SLOTS) {
    sweep_values(self);
  } else if (!a->repeat && !b->repeat) {
    sweep_arcs(self);
  } else if (a->repeat && b->repeat) {
    uint64_t period = polyring__steps_period(a), other = polyring__steps_period(b);
    uint64_t factor = period / common_divisor(period, other);
    if (other > PIECES_MAX / factor) return 0;
    sweep_slots(self, factor * other);
  } else {
    if (a->count > PIECES_MAX / b->count) return 0;
    sweep_both(self);
  }
  return 1;
}

/* Adds the exact flows. *exact: whether there are any. */
static polyring_status compute(const polyring_plan *plan, const polyring_ring *const *rings,
                               polyring__flows *flows, int *exact) {
  sweep self = {.flows = flows};
  *exact = 0;
  if (!polyring__steps_apply(rings[0]) || !polyring__steps_apply(rings[1]) ||
      !polyring__key_columns_equal(rings[0], rings[1]))
    return POLYRING_OK;
  polyring_status status =
      polyring__steps_init(&plan->allocator, rings[0], plan->numbers, &self.sides[0]);
  if (status >= 0)
    status = polyring__steps_init(&plan->allocator, rings[1], plan->numbers + plan->old_count,
                                  &self.sides[1]);
  if (status >= 0) {
    polyring__domain_init(&rings[0]->columns, &self.domain);
    *exact = try_sweep(&self);
    status = flows->status;
  }
  polyring__steps_done(&plan->allocator, &self.sides[0]);
  polyring__steps_done(&plan->allocator, &self.sides[1]);
  return status;
}

/* --- from a sample --- */

/* The keys of the sample are spread evenly for hashes that are bad at numbers in a row, too. */
static void make_key(uint64_t number, char key[16]) {
  static const char digits[] = "0123456789abcdef";
  uint64_t x = number * 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  x ^= x >> 31;
  for (int i = 0; i < 16; i++) key[i] = digits[x >> 4 * i & 15];
}

static polyring_status sample(polyring_plan *plan, const polyring_ring *const *rings, uint32_t keys,
                              polyring__flows *flows) {
  char key[16];
  for (uint64_t i = 1; i <= keys && flows->status >= 0; i++) {
    make_key(i, key);
    int32_t from = polyring_ring_locate(rings[0], key, sizeof key);
    int32_t to = polyring_ring_locate(rings[1], key, sizeof key);
    if (from < 0 || to < 0) continue;
    plan->sample++;
    polyring__flows_add(flows, plan->numbers[from], plan->numbers[plan->old_count + (size_t)to], 1);
  }
  if (flows->status >= 0 && !plan->sample) return POLYRING_INVALID_KEY;
  return flows->status;
}

/* --- the plan --- */

static int compare_flows(const void *left, const void *right) {
  const polyring_flow *a = left, *b = right;
  if (a->share != b->share) return a->share > b->share ? -1 : 1;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return a->to < b->to ? -1 : a->to > b->to;
}

static polyring_status keep_flows(polyring_plan *plan, const polyring__flows *flows) {
  double all = plan->sample ? plan->sample : 1;
  plan->flow_room = flows->count;
  plan->flows = polyring__allocate(&plan->allocator, plan->flow_room * sizeof *plan->flows);
  if (!plan->flows) return POLYRING_NO_MEMORY;
  for (size_t i = 0; i < flows->place_count; i++) {
    polyring_flow flow = flows->places[i];
    if (flow.share == 0) continue;
    flow.share /= all;
    plan->servers[flow.from].before += flow.share;
    plan->servers[flow.to].after += flow.share;
    if (flow.from != flow.to) plan->flows[plan->flow_count++] = flow;
  }
  qsort(plan->flows, plan->flow_count, sizeof *plan->flows, compare_flows);
  for (size_t i = 0; i < plan->flow_count; i++) plan->moved += plan->flows[i].share;
  return POLYRING_OK;
}

/* What a ring says of its shares is better than what a sample does. */
static polyring_status take_shares(polyring_plan *plan, const polyring_ring *const *rings) {
  size_t old_count = plan->old_count, size = plan->number_count * sizeof(double);
  double *shares = polyring__allocate(&plan->allocator, size);
  if (!shares) return POLYRING_NO_MEMORY;
  polyring_ring_shares(rings[0], shares);
  polyring_ring_shares(rings[1], shares + old_count);
  for (size_t i = 0; i < plan->server_count; i++)
    plan->servers[i].before = plan->servers[i].after = 0;
  for (size_t i = 0; i < plan->number_count; i++) {
    polyring_planned_server *server = &plan->servers[plan->numbers[i]];
    *(i < old_count ? &server->before : &server->after) += shares[i];
  }
  polyring__release(&plan->allocator, shares, size);
  return POLYRING_OK;
}

static polyring_status fill(polyring_plan *plan, const polyring_ring *const *rings, uint32_t keys) {
  polyring__flows flows;
  int exact = 0;
  polyring_status status = list_servers(plan, rings);
  if (status < 0) return status;
  polyring__flows_init(&flows, &plan->allocator);
  status = compute(plan, rings, &flows, &exact);
  if (status >= 0 && !exact) status = sample(plan, rings, keys ? keys : POLYRING_PLAN_KEYS, &flows);
  if (status >= 0) status = keep_flows(plan, &flows);
  if (status >= 0 && !exact) status = take_shares(plan, rings);
  polyring__flows_done(&flows);
  return status;
}

polyring_status polyring_plan_new(const polyring_allocator *allocator, const polyring_ring *from,
                                  const polyring_ring *to, uint32_t keys, polyring_plan **plan,
                                  polyring_error *error) {
  polyring_allocator memory = polyring__allocator_or_libc(allocator);
  const polyring_ring *const rings[2] = {from, to};
  polyring_status status = POLYRING_NO_MEMORY;
  *plan = polyring__allocate(&memory, sizeof **plan);
  if (*plan) {
    **plan = (polyring_plan){.allocator = memory};
    status = fill(*plan, rings, keys);
  }
  if (status >= 0) return status;
  polyring_plan_free(*plan);
  *plan = NULL;
  return polyring__fail(error, status, POLYRING_NOWHERE, "no plan: %s",
                        polyring_status_text(status));
}

void polyring_plan_free(polyring_plan *plan) {
  if (!plan) return;
  polyring_allocator memory = plan->allocator;
  polyring__release(&memory, plan->servers, plan->number_count * sizeof *plan->servers);
  polyring__release(&memory, plan->numbers, plan->number_count * sizeof *plan->numbers);
  polyring__release(&memory, plan->flows, plan->flow_room * sizeof *plan->flows);
  polyring__release(&memory, plan->text, plan->text_size);
  polyring__release(&memory, plan, sizeof *plan);
}

double polyring_plan_moved(const polyring_plan *plan) { return plan->moved; }
uint32_t polyring_plan_sample(const polyring_plan *plan) { return plan->sample; }

const polyring_planned_server *polyring_plan_server(const polyring_plan *plan, size_t i) {
  return i < plan->server_count ? &plan->servers[i] : NULL;
}

const polyring_flow *polyring_plan_flow(const polyring_plan *plan, size_t i) {
  return i < plan->flow_count ? &plan->flows[i] : NULL;
}

uint32_t polyring_plan_old(const polyring_plan *plan, size_t index) { return plan->numbers[index]; }

uint32_t polyring_plan_new_server(const polyring_plan *plan, size_t index) {
  return plan->numbers[plan->old_count + index];
}
