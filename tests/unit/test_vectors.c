/* The golden placements: every listed key, every refusal, every digest. */
#include <jansson.h>

#include "unit.h"
#include "vectors.h"

static void check_case(const char *path, const polyring_ring *ring, json_t *test) {
  char key[KEY_ROOM];
  polyring_placement placement;
  size_t size = key_of(test, key);
  int32_t at = polyring_ring_locate(ring, key, size);
  json_t *expected = json_object_get(test, "at");
  if (json_is_true(json_object_get(test, "refused"))) {
    if (at != POLYRING_INVALID_KEY) fail_msg("%s, %s is not refused", path, text_of(test, "id"));
    return;
  }
  assert_true(json_is_integer(expected));
  if (at < 0 && json_is_true(json_object_get(test, "may_refuse"))) return;
  if (at != json_integer_value(expected))
    fail_msg("%s, %s: server %d instead of %d", path, text_of(test, "id"), (int)at,
             (int)json_integer_value(expected));
  assert_int_equal(polyring_ring_explain(ring, key, size, &placement, NULL), POLYRING_OK);
  json_t *hash = json_object_get(test, "hash");
  char shown[POLYRING_NUMBER_SIZE];
  polyring_number_print(placement.hash, shown);
  if (hash && strcmp(shown, json_string_value(hash)) != 0)
    fail_msg("%s, %s: hash %s instead of %s", path, text_of(test, "id"), shown,
             json_string_value(hash));
}

/* The digest's own SHA-256 is compared by the tests of the languages, which have one; here its
 * keys go through both ways in. */
static void check_batch(const polyring_ring *ring) {
  enum { KEYS = 20000 };
  char *keys = malloc(KEYS * 8);
  uint32_t *ends = malloc(KEYS * sizeof *ends), end = 0;
  uint16_t *indexes = malloc(KEYS * sizeof *indexes);
  for (int i = 0; i < KEYS; i++) ends[i] = end += (uint32_t)sprintf(keys + end, "%d", i);
  assert_int_equal(polyring_ring_locate_many(ring, keys, ends, KEYS, indexes, NULL), POLYRING_OK);
  for (int i = 0; i < KEYS; i++) {
    uint32_t start = i ? ends[i - 1] : 0;
    assert_int_equal(polyring_ring_locate(ring, keys + start, ends[i] - start), indexes[i]);
  }
  free(keys);
  free(ends);
  free(indexes);
}

static void check_file(const char *path, json_t *file) {
  polyring_ring *ring = ring_of_file(file);
  json_t *test;
  size_t i;
  json_array_foreach(json_object_get(file, "cases"), i, test) check_case(path, ring, test);
  assert_true(i >= 24);
  check_batch(ring);
  polyring_ring_free(ring);
}

static void recorded_placements(void **state) {
  (void)state;
  assert_true(for_each_vector("placement", check_file) >= 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(recorded_placements)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
