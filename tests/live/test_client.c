/* The client against real servers: over TCP, IPv6 and unix sockets, up, down, hung and back. */
#include <pthread.h>
#include <stdatomic.h>

#include "polyring/polyring.h"
#include "servers.h"

enum { SERVERS = 4 };
static live servers[SERVERS];
static char list[600], folder[] = "/tmp/polyring-live-XXXXXX";

static int start_all(void **state) {
  (void)state;
  assert_non_null(mkdtemp(folder));
  servers[0] = live_tcp("127.94.0.1", 21941);
  servers[1] = live_tcp("127.94.0.2", 21942);
  servers[2] = live_tcp("::1", 21943);
  servers[3] = live_unix(folder, "socket");
  snprintf(list, sizeof list, "%s %s %s %s", servers[0].word, servers[1].word, servers[2].word,
           servers[3].word);
  return 0;
}

static int stop_all(void **state) {
  (void)state;
  for (int i = 0; i < SERVERS; i++) live_stop(&servers[i]);
  return rmdir(folder);
}

static polyring_client *client_of(const char *text, const char *settings) {
  polyring_client *client;
  polyring_error error;
  if (polyring_client_new(NULL, text, strlen(text), settings, strlen(settings), &client, &error) <
      0)
    fail_msg("%s, %s: %s", text, settings, error.text);
  return client;
}

/* A server that failed is asked again by the next call, and nothing is undone. */
#define NEVER_DOWN "detect_hard=0&detect_soft=0&detect_share=0&rejoin=immediate"

/* One that waits for a busy machine. */
static polyring_client *patient_client(void) {
  return client_of(list, "timeout=20s&connect_timeout=10s&" NEVER_DOWN);
}

static int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One operation; returns its status. */
static int one(polyring_client *client, polyring_results *results, polyring_operation *operation) {
  polyring_status status = polyring_client_run(client, operation, 1, 0, results, NULL);
  assert_int_equal(status, operation->status < 0 ? POLYRING_PARTIAL : POLYRING_OK);
  return operation->status;
}

#define OP(...) (&(polyring_operation){__VA_ARGS__})
#define KEY(text) .key = text, .key_size = strlen(text)
#define TEXT(text, length) .value = {.tag = POLYRING_VALUE_TEXT, .at = text, .size = length}
#define VALUE(text) TEXT(text, strlen(text))

static void must_find(polyring_client *client, polyring_results *results, const char *key,
                      const char *value) {
  polyring_operation get = {.verb = POLYRING_GET, KEY(key)};
  assert_int_equal(one(client, results, &get), POLYRING_OK);
  assert_int_equal(get.found.size, strlen(value));
  assert_memory_equal(get.found.at, value, get.found.size);
}

static void every_verb(void **state) {
  (void)state;
  polyring_client *client = patient_client();
  polyring_results *results = polyring_results_borrow(client);
  for (int k = 0; k < 40; k++) { /* on all servers */
    char key[20];
    snprintf(key, sizeof key, "verb-%d", k);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_GET, KEY(key))), POLYRING_MISS);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_REPLACE, KEY(key), VALUE("x"))),
                     POLYRING_NOT_STORED);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_APPEND, KEY(key), VALUE("x"))),
                     POLYRING_NOT_STORED);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_TOUCH, KEY(key))), POLYRING_MISS);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_DELETE, KEY(key))), POLYRING_MISS);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_INCR, KEY(key), .delta = 1)),
                     POLYRING_MISS);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_ADD, KEY(key), VALUE("b"))),
                     POLYRING_OK);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_ADD, KEY(key), VALUE("x"))),
                     POLYRING_NOT_STORED);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_APPEND, KEY(key), VALUE("c"))),
                     POLYRING_OK);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_PREPEND, KEY(key), VALUE("a"))),
                     POLYRING_OK);
    must_find(client, results, key, "abc");
    polyring_operation get = {.verb = POLYRING_GET, KEY(key), .want = POLYRING_WANT_CAS};
    assert_int_equal(one(client, results, &get), POLYRING_OK);
    assert_int_equal(get.found_flags, 1 << 16);
    assert_int_equal(
        one(client, results, OP(.verb = POLYRING_CAS, KEY(key), VALUE("5"), .cas = get.found_cas)),
        POLYRING_OK);
    assert_int_equal(
        one(client, results, OP(.verb = POLYRING_CAS, KEY(key), VALUE("6"), .cas = get.found_cas)),
        POLYRING_EXISTS);
    polyring_operation incr = {.verb = POLYRING_INCR, KEY(key), .delta = 38};
    assert_int_equal(one(client, results, &incr), POLYRING_OK);
    assert_int_equal(incr.number, 43);
    polyring_operation decr = {.verb = POLYRING_DECR, KEY(key), .delta = 50};
    assert_int_equal(one(client, results, &decr), POLYRING_OK);
    assert_int_equal(decr.number, 0);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_SET, KEY(key), VALUE("text"))),
                     POLYRING_OK);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_INCR, KEY(key), .delta = 1)),
                     POLYRING_REFUSED);
    must_find(client, results, key, "text");
    assert_int_equal(one(client, results, OP(.verb = POLYRING_TOUCH, KEY(key), .ttl = -1)),
                     POLYRING_OK);
    assert_int_equal(one(client, results, OP(.verb = POLYRING_GET, KEY(key))), POLYRING_MISS);
    polyring_operation make = {.verb = POLYRING_INCR,
                               KEY(key),
                               .delta = 1,
                               .initial = 10,
                               .marks = POLYRING_HAS_INITIAL | POLYRING_HAS_TTL,
                               .ttl = 86400 * 60};
    assert_int_equal(one(client, results, &make), POLYRING_OK);
    assert_int_equal(make.number, 10);
    must_find(client, results, key, "10"); /* sixty days are no date long past */
    assert_int_equal(one(client, results, OP(.verb = POLYRING_DELETE, KEY(key))), POLYRING_OK);
  }
  polyring_results_return(results);
  polyring_client_free(client);
}

static void keys_of_all_kinds(void **state) {
  (void)state;
  polyring_client *client = patient_client();
  polyring_results *results = polyring_results_borrow(client);
  char longest[252];
  memset(longest, 'k', sizeof longest);
  longest[251] = 0;
  assert_int_equal(one(client, results, OP(.verb = POLYRING_SET, KEY(""), VALUE("x"))),
                   POLYRING_INVALID_KEY);
  /* Those that a line cannot hold go as base64. */
  static const char *const binary[] = {"a b", "a\r\nflush_all", "a\tb", "\x7f"};
  for (size_t i = 0; i < COUNT(binary); i++)
    assert_int_equal(
        one(client, results, OP(.verb = POLYRING_SET, KEY(binary[i]), VALUE(binary[i]))),
        POLYRING_OK);
  for (size_t i = 0; i < COUNT(binary); i++) must_find(client, results, binary[i], binary[i]);
  assert_int_equal(one(client, results, OP(.verb = POLYRING_SET, KEY(longest), VALUE("x"))),
                   POLYRING_INVALID_KEY);
  assert_int_equal(
      one(client, results, OP(.verb = POLYRING_SET, .key = "a\0b", .key_size = 3, VALUE("x"))),
      POLYRING_OK);
  longest[250] = 0;
  assert_int_equal(one(client, results, OP(.verb = POLYRING_SET, KEY(longest), VALUE("x"))),
                   POLYRING_OK);
  must_find(client, results, longest, "x");
  polyring_results_return(results);
  polyring_client_free(client);
}

enum { MANY = 1000 };
static char keys[MANY][20];
static polyring_operation batch[MANY];

static void fill_batch(polyring_verb verb) {
  for (int i = 0; i < MANY; i++) {
    snprintf(keys[i], sizeof keys[i], "many-%d", i);
    batch[i] = (polyring_operation){.verb = verb, KEY(keys[i]), VALUE(keys[i])};
  }
}

/* How many of the batch have this status; those that are found must have their own key in them. */
static size_t count_of(int status) {
  size_t count = 0;
  for (int i = 0; i < MANY; i++) {
    if (batch[i].status != status) continue;
    count++;
    if (batch[i].verb != POLYRING_GET || status) continue;
    assert_int_equal(batch[i].found.size, strlen(keys[i]));
    assert_memory_equal(batch[i].found.at, keys[i], batch[i].found.size);
  }
  return count;
}

static void many_at_once(void **state) {
  (void)state;
  polyring_client *client = patient_client();
  polyring_results *results = polyring_results_borrow(client);
  fill_batch(POLYRING_SET);
  assert_int_equal(polyring_client_run(client, batch, MANY, 0, results, NULL), POLYRING_OK);
  assert_int_equal(count_of(POLYRING_OK), MANY);
  fill_batch(POLYRING_GET);
  batch[500].key = "nothing";
  batch[500].key_size = 7;
  batch[600].key = "";
  batch[600].key_size = 0;
  assert_int_equal(polyring_client_run(client, batch, MANY, 0, results, NULL), POLYRING_PARTIAL);
  assert_int_equal(count_of(POLYRING_OK), MANY - 2);
  assert_int_equal(batch[500].status, POLYRING_MISS);
  assert_int_equal(batch[600].status, POLYRING_INVALID_KEY);
  fill_batch(POLYRING_DELETE);
  batch[0].verb = POLYRING_GET; /* of all kinds in one call */
  assert_int_equal(polyring_client_run(client, batch, MANY, 0, results, NULL), POLYRING_OK);
  assert_int_equal(count_of(POLYRING_OK), MANY);
  polyring_results_return(results);
  polyring_client_free(client);
}

static void long_values(void **state) {
  (void)state;
  polyring_client *client = patient_client();
  polyring_results *results = polyring_results_borrow(client);
  size_t sizes[] = {0, 1, 4095, 4096, 4097, 65535, 65536, 1000000};
  char *value = malloc(1000000);
  for (size_t i = 0; i < 1000000; i++) value[i] = "\r\nEND\r\nVALUE "[i % 13];
  for (size_t i = 0; i < COUNT(sizes); i++) {
    assert_int_equal(
        one(client, results, OP(.verb = POLYRING_SET, KEY("long"), TEXT(value, sizes[i]))),
        POLYRING_OK);
    polyring_operation get = {.verb = POLYRING_GET, KEY("long")};
    assert_int_equal(one(client, results, &get), POLYRING_OK);
    assert_int_equal(get.found.size, sizes[i]);
    if (sizes[i]) assert_memory_equal(get.found.at, value, sizes[i]);
  }
  free(value);
  polyring_results_return(results);
  polyring_client_free(client);
}

static void a_dead_server_hides_no_other(void **state) {
  (void)state;
  polyring_client *client = patient_client();
  polyring_results *results = polyring_results_borrow(client);
  fill_batch(POLYRING_SET);
  assert_int_equal(polyring_client_run(client, batch, MANY, 0, results, NULL), POLYRING_OK);
  live_stop(&servers[1]);
  fill_batch(POLYRING_GET);
  assert_int_equal(polyring_client_run(client, batch, MANY, 0, results, NULL), POLYRING_PARTIAL);
  size_t lost = 0;
  for (int i = 0; i < MANY; i++) {
    assert_int_equal(batch[i].status, batch[i].server == 1 ? POLYRING_UNAVAILABLE : POLYRING_OK);
    if (batch[i].server != 1) continue;
    lost++;
    assert_int_equal(batch[i].system_error, ECONNREFUSED);
  }
  assert_true(lost > 100);
  assert_int_equal(count_of(POLYRING_OK), MANY - lost);
  live_start(&servers[1]); /* empty; the client finds it by itself */
  fill_batch(POLYRING_GET);
  assert_int_equal(polyring_client_run(client, batch, MANY, 0, results, NULL), POLYRING_OK);
  assert_int_equal(count_of(POLYRING_MISS), lost);
  /* A change on a socket that the server closed meanwhile: nothing answered it. */
  live_stop(&servers[1]);
  live_start(&servers[1]);
  fill_batch(POLYRING_SET);
  polyring_client_run(client, batch, MANY, 0, results, NULL);
  for (int i = 0; i < MANY; i++)
    assert_true(batch[i].status == POLYRING_OK ||
                (batch[i].server == 1 && batch[i].status == POLYRING_UNKNOWN));
  polyring_client_run(client, batch, MANY, 0, results, NULL);
  assert_int_equal(count_of(POLYRING_OK), MANY);
  polyring_results_return(results);
  polyring_client_free(client);
}

static void a_hung_server_costs_its_deadline_alone(void **state) {
  (void)state;
  polyring_client *client = client_of(list, NEVER_DOWN);
  polyring_results *results = polyring_results_borrow(client);
  fill_batch(POLYRING_SET);
  assert_int_equal(polyring_client_run(client, batch, MANY, 0, results, NULL), POLYRING_OK);
  live_freeze(&servers[0]);
  int64_t start = now_ms();
  fill_batch(POLYRING_GET);
  polyring_client_run(client, batch, MANY, 0, results, NULL);
  assert_in_range(now_ms() - start, 200, 5000);
  for (int i = 0; i < MANY; i++)
    assert_int_equal(batch[i].status, batch[i].server == 0 ? POLYRING_UNKNOWN : POLYRING_OK);
  start = now_ms(); /* alone, on a new socket, which the kernel accepts */
  int at = 0;
  while (batch[at].server) at++;
  assert_int_equal(one(client, results, OP(.verb = POLYRING_SET, KEY(keys[at]), VALUE("new"))),
                   POLYRING_UNKNOWN);
  assert_in_range(now_ms() - start, 400, 5000);
  kill(servers[0].pid, SIGCONT);
  pause_ms(50);
  fill_batch(POLYRING_GET);
  assert_int_equal(polyring_client_run(client, batch, MANY, 0, results, NULL), POLYRING_OK);
  polyring_results_return(results);
  polyring_client_free(client);
}

struct threads {
  polyring_client *client;
  atomic_int stop;
  atomic_size_t done, failed;
};

static void *work(void *context) {
  struct threads *threads = context;
  polyring_results *results = polyring_results_borrow(threads->client);
  for (unsigned n = 0; !atomic_load(&threads->stop); n++) {
    polyring_operation operations[10];
    char text[10][24];
    for (int i = 0; i < 10; i++) {
      snprintf(text[i], sizeof text[i], "thread-%u", (n * 7 + (unsigned)i) % 500);
      operations[i] = (polyring_operation){
          .verb = n & 1 ? POLYRING_GET : POLYRING_SET, KEY(text[i]), VALUE(text[i])};
    }
    if (polyring_client_run(threads->client, operations, 10, 0, results, NULL) != POLYRING_OK)
      atomic_fetch_add(&threads->failed, 1);
    for (int i = 0; i < 10; i++)
      if (n & 1 && !operations[i].status &&
          (operations[i].found.size != strlen(text[i]) ||
           memcmp(operations[i].found.at, text[i], strlen(text[i])) != 0))
        atomic_fetch_add(&threads->failed, 1);
    atomic_fetch_add(&threads->done, 10);
  }
  polyring_results_return(results);
  return NULL;
}

static void servers_change_while_threads_work(void **state) {
  (void)state;
  struct threads threads = {.client = patient_client()};
  pthread_t ids[8];
  char shorter[600];
  snprintf(shorter, sizeof shorter, "%s %s %s", servers[0].word, servers[3].word, servers[2].word);
  for (int i = 0; i < 8; i++) pthread_create(&ids[i], NULL, work, &threads);
  for (int i = 0; i < 50; i++) {
    const char *text = i & 1 ? list : shorter;
    assert_int_equal(polyring_client_set_topology(threads.client, text, strlen(text), NULL),
                     POLYRING_OK);
    pause_ms(5);
  }
  atomic_store(&threads.stop, 1);
  for (int i = 0; i < 8; i++) pthread_join(ids[i], NULL);
  assert_int_equal(atomic_load(&threads.failed), 0);
  assert_true(atomic_load(&threads.done) > 1000);
  polyring_client_free(threads.client);
}

static void a_fork_is_noticed(void **state) {
  (void)state;
  polyring_client *client = patient_client();
  polyring_results *results = polyring_results_borrow(client);
  fill_batch(POLYRING_SET);
  assert_int_equal(polyring_client_run(client, batch, MANY, 0, results, NULL), POLYRING_OK);
  pid_t children[4];
  for (int c = 0; c < 4; c++) {
    children[c] = fork();
    if (children[c]) continue;
    int wrong = 0;
    for (int n = 0; n < 2000; n++) {
      polyring_operation get = {.verb = POLYRING_GET, KEY(keys[(n * 13 + c * 100) % MANY])};
      polyring_client_run(client, &get, 1, 0, results, NULL);
      wrong |= get.status || get.found.size != get.key_size ||
               memcmp(get.found.at, get.key, get.key_size) != 0;
    }
    _exit(wrong);
  }
  for (int c = 0; c < 4; c++) {
    int status;
    waitpid(children[c], &status, 0);
    assert_int_equal(status, 0);
  }
  fill_batch(POLYRING_GET);
  assert_int_equal(polyring_client_run(client, batch, MANY, 0, results, NULL), POLYRING_OK);
  assert_int_equal(count_of(POLYRING_OK), MANY);
  polyring_results_return(results);
  polyring_client_free(client);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_verb),
      cmocka_unit_test(keys_of_all_kinds),
      cmocka_unit_test(many_at_once),
      cmocka_unit_test(long_values),
      cmocka_unit_test(a_dead_server_hides_no_other),
      cmocka_unit_test(a_hung_server_costs_its_deadline_alone),
      cmocka_unit_test(servers_change_while_threads_work),
      cmocka_unit_test(a_fork_is_noticed),
  };
  return cmocka_run_group_tests(tests, start_all, stop_all);
}
