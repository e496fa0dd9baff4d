/* What changes from one topology to the next. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/allocator.h"
#include "base/error.h"
#include "polyring/profile.h"
#include "topology/topology.h"

enum { NONE = -1 };

struct polyring_difference {
  polyring_allocator allocator;
  polyring_change *changes;
  size_t count;
  char *text;
  size_t text_size;
};

/* The work of comparing. The changes are gone through twice: they are counted, then written. */
typedef struct comparison {
  const polyring_topology *from, *to;
  polyring_profile *profiles[2]; /* if they differ */
  int32_t *new_of, *old_of;      /* which server is which; NONE */
  polyring_difference *out;
  size_t count, used;
  int writing;
} comparison;

static const char *keep(comparison *self, polyring__span text) {
  if (!text.at) return NULL;
  char *to = self->writing ? self->out->text + self->used : NULL;
  self->used += text.size + 1;
  if (!to) return NULL;
  memcpy(to, text.at, text.size);
  to[text.size] = '\0';
  return to;
}

static void add(comparison *self, polyring_change_kind kind, polyring__span subject,
                polyring__span before, polyring__span after, int32_t old_index, int32_t new_index) {
  polyring_change change = {
      kind, keep(self, subject), keep(self, before), keep(self, after), old_index, new_index};
  if (self->writing) self->out->changes[self->count] = change;
  self->count++;
}

static polyring__span span_of(const char *text) { return (polyring__span){text, strlen(text)}; }

static int differ(polyring__span a, polyring__span b) {
  return !a.at != !b.at || polyring__span_compare(a, b) != 0;
}

/* --- which server is which --- */

static size_t list(const polyring_topology *topology, const int32_t *other, int by_place,
                   polyring__named *out) {
  size_t count = 0;
  for (size_t i = 0; i < topology->server_count; i++) {
    const polyring__member *member = &topology->servers[i];
    polyring__span text = by_place ? member->place : member->name;
    if (other[i] == NONE && text.at) out[count++] = (polyring__named){text, i};
  }
  if (count) qsort(out, count, sizeof *out, polyring__named_compare);
  return count;
}

/* Pairs the servers of equal names, or equal places, that have no partner yet. */
static void pair(comparison *self, int by_place, polyring__named *olds, polyring__named *news) {
  size_t old_count = list(self->from, self->new_of, by_place, olds);
  size_t new_count = list(self->to, self->old_of, by_place, news);
  for (size_t i = 0, j = 0; i < old_count && j < new_count;) {
    int order = polyring__span_compare(olds[i].text, news[j].text);
    if (!order) {
      self->new_of[olds[i].index] = (int32_t)news[j].index;
      self->old_of[news[j].index] = (int32_t)olds[i].index;
    }
    i += order <= 0;
    j += order >= 0;
  }
}

/* --- the changes --- */

static void compare_heads(comparison *self) {
  const polyring__span none = {NULL, 0};
  if (self->from->epoch != self->to->epoch) {
    char before[24], after[24];
    snprintf(before, sizeof before, "%" PRIu64, self->from->epoch);
    snprintf(after, sizeof after, "%" PRIu64, self->to->epoch);
    add(self, POLYRING_CHANGE_EPOCH, none, span_of(before), span_of(after), NONE, NONE);
  }
  if (!self->profiles[0]) return;
  add(self, POLYRING_CHANGE_PROFILE, none, span_of(self->from->profile), span_of(self->to->profile),
      NONE, NONE);
  const char *name;
  for (size_t c = 0; (name = polyring_column_name(c)); c++) {
    polyring__span before = span_of(polyring_profile_value(self->profiles[0], c));
    polyring__span after = span_of(polyring_profile_value(self->profiles[1], c));
    if (differ(before, after))
      add(self, POLYRING_CHANGE_COLUMN, span_of(name), before, after, NONE, NONE);
  }
}

static void compare_presence(comparison *self) {
  const polyring__span none = {NULL, 0};
  for (size_t i = 0; i < self->to->server_count; i++) {
    polyring__span text = self->to->servers[i].text;
    if (self->old_of[i] == NONE)
      add(self, POLYRING_CHANGE_SERVER_ADDED, text, none, text, NONE, (int32_t)i);
  }
  for (size_t i = 0; i < self->from->server_count; i++) {
    polyring__span text = self->from->servers[i].text;
    if (self->new_of[i] == NONE)
      add(self, POLYRING_CHANGE_SERVER_REMOVED, text, text, none, (int32_t)i, NONE);
  }
}

static polyring__span part_of(const polyring__member *member, polyring_change_kind kind) {
  switch (kind) {
    case POLYRING_CHANGE_SERVER_RENAMED:
      return member->name;
    case POLYRING_CHANGE_SERVER_MOVED:
      return member->place;
    case POLYRING_CHANGE_SERVER_REWEIGHTED:
      return member->weight;
    default:
      return member->attributes;
  }
}

static void compare_servers(comparison *self, polyring_change_kind kind) {
  for (size_t i = 0; i < self->to->server_count; i++) {
    if (self->old_of[i] == NONE) continue;
    polyring__span before = part_of(&self->from->servers[self->old_of[i]], kind);
    polyring__span after = part_of(&self->to->servers[i], kind);
    if (differ(before, after))
      add(self, kind, self->to->servers[i].text, before, after, self->old_of[i], (int32_t)i);
  }
}

static void compare_order(comparison *self) {
  const polyring__span none = {NULL, 0};
  int32_t last = NONE;
  for (size_t i = 0; i < self->to->server_count; i++) {
    if (self->old_of[i] == NONE) continue;
    if (self->old_of[i] < last) {
      add(self, POLYRING_CHANGE_ORDER, none, none, none, NONE, NONE);
      return;
    }
    last = self->old_of[i];
  }
}

static void compare_settings(comparison *self) {
  const polyring_topology *from = self->from, *to = self->to;
  const polyring__span none = {NULL, 0};
  for (size_t i = 0, j = 0; i < from->setting_count || j < to->setting_count;) {
    const polyring__setting *before = i < from->setting_count ? &from->settings[i] : NULL;
    const polyring__setting *after = j < to->setting_count ? &to->settings[j] : NULL;
    int order = !before ? 1 : !after ? -1 : polyring__span_compare(before->name, after->name);
    if (order || before->kind != after->kind || differ(before->value, after->value))
      add(self, POLYRING_CHANGE_SETTING, order > 0 ? after->name : before->name,
          order > 0 ? none : before->value, order < 0 ? none : after->value, NONE, NONE);
    i += order <= 0;
    j += order >= 0;
  }
}

static void compare(comparison *self) {
  self->count = self->used = 0;
  compare_heads(self);
  compare_presence(self);
  compare_servers(self, POLYRING_CHANGE_SERVER_RENAMED);
  compare_servers(self, POLYRING_CHANGE_SERVER_MOVED);
  compare_servers(self, POLYRING_CHANGE_SERVER_REWEIGHTED);
  compare_servers(self, POLYRING_CHANGE_SERVER_ATTRIBUTES);
  compare_order(self);
  compare_settings(self);
}

/* --- the object --- */

static polyring_status prepare(comparison *self, polyring__named *names) {
  const polyring_allocator *memory = &self->out->allocator;
  const polyring_topology *sides[2] = {self->from, self->to};
  size_t old_count = self->from->server_count, new_count = self->to->server_count;
  polyring_status status = POLYRING_OK;
  for (size_t i = 0; i < old_count; i++) self->new_of[i] = NONE;
  for (size_t i = 0; i < new_count; i++) self->old_of[i] = NONE;
  pair(self, 0, names, names + old_count);
  pair(self, 1, names, names + old_count);
  if (strcmp(self->from->profile, self->to->profile) == 0) return POLYRING_OK;
  for (int side = 0; side < 2 && status >= 0; side++)
    status = polyring_profile_new(memory, sides[side]->profile, strlen(sides[side]->profile),
                                  &self->profiles[side], NULL);
  return status;
}

static polyring_status fill(comparison *self) {
  polyring_difference *out = self->out;
  const polyring_allocator *memory = &out->allocator;
  size_t count = self->from->server_count + self->to->server_count;
  polyring__named *names = polyring__allocate(memory, count * sizeof *names);
  int32_t *partners = polyring__allocate(memory, count * sizeof *partners);
  polyring_status status = names && partners ? POLYRING_OK : POLYRING_NO_MEMORY;
  if (status >= 0) {
    self->new_of = partners;
    self->old_of = partners + self->from->server_count;
    status = prepare(self, names);
  }
  if (status >= 0) {
    compare(self);
    out->count = self->count;
    out->text_size = self->used;
    out->changes = polyring__allocate(memory, out->count * sizeof *out->changes);
    out->text = polyring__allocate(memory, out->text_size);
    self->writing = 1;
    if (out->changes && out->text)
      compare(self);
    else
      status = POLYRING_NO_MEMORY;
  }
  polyring_profile_free(self->profiles[0]);
  polyring_profile_free(self->profiles[1]);
  polyring__release(memory, names, count * sizeof *names);
  polyring__release(memory, partners, count * sizeof *partners);
  return status;
}

polyring_status polyring_difference_new(const polyring_allocator *allocator,
                                        const polyring_topology *from, const polyring_topology *to,
                                        polyring_difference **difference, polyring_error *error) {
  polyring_allocator memory = polyring__allocator_or_libc(allocator);
  polyring_status status = POLYRING_NO_MEMORY;
  *difference = polyring__allocate(&memory, sizeof **difference);
  if (*difference) {
    **difference = (polyring_difference){.allocator = memory};
    comparison self = {.from = from, .to = to, .out = *difference};
    status = fill(&self);
  }
  if (status >= 0) return status;
  polyring_difference_free(*difference);
  *difference = NULL;
  return polyring__fail(error, status, POLYRING_NOWHERE, "no memory for a difference");
}

void polyring_difference_free(polyring_difference *difference) {
  if (!difference) return;
  polyring_allocator memory = difference->allocator;
  polyring__release(&memory, difference->changes, difference->count * sizeof *difference->changes);
  polyring__release(&memory, difference->text, difference->text_size);
  polyring__release(&memory, difference, sizeof *difference);
}

size_t polyring_difference_count(const polyring_difference *difference) {
  return difference->count;
}

const polyring_change *polyring_difference_at(const polyring_difference *difference, size_t i) {
  return i < difference->count ? &difference->changes[i] : NULL;
}

const char *polyring_change_text(polyring_change_kind kind) {
  static const char *const texts[] = {
#define XX(name, text) text,
    POLYRING_CHANGE_MAP(XX)
#undef XX
  };
  return texts[kind];
}
