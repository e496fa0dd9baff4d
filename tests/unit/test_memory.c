/* Every allocation fails once: n = 1, 2, 3 ... until none is left to fail. */
#include "heap.h"

static void every_allocation_may_fail(void **state) {
  (void)state;
  static const char *const profiles[] = {"ketama", "ketama,duplicates=merged,equal=label",
                                         "python-memcached/default", "pymemcache/hash-client,weights=ignored",
                                         "cache-memcached-fast/ketama,points=3"};
  static const char servers[] = "a:1:2 b:2:3 a:1:2 unix:/c:1";
  for (size_t p = 0; p < COUNT(profiles); p++) {
    polyring_status status = POLYRING_NO_MEMORY;
    size_t allowed = 0;
    for (; status != POLYRING_OK; allowed++) {
      heap counted = {.allowed = allowed};
      polyring_allocator allocator = {resize, &counted};
      polyring_ring *ring = NULL;
      polyring_error error = {0};
      status = polyring_ring_new(&allocator, profiles[p], strlen(profiles[p]), servers,
                                 sizeof servers - 1, &ring, &error);
      if (status == POLYRING_OK) {
        size_t held = counted.bytes, left = counted.allowed;
        polyring_placement placement;
        assert_in_range(locate(ring, "key"), 0, 3);
        assert_int_equal(polyring_ring_explain(ring, "key", 3, &placement, NULL), POLYRING_OK);
        assert_int_equal(counted.bytes, held); /* looking up allocates nothing */
        assert_int_equal(counted.allowed, left);
        polyring_ring_free(ring);
      } else {
        assert_int_equal(status, POLYRING_NO_MEMORY);
        assert_non_null(strstr(error.text, "no memory"));
      }
      assert_int_equal(counted.bytes, 0);
    }
    assert_true(allowed > 5);
  }
}

/* With one server more, or one less; the ring itself stays as it is. */
static void every_allocation_of_a_change_may_fail(void **state) {
  (void)state;
  static const char *const profiles[] = {"ketama", "ketama,weights=ignored", "polyring/ring-1024",
                                         "ketama,duplicates=merged,equal=cycle,order=natural",
                                         "python-memcached/default", "polyring/rendezvous"};
  for (size_t p = 0; p < 3 * COUNT(profiles); p++) {
    const char *profile = profiles[p / 3];
    heap counted = {.allowed = SIZE_MAX};
    polyring_allocator allocator = {resize, &counted};
    polyring_ring *ring, *changed;
    polyring_profile *same;
    polyring_error error = {0};
    assert_int_equal(polyring_ring_new(&allocator, profile, strlen(profile), "x=a y=b:2 z=c", 13,
                                       &ring, NULL),
                     POLYRING_OK);
    assert_int_equal(polyring_profile_new(&allocator, profile, strlen(profile), &same, NULL),
                     POLYRING_OK);
    size_t held = counted.bytes, allowed = 0;
    polyring_status status = POLYRING_NO_MEMORY;
    for (; status != POLYRING_OK; allowed++) {
      counted.allowed = allowed;
      status = p % 3 == 0   ? polyring_ring_remove(ring, 1, &changed, &error)
               : p % 3 == 1 ? polyring_ring_add(ring, "w=d:5", 5, &changed, &error)
                            : polyring_ring_follow(ring, same, &changed, &error);
      if (status != POLYRING_OK) {
        assert_int_equal(status, POLYRING_NO_MEMORY);
        assert_non_null(strstr(error.text, "no memory"));
        assert_null(changed);
        assert_int_equal(counted.bytes, held);
      }
    }
    assert_true(allowed > 4);
    polyring_ring_free(ring); /* the new one does not need it */
    polyring_profile_free(same);
    assert_in_range(locate(changed, "key"), 0, 3);
    polyring_ring_free(changed);
    assert_int_equal(counted.bytes, 0);
  }
}

/* What a ring of so many servers holds, and held while it was made, less what one of one holds. */
static size_t bytes_of(unsigned servers, size_t *most) {
  char *list = malloc(servers * 24), *at = list;
  heap counted = {.allowed = SIZE_MAX};
  polyring_allocator allocator = {resize, &counted};
  polyring_ring *ring;
  for (unsigned i = 0; i < servers; i++)
    at += sprintf(at, "10.0.%u.%u:11211 ", i / 256, i % 256);
  assert_int_equal(polyring_ring_new(&allocator, "ketama,weights=ignored", 22, list,
                                     (size_t)(at - list), &ring, NULL),
                   POLYRING_OK);
  size_t bytes = counted.bytes;
  *most = counted.most;
  assert_int_equal(polyring_ring_point_count(ring), servers * 160);
  polyring_ring_free(ring);
  free(list);
  return bytes;
}

/* Points, owners, index and the server itself. */
static void memory_of_a_server(void **state) {
  (void)state;
  static const unsigned counts[] = {10, 37, 73, 74, 100, 146, 147, 585, 1000, 2341};
  size_t most, one = bytes_of(1, &most);
  for (size_t i = 0; i < COUNT(counts); i++) {
    size_t bytes = bytes_of(counts[i], &most) - one;
    if (bytes > 2100 * (counts[i] - 1) || most - one > 3100 * (counts[i] - 1))
      fail_msg("%u servers: %zu bytes each, and %zu while they are made", counts[i],
               bytes / (counts[i] - 1), (most - one) / (counts[i] - 1));
  }
}

static void refusals_give_everything_back(void **state) {
  (void)state;
  static const char *const lists[][2] = {{"ketama", "a b:x"},
                                         {"ketama,points=0", "a b"},
                                         {"nobody", "a b"},
                                         {"ketama,duplicates=refused", "a a"},
                                         {"spymemcached/ketama", "a"},
                                         {"python-memcached/default", "a:1:0"}};
  for (size_t i = 0; i < COUNT(lists); i++) {
    heap counted = {.allowed = 1000};
    polyring_allocator allocator = {resize, &counted};
    polyring_ring *ring;
    assert_true(polyring_ring_new(&allocator, lists[i][0], strlen(lists[i][0]), lists[i][1],
                                  strlen(lists[i][1]), &ring, NULL) < 0);
    assert_int_equal(counted.bytes, 0);
  }
  polyring_ring_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail),
                                     cmocka_unit_test(every_allocation_of_a_change_may_fail),
                                     cmocka_unit_test(memory_of_a_server),
                                     cmocka_unit_test(refusals_give_everything_back)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
