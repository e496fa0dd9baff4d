#include <stdio.h>

#include "base/allocator.h"
#include "base/error.h"
#include "client/beacon.h"
#include "client/errand.h"
#include "failover/native.h"
#include "placement/ring.h"

/* NULL, or why not. */
static const char *write_place(const polyring__server *server, polyring__shared_pool *shared) {
  int port = server->place == POLYRING__PLACE_UNIX ? -1
             : server->port == POLYRING__NO_PORT   ? 11211
                                                   : server->port;
  polyring__span at =
      server->place == POLYRING__PLACE_UNIX || !server->ip.size ? server->host : server->ip;
  snprintf(shared->spelled, sizeof shared->spelled, "%.*s", (int)server->spelled.size,
           server->spelled.at);
  snprintf(shared->place, sizeof shared->place, "%d %.*s", port, (int)at.size, at.at);
  return polyring__pool_set_place(&shared->pool, at, port);
}

static void pool_release(const polyring_allocator *memory, polyring__pool *pool) {
  polyring__shared_pool *shared = (polyring__shared_pool *)pool; /* its first member */
  if (!shared || atomic_fetch_sub(&shared->uses, 1) != 1) return;
  polyring__errand_free(shared->errand, memory);
  polyring__pool_done(&shared->pool);
  polyring__release(memory, shared, sizeof *shared);
}

void polyring__snapshot_release(const polyring_allocator *memory, polyring__snapshot *old) {
  if (!old || atomic_fetch_sub(&old->uses, 1) != 1) return;
  for (size_t i = 0; old->pools && i < old->all; i++) pool_release(memory, old->pools[i]);
  polyring__release(memory, old->pools, old->all * sizeof *old->pools);
  polyring_ring_free(old->gutter);
  polyring_topology_free(old->gutter_topology);
  polyring_ring_free(old->ring);
  polyring_ring_free(old->scores);
  polyring_topology_free(old->topology);
  polyring__release(memory, old, sizeof *old);
}

/* The pool of a server: that of another snapshot or server if it is the same place. */
static polyring_status pool_of(polyring_client *client, const polyring__snapshot *made,
                               const polyring__snapshot *old, const polyring__server *server,
                               int of_gutter, polyring__pool **pool, polyring_error *error) {
  const polyring__snapshot *both[] = {made, old};
  polyring__shared_pool *fresh = polyring__allocate(&client->allocator, sizeof *fresh);
  if (!fresh) return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory");
  memset(fresh, 0, sizeof *fresh);
  polyring__pool_init(&fresh->pool, &client->allocator);
  const char *fault = write_place(server, fresh);
  if (fault) {
    polyring__pool_done(&fresh->pool);
    polyring__release(&client->allocator, fresh, sizeof *fresh);
    return polyring__server_refuse(server, error, fault);
  }
  for (int s = 0; s < 2; s++)
    for (size_t i = 0; both[s] && i < both[s]->all; i++) {
      polyring__shared_pool *known = (polyring__shared_pool *)both[s]->pools[i];
      if (!known || strcmp(known->place, fresh->place) != 0) continue;
      atomic_fetch_add(&known->uses, 1);
      *pool = &known->pool;
      polyring__pool_done(&fresh->pool);
      polyring__release(&client->allocator, fresh, sizeof *fresh);
      return POLYRING_OK;
    }
  fresh->pool.receive_timeout = client->read_time;
  fresh->pool.idle_most = client->settings.of[POLYRING__SET_idle_timeout].number;
  fresh->pool.protocol =
      (polyring__protocol)client->settings.of[POLYRING__SET_protocol].number; /* the same order */
  fresh->pool.value_most = (size_t)client->settings.of[POLYRING__SET_max_value].number;
  fresh->pool.in_flight_most = (size_t)client->settings.of[POLYRING__SET_max_in_flight].number;
  fresh->pool.links_most = (size_t)client->settings.of[POLYRING__SET_max_connections].number;
  polyring__beacon_ask(client, &fresh->pool);
  if (of_gutter) fresh->pool.has_greeting = 0; /* it belongs to no topology */
  polyring__errands_watch(client, &fresh->pool);
  atomic_init(&fresh->uses, 1);
  *pool = &fresh->pool;
  return POLYRING_OK;
}

/* The ring that keys go to meanwhile: other servers, the same profile. */
static polyring_status make_gutter(const polyring_client *client, polyring__snapshot *made,
                                   polyring_error *error) {
  const char *servers = client->settings.of[POLYRING__SET_gutter].text;
  size_t size = strlen(servers);
  polyring_error inner;
  made->all = made->count;
  if (client->policy.on_dead != POLYRING_ON_DEAD_GUTTER) return POLYRING_OK;
  char *list = polyring__allocate(&client->allocator, size + 1);
  if (!list) return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory");
  for (size_t i = 0; i < size; i++) list[i] = servers[i] == ',' ? ' ' : servers[i];
  polyring_status status = polyring_topology_with_servers(&client->allocator, made->topology, list,
                                                          size, &made->gutter_topology, &inner);
  polyring__release(&client->allocator, list, size + 1);
  if (status >= 0)
    status =
        polyring_topology_ring(&client->allocator, made->gutter_topology, &made->gutter, &inner);
  if (status < 0)
    return polyring__fail(error, status, POLYRING_NOWHERE, "the gutter: %s", inner.text);
  made->all += polyring_topology_server_count(made->gutter_topology);
  return made->all < POLYRING_NO_SERVER
             ? POLYRING_OK
             : polyring__fail(error, POLYRING_INVALID_SERVERS, POLYRING_NOWHERE,
                              "the gutter: with it there are more than 65,534 servers");
}

const polyring__server *polyring__snapshot_server(const polyring__snapshot *snapshot, size_t i) {
  return i < snapshot->count ? &snapshot->ring->servers.at[i]
                             : &snapshot->gutter->servers.at[i - snapshot->count];
}

polyring_status polyring__snapshot_make(polyring_client *client, polyring_topology *topology,
                                        const polyring__snapshot *old, polyring__snapshot **made,
                                        polyring_error *error) {
  polyring__snapshot *one = polyring__allocate(&client->allocator, sizeof *one);
  if (!one) {
    polyring_topology_free(topology);
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a client");
  }
  *one =
      (polyring__snapshot){.topology = topology, .count = polyring_topology_server_count(topology)};
  one->number = client->snapshots++; /* one is made at a time */
  atomic_init(&one->uses, 1);
  polyring_status status = polyring_topology_ring(&client->allocator, topology, &one->ring, error);
  if (status >= 0 && client->policy.on_dead == POLYRING_ON_DEAD_NEXT)
    status = polyring__candidate_scores(one->ring, &one->scores, error);
  if (status >= 0 && client->policy.on_dead == POLYRING_ON_DEAD_NATIVE)
    status = polyring__native_check(one->ring, error);
  if (status >= 0) status = make_gutter(client, one, error);
  if (status >= 0)
    one->pools = polyring__allocate(&client->allocator, one->all * sizeof *one->pools);
  if (status >= 0 && !one->pools)
    status = polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a client");
  if (one->pools) memset(one->pools, 0, one->all * sizeof *one->pools);
  for (size_t i = 0; status >= 0 && i < one->all; i++)
    status = pool_of(client, one, old, polyring__snapshot_server(one, i), i >= one->count,
                     &one->pools[i], error);
  if (status >= 0 && strcmp(client->settings.of[POLYRING__SET_on_mismatch].text, "ignore") != 0 &&
      polyring_ring_fingerprint(one->ring, one->fingerprint) < 0)
    status = polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a client");
  if (status >= 0)
    *made = one;
  else
    polyring__snapshot_release(&client->allocator, one);
  return status;
}

polyring__snapshot *polyring__snapshot_take(polyring_client *client) {
  pthread_mutex_lock(&client->lock);
  polyring__snapshot *now = client->now;
  atomic_fetch_add(&now->uses, 1);
  pthread_mutex_unlock(&client->lock);
  return now;
}

polyring__span polyring__snapshot_label(const polyring__snapshot *snapshot, size_t i) {
  const polyring__server *server = polyring__snapshot_server(snapshot, i);
  return server->name.size ? server->name : server->spelled;
}

static int is_called(const polyring__snapshot *snapshot, size_t i, polyring__span text) {
  const polyring__server *server = &snapshot->ring->servers.at[i];
  const char *canonical = polyring_topology_server(snapshot->topology, i);
  const polyring__span names[] = {server->name, server->spelled, {canonical, strlen(canonical)}};
  for (size_t n = 0; n < 3; n++)
    if (names[n].size && names[n].size == text.size && memcmp(names[n].at, text.at, text.size) == 0)
      return 1;
  return 0;
}

int polyring__snapshot_find(const polyring__snapshot *snapshot, polyring__span server) {
  int found = -1;
  for (size_t i = 0; i < snapshot->count; i++)
    if (is_called(snapshot, i, server)) found = found == -1 ? (int)i : -2;
  return found;
}
