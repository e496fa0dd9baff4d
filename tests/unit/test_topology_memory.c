/* Every allocation of topologies, differences, fingerprints and plans fails once. */
#include "heap.h"

/* All that can be done with two documents. Returns the first status that is not OK. */
static polyring_status use(const polyring_allocator *memory, const char *from, const char *to,
                           polyring_error *error) {
  const char *texts[2] = {from, to};
  polyring_topology *topologies[2] = {NULL, NULL}, *moved = NULL;
  polyring_ring *rings[2] = {NULL, NULL};
  polyring_difference *difference = NULL;
  polyring_plan *plan = NULL;
  char print[POLYRING_FINGERPRINT_SIZE];
  polyring_status status = POLYRING_OK;
  for (int i = 0; i < 2 && status >= 0; i++) {
    status = polyring_topology_parse(memory, texts[i], strlen(texts[i]), &topologies[i], error);
    if (status >= 0) status = polyring_topology_ring(memory, topologies[i], &rings[i], error);
    if (status >= 0) status = polyring_ring_fingerprint(rings[i], print);
    if (status < 0 && rings[i]) error->status = status, strcpy(error->text, "no memory");
  }
  if (status >= 0)
    status = polyring_difference_new(memory, topologies[0], topologies[1], &difference, error);
  if (status >= 0) status = polyring_plan_new(memory, rings[0], rings[1], 500, &plan, error);
  if (status >= 0 && strstr(from, "buckets"))
    status = polyring_topology_move(memory, topologies[0], 0, "b", 1, &moved, error);
  polyring_plan_free(plan);
  polyring_difference_free(difference);
  for (int i = 0; i < 2; i++) polyring_ring_free(rings[i]);
  for (int i = 0; i < 2; i++) polyring_topology_free(topologies[i]);
  polyring_topology_free(moved);
  return status;
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  static const char *const profiles[][2] = {
      {"ketama", "ketama,points=40"},
      {"libmemcached/modula", "ketama"},
      {"pymemcache/hash-client", "pymemcache/hash-client"},
      {"libmemcached/modula,layout=buckets,slots=9", "libmemcached/modula,layout=buckets,slots=9"}};
  for (size_t p = 0; p < COUNT(profiles); p++) {
    char from[300], to[300];
    sprintf(from, "{\"polyring\":1,\"profile\":\"%s\",\"servers\":[\"n=a:1;x=1\",\"b\",\"c\"]}",
            profiles[p][0]);
    sprintf(to,
            "{\"polyring\":1,\"profile\":\"%s\",\"servers\":[{\"place\":\"b\"},\"c:1\"],"
            "\"settings\":{\"a\":1}}",
            profiles[p][1]);
    size_t allowed = 0;
    polyring_status status = POLYRING_NO_MEMORY;
    for (; status != POLYRING_OK; allowed++) {
      heap counted = {.allowed = allowed};
      polyring_allocator allocator = {resize, &counted};
      polyring_error error = {0};
      status = use(&allocator, from, to, &error);
      if (status < 0 && (status != POLYRING_NO_MEMORY || error.status != status))
        fail_msg("%s: %s", polyring_status_name(status), error.text);
      assert_int_equal(counted.bytes, 0);
    }
    assert_true(allowed > 40);
  }
}

static void refusals_give_everything_back(void **state) {
  (void)state;
  static const char *const texts[] = {
      "{\"polyring\":1,\"profile\":\"ketama\",\"servers\":[\"n=a\",\"n=b\"]}",
      "{\"polyring\":1,\"profile\":\"ketama\",\"servers\":[\"a;b=1;b=2\"]}",
      "{\"polyring\":1,\"profile\":\"ketama\",\"settings\":{\"a\":1,\"B\":2},\"servers\":[\"a\"]}",
      "{\"polyring\":1,\"profile\":\"ketama\",\"servers\":[\"a\", {\"place\":\"b\"}, 3]}",
      "{\"polyring\":1,\"profile\":\"none\",\"servers\":[\"a\"]}"};
  for (size_t i = 0; i < COUNT(texts); i++) {
    heap counted = {.allowed = 1000};
    polyring_allocator allocator = {resize, &counted};
    polyring_topology *topology;
    assert_true(polyring_topology_parse(&allocator, texts[i], strlen(texts[i]), &topology, NULL) <
                0);
    assert_null(topology);
    assert_int_equal(counted.bytes, 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail),
                                     cmocka_unit_test(refusals_give_everything_back)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
