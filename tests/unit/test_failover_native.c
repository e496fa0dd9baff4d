/* on_dead=native: what real clients did with the keys of dead servers, vectors/failover. */
#include "heap.h"
#include "vectors.h"

enum { LONG_AFTER = 60000000 }; /* no copy of another set of the dead is left */

static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz"; /* "-": nowhere */

static polyring_ring *ring_of_vector(json_t *file) {
  char servers[4096] = "";
  size_t i;
  json_t *server;
  json_array_foreach(json_object_get(file, "servers"), i, server) {
    strcat(servers, i ? " " : "");
    strcat(servers, json_string_value(server));
  }
  return ring_of(text_of(file, "profile"), servers);
}

static polyring_health *health_of(const polyring_ring *ring, uint32_t dead_most) {
  polyring_health *health;
  polyring_health_policy policy;
  polyring_error error;
  polyring_health_policy_init(&policy);
  policy.on_dead = POLYRING_ON_DEAD_NATIVE;
  policy.dead_most = dead_most;
  if (polyring_health_new(NULL, ring, NULL, &policy, 7, &health, &error) < 0)
    fail_msg("%s", error.text);
  return health;
}

/* The name of key n, by a pattern with {n}. */
static size_t name_key(const char *pattern, long long n, char out[64]) {
  const char *at = strstr(pattern, "{n}");
  return (size_t)snprintf(out, 64, "%.*s%lld%s", (int)(at - pattern), pattern, n, at + 3);
}

/* How many keys go elsewhere than the text says. */
static size_t count_wrong(const polyring_health *health, json_t *file, const char *where) {
  json_t *keys = json_object_get(file, "keys");
  const char *pattern = text_of(keys, "keys");
  long long from = json_integer_value(json_object_get(keys, "from"));
  long long count = json_integer_value(json_object_get(keys, "count"));
  size_t wrong = 0;
  assert_int_equal(strlen(where), count);
  for (long long i = 0; i < count; i++) {
    char key[64];
    polyring_route route;
    size_t size = name_key(pattern, from + i, key);
    assert_int_equal(polyring_health_route(health, key, size, LONG_AFTER, &route), POLYRING_OK);
    char found = route.server == POLYRING_NO_SERVER ? '-' : digits[route.server];
    wrong += found != where[i];
    int moved = route.kind == POLYRING_ROUTE_STAND_IN;
    assert_int_equal(moved, route.server != POLYRING_NO_SERVER && route.server != route.home);
    assert_int_equal(route.ttl_most, moved ? 10000000 : 0);
  }
  return wrong;
}

static void kill_all(polyring_health *health, json_t *dead) {
  size_t i;
  json_t *server;
  json_array_foreach(dead, i, server) {
    size_t index = (size_t)json_integer_value(server);
    assert_int_equal(polyring_health_report(health, index, POLYRING_SEEN_TAKEN_OUT, 0, 0),
                     POLYRING_OK);
  }
}

static size_t cases_seen, changes_noticed;

static void check_case(const char *path, json_t *file, const polyring_ring *ring, json_t *test) {
  polyring_health *health = health_of(ring, 65535); /* clients know no such limit */
  assert_int_equal(count_wrong(health, file, text_of(file, "home")), 0);
  kill_all(health, json_object_get(test, "dead"));
  size_t wrong = count_wrong(health, file, text_of(test, "at"));
  if (wrong) fail_msg("%s, case %zu of it: %zu keys elsewhere", path, cases_seen, wrong);
  changes_noticed += count_wrong(health, file, text_of(file, "home")) > 0;
  cases_seen++;
  polyring_health_free(health);
}

/* A client that sends them nowhere, or is not known to do anything else. */
static void check_none(const char *path, const polyring_ring *ring, json_t *file, json_t *test) {
  polyring_health *health;
  polyring_health_policy policy;
  polyring_error error;
  polyring_health_policy_init(&policy);
  policy.on_dead = POLYRING_ON_DEAD_NATIVE;
  assert_int_equal(polyring_health_new(NULL, ring, NULL, &policy, 7, &health, &error),
                   POLYRING_NOT_SUPPORTED);
  assert_non_null(strstr(error.text, text_of(file, "profile")));
  policy.on_dead = POLYRING_ON_DEAD_MISS;
  assert_int_equal(polyring_health_new(NULL, ring, NULL, &policy, 7, &health, &error), POLYRING_OK);
  kill_all(health, json_object_get(test, "dead"));
  if (count_wrong(health, file, text_of(test, "at"))) fail_msg("%s: keys moved", path);
  polyring_health_free(health);
}

static void check_file(const char *path, json_t *file) {
  if (strcmp(text_of(file, "on_dead"), "native") != 0) return;
  polyring_ring *ring = ring_of_vector(file);
  int none = !strcmp(row_value(text_of(file, "profile"), "next"), "none");
  json_t *test;
  size_t i;
  json_array_foreach(json_object_get(file, "cases"), i, test) {
    if (none)
      check_none(path, ring, file, test);
    else
      check_case(path, file, ring, test);
  }
  polyring_ring_free(ring);
}

static void clients_did_so(void **state) {
  (void)state;
  assert_true(for_each_vector("failover", check_file) > 0);
  assert_true(cases_seen >= 150);
  assert_int_equal(changes_noticed, cases_seen); /* the homes are not what is asked for */
}

/* Of 1000 keys, those that a ring's health sends somewhere: by the kind of their route. */
static void count_routes(const polyring_health *health, int64_t now, size_t counts[4]) {
  memset(counts, 0, 4 * sizeof *counts);
  for (int i = 0; i < 1000; i++) {
    char key[16];
    polyring_route route;
    size_t size = (size_t)snprintf(key, sizeof key, "key-%d", i);
    assert_int_equal(polyring_health_route(health, key, size, now, &route), POLYRING_OK);
    counts[route.kind]++;
  }
}

static const char weighted[] = "a:11211:1 b:11211:2 c:11211:3 d:11211:4";

/* With weights, a ring without one server moves keys of the others; with "next" it does not. */
static void rebuilding_moves_keys_of_the_living(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", weighted);
  polyring_health *health = health_of(ring, 0);
  size_t moved = 0;
  polyring_health_report(health, 3, POLYRING_SEEN_UNREACHED, 0, 0);
  for (int i = 0; i < 1000; i++) {
    char key[16];
    polyring_route route;
    size_t size = (size_t)snprintf(key, sizeof key, "key-%d", i);
    polyring_health_route(health, key, size, 0, &route);
    assert_int_not_equal(route.server, 3);
    moved += route.kind == POLYRING_ROUTE_STAND_IN && route.home != 3;
  }
  assert_in_range(moved, 20, 200);
  polyring_health_free(health);
  polyring_ring_free(ring);
}

/* Two of four are more than a third: then nothing moves, also not on the servers that live. */
static void too_many_dead_move_nothing(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", weighted);
  polyring_health *health = health_of(ring, 0);
  size_t one[4], two[4], again[4];
  polyring_health_report(health, 0, POLYRING_SEEN_UNREACHED, 0, 0);
  count_routes(health, 0, one);
  assert_true(one[POLYRING_ROUTE_STAND_IN] > 0);
  assert_int_equal(one[POLYRING_ROUTE_NOWHERE], 0);
  polyring_health_report(health, 1, POLYRING_SEEN_UNREACHED, 0, 0);
  count_routes(health, 0, two);
  assert_int_equal(two[POLYRING_ROUTE_STAND_IN], 0);
  assert_true(two[POLYRING_ROUTE_NOWHERE] > 0);
  assert_int_equal(polyring_health_due(health, 2000000), 0);
  assert_int_equal(polyring_health_due(health, 2000000), 1);
  for (int64_t now = 2000000; now <= 3000000; now += 1000000) {
    polyring_health_report(health, 1, POLYRING_SEEN_PROBE_ANSWERED, 0, now);
    polyring_health_due(health, now + 1000000);
  }
  count_routes(health, 4000000, again); /* dead ones at once, living ones when copies expired */
  assert_int_equal(again[POLYRING_ROUTE_NOWHERE], 0);
  assert_in_range(again[POLYRING_ROUTE_STAND_IN], 1, one[POLYRING_ROUTE_STAND_IN] - 1);
  count_routes(health, LONG_AFTER, again);
  assert_memory_equal(one, again, sizeof one);
  polyring_health_free(health);
  polyring_ring_free(ring);
}

/* A server that was up for a moment has no stand-in, nor has any key then another home. */
static void one_that_dies_again_moves_nothing(void **state) {
  (void)state;
  enum { LATER = 2000000 };
  const char *profiles[] = {"ketama", "dalli/ring"};
  for (size_t i = 0; i < COUNT(profiles); i++) {
    polyring_ring *ring = ring_of(profiles[i], weighted);
    polyring_health *health = health_of(ring, 0);
    size_t counts[4];
    polyring_health_report(health, 0, POLYRING_SEEN_UNREACHED, 0, 0);
    assert_int_equal(polyring_health_due(health, LATER), 0);
    polyring_health_report(health, 0, POLYRING_SEEN_PROBE_ANSWERED, 0, LATER); /* it restarted */
    count_routes(health, LATER, counts);
    assert_int_equal(counts[POLYRING_ROUTE_HOME], 1000);
    polyring_health_report(health, 0, POLYRING_SEEN_UNREACHED, 0, LATER + 1);
    count_routes(health, LATER + 1, counts);
    assert_int_equal(counts[POLYRING_ROUTE_STAND_IN], 0);
    count_routes(health, LONG_AFTER, counts);
    assert_int_equal(counts[POLYRING_ROUTE_NOWHERE], 0);
    assert_true(counts[POLYRING_ROUTE_STAND_IN] > 0);
    polyring_health_free(health);
    polyring_ring_free(ring);
  }
}

/* A server that dies while its keys are elsewhere has no stand-in until what they left is gone. */
static void who_dies_second_waits(void **state) {
  (void)state;
  enum { SECOND = 1000000 };
  polyring_ring *ring = ring_of("ketama", weighted);
  polyring_health *health = health_of(ring, 3);
  size_t nowhere[3] = {0};
  const int64_t times[] = {SECOND, SECOND + 12 * SECOND - 1, SECOND + 12 * SECOND};
  polyring_health_report(health, 0, POLYRING_SEEN_UNREACHED, 0, 0);
  polyring_health_report(health, 3, POLYRING_SEEN_UNREACHED, 0, SECOND);
  for (int t = 0; t < 3; t++)
    for (int i = 0; i < 1000; i++) {
      char key[16];
      polyring_route route;
      size_t size = (size_t)snprintf(key, sizeof key, "key-%d", i);
      polyring_health_route(health, key, size, times[t], &route);
      int waits = route.kind == POLYRING_ROUTE_NOWHERE;
      assert_true(!waits || route.home == 3);
      if (route.home == 0) assert_int_equal(route.kind, POLYRING_ROUTE_STAND_IN);
      nowhere[t] += waits;
    }
  assert_in_range(nowhere[0], 200, 600);
  assert_int_equal(nowhere[1], nowhere[0]);
  assert_int_equal(nowhere[2], 0);
  polyring_health_free(health);
  polyring_ring_free(ring);
}

static void what_is_not_known_is_refused(void **state) {
  (void)state;
  const char *profiles[] = {"libmemcached/modula",
                            "mcrouter/ch3",
                            "memcached-proxy/jump",
                            "spymemcached/array-mod,layout=jump",
                            "gwhalin/old-compat,next=hash_try",
                            "pymemcache/hash-client,next=step"};
  for (size_t i = 0; i < COUNT(profiles); i++) {
    polyring_ring *ring = ring_of(profiles[i], "a b c");
    polyring_health *health;
    polyring_health_policy policy;
    polyring_health_policy_init(&policy);
    policy.on_dead = POLYRING_ON_DEAD_NATIVE;
    assert_int_equal(polyring_health_new(NULL, ring, NULL, &policy, 7, &health, NULL),
                     POLYRING_NOT_SUPPORTED);
    polyring_ring_free(ring);
  }
}

/* The column is no part of what decides while all live. */
static void it_leaves_the_fingerprint_alone(void **state) {
  (void)state;
  char one[POLYRING_FINGERPRINT_SIZE], other[POLYRING_FINGERPRINT_SIZE];
  polyring_ring *ring = ring_of("ketama", weighted), *same = ring_of("ketama,next=step", weighted);
  assert_int_equal(polyring_ring_fingerprint(ring, one), POLYRING_OK);
  assert_int_equal(polyring_ring_fingerprint(same, other), POLYRING_OK);
  assert_string_equal(one, other);
  polyring_ring_free(ring);
  polyring_ring_free(same);
}

/* The ring of the rest cannot be built: the event counts, and keys of the dead go nowhere. */
static void no_memory_leaves_the_living_alone(void **state) {
  (void)state;
  heap counted = {SIZE_MAX, 0, 0};
  polyring_allocator allocator = {resize, &counted};
  polyring_ring *ring;
  polyring_status status = POLYRING_NO_MEMORY;
  size_t counts[4], n = 0;
  polyring_ring_new(&allocator, "ketama", 6, weighted, strlen(weighted), &ring, NULL);
  for (; status == POLYRING_NO_MEMORY; n++) {
    polyring_health *health = health_of(ring, 0);
    counted.allowed = n;
    status = polyring_health_report(health, 2, POLYRING_SEEN_UNREACHED, 0, 0);
    counted.allowed = 0; /* it is built anew only when others are dead */
    assert_int_equal(polyring_health_report(health, 1, POLYRING_SEEN_UNANSWERED, 0, 0),
                     POLYRING_OK);
    counted.allowed = SIZE_MAX;
    count_routes(health, 0, counts);
    assert_int_equal(counts[POLYRING_ROUTE_STAND_IN] > 0, status == POLYRING_OK);
    assert_int_equal(counts[POLYRING_ROUTE_NOWHERE] == 0, status == POLYRING_OK);
    polyring_health_free(health);
  }
  assert_int_equal(status, POLYRING_OK);
  assert_true(n > 4);
  polyring_ring_free(ring);
  assert_int_equal(counted.bytes, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(clients_did_so),
      cmocka_unit_test(rebuilding_moves_keys_of_the_living),
      cmocka_unit_test(too_many_dead_move_nothing),
      cmocka_unit_test(one_that_dies_again_moves_nothing),
      cmocka_unit_test(who_dies_second_waits),
      cmocka_unit_test(what_is_not_known_is_refused),
      cmocka_unit_test(it_leaves_the_fingerprint_alone),
      cmocka_unit_test(no_memory_leaves_the_living_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
