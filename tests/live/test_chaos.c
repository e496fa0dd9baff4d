/* Many threads on one client, while servers are killed, stopped, continued and started: nobody
 * reads what a change that failed was to replace, or what it left; no key lies anywhere but at
 * home; and nothing is left open. */
#include <pthread.h>
#include <stdatomic.h>

#include "polyring/polyring.h"
#include "servers.h"

enum { SERVERS = 4, THREADS = 16, KEYS = 40, EACH_MS = 90 };
static live servers[SERVERS];
static char list[600];
static polyring_client *client;
static atomic_int over, wrong, old;
static atomic_llong calls, late, answered;
static uint64_t seed = 20261121;

#define FAST "timeout=100ms&probe_interval=30ms&probe_most=60ms&steady=100ms&max_connections=24"
#define SETTINGS FAST "&settle=500ms"

static unsigned draw(uint64_t *from, unsigned below) {
  *from = *from * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)((*from >> 33) % below);
}

static int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int begin(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++) {
    live *one = &servers[i];
    snprintf(one->address, sizeof one->address, "127.94.9.%d", i + 1);
    snprintf(one->port, sizeof one->port, "%d", 21980 + i);
    snprintf(one->word, sizeof one->word, "127.94.9.%d:%d", i + 1, 21980 + i);
    strcpy(one->threads, "4");
    live_start(one);
    strcat(strcat(list, i ? " " : ""), one->word);
  }
  const char *given = getenv("POLYRING_SEED");
  if (given) seed = strtoull(given, NULL, 10);
  return 0;
}

static int end(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++) live_stop(&servers[i]);
  return 0;
}

static polyring_client *open_client(const char *word, const char *settings) {
  polyring_error error;
  polyring_client *made;
  if (polyring_client_new(NULL, word, strlen(word), settings, strlen(settings), &made, &error) < 0)
    fail_msg("%s", error.text);
  return made;
}

/* What a thread knows of one of its keys: the last change, and whether it was acknowledged. */
struct known {
  char key[24], value[32];
  int holds; /* the value may be there */
};

static void check(const struct known *known, const polyring_operation *get, int moves) {
  size_t size = strlen(known->key);
  if (get->status != POLYRING_OK) return;
  int own = get->found.size > size && memcmp(get->found.at, known->key, size) == 0;
  if (!own) atomic_fetch_add(&wrong, 1); /* of another key */
  if (moves) return;
  if (!known->holds || get->found.size != strlen(known->value) ||
      memcmp(get->found.at, known->value, get->found.size) != 0)
    atomic_fetch_add(&old, 1);
}

static void one_call(struct known *known, polyring_results *results, uint64_t *random, int moves) {
  polyring_operation one = {
      .verb = POLYRING_GET, .key = known->key, .key_size = strlen(known->key)};
  char value[32] = "";
  unsigned kind = draw(random, 10);
  if (kind < 3) {
    one.verb = POLYRING_SET;
    snprintf(value, sizeof value, "%s=%u", known->key, draw(random, 1000000000));
    one.value = (polyring_value){.tag = POLYRING_VALUE_TEXT, .at = value, .size = strlen(value)};
  } else if (kind == 3) {
    one.verb = POLYRING_DELETE;
  }
  int64_t start = now_us();
  polyring_client_run(client, &one, 1, 0, results, NULL);
  atomic_fetch_add(&calls, 1);
  if (now_us() - start > 350000) atomic_fetch_add(&late, 1);
  if (one.status >= 0) atomic_fetch_add(&answered, 1);
  if (one.verb == POLYRING_GET) {
    check(known, &one, moves);
  } else {
    known->holds = one.verb == POLYRING_SET && one.status == POLYRING_OK;
    strcpy(known->value, value);
  }
}

static int moving, runs;
static uint64_t first; /* of this run */

/* No run finds what another one left. */
static void name(char key[24], int thread, int i) {
  snprintf(key, 24, "k%d-%d-%d", runs, thread, i);
}

static void *worker(void *context) {
  static _Thread_local struct known known[KEYS];
  int number = *(int *)context;
  uint64_t random = first + (uint64_t)number * 7919;
  polyring_results *results = polyring_results_borrow(client);
  memset(known, 0, sizeof known);
  for (int i = 0; i < KEYS; i++) name(known[i].key, number, i);
  while (!atomic_load(&over)) {
    one_call(&known[draw(&random, KEYS)], results, &random, moving);
    if (draw(&random, 8) == 0) pause_ms(1);
  }
  polyring_results_return(results);
  return NULL;
}

/* One fault: at most one server is not well, or all of them. */
static void harm(int stopped[SERVERS]) {
  int i = (int)draw(&seed, SERVERS);
  live *one = &servers[i];
  if (stopped[i]) {
    kill(one->pid, SIGCONT);
    stopped[i] = 0;
  } else if (!one->pid) {
    live_start(one);
  } else if (draw(&seed, 3)) {
    live_freeze(one);
    stopped[i] = 1;
  } else {
    live_stop(one);
  }
}

static void mend(int stopped[SERVERS]) {
  for (int i = 0; i < SERVERS; i++) {
    if (stopped[i]) kill(servers[i].pid, SIGCONT);
    if (!servers[i].pid) live_start(&servers[i]);
    stopped[i] = 0;
  }
}

static void move(int *out) {
  if (*out)
    polyring_client_add_server(client, servers[0].word, strlen(servers[0].word), NULL);
  else
    polyring_client_remove_server(client, servers[0].word, strlen(servers[0].word), NULL);
  *out = !*out;
}

static void run(const char *settings, int moves, int ms) {
  pthread_t threads[THREADS];
  int numbers[THREADS], stopped[SERVERS] = {0}, out = 0;
  moving = moves;
  runs++;
  first = seed;
  for (int i = 0; i < SERVERS; i++) { /* what the run before left is none of ours */
    live_stop(&servers[i]);
    live_start(&servers[i]);
  }
  atomic_store(&over, 0);
  client = open_client(list, settings);
  for (int t = 0; t < THREADS; t++) {
    numbers[t] = t;
    pthread_create(&threads[t], NULL, worker, &numbers[t]);
  }
  for (int64_t until = now_us() + ms * 1000LL; now_us() < until; pause_ms(EACH_MS)) {
    harm(stopped);
    if (moves) move(&out);
  }
  mend(stopped);
  pause_ms(300);
  atomic_store(&over, 1);
  for (int t = 0; t < THREADS; t++) pthread_join(threads[t], NULL);
}

/* All servers UP, and nothing in doubt. */
static void settle(void) {
  polyring_statistics one;
  for (int tries = 0, sick = 1; sick; tries++) {
    sick = 0;
    polyring_client_tick(client, 20000, NULL);
    pause_ms(10);
    for (size_t i = 0; polyring_client_statistics(client, i, &one); i++)
      sick += one.state != POLYRING_HEALTH_UP || one.in_doubt;
    if (tries > 3000) fail_msg("it is never well again");
  }
}

/* Where each key lies, asked of each server by a client that knows no other. */
static int away_from_home(void) {
  int away = 0;
  polyring_ring *ring;
  assert_int_equal(polyring_client_ring(client, &ring, NULL), POLYRING_OK);
  for (int s = 0; s < SERVERS; s++) {
    polyring_client *direct = open_client(servers[s].word, "on_mismatch=ignore&timeout=5s");
    polyring_results *results = polyring_results_borrow(direct);
    for (int t = 0; t < THREADS; t++)
      for (int i = 0; i < KEYS; i++) {
        char key[24];
        name(key, t, i);
        polyring_operation get = {.verb = POLYRING_GET, .key = key, .key_size = strlen(key)};
        polyring_client_run(direct, &get, 1, 0, results, NULL);
        away += get.status == POLYRING_OK && locate(ring, key) != s;
      }
    polyring_results_return(results);
    polyring_client_free(direct);
  }
  polyring_ring_free(ring);
  return away;
}

static int length(void) { return getenv("POLYRING_ALL") ? 60000 : 3000; }

static void nothing_old_is_read(void **state) {
  (void)state;
  int before = descriptors();
  run(SETTINGS, 0, length());
  settle();
  assert_int_equal(away_from_home(), 0);
  print_message("%lld calls, %lld answered, %lld late, %d old, %d of other keys\n",
                (long long)calls, (long long)answered, (long long)late, atomic_load(&old),
                atomic_load(&wrong));
  assert_true(answered > 300);
  assert_int_equal(wrong, 0);
  assert_int_equal(old, 0);
  polyring_client_free(client);
  assert_int_equal(descriptors(), before);
}

/* Where keys of servers that live move, too, and back. */
static void nothing_old_is_read_elsewhere(void **state) {
  (void)state;
  int before = descriptors();
  run(SETTINGS "&on_dead=native&profile=twemproxy%2Fmodula&stand_in_ttl=1s", 0, length());
  settle();
  assert_int_equal(wrong, 0);
  assert_int_equal(old, 0);
  polyring_client_free(client);
  assert_int_equal(descriptors(), before);
}

static void servers_come_and_go(void **state) {
  (void)state;
  int before = descriptors();
  run(SETTINGS "&on_dead=next", 1, length() / 2);
  settle();
  assert_int_equal(wrong, 0);
  polyring_client_free(client);
  assert_int_equal(descriptors(), before);
}

/* What the check finds where nothing is undone. */
static void without_repair_it_is_read(void **state) {
  (void)state;
  atomic_store(&old, 0);
  for (int tries = 0; !old && tries < 8; tries++) {
    run(FAST "&settle=10ms&rejoin=immediate", 0, 1500);
    polyring_client_free(client);
  }
  assert_true(old > 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_old_is_read),
      cmocka_unit_test(nothing_old_is_read_elsewhere),
      cmocka_unit_test(servers_come_and_go),
      cmocka_unit_test(without_repair_it_is_read),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
