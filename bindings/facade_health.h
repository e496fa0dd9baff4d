/* What crosses the border between a health and a language; facade.h is its base.
 *
 * Times are microseconds here, as in polyring/health.h; languages show seconds, or what they have
 * for times. */
#ifndef POLYRING_FACADE_HEALTH_H
#define POLYRING_FACADE_HEALTH_H

#include <stddef.h>

#include "facade.h"
#include "facade_client.h"

/* A health with the rings that it looks at, which are its own. */
typedef struct watch {
  polyring_health *health;
  handle *ring;
  handle *gutter; /* NULL: there is none */
} watch;

/* Into the core. */
typedef int64_t moment;                /* a time; a length is how long something takes */
typedef int seen_event;                /* polyring_seen; a number that is none is refused */
typedef polyring_health_policy policy; /* begun with polyring_health_policy_init; see below */

/* Out of the core. */
typedef int32_t due_server;  /* an index, or -1: none */
typedef int64_t next_moment; /* INT64_MAX: none */
typedef struct signs_of {
  polyring_status status;     /* see failure */
  polyring_vital_signs signs; /* down_since INT64_MIN, next_probe INT64_MAX: there is none */
} signs_of;
typedef struct routed {
  polyring_status status; /* a refused key: see failure */
  polyring_route route;
} routed;
typedef struct log_lines {
  polyring_status status; /* see failure */
  polyring_buffer lines;  /* one ends with \n; ended by the typemap with polyring_buffer_done */
} log_lines;
typedef handle *gutter_servers; /* as all_servers; NULL: there is no gutter */

/* --- the policy --- */

typedef enum column_kind { COLUMN_WORD, COLUMN_COUNT, COLUMN_LENGTH } column_kind;

/* A column of the policy, by the name that settings of a client have for it too. */
typedef struct policy_column {
  const char *name;
  column_kind kind;
  size_t at;
  const char *const *words; /* of COLUMN_WORD, in the order of its enum, NULL behind the last */
} policy_column;

#define XX(name, word, text) word,
static const char *const on_dead_words[] = {POLYRING_ON_DEAD_MAP(XX) NULL};
static const char *const rejoin_words[] = {POLYRING_REJOIN_MAP(XX) NULL};
#undef XX

#define COLUMN(NAME, KIND, WORDS) \
  { #NAME, KIND, offsetof(polyring_health_policy, NAME), WORDS }
static const policy_column policy_columns[] = {
    COLUMN(on_dead, COLUMN_WORD, on_dead_words), COLUMN(rejoin, COLUMN_WORD, rejoin_words),
    COLUMN(detect_hard, COLUMN_COUNT, NULL),     COLUMN(detect_soft, COLUMN_COUNT, NULL),
    COLUMN(detect_share, COLUMN_COUNT, NULL),    COLUMN(detect_garbled, COLUMN_COUNT, NULL),
    COLUMN(probe_interval, COLUMN_LENGTH, NULL), COLUMN(probe_most, COLUMN_LENGTH, NULL),
    COLUMN(settle, COLUMN_LENGTH, NULL),         COLUMN(steady, COLUMN_LENGTH, NULL),
    COLUMN(stand_in_ttl, COLUMN_LENGTH, NULL),   COLUMN(dead_most, COLUMN_COUNT, NULL),
};
#undef COLUMN
enum { POLICY_COLUMNS = sizeof policy_columns / sizeof *policy_columns };

/* Sets column i to a number: a count or microseconds. 0: see failure. */
static inline int policy_count(policy *policy, size_t i, whole number) {
  const policy_column *column = &policy_columns[i];
  char *at = (char *)policy + column->at;
  if (column->kind == COLUMN_LENGTH) {
    memcpy(at, &number, sizeof number);
  } else if (number < 0 || number > UINT32_MAX) {
    fail(POLYRING_INVALID_ARGUMENT, "the policy's %s is out of its range", column->name);
    return 0;
  } else {
    uint32_t count = (uint32_t)number;
    memcpy(at, &count, sizeof count);
  }
  return 1;
}

/* Sets column i to one of its words. 0: see failure. */
static inline int policy_word(policy *policy, size_t i, text word) {
  const policy_column *column = &policy_columns[i];
  for (int choice = 0; column->words[choice]; choice++) {
    const char *known = column->words[choice];
    if (strlen(known) != word.size || memcmp(known, word.bytes, word.size) != 0) continue;
    if (i == 0)
      policy->on_dead = (polyring_on_dead)choice;
    else
      policy->rejoin = (polyring_rejoin)choice;
    return 1;
  }
  fail(POLYRING_INVALID_ARGUMENT, "the policy's %s knows no \"%.*s\"", column->name,
       word.size < 80 ? (int)word.size : 80, word.bytes);
  return 0;
}

/* --- the health --- */

static void delete_watch(watch *self) {
  polyring_health_free(self->health);
  if (self->gutter) delete_handle(self->gutter);
  if (self->ring) delete_handle(self->ring);
  free(self);
}

static int has_servers(server_list list) { return list.ends ? list.count > 0 : list.size > 0; }

/* No servers of the gutter: there is none. It has the profile of the ring. NULL: see failure (its
 * status is OK if texts_new failed and has raised). */
static watch *new_watch(server_list servers, text profile, server_list gutter, policy policy,
                        whole seed) {
  watch *self = calloc(1, sizeof *self);
  if (!self) {
    fail(POLYRING_NO_MEMORY, "no memory for a health");
    return NULL;
  }
  if ((self->ring = new_handle(servers, profile)) &&
      (!has_servers(gutter) || (self->gutter = new_handle(gutter, profile))) &&
      polyring_health_new(NULL, self->ring->ring, self->gutter ? self->gutter->ring : NULL, &policy,
                          (uint64_t)seed, &self->health, &failure) >= 0)
    return self;
  delete_watch(self);
  return NULL;
}

/* The index of a server, or -1: see failure. */
static whole watched(const watch *self, which_server server) {
  size_t count = polyring_ring_server_count(self->ring->ring);
  if (server.name.bytes) return index_of(self->ring->ring, server.name);
  if (server.index >= 0 && server.index < (whole)count) return server.index;
  fail(POLYRING_INVALID_ARGUMENT, "there is no server %lld, the list has %zu",
       (long long)server.index, count);
  return -1;
}

/* detail: of PROBE_ANSWERED, how long the server has been running at most; -1: not known. */
static done watch_report(watch *self, which_server server, seen_event seen, moment now,
                         length detail) {
  whole index = watched(self, server);
  if (index < 0) return failure.status;
  polyring_status status =
      polyring_health_report(self->health, (size_t)index, (polyring_seen)seen, detail, now);
  if (status == POLYRING_INVALID_ARGUMENT) fail(status, "there is no event %d", seen);
  if (status == POLYRING_NO_MEMORY) fail(status, "no memory for the ring of the servers left");
  return status;
}

static due_server watch_due(watch *self, moment now) {
  return polyring_health_due(self->health, now);
}

static next_moment watch_next_due(watch *self) { return polyring_health_next_due(self->health); }

/* What means nothing in the state is told alike by all languages: no work, and times of none. */
static signs_of watch_signs(watch *self, which_server server) {
  signs_of found = {.status = POLYRING_OK};
  polyring_vital_signs *signs = &found.signs;
  whole index = watched(self, server);
  found.status =
      index < 0 ? failure.status : polyring_health_signs(self->health, (size_t)index, signs);
  if (found.status < 0) return found;
  if (signs->state != POLYRING_HEALTH_REJOINING) signs->work = POLYRING_WORK_NONE;
  if (signs->state != POLYRING_HEALTH_DOWN && signs->state != POLYRING_HEALTH_PROBING)
    signs->next_probe = INT64_MAX;
  if (signs->state <= POLYRING_HEALTH_SUSPECT) signs->down_since = INT64_MIN;
  return found;
}

static routed watch_route(watch *self, const char *key, size_t key_size, moment now) {
  routed found;
  polyring_placement refused;
  found.status = polyring_health_route(self->health, key, key_size, now, &found.route);
  if (found.status < 0) polyring_ring_explain(self->ring->ring, key, key_size, &refused, &failure);
  return found;
}

static log_lines watch_log(watch *self) {
  log_lines taken = {.status = POLYRING_OK};
  polyring_buffer_init(&taken.lines, NULL);
  if (polyring_health_log(self->health, &taken.lines) < 0) {
    fail(POLYRING_NO_MEMORY, "no memory for the log");
    taken.status = POLYRING_NO_MEMORY;
  }
  return taken;
}

static all_servers watch_servers(watch *self) { return self->ring; }
static gutter_servers watch_gutter_servers(watch *self) { return self->gutter; }
static const char *watch_profile(watch *self) { return polyring_ring_profile(self->ring->ring); }

#endif
