/* What happened, for those who ask: the queue of events, and the counters. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/allocator.h"
#include "client/client.h"
#include "placement/ring.h"
#include "transport/clock.h"

static const char *const names[] = {
#define XX(name, text) #name,
    POLYRING_EVENT_MAP(XX)
#undef XX
};

const char *polyring_event_name(polyring_event_kind kind) {
  return (size_t)kind < sizeof names / sizeof *names ? names[kind] : "NO_EVENT";
}

void polyring__event(polyring_client *client, polyring_event_kind kind, const char *server,
                     const char *format, ...) {
  polyring_event event = {.kind = kind, .time = polyring__clock_date()}, *room = NULL;
  size_t size = POLYRING__EVENTS_MAX * sizeof event;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(event.text, sizeof event.text, format, arguments);
  va_end(arguments);
  snprintf(event.server, sizeof event.server, "%s", server);
  pthread_mutex_lock(&client->lock);
  if (!client->events) { /* nothing is asked of others under the lock */
    pthread_mutex_unlock(&client->lock);
    room = polyring__allocate(&client->allocator, size);
    pthread_mutex_lock(&client->lock);
  }
  if (!client->events) {
    client->events = room;
    room = NULL;
  }
  event.number = ++client->event_count;
  if (client->events) client->events[event.number % POLYRING__EVENTS_MAX] = event;
  pthread_mutex_unlock(&client->lock);
  polyring__release(&client->allocator, room, size);
}

int polyring_client_next_event(polyring_client *client, polyring_event *event) {
  pthread_mutex_lock(&client->lock);
  uint64_t count = client->event_count, first = client->events_taken + 1;
  if (count >= POLYRING__EVENTS_MAX && first <= count - POLYRING__EVENTS_MAX)
    first = count - POLYRING__EVENTS_MAX + 1;
  int there = client->events && first <= count;
  if (there) {
    *event = client->events[first % POLYRING__EVENTS_MAX];
    client->events_taken = first;
  }
  pthread_mutex_unlock(&client->lock);
  return there;
}

int64_t polyring_latency_limit(size_t i) {
  return (int64_t)(i & 1 ? floor(ldexp(sqrt(2.0), (int)(i / 2))) : ldexp(1, (int)(i / 2)));
}

int polyring_client_statistics(polyring_client *client, size_t i, polyring_statistics *statistics) {
  polyring__snapshot *now = polyring__snapshot_take(client);
  int there = i < now->all;
  *statistics = (polyring_statistics){.server = ""};
  if (there) {
    polyring__counts counts;
    polyring__shared_pool *shared = (polyring__shared_pool *)now->pools[i];
    polyring__pool_count(&shared->pool, &counts);
    snprintf(statistics->server, sizeof statistics->server, "%s",
             polyring__snapshot_server(now, i)->spelled.at);
    statistics->exchanges = counts.exchanges;
    statistics->operations = counts.operations;
    statistics->hits = counts.hits;
    statistics->misses = counts.misses;
    memcpy(statistics->failures, counts.failures, sizeof statistics->failures);
    statistics->bytes_sent = counts.bytes_sent;
    statistics->bytes_received = counts.bytes_received;
    statistics->connects = counts.connects;
    statistics->connect_failures = counts.connect_failures;
    statistics->connections = counts.connections;
    statistics->mismatches = atomic_load(&shared->mismatches);
    polyring_vital_signs signs = polyring__pool_signs(&shared->pool);
    statistics->state = signs.state;
    statistics->in_doubt = polyring__pool_doubt_count(&shared->pool);
    statistics->refused = counts.refused;
    statistics->redirected = counts.redirected;
    statistics->probes = counts.probes;
    memcpy(statistics->latency, counts.latency, sizeof statistics->latency);
  }
  polyring__snapshot_release(&client->allocator, now);
  return there;
}
