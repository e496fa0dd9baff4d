/* One ring, many threads: for ThreadSanitizer, and for equal answers. */
#include <pthread.h>

#include "unit.h"

enum { THREADS = 8, KEYS = 5000 };

typedef struct job {
  const polyring_ring *ring;
  int32_t found[KEYS];
} job;

static void *run(void *argument) {
  job *mine = argument;
  for (int i = 0; i < KEYS; i++) {
    char key[16];
    sprintf(key, "key:%d", i);
    mine->found[i] = locate(mine->ring, key);
    polyring_placement placement;
    if (i % 100 == 0 && polyring_ring_explain(mine->ring, key, strlen(key), &placement, NULL) < 0)
      assert_int_equal(mine->found[i], POLYRING_INVALID_KEY);
  }
  return NULL;
}

static void threads_share_a_ring(void **state) {
  (void)state;
  const char *name;
  for (size_t row = 0; (name = polyring_profile_name_at(row)); row++) {
    int needs_weights = strcmp(row_value(name, "no_weight"), "refused") == 0;
    polyring_ring *ring = ring_of(name, needs_weights ? "1.2.3.4:1:1 1.2.3.5:1:1 1.2.3.6:1:1"
                                                      : "1.2.3.4:1 1.2.3.5:1 1.2.3.6:1");
    job *jobs = calloc(THREADS, sizeof *jobs);
    pthread_t threads[THREADS];
    for (int t = 0; t < THREADS; t++) {
      jobs[t].ring = ring;
      assert_int_equal(pthread_create(&threads[t], NULL, run, &jobs[t]), 0);
    }
    for (int t = 0; t < THREADS; t++) pthread_join(threads[t], NULL);
    for (int t = 1; t < THREADS; t++)
      assert_memory_equal(jobs[0].found, jobs[t].found, sizeof jobs[0].found);
    if (jobs[0].found[0] != POLYRING_INVALID_KEY) /* a row whose keys are numbers */
      assert_in_range(jobs[0].found[0], 0, 2);
    free(jobs);
    polyring_ring_free(ring);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(threads_share_a_ring)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
