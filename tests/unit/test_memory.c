/* Every allocation fails once: n = 1, 2, 3 ... until none is left to fail. */
#include "unit.h"

typedef struct heap {
  size_t allowed; /* allocations that still succeed */
  size_t bytes;   /* asked for and not given back */
} heap;

static void *resize(void *context, void *block, size_t old_size, size_t new_size) {
  heap *counted = context;
  assert_null(new_size ? block : NULL); /* the core only allocates and frees */
  if (!new_size) {
    counted->bytes -= old_size;
    free(block);
    return NULL;
  }
  if (!counted->allowed) return NULL;
  counted->allowed--;
  counted->bytes += new_size;
  return malloc(new_size);
}

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
      heap counted = {allowed, 0};
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

static void refusals_give_everything_back(void **state) {
  (void)state;
  static const char *const lists[][2] = {{"ketama", "a b:x"},
                                         {"ketama,points=0", "a b"},
                                         {"nobody", "a b"},
                                         {"ketama,duplicates=refused", "a a"},
                                         {"spymemcached/ketama", "a"},
                                         {"python-memcached/default", "a:1:0"}};
  for (size_t i = 0; i < COUNT(lists); i++) {
    heap counted = {1000, 0};
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
                                     cmocka_unit_test(refusals_give_everything_back)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
