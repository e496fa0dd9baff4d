/* Calls in a time of our own: the clock, poll and the waiting for a connection are replaced, and so
 * are the sockets, by the table that a pool is given. Servers connect late or never, trickle, take
 * requests byte by byte and fall silent, connections come back late, and signals interrupt each
 * wait. No wait is ever longer than what is left, and no call ends later than its deadline and the
 * lateness that a receive may have. */
#include <errno.h>
#include <pthread.h>

#include "client/call.h"
#include "transport/clock.h"
#include "unit.h"

enum {
  LATENESS = 10000, /* of exchange.c */
  POOLS = 4,
  SOCKETS = 64,
  NEVER = 1 << 30,
  TRIALS = 6000
};

/* --- the time --- */

static int64_t now, deadline; /* the deadline of the call that runs */
static int signals;           /* microseconds from one to the next, 0: none */
static uint64_t seed;
static struct {
  size_t polls, receives, interrupts, borrows, too_long;
  int64_t latest;
} seen;

static unsigned draw(unsigned below) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)((seed >> 33) % below);
}

int64_t polyring__clock_now(void) { return now += draw(3); }

int64_t polyring__clock_date(void) { return 0; }

/* Time passes until something happens, or so much has passed, or a signal comes: then 0. */
static int pass(int64_t most, int64_t event) {
  int64_t end = now + most < event ? now + most : event;
  int64_t signal = signals ? now + 1 + draw((unsigned)signals) : INT64_MAX;
  int interrupted = signal < end;
  if (interrupted) end = signal;
  if (end > now) now = end;
  seen.interrupts += (size_t)interrupted;
  return !interrupted;
}

/* A wait for so long begins, and may be late by so much. */
static void check_wait(int64_t time, int64_t late) {
  if (now > deadline + 10000000) fail_msg("the call does not end");
  seen.too_long += time > 0 && time > deadline - now + late;
}

/* --- the servers --- */

static struct manners {
  int64_t connects, answers, gap; /* after how long; between two bytes, of both directions */
  int refuses, closes;            /* after the answer */
  int64_t returns;                /* when the one connection there may be comes back */
} manners[POOLS];

static struct socket {
  int pool, open, is_asked, answered; /* bytes of the answer that were taken */
  int64_t connected, sends, answers, timeout;
} sockets[SOCKETS];
static int socket_count;
static polyring__pool pools[POOLS];
static polyring__link *away[POOLS];
static const char ANSWER[] = "END\r\n";
enum { ANSWER_SIZE = sizeof ANSWER - 1 };

static void bring_back(int all) {
  for (int i = 0; i < POOLS; i++) {
    polyring__pool_use nothing = {.ended = now};
    if (!away[i] || (!all && manners[i].returns > now)) continue;
    polyring__pool_return(&pools[i], away[i], 0, &nothing);
    away[i] = NULL;
  }
}

/* When the next byte comes in. */
static int64_t next_byte(const struct socket *it) {
  int over = it->answered == ANSWER_SIZE && !manners[it->pool].closes;
  return !it->is_asked || over ? INT64_MAX : it->answers + it->answered * manners[it->pool].gap;
}

static int open_socket(const polyring__address *address, int64_t timeout) {
  int pool = (int)address->size;
  assert_in_range(socket_count, 0, SOCKETS - 1);
  if (manners[pool].refuses) return -ECONNREFUSED;
  sockets[socket_count] = (struct socket){
      .pool = pool, .open = 1, .connected = now + manners[pool].connects, .timeout = timeout};
  return socket_count++;
}

static int is_open(int at) { return now >= sockets[at].connected ? 0 : -EAGAIN; }

static int set_timeout(int at, int64_t timeout) {
  assert_true(timeout > 0);
  sockets[at].timeout = timeout;
  return 0;
}

static ptrdiff_t take(int at, const polyring__span *spans, int count) {
  struct socket *it = &sockets[at];
  int64_t gap = manners[it->pool].gap;
  assert_int_equal(count, 1);
  if (it->sends > now) return -EAGAIN;
  size_t size = gap ? 1 : spans->size;
  it->sends = now + gap;
  if (size < spans->size) return (ptrdiff_t)size;
  it->is_asked = 1;
  it->answered = 0;
  it->answers = now + manners[it->pool].answers;
  return (ptrdiff_t)size;
}

static ptrdiff_t receive(int at, char *to, size_t room, int wait) {
  struct socket *it = &sockets[at];
  size_t size = 0;
  if (wait && next_byte(it) > now) {
    seen.receives++;
    check_wait(it->timeout, LATENESS);
    pass(it->timeout, next_byte(it));
  }
  for (; size < room && it->answered < ANSWER_SIZE && next_byte(it) <= now; size++)
    to[size] = ANSWER[it->answered++];
  if (size || next_byte(it) > now) return size ? (ptrdiff_t)size : -EAGAIN;
  return 0;
}

static int is_silent(int at) { return next_byte(&sockets[at]) > now; }

static void close_socket(int at, int at_once) {
  (void)at_once;
  assert_true(sockets[at].open);
  sockets[at].open = 0;
}

static const polyring__transport of_ours = {open_socket, is_open,   set_timeout, take,
                                            receive,     is_silent, close_socket};

/* --- what the core waits by --- */

int ppoll(struct pollfd *waiters, nfds_t count, const struct timespec *timeout,
          const sigset_t *mask);

int ppoll(struct pollfd *waiters, nfds_t count, const struct timespec *timeout,
          const sigset_t *mask) {
  int64_t most = timeout->tv_sec * (int64_t)1000000 + timeout->tv_nsec / 1000, first = INT64_MAX;
  int ready = 0;
  assert_null(mask);
  for (int done = 0; done < 2; done++) {
    for (nfds_t i = 0; i < count; i++) {
      const struct socket *it = &sockets[waiters[i].fd];
      int64_t out = it->connected > it->sends ? it->connected : it->sends, in = next_byte(it);
      waiters[i].revents = 0;
      if (waiters[i].events & POLLOUT && out < first) first = out;
      if (waiters[i].events & POLLIN && in < first) first = in;
      if (waiters[i].events & POLLOUT && out <= now) waiters[i].revents |= POLLOUT;
      if (waiters[i].events & POLLIN && in <= now) waiters[i].revents |= POLLIN;
      ready += waiters[i].revents != 0;
    }
    if (ready || done) break;
    seen.polls++;
    check_wait(most, 0);
    if (pass(most, first)) continue;
    errno = EINTR;
    return -1;
  }
  bring_back(0);
  return ready;
}

/* The one who waits is woken for nothing, or by one who brings a connection back. */
int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict lock,
                           const struct timespec *restrict until) {
  int64_t end = until->tv_sec * (int64_t)1000000 + until->tv_nsec / 1000, first = INT64_MAX;
  (void)condition;
  seen.borrows++;
  for (int i = 0; i < POOLS; i++)
    if (away[i] && manners[i].returns < first) first = manners[i].returns;
  check_wait(end - now, 0);
  if (end <= now) return ETIMEDOUT;
  pass(end - now, first);
  pthread_mutex_unlock(lock);
  bring_back(0);
  pthread_mutex_lock(lock);
  return 0;
}

/* --- calls --- */

static int64_t draw_time(void) {
  static const unsigned below[] = {1, 100, 5000, 60000, 400000};
  unsigned kind = draw(6);
  return kind == 5 ? NEVER : draw(below[kind]);
}

/* A server, to which there are all connections, or one that is in use. */
static void begin_server(int i) {
  polyring__pool *pool = &pools[i];
  int quick = draw(3) == 0;
  manners[i] = (struct manners){.refuses = 0};
  polyring__pool_init(pool, NULL);
  pool->transport = &of_ours;
  pool->protocol = POLYRING__PROTOCOL_TEXT;
  pool->receive_timeout = 250000;
  pool->value_most = 1000;
  pool->links_most = 1;
  pool->address.size = (socklen_t)i;
  if (!quick)
    manners[i] = (struct manners){.connects = draw_time(),
                                  .answers = draw_time(),
                                  .gap = draw(2) ? draw_time() : 0,
                                  .refuses = draw(20) == 0,
                                  .closes = draw(10) == 0};
}

/* Somebody else takes the only connection, which may be a good one, for a while. */
static void use_elsewhere(int i) {
  if (away[i] || draw(4)) return;
  manners[i].returns = now + draw_time();
  polyring__pool_borrow(&pools[i], POLYRING__OF_CALLS, now, now, &away[i]);
}

/* One call, whose every operation has an answer of that server, or a failure in time. */
static void call(const int *servers, size_t count, polyring__results *results) {
  static const unsigned budgets[] = {1000, 20000, 250000, 250000, 2000000};
  polyring__op ops[POOLS];
  polyring__pool *table[POOLS];
  unsigned budget = 1 + draw(budgets[draw(5)]), connect = 1 + draw(budget);
  for (int i = 0; i < POOLS; i++) table[i] = &pools[i];
  for (size_t i = 0; i < count; i++)
    ops[i] = (polyring__op){.request = {.verb = POLYRING__GET, .key = {"key", 3}},
                            .server = (uint16_t)servers[i]};
  deadline = now + budget;
  polyring__call(table, POOLS, ops, count, connect, deadline, NULL, results);
  if (now - deadline > seen.latest) seen.latest = now - deadline;
  for (size_t i = 0; i < count; i++) {
    const struct manners *of = &manners[servers[i]];
    int is_quick = !of->connects && !of->answers && !of->gap && !of->refuses && !of->closes;
    int failed = ops[i].status == POLYRING_UNAVAILABLE || ops[i].status == POLYRING_UNKNOWN ||
                 ops[i].status == POLYRING_BUSY;
    if (ops[i].status != POLYRING_MISS && (!failed || !ops[i].system_error))
      fail_msg("status %d, error %d", ops[i].status, ops[i].system_error);
    if (is_quick && connect > 1000 && !away[servers[i]] && of->returns < deadline - 5000)
      assert_int_equal(ops[i].status, POLYRING_MISS);
  }
}

static void no_call_is_late(void **state) {
  (void)state;
  polyring__results results;
  polyring__results_init(&results, NULL);
  seed = getenv("POLYRING_SEED") ? strtoull(getenv("POLYRING_SEED"), NULL, 0) : 5;
  int trials = getenv("POLYRING_SIZE") ? atoi(getenv("POLYRING_SIZE")) : TRIALS, misses = 0;
  for (int trial = 0; trial < trials; trial++) {
    int servers[POOLS] = {0, 1, 2, 3};
    size_t count = draw(2) ? 1 : 2 + draw(POOLS - 1);
    socket_count = 0;
    signals = draw(3) ? 0 : 1 + (int)draw(3000);
    for (int i = 0; i < POOLS; i++) begin_server(i);
    for (int turn = 0; turn < 3; turn++) {
      for (int i = 0; i < POOLS; i++) use_elsewhere(i);
      call(servers, count, &results);
    }
    bring_back(1);
    for (int i = 0; i < POOLS; i++) {
      misses += pools[i].counts.misses > 0;
      polyring__pool_done(&pools[i]);
    }
    for (int i = 0; i < socket_count; i++) assert_false(sockets[i].open);
    if (seen.too_long || seen.latest > LATENESS + 100)
      fail_msg("trial %d: %zu waits beyond the deadline; %d us late", trial, seen.too_long,
               (int)seen.latest);
  }
  polyring__results_done(&results);
  assert_true(misses > trials / 10); /* all that was to be seen was there to be seen */
  assert_true((int)seen.polls > trials && (int)seen.receives > trials / 10 &&
              (int)seen.interrupts > trials && (int)seen.borrows > trials / 100);
}

/* What does not look at the clock after a signal. */
static int wait_naively(struct pollfd *waiters, size_t count, int64_t until) {
  int64_t left = until - polyring__clock_now();
  struct timespec timeout = {left / 1000000, left % 1000000 * 1000};
  int ready;
  do ready = ppoll(waiters, (nfds_t)count, &timeout, NULL);
  while (ready < 0 && errno == EINTR && now < until + 1000000);
  return ready;
}

static void signals_do_not_start_the_clock_anew(void **state) {
  (void)state;
  signals = 1000;
  deadline = now + 250000;
  seen.too_long = 0;
  assert_int_equal(polyring__wait(NULL, 0, deadline), 0);
  assert_in_range(now, deadline, deadline + 10);
  assert_int_equal(seen.too_long, 0);
  deadline = now + 250000; /* the control */
  wait_naively(NULL, 0, deadline);
  assert_true(seen.too_long > 100 && now > deadline + LATENESS);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(no_call_is_late),
                                     cmocka_unit_test(signals_do_not_start_the_clock_anew)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
