/* What becomes of an errand that is on its way as the process is forked, the topology is changed or
 * the client is closed; and what is not to be sent to a server that is down. */
#include <pthread.h>

#include "fake.h"
#include "heap.h"
#include "polyring/polyring.h"

enum { ALL = 1 << 30 };
static live servers[3];
static fake gate; /* in front of the first */
static char gate_word[40], home[16], away[16];
static heap counted;
static polyring_client *client;
static polyring_results *results;
static int is_open; /* also where a test before was broken off */

#define SETTINGS                                                                          \
  "protocol=meta&on_mismatch=ignore&timeout=20s&connect_timeout=10s&probe_interval=40ms&" \
  "probe_most=40ms&settle=30ms&"
#define STAYS_UP "detect_hard=0&detect_soft=0&detect_share=0"
#define GOES_DOWN "detect_soft=1"

/* The errands, and how each begins on the wire. */
static const struct errand {
  const char *settings, *begins;
  int changes;
} errands[] = {{SETTINGS GOES_DOWN, "stats", 0},
               {SETTINGS GOES_DOWN, "md ", 1},
               {SETTINGS GOES_DOWN "&rejoin=flush_first", "ms polyring:flush", 1},
               {SETTINGS STAYS_UP, "mn", 0},
               {SETTINGS STAYS_UP, "md ", 1}};

/* Some key of that server, also where a third one is added. */
static void write_key(char *key, size_t size, int server) {
  polyring_ring *rings[2];
  char list[500];
  int i = 0;
  for (int r = 0; r < 2; r++) {
    snprintf(list, sizeof list, "%s %s %s", gate_word, servers[1].word, r ? servers[2].word : "");
    rings[r] = ring_of("ketama", list);
  }
  do snprintf(key, size, "key:%d", i++);
  while (locate(rings[0], key) != server || locate(rings[1], key) != server);
  for (int r = 0; r < 2; r++) polyring_ring_free(rings[r]);
}

static int begin(void **state) {
  (void)state;
  for (int i = 0; i < 3; i++) {
    char address[20];
    snprintf(address, sizeof address, "127.94.11.%d", i + 1);
    servers[i] = live_tcp(address, 21983 + i);
  }
  snprintf(gate_word, sizeof gate_word, "127.94.11.9:21989");
  write_key(home, sizeof home, 0);
  write_key(away, sizeof away, 1);
  return 0;
}

static int end(void **state) {
  (void)state;
  for (int i = 0; i < 3; i++) live_stop(&servers[i]);
  return 0;
}

static void open_client(const char *settings) {
  polyring_allocator memory = {resize, &counted};
  polyring_error error;
  char list[300];
  counted = (heap){.allowed = SIZE_MAX};
  snprintf(list, sizeof list, "%s %s", gate_word, servers[1].word);
  if (polyring_client_new(&memory, list, strlen(list), settings, strlen(settings), &client,
                          &error) < 0)
    fail_msg("%s: %s", settings, error.text);
  results = polyring_results_borrow(client);
}

static void close_client(void) {
  polyring_results_return(results);
  polyring_client_free(client);
}

static void open_gate(const char *counts) {
  if (is_open) fake_stop(&gate);
  is_open = 1;
  gate = (fake){.behind = &servers[0], .counts = counts};
  fake_start(&gate, "127.94.11.9", 21989);
}

static void close_gate(void) {
  is_open = 0;
  fake_stop(&gate);
}

static int run(polyring_verb verb, const char *key, const char *value, int64_t time) {
  polyring_operation one = {
      .verb = verb,
      .key = key,
      .key_size = strlen(key),
      .value = {.tag = POLYRING_VALUE_TEXT, .at = value, .size = strlen(value)}};
  polyring_client_run(client, &one, 1, time, results, NULL);
  return one.status;
}

static int get(const char *key) { return run(POLYRING_GET, key, "", 0); }

/* Calls, which errands ride along with, until it is so. */
#define UNTIL(so)                                                   \
  for (int turn = 0; !(so); turn++) {                               \
    if (turn > 5000) fail_msg("line %d: it is never so", __LINE__); \
    assert_true(get(away) >= 0);                                    \
    pause_ms(2);                                                    \
  }

/* A change of the key fails, and the errand that undoes it comes to where it is held back. The
 * number of its connection. */
static int get_under_way(const struct errand *errand) {
  open_gate(errand->begins);
  open_client(errand->settings);
  assert_int_equal(run(POLYRING_SET, home, "old", 0), POLYRING_OK);
  atomic_store(&gate.held, ALL);
  assert_int_equal(run(POLYRING_SET, home, "lost", 50000), POLYRING_UNKNOWN);
  atomic_store(&gate.holds, errand->begins);
  atomic_store(&gate.held, 0);
  UNTIL(atomic_load(&gate.stopped));
  atomic_store(&gate.holds, NULL);
  assert_int_equal(get(home), POLYRING_UNAVAILABLE);
  return fake_stopped(&gate);
}

/* The errand goes on, on its own connection, and comes to its end. */
static void must_go_on(void) {
  int taken = atomic_load(&gate.taken), before = atomic_load(&gate.counted);
  fake_release(&gate);
  for (int ms = 0; atomic_load(&gate.counted) == before && ms < 5000; ms++) pause_ms(1);
  assert_int_equal(atomic_load(&gate.counted), before + 1);
  UNTIL(get(home) >= 0);
  assert_int_equal(get(home), POLYRING_MISS);
  assert_in_range(atomic_load(&gate.taken), taken, taken + 1); /* the second probe, and no more */
}

/* All connections of the client to the first server are ended. */
static void must_be_left(void) {
  fake_release(&gate);
  for (int ms = 0; atomic_load(&gate.ended) < atomic_load(&gate.taken) && ms < 5000; ms++)
    pause_ms(1);
  assert_int_equal(atomic_load(&gate.ended), atomic_load(&gate.taken));
}

/* --- forks --- */

/* 0, or what was wrong. */
static int child(void) {
  int status = POLYRING_UNAVAILABLE;
  for (int ms = 0; status < 0 && ms < 10000; ms += 2, pause_ms(2)) {
    if (get(away) < 0) return 1;
    status = get(home);
  }
  if (status != POLYRING_MISS) return 2;
  close_client();
  return counted.bytes ? 3 : 0;
}

static void a_child_begins_anew(void **state) {
  (void)state;
  for (size_t e = 0; e < COUNT(errands); e++) {
    int status, number = get_under_way(&errands[e]), unread = fake_unread(&gate, number);
    int taken = atomic_load(&gate.taken);
    assert_true(unread > 0);
    pid_t id = fork();
    if (!id) _exit(child());
    assert_int_equal(waitpid(id, &status, 0), id);
    assert_int_equal(status, 0);
    assert_true(atomic_load(&gate.taken) > taken);
    assert_int_equal(fake_unread(&gate, number), unread);
    must_go_on();
    close_client();
    assert_int_equal(counted.bytes, 0);
    close_gate();
  }
}

/* --- topologies --- */

static void set_list(const char *one, const char *other) {
  char list[300];
  snprintf(list, sizeof list, "%s %s", one, other);
  assert_int_equal(polyring_client_set_topology(client, list, strlen(list), NULL), POLYRING_OK);
}

static void remove_gate(void) {
  assert_int_equal(polyring_client_remove_server(client, gate_word, strlen(gate_word), NULL),
                   POLYRING_OK);
}

static void list_without(void) { set_list(servers[1].word, servers[2].word); }

static void add_another(void) {
  const char *word = servers[2].word;
  assert_int_equal(polyring_client_add_server(client, word, strlen(word), NULL), POLYRING_OK);
}

static void list_with(void) { set_list(servers[1].word, gate_word); }

static void an_errand_of_a_server_that_stays_goes_on(void **state) {
  (void)state;
  static void (*const changes[])(void) = {add_another, list_with};
  for (size_t e = 0; e < COUNT(errands); e++) {
    get_under_way(&errands[e]);
    changes[e % 2]();
    must_go_on();
    close_client();
    assert_int_equal(counted.bytes, 0);
    close_gate();
  }
}

static void an_errand_of_a_server_that_leaves_ends(void **state) {
  (void)state;
  static void (*const changes[])(void) = {remove_gate, list_without};
  for (size_t e = 0; e < COUNT(errands); e++) {
    get_under_way(&errands[e]);
    int taken = atomic_load(&gate.taken);
    changes[e % 2]();
    for (int i = 0; i < 10; i++) { /* with the next call it is gone */
      assert_true(get(home) >= 0 && get(away) >= 0);
      assert_int_equal(polyring_client_tick(client, 10000, NULL), POLYRING_OK);
    }
    must_be_left();
    assert_int_equal(atomic_load(&gate.taken), taken);
    list_with(); /* and where it returns, it is a new one */
    assert_true(get(home) >= 0);
    close_client();
    assert_int_equal(counted.bytes, 0);
    close_gate();
  }
}

static void *tick(void *context) {
  atomic_int *stop = context;
  while (!atomic_load(stop)) polyring_client_tick(client, 1000, NULL);
  return NULL;
}

/* Errands are in one thread's hands while another one changes the topology. */
static void topologies_change_under_errands(void **state) {
  (void)state;
  pthread_t threads[2];
  atomic_int stop = 0;
  open_gate(NULL);
  polyring_error error;
  const char *settings = SETTINGS GOES_DOWN;
  char list[300];
  snprintf(list, sizeof list, "%s %s", gate_word, servers[1].word);
  if (polyring_client_new(NULL, list, strlen(list), settings, strlen(settings), &client, &error) <
      0)
    fail_msg("%s", error.text);
  results = polyring_results_borrow(client);
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, tick, &stop);
  for (int i = 0; i < 60; i++) {
    atomic_store(&gate.held, i % 3 ? 0 : ALL);
    run(POLYRING_SET, home, "value", 5000);
    if (i % 4 == 0)
      list_with();
    else if (i % 4 == 2)
      list_without();
    pause_ms(3);
  }
  fake_release(&gate);
  list_with();
  UNTIL(get(home) >= 0);
  atomic_store(&stop, 1);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  close_client();
  close_gate();
}

/* --- the end --- */

static void a_client_is_closed_with_an_errand(void **state) {
  (void)state;
  int before = descriptors();
  for (size_t e = 0; e < COUNT(errands); e++) {
    get_under_way(&errands[e]);
    int resets = atomic_load(&gate.resets);
    close_client();
    assert_int_equal(counted.bytes, 0);
    must_be_left();
    /* What could be made later is thrown away, if it is still here. */
    assert_int_equal(atomic_load(&gate.resets), resets + errands[e].changes);
    close_gate();
    assert_int_equal(descriptors(), before);
  }
}

/* --- the beacon --- */

static int announced(int *up) {
  polyring_event event;
  int count = 0;
  while (polyring_client_next_event(client, &event)) {
    count += event.kind == POLYRING_EVENT_ANNOUNCED && strcmp(event.server, gate_word) == 0;
    *up |= strstr(event.text, "-> UP CLEANED") != NULL;
  }
  return count;
}

/* A probe finds that the beacon is gone: it is written when the server is UP, and not before. */
static void a_server_that_is_down_gets_no_beacon(void **state) {
  (void)state;
  int up = 0, at = 0;
  open_gate("ms polyring:topo");
  open_client(
      "protocol=meta&timeout=20s&connect_timeout=10s&probe_interval=40ms&settle=500ms&"
      "detect_soft=1");
  assert_true(get(home) >= 0);
  assert_int_equal(announced(&up), 1);
  assert_int_equal(atomic_load(&gate.counted), 1);
  polyring_client *whole = client;
  polyring_results *of_whole = results;
  polyring_error error;
  const char *word = servers[0].word, *settings = "on_mismatch=ignore";
  if (polyring_client_new(NULL, word, strlen(word), settings, strlen(settings), &client, &error) <
      0)
    fail_msg("%s", error.text);
  results = polyring_results_borrow(client);
  assert_int_equal(run(POLYRING_DELETE, "polyring:topo", "", 5000000), POLYRING_OK);
  close_client();
  client = whole;
  results = of_whole;
  atomic_store(&gate.held, ALL);
  assert_true(run(POLYRING_SET, home, "lost", 50000) <
              0); /* so that there is something to repair */
  fake_release(&gate);
  while (!up) {
    int before = atomic_load(&gate.counted);
    assert_true(get(away) >= 0);
    get(home);
    int came = announced(&up);
    assert_int_equal(before, 1);
    if (!up) assert_int_equal(came, 0);
    assert_in_range(at++, 0, 5000);
    pause_ms(2);
  }
  assert_true(at > 5); /* there was time enough for it */
  UNTIL(atomic_load(&gate.counted) == 2);
  close_client();
  close_gate();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_child_begins_anew),
      cmocka_unit_test(an_errand_of_a_server_that_stays_goes_on),
      cmocka_unit_test(an_errand_of_a_server_that_leaves_ends),
      cmocka_unit_test(topologies_change_under_errands),
      cmocka_unit_test(a_client_is_closed_with_an_errand),
      cmocka_unit_test(a_server_that_is_down_gets_no_beacon),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
