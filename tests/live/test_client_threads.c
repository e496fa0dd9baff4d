/* 64 threads on one client, while servers come and go: each call has its own answers. The sizes are
 * for a machine of two; POLYRING_SIZE makes each thread do that many rounds. */
#include <pthread.h>
#include <stdatomic.h>

#include "servers.h"

enum { THREADS = 64, SERVERS = 3, BATCH = 20, KEYS = 16 };
static live servers[SERVERS];
static polyring_client *client;
static atomic_int wrong, failed, running;
static atomic_size_t done;

static int start(void **state) {
  (void)state;
  char list[300];
  polyring_error error;
  const char *settings = "timeout=60s&connect_timeout=30s&announce=false&on_mismatch=ignore";
  servers[0] = live_tcp("127.92.0.1", 21921);
  servers[1] = live_tcp("127.92.0.2", 21922);
  servers[2] = live_tcp("127.92.0.3", 21923);
  snprintf(list, sizeof list, "%s %s", servers[0].word, servers[1].word);
  if (polyring_client_new(NULL, list, strlen(list), settings, strlen(settings), &client, &error) <
      0)
    fail_msg("%s", error.text);
  return 0;
}

static int stop(void **state) {
  (void)state;
  polyring_client_free(client);
  for (int i = 0; i < SERVERS; i++) live_stop(&servers[i]);
  return 0;
}

/* A key of this thread and what is always written to it. */
struct pair {
  char key[32], value[64];
};

static void check(const polyring_operation *operation, const struct pair *pair) {
  int gets = operation->verb == POLYRING_GET;
  if (operation->status < 0) atomic_fetch_add(&failed, 1);
  if (gets && operation->status == POLYRING_OK &&
      (operation->found.size != strlen(pair->value) ||
       memcmp(operation->found.at, pair->value, operation->found.size) != 0))
    atomic_fetch_add(&wrong, 1);
}

/* One operation, or many, of reads, changes or both. */
static void round_of(unsigned thread, unsigned n, polyring_results *results) {
  polyring_operation operations[BATCH];
  struct pair pairs[BATCH];
  size_t count = n % 4 == 3 ? BATCH : 1;
  for (size_t i = 0; i < count; i++) {
    unsigned k = (n * 7 + (unsigned)i) % KEYS;
    int gets = n % 4 == 3 ? (n & 4 ? i % 2 : n & 8) : n % 4 != 1;
    snprintf(pairs[i].key, sizeof pairs[i].key, "%u of %u", k, thread);
    for (char *c = pairs[i].key; n & 16 && *c; c++) *c = *c == ' ' ? '-' : *c; /* no base64 */
    snprintf(pairs[i].value, sizeof pairs[i].value, "key %u, written by %u", k, thread);
    operations[i] = (polyring_operation){
        .verb = gets ? POLYRING_GET : POLYRING_SET,
        .key = pairs[i].key,
        .key_size = strlen(pairs[i].key),
        .value = {
            .tag = POLYRING_VALUE_TEXT, .at = pairs[i].value, .size = strlen(pairs[i].value)}};
  }
  if (polyring_client_run(client, operations, count, 0, results, NULL) < 0)
    atomic_fetch_add(&failed, 1);
  for (size_t i = 0; i < count; i++) check(&operations[i], &pairs[i]);
  atomic_fetch_add(&done, count);
}

static void *work(void *context) {
  const unsigned *thread = context;
  unsigned rounds = getenv("POLYRING_SIZE") ? (unsigned)atoi(getenv("POLYRING_SIZE")) : 100;
  for (unsigned n = 0; n < rounds; n++) {
    polyring_results *results = polyring_results_borrow(client);
    round_of(*thread, n, results);
    polyring_results_return(results);
  }
  atomic_fetch_sub(&running, 1);
  return NULL;
}

/* What else may be called at any time. */
static void look(void) {
  polyring_statistics statistics;
  polyring_topology *topology;
  polyring_event event;
  for (size_t i = 0; polyring_client_statistics(client, i, &statistics);) i++;
  assert_int_equal(polyring_client_topology(client, &topology, NULL), POLYRING_OK);
  polyring_topology_free(topology);
  while (polyring_client_next_event(client, &event)) continue;
}

static void threads_do_not_meet(void **state) {
  (void)state;
  pthread_t ids[THREADS];
  unsigned numbers[THREADS], changes = 0;
  const char *third = servers[2].word;
  atomic_store(&running, THREADS);
  for (unsigned i = 0; i < THREADS; i++) {
    numbers[i] = i;
    assert_int_equal(pthread_create(&ids[i], NULL, work, &numbers[i]), 0);
  }
  while (atomic_load(&running)) {
    polyring_status status = changes & 1
                                 ? polyring_client_remove_server(client, third, strlen(third), NULL)
                                 : polyring_client_add_server(client, third, strlen(third), NULL);
    assert_int_equal(status, POLYRING_OK);
    changes++;
    look();
    pause_ms(1);
  }
  for (int i = 0; i < THREADS; i++) pthread_join(ids[i], NULL);
  assert_int_equal(atomic_load(&wrong), 0);
  assert_int_equal(atomic_load(&failed), 0);
  assert_true(atomic_load(&done) >= THREADS && changes > 2);
  print_message("%zu operations, %u changes of the list\n", atomic_load(&done), changes);
  polyring_statistics statistics;
  uint64_t sum = 0;
  for (size_t i = 0; polyring_client_statistics(client, i, &statistics); i++)
    sum += statistics.operations;
  assert_true(sum <= atomic_load(&done)); /* a server that went took its own with it */
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(threads_do_not_meet)};
  return cmocka_run_group_tests(tests, start, stop);
}
