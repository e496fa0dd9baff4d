/* Health: the states of a ring's servers, and where a key goes by them. */
#include "polyring/health.h"

#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "failover/candidate.h"
#include "failover/log.h"
#include "failover/native.h"
#include "failover/policy.h"
#include "failover/vitals.h"

struct polyring_health {
  polyring_allocator allocator;
  const polyring_ring *ring, *gutter;
  polyring_ring *scores; /* NULL where the ring's own layout knows the next server */
  polyring_ring *rest;   /* NATIVE, by rebuilding: of the servers that live; NULL: no key moves */
  int64_t rest_from;     /* keys of servers that live do not move before then */
  polyring_health_policy policy;
  int64_t now; /* of the last event */
  size_t count;
  polyring__vitals *vitals;
  polyring__dead dead;
  polyring__log log;
};

const char *polyring_health_state_name(int state) {
  switch (state) {
#define XX(name, text)         \
  case POLYRING_HEALTH_##name: \
    return #name;
    POLYRING_HEALTH_STATE_MAP(XX)
#undef XX
  }
  return "";
}

const char *polyring_seen_name(int seen) {
  switch (seen) {
#define XX(name, text)       \
  case POLYRING_SEEN_##name: \
    return #name;
    POLYRING_SEEN_MAP(XX)
#undef XX
  }
  return "";
}

void polyring_health_free(polyring_health *health) {
  if (!health) return;
  polyring_allocator memory = health->allocator;
  polyring_ring_free(health->scores);
  polyring_ring_free(health->rest);
  polyring__release(&memory, health->vitals, health->count * sizeof *health->vitals);
  polyring__release(&memory, health->dead.of, health->count);
  polyring__release(&memory, health, sizeof *health);
}

static polyring_status no_memory(polyring_error *error) {
  return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a health");
}

static polyring_status fill(polyring_health *health, uint64_t seed, polyring_error *error) {
  polyring_status status = POLYRING_OK;
  if (health->policy.on_dead == POLYRING_ON_DEAD_NEXT)
    status = polyring__candidate_scores(health->ring, &health->scores, error);
  if (status < 0) return status;
  health->count = health->dead.servers = polyring_ring_server_count(health->ring);
  health->vitals = polyring__allocate(&health->allocator, health->count * sizeof *health->vitals);
  health->dead.of = polyring__allocate(&health->allocator, health->count);
  if (!health->vitals || !health->dead.of) return no_memory(error);
  memset(health->dead.of, 0, health->count);
  for (size_t i = 0; i < health->count; i++)
    polyring__vitals_init(&health->vitals[i], seed + i * 0x632BE59BD9B4E019);
  return POLYRING_OK;
}

polyring_status polyring_health_new(const polyring_allocator *allocator, const polyring_ring *ring,
                                    const polyring_ring *gutter,
                                    const polyring_health_policy *policy, uint64_t seed,
                                    polyring_health **health, polyring_error *error) {
  polyring_allocator memory = polyring__allocator_or_libc(allocator);
  polyring_health_policy given;
  polyring_health_policy_init(&given);
  if (policy) given = *policy;
  *health = NULL;
  polyring_status status = polyring__policy_check(&given, error);
  if (status < 0) return status;
  if (given.on_dead == POLYRING_ON_DEAD_GUTTER && !gutter)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                          "on_dead=gutter needs the servers of the gutter");
  if (given.on_dead == POLYRING_ON_DEAD_NATIVE) status = polyring__native_check(ring, error);
  if (status < 0) return status;
  polyring_health *made = polyring__allocate(&memory, sizeof *made);
  if (!made) return no_memory(error);
  memset(made, 0, sizeof *made);
  made->allocator = memory;
  made->ring = ring;
  made->gutter = gutter;
  made->policy = given;
  made->now = made->rest_from = INT64_MIN;
  status = fill(made, seed, error);
  if (status < 0)
    polyring_health_free(made);
  else
    *health = made;
  return status;
}

static int64_t advance(polyring_health *health, int64_t now) {
  enum { SPARE = 4 }; /* what is added to a time, or taken from it, fits */
  if (now > INT64_MAX / SPARE) now = INT64_MAX / SPARE;
  if (now < INT64_MIN / SPARE) now = INT64_MIN / SPARE;
  if (now > health->now) health->now = now;
  return health->now;
}

/* Builds the ring of the servers that live, where the profile's client does. Such a ring places
 * keys of theirs anew, too: those wait until what another one left behind elsewhere has expired. */
static polyring_status rebuild(polyring_health *health) {
  if (health->rest)
    health->rest_from = health->now + health->policy.stand_in_ttl + POLYRING__LATE_EXPIRY;
  polyring_ring_free(health->rest);
  health->rest = NULL;
  if (!health->dead.count || polyring__candidate_too_few(&health->dead, health->policy.dead_most))
    return POLYRING_OK;
  polyring_status status =
      polyring__ring_without(health->ring, health->dead.of, &health->rest, NULL);
  return status == POLYRING_NO_MEMORY ? status : POLYRING_OK;
}

/* Logs the states that a server was led through from `before`, and counts it among the dead.
 * Whether that changed. */
static int follow(polyring_health *health, size_t server, polyring_health_state before,
                  const polyring_health_state *steps, size_t count) {
  const polyring__vitals *vitals = &health->vitals[server];
  int dead = !polyring__vitals_serves(vitals);
  for (size_t i = 0; i < count; before = steps[i++])
    polyring__log_write(&health->log, health->now, server, before, steps[i], vitals->signs.reason);
  int changed = dead != health->dead.of[server];
  health->dead.count += (size_t)dead;
  health->dead.count -= health->dead.of[server];
  health->dead.of[server] = (uint8_t)dead;
  return changed;
}

polyring_status polyring_health_report(polyring_health *health, size_t server, polyring_seen seen,
                                       int64_t detail, int64_t now) {
  polyring_health_state steps[POLYRING__STEPS_MAX];
  if (server >= health->count || !*polyring_seen_name(seen)) return POLYRING_INVALID_ARGUMENT;
  polyring__vitals *vitals = &health->vitals[server];
  polyring_health_state before = vitals->signs.state;
  size_t count =
      polyring__vitals_take(vitals, &health->policy, seen, detail, advance(health, now), steps);
  int changed = count && follow(health, server, before, steps, count);
  if (!changed || health->policy.on_dead != POLYRING_ON_DEAD_NATIVE ||
      !polyring__native_rebuilds(health->ring))
    return POLYRING_OK;
  polyring_status status = rebuild(health);
  if (health->dead.of[server] && vitals->stood_in_from < health->rest_from)
    vitals->stood_in_from = health->rest_from; /* its keys may have been elsewhere before */
  return status;
}

int32_t polyring_health_due(polyring_health *health, int64_t now) {
  polyring_health_state steps[POLYRING__STEPS_MAX];
  size_t count;
  now = advance(health, now);
  for (size_t i = 0; i < health->count; i++) {
    polyring_health_state before = health->vitals[i].signs.state;
    if (!polyring__vitals_due(&health->vitals[i], now, steps, &count)) continue;
    follow(health, i, before, steps, count);
    return (int32_t)i;
  }
  return -1;
}

int64_t polyring_health_next_due(const polyring_health *health) {
  int64_t next = INT64_MAX;
  for (size_t i = 0; i < health->count; i++) {
    const polyring_vital_signs *signs = &health->vitals[i].signs;
    int waits = signs->state == POLYRING_HEALTH_DOWN || signs->state == POLYRING_HEALTH_PROBING;
    if (waits && signs->next_probe < next) next = signs->next_probe;
  }
  return next;
}

polyring_status polyring_health_signs(const polyring_health *health, size_t server,
                                      polyring_vital_signs *signs) {
  if (server >= health->count) return POLYRING_INVALID_ARGUMENT;
  *signs = health->vitals[server].signs;
  return POLYRING_OK;
}

/* NATIVE: the stand-in of a key; NO_SERVER or below 0: there is none. */
static int32_t find_native(const polyring_health *health, const polyring__key *key,
                           const void *bytes, size_t size) {
  if (!polyring__native_rebuilds(health->ring))
    return polyring__native_find(health->ring, key, &health->dead);
  return health->rest ? polyring_ring_locate(health->rest, bytes, size) : -1;
}

/* Where a key goes that does not go home. */
static void send_elsewhere(const polyring_health *health, const void *bytes, size_t size,
                           polyring_route *route) {
  polyring__key key;
  int32_t server = POLYRING_NO_SERVER;
  if (polyring__candidate_too_few(&health->dead, health->policy.dead_most)) return;
  if (health->policy.on_dead == POLYRING_ON_DEAD_GUTTER)
    server = polyring_ring_locate(health->gutter, bytes, size);
  else if (polyring__key_prepare(&health->ring->key_rules, bytes, size, &key, NULL) >= 0)
    server = health->policy.on_dead == POLYRING_ON_DEAD_NATIVE
                 ? find_native(health, &key, bytes, size)
                 : polyring__candidate_next(health->ring, health->scores, &key, &health->dead);
  if (server < 0 || server == POLYRING_NO_SERVER) return;
  if (server == route->home && health->policy.on_dead != POLYRING_ON_DEAD_GUTTER) return;
  route->kind = health->policy.on_dead == POLYRING_ON_DEAD_GUTTER ? POLYRING_ROUTE_GUTTER
                                                                  : POLYRING_ROUTE_STAND_IN;
  route->server = (uint16_t)server;
  route->ttl_most = health->policy.stand_in_ttl;
}

polyring_status polyring_health_route(const polyring_health *health, const void *key, size_t size,
                                      int64_t now, polyring_route *route) {
  int32_t home = polyring_ring_locate(health->ring, key, size);
  *route = (polyring_route){POLYRING_ROUTE_NOWHERE, POLYRING_NO_SERVER, POLYRING_NO_SERVER, 0};
  if (home < 0) return (polyring_status)home;
  route->home = (uint16_t)home;
  if (!health->dead.of[home]) {
    route->kind = POLYRING_ROUTE_HOME;
    route->server = route->home;
    if (health->rest && now >= health->rest_from) send_elsewhere(health, key, size, route);
  } else if (health->policy.on_dead != POLYRING_ON_DEAD_MISS &&
             now >= health->vitals[home].stood_in_from) {
    send_elsewhere(health, key, size, route);
  }
  return POLYRING_OK;
}

int32_t polyring_health_log(polyring_health *health, polyring_buffer *lines) {
  return polyring__log_take(&health->log, health->ring, lines);
}
