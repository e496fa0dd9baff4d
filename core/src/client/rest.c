#include "client/rest.h"

#include "base/allocator.h"
#include "base/error.h"
#include "client/route.h"
#include "failover/native.h"

static size_t size_of(size_t servers) {
  return sizeof(polyring__rest) + servers * sizeof(polyring__left_out);
}

void polyring__rest_release(polyring__rest *rest) {
  if (!rest || atomic_fetch_sub(&rest->uses, 1) != 1) return;
  polyring_allocator memory = rest->allocator;
  polyring_ring_free(rest->ring);
  polyring__release(&memory, rest, size_of(rest->servers));
}

static polyring__rest *build(const polyring_client *client, const polyring__snapshot *now,
                             const polyring__dead *dead) {
  polyring__rest *made = polyring__allocate(&client->allocator, size_of(dead->servers));
  if (!made) return NULL;
  *made = (polyring__rest){
      .allocator = client->allocator, .snapshot = now->number, .servers = dead->servers};
  atomic_init(&made->uses, 1);
  for (size_t i = 0; i < dead->servers; i++)
    made->left_out[i] = (polyring__left_out){dead->of[i], INT64_MIN};
  if (polyring__ring_without(now->ring, dead->of, &made->ring, NULL) != POLYRING_NO_MEMORY)
    return made;
  polyring__rest_release(made);
  return NULL;
}

static int is_of(const polyring__rest *rest, const polyring__snapshot *now,
                 const polyring__dead *dead) {
  if (!rest || rest->snapshot != now->number || rest->servers != dead->servers) return 0;
  size_t same = 0;
  while (same < dead->servers && rest->left_out[same].is == dead->of[same]) same++;
  return same == dead->servers;
}

/* Keys are placed by this ring from now on, NULL: by that of all servers. What another one left
 * behind, on servers that are not the keys' own, expires first. The lock is held. */
static void follow(polyring_results *results, polyring__rest *rest) {
  polyring_client *client = results->client;
  int leaves = client->rest_in_use && client->rest != rest;
  if (leaves)
    client->rest_from = results->start + client->policy.stand_in_ttl + POLYRING__LATE_EXPIRY;
  client->rest_in_use = rest != NULL;
  results->rest_from = client->rest_from;
  results->rest = rest;
  if (rest) atomic_fetch_add(&rest->uses, 1);
}

/* A server that died just now: its keys may have gone elsewhere while it was up, and what they left
 * there expires first. The lock is held. */
static void delay(const polyring_client *client, polyring__rest *made) {
  const polyring__rest *before = client->rest;
  int same = before && before->snapshot == made->snapshot;
  for (size_t i = 0; i < made->servers; i++)
    made->left_out[i].stood_in_from =
        same && before->left_out[i].is ? before->left_out[i].stood_in_from : client->rest_from;
}

/* Looks which servers are up. Whether the ring that is wanted is there, or is *made, or none is
 * wanted; what is no longer needed is in *made then. Room for the marks was made before. */
static int look(polyring_results *results, polyring__rest **made) {
  polyring_client *client = results->client;
  const polyring__snapshot *now = results->snapshot;
  pthread_mutex_lock(&client->lock); /* what one thread sees another one does not see earlier */
  results->dead_known = 0;
  const polyring__dead *dead = polyring__route_dead(results);
  int moves = dead->count && !polyring__candidate_too_few(dead, client->policy.dead_most);
  int known = !moves || is_of(client->rest, now, dead);
  if (known) {
    follow(results, moves ? client->rest : NULL);
  } else if (is_of(*made, now, dead)) {
    polyring__rest *old = client->rest;
    follow(results, *made);
    delay(client, *made);
    client->rest = *made;
    *made = old;
    known = 1;
  }
  pthread_mutex_unlock(&client->lock);
  return known;
}

static polyring_status choose(polyring_results *results) {
  polyring__rest *made = NULL, *old = results->rest;
  results->rest = NULL;
  results->rest_known = 0;
  polyring__rest_release(old);
  if (!polyring__route_dead(results)) return POLYRING_NO_MEMORY;
  while (!look(results, &made)) { /* at once, unless it has changed again meanwhile */
    polyring__rest_release(made);
    made = build(results->client, results->snapshot, &results->dead);
    if (!made) return POLYRING_NO_MEMORY;
  }
  polyring__rest_release(made);
  results->rest_known = 1;
  return POLYRING_OK;
}

polyring_status polyring__rest_choose(polyring_results *results, polyring_error *error) {
  const polyring_client *client = results->client;
  if (client->policy.on_dead != POLYRING_ON_DEAD_NATIVE ||
      !polyring__native_rebuilds(results->snapshot->ring))
    return POLYRING_OK;
  unsigned turns = atomic_load(&client->turns); /* before the servers are looked at */
  if (results->rest_known && results->rest_turns == turns) return POLYRING_OK;
  if (choose(results) < 0)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE,
                          "no memory for the ring of the servers that are up");
  results->rest_turns = turns;
  return POLYRING_OK;
}

polyring__rest *polyring__rest_kept(polyring_results *results, const polyring__dead *dead) {
  polyring_client *client = results->client;
  polyring__rest *kept = NULL;
  pthread_mutex_lock(&client->lock);
  if (is_of(client->rest, results->snapshot, dead)) kept = client->rest;
  if (kept) atomic_fetch_add(&kept->uses, 1);
  pthread_mutex_unlock(&client->lock);
  return kept;
}
