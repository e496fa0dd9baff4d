#include "client/beacon.h"

#include <stdio.h>

#include "client/errand.h"
#include "placement/ring.h"
#include "transport/clock.h"

static const char KEY[] = "polyring:topo";
static const polyring__request GET = {.verb = POLYRING__GET, .key = {KEY, sizeof KEY - 1}};

enum { WARN, REFUSE, IGNORE }; /* the words of on_mismatch */
enum { TEXT_MAX = 1024, LABEL_MAX = 3 * POLYRING_LABEL_MAX };

typedef struct beacon {
  unsigned long long epoch;
  char fingerprint[POLYRING_FINGERPRINT_SIZE], digest[POLYRING_DIGEST_SIZE];
  char label[LABEL_MAX + 1]; /* percent-encoded */
} beacon;

static void write_label(const polyring__snapshot *snapshot, size_t i, char out[LABEL_MAX + 1]) {
  polyring__span text = polyring__snapshot_label(snapshot, i);
  if (polyring_percent_encode(text.at, text.size, out, LABEL_MAX + 1) == POLYRING_NOWHERE)
    out[0] = '\0';
}

static size_t write_beacon(const polyring__snapshot *snapshot, size_t i, char out[TEXT_MAX]) {
  char digest[POLYRING_DIGEST_SIZE], label[LABEL_MAX + 1];
  polyring_topology_digest(snapshot->topology, digest);
  write_label(snapshot, i, label);
  int size = snprintf(out, TEXT_MAX, "polyring 1 %llu %s %s %s",
                      (unsigned long long)polyring_topology_epoch(snapshot->topology),
                      snapshot->fingerprint, digest, label);
  return size < TEXT_MAX ? (size_t)size : 0;
}

static int read_beacon(polyring__span text, beacon *read) {
  char copy[TEXT_MAX];
  if (text.size >= sizeof copy || memchr(text.at, 0, text.size)) return 0;
  memcpy(copy, text.at, text.size);
  copy[text.size] = '\0';
  return sscanf(copy, "polyring 1 %19llu %68s %64s %765s", &read->epoch, read->fingerprint,
                read->digest, read->label) == 4;
}

/* Whether one of the servers that lie in this pool has the label; the first of them is in ours. */
static int has_label(const polyring__snapshot *now, const polyring__pool *pool, const char *label,
                     char ours[LABEL_MAX + 1]) {
  char other[LABEL_MAX + 1];
  int found = 0;
  ours[0] = '\0';
  for (size_t i = 0; i < now->count && !found; i++) {
    if (now->pools[i] != pool) continue;
    write_label(now, i, other);
    found = strcmp(other, label) == 0;
    if (!*ours) strcpy(ours, other);
  }
  return found;
}

/* Where the server is, without the port that place begins with. */
static const char *place_of(const polyring__pool *pool) {
  return ((const polyring__shared_pool *)pool)->spelled;
}

static void announce_later(polyring_client *client, polyring__pool *pool) {
  if (!client->settings.of[POLYRING__SET_announce].number) return;
  atomic_store(&((polyring__shared_pool *)pool)->unannounced, 1);
  atomic_store(&client->unannounced, 1);
}

/* Why the beacon is not this client's, in a sentence; 0: it is, or it is an older one, which this
 * client's topology replaces. */
static int differs(const polyring__snapshot *now, const polyring__pool *pool, const beacon *read,
                   char text[400]) {
  char ours[LABEL_MAX + 1];
  unsigned long long epoch = polyring_topology_epoch(now->topology);
  if (read->epoch < epoch) return 0;
  if (!has_label(now, pool, read->label, ours))
    return snprintf(text, 400, "it is known there as %.150s, and here as %.150s", read->label,
                    ours);
  if (strcmp(read->fingerprint, now->fingerprint) == 0) return 0;
  return snprintf(
      text, 400, "keys are placed otherwise there: epoch %llu, %.20s..., here epoch %llu, %.20s...",
      read->epoch, read->fingerprint, epoch, now->fingerprint);
}

static int greeted(void *context, polyring__pool *pool, const polyring__reply *reply) {
  polyring_client *client = context;
  polyring__shared_pool *shared = (polyring__shared_pool *)pool;
  char text[400];
  beacon read;
  if (!reply) {
    announce_later(client, pool);
    return 0;
  }
  polyring__snapshot *now = polyring__snapshot_take(client);
  int bad = 1;
  if (!read_beacon(reply->value, &read))
    snprintf(text, sizeof text, "the item %s there is no beacon", KEY);
  else if (!(bad = differs(now, pool, &read, text)) &&
           read.epoch < polyring_topology_epoch(now->topology))
    announce_later(client, pool);
  polyring__snapshot_release(&client->allocator, now);
  if (!bad) return 0;
  atomic_fetch_add(&shared->mismatches, 1);
  polyring__event(client, POLYRING_EVENT_MISMATCH, place_of(pool), "%s", text);
  return client->settings.of[POLYRING__SET_on_mismatch].number == REFUSE ? POLYRING_MISMATCH : 0;
}

static void noticed(void *context, polyring__pool *pool, polyring__pool_event event,
                    int system_error, const char *reason) {
  static const polyring_event_kind kinds[] = {
      [POLYRING__CONNECTED] = POLYRING_EVENT_CONNECTED,
      [POLYRING__CONNECT_FAILED] = POLYRING_EVENT_CONNECT_FAILED,
      [POLYRING__DISCONNECTED] = POLYRING_EVENT_DISCONNECTED};
  if (event == POLYRING__IN_USE) {
    polyring__errands_wake(context, polyring__clock_now() + POLYRING__BIRTH_AFTER);
    return;
  }
  polyring__event(context, kinds[event], place_of(pool), "%s",
                  reason         ? reason
                  : system_error ? strerror(system_error)
                                 : "");
}

void polyring__beacon_ask(polyring_client *client, polyring__pool *pool) {
  int64_t policy = client->settings.of[POLYRING__SET_on_mismatch].number;
  pool->context = client;
  pool->noticed = noticed;
  if (policy == IGNORE) return;
  pool->greeting = GET;
  pool->has_greeting = 1;
  pool->greeting_first = policy == REFUSE;
  pool->greeted = greeted;
}

void polyring__beacon_recall(polyring_client *client, polyring__pool *pool) {
  if (!atomic_load(&pool->down) && atomic_load(&((polyring__shared_pool *)pool)->unannounced))
    atomic_store(&client->unannounced, 1);
}

void polyring__beacon_write(polyring_client *client, polyring_results *results, int64_t deadline) {
  char text[TEXT_MAX];
  if (!atomic_exchange(&client->unannounced, 0)) return;
  polyring__snapshot *now = polyring__snapshot_take(client);
  for (size_t i = 0; i < now->count; i++) {
    polyring__shared_pool *shared = (polyring__shared_pool *)now->pools[i];
    polyring__op op = {.server = (uint16_t)i,
                       .request = {.verb = POLYRING__SET, .key = GET.key, .value = {text, 0}}};
    if (atomic_load(&shared->pool.down) || !atomic_exchange(&shared->unannounced, 0)) continue;
    op.request.value.size = write_beacon(now, i, text);
    if (!op.request.value.size || polyring__clock_now() >= deadline) continue;
    polyring__call(now->pools, now->count, &op, 1, client->connect_time, deadline, NULL,
                   &results->beacon);
    if (op.status == POLYRING_OK)
      polyring__event(client, POLYRING_EVENT_ANNOUNCED, place_of(now->pools[i]), "%.80s",
                      now->fingerprint);
  }
  polyring__snapshot_release(&client->allocator, now);
}
