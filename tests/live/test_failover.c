/* The client beside servers that die, hang and come back: which calls fail and how fast, where keys
 * go, and that nothing is read that a change was to replace. */
#include <pthread.h>
#include <stdatomic.h>

#include "polyring/polyring.h"
#include "servers.h"

enum { SERVERS = 4, KEYS = 200 };
static live servers[SERVERS];
static char list[600], keys[KEYS][16];
static polyring_client *client;
static polyring_results *results;

/* Probes come fast, so that the test does not last. */
#define FAST "probe_interval=50ms&settle=100ms"

static int begin(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++) {
    char address[20];
    snprintf(address, sizeof address, "127.94.7.%d", i + 1);
    servers[i] = live_tcp(address, 21970 + i);
  }
  snprintf(list, sizeof list, "%s %s %s %s", servers[0].word, servers[1].word, servers[2].word,
           servers[3].word);
  for (int i = 0; i < KEYS; i++) snprintf(keys[i], sizeof keys[i], "key:%d", i);
  return 0;
}

static int end(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++) live_stop(&servers[i]);
  return 0;
}

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void open_client(const char *settings) {
  polyring_error error;
  if (polyring_client_new(NULL, list, strlen(list), settings, strlen(settings), &client, &error) <
      0)
    fail_msg("%s: %s", settings, error.text);
  results = polyring_results_borrow(client);
}

static void close_client(void) {
  polyring_results_return(results);
  polyring_client_free(client);
}

static polyring_operation get(const char *key) {
  polyring_operation one = {.verb = POLYRING_GET, .key = key, .key_size = strlen(key)};
  polyring_client_run(client, &one, 1, 0, results, NULL);
  return one;
}

/* However busy this machine is. */
static polyring_operation look(const char *key) {
  polyring_operation one = {.verb = POLYRING_GET, .key = key, .key_size = strlen(key)};
  polyring_client_run(client, &one, 1, 10000000, results, NULL);
  return one;
}

static polyring_operation set(const char *key, const char *value) {
  polyring_operation one = {
      .verb = POLYRING_SET,
      .key = key,
      .key_size = strlen(key),
      .value = {.tag = POLYRING_VALUE_TEXT, .at = value, .size = strlen(value)}};
  polyring_client_run(client, &one, 1, 0, results, NULL);
  return one;
}

/* However busy this machine is. */
static void fill(const char *value) {
  for (int i = 0; i < KEYS; i++) {
    polyring_operation one = {
        .verb = POLYRING_SET,
        .key = keys[i],
        .key_size = strlen(keys[i]),
        .value = {.tag = POLYRING_VALUE_TEXT, .at = value, .size = strlen(value)}};
    polyring_client_run(client, &one, 1, 10000000, results, NULL);
    assert_int_equal(one.status, POLYRING_OK);
  }
}

static int is(const polyring_operation *found, const char *value) {
  return found->status == POLYRING_OK && found->found.size == strlen(value) &&
         memcmp(found->found.at, value, found->found.size) == 0;
}

/* Some key of that server. */
static const char *key_of(int server) {
  polyring_ring *ring;
  int at = 0;
  assert_int_equal(polyring_client_ring(client, &ring, NULL), POLYRING_OK);
  while (locate(ring, keys[at]) != server) at++;
  polyring_ring_free(ring);
  return keys[at];
}

/* Counts the events that say so of the server, and forgets all others. */
static int events(const char *text) {
  polyring_event event;
  int count = 0;
  while (polyring_client_next_event(client, &event))
    if (event.kind == POLYRING_EVENT_HEALTH && strcmp(event.text, text) == 0) count++;
  return count;
}

/* Ticks until the server is UP; milliseconds. */
static int64_t wait_up(const char *reason) {
  int64_t start = now_ms();
  char text[64];
  snprintf(text, sizeof text, "%s", reason);
  while (!events(text)) {
    if (now_ms() - start > 15000) fail_msg("it was never %s", reason);
    assert_int_equal(polyring_client_tick(client, 20000, NULL), POLYRING_OK);
    pause_ms(10);
  }
  return now_ms() - start;
}

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
  assert_in_range(slow, 1, 3); /* what the client tries of its own accord counts, too */
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
  int64_t since = now_ms();
  kill(servers[0].pid, SIGCONT);
  polyring_operation one = get(key);
  assert_int_equal(one.status, POLYRING_UNAVAILABLE);
  assert_non_null(strstr(one.reason, "undone"));
  for (int i = 0; i < 100 && get(key).status != POLYRING_MISS; i++) pause_ms(5);
  assert_int_equal(get(key).status, POLYRING_MISS);
  assert_true(now_ms() - since >= 99); /* settle, after the call was over */
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
  assert_int_equal(get(key).status, POLYRING_MISS);
  polyring_operation stored = set(key, "new");
  assert_int_equal(stored.status, POLYRING_OK);
  assert_int_not_equal(stored.server, 3);
  polyring_operation there = {
      .verb = POLYRING_GET, .key = key, .key_size = strlen(key), .want = POLYRING_WANT_TTL};
  polyring_client_run(client, &there, 1, 0, results, NULL);
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
  events("");
  live_freeze(&servers[3]); /* again, and what the stand-in has may be of the outage before */
  for (int down = 0; !down; down = events("SUSPECT -> DOWN UNANSWERED"))
    assert_true(get(key).status < 0);
  assert_string_equal(get(key).reason, "it is down");
  kill(servers[3].pid, SIGCONT);
  wait_up("REJOINING -> UP CLEANED");
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
static void a_server_is_emptied_once(void **state) {
  (void)state;
  polyring_client *clients[3];
  polyring_results *of[3];
  int up = 0, before = 0;
  for (int c = 0; c < 3; c++) {
    open_client("on_dead=next&timeout=200ms&detect_soft=1");
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
      cmocka_unit_test(a_killed_server_costs_one_call),
      cmocka_unit_test(a_hung_server_costs_three_slow_calls),
      cmocka_unit_test(what_is_in_doubt_is_not_read),
      cmocka_unit_test(a_stand_in_serves_meanwhile),
      cmocka_unit_test(a_server_is_emptied_once),
      cmocka_unit_test(what_was_refused_is_undone_too),
      cmocka_unit_test(sockets_from_before_are_not_used),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
