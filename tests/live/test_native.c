/* on_dead=native: the client beside servers that die goes where the profile's own client goes, and
 * reads nothing old there, also where that moves keys of servers that live. */
enum { SERVERS = 7, KEYS = 400, PATIENT = 5000000, PORT = 21950 };
#define ADDRESS "127.94.8."
#include "heap.h"
#include "outages.h"

/* They stay down: nothing is probed. */
#define NATIVE "on_dead=native&connect_timeout=5s&probe_interval=1h&probe_most=1h"
#define BACK "on_dead=native&" FAST

static char plain[600], weighted[600];
static const char *profile; /* where there is one for all */

static int lists(void **state) {
  begin(state);
  strcpy(plain, list);
  for (int i = 0; i < SERVERS; i++) {
    char one[sizeof servers[i].word + 16];
    snprintf(one, sizeof one, "%s%s:%d", i ? " " : "", servers[i].word, i + 1);
    strcat(weighted, one);
  }
  strcpy(list, weighted);
  return 0;
}

static int all_weighted(void **state) {
  polyring_operation flush = {.verb = POLYRING_FLUSH}, *all;
  size_t count;
  strcpy(list, weighted);
  profile = "twemproxy/modula";
  all_run(state);
  open_client("timeout=5s");
  polyring_status status =
      polyring_client_run_everywhere(client, &flush, 0, results, &all, &count, NULL);
  close_client();
  return status != POLYRING_OK;
}

/* What is recorded of the profile's client, as a Health says it. */
static polyring_health *health_of(const polyring_ring *ring, const int *dead, size_t count) {
  polyring_health *health;
  polyring_health_policy policy;
  polyring_health_policy_init(&policy);
  policy.on_dead = POLYRING_ON_DEAD_NATIVE;
  assert_int_equal(polyring_health_new(NULL, ring, NULL, &policy, 1, &health, NULL), POLYRING_OK);
  for (size_t i = 0; i < count; i++)
    polyring_health_report(health, (size_t)dead[i], POLYRING_SEEN_TAKEN_OUT, 0, 0);
  return health;
}

static uint16_t route_of(const polyring_health *health, const char *key) {
  enum { LONG_AFTER = 60000000 };
  polyring_route route;
  assert_int_equal(polyring_health_route(health, key, strlen(key), LONG_AFTER, &route),
                   POLYRING_OK);
  return route.server;
}

/* The key's value, asked of one server. */
static int lies_at(int server, const char *key, const char *value) {
  polyring_client *direct;
  const char *word = servers[server].word;
  assert_int_equal(polyring_client_new(NULL, word, strlen(word), "on_mismatch=ignore&timeout=5s",
                                       29, &direct, NULL),
                   POLYRING_OK);
  polyring_results *own = polyring_results_borrow(direct);
  polyring_operation one = {.verb = POLYRING_GET, .key = key, .key_size = strlen(key)};
  polyring_client_run(direct, &one, 1, 0, own, NULL);
  int lies = is(&one, value);
  polyring_results_return(own);
  polyring_client_free(direct);
  return lies;
}

/* A call at each of the dead, after which they are known to be down. */
static void notice(const int *dead, size_t count) {
  polyring_statistics statistics;
  polyring_ring *ring;
  assert_int_equal(polyring_client_ring(client, &ring, NULL), POLYRING_OK);
  for (size_t i = 0; i < count; i++) {
    for (int k = 0; k < KEYS; k++)
      if (locate(ring, keys[k]) == dead[i]) get(keys[k]);
    assert_true(polyring_client_statistics(client, (size_t)dead[i], &statistics));
    assert_int_equal(statistics.state, POLYRING_HEALTH_DOWN);
  }
  polyring_ring_free(ring);
}

static const struct {
  const char *profile;
  int weighted, moves; /* keys of living servers move, too */
} rows[] = {{"libmemcached/ketama-weighted", 1, 1},
            {"libmemcached/ketama", 0, 0},
            {"php-memcached/libketama-compatible", 1, 1},
            {"twemproxy/modula", 1, 1},
            {"pymemcache/hash-client", 0, 0},
            {"dalli/ring", 1, 0},
            {"spymemcached/ketama", 0, 0},
            {"spymemcached/array-mod", 0, 0},
            {"php-memcache/standard", 1, 0},
            {"cache-memcached/default", 1, 0},
            {"python-memcached/default", 1, 0}};

/* How many keys went elsewhere than home: of the dead server, and of those that live. */
static void compare(const polyring_ring *ring, const polyring_health *health, int moved[2]) {
  moved[0] = moved[1] = 0;
  for (int k = 0; k < KEYS; k++) {
    polyring_operation one = set_within(keys[k], keys[k], PATIENT);
    int home = locate(ring, keys[k]), server = route_of(health, keys[k]);
    if (server == POLYRING_NO_SERVER) {
      assert_int_equal(one.status, POLYRING_UNAVAILABLE);
      continue;
    }
    if (one.status != POLYRING_OK || one.server != server)
      fail_msg("%s: %s goes to %u, not %d", polyring_ring_profile(ring), keys[k], one.server,
               server);
    polyring_operation read = {.verb = POLYRING_GET,
                               .key = keys[k],
                               .key_size = strlen(keys[k]),
                               .want = POLYRING_WANT_TTL};
    polyring_client_run(client, &read, 1, PATIENT, results, NULL);
    assert_true(is(&read, keys[k]) && read.server == server);
    if (server != home) assert_in_range(read.found_ttl, 1, 10);
    if (server != home) moved[home != 5]++;
    if (k % 20 == 0) assert_true(lies_at(server, keys[k], keys[k]));
  }
}

static void keys_go_where_its_own_client_sends_them(void **state) {
  (void)state;
  const int dead[] = {5};
  live_stop(&servers[5]);
  for (size_t i = 0; i < COUNT(rows); i++) {
    char settings[200];
    int moved[2];
    strcpy(list, rows[i].weighted ? weighted : plain);
    snprintf(settings, sizeof settings, NATIVE "&profile=%s", rows[i].profile);
    polyring_ring *ring = ring_of(rows[i].profile, list);
    polyring_health *health = health_of(ring, dead, 1);
    open_client(settings);
    notice(dead, 1);
    compare(ring, health, moved);
    if (moved[0] < 10 || (moved[1] > 0) != rows[i].moves)
      fail_msg("%s: %d and %d keys moved", rows[i].profile, moved[0], moved[1]);
    close_client();
    polyring_health_free(health);
    polyring_ring_free(ring);
  }
}

static void who_goes_nowhere_is_refused(void **state) {
  (void)state;
  const char *profiles[] = {"libmemcached/modula", "memcached-proxy/jump",
                            "pymemcache/hash-client,next=step"};
  polyring_error error;
  for (size_t i = 0; i < COUNT(profiles); i++) {
    char url[900];
    snprintf(url, sizeof url, "memcached://a,b,c/?on_dead=native&profile=%s", profiles[i]);
    assert_int_equal(polyring_client_new(NULL, url, strlen(url), NULL, 0, &client, &error),
                     POLYRING_NOT_SUPPORTED);
    assert_null(client);
    if (!strstr(error.text, profiles[i]) || !strstr(error.text, "on_dead=native"))
      fail_msg("%s", error.text);
  }
  /* Nor is it taken later. */
  static const char other[] =
      "{\"polyring\":1,\"epoch\":2,\"profile\":\"libmemcached/modula\",\"servers\":[\"a\",\"b\"]}";
  open_client(NATIVE);
  assert_int_equal(polyring_client_set_topology(client, other, sizeof other - 1, &error),
                   POLYRING_NOT_SUPPORTED);
  assert_non_null(strstr(error.text, "libmemcached/modula"));
  assert_int_equal(set_within(keys[0], "x", PATIENT).status, POLYRING_OK);
  close_client();
}

static uint16_t route_without(const char *key, const int *dead, size_t count) {
  polyring_ring *ring = ring_of(profile, list);
  polyring_health *health = health_of(ring, dead, count);
  uint16_t server = route_of(health, key);
  polyring_health_free(health);
  polyring_ring_free(ring);
  return server;
}

static int home_of(const char *key) { return route_without(key, NULL, 0); }

/* A key of a server that lives, which goes elsewhere while server 5 is dead; and to a third one
 * while another server is dead, too, which lives too long to be one of these. */
static const char *key_that_moves(int *home, int *other) {
  for (int k = 0; k < KEYS; k++) {
    int dead[] = {5, 0}, place = route_without(keys[k], dead, 1);
    *home = home_of(keys[k]);
    if (*home == 5 || place == *home) continue;
    for (*other = 0; *other < 5; ++*other) {
      dead[1] = *other;
      int third = route_without(keys[k], dead, 2);
      if (*other != *home && *other != place && third != *home && third != place) return keys[k];
    }
  }
  fail_msg("%s moves no such key", profile);
  return NULL;
}

static void wait_clean(int server) {
  polyring_statistics statistics = {.in_doubt = 1};
  for (int64_t start = now_ms(); statistics.in_doubt; pause_ms(10)) {
    assert_true(now_ms() - start < 10000);
    polyring_client_tick(client, 20000, NULL);
    polyring_client_statistics(client, (size_t)server, &statistics);
  }
}

/* Stores "old" at its home, and "new" while another server is dead. */
static void change_elsewhere(const char *key, int home, const char *settings) {
  const int dead[] = {5};
  open_client(settings);
  assert_int_equal(set_within(key, "old", PATIENT).status, POLYRING_OK);
  live_stop(&servers[5]);
  notice(dead, 1);
  polyring_operation one = look(key);
  assert_int_equal(one.status, POLYRING_MISS);
  assert_int_not_equal(one.server, home);
  one = set_within(key, "new", PATIENT);
  assert_int_equal(one.status, POLYRING_OK);
  assert_int_not_equal(one.server, home);
  one = look(key);
  assert_true(is(&one, "new"));
  assert_true(lies_at(home, key, "old"));
}

/* What lies at the key's own server is deleted, though that was never down. */
static void what_was_changed_elsewhere_is_undone_at_home(void **state) {
  int home, other;
  const char *key = key_that_moves(&home, &other);
  change_elsewhere(key, home, BACK "&profile=twemproxy/modula");
  live_start(&servers[5]);
  for (int64_t start = now_ms();; pause_ms(5)) {
    polyring_operation one = look(key);
    assert_false(is(&one, "old"));
    if (one.server == home && one.status == POLYRING_MISS) break;
    assert_true(now_ms() - start < 15000);
  }
  close_client();
  all_weighted(state); /* and where nothing is undone: */
  change_elsewhere(key, home, BACK "&profile=twemproxy/modula&rejoin=immediate");
  live_start(&servers[5]);
  for (int64_t start = now_ms();; pause_ms(5)) {
    polyring_operation one = look(key);
    if (is(&one, "old")) break;
    assert_true(now_ms() - start < 15000);
  }
  close_client();
}

/* The set of the dead changes, and what was stored by the ring before that is still there. */
static void copies_of_another_ring_are_not_read(void **state) {
  (void)state;
  int home, other;
  const char *key = key_that_moves(&home, &other);
  change_elsewhere(key, home, BACK "&profile=twemproxy/modula&stand_in_ttl=4s");
  live_stop(&servers[other]);
  notice(&other, 1);
  wait_clean(home);
  polyring_operation one = set_within(key, "newest", PATIENT);
  assert_int_equal(one.status, POLYRING_OK);
  assert_int_equal(one.server, home);
  live_start(&servers[other]);
  int64_t start = now_ms(), moved = 0;
  for (; !moved; pause_ms(20)) {
    one = look(key);
    assert_true(one.status == POLYRING_MISS || is(&one, "newest"));
    if (one.server != home) moved = now_ms() - start;
    assert_true(now_ms() - start < 15000);
  }
  assert_in_range(moved, 4000, 15000);
  close_client();
}

/* Such copies lie on its stand-in, too, when the key's own server dies. */
static void nor_are_they_when_its_own_server_dies(void **state) {
  (void)state;
  int home = 5, k = -1;
  const int dead[] = {5};
  for (int place = 5; home == 5 || place == home || route_without(keys[k], &home, 1) != place;) {
    home = home_of(keys[++k]);
    place = route_without(keys[k], dead, 1);
  }
  change_elsewhere(keys[k], home, BACK "&profile=twemproxy/modula&stand_in_ttl=4s");
  live_start(&servers[5]);
  for (int64_t start = now_ms(); look(keys[k]).server != home; pause_ms(10))
    assert_true(now_ms() - start < 15000);
  wait_clean(home);
  polyring_operation one = set_within(keys[k], "newest", PATIENT);
  assert_true(one.status == POLYRING_OK && one.server == home);
  live_stop(&servers[home]);
  int64_t start = now_ms(), moved = 0;
  for (; !moved; pause_ms(20)) {
    one = look(keys[k]);
    assert_true(one.status == POLYRING_MISS || one.status == POLYRING_UNAVAILABLE);
    if (one.status == POLYRING_MISS && one.server != home) moved = now_ms() - start;
    assert_true(now_ms() - start < 15000);
  }
  assert_in_range(moved, 3000, 15000);
  close_client();
}

static void with_too_many_dead_nothing_moves(void **state) {
  (void)state;
  const int dead[] = {0, 1, 5};
  int home = 0;
  const char *key = keys[0];
  for (int k = 0; home < 2 || home == 5 || route_without(key, dead, 1) == home; k++) {
    key = keys[k];
    home = home_of(key);
  }
  open_client(NATIVE "&profile=twemproxy/modula");
  for (int i = 0; i < 3; i++) live_stop(&servers[dead[i]]);
  notice(dead, 3);
  assert_int_equal(set_within(key, "x", PATIENT).server, home);
  for (int k = 0; k < KEYS; k += 10) {
    int of = home_of(keys[k]);
    polyring_operation one = set_within(keys[k], "x", PATIENT);
    assert_int_equal(one.server, of);
    assert_int_equal(one.status, of < 2 || of == 5 ? POLYRING_UNAVAILABLE : POLYRING_OK);
  }
  close_client();
}

/* The ring of those that live is built once, and calls on it need no memory. Where there is none to
 * build it, a call says so, and the next one has it. */
static void it_is_built_once(void **state) {
  (void)state;
  static const char settings[] = NATIVE "&profile=twemproxy/modula&rejoin=immediate";
  heap counted = {.allowed = SIZE_MAX};
  polyring_allocator memory = {resize, &counted};
  int home, other, refused = 0, k = 0;
  const char *key = key_that_moves(&home, &other);
  assert_int_equal(polyring_client_new(&memory, list, strlen(list), settings, sizeof settings - 1,
                                       &client, NULL),
                   POLYRING_OK);
  results = polyring_results_borrow(client);
  for (int i = 0; i < KEYS; i++) set_within(keys[i], "old", PATIENT);
  live_stop(&servers[5]);
  while (home_of(keys[k]) != 5) k++;
  assert_int_equal(get(keys[k]).status, POLYRING_UNAVAILABLE);
  for (polyring_status status = POLYRING_NO_MEMORY; status != POLYRING_OK; refused++) {
    polyring_operation one = {.verb = POLYRING_GET, .key = key, .key_size = strlen(key)};
    counted.allowed = (size_t)refused;
    status = polyring_client_run(client, &one, 1, PATIENT, results, NULL);
    if (status != POLYRING_OK) assert_int_equal(status, POLYRING_NO_MEMORY);
    if (status == POLYRING_OK) assert_int_not_equal(one.server, home);
  }
  assert_in_range(refused, 5, 100);
  counted.allowed = SIZE_MAX;
  for (int i = 0; i < KEYS; i++) look(keys[i]);
  counted.allowed = 0;
  for (int i = 0; i < 10 * KEYS; i++) {
    polyring_operation one = look(keys[i % KEYS]);
    assert_true(one.status == POLYRING_MISS || is(&one, "old"));
  }
  counted.allowed = SIZE_MAX;
  close_client();
  assert_int_equal(counted.bytes, 0);
}

static void a_server_that_is_back_is_warmed_up_by_it(void **state) {
  (void)state;
  const int dead[] = {5};
  int k = 0;
  while (home_of(keys[k]) != 5) k++;
  open_client(BACK "&profile=twemproxy/modula&rejoin=warm&stand_in_ttl=1s");
  live_stop(&servers[5]);
  notice(dead, 1);
  polyring_client *self = client;
  polyring_results *of_self = results;
  open_client(BACK "&profile=twemproxy/modula&rejoin=warm&stand_in_ttl=100s");
  notice(dead, 1);
  assert_int_equal(set_within(keys[k], "there", PATIENT).status, POLYRING_OK);
  close_client();
  client = self, results = of_self;
  live_start(&servers[5]);
  wait_up("REJOINING -> UP PROBE_ANSWERED");
  polyring_operation one = look(keys[k]);
  assert_true(is(&one, "there") && one.server == 5);
  close_client();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(keys_go_where_its_own_client_sends_them, all_weighted),
      cmocka_unit_test_setup(who_goes_nowhere_is_refused, all_weighted),
      cmocka_unit_test_setup(what_was_changed_elsewhere_is_undone_at_home, all_weighted),
      cmocka_unit_test_setup(copies_of_another_ring_are_not_read, all_weighted),
      cmocka_unit_test_setup(nor_are_they_when_its_own_server_dies, all_weighted),
      cmocka_unit_test_setup(with_too_many_dead_nothing_moves, all_weighted),
      cmocka_unit_test_setup(it_is_built_once, all_weighted),
      cmocka_unit_test_setup(a_server_that_is_back_is_warmed_up_by_it, all_weighted),
  };
  return cmocka_run_group_tests(tests, lists, end);
}
