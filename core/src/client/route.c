#include "client/route.h"

#include "base/allocator.h"
#include "client/answer.h"
#include "client/errand.h"
#include "client/warm.h"
#include "transport/clock.h"

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

/* The servers that are not spoken to, as they were when the call first asked. NULL: no memory. */
static const polyring__dead *dead_of(polyring_results *results) {
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

/* The server that stands in for the home of a key, or POLYRING_NO_SERVER. */
static uint16_t stand_in(polyring_results *results, polyring__span bytes, polyring__pool *home) {
  const polyring__snapshot *now = results->snapshot;
  const polyring_client *client = results->client;
  polyring__key key;
  if (client->policy.on_dead == POLYRING_ON_DEAD_MISS) return POLYRING_NO_SERVER;
  const polyring__dead *dead = dead_of(results);
  if (!dead || polyring__candidate_too_few(dead, client->policy.dead_most) ||
      !polyring__pool_may_stand_in(home, results->start))
    return POLYRING_NO_SERVER;
  if (now->gutter) return of_gutter(now, bytes);
  if (polyring__key_prepare(&now->ring->key_rules, bytes.at, bytes.size, &key, NULL) < 0)
    return POLYRING_NO_SERVER;
  return polyring__candidate_next(now->ring, now->scores, &key, dead);
}

uint16_t polyring__route_stand_in(polyring_results *results, const polyring__op *op) {
  const polyring__snapshot *now = results->snapshot;
  polyring__dead *dead = &results->dead;
  polyring__key key;
  polyring__span bytes = op->given;
  uint16_t found = POLYRING_NO_SERVER;
  if (now->gutter) return of_gutter(now, bytes);
  if (!dead_of(results) ||
      polyring__key_prepare(&now->ring->key_rules, bytes.at, bytes.size, &key, NULL) < 0)
    return found;
  uint8_t was = dead->of[op->home]; /* as it was while it was down */
  dead->of[op->home] = 1;
  dead->count += !was;
  found = polyring__candidate_next(now->ring, now->scores, &key, dead);
  dead->of[op->home] = was;
  dead->count -= !was;
  return found;
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

/* Sends a key of a server that is not spoken to elsewhere. Whether there is such a place: another
 * stand-in than the one that has the last change has an older value. */
static int divert(polyring_results *results, polyring__span key, polyring__op *op) {
  polyring__pool *home = results->snapshot->pools[op->server], *place;
  uint16_t server = stand_in(results, key, home);
  place = server == POLYRING_NO_SERVER ? NULL : results->snapshot->pools[server];
  if (place && !starts_anew(op) && polyring__pool_doubts(home, op->request.key, place)) {
    server = POLYRING_NO_SERVER;
    place = NULL;
  }
  if (changes(op)) doubt(results, home, op, 0, place);
  if (server == POLYRING_NO_SERVER) {
    refuse(home, op, "it is down");
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

void polyring__route(polyring_results *results, polyring__span key, polyring__op *op) {
  polyring__pool *const *pools = results->snapshot->pools;
  op->given = key;
  if (changes(op))
    polyring__warm_note(results->client, (polyring__shared_pool *)pools[op->server],
                        op->request.key);
  int down = atomic_load_explicit(&pools[op->server]->down, memory_order_relaxed);
  if (down == POLYRING_HEALTH_REJOINING ? !rejoins(results, op) : down && !divert(results, key, op))
    return;
  if (!starts_anew(op) && polyring__pool_doubts(pools[op->server], op->request.key, NULL))
    refuse(pools[op->server], op, "a change of the key failed, which is being undone");
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
