#include "client/client.h"

#include <stdatomic.h>
#include <stdio.h>

#include "base/allocator.h"
#include "base/error.h"
#include "client/call.h"
#include "placement/ring.h"
#include "protocol/ttl.h"
#include "protocol/wire_key.h"
#include "transport/clock.h"

struct polyring__client_results {
  polyring__results of_call;
  polyring__op *ops;
  size_t op_capacity;
  char *keys; /* as they are sent, where that is not as they were given */
  size_t keys_size;
};

/* A pool and who knows it: snapshots of the same client. */
typedef struct shared_pool {
  polyring__pool pool;
  atomic_size_t uses;
  char place[POLYRING_LABEL_MAX + 16];
} shared_pool;

/* A ring and the pools of its servers; never changed. */
typedef struct snapshot {
  atomic_size_t uses;
  polyring_ring *ring;
  polyring__pool **pools;
  size_t count;
} snapshot;

struct polyring__client {
  polyring_allocator allocator;
  pthread_mutex_t lock;   /* of now */
  pthread_mutex_t change; /* one at a time changes the servers */
  snapshot *now;
  int64_t read_time, change_time, connect_time; /* microseconds */
  size_t value_most, links_most;
};

polyring__client_results *polyring__client_results_new(const polyring_allocator *allocator) {
  polyring_allocator memory = polyring__allocator_or_libc(allocator);
  polyring__client_results *results = polyring__allocate(&memory, sizeof *results);
  if (!results) return NULL;
  *results = (polyring__client_results){.op_capacity = 0};
  polyring__results_init(&results->of_call, &memory);
  return results;
}

void polyring__client_results_free(polyring__client_results *results) {
  if (!results) return;
  polyring_allocator memory = results->of_call.allocator;
  polyring__release(&memory, results->ops, results->op_capacity * sizeof *results->ops);
  polyring__release(&memory, results->keys, results->keys_size);
  polyring__results_done(&results->of_call);
  polyring__release(&memory, results, sizeof *results);
}

static int write_place(const polyring__server *server, shared_pool *shared) {
  int port = server->place == POLYRING__PLACE_UNIX ? -1
             : server->port == POLYRING__NO_PORT   ? 11211
                                                   : server->port;
  polyring__span at =
      server->place == POLYRING__PLACE_UNIX || !server->ip.size ? server->host : server->ip;
  snprintf(shared->place, sizeof shared->place, "%d %.*s", port, (int)at.size, at.at);
  return !polyring__pool_set_place(&shared->pool, at, port);
}

static void pool_release(const polyring_allocator *memory, polyring__pool *pool) {
  shared_pool *shared = (shared_pool *)pool; /* its first member */
  if (!shared || atomic_fetch_sub(&shared->uses, 1) != 1) return;
  polyring__pool_done(&shared->pool);
  polyring__release(memory, shared, sizeof *shared);
}

static void snapshot_release(const polyring_allocator *memory, snapshot *old) {
  if (!old || atomic_fetch_sub(&old->uses, 1) != 1) return;
  for (size_t i = 0; old->pools && i < old->count; i++) pool_release(memory, old->pools[i]);
  polyring__release(memory, old->pools, old->count * sizeof *old->pools);
  polyring_ring_free(old->ring);
  polyring__release(memory, old, sizeof *old);
}

/* The pool of a server: that of another snapshot or server if it is the same place. */
static polyring_status pool_of(polyring__client *client, const snapshot *made, const snapshot *old,
                               const polyring__server *server, polyring__pool **pool,
                               polyring_error *error) {
  const snapshot *both[] = {made, old};
  shared_pool *fresh = polyring__allocate(&client->allocator, sizeof *fresh);
  if (!fresh) return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory");
  memset(fresh, 0, sizeof *fresh);
  polyring__pool_init(&fresh->pool, &client->allocator);
  if (!write_place(server, fresh)) {
    polyring__pool_done(&fresh->pool);
    polyring__release(&client->allocator, fresh, sizeof *fresh);
    return polyring__server_refuse(server, error, "a client needs its address");
  }
  for (int s = 0; s < 2; s++)
    for (size_t i = 0; both[s] && i < both[s]->count; i++) {
      shared_pool *known = (shared_pool *)both[s]->pools[i];
      if (!known || strcmp(known->place, fresh->place) != 0) continue;
      atomic_fetch_add(&known->uses, 1);
      *pool = &known->pool;
      polyring__pool_done(&fresh->pool);
      polyring__release(&client->allocator, fresh, sizeof *fresh);
      return POLYRING_OK;
    }
  fresh->pool.receive_timeout = client->read_time;
  fresh->pool.value_most = client->value_most;
  fresh->pool.links_most = client->links_most;
  atomic_init(&fresh->uses, 1);
  *pool = &fresh->pool;
  return POLYRING_OK;
}

/* Takes the ring over. */
static polyring_status snapshot_make(polyring__client *client, polyring_ring *ring,
                                     const snapshot *old, snapshot **made, polyring_error *error) {
  snapshot *one = polyring__allocate(&client->allocator, sizeof *one);
  if (!one) {
    polyring_ring_free(ring);
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory");
  }
  *one = (snapshot){.ring = ring, .count = ring->servers.count};
  atomic_init(&one->uses, 1);
  one->pools = polyring__allocate(&client->allocator, one->count * sizeof *one->pools);
  polyring_status status = one->pools ? POLYRING_OK : POLYRING_NO_MEMORY;
  if (one->pools) memset(one->pools, 0, one->count * sizeof *one->pools);
  for (size_t i = 0; status >= 0 && i < one->count; i++)
    status = pool_of(client, one, old, &ring->servers.at[i], &one->pools[i], error);
  if (status >= 0) {
    *made = one;
    return status;
  }
  snapshot_release(&client->allocator, one);
  return status;
}

polyring_status polyring__client_new(const polyring_allocator *allocator, const char *profile,
                                     size_t profile_size, const char *servers, size_t servers_size,
                                     polyring__client **client, polyring_error *error) {
  polyring_allocator memory = polyring__allocator_or_libc(allocator);
  polyring_ring *ring;
  *client = NULL;
  polyring_status status =
      polyring_ring_new(&memory, profile, profile_size, servers, servers_size, &ring, error);
  if (status < 0) return status;
  polyring__client *made = polyring__allocate(&memory, sizeof *made);
  if (!made) {
    polyring_ring_free(ring);
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory");
  }
  *made = (polyring__client){.allocator = memory,
                             .read_time = 250000,
                             .change_time = 500000,
                             .connect_time = 100000,
                             .value_most = 1 << 20,
                             .links_most = 64};
  pthread_mutex_init(&made->lock, NULL);
  pthread_mutex_init(&made->change, NULL);
  status = snapshot_make(made, ring, NULL, &made->now, error);
  if (status < 0)
    polyring__client_free(made);
  else
    *client = made;
  return status;
}

void polyring__client_set_times(polyring__client *client, int64_t reads, int64_t changes,
                                int64_t connecting) {
  client->read_time = reads;
  client->change_time = changes;
  client->connect_time = connecting;
  for (size_t i = 0; i < client->now->count; i++) client->now->pools[i]->receive_timeout = reads;
}

void polyring__client_free(polyring__client *client) {
  if (!client) return;
  snapshot_release(&client->allocator, client->now);
  pthread_mutex_destroy(&client->lock);
  pthread_mutex_destroy(&client->change);
  polyring_allocator memory = client->allocator;
  polyring__release(&memory, client, sizeof *client);
}

static snapshot *snapshot_take(polyring__client *client) {
  pthread_mutex_lock(&client->lock);
  snapshot *now = client->now;
  atomic_fetch_add(&now->uses, 1);
  pthread_mutex_unlock(&client->lock);
  return now;
}

polyring_status polyring__client_set_servers(polyring__client *client, const char *servers,
                                             size_t servers_size, polyring_error *error) {
  polyring_ring *ring;
  snapshot *made, *old;
  pthread_mutex_lock(&client->change);
  const char *profile = polyring_ring_profile(client->now->ring);
  polyring_status status = polyring_ring_new(&client->allocator, profile, strlen(profile), servers,
                                             servers_size, &ring, error);
  if (status >= 0) status = snapshot_make(client, ring, client->now, &made, error);
  if (status >= 0) {
    pthread_mutex_lock(&client->lock);
    old = client->now;
    client->now = made;
    pthread_mutex_unlock(&client->lock);
    snapshot_release(&client->allocator, old);
  }
  pthread_mutex_unlock(&client->change);
  return status;
}

static int grow(polyring__client_results *results, size_t count) {
  const polyring_allocator *memory = &results->of_call.allocator;
  size_t keys_size = count * POLYRING_KEY_MAX;
  if (count > results->op_capacity) {
    polyring__op *ops = polyring__allocate(memory, count * sizeof *ops);
    if (!ops) return 0;
    polyring__release(memory, results->ops, results->op_capacity * sizeof *ops);
    results->ops = ops;
    results->op_capacity = count;
  }
  if (keys_size > results->keys_size) {
    char *keys = polyring__allocate(memory, keys_size);
    if (!keys) return 0;
    polyring__release(memory, results->keys, results->keys_size);
    results->keys = keys;
    results->keys_size = keys_size;
  }
  return 1;
}

/* Where the key goes, and as what. */
static void aim(const snapshot *now, const polyring__operation *operation, polyring__op *op,
                char *room) {
  polyring__span key = {operation->key, operation->key_size};
  size_t position;
  op->server = POLYRING_NO_SERVER;
  op->status = POLYRING_INVALID_KEY;
  if (!now->ring->key_rules.as_is) {
    polyring__key prepared;
    if (polyring__key_prepare(&now->ring->key_rules, key.at, key.size, &prepared, NULL) < 0) return;
    memcpy(room, prepared.sent, prepared.sent_size);
    op->request.key = (polyring__span){room, prepared.sent_size};
  } else {
    op->request.key = key;
  }
  int32_t at = polyring_ring_locate(now->ring, key.at, key.size);
  polyring__key_kind kind = polyring__key_kind_of(op->request.key, &position);
  if (at < 0 || kind == POLYRING__KEY_EMPTY || kind == POLYRING__KEY_TOO_LONG) return;
  if (kind == POLYRING__KEY_BINARY) op->request.marks |= POLYRING__BINARY;
  op->server = (uint16_t)at;
  op->status = POLYRING_OK;
}

static void prepare(const snapshot *now, const polyring__operation *operation, int64_t date,
                    polyring__op *op, char *room) {
  uint32_t marks = operation->marks & (POLYRING__HAS_TTL | POLYRING__HAS_INITIAL);
  *op = (polyring__op){.request = {.verb = operation->verb,
                                   .want = operation->want & POLYRING__WANT_CAS,
                                   .marks = marks,
                                   .value = {operation->value, operation->value_size},
                                   .flags = operation->flags,
                                   .cas = operation->cas,
                                   .delta = operation->delta,
                                   .initial = operation->initial}};
  if (operation->verb == POLYRING__TOUCH) op->request.marks |= POLYRING__HAS_TTL;
  if (op->request.marks & POLYRING__HAS_TTL) op->request.ttl = polyring__ttl(operation->ttl, date);
  aim(now, operation, op, room);
}

static void report(polyring__operation *operation, const polyring__op *op) {
  operation->status = op->status;
  operation->system_error = op->system_error;
  operation->server = op->server;
  operation->found_flags = op->flags;
  operation->found_cas = op->cas;
  operation->number = op->number;
  operation->found = op->value.at;
  operation->found_size = op->value.size;
}

polyring_status polyring__client_run(polyring__client *client, polyring__operation *operations,
                                     size_t count, polyring__client_results *results,
                                     polyring_error *error) {
  int changes = 0;
  int64_t date = 0, start = polyring__clock_now();
  if (!grow(results, count))
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory");
  snapshot *now = snapshot_take(client);
  for (size_t i = 0; i < count; i++) {
    changes |= operations[i].verb != POLYRING__GET;
    if (operations[i].marks & POLYRING__HAS_TTL && !date) date = polyring__clock_date();
    prepare(now, &operations[i], date, &results->ops[i], results->keys + i * POLYRING_KEY_MAX);
  }
  int64_t deadline = start + (changes ? client->change_time : client->read_time);
  polyring_status status = polyring__call(now->pools, now->count, results->ops, count,
                                          client->connect_time, deadline, &results->of_call);
  for (size_t i = 0; i < count; i++) report(&operations[i], &results->ops[i]);
  snapshot_release(&client->allocator, now);
  return status;
}
