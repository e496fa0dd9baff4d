/* What undoes a change that was given up, each cure alone. The server has four threads; the one in
 * front of it holds back what it is told to, as a network does or a thread that comes to it late,
 * and the clock stands, so that nothing hangs on how long anything takes. */
#include "ahead.h"
#include "fake.h"
#include "polyring/polyring.h"

enum { LARGE = 400000, ROOM = 65536, TURNS = 40, SETTLE = 1000000, ALL = 1 << 30 };
static live server;
static fake gate;
static char word[40], large[LARGE];
static int is_open; /* also where a test before was broken off */
static polyring_client *client, *direct;
static polyring_results *results, *results_of_direct;

#define SETTINGS                                                                   \
  "protocol=meta&compress=none&on_mismatch=ignore&timeout=10s&connect_timeout=5s&" \
  "probe_interval=100ms&settle=1s&"
#define STAYS_UP "detect_hard=0&detect_soft=0&detect_share=0"
#define GOES_DOWN "detect_soft=1"

static int begin(void **state) {
  (void)state;
  server = (live){.address = "127.94.10.1", .port = "21981", .threads = "4"};
  snprintf(server.word, sizeof server.word, "%s:%s", server.address, server.port);
  live_start(&server);
  snprintf(word, sizeof word, "127.94.10.2:21982");
  memset(large, 'z', sizeof large);
  return 0;
}

static int end(void **state) {
  (void)state;
  live_stop(&server);
  return 0;
}

static polyring_client *client_of(const char *list, const char *settings) {
  polyring_error error;
  polyring_client *made;
  if (polyring_client_new(NULL, list, strlen(list), settings, strlen(settings), &made, &error) < 0)
    fail_msg("%s: %s", settings, error.text);
  return made;
}

static void close_all(void) {
  is_open = 0;
  if (atomic_load(&ahead.stands)) clock_go();
  polyring_results_return(results);
  polyring_results_return(results_of_direct);
  polyring_client_free(client);
  polyring_client_free(direct);
  fake_stop(&gate);
}

static void open_on(const char *list, const char *settings) {
  if (is_open) close_all();
  atomic_store(&ahead.by, 0);
  client = client_of(list, settings);
  direct = client_of(server.word, SETTINGS);
  results = polyring_results_borrow(client);
  results_of_direct = polyring_results_borrow(direct);
  gate = (fake){.behind = &server, .room = ROOM};
  fake_start(&gate, "127.94.10.2", 21982);
  is_open = 1;
}

static void open_all(const char *settings) { open_on(word, settings); }

static polyring_operation set(polyring_results *own, const char *key, const char *value,
                              size_t size, int64_t time) {
  polyring_operation one = {.verb = POLYRING_SET,
                            .key = key,
                            .key_size = strlen(key),
                            .value = {.tag = POLYRING_VALUE_TEXT, .at = value, .size = size}};
  polyring_client_run(client, &one, 1, time, own, NULL);
  return one;
}

static int get(const char *key) {
  polyring_operation one = {.verb = POLYRING_GET, .key = key, .key_size = strlen(key)};
  polyring_client_run(client, &one, 1, 0, results, NULL);
  return one.status;
}

/* What the server has; its size, or -1. */
static int64_t there(const char *key) {
  polyring_operation one = {.verb = POLYRING_GET, .key = key, .key_size = strlen(key)};
  polyring_client_run(direct, &one, 1, 0, results_of_direct, NULL);
  assert_true(one.status >= 0);
  return one.status == POLYRING_OK ? (int64_t)one.found.size : -1;
}

/* Calls that the errands ride along with, until it is so, and then some more. */
#define UNTIL(so)                                                   \
  for (int turn = 0, more = TURNS; more; more -= (so), turn++) {    \
    if (turn > 4000) fail_msg("line %d: it is never so", __LINE__); \
    status = get(key);                                              \
    pause_ms(5);                                                    \
  }

static const char key[] = "k";

/* A change is given up, and held back before the server: all connections that there are. */
static void give_up(const char *value, size_t size) {
  assert_int_equal(set(results, key, "old", 3, 0).status, POLYRING_OK);
  atomic_store(&gate.held, 1);
  polyring_operation lost = set(results, key, value, size, 150000);
  assert_int_equal(lost.status, POLYRING_UNKNOWN);
  assert_int_equal(lost.stage, POLYRING_STAGE_RECEIVING); /* the system took all of it */
  assert_int_equal(atomic_load(&gate.taken), 1);
  clock_stop();
}

/* What was held back goes on, to its end. */
static void let_go(void) {
  fake_release(&gate);
  for (int ms = 0; !atomic_load(&gate.ended); ms++) {
    assert_in_range(ms, 0, 20000);
    pause_ms(1);
  }
}

static void until_it_is_there(const char *which) {
  for (int ms = 0; there(which) != 6; ms += 5) {
    assert_in_range(ms, 0, 20000);
    pause_ms(5);
  }
}

/* linger: what has not left this machine when a change is given up never does. */
static void what_is_given_up_is_not_sent(void **state) {
  (void)state;
  int status = 0, is_large = 1;
  for (; is_large >= 0; is_large--) {
    open_all(SETTINGS STAYS_UP);
    give_up(is_large ? large : "zombie", is_large ? LARGE : 6);
    UNTIL(fake_answered(&gate, 1) > 0);
    ahead.by += SETTLE;
    UNTIL(status == POLYRING_MISS);
    let_go();
    if (is_large) {
      UNTIL(1);
      assert_int_equal(status, POLYRING_MISS);
      assert_int_equal(there(key), -1);
      assert_int_equal(atomic_load(&gate.resets), 1);
    } else { /* bytes that were in the network already: these are made, whatever the client does */
      until_it_is_there(key);
      assert_int_equal(get(key), POLYRING_OK);
    }
    close_all();
  }
}

/* settle, of a server that was never down: what another thread of it comes to within that time is
 * undone. */
static void what_comes_within_settle_is_undone(void **state) {
  (void)state;
  int status = 0;
  open_all(SETTINGS STAYS_UP);
  give_up("zombie", 6);
  UNTIL(fake_answered(&gate, 1) > 0);
  assert_int_equal(status, POLYRING_UNAVAILABLE);
  let_go();
  until_it_is_there(key);
  ahead.by += SETTLE - 1000;
  UNTIL(1);
  assert_int_equal(status, POLYRING_UNAVAILABLE);
  ahead.by += 1000;
  UNTIL(status >= 0);
  assert_int_equal(status, POLYRING_MISS);
  assert_int_equal(there(key), -1);
  close_all();
}

/* The same of one that was down: two probes lie as far apart. */
static void what_comes_between_the_probes_is_undone(void **state) {
  (void)state;
  static const char *const settings[] = {SETTINGS GOES_DOWN,
                                         SETTINGS GOES_DOWN "&rejoin=flush_first"};
  int status = 0;
  for (size_t s = 0; s < COUNT(settings); s++) {
    open_all(settings[s]);
    give_up("zombie", 6);
    assert_int_equal(get(key), POLYRING_UNAVAILABLE);
    ahead.by += 125000; /* the first probe */
    UNTIL(fake_answered(&gate, 1) > 0);
    ahead.by += SETTLE / 2;
    UNTIL(1);
    assert_int_equal(status, POLYRING_UNAVAILABLE);
    let_go();
    until_it_is_there(key);
    ahead.by += SETTLE;
    if (s) clock_go(); /* a flush takes its time */
    UNTIL(status >= 0);
    assert_int_equal(status, POLYRING_MISS);
    assert_int_equal(there(key), -1);
    close_all();
  }
}

static void *give_up_late(void *context) {
  polyring_results *own = polyring_results_borrow(client);
  *(atomic_int *)context = set(own, "late", "zombie", 6, 1500000).status;
  polyring_results_return(own);
  return NULL;
}

/* A change is given up after the server has answered, to undo another one. */
static void one_is_given_up_later(const char *settings) {
  pthread_t thread;
  int status = 0;
  atomic_int late = 0;
  open_all(settings);
  atomic_store(&gate.held, ALL);
  pthread_create(&thread, NULL, give_up_late, &late);
  while (atomic_load(&gate.taken) < 1) pause_ms(1);
  assert_int_equal(set(results, key, "zombie", 6, 100000).status, POLYRING_UNKNOWN);
  while (atomic_load(&gate.taken) < 2) pause_ms(1);
  atomic_store(&gate.held, 2);
  UNTIL(fake_answered(&gate, 2) > 0 || atomic_load(&gate.taken) > 3); /* a probe came after it */
  pthread_join(thread, NULL);
  assert_int_equal(late, POLYRING_UNKNOWN);
  clock_stop();
  for (; get(key) != POLYRING_MISS; pause_ms(5)) ahead.by += SETTLE / 50;
  assert_int_equal(get("late"), POLYRING_UNAVAILABLE);
  fake_release(&gate);
  until_it_is_there("late");
  for (; (status = get("late")) == POLYRING_UNAVAILABLE; pause_ms(5)) ahead.by += SETTLE / 50;
  assert_int_equal(status, POLYRING_MISS);
  assert_int_equal(there("late"), -1);
  close_all();
}

/* The time begins when the change was given up, not when it was begun: what the server answered in
 * between says nothing about it. */
static void settle_begins_at_the_end_of_the_call(void **state) {
  (void)state;
  one_is_given_up_later(SETTINGS STAYS_UP);
}

/* Nor does the first good probe, if the change is given up before the second one. */
static void what_is_given_up_between_the_probes_is_undone(void **state) {
  (void)state;
  one_is_given_up_later(SETTINGS GOES_DOWN);
}

/* A delete that was not acknowledged is sent again, and until then the key is not read. */
static void a_delete_counts_when_it_is_acknowledged(void **state) {
  (void)state;
  int status = 0;
  open_all(SETTINGS STAYS_UP);
  give_up("zombie", 6);
  let_go();
  until_it_is_there(key);
  atomic_store(&gate.drops, "md ");
  UNTIL(fake_answered(&gate, 1) > 0);
  ahead.by += SETTLE;
  UNTIL(atomic_load(&gate.dropped) > 0);
  assert_int_equal(status, POLYRING_UNAVAILABLE);
  atomic_store(&gate.drops, NULL);
  for (; (status = get(key)) == POLYRING_UNAVAILABLE; pause_ms(5)) ahead.by += SETTLE / 50;
  assert_int_equal(status, POLYRING_MISS);
  assert_int_equal(there(key), -1);
  close_all();
}

/* No call is answered, until it is down. */
static void hang(const char *which) {
  polyring_operation one = {.verb = POLYRING_GET, .key = which, .key_size = strlen(which)};
  atomic_store(&gate.held, ALL);
  polyring_client_run(client, &one, 1, 100000, results, NULL);
  assert_int_equal(one.status, POLYRING_UNKNOWN);
  clock_stop();
}

/* What stood in has old copies, for as long as they live. */
static void no_server_stands_in_after_a_relapse(void **state) {
  (void)state;
  char list[200], kept[16];
  live other = live_tcp("127.94.10.3", 21983);
  int i = 0;
  snprintf(list, sizeof list, "%s %s", word, other.word);
  polyring_ring *ring = ring_of("ketama", list);
  do snprintf(kept, sizeof kept, "key:%d", i++);
  while (locate(ring, kept) != 0);
  polyring_ring_free(ring);
  open_on(list, SETTINGS GOES_DOWN "&on_dead=next&rejoin=repair&stand_in_ttl=20s");
  hang(kept);
  assert_int_equal(set(results, kept, "copy", 4, 0).status, POLYRING_OK);
  assert_int_equal(get(kept), POLYRING_OK);
  fake_release(&gate);
  for (; get(kept) != POLYRING_MISS; pause_ms(5)) ahead.by += SETTLE / 50;
  assert_int_equal(set(results, kept, "new", 3, 0).status, POLYRING_OK);
  assert_int_equal(there(kept), 3);
  clock_go();
  hang(kept);
  assert_int_equal(get(kept), POLYRING_UNAVAILABLE);
  ahead.by += 21 * SETTLE;
  assert_int_equal(get(kept), POLYRING_UNAVAILABLE); /* servers count whole seconds */
  ahead.by += SETTLE;
  assert_true(get(kept) >= 0);
  close_all();
  live_stop(&other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_given_up_is_not_sent),
      cmocka_unit_test(what_comes_within_settle_is_undone),
      cmocka_unit_test(what_comes_between_the_probes_is_undone),
      cmocka_unit_test(settle_begins_at_the_end_of_the_call),
      cmocka_unit_test(what_is_given_up_between_the_probes_is_undone),
      cmocka_unit_test(a_delete_counts_when_it_is_acknowledged),
      cmocka_unit_test(no_server_stands_in_after_a_relapse),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
