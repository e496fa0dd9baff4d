/* Many calls of several threads while servers are paused, killed and started anew: memory and
 * descriptors stay what they were, and outcomes add up to the calls.
 * A million operations, with POLYRING_ALL 100 million, or POLYRING_SIZE; other ones with
 * POLYRING_SEED: with an odd one on_dead is miss, else next.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "../live/servers.h"
#include "polyring/polyring.h"

enum { SERVERS = 4, THREADS = 4, BATCH = 64, KEYS = 2000, STATUSES = 40, ROUNDS = 10 };
enum { MEMORY_MOST = 1024 }; /* KiB that may come on top, of the allocator's arenas */

static live servers[SERVERS];
static polyring_client *client;
static long long wanted;
static uint64_t seed;
static atomic_llong made, outcomes[STATUSES]; /* of status i - 30 */
static atomic_int ended, wrong;
static int descriptors_before;

static uint64_t draw(uint64_t *state) {
  uint64_t z = *state += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

static polyring_verb draw_verb(uint64_t *state) {
  static const polyring_verb verbs[] = {
      POLYRING_GET, POLYRING_GET,   POLYRING_GET, POLYRING_GET,    POLYRING_SET,  POLYRING_SET,
      POLYRING_ADD, POLYRING_TOUCH, POLYRING_CAS, POLYRING_DELETE, POLYRING_INCR, POLYRING_APPEND};
  return verbs[draw(state) % (sizeof verbs / sizeof *verbs)];
}

static size_t fill(polyring_operation *ops, char (*keys)[16], uint64_t *state) {
  static const char body[4000] = "digits";
  size_t count = draw(state) % 4 ? 1 : 1 + draw(state) % BATCH;
  for (size_t i = 0; i < count; i++) {
    int size = snprintf(keys[i], sizeof *keys, "soak:%d", (int)(draw(state) % KEYS));
    ops[i] = (polyring_operation){.verb = draw_verb(state),
                                  .key = keys[i],
                                  .key_size = (size_t)size,
                                  .ttl = 100,
                                  .cas = 1,
                                  .delta = 1};
    ops[i].value = (polyring_value){
        .tag = POLYRING_VALUE_BYTES, .at = body, .size = draw(state) % sizeof body};
  }
  return count;
}

/* Its share of the calls. Every operation must have got a status. */
static void *work(void *number) {
  uint64_t state = seed * 1000 + (uint64_t)(size_t)number;
  polyring_results *results = polyring_results_borrow(client);
  polyring_operation ops[BATCH];
  char keys[BATCH][16];
  const struct timespec pause = {0, 200000}; /* so that there is time for faults */
  while (atomic_load(&made) < wanted) {
    size_t count = fill(ops, keys, &state);
    for (size_t i = 0; i < count; i++) ops[i].status = 99;
    polyring_status status = polyring_client_run(client, ops, count, 0, results, NULL);
    for (size_t i = 0; i < count; i++) {
      int impossible =
          ops[i].status < -30 || ops[i].status > 9 || (ops[i].status < 0 && status == POLYRING_OK);
      if (impossible) atomic_fetch_add(&wrong, 1);
      if (impossible) continue;
      atomic_fetch_add(&outcomes[ops[i].status + 30], 1);
    }
    atomic_fetch_add(&made, (long long)count);
    nanosleep(&pause, NULL);
  }
  polyring_results_return(results);
  atomic_fetch_add(&ended, 1);
  return NULL;
}

static long memory_kib(void) {
  long pages = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%ld %ld", &pages, &resident) != 2) fail_msg("no /proc/self/statm");
  fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* A fault of some server, and its end. */
static void fault(uint64_t *state) {
  live *server = &servers[draw(state) % SERVERS];
  int ms = 10 + (int)(draw(state) % 90);
  if (draw(state) % 3) {
    live_freeze(server);
    pause_ms(ms);
    kill(server->pid, SIGCONT);
  } else {
    live_stop(server);
    pause_ms(ms);
    live_start(server);
  }
}

static void start(void) {
  char url[800];
  polyring_error error;
  descriptors_before = descriptors();
  for (int i = 0; i < SERVERS; i++) {
    char address[20];
    snprintf(address, sizeof address, "127.95.9.%d", i + 1);
    servers[i] = live_tcp(address, 21990 + i);
  }
  int size =
      snprintf(url, sizeof url,
               "memcached://%s,%s,%s,%s/?on_dead=%s&timeout=30ms&connect_timeout=20ms&"
               "probe_interval=20ms&probe_most=50ms&settle=30ms&steady=100ms&stand_in_ttl=1s",
               servers[0].word, servers[1].word, servers[2].word, servers[3].word,
               seed % 2 ? "miss" : "next");
  if (polyring_client_new(NULL, url, (size_t)size, NULL, 0, &client, &error) < 0)
    fail_msg("%s", error.text);
}

/* What it counts of itself: no less than was called, since what it did of its own accord counts
 * too. */
static void add_up(void) {
  polyring_statistics of;
  long long all = 0, counted = 0;
  for (int i = 0; i < STATUSES; i++) {
    all += atomic_load(&outcomes[i]);
    if (atomic_load(&outcomes[i]))
      printf("%s %lld, ", polyring_status_name(i - 30), atomic_load(&outcomes[i]));
  }
  for (size_t i = 0; polyring_client_statistics(client, i, &of); i++)
    counted += (long long)of.operations;
  printf("in all %lld, counted by the client %lld\n", all, counted);
  assert_int_equal(atomic_load(&wrong), 0);
  assert_int_equal(all, atomic_load(&made));
  assert_int_equal(atomic_load(&outcomes[POLYRING_NO_MEMORY + 30]), 0);
  assert_true(counted >= all);
}

static long long from_environment(const char *name, long long otherwise) {
  const char *text = getenv(name);
  return text && *text ? strtoll(text, NULL, 10) : otherwise;
}

static void soak(void **unused) {
  pthread_t threads[THREADS];
  (void)unused;
  long first_memory = 0, most_memory = 0;
  int most = 0, faults = 0;
  wanted = from_environment("POLYRING_SIZE", getenv("POLYRING_ALL") ? 100000000 : 1000000);
  seed = (uint64_t)from_environment("POLYRING_SEED", 1);
  uint64_t state = seed;
  start();
  for (size_t i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, (void *)i);
  for (int round = 0; atomic_load(&ended) < THREADS;) {
    fault(&state);
    faults++;
    pause_ms((int)(draw(&state) % 80));
    if (atomic_load(&made) < wanted * (round + 1) / ROUNDS) continue;
    long memory = memory_kib();
    int now = descriptors();
    if (now > most) most = now;
    if (memory > most_memory) most_memory = memory;
    if (++round == 3) first_memory = memory;
    printf("%lld operations, %d faults: %ld KiB, %d descriptors\n", atomic_load(&made), faults,
           memory, now);
  }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  add_up();
  polyring_client_free(client);
  printf("%d descriptors without the client; at most %d\n", descriptors(), most);
  assert_int_equal(descriptors(), descriptors_before);
  assert_in_range(most, 1, descriptors_before + SERVERS * (THREADS + 2));
  if (most_memory - first_memory > MEMORY_MOST)
    fail_msg("memory grew from %ld to %ld KiB", first_memory, most_memory);
  for (int i = 0; i < SERVERS; i++) live_stop(&servers[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(soak)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
