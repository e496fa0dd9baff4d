/* The client beside servers that die, hang and come back: which calls fail and how fast, where keys
 * go, and that nothing is read that a change was to replace. */
#include <pthread.h>
#include <stdatomic.h>

enum { SERVERS = 4, KEYS = 200, PATIENT = 5000000, PORT = 21970 };
#define ADDRESS "127.94.7."
#include "outages.h"

static void a_killed_server_costs_one_call(void **state) {
  (void)state;
  open_client(FAST);
  fill("old");
  events("");
  const char *key = key_of(1);
  live_stop(&servers[1]);
  assert_int_equal(get(key).status, POLYRING_UNAVAILABLE);
  assert_int_equal(events("UP -> DOWN UNREACHED"), 1);
  polyring_operation next = set(key, "new");
  assert_int_equal(next.status, POLYRING_UNAVAILABLE);
  assert_int_equal(next.server, 1);
  assert_string_equal(next.reason, "it is down");
  for (int i = 0; i < KEYS; i++) {
    polyring_operation one = look(keys[i]);
    assert_true(one.server == 1 ? one.status == POLYRING_UNAVAILABLE : is(&one, "old"));
  }
  live_start(&servers[1]);
  wait_up("REJOINING -> UP CLEANED");
  assert_int_equal(get(key).status, POLYRING_MISS);
  assert_int_equal(set(key, "newest").status, POLYRING_OK);
  polyring_operation again = get(key);
  assert_true(is(&again, "newest"));
  close_client();
}

static void a_hung_server_costs_three_slow_calls(void **state) {
  (void)state;
  open_client(FAST "&timeout=100ms");
  fill("old");
  const char *key = key_of(2);
  live_freeze(&servers[2]);
  int slow = 0, unknown = 0;
  for (int i = 0; i < 50; i++) {
    int64_t start = now_ms();
    polyring_operation one = set(key, "lost");
    assert_true(one.status < 0);
    unknown += one.status == POLYRING_UNKNOWN;
    slow += now_ms() - start > 50;
  }
  assert_in_range(slow, 1, 3);
  assert_in_range(unknown, 1, 3);
  kill(servers[2].pid, SIGCONT);
  wait_up("REJOINING -> UP CLEANED");
  for (int i = 0; i < KEYS; i++) {
    polyring_operation one = look(keys[i]);
    assert_true(strcmp(keys[i], key) == 0 ? one.status == POLYRING_MISS : is(&one, "old"));
  }
  close_client();
}

/* One change that nobody answered, and a server that was never down. */
static void what_is_in_doubt_is_not_read(void **state) {
  (void)state;
  open_client(FAST "&timeout=100ms");
  fill("old");
  const char *key = key_of(0);
  live_freeze(&servers[0]);
  assert_int_equal(set(key, "lost").status, POLYRING_UNKNOWN);
  kill(servers[0].pid, SIGCONT);
  polyring_operation one = get(key);
  assert_int_equal(one.status, POLYRING_UNAVAILABLE);
  assert_non_null(strstr(one.reason, "undone"));
  for (int i = 0; i < 100 && get(key).status != POLYRING_MISS; i++) pause_ms(20);
  assert_int_equal(get(key).status, POLYRING_MISS);
  assert_int_equal(events("UP -> DOWN UNANSWERED"), 0);
  close_client();
}

static void a_stand_in_serves_meanwhile(void **state) {
  (void)state;
  open_client(FAST "&on_dead=next&timeout=200ms");
  fill("old");
  const char *key = key_of(3);
  live_freeze(&servers[3]);
  for (int i = 0; i < 3; i++) assert_true(get(key).status < 0);
  assert_int_equal(look(key).status, POLYRING_MISS);
  polyring_operation stored = set_within(key, "new", PATIENT);
  assert_int_equal(stored.status, POLYRING_OK);
  assert_int_not_equal(stored.server, 3);
  polyring_operation there = {
      .verb = POLYRING_GET, .key = key, .key_size = strlen(key), .want = POLYRING_WANT_TTL};
  polyring_client_run(client, &there, 1, PATIENT, results, NULL);
  assert_true(is(&there, "new"));
  assert_in_range(there.found_ttl, 1, 10);
  for (int i = 0; i < KEYS; i++) {
    polyring_operation one = look(keys[i]);
    assert_true(one.status == POLYRING_MISS ||
                is(&one, one.server == stored.server && strcmp(keys[i], key) == 0 ? "new" : "old"));
  }
  kill(servers[3].pid, SIGCONT);
  wait_up("REJOINING -> UP CLEANED");
  for (int i = 0; i < KEYS; i++) { /* it was emptied first */
    polyring_operation one = look(keys[i]);
    assert_true(one.server == 3 ? one.status == POLYRING_MISS : is(&one, "old"));
  }
  live_freeze(&servers[3]); /* what stood in for it may still have its copy */
  for (int i = 0; i < 3; i++) assert_true(get(key).status < 0);
  assert_int_equal(look(key).status, POLYRING_UNAVAILABLE);
  close_client();
}

static int flushes_of(int server) {
  polyring_operation stats = {.verb = POLYRING_STATS,
                              .key = servers[server].word,
                              .key_size = strlen(servers[server].word)};
  char text[8192];
  assert_int_equal(polyring_client_run(client, &stats, 1, 2000000, results, NULL), POLYRING_OK);
  snprintf(text, sizeof text, "%.*s", (int)stats.found.size, (const char *)stats.found.at);
  char *flushes = strstr(text, "cmd_flush ");
  assert_non_null(flushes);
  return atoi(flushes + 10);
}

/* Three clients, as of three processes, and one flush. */
static void is_emptied_once(const char *settings) {
  polyring_client *clients[3];
  polyring_results *of[3];
  int up = 0, before = 0;
  for (int c = 0; c < 3; c++) {
    open_client(settings);
    clients[c] = client;
    of[c] = results;
    if (!c) fill("old");
    before = flushes_of(3);
  }
  const char *key = key_of(3);
  live_freeze(&servers[3]);
  for (int c = 0; c < 3; c++) {
    client = clients[c];
    results = of[c];
    assert_int_equal(get(key).status, POLYRING_UNKNOWN);
    assert_int_equal(events("UP -> DOWN UNANSWERED"), 1);
  }
  kill(servers[3].pid, SIGCONT);
  for (int64_t start = now_ms(); up < 3 && now_ms() - start < 15000; pause_ms(5))
    for (int c = 0; c < 3; c++) {
      client = clients[c];
      polyring_client_tick(client, 5000, NULL);
      up += events("REJOINING -> UP CLEANED");
    }
  assert_int_equal(up, 3);
  assert_int_equal(flushes_of(3), before + 1);
  for (int c = 0; c < 3; c++) {
    client = clients[c];
    results = of[c];
    close_client();
  }
}

#define EMPTIED "on_dead=next&timeout=200ms&detect_soft=1"

static void a_server_is_emptied_once(void **state) {
  (void)state;
  is_emptied_once(EMPTIED);
}

/* Its uptime, which is whole seconds, does not say that the flush came after it was down. */
static void a_server_is_emptied_once_in_a_short_time(void **state) {
  (void)state;
  is_emptied_once(EMPTIED "&probe_interval=50ms&probe_most=50ms&settle=400ms");
}

/* While a probe hangs, calls to its server fail as fast as ever, and so does a tick without time.
 */
static void nobody_waits_for_a_probe(void **state) {
  (void)state;
  open_client(FAST "&timeout=400ms&detect_soft=1");
  fill("old");
  const char *key = key_of(1), *other = key_of(0);
  live_freeze(&servers[1]);
  assert_int_equal(get(key).status, POLYRING_UNKNOWN);
  int64_t longest = 0;
  for (int i = 0; i < 300; i++) {
    int64_t start = now_ms();
    polyring_operation one = get(i % 2 ? key : other);
    assert_int_equal(one.status, i % 2 ? POLYRING_UNAVAILABLE : POLYRING_OK);
    if (i % 10 == 0) polyring_client_tick(client, 0, NULL);
    if (now_ms() - start > longest) longest = now_ms() - start;
    pause_ms(1);
  }
  assert_in_range(longest, 0, 200);
  kill(servers[1].pid, SIGCONT);
  for (int64_t start = now_ms(); get(key).status != POLYRING_OK; pause_ms(5)) /* calls suffice */
    assert_true(now_ms() - start < 10000);
  close_client();
}

static void rare_calls_bring_it_back_too(void **state) {
  (void)state;
  open_client(FAST "&timeout=60ms&detect_soft=1&probe_most=60ms");
  fill("old");
  const char *key = key_of(1);
  live_freeze(&servers[1]);
  assert_int_equal(get(key).status, POLYRING_UNKNOWN);
  kill(servers[1].pid, SIGCONT);
  int calls = 0;
  while (get(key).status != POLYRING_OK && calls++ < 40) pause_ms(150);
  assert_in_range(calls, 1, 30);
  close_client();
}

static void with_too_many_dead_no_key_moves(void **state) {
  (void)state;
  open_client(FAST "&on_dead=next&timeout=100ms");
  fill("old");
  for (int s = 2; s < 4; s++) {
    live_stop(&servers[s]);
    assert_int_equal(get(key_of(s)).status, POLYRING_UNAVAILABLE);
    polyring_operation one = set(key_of(s), "new");
    assert_int_equal(one.status, s == 2 ? POLYRING_OK : POLYRING_UNAVAILABLE);
  }
  polyring_statistics second, third;
  assert_true(polyring_client_statistics(client, 2, &second));
  assert_true(polyring_client_statistics(client, 3, &third));
  assert_int_equal(second.state, POLYRING_HEALTH_DOWN);
  assert_true(second.redirected == 1 && second.in_doubt == 1 && third.redirected == 0);
  assert_int_equal(set(key_of(2), "new").status, POLYRING_UNAVAILABLE);
  for (int i = 0; i < KEYS; i++) {
    polyring_operation one = look(keys[i]);
    assert_true(one.server >= 2 ? one.status == POLYRING_UNAVAILABLE : is(&one, "old"));
  }
  polyring_client_statistics(client, 3, &third);
  assert_true(third.refused > 20);
  for (int s = 2; s < 4; s++) live_start(&servers[s]);
  for (int up = 0; up < 2;) {
    polyring_client_tick(client, 20000, NULL);
    pause_ms(10);
    up += events("REJOINING -> UP CLEANED") + events("REJOINING -> UP PROBE_ANSWERED");
    polyring_client_statistics(client, 2, &second);
    polyring_client_statistics(client, 3, &third);
    if (second.state == POLYRING_HEALTH_UP && third.state == POLYRING_HEALTH_UP) break;
  }
  assert_true(second.probes > 0);
  close_client();
}

static void the_gutter_serves_meanwhile(void **state) {
  (void)state;
  char settings[300];
  polyring_error error;
  live gutter = live_tcp("127.94.7.9", 21979);
  snprintf(settings, sizeof settings, "%s&on_dead=gutter&timeout=200ms&gutter=%s", FAST,
           gutter.word);
  const char *faulty[] = {"on_dead=gutter", "gutter=a", "on_dead=gutter&gutter=a:b:c:d"};
  for (size_t i = 0; i < COUNT(faulty); i++) {
    assert_true(polyring_client_new(NULL, list, strlen(list), faulty[i], strlen(faulty[i]), &client,
                                    &error) < 0);
    assert_non_null(strstr(error.text, "gutter"));
  }
  open_client(settings);
  fill("old");
  const char *key = key_of(3);
  live_freeze(&servers[3]);
  for (int i = 0; i < 3; i++) assert_true(get(key).status < 0);
  polyring_operation stored = set_within(key, "new", PATIENT);
  assert_int_equal(stored.status, POLYRING_OK);
  assert_int_equal(stored.server, SERVERS);
  assert_string_equal(polyring_results_server(results, stored.server), gutter.word);
  polyring_operation there = look(key);
  assert_true(is(&there, "new"));
  for (int i = 0; i < KEYS; i++) {
    polyring_operation one = look(keys[i]);
    assert_true(one.server == SERVERS ? one.status == POLYRING_MISS || is(&one, "new")
                                      : is(&one, "old"));
  }
  /* The gutter dies, too: its keys go nowhere. */
  live_stop(&gutter);
  assert_true(get(key).status < 0);
  assert_int_equal(get(key).status, POLYRING_UNAVAILABLE);
  kill(servers[3].pid, SIGCONT);
  wait_up("REJOINING -> UP CLEANED");
  for (int i = 0; i < KEYS; i++) {
    polyring_operation one = look(keys[i]);
    assert_true(one.server == 3 ? one.status == POLYRING_MISS : is(&one, "old"));
  }
  close_client();
}

static void a_server_that_is_back_is_warmed_up(void **state) {
  (void)state;
  open_client(FAST "&on_dead=next&timeout=200ms&rejoin=warm&stand_in_ttl=1s");
  for (int i = 0; i < KEYS; i++) {
    polyring_operation gone = {
        .verb = POLYRING_DELETE, .key = keys[i], .key_size = strlen(keys[i])};
    polyring_client_run(client, &gone, 1, 0, results, NULL);
  }
  pause_ms(3100); /* what was changed here is not warmed up for so long */
  const char *key = key_of(3);
  live_stop(&servers[3]);
  assert_int_equal(get(key).status, POLYRING_UNAVAILABLE);
  /* Another client, which knows the same of the server, fills the stand-in. */
  polyring_client *first = client;
  polyring_results *of_first = results;
  open_client(FAST "&on_dead=next&timeout=200ms&rejoin=warm&stand_in_ttl=100s");
  get(key);
  assert_int_equal(set_within(key, "there", PATIENT).status, POLYRING_OK);
  close_client();
  client = first, results = of_first;
  live_start(&servers[3]);
  for (int64_t start = now_ms(); !events("REJOINING -> UP PROBE_ANSWERED"); pause_ms(10)) {
    polyring_client_tick(client, 20000, NULL);
    assert_true(now_ms() - start < 10000);
  }
  polyring_operation warm = look(key);
  assert_true(is(&warm, "there"));
  assert_int_equal(warm.server, 3);
  polyring_operation added = {
      .verb = POLYRING_GET, .key = key, .key_size = strlen(key), .want = POLYRING_WANT_TTL};
  polyring_client_run(client, &added, 1, 0, results, NULL); /* not asked of others: it is there */
  assert_true(is(&added, "there"));
  assert_in_range(added.found_ttl, 0, 1);
  polyring_operation gone = {.verb = POLYRING_DELETE, .key = key, .key_size = strlen(key)};
  polyring_client_run(client, &gone, 1, 0, results, NULL);
  assert_int_equal(get(key).status, POLYRING_MISS); /* it was deleted here */
  close_client();
}

static void *hold(void *key) {
  polyring_results *own = polyring_results_borrow(client);
  polyring_operation one = {.verb = POLYRING_GET, .key = key, .key_size = strlen(key)};
  polyring_client_run(client, &one, 1, 1000000, own, NULL);
  polyring_results_return(own);
  return (void *)(intptr_t)one.status;
}

static void not_too_many_are_on_their_way(void **state) {
  (void)state;
  pthread_t threads[4];
  open_client("max_in_flight=4&timeout=1s");
  fill("old"); /* one at a time, and once all at a time */
  const char *key = key_of(0);
  live_freeze(&servers[0]);
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, hold, (void *)(size_t)key);
  pause_ms(200);
  int64_t start = now_ms();
  polyring_operation one = get(key);
  assert_int_equal(one.status, POLYRING_BUSY);
  assert_non_null(strstr(one.reason, "max_in_flight"));
  assert_in_range(now_ms() - start, 0, 100);
  kill(servers[0].pid, SIGCONT);
  for (int i = 0; i < 4; i++) {
    void *status;
    pthread_join(threads[i], &status);
    assert_int_equal((intptr_t)status, POLYRING_OK);
  }
  one = get(key);
  assert_true(is(&one, "old"));
  close_client();
}

/* Of a key that no call had sent: the server was down already. */
static void what_was_refused_is_undone_too(void **state) {
  (void)state;
  int of_it[2], count = 0;
  polyring_ring *ring;
  open_client(FAST "&timeout=100ms");
  fill("old");
  assert_int_equal(polyring_client_ring(client, &ring, NULL), POLYRING_OK);
  for (int i = 0; i < KEYS && count < 2; i++)
    if (locate(ring, keys[i]) == 2) of_it[count++] = i;
  polyring_ring_free(ring);
  live_freeze(&servers[2]);
  while (!events("SUSPECT -> DOWN UNANSWERED")) assert_true(get(keys[of_it[0]]).status < 0);
  assert_int_equal(set(keys[of_it[1]], "new").status, POLYRING_UNAVAILABLE);
  kill(servers[2].pid, SIGCONT);
  wait_up("REJOINING -> UP CLEANED");
  polyring_operation read = look(keys[of_it[0]]);
  assert_true(is(&read, "old"));
  assert_int_equal(look(keys[of_it[1]]).status, POLYRING_MISS);
  close_client();
}

static void *get_too(void *key) {
  polyring_results *own = polyring_results_borrow(client);
  polyring_operation one = {.verb = POLYRING_GET, .key = key, .key_size = strlen(key)};
  polyring_client_run(client, &one, 1, 0, own, NULL);
  polyring_results_return(own);
  return NULL;
}

/* Two calls at the same time, on two connections. */
static void get_twice(const char *key, int server) {
  pthread_t other;
  live_freeze(&servers[server]);
  pthread_create(&other, NULL, get_too, (void *)(uintptr_t)key);
  pause_ms(200);
  pthread_t third;
  pthread_create(&third, NULL, get_too, (void *)(uintptr_t)key);
  pause_ms(200);
  kill(servers[server].pid, SIGCONT);
  pthread_join(other, NULL);
  pthread_join(third, NULL);
}

static uint64_t connects(int server) {
  polyring_statistics statistics;
  assert_true(polyring_client_statistics(client, (size_t)server, &statistics));
  return statistics.connects;
}

/* In them lies what was sent before. */
static void sockets_from_before_are_not_used(void **state) {
  (void)state;
  open_client(FAST "&timeout=5s&detect_soft=1");
  const char *key = key_of(3);
  get_twice(key, 3);
  assert_int_equal(connects(3), 2);
  live_freeze(&servers[3]);
  polyring_operation one = {.verb = POLYRING_GET, .key = key, .key_size = strlen(key)};
  polyring_client_run(client, &one, 1, 50000, results, NULL); /* closes one of the two */
  assert_true(one.status < 0);
  kill(servers[3].pid, SIGCONT);
  wait_up("REJOINING -> UP CLEANED");
  assert_true(connects(3) >= 4); /* one for each probe, and not the one that lay idle */
  close_client();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(a_killed_server_costs_one_call, all_run),
      cmocka_unit_test_setup(a_hung_server_costs_three_slow_calls, all_run),
      cmocka_unit_test_setup(what_is_in_doubt_is_not_read, all_run),
      cmocka_unit_test_setup(a_stand_in_serves_meanwhile, all_run),
      cmocka_unit_test_setup(a_server_is_emptied_once, all_run),
      cmocka_unit_test_setup(a_server_is_emptied_once_in_a_short_time, all_run),
      cmocka_unit_test_setup(what_was_refused_is_undone_too, all_run),
      cmocka_unit_test_setup(sockets_from_before_are_not_used, all_run),
      cmocka_unit_test_setup(nobody_waits_for_a_probe, all_run),
      cmocka_unit_test_setup(rare_calls_bring_it_back_too, all_run),
      cmocka_unit_test_setup(with_too_many_dead_no_key_moves, all_run),
      cmocka_unit_test_setup(the_gutter_serves_meanwhile, all_run),
      cmocka_unit_test_setup(a_server_that_is_back_is_warmed_up, all_run),
      cmocka_unit_test_setup(not_too_many_are_on_their_way, all_run),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
