#include "client/errand.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/allocator.h"
#include "transport/clock.h"

enum {
  SECOND = 1000000,
  BATCH = 64,                    /* keys that are deleted in one go */
  FLUSH_TIME = 11 * SECOND / 10, /* items of the same second may outlive a flush */
  WATCH_EVERY = SECOND / 5,
  WATCH_MOST = 5 * SECOND, /* whoever flushes has died by then */
  FENCE_TTL = 60,
  AGE_SLACK = 3 * SECOND,           /* of a server's uptime, which it counts in seconds */
  AGE_DIFFERENCE = 11 * SECOND / 10 /* of two uptimes of one server */
};

/* What comes next. */
enum step {
  PROBE,  /* a new connection, and how long the server has been running */
  REPAIR, /* delete keys in doubt */
  FENCE,  /* one client shall flush: whose add is stored */
  WATCH,  /* another one has the fence */
  SEIZE,  /* it died, or flushed for an earlier outage */
  FLUSH,
  PROVE,   /* that the flush took away what was there before */
  ANNOUNCE /* that it did */
};

struct polyring__errand {
  polyring_client *client;
  polyring__shared_pool *shared;
  enum step step;
  int running;        /* the exchange was begun, and is not concluded */
  int64_t wait_until; /* nothing is done before */
  int64_t watch_until;
  int64_t age, age_at; /* the server's uptime in microseconds, and when that was */
  int64_t flush_age;   /* its uptime when it was flushed */
  uint64_t fence_cas;
  char me[24], text[48];
  polyring__frame frame;
  polyring__exchange exchange;
  polyring__results results;
  polyring__op ops[BATCH];
  uint32_t order[BATCH];
  polyring__doubt doubts[BATCH];
};

static const polyring__span fence = {"polyring:flush", 14}, mark = {"polyring:mark", 13};

void polyring__errands_wake(polyring_client *client, int64_t due) {
  int_least64_t known = atomic_load(&client->errands_due);
  while (due < known && !atomic_compare_exchange_weak(&client->errands_due, &known, due)) continue;
}

static void turned(void *context, polyring__pool *pool, const polyring__turn *turn) {
  polyring_client *client = context;
  const char *place = ((polyring__shared_pool *)pool)->spelled;
  polyring_health_state before = turn->before;
  for (size_t i = 0; i < turn->count; before = turn->steps[i++])
    polyring__event(client, POLYRING_EVENT_HEALTH, place, "%s -> %s %s",
                    polyring_health_state_name(before), polyring_health_state_name(turn->steps[i]),
                    polyring_seen_name(turn->reason));
  polyring__errands_wake(client, 0);
}

void polyring__errands_watch(polyring_client *client, polyring__pool *pool) {
  pool->context = client;
  pool->turned = turned;
  pool->policy = &client->policy;
}

static polyring__errand *errand_new(polyring_client *client, polyring__shared_pool *shared) {
  polyring__errand *made = polyring__allocate(&client->allocator, sizeof *made);
  if (!made) return NULL;
  memset(made, 0, sizeof *made);
  made->client = client;
  made->shared = shared;
  made->watch_until = INT64_MIN;
  for (uint32_t i = 0; i < BATCH; i++) made->order[i] = i;
  polyring__results_init(&made->results, &client->allocator);
  return made;
}

void polyring__errand_free(polyring__errand *errand, const polyring_allocator *memory) {
  if (!errand) return;
  if (errand->running) polyring__exchange_abandon(&errand->exchange);
  polyring__results_done(&errand->results);
  polyring__release(memory, errand, sizeof *errand);
}

void polyring__errand_forget(polyring__errand *errand) {
  if (!errand) return;
  errand->running = 0;
  errand->step = PROBE;
}

/* --- asking --- */

static polyring__op *ask(polyring__errand *errand, size_t i, polyring__verb verb,
                         polyring__span key) {
  polyring__op *op = &errand->ops[i];
  *op = (polyring__op){.request = {.verb = verb, .key = key}};
  return op;
}

static void ask_fence(polyring__errand *errand, size_t i, polyring__verb verb) {
  polyring__op *op = ask(errand, i, verb, fence);
  op->request.value = (polyring__span){errand->text, strlen(errand->text)};
  op->request.marks = POLYRING__HAS_TTL;
  op->request.ttl = FENCE_TTL;
  op->request.cas = errand->fence_cas;
}

/* What is in the fence while this client flushes. */
static void write_busy(polyring__errand *errand) {
  snprintf(errand->text, sizeof errand->text, "busy %s", errand->me);
}

/* The keys that can be deleted now: a change that was given up needs its time to come to nothing.
 */
static size_t ask_deletes(polyring__errand *errand, int64_t now) {
  polyring__pool *pool = &errand->shared->pool;
  int64_t before = now - errand->client->policy.settle;
  if (polyring__pool_signs(pool).state == POLYRING_HEALTH_REJOINING) before = now;
  pthread_mutex_lock(&pool->lock);
  size_t count = polyring__journal_take(&pool->journal, before, errand->doubts, BATCH);
  pthread_mutex_unlock(&pool->lock);
  for (size_t i = 0; i < count; i++) {
    const polyring__doubt *doubt = &errand->doubts[i];
    polyring__op *op = ask(errand, i, POLYRING__DELETE, (polyring__span){doubt->key, doubt->size});
    if (doubt->binary) op->request.marks |= POLYRING__BINARY;
  }
  return count;
}

/* The requests of the step; their number. */
static size_t questions(polyring__errand *errand, int64_t now) {
  switch (errand->step) {
    case PROBE:
      ask(errand, 0, POLYRING__STATS, (polyring__span){"", 0});
      return 1;
    case REPAIR:
      return ask_deletes(errand, now);
    case FENCE:
      write_busy(errand);
      ask_fence(errand, 0, POLYRING__ADD);
      return 1;
    case WATCH:
      ask(errand, 0, POLYRING__GET, fence)->request.want = POLYRING__WANT_CAS;
      return 1;
    case SEIZE:
      write_busy(errand);
      ask_fence(errand, 0, POLYRING__CAS);
      return 1;
    case FLUSH: /* the fence goes with it, and is put up again */
      write_busy(errand);
      ask(errand, 0, POLYRING__SET, mark)->request.value = (polyring__span){errand->me, 4};
      ask(errand, 1, POLYRING__FLUSH, (polyring__span){"", 0});
      ask_fence(errand, 2, POLYRING__SET);
      ask(errand, 3, POLYRING__STATS, (polyring__span){"", 0});
      return 4;
    case PROVE:
      ask(errand, 0, POLYRING__GET, mark);
      return 1;
    default:
      snprintf(errand->text, sizeof errand->text, "done %lld", (long long)errand->flush_age);
      ask_fence(errand, 0, POLYRING__SET);
      return 1;
  }
}

/* --- answers --- */

static void report(polyring__errand *errand, polyring_seen seen, int64_t detail, int64_t now) {
  polyring__pool_see(&errand->shared->pool, seen, detail, now);
}

/* It could not be cleaned: it is probed again, if it is not UP anyway. */
static void give_up(polyring__errand *errand, int64_t now) {
  report(errand, POLYRING_SEEN_NOT_CLEANED, 0, now);
  errand->step = PROBE;
  errand->wait_until = now + errand->client->policy.settle;
}

/* The number behind "uptime " in the lines of STATS, in microseconds; -1: there is none. */
static int64_t uptime(polyring__span lines) {
  static const char name[] = "uptime ";
  for (size_t i = 0; i + sizeof name <= lines.size; i++) {
    if ((i && lines.at[i - 1] != '\n') || memcmp(lines.at + i, name, sizeof name - 1) != 0)
      continue;
    int64_t seconds = 0;
    for (i += sizeof name - 1; i < lines.size && polyring__is_digit(lines.at[i]); i++)
      if ((seconds = seconds * 10 + (lines.at[i] - '0')) > INT32_MAX) return -1;
    return seconds * SECOND;
  }
  return -1;
}

static polyring__span found(const polyring__errand *errand, size_t i) {
  polyring__span value = errand->ops[i].value;
  return (polyring__span){errand->results.bytes + (size_t)value.at, value.size};
}

static void forget_doubts(polyring__pool *pool) {
  pthread_mutex_lock(&pool->lock);
  polyring__journal_clear(&pool->journal);
  pthread_mutex_unlock(&pool->lock);
}

static void conclude_probe(polyring__errand *errand, int64_t now) {
  polyring__pool *pool = &errand->shared->pool;
  if (errand->ops[0].status != POLYRING_OK) {
    report(errand, POLYRING_SEEN_PROBE_FAILED, 0, now);
    return;
  }
  errand->age = uptime(found(errand, 0));
  errand->age_at = now;
  report(errand, POLYRING_SEEN_PROBE_ANSWERED, errand->age < 0 ? -1 : errand->age + AGE_SLACK, now);
  polyring_vital_signs signs = polyring__pool_signs(pool);
  if (signs.state == POLYRING_HEALTH_UP)
    forget_doubts(pool); /* it is empty, or shall not be undone */
  if (signs.state != POLYRING_HEALTH_REJOINING) return;
  errand->step = signs.work == POLYRING_WORK_FLUSH ? FENCE : REPAIR;
  errand->watch_until = now + WATCH_MOST;
  snprintf(errand->me, sizeof errand->me, "%llx",
           (unsigned long long)now ^ (unsigned long long)(size_t)errand * 0x9E3779B97F4A7C15);
}

static void conclude_repair(polyring__errand *errand, size_t count, int64_t now) {
  polyring__pool *pool = &errand->shared->pool;
  int failed = 0;
  pthread_mutex_lock(&pool->lock);
  for (size_t i = 0; i < count; i++)
    if (errand->ops[i].status < 0)
      failed = 1;
    else
      polyring__journal_remove(&pool->journal, &errand->doubts[i]);
  pthread_mutex_unlock(&pool->lock);
  if (failed)
    give_up(errand, now);
  else if (!atomic_load(&pool->journal.count))
    report(errand, POLYRING_SEEN_CLEANED, 0, now);
}

/* Whether the flush that the fence tells of serves this client too: what it changed elsewhere since
 * then is in the journal. */
static int is_ours_too(const polyring__errand *errand, polyring__span text) {
  polyring__pool *pool = &errand->shared->pool;
  char copy[48] = "";
  long long age;
  if (text.size >= sizeof copy || errand->age < 0 || polyring__pool_forgot(pool)) return 0;
  memcpy(copy, text.at, text.size);
  if (sscanf(copy, "done %18lld", &age) != 1 || age < 0) return 0;
  int64_t at = errand->age_at - (errand->age - age) - AGE_DIFFERENCE;
  return at > polyring__pool_signs(pool).down_since;
}

static void conclude_watch(polyring__errand *errand, int64_t now) {
  const polyring__op *op = &errand->ops[0];
  polyring__span text = found(errand, 0);
  if (op->status == POLYRING_MISS) {
    errand->step = FENCE;
  } else if (op->status != POLYRING_OK) {
    give_up(errand, now);
  } else if (is_ours_too(errand, text)) {
    errand->step = REPAIR;
  } else if ((text.size > 4 && memcmp(text.at, "done", 4) == 0) || now > errand->watch_until) {
    errand->fence_cas = op->cas;
    errand->step = SEIZE;
  } else {
    errand->wait_until = now + WATCH_EVERY;
  }
}

static void conclude_flush(polyring__errand *errand, int64_t now) {
  polyring__pool *pool = &errand->shared->pool;
  int refused = errand->ops[1].status == POLYRING_REFUSED;
  if (refused && !polyring__pool_forgot(pool)) { /* the keys are known, so that these do */
    errand->step = REPAIR;
  } else if (errand->ops[0].status != POLYRING_OK || errand->ops[1].status != POLYRING_OK) {
    polyring__event(errand->client, POLYRING_EVENT_NOT_CLEANED, errand->shared->spelled, "%s",
                    refused ? "it does not take flush_all" : "flush_all failed");
    give_up(errand, now);
  } else {
    errand->flush_age = uptime(found(errand, 3));
    errand->wait_until = now + FLUSH_TIME;
    errand->step = PROVE;
  }
}

/* What the step came to, and which is the next one. */
static void conclude(polyring__errand *errand, int64_t now) {
  int status = errand->ops[0].status;
  errand->running = 0;
  switch (errand->step) {
    case PROBE:
      conclude_probe(errand, now);
      break;
    case REPAIR:
      conclude_repair(errand, errand->exchange.all, now);
      break;
    case FENCE:
    case SEIZE:
      if (status == POLYRING_OK)
        errand->step = FLUSH;
      else if (status >= 0)
        errand->step = WATCH;
      else
        give_up(errand, now);
      break;
    case WATCH:
      conclude_watch(errand, now);
      break;
    case FLUSH:
      conclude_flush(errand, now);
      break;
    case PROVE:
      if (status == POLYRING_MISS)
        errand->step = ANNOUNCE;
      else
        give_up(errand, now);
      break;
    case ANNOUNCE:
      if (status == POLYRING_OK)
        errand->step = REPAIR;
      else
        give_up(errand, now);
  }
}

/* --- the rounds --- */

/* When there is something to be done for the server; INT64_MAX: never. A server that is spoken to
 * has only its doubts, one that is down only its probes. */
static int64_t due_of(polyring__shared_pool *shared, const polyring_client *client) {
  polyring__pool *pool = &shared->pool;
  int64_t due;
  pthread_mutex_lock(&pool->lock);
  const polyring_vital_signs *signs = &pool->vitals.signs;
  if (signs->state <= POLYRING_HEALTH_SUSPECT) {
    due = polyring__journal_oldest(&pool->journal);
    if (due < INT64_MAX) due += client->policy.settle;
  } else if (signs->state == POLYRING_HEALTH_REJOINING) {
    due = signs->since;
  } else {
    due = signs->state == POLYRING_HEALTH_OUT ? INT64_MAX : signs->next_probe;
  }
  pthread_mutex_unlock(&pool->lock);
  return due;
}

/* The step that the server's state asks for. 0: none. */
static int choose(polyring__errand *errand, int64_t now) {
  polyring__pool *pool = &errand->shared->pool;
  switch (polyring__pool_signs(pool).state) {
    case POLYRING_HEALTH_UP:
    case POLYRING_HEALTH_SUSPECT:
      errand->step = REPAIR;
      return 1;
    case POLYRING_HEALTH_REJOINING:
      return 1;
    default:
      errand->step = PROBE;
      return polyring__pool_probe(pool, now);
  }
}

static void begin(polyring__errand *errand, int64_t now) {
  polyring_client *client = errand->client;
  if (!choose(errand, now)) return;
  size_t count = questions(errand, now);
  if (!count) { /* nothing is in doubt */
    report(errand, POLYRING_SEEN_CLEANED, 0, now);
    return;
  }
  errand->results.size = 0;
  errand->frame = (polyring__frame){.ops = errand->ops,
                                    .order = errand->order,
                                    .start = now,
                                    .connect = client->connect_time,
                                    .deadline = now + client->change_time,
                                    .results = &errand->results};
  errand->exchange = (polyring__exchange){
      .frame = &errand->frame, .pool = &errand->shared->pool, .count = count, .all = count};
  errand->running = 1;
  polyring__exchange_begin(&errand->exchange, 0);
}

/* Does what can be done at once. Whether an exchange is on its way; else *due is when to come
 * again. */
static int proceed(polyring__errand *errand, int64_t now, int64_t *due) {
  for (;;) {
    if (errand->running && !errand->exchange.over) return 1;
    if (errand->running) conclude(errand, now);
    *due = due_of(errand->shared, errand->client);
    if (*due < errand->wait_until) *due = errand->wait_until;
    if (*due > now) return 0;
    begin(errand, now);
  }
}

void polyring__errands_take(polyring_client *client, polyring__snapshot *snapshot, int64_t now,
                            polyring__company *company) {
  company->count = 0;
  if (atomic_load_explicit(&client->errands_due, memory_order_relaxed) > now) return;
  atomic_store(&client->errands_due, INT64_MAX);
  for (size_t i = 0; i < snapshot->count; i++) {
    polyring__shared_pool *shared = (polyring__shared_pool *)snapshot->pools[i];
    int64_t due = now;
    if (atomic_exchange(&shared->tended, 1)) continue;
    if (!shared->errand) due = due_of(shared, client);
    if (!shared->errand && due <= now) shared->errand = errand_new(client, shared);
    if (shared->errand && company->count < POLYRING__COMPANY_MAX &&
        proceed(shared->errand, now, &due)) {
      company->exchanges[company->count++] = &shared->errand->exchange;
      continue;
    }
    atomic_store(&shared->tended, 0);
    polyring__errands_wake(client, due > now ? due : now + 1);
  }
}

void polyring__errands_leave(polyring_client *client, polyring__company *company) {
  for (size_t i = 0; i < company->count; i++) {
    char *exchange = (char *)company->exchanges[i];
    polyring__errand *errand =
        (polyring__errand *)(void *)(exchange - offsetof(polyring__errand, exchange));
    int64_t now = polyring__clock_now(), due = now;
    proceed(errand, now, &due);
    atomic_store(&errand->shared->tended, 0);
    polyring__errands_wake(client, due);
  }
  company->count = 0;
}
