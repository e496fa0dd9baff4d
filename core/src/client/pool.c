#define _GNU_SOURCE /* pthread_condattr_setclock */
#include "client/pool.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

#include "base/allocator.h"
#include "transport/clock.h"
#include "transport/fork.h"

enum {
  DOUBTFUL = 10000 /* microseconds after which an idle socket may well have been closed */
};

/* A link and where it is among all of its pool, which no link that is opened anew may forget. */
typedef struct polyring__made_link {
  polyring__link link;
  struct polyring__made_link *next, **before;
} made_link;

static void made(polyring__pool *pool, made_link *one) {
  one->next = pool->made;
  one->before = &pool->made;
  if (pool->made) pool->made->before = &one->next;
  pool->made = one;
  one->link.round = pool->round;
}

static void init_condition(polyring__pool *pool) {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&pool->returned, &attributes);
  pthread_condattr_destroy(&attributes);
}

/* In a child: the sockets are the parent's, links that other threads had borrowed are lost, and who
 * waited for one is gone; so is a probe that was on its way. */
static void renew(polyring__pool *pool) {
  for (made_link *one = pool->made; one; one = one->next) {
    if (one->link.descriptor >= 0) pool->transport->close(one->link.descriptor, 0);
    one->link.descriptor = -1;
    one->link.connected = 0;
  }
  pool->made = NULL;
  pool->links = pool->counts.connections = 0;
  atomic_store(&pool->in_flight, 0);
  polyring__link *const stacks[] = {pool->idle, pool->bare};
  for (int s = 0; s < 2; s++)
    for (polyring__link *link = stacks[s]; link; link = link->next, pool->links++)
      made(pool, (made_link *)(void *)link);
  polyring__vitals_lose_probe(&pool->vitals, polyring__clock_now());
  init_condition(pool);
}

static void told_of_fork(polyring__fork_witness *witness, polyring__fork_moment moment) {
  size_t offset = offsetof(polyring__pool, witness);
  polyring__pool *pool = (polyring__pool *)(void *)((char *)witness - offset);
  if (moment == POLYRING__FORK_BEGINS) {
    pthread_mutex_lock(&pool->lock);
    return;
  }
  if (moment == POLYRING__FORK_CHILD) renew(pool);
  pthread_mutex_unlock(&pool->lock);
}

void polyring__pool_init(polyring__pool *pool, const polyring_allocator *allocator) {
  *pool = (polyring__pool){.allocator = polyring__allocator_or_libc(allocator),
                           .transport = &polyring__plain,
                           .idle_most = POLYRING__IDLE_MAX,
                           .birth = -1,
                           .birth_due = INT64_MAX};
  pthread_mutex_init(&pool->lock, NULL);
  init_condition(pool);
  pool->witness.told = told_of_fork;
  polyring__fork_attend(&pool->witness);
  polyring__vitals_init(&pool->vitals, (uint64_t)polyring__clock_now() ^ (uint64_t)(size_t)pool);
}

static void link_free(polyring__pool *pool, polyring__link *link) {
  made_link *one = (made_link *)(void *)link;
  polyring__link_close(pool, link, 0);
  pthread_mutex_lock(&pool->lock);
  *one->before = one->next;
  if (one->next) one->next->before = one->before;
  pool->links--;
  pthread_cond_signal(&pool->returned);
  pthread_mutex_unlock(&pool->lock);
  polyring__connection_done(&link->connection);
  polyring__release(&pool->allocator, one, sizeof *one);
}

void polyring__pool_lose(polyring__pool *pool, polyring__link *link) {
  polyring__connection_done(&link->connection);
  polyring__release(&pool->allocator, (made_link *)(void *)link, sizeof(made_link));
}

static void push(polyring__link **stack, polyring__link *link) {
  link->next = *stack;
  *stack = link;
}

static polyring__link *pop(polyring__link **stack) {
  polyring__link *link = *stack;
  if (link) *stack = link->next;
  return link;
}

void polyring__pool_done(polyring__pool *pool) {
  polyring__link *link;
  polyring__fork_leave(&pool->witness);
  while ((link = pop(&pool->idle)) || (link = pop(&pool->bare))) link_free(pool, link);
  polyring__journal_done(&pool->journal, &pool->allocator);
  pthread_cond_destroy(&pool->returned);
  pthread_mutex_destroy(&pool->lock);
}

const char *polyring__pool_set_place(polyring__pool *pool, polyring__span host, int port) {
  memset(&pool->address, 0, sizeof pool->address);
  *pool->name = 0;
  if (port < 0) {
    if (polyring__address_of_path(host, &pool->address)) return NULL;
    return "the path of a socket has 1 to 107 bytes";
  }
  if (!host.size || host.size > POLYRING__NAME_MAX) return "a host has 1 to 253 bytes";
  memcpy(pool->name, host.at, host.size);
  pool->name[host.size] = 0;
  pool->port = port;
  if (polyring__address_read(pool->name, port, &pool->address)) {
    *pool->name = 0;
    return NULL;
  }
  memset(&pool->address, 0, sizeof pool->address);
  if (memchr(host.at, '%', host.size)) return "there is no such address or network interface";
  for (size_t i = 0; i < host.size; i++)
    if (!polyring__is_unreserved((uint8_t)host.at[i]) || host.at[i] == '~')
      return "a name has letters, digits, dots, hyphens and underscores";
  return polyring__can_resolve() ? NULL : "names need c-ares, which this library was built without";
}

static int is_usable(polyring__pool *pool, polyring__link *link, int64_t now) {
  int64_t rest = now - link->used;
  if (link->generation != polyring__fork_generation() || rest > pool->idle_most) return 0;
  if (link->era != atomic_load_explicit(&pool->era, memory_order_relaxed)) return 0;
  /* What lies unread, or the server's end, is seen before anything is sent: always where replies
   * do not name their request, else where that costs next to nothing. */
  int looks = link->codec == &polyring__text || link->doubtful || rest > DOUBTFUL;
  link->doubtful = 0;
  return !looks || pool->transport->is_silent(link->descriptor);
}

static polyring__link *link_make(polyring__pool *pool) {
  made_link *one = polyring__allocate(&pool->allocator, sizeof *one);
  if (!one) return NULL;
  one->link = (polyring__link){.descriptor = -1};
  polyring__connection_init(&one->link.connection, &pool->allocator, &polyring__meta,
                            pool->value_most);
  pthread_mutex_lock(&pool->lock);
  made(pool, one);
  pthread_mutex_unlock(&pool->lock);
  return &one->link;
}

int polyring__pool_borrow(polyring__pool *pool, polyring__socket_of of, int64_t now,
                          int64_t deadline, polyring__link **link) {
  struct timespec until = {deadline / 1000000, deadline % 1000000 * 1000};
  polyring__link *none = NULL, **idle = of == POLYRING__OF_BIRTH ? &none : &pool->idle;
  pthread_mutex_lock(&pool->lock);
  while (!*idle && !pool->bare && pool->links >= pool->links_most)
    if (deadline <= now ||
        pthread_cond_timedwait(&pool->returned, &pool->lock, &until) == ETIMEDOUT) {
      pthread_mutex_unlock(&pool->lock);
      *link = NULL;
      return POLYRING_BUSY;
    }
  if (!(*link = pop(idle)) && !(*link = pop(&pool->bare))) pool->links++;
  if (*link && (*link)->round != pool->round) {
    (*link)->greeted = 0;
    (*link)->round = pool->round;
  }
  pthread_mutex_unlock(&pool->lock);
  if (!*link && !(*link = link_make(pool))) {
    pthread_mutex_lock(&pool->lock);
    pool->links--;
    pthread_cond_signal(&pool->returned);
    pthread_mutex_unlock(&pool->lock);
    return POLYRING_NO_MEMORY;
  }
  if ((*link)->descriptor >= 0 && !is_usable(pool, *link, now))
    polyring__link_close(pool, *link, 0);
  return POLYRING_OK;
}

/* Adds up; under the lock. */
static void count(polyring__counts *counts, const polyring__pool_use *use) {
  counts->exchanges++;
  counts->operations += use->operations;
  counts->hits += use->hits;
  counts->misses += use->misses;
  counts->bytes_sent += use->sent;
  counts->bytes_received += use->received;
  if (use->began) counts->latency[polyring__latency_index(use->ended - use->began)]++;
  if (use->failed)
    for (size_t i = 0; i < POLYRING_FAILURES; i++) counts->failures[i] += use->failures[i];
}

/* Under the lock. */
static polyring__turn see(polyring__pool *pool, polyring_seen seen, int64_t detail, int64_t now) {
  polyring__turn turn = {.before = pool->vitals.signs.state, .reason = seen};
  turn.count = polyring__vitals_take(&pool->vitals, pool->policy, seen, detail, now, turn.steps);
  int down = !polyring__vitals_serves(&pool->vitals);
  if (down && !atomic_load(&pool->down)) atomic_fetch_add(&pool->era, 1);
  atomic_store(&pool->down, down ? (int)pool->vitals.signs.state : 0);
  return turn;
}

static void tell(polyring__pool *pool, const polyring__turn *turn) {
  if (turn->count && pool->turned) pool->turned(pool->context, pool, turn);
}

/* Takes sockets out of the stack that were idle for too long, those at its bottom; under the
 * lock. */
static polyring__link *sweep(polyring__pool *pool, int64_t now) {
  polyring__link **at = &pool->idle, *old;
  if (now - pool->swept < pool->idle_most / 4) return NULL;
  pool->swept = now;
  while (*at && now - (*at)->used <= pool->idle_most) at = &(*at)->next;
  old = *at;
  *at = NULL;
  return old;
}

void polyring__pool_return(polyring__pool *pool, polyring__link *link, int abort,
                           const polyring__pool_use *use) {
  polyring__link *old = NULL, *one;
  polyring__turn turn = {.count = 0};
  const char *broken = link ? link->connection.broken : NULL;
  if (link && (abort || broken || !polyring__connection_is_idle(&link->connection))) {
    if (link->connected && pool->noticed)
      pool->noticed(pool->context, pool, POLYRING__DISCONNECTED, 0, broken);
    polyring__link_close(pool, link, abort);
  }
  if (link) link->used = use->ended;
  pthread_mutex_lock(&pool->lock);
  count(&pool->counts, use);
  if (pool->policy && use->seen >= 0) turn = see(pool, (polyring_seen)use->seen, 0, use->ended);
  if (link) {
    push(link->descriptor >= 0 ? &pool->idle : &pool->bare, link);
    old = sweep(pool, use->ended);
    pthread_cond_signal(&pool->returned);
  }
  pthread_mutex_unlock(&pool->lock);
  while ((one = pop(&old))) link_free(pool, one);
  tell(pool, &turn);
}

int polyring__link_open(polyring__pool *pool, polyring__link *link,
                        const polyring__address *address) {
  int descriptor = pool->transport->open(address, pool->receive_timeout);
  if (descriptor < 0) return descriptor;
  polyring__connection_done(&link->connection);
  polyring__connection_init(&link->connection, &pool->allocator, &polyring__meta, pool->value_most);
  *link = (polyring__link){.connection = link->connection,
                           .descriptor = descriptor,
                           .timeout = pool->receive_timeout,
                           .generation = polyring__fork_generation(),
                           .era = atomic_load(&pool->era),
                           .round = link->round};
  return 0;
}

void polyring__link_opened(polyring__pool *pool, polyring__link *link, polyring__socket_of of,
                           const polyring__address *address) {
  int counts = link->connected = of != POLYRING__OF_BIRTH;
  pthread_mutex_lock(&pool->lock);
  pool->strays |= of == POLYRING__OF_CALLS;
  pool->counts.connects += counts;
  pool->counts.connections += counts;
  if (*pool->name) pool->address = *address;
  link->codec = pool->protocol == POLYRING__PROTOCOL_META   ? &polyring__meta
                : pool->protocol == POLYRING__PROTOCOL_TEXT ? &polyring__text
                                                            : pool->codec;
  pthread_mutex_unlock(&pool->lock);
  if (link->codec) link->connection.codec = link->codec;
  if (counts && pool->noticed) pool->noticed(pool->context, pool, POLYRING__CONNECTED, 0, NULL);
}

void polyring__link_close(polyring__pool *pool, polyring__link *link, int abort) {
  /* In a child the socket is the parent's: no word on the wire. */
  int ours = link->generation == polyring__fork_generation(), descriptor = link->descriptor;
  link->descriptor = -1; /* first: a fork in between must not close what has the number then */
  if (descriptor >= 0) pool->transport->close(descriptor, abort && ours);
  if (!link->connected) return;
  link->connected = 0;
  pthread_mutex_lock(&pool->lock);
  pool->counts.connections--;
  pthread_mutex_unlock(&pool->lock);
}

void polyring__pool_failed(polyring__pool *pool, int system_error, const char *reason) {
  pthread_mutex_lock(&pool->lock);
  pool->counts.connect_failures++;
  pthread_mutex_unlock(&pool->lock);
  if (pool->noticed)
    pool->noticed(pool->context, pool, POLYRING__CONNECT_FAILED, system_error, reason);
}

polyring__address polyring__pool_address(polyring__pool *pool) {
  pthread_mutex_lock(&pool->lock);
  polyring__address address = pool->address;
  pthread_mutex_unlock(&pool->lock);
  return address;
}

void polyring__pool_greet_again(polyring__pool *pool) {
  pthread_mutex_lock(&pool->lock);
  pool->round++;
  pthread_mutex_unlock(&pool->lock);
}

void polyring__pool_learn(polyring__pool *pool, const polyring__codec *codec) {
  pthread_mutex_lock(&pool->lock);
  if (pool->protocol == POLYRING__PROTOCOL_AUTO) pool->codec = codec;
  pthread_mutex_unlock(&pool->lock);
}

/* --- health --- */

void polyring__pool_see(polyring__pool *pool, polyring_seen seen, int64_t detail, int64_t now) {
  pthread_mutex_lock(&pool->lock);
  polyring__turn turn = see(pool, seen, detail, now);
  pthread_mutex_unlock(&pool->lock);
  tell(pool, &turn);
}

int polyring__pool_probe(polyring__pool *pool, int64_t now) {
  pthread_mutex_lock(&pool->lock);
  polyring__turn turn = {.before = pool->vitals.signs.state, .reason = pool->vitals.signs.reason};
  int due = polyring__vitals_due(&pool->vitals, now, turn.steps, &turn.count);
  if (due) {
    pool->counts.probes++;
    atomic_fetch_add(&pool->era, 1);
    atomic_store(&pool->down, POLYRING_HEALTH_PROBING);
  }
  pthread_mutex_unlock(&pool->lock);
  tell(pool, &turn);
  return due;
}

polyring_vital_signs polyring__pool_signs(polyring__pool *pool) {
  pthread_mutex_lock(&pool->lock);
  polyring_vital_signs signs = pool->vitals.signs;
  pthread_mutex_unlock(&pool->lock);
  return signs;
}

int64_t polyring__pool_up_since(polyring__pool *pool) {
  pthread_mutex_lock(&pool->lock);
  int64_t since = polyring__vitals_serves(&pool->vitals) ? pool->vitals.up_since : INT64_MIN;
  pthread_mutex_unlock(&pool->lock);
  return since;
}

int64_t polyring__pool_birth(polyring__pool *pool, int *strays) {
  pthread_mutex_lock(&pool->lock);
  int64_t birth = pool->birth;
  *strays = pool->strays;
  pthread_mutex_unlock(&pool->lock);
  return birth;
}

void polyring__pool_in_use(polyring__pool *pool, int64_t now) {
  pthread_mutex_lock(&pool->lock);
  pool->openings++;
  pool->birth = -1;
  pool->strays = 0;
  if (pool->birth_due == INT64_MAX) pool->birth_due = now + POLYRING__BIRTH_AFTER;
  pthread_mutex_unlock(&pool->lock);
  if (pool->noticed) pool->noticed(pool->context, pool, POLYRING__IN_USE, 0, NULL);
}

uint64_t polyring__pool_ask_birth(polyring__pool *pool) {
  pthread_mutex_lock(&pool->lock);
  uint64_t openings = pool->openings;
  pool->birth_due = INT64_MAX;
  pthread_mutex_unlock(&pool->lock);
  return openings;
}

void polyring__pool_learn_birth(polyring__pool *pool, int64_t birth, uint64_t asked,
                                int64_t again) {
  pthread_mutex_lock(&pool->lock);
  if (pool->openings == asked) { /* else it is due anyway */
    pool->birth = birth;
    pool->strays = 0;
    if (birth < 0) pool->birth_due = again;
  }
  pthread_mutex_unlock(&pool->lock);
}

int polyring__pool_may_stand_in(polyring__pool *pool, int64_t now) {
  pthread_mutex_lock(&pool->lock);
  int may = now >= pool->vitals.stood_in_from;
  pthread_mutex_unlock(&pool->lock);
  return may;
}

void polyring__pool_refused(polyring__pool *pool) {
  pthread_mutex_lock(&pool->lock);
  pool->counts.operations++;
  pool->counts.refused++;
  pool->counts.failures[-POLYRING_UNAVAILABLE]++;
  pthread_mutex_unlock(&pool->lock);
}

void polyring__pool_redirected(polyring__pool *pool) {
  pthread_mutex_lock(&pool->lock);
  pool->counts.redirected++;
  pthread_mutex_unlock(&pool->lock);
}

size_t polyring__pool_doubt_count(const polyring__pool *pool) {
  return atomic_load(&pool->journal.count);
}

/* For one key more in the journal. The lock is held, but not while memory is asked for. */
static void make_room(polyring__pool *pool) {
  size_t room;
  while ((room = polyring__journal_wants(&pool->journal))) {
    size_t size = room * sizeof(polyring__doubt), old = room;
    pthread_mutex_unlock(&pool->lock);
    polyring__doubt *doubts = polyring__allocate(&pool->allocator, size), *spare = doubts;
    pthread_mutex_lock(&pool->lock);
    if (doubts && polyring__journal_wants(&pool->journal) == room) {
      old = pool->journal.room;
      spare = polyring__journal_give(&pool->journal, doubts, room);
    }
    pthread_mutex_unlock(&pool->lock);
    polyring__release(&pool->allocator, spare, old * sizeof *spare);
    pthread_mutex_lock(&pool->lock);
    if (!doubts) return;
  }
}

void polyring__pool_doubt(polyring__pool *pool, polyring__span key, int binary, int sent,
                          int64_t now, const polyring__pool *at) {
  polyring__turn turn = {.count = 0};
  pthread_mutex_lock(&pool->lock);
  make_room(pool);
  if (!polyring__journal_add(&pool->journal, key, binary, sent, now, at)) {
    pool->forgets++;
    turn = see(pool, POLYRING_SEEN_FORGOTTEN, 0, now);
  }
  pthread_mutex_unlock(&pool->lock);
  tell(pool, &turn);
}

uint64_t polyring__pool_forgets(polyring__pool *pool) {
  pthread_mutex_lock(&pool->lock);
  uint64_t forgets = pool->forgets;
  pthread_mutex_unlock(&pool->lock);
  return forgets;
}

int polyring__pool_forgot(polyring__pool *pool) {
  pthread_mutex_lock(&pool->lock);
  int forgotten = pool->vitals.forgotten;
  pthread_mutex_unlock(&pool->lock);
  return forgotten;
}

int polyring__pool_doubts(polyring__pool *pool, polyring__span key, const polyring__pool *at) {
  if (!atomic_load_explicit(&pool->journal.count, memory_order_relaxed)) return 0;
  pthread_mutex_lock(&pool->lock);
  const polyring__doubt *doubt = polyring__journal_find(&pool->journal, key);
  int has = doubt && (!at || doubt->at != at);
  pthread_mutex_unlock(&pool->lock);
  return has;
}

unsigned polyring__latency_index(int64_t microseconds) {
  uint64_t time = microseconds < 1 ? 1 : (uint64_t)microseconds, square = time * time;
  unsigned low = 0, high = POLYRING_LATENCIES - 1; /* the first whose power of 2 is no less */
  if (time >= 1 << 24) return high;
  while (low < high) {
    unsigned middle = (low + high) / 2;
    if ((uint64_t)1 << middle < square)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void polyring__pool_count(polyring__pool *pool, polyring__counts *counts) {
  pthread_mutex_lock(&pool->lock);
  *counts = pool->counts;
  pthread_mutex_unlock(&pool->lock);
}
