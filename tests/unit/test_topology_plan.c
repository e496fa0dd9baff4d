/* Plans: exact ones against counting, sampled ones against exact ones. */
#include <math.h>

#include "unit.h"

static polyring_plan *plan_of(const char *from, const char *old_servers, const char *to,
                              const char *new_servers, uint32_t keys) {
  polyring_ring *rings[2] = {ring_of(from, old_servers), ring_of(to, new_servers)};
  polyring_plan *plan;
  polyring_error error;
  if (polyring_plan_new(NULL, rings[0], rings[1], keys, &plan, &error) < 0)
    fail_msg("%s: %s", from, error.text);
  polyring_ring_free(rings[0]);
  polyring_ring_free(rings[1]);
  return plan;
}

static double flow(const polyring_plan *plan, uint32_t from, uint32_t to) {
  const polyring_flow *flow;
  for (size_t i = 0; (flow = polyring_plan_flow(plan, i)); i++)
    if (flow->from == from && flow->to == to) return flow->share;
  return 0;
}

static void close_to(double a, double b, double room) {
  if (!(fabs(a - b) <= room)) fail_msg("%.9f is not %.9f", a, b);
}

static void servers_are_known_in_both_rings(void **state) {
  (void)state;
  polyring_plan *plan =
      plan_of("libmemcached/modula", "x=a b:7 c c", "libmemcached/modula", "b:7 x=new c:11211", 0);
  static const struct {
    const char *text;
    int old_index, new_index;
    double before, after;
  } expected[] = {
      {"x", 0, 1, 1. / 4, 1. / 3}, {"b:7", 1, 0, 1. / 4, 1. / 3}, {"c", 2, 2, 1. / 2, 1. / 3}};
  for (size_t i = 0; i < COUNT(expected); i++) {
    const polyring_planned_server *server = polyring_plan_server(plan, i);
    assert_string_equal(server->text, expected[i].text);
    assert_int_equal(server->old_index, expected[i].old_index);
    assert_int_equal(server->new_index, expected[i].new_index);
    close_to(server->before, expected[i].before, 1e-9);
    close_to(server->after, expected[i].after, 1e-9);
  }
  assert_null(polyring_plan_server(plan, 3));
  assert_int_equal(polyring_plan_old(plan, 3), 2);
  assert_int_equal(polyring_plan_new_server(plan, 0), 1);
  assert_int_equal(polyring_plan_sample(plan), 0);
  polyring_plan_free(plan);
  polyring_plan_free(NULL);
}

static void nothing_moves_where_nothing_changes(void **state) {
  (void)state;
  static const char *const lists[] = {"mc1.example/127.0.0.1:1 mc2.example/127.0.0.2:2",
                                      "mc1.example/127.0.0.1:1:1 mc2.example/127.0.0.2:2:1"};
  const char *profile;
  for (size_t row = 0; (profile = polyring_profile_name_at(row)); row++) {
    polyring_ring *ring = NULL; /* some clients take no weights, some insist on them */
    for (size_t i = 0; i < COUNT(lists) && !ring; i++)
      polyring_ring_new(NULL, profile, strlen(profile), lists[i], strlen(lists[i]), &ring, NULL);
    if (!ring) fail_msg("%s takes no list", profile);
    polyring_plan *plan;
    assert_int_equal(polyring_plan_new(NULL, ring, ring, 1000, &plan, NULL), POLYRING_OK);
    close_to(polyring_plan_moved(plan), 0, 0);
    assert_null(polyring_plan_flow(plan, 0));
    close_to(polyring_plan_server(plan, 0)->before + polyring_plan_server(plan, 1)->before, 1,
             1e-9);
    polyring_plan_free(plan);
    polyring_ring_free(ring);
  }
}

/* Exact flows, against the places of many keys. */
static void exact_plans_agree_with_keys(void **state) {
  (void)state;
  static const char *const cases[][4] = {
      {"ketama", "a b c", "ketama", "a b c d"},
      {"dalli/ring", "a b c", "dalli/ring", "a:1:3 b c:11211:2"},
      {"libmemcached/ketama", "a b c", "libmemcached/modula", "a b c"},
      {"libmemcached/modula", "a b c d", "libmemcached/ketama", "b c"},
      {"libmemcached/modula", "a b c", "libmemcached/modula,weights=repeat", "a:1:2 b:1:3 c"},
      {"libmemcached/modula,fold=absolute", "a b", "libmemcached/modula,fold=absolute", "a b c"},
      {"libmemcached/modula,fold=low31", "a b", "libmemcached/ketama,fold=low31", "a b c"},
      {"ketama,fold=slots,slots=1024", "a b c", "ketama,fold=slots,slots=1024", "a b"},
      {"ketama,point_order=signed", "a b c", "ketama,search=floor", "a b c"},
      {"ketama,bits=64,words=2", "a b c", "ketama,bits=64,words=2", "c d"},
      {"ketama,bits=128,words=1", "a b c", "ketama,bits=128,words=1,points=40", "c d b"},
      {"ketama,bits=128,words=1,point_order=signed", "a b c",
       "ketama,bits=128,words=1,point_order=signed,search=floor", "c d b"},
      {"ketama,bits=64,words=1,point_order=signed", "a b c", "ketama,bits=64,words=2", "c d b"},
      {"ketama,points=4,point_order=signed,search=ceil_or_last", "a b",
       "ketama,points=8,point_order=signed,search=ceil_or_last", "a c"},
      {"ketama,search=ceil_or_last", "a b c", "ketama,search=above", "a b"},
      {"python-memcached/default", "a b c", "python-memcached/default", "a b"},
      {"libmemcached/modula,layout=buckets,slots=100", "a b", "libmemcached/modula", "a b c"}};
  enum { KEYS = 100000 };
  for (size_t c = 0; c < COUNT(cases); c++) {
    const char *const *at = cases[c];
    polyring_plan *plan = plan_of(at[0], at[1], at[2], at[3], 0);
    polyring_ring *rings[2] = {ring_of(at[0], at[1]), ring_of(at[2], at[3])};
    uint32_t counts[8][8] = {{0}}, moved = 0;
    if (polyring_plan_sample(plan)) fail_msg("case %zu is not exact", c);
    for (uint32_t i = 0; i < KEYS; i++) {
      char key[16];
      sprintf(key, "%x", i * 2654435761u);
      uint32_t from = polyring_plan_old(plan, (size_t)locate(rings[0], key));
      uint32_t to = polyring_plan_new_server(plan, (size_t)locate(rings[1], key));
      counts[from][to]++;
      moved += from != to;
    }
    double sum = 0, before = 0, after = 0;
    for (uint32_t from = 0; from < 8; from++)
      for (uint32_t to = 0; to < 8; to++) {
        double share = from == to ? 0 : flow(plan, from, to);
        sum += share;
        if (from == to) continue;
        close_to(counts[from][to] / (double)KEYS, share, 5 * sqrt((share + 1e-5) / KEYS));
      }
    const polyring_planned_server *server;
    for (size_t i = 0; (server = polyring_plan_server(plan, i)); i++) {
      before += server->before;
      after += server->after;
    }
    close_to(before, 1, 1e-12);
    close_to(after, 1, 1e-12);
    close_to(polyring_plan_moved(plan), sum, 1e-9);
    close_to(moved / (double)KEYS, sum, 5 * sqrt(sum / KEYS));
    polyring_plan_free(plan);
    polyring_ring_free(rings[0]);
    polyring_ring_free(rings[1]);
  }
}

/* 32,768 hashes of one kind: each counts. crc is 15 bits of crc32. */
static void small_spaces_are_counted(void **state) {
  (void)state;
  polyring_plan *plan =
      plan_of("libmemcached/modula,hash=crc", "a b c", "libmemcached/modula,hash=crc", "a b", 0);
  uint32_t moved = 0;
  for (uint32_t hash = 0; hash < 32768; hash++) moved += hash % 3 != hash % 2;
  close_to(polyring_plan_moved(plan), moved / 32768., 1e-15);
  polyring_plan_free(plan);
  plan = plan_of("python-memcached/default", "a b c", "python-memcached/default", "a b", 0);
  moved = 0; /* or_one: a hash of 0 is 1 */
  for (uint32_t hash = 0; hash < 32768; hash++)
    moved += (hash ? hash : 1) % 3 != (hash ? hash : 1) % 2;
  close_to(polyring_plan_moved(plan), moved / 32768., 1e-15);
  polyring_plan_free(plan);
}

static void shares_are_those_of_the_rings(void **state) {
  (void)state;
  static const char *const profiles[] = {"ketama", "dalli/ring", "libmemcached/modula",
                                         "libmemcached/ketama,search=above",
                                         "ketama,point_order=signed"};
  for (size_t p = 0; p < COUNT(profiles); p++) {
    polyring_plan *plan = plan_of(profiles[p], "a b c", profiles[p], "c a", 0);
    polyring_ring *ring = ring_of(profiles[p], "a b c");
    double shares[3];
    polyring_ring_shares(ring, shares);
    for (size_t i = 0; i < 3; i++)
      close_to(polyring_plan_server(plan, i)->before, shares[i], 1e-12);
    polyring_ring_free(ring);
    polyring_plan_free(plan);
  }
}

static void other_plans_are_sampled(void **state) {
  (void)state;
  polyring_plan *plan =
      plan_of("pymemcache/hash-client", "a b c", "pymemcache/hash-client", "a b", 20000);
  assert_int_equal(polyring_plan_sample(plan), 20000);
  close_to(polyring_plan_moved(plan), 1. / 3, 0.02);
  close_to(flow(plan, 0, 1) + flow(plan, 1, 0), 0, 0);
  polyring_plan_free(plan);
  plan = plan_of("ketama", "a b", "dalli/ring", "a b", 20000);
  assert_int_equal(polyring_plan_sample(plan), 20000);
  close_to(polyring_plan_moved(plan), 0.5, 0.03);
  polyring_plan_free(plan);
  polyring_ring *ring = ring_of("ketama,refuse=30-66", "a b");
  polyring_error error;
  ring = (polyring_ring_free(ring), ring_of("pymemcache/hash-client,refuse=30-66", "a b"));
  assert_int_equal(polyring_plan_new(NULL, ring, ring, 100, &plan, &error), POLYRING_INVALID_KEY);
  assert_null(plan);
  polyring_ring_free(ring);
}

/* Of lists whose common multiple is too great, a sample is taken. */
static void long_lists_are_sampled(void **state) {
  (void)state;
  enum { COUNT_OLD = 4099, COUNT_NEW = 4111 };
  char *lists[2] = {malloc(COUNT_NEW * 8), malloc(COUNT_NEW * 8)};
  for (int side = 0; side < 2; side++) {
    char *at = lists[side];
    for (int i = 0; i < (side ? COUNT_NEW : COUNT_OLD); i++) at += sprintf(at, " s%d", i);
  }
  polyring_plan *plan =
      plan_of("libmemcached/modula", lists[0], "libmemcached/modula", lists[1], 20000);
  assert_int_equal(polyring_plan_sample(plan), 20000);
  close_to(polyring_plan_moved(plan), 1, 0.01);
  polyring_plan_free(plan);
  free(lists[0]);
  free(lists[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(servers_are_known_in_both_rings),
                                     cmocka_unit_test(nothing_moves_where_nothing_changes),
                                     cmocka_unit_test(exact_plans_agree_with_keys),
                                     cmocka_unit_test(small_spaces_are_counted),
                                     cmocka_unit_test(shares_are_those_of_the_rings),
                                     cmocka_unit_test(other_plans_are_sampled),
                                     cmocka_unit_test(long_lists_are_sampled)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
