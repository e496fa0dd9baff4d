/* The index of points against counting them one by one. */
#include "base/allocator.h"
#include "placement/index.h"
#include "unit.h"

enum { POINTS_MAX = 3000 };

static uint64_t seed = 1;

static uint32_t random32(void) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 32);
}

static int by_value(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void check_rank(const polyring__index *index, const uint32_t *points, size_t count,
                       uint32_t hash) {
  size_t below = 0, rank = polyring__index_rank(index, points, hash);
  while (below < count && points[below] < hash) below++;
  if (rank != below) fail_msg("%zu of %zu points are below %u, not %zu", below, count, hash, rank);
}

/* Sorts the points and asks for each of them, its neighbours, the ends and some at random. */
static void check(uint32_t *points, size_t count) {
  polyring_allocator memory = polyring__allocator_or_libc(NULL);
  polyring__index index;
  qsort(points, count, sizeof *points, by_value);
  assert_int_equal(polyring__index_build(&memory, points, count, &index, NULL), POLYRING_OK);
  for (size_t i = 0; i < count; i++)
    for (uint32_t by = 0; by < 3; by++)
      check_rank(&index, points, count, points[i] - 1 + by); /* wraps at the ends */
  check_rank(&index, points, count, 0);
  check_rank(&index, points, count, UINT32_MAX);
  for (int i = 0; i < 200; i++) check_rank(&index, points, count, random32());
  polyring__index_done(&memory, &index);
}

/* Exactly as much memory as promised, so that a sanitizer sees a read beyond it. */
static uint32_t *room_for(size_t count) {
  uint32_t *points = malloc((count + POLYRING__INDEX_SPARE) * sizeof *points);
  assert_non_null(points);
  return points;
}

static void random_points(void **state) {
  (void)state;
  for (size_t count = 1; count <= POINTS_MAX; count += count < 40 ? 1 : count / 3) {
    uint32_t *points = room_for(count);
    for (size_t i = 0; i < count; i++) points[i] = random32();
    check(points, count);
    free(points);
  }
}

/* All in one place, at either end too; many that are equal; two places far apart. */
static void clustered_points(void **state) {
  (void)state;
  static const uint32_t places[] = {0, 1, 77, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
  static const uint32_t widths[] = {1, 2, 16, 1000};
  for (size_t place = 0; place < COUNT(places); place++)
    for (size_t width = 0; width < COUNT(widths); width++)
      for (size_t count = 1; count <= 700; count = count * 2 + 1) {
        uint32_t *points = room_for(count);
        for (size_t i = 0; i < count; i++)
          points[i] = places[place] + (i % 5 ? random32() % widths[width] : 0);
        check(points, count);
        for (size_t i = 0; i < count / 2; i++) points[i] = places[COUNT(places) - 1 - place];
        check(points, count);
        free(points);
      }
}

static void memory_of_a_server(void **state) {
  (void)state;
  polyring_allocator memory = polyring__allocator_or_libc(NULL);
  polyring__index index;
  size_t count = 160 * 10;
  uint32_t *points = room_for(count);
  for (size_t i = 0; i < count; i++) points[i] = random32();
  qsort(points, count, sizeof *points, by_value);
  assert_int_equal(polyring__index_build(&memory, points, count, &index, NULL), POLYRING_OK);
  assert_true((index.buckets + 1 + POLYRING__INDEX_SPARE) * sizeof *points + count * 6 <=
              10 * 2100);
  polyring__index_done(&memory, &index);
  free(points);
}

static void *nothing(void *context, void *block, size_t old_size, size_t new_size) {
  (void)context, (void)block, (void)old_size, (void)new_size;
  return NULL;
}

static void no_memory(void **state) {
  (void)state;
  polyring_allocator memory = {nothing, NULL};
  polyring_error error;
  polyring__index index;
  uint32_t points[1 + POLYRING__INDEX_SPARE] = {7};
  assert_int_equal(polyring__index_build(&memory, points, 1, &index, &error), POLYRING_NO_MEMORY);
  polyring__index_done(&memory, &index);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_points), cmocka_unit_test(clustered_points),
      cmocka_unit_test(memory_of_a_server), cmocka_unit_test(no_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
