#include "client/steps.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/allocator.h"
#include "client/beacon.h"
#include "transport/clock.h"

enum {
  LEAST_TIME = 50000, /* microseconds that it has at least where calls were rare meanwhile */
  MOST_DELAYS = 8,    /* and how often */
  SOON = 10000
};

void polyring__errands_wake(polyring_client *client, int64_t due) {
  int_least64_t known = atomic_load(&client->errands_due);
  while (due < known && !atomic_compare_exchange_weak(&client->errands_due, &known, due)) continue;
}

static void turned(void *context, polyring__pool *pool, const polyring__turn *turn) {
  polyring_client *client = context;
  const char *place = ((polyring__shared_pool *)pool)->spelled;
  polyring_health_state before = turn->before;
  atomic_fetch_add(&client->turns, 1);
  for (size_t i = 0; i < turn->count; before = turn->steps[i++])
    polyring__event(client, POLYRING_EVENT_HEALTH, place, "%s -> %s %s",
                    polyring_health_state_name(before), polyring_health_state_name(turn->steps[i]),
                    polyring_seen_name(turn->reason));
  polyring__errands_wake(client, 0);
  polyring__beacon_recall(client, pool);
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
  for (uint32_t i = 0; i < POLYRING__ERRAND_BATCH; i++) made->order[i] = i;
  polyring__results_init(&made->results, &client->allocator);
  return made;
}

static int is_of_parent(const polyring__errand *errand) {
  return errand->running && errand->generation != polyring__fork_generation();
}

void polyring__errand_free(polyring__errand *errand, const polyring_allocator *memory) {
  if (!errand) return;
  if (is_of_parent(errand))
    polyring__exchange_lose(&errand->exchange);
  else if (errand->running)
    polyring__exchange_abandon(&errand->exchange);
  polyring__results_done(&errand->results);
  polyring__release(memory, errand, sizeof *errand);
}

/* A step that another thread was about to change as the process was forked is lost, like all else
 * that it had. */
void polyring__errands_forked(polyring__snapshot *snapshot) {
  for (size_t i = 0; i < snapshot->all; i++) {
    polyring__shared_pool *shared = (polyring__shared_pool *)snapshot->pools[i];
    if (atomic_exchange(&shared->tended, 0)) shared->errand = NULL;
    if (shared->errand) shared->errand->step = POLYRING__STEP_PROBE;
  }
}

/* --- the rounds --- */

/* When there is something to be done for the server; INT64_MAX: never. A server that is spoken to
 * has only its doubts and its birth, one that is down only its probes. */
static int64_t due_of(polyring__shared_pool *shared, polyring_health_state *state) {
  polyring__pool *pool = &shared->pool;
  int64_t due;
  pthread_mutex_lock(&pool->lock);
  const polyring_vital_signs *signs = &pool->vitals.signs;
  *state = signs->state;
  if (signs->state <= POLYRING_HEALTH_SUSPECT) {
    due = polyring__journal_oldest(&pool->journal);
    if (pool->birth_due < due) due = pool->birth_due;
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
  switch (errand->state) {
    case POLYRING_HEALTH_UP:
    case POLYRING_HEALTH_SUSPECT:
      if (errand->step != POLYRING__STEP_REPAIR)
        errand->step = polyring__pool_doubt_count(&errand->shared->pool) ? POLYRING__STEP_LISTEN
                                                                         : POLYRING__STEP_BIRTH;
      return 1;
    case POLYRING_HEALTH_REJOINING:
      return 1;
    default:
      if (errand->step == POLYRING__STEP_AGAIN) return errand->state == POLYRING_HEALTH_PROBING;
      errand->step = POLYRING__STEP_PROBE;
      if (errand->state == POLYRING_HEALTH_DOWN) errand->was_good = errand->marked = 0;
      return polyring__pool_probe(&errand->shared->pool, now);
  }
}

/* What was waited for in another state no longer matters. */
static void notice(polyring__errand *errand, polyring_health_state state) {
  int was_served = errand->state <= POLYRING_HEALTH_SUSPECT;
  if (was_served == (state <= POLYRING_HEALTH_SUSPECT)) return;
  errand->wait_until = INT64_MIN;
  if (!was_served) errand->step = POLYRING__STEP_PROBE;
}

static polyring__socket_of socket_of(enum polyring__step step) {
  return step == POLYRING__STEP_BIRTH                                   ? POLYRING__OF_BIRTH
         : step == POLYRING__STEP_PROBE || step == POLYRING__STEP_AGAIN ? POLYRING__OF_PROBE
                                                                        : POLYRING__OF_CALLS;
}

static void begin(polyring__errand *errand, int64_t now) {
  polyring_client *client = errand->client;
  if (!choose(errand, now)) return;
  size_t count = polyring__errand_ask(errand, now);
  if (!count) { /* nothing is in doubt, or not for long enough */
    if (errand->state == POLYRING_HEALTH_REJOINING) polyring__errand_cleaned(errand, now);
    errand->step = POLYRING__STEP_PROBE;
    return;
  }
  errand->results.size = 0;
  errand->frame = (polyring__frame){.ops = errand->ops,
                                    .order = errand->order,
                                    .start = now,
                                    .connect = client->connect_time,
                                    .deadline = now + client->change_time,
                                    .results = &errand->results};
  errand->exchange = (polyring__exchange){.frame = &errand->frame,
                                          .pool = &errand->shared->pool,
                                          .count = count,
                                          .all = count,
                                          .unasked = 1,
                                          .socket_of = socket_of(errand->step)};
  errand->running = 1;
  errand->delays = 0;
  errand->generation = polyring__fork_generation();
  polyring__exchange_begin(&errand->exchange, 0);
}

/* Does what can be done at once. Whether an exchange is on its way. */
static int proceed(polyring__errand *errand, int64_t now) {
  polyring_health_state state;
  if (is_of_parent(errand)) {
    polyring__exchange_lose(&errand->exchange);
    errand->running = 0;
  }
  for (;;) {
    if (errand->running && !errand->exchange.over) return 1;
    if (errand->running) polyring__errand_conclude(errand, now);
    int64_t due = due_of(errand->shared, &state);
    notice(errand, state);
    if (state != POLYRING_HEALTH_PROBING && errand->step == POLYRING__STEP_AGAIN)
      errand->step = POLYRING__STEP_PROBE;
    if (errand->step == POLYRING__STEP_AGAIN) due = errand->wait_until;
    errand->state = state;
    if (due > now || errand->wait_until > now) return 0;
    begin(errand, now);
  }
}

/* It is in the hands of a call again. Where calls are rare its time may be over, and the answer
 * has been there for long. */
static void resume(polyring__errand *errand, int64_t now) {
  int64_t least = now + LEAST_TIME;
  polyring__exchange *exchange = &errand->exchange;
  if (!errand->running || errand->frame.deadline > least || errand->delays++ >= MOST_DELAYS) return;
  errand->frame.deadline = least;
  if (exchange->connect_until < least) exchange->connect_until = least;
  if (exchange->attempt_until < least) exchange->attempt_until = least;
}

/* Between two steps, about which the server's state says nothing. */
static int is_between(const polyring__errand *errand) {
  return errand && errand->step == POLYRING__STEP_AGAIN;
}

/* Another call may have it, which is told when to come. What came to pass until now is seen here,
 * what comes later wakes. */
static void let_go(polyring_client *client, polyring__shared_pool *shared, int is_mid,
                   int64_t least) {
  polyring_health_state state;
  if (shared->errand && !is_mid && shared->errand->step == POLYRING__STEP_BIRTH) {
    polyring__errand_free(shared->errand, &client->allocator); /* it may never be needed again */
    shared->errand = NULL;
  }
  atomic_store(&shared->tended, 0);
  int64_t due = is_mid ? least : due_of(shared, &state);
  polyring__errands_wake(client, due < least ? least : due);
}

/* Whether calls that begin now use this one: the servers of an older one are not all. */
static int is_in_use(polyring_client *client, const polyring__snapshot *snapshot) {
  pthread_mutex_lock(&client->lock);
  int in_use = client->now == snapshot;
  pthread_mutex_unlock(&client->lock);
  return in_use;
}

void polyring__errands_take(polyring_client *client, polyring__snapshot *snapshot, int64_t now,
                            polyring__company *company) {
  company->count = 0;
  if (atomic_load_explicit(&client->errands_due, memory_order_relaxed) > now) return;
  if (!is_in_use(client, snapshot)) return;
  atomic_store(&client->errands_due, INT64_MAX);
  size_t first = atomic_fetch_add(&client->errands_first, 1); /* each comes first now and then */
  for (size_t i = 0; i < snapshot->all; i++) {
    polyring__shared_pool *shared =
        (polyring__shared_pool *)snapshot->pools[(first + i) % snapshot->all];
    polyring_health_state state;
    if (atomic_exchange(&shared->tended, 1)) continue;
    if (!shared->errand && due_of(shared, &state) <= now)
      shared->errand = errand_new(client, shared);
    if (shared->errand && company->count < POLYRING__COMPANY_MAX) {
      resume(shared->errand, now);
      if (proceed(shared->errand, now)) {
        company->exchanges[company->count++] = &shared->errand->exchange;
        continue;
      }
    }
    int is_running = shared->errand && shared->errand->running;
    let_go(client, shared, is_running || is_between(shared->errand),
           shared->errand && !is_running ? shared->errand->wait_until : now + SOON);
  }
}

void polyring__errands_leave(polyring_client *client, polyring__company *company) {
  for (size_t i = 0; i < company->count; i++) {
    char *exchange = (char *)company->exchanges[i];
    polyring__errand *errand =
        (polyring__errand *)(void *)(exchange - offsetof(polyring__errand, exchange));
    int64_t now = polyring__clock_now();
    int running = proceed(errand, now);
    let_go(client, errand->shared, running || is_between(errand),
           running ? now : errand->wait_until);
  }
  company->count = 0;
}
