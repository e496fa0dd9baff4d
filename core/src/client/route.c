#include "client/route.h"

#include "base/allocator.h"
#include "client/answer.h"
#include "client/errand.h"
#include "client/rest.h"
#include "client/warm.h"
#include "failover/native.h"
#include "transport/clock.h"

static const char UNDOING[] = "a change of the key failed, which is being undone";

static int changes(const polyring__op *op) { return op->request.verb != POLYRING__GET; }

/* What is as it will be, whatever was there before. */
static int starts_anew(const polyring__op *op) {
  return op->request.verb == POLYRING__SET || op->request.verb == POLYRING__DELETE;
}

static void doubt(polyring_results *results, polyring__pool *pool, const polyring__op *op, int sent,
                  const polyring__pool *at) {
  const polyring_client *client = results->client;
  int64_t now = polyring__clock_now(); /* what was sent was under way until now */
  if (client->policy.rejoin >= POLYRING_REJOIN_WARM || !op->request.key.size) return;
  polyring__pool_doubt(pool, op->request.key, (op->request.marks & POLYRING__BINARY) != 0, sent,
                       now, at);
  polyring__errands_wake(results->client, now);
}

const polyring__dead *polyring__route_dead(polyring_results *results) {
  const polyring__snapshot *now = results->snapshot;
  polyring__dead *dead = &results->dead;
  if (results->dead_known) return dead;
  if (results->dead_room < now->count) {
    uint8_t *room = polyring__allocate(&results->client->allocator, now->count);
    if (!room) return NULL;
    polyring__release(&results->client->allocator, dead->of, results->dead_room);
    dead->of = room;
    results->dead_room = now->count;
  }
  dead->count = 0;
  dead->servers = now->count;
  for (size_t i = 0; i < now->count; i++)
    dead->count += dead->of[i] = atomic_load(&now->pools[i]->down) != 0;
  results->dead_known = 1;
  return dead;
}

/* Its server in the gutter, if that is spoken to. */
static uint16_t of_gutter(const polyring__snapshot *now, polyring__span bytes) {
  int32_t at = polyring_ring_locate(now->gutter, bytes.at, bytes.size);
  if (at < 0 || at == POLYRING_NO_SERVER || atomic_load(&now->pools[now->count + (size_t)at]->down))
    return POLYRING_NO_SERVER;
  return (uint16_t)(now->count + (size_t)at);
}

static uint16_t of_rest(const polyring__rest *rest, polyring__span bytes) {
  int32_t at = rest && rest->ring ? polyring_ring_locate(rest->ring, bytes.at, bytes.size) : -1;
  return at < 0 ? POLYRING_NO_SERVER : (uint16_t)at;
}

/* The server that a key of a dead one goes to by the policy, or POLYRING_NO_SERVER. */
static uint16_t of_policy(const polyring_results *results, polyring__span bytes,
                          const polyring__dead *dead) {
  const polyring__snapshot *now = results->snapshot;
  polyring__key key;
  if (polyring__key_prepare(&now->ring->key_rules, bytes.at, bytes.size, &key, NULL) < 0)
    return POLYRING_NO_SERVER;
  return results->client->policy.on_dead == POLYRING_ON_DEAD_NATIVE
             ? polyring__native_find(now->ring, &key, dead)
             : polyring__candidate_next(now->ring, now->scores, &key, dead);
}

static int rebuilds(const polyring_results *results) {
  return results->client->policy.on_dead == POLYRING_ON_DEAD_NATIVE &&
         polyring__native_rebuilds(results->snapshot->ring);
}

/* The same, where the ring is built anew. A home that went down after the call began is in no ring
 * yet. */
static uint16_t of_dead(const polyring_results *results, polyring__span bytes, uint16_t home) {
  const polyring__rest *rest = results->rest;
  if (!rest || !rest->left_out[home].is || results->start < rest->left_out[home].stood_in_from)
    return POLYRING_NO_SERVER;
  return of_rest(rest, bytes);
}

/* The server that stands in for the home of a key, or POLYRING_NO_SERVER. */
static uint16_t stand_in(polyring_results *results, polyring__span bytes, uint16_t home) {
  const polyring__snapshot *now = results->snapshot;
  const polyring_client *client = results->client;
  if (client->policy.on_dead == POLYRING_ON_DEAD_MISS ||
      !polyring__pool_may_stand_in(now->pools[home], results->start))
    return POLYRING_NO_SERVER;
  if (rebuilds(results)) return of_dead(results, bytes, home);
  const polyring__dead *dead = polyring__route_dead(results);
  if (!dead || polyring__candidate_too_few(dead, client->policy.dead_most))
    return POLYRING_NO_SERVER;
  return now->gutter ? of_gutter(now, bytes) : of_policy(results, bytes, dead);
}

uint16_t polyring__route_stand_in(polyring_results *results, const polyring__op *op) {
  polyring__dead *dead = &results->dead;
  uint16_t found;
  if (results->snapshot->gutter) return of_gutter(results->snapshot, op->given);
  if (!polyring__route_dead(results)) return POLYRING_NO_SERVER;
  uint8_t was = dead->of[op->home]; /* as it was while it was down */
  dead->of[op->home] = 1;
  dead->count += !was;
  if (rebuilds(results)) {
    polyring__rest *rest = polyring__rest_kept(results, dead);
    found = of_rest(rest, op->given);
    polyring__rest_release(rest);
  } else {
    found = of_policy(results, op->given, dead);
  }
  dead->of[op->home] = was;
  dead->count -= !was;
  return found;
}

/* The server of a key whose home is up: another one, where the profile's client places all keys
 * anew. */
static uint16_t moved_from(const polyring_results *results, polyring__span bytes, uint16_t home) {
  const polyring__rest *rest = results->rest;
  polyring__pool *const *pools = results->snapshot->pools;
  if (!rest || rest->left_out[home].is || results->start < results->rest_from) return home;
  uint16_t at = of_rest(rest, bytes);
  return at == POLYRING_NO_SERVER || pools[at] == pools[home] ? home : at;
}

/* Away from its home an item lives for a short time only. */
static void shorten(polyring__op *op, int64_t most) {
  polyring__request *request = &op->request;
  int makes = polyring__is_store(request->verb) || (request->marks & POLYRING__HAS_INITIAL);
  int vivifies = (request->marks & POLYRING__VIVIFY) != 0;
  if (vivifies && (!request->vivify || request->vivify > most)) request->vivify = most;
  if (!makes && !(request->marks & POLYRING__HAS_TTL)) return;
  int endless = !(request->marks & POLYRING__HAS_TTL) || !request->ttl;
  if (endless || request->ttl > most) request->ttl = most;
  request->marks |= POLYRING__HAS_TTL;
}

static void refuse(polyring__pool *pool, polyring__op *op, const char *reason) {
  polyring__pool_refused(pool);
  op->status = POLYRING_UNAVAILABLE;
  op->reason = reason;
  op->server = POLYRING_NO_SERVER;
}

/* Sends a key elsewhere than to its home. Whether there is such a place: another one than that
 * which has the last change has an older value. */
static int divert(polyring_results *results, polyring__op *op, uint16_t server,
                  const char *reason) {
  polyring__pool *const *pools = results->snapshot->pools;
  polyring__pool *home = pools[op->server], *place = NULL;
  if (server != POLYRING_NO_SERVER &&
      (starts_anew(op) || !polyring__pool_doubts(home, op->request.key, pools[server])))
    place = pools[server];
  if (changes(op)) doubt(results, home, op, 0, place);
  if (!place) {
    refuse(home, op, reason);
    return 0;
  }
  polyring__pool_redirected(home);
  op->server = server;
  shorten(op, results->client->policy.stand_in_ttl / 1000000);
  return 1;
}

/* A server that rejoins takes what does not depend on what it has, so that nothing more has to be
 * undone; who reads would have an old value there, and from a stand-in too. */
static int rejoins(polyring_results *results, polyring__op *op) {
  polyring__pool *home = results->snapshot->pools[op->server];
  if (starts_anew(op)) return 1;
  if (changes(op)) doubt(results, home, op, 0, NULL);
  refuse(home, op, "what it missed while it was down is being undone");
  return 0;
}

/* Whether it goes anywhere, by what its server is. */
static int aim(polyring_results *results, polyring__span key, polyring__op *op) {
  int down =
      atomic_load_explicit(&results->snapshot->pools[op->server]->down, memory_order_relaxed);
  if (down == POLYRING_HEALTH_REJOINING) return rejoins(results, op);
  if (down) return divert(results, op, stand_in(results, key, op->server), "it is down");
  uint16_t server = moved_from(results, key, op->server);
  return server == op->server || divert(results, op, server, UNDOING);
}

void polyring__route(polyring_results *results, polyring__span key, polyring__op *op) {
  polyring__pool *const *pools = results->snapshot->pools;
  op->given = key;
  if (changes(op))
    polyring__warm_note(results->client, (polyring__shared_pool *)pools[op->server],
                        op->request.key);
  if (!aim(results, key, op)) return;
  if (!starts_anew(op) && polyring__pool_doubts(pools[op->server], op->request.key, NULL))
    refuse(pools[op->server], op, UNDOING);
}

void polyring__route_failed(polyring_results *results, const polyring__op *op) {
  int nothing_known = op->status == POLYRING_UNKNOWN || op->status == POLYRING_UNAVAILABLE ||
                      op->status == POLYRING_BUSY;
  polyring__pool *const *pools = results->snapshot->pools;
  if (!nothing_known || !changes(op) || op->server >= results->snapshot->all) return;
  int sent = op->status == POLYRING_UNKNOWN;
  doubt(results, pools[op->server], op, sent, NULL);
  if (op->home != op->server && op->home < results->snapshot->all) /* it was diverted */
    doubt(results, pools[op->home], op, 0, NULL);
}
