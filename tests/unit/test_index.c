/* The index of points against counting them one by one. */
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

/* Exactly as much memory as promised, so that a sanitizer sees a read beyond it. */
static uint32_t *room_for(size_t count) {
  uint32_t *points = malloc((count + POLYRING__INDEX_SPARE) * sizeof *points);
  assert_non_null(points);
  return points;
}

static uint32_t *room_for_index(size_t count) {
  uint32_t *firsts = malloc(polyring__index_size(count) * sizeof *firsts);
  assert_non_null(firsts);
  return firsts;
}

static void check_rank(const polyring__index *index, const uint32_t *points, size_t count,
                       uint32_t hash) {
  size_t below = 0, rank = polyring__index_rank(index, points, hash);
  while (below < count && points[below] < hash) below++;
  if (rank != below) fail_msg("%zu of %zu points are below %u, not %zu", below, count, hash, rank);
}

/* Sorts the points and asks for each of them, its neighbours, the ends and some at random. */
static void check(uint32_t *points, size_t count) {
  polyring__index index;
  uint32_t *firsts = room_for_index(count);
  qsort(points, count, sizeof *points, by_value);
  polyring__index_build(points, count, firsts, &index);
  for (size_t i = 0; i < count; i++)
    for (uint32_t by = 0; by < 3; by++)
      check_rank(&index, points, count, points[i] - 1 + by); /* wraps at the ends */
  check_rank(&index, points, count, 0);
  check_rank(&index, points, count, UINT32_MAX);
  for (int i = 0; i < 200; i++) check_rank(&index, points, count, random32());
  free(firsts);
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

/* An index that was changed is the one that is built of the points it stands for. */
static void compare(const polyring__index *changed, const polyring__index *built) {
  assert_int_equal(changed->buckets, built->buckets);
  assert_int_equal(changed->shift, built->shift);
  assert_memory_equal(changed->firsts, built->firsts,
                      (built->buckets + (size_t)1) * sizeof *built->firsts);
}

static void change(size_t count, size_t more, uint32_t range) {
  uint32_t *all = room_for(count + more), *few = room_for(count), *some = room_for(more);
  uint32_t *few_firsts = room_for_index(count), *all_firsts = room_for_index(count + more);
  uint32_t *firsts = room_for_index(count + more);
  polyring__index of_all, of_few, changed;
  for (size_t i = 0; i < count; i++) few[i] = random32() % range;
  for (size_t i = 0; i < more; i++) some[i] = random32() % range;
  memcpy(all, few, count * sizeof *all);
  memcpy(all + count, some, more * sizeof *all);
  qsort(all, count + more, sizeof *all, by_value);
  qsort(few, count, sizeof *few, by_value);
  qsort(some, more, sizeof *some, by_value);
  polyring__index_build(all, count + more, all_firsts, &of_all);
  polyring__index_build(few, count, few_firsts, &of_few);
  polyring__index_change(&of_few, some, more, 1, all, count + more, firsts, &changed);
  compare(&changed, &of_all);
  polyring__index_change(&of_all, some, more, 0, few, count, firsts, &changed);
  compare(&changed, &of_few);
  uint32_t *blocks[] = {all, few, some, few_firsts, all_firsts, firsts};
  for (size_t i = 0; i < COUNT(blocks); i++) free(blocks[i]);
}

static void changes(void **state) {
  (void)state;
  for (size_t count = 1; count < 1000; count += 1 + count / 4)
    for (size_t more = 0; more < 200; more = more * 2 + 1)
      for (int wide = 0; wide < 2; wide++) change(count, more, wide ? UINT32_MAX : 5000);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_points),
                                     cmocka_unit_test(clustered_points), cmocka_unit_test(changes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
