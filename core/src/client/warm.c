#include "client/warm.h"

#include "client/route.h"
#include "hash/functions.h"
#include "transport/clock.h"

enum {
  MOST = 64,         /* keys of one call */
  COLD = 2 * 1000000 /* servers count whole seconds */
};

static atomic_int_least64_t *changed_at(polyring__shared_pool *home, polyring__span key) {
  return &home->changed[polyring__xxh3(key.at, key.size, 0) % POLYRING__WARM_HEADS];
}

void polyring__warm_note(polyring_client *client, polyring__shared_pool *home, polyring__span key) {
  if (client->policy.rejoin != POLYRING_REJOIN_WARM) return;
  int64_t now = polyring__clock_now();
  atomic_store_explicit(changed_at(home, key), now, memory_order_relaxed);
}

/* Whether the stand-in's copy, if there is one, may be put into the home: keys that were changed
 * here within the life of such a copy may not; others of the same hash share their fate. */
static int is_wanted(polyring_results *results, const polyring__op *op, int64_t now) {
  polyring__snapshot *of_call = results->snapshot;
  if (op->request.verb != POLYRING__GET || op->status != POLYRING_MISS || op->server != op->home ||
      op->request.want || op->request.marks & ~(uint32_t)POLYRING__BINARY)
    return 0;
  polyring__shared_pool *home = (polyring__shared_pool *)of_call->pools[op->home];
  int64_t up = polyring__pool_up_since(&home->pool),
          changed = atomic_load(changed_at(home, op->request.key));
  const polyring_health_policy *policy = &results->client->policy;
  if (up == INT64_MIN || now >= up + results->client->warm_time) return 0;
  return !changed || now >= changed + policy->stand_in_ttl + COLD;
}

/* The GETs of stand-ins, with the index of the operation in `of`; their number. */
static size_t ask(polyring_results *results, size_t count, polyring__op *asked, size_t *of) {
  int64_t now = polyring__clock_now();
  size_t number = 0;
  for (size_t i = 0; i < count && number < MOST; i++) {
    const polyring__op *op = &results->ops[i];
    if (!is_wanted(results, op, now)) continue;
    uint16_t server = polyring__route_stand_in(results, op);
    if (server == POLYRING_NO_SERVER) continue;
    asked[number] = (polyring__op){.request = op->request, .server = server, .home = op->home};
    of[number++] = i;
  }
  return number;
}

void polyring__warm_up(polyring_results *results, size_t count, int64_t deadline) {
  polyring_client *client = results->client;
  polyring__snapshot *now = results->snapshot;
  polyring__op asked[MOST], adds[MOST];
  size_t of[MOST], found = 0;
  if (client->policy.rejoin != POLYRING_REJOIN_WARM ||
      client->policy.on_dead == POLYRING_ON_DEAD_MISS || polyring__clock_now() >= deadline)
    return;
  size_t number = ask(results, count, asked, of);
  if (!number || polyring__call(now->pools, now->all, asked, number, client->connect_time, deadline,
                                NULL, &results->warm) == POLYRING_NO_MEMORY)
    return;
  for (size_t i = 0; i < number; i++) {
    polyring__op *op = &results->ops[of[i]];
    if (asked[i].status != POLYRING_OK || !is_wanted(results, op, polyring__clock_now())) continue;
    op->status = POLYRING_OK;
    op->value = asked[i].value;
    op->flags = asked[i].flags;
    op->size = asked[i].size;
    adds[found++] = (polyring__op){.server = op->home,
                                   .request = {.verb = POLYRING__ADD,
                                               .key = op->request.key,
                                               .marks = op->request.marks | POLYRING__HAS_TTL,
                                               .flags = op->flags,
                                               .value = op->value,
                                               .ttl = client->policy.stand_in_ttl / 1000000}};
  }
  if (found)
    polyring__call(now->pools, now->all, adds, found, client->connect_time, deadline, NULL,
                   &results->beacon);
}
