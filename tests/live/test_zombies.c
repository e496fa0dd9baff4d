/* Changes that were given up while the server was stopped, and that it makes when it goes on:
 * nobody may read what they leave, nor what they were to replace. memcached has four threads here,
 * so that what came first may be done last. */
#include <dirent.h>
#include <pthread.h>
#include <sys/ptrace.h>

#include "polyring/polyring.h"
#include "servers.h"

enum { THREADS = 16, ROUNDS = 2, ALL_ROUNDS = 130, LARGE = 900000 };
static live server;
static polyring_client *client;
static int rounds = ROUNDS;

#define SETTINGS "timeout=120ms&probe_interval=20ms&probe_most=40ms&on_mismatch=ignore"

static int begin(void **state) {
  (void)state;
  snprintf(server.address, sizeof server.address, "127.94.8.1");
  snprintf(server.port, sizeof server.port, "21990");
  snprintf(server.word, sizeof server.word, "127.94.8.1:21990");
  strcpy(server.threads, "4");
  live_start(&server);
  if (getenv("POLYRING_ALL")) rounds = ALL_ROUNDS;
  return 0;
}

static int end(void **state) {
  (void)state;
  live_stop(&server);
  return 0;
}

static polyring_client *open_client(const char *word, const char *settings) {
  polyring_error error;
  polyring_client *made;
  if (polyring_client_new(NULL, word, strlen(word), settings, strlen(settings), &made, &error) < 0)
    fail_msg("%s", error.text);
  return made;
}

/* One key, and what its thread found. */
static struct job {
  pthread_t thread;
  char key[16], value[32];
  int status, stale, missed;
} jobs[THREADS];

static void change(polyring_results *results, struct job *job, const char *value) {
  polyring_operation set = {
      .verb = POLYRING_SET,
      .key = job->key,
      .key_size = strlen(job->key),
      .value = {.tag = POLYRING_VALUE_TEXT, .at = value, .size = strlen(value)}};
  polyring_client_run(client, &set, 1, 0, results, NULL);
  job->status = set.status;
}

static void *give_up(void *context) {
  struct job *job = context;
  polyring_results *results = polyring_results_borrow(client);
  change(results, job, job->value);
  polyring_results_return(results);
  return NULL;
}

/* Reads all keys until each was missed, and for some time after. */
static void look(int ms, int most) {
  polyring_results *results = polyring_results_borrow(client);
  int left = 0;
  for (int j = 0; j < THREADS; j++) left += !jobs[j].missed;
  for (int i = 0; i < most / ms && (left || i < 100 / ms); i++) {
    pause_ms(ms);
    for (int j = 0; j < THREADS; j++) {
      struct job *job = &jobs[j];
      polyring_operation get = {
          .verb = POLYRING_GET, .key = job->key, .key_size = strlen(job->key)};
      polyring_client_run(client, &get, 1, 0, results, NULL);
      job->stale += get.status == POLYRING_OK;
      left -= !job->missed && get.status == POLYRING_MISS;
      job->missed |= get.status == POLYRING_MISS;
    }
  }
  polyring_results_return(results);
}

/* One round: so many changes at once are given up, and how often something was read that may not
 * be. */
static int stale_reads(const char *settings, int count, int all_missed) {
  int stale = 0;
  client = open_client(server.word, settings);
  polyring_results *results = polyring_results_borrow(client);
  for (int j = 0; j < THREADS; j++) {
    jobs[j] = (struct job){.missed = j >= count};
    snprintf(jobs[j].key, sizeof jobs[j].key, "key:%d", j);
    snprintf(jobs[j].value, sizeof jobs[j].value, "zombie");
    if (j < count) change(results, &jobs[j], "old");
  }
  for (int j = count; j < THREADS; j++) { /* not there at all */
    polyring_operation gone = {
        .verb = POLYRING_DELETE, .key = jobs[j].key, .key_size = strlen(jobs[j].key)};
    polyring_client_run(client, &gone, 1, 0, results, NULL);
  }
  polyring_results_return(results);
  live_freeze(&server);
  for (int j = 0; j < count; j++) pthread_create(&jobs[j].thread, NULL, give_up, &jobs[j]);
  for (int j = 0; j < count; j++) {
    pthread_join(jobs[j].thread, NULL);
    assert_true(jobs[j].status == POLYRING_UNKNOWN || jobs[j].status == POLYRING_UNAVAILABLE);
  }
  pause_ms(60);
  kill(server.pid, SIGCONT);
  look(10, all_missed ? 4000 : 600);
  for (int j = 0; j < count; j++) {
    stale += jobs[j].stale;
    if (all_missed) assert_true(jobs[j].missed);
  }
  polyring_client_free(client);
  return stale;
}

static void many_at_once(void **state) {
  (void)state;
  for (int i = 0; i < rounds; i++)
    assert_int_equal(stale_reads(SETTINGS "&settle=200ms", THREADS, 1), 0);
}

/* One change, and the server was never taken for dead. */
static void one_alone(void **state) {
  (void)state;
  for (int i = 0; i < rounds; i++)
    assert_int_equal(stale_reads(SETTINGS "&settle=200ms&detect_share=0&detect_soft=9", 2, 1), 0);
}

/* What this finds where nothing is undone. */
static void without_repair_it_is_read(void **state) {
  (void)state;
  int stale = 0;
  for (int i = 0; i < 3; i++)
    stale += stale_reads(SETTINGS "&rejoin=immediate&settle=10ms", THREADS, 0);
  assert_true(stale > 0);
}

/* What does not fit into the sockets stays with this machine's kernel, which goes on sending it for
 * as long as it takes, were it not told to throw it away. */
static void what_was_not_delivered_never_is(void **state) {
  (void)state;
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(21991)};
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), small = 4096, on = 1;
  char *bytes = malloc(LARGE);
  static char room[65536];
  memset(bytes, 'x', LARGE);
  inet_pton(AF_INET, "127.94.8.2", &in.sin_addr);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  assert_int_equal(bind(listener, (struct sockaddr *)&in, sizeof in), 0);
  assert_int_equal(listen(listener, 5), 0);
  client = open_client("127.94.8.2:21991", SETTINGS "&protocol=meta&compress=none");
  polyring_results *results = polyring_results_borrow(client);
  polyring_operation set = {.verb = POLYRING_SET,
                            .key = "k",
                            .key_size = 1,
                            .value = {.tag = POLYRING_VALUE_TEXT, .at = bytes, .size = LARGE}};
  polyring_client_run(client, &set, 1, 0, results, NULL);
  assert_int_equal(set.status, POLYRING_UNKNOWN);
  int accepted = accept(listener, NULL, NULL);
  ssize_t got, total = 0;
  struct timeval most = {1, 0};
  setsockopt(accepted, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  while ((got = recv(accepted, room, sizeof room, 0)) > 0) total += got;
  assert_int_equal(got, -1);
  assert_int_equal(errno, ECONNRESET);
  assert_in_range(total, 0, LARGE / 2);
  polyring_results_return(results);
  polyring_client_free(client);
  close(accepted);
  close(listener);
  free(bytes);
}

/* --- a thread of the server that is late --- */

/* The next of the server's threads that serve connections. */
static pid_t next_worker(DIR *threads) {
  struct dirent *entry;
  char path[300], name[32] = "";
  while ((entry = readdir(threads))) {
    snprintf(path, sizeof path, "/proc/%d/task/%s/comm", server.pid, entry->d_name);
    FILE *file = *entry->d_name == '.' ? NULL : fopen(path, "r");
    if (!file) continue;
    if (!fgets(name, sizeof name, file)) *name = 0;
    fclose(file);
    if (strncmp(name, "mc-worker", 9) == 0) return (pid_t)atoi(entry->d_name);
  }
  return 0;
}

/* Stops the thread that serves the client's connection, which a change finds that nobody answers.
 * 0: no thread may be stopped here. */
static pid_t stop_worker_of(polyring_results *results, struct job *job) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", server.pid);
  DIR *threads = opendir(path);
  pid_t thread;
  while ((thread = next_worker(threads))) {
    if (ptrace(PTRACE_SEIZE, thread, NULL, NULL) < 0) break;
    assert_int_equal(ptrace(PTRACE_INTERRUPT, thread, NULL, NULL), 0);
    assert_int_equal(waitpid(thread, NULL, __WALL), thread);
    change(results, job, "zombie");
    if (job->status == POLYRING_UNKNOWN) break;
    assert_int_equal(job->status, POLYRING_OK);
    ptrace(PTRACE_DETACH, thread, NULL, NULL);
    change(results, job, "old");
  }
  closedir(threads);
  return thread && job->status == POLYRING_UNKNOWN ? thread : 0;
}

static int get(polyring_results *results, const struct job *job) {
  polyring_operation one = {.verb = POLYRING_GET, .key = job->key, .key_size = strlen(job->key)};
  polyring_client_run(client, &one, 1, 0, results, NULL);
  return one.status;
}

/* How often a change is read that was given up, and that the server makes so much later; its other
 * threads go on. -1: no thread may be stopped here. */
static int reads_of_a_late_one(const char *settings, int late_ms) {
  struct job job = {.key = "key:late"};
  int missed = 0, read = 0;
  client = open_client(server.word, settings);
  polyring_results *results = polyring_results_borrow(client);
  change(results, &job, "old");
  pid_t thread = stop_worker_of(results, &job);
  for (int ms = 0; thread && ms < 1500; ms += 10) {
    if (ms == late_ms) ptrace(PTRACE_DETACH, thread, NULL, NULL);
    int status = get(results, &job);
    read += status == POLYRING_OK;
    missed += status == POLYRING_MISS;
    pause_ms(10);
  }
  if (thread) assert_true(read + missed > 0);
  polyring_results_return(results);
  polyring_client_free(client);
  return thread ? read : -1;
}

/* The limit of `settle`: a server that answers, and makes a change later than that. */
static void settle_is_for_threads_that_are_late(void **state) {
  (void)state;
  int read = reads_of_a_late_one(SETTINGS "&settle=100ms", 500);
  if (read < 0) skip();
  print_message("500 ms late: with settle=100ms read %d times", read);
  assert_true(read > 0);
  read = reads_of_a_late_one(SETTINGS "&settle=1s", 500);
  print_message(", with settle=1s %d\n", read);
  assert_int_equal(read, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_not_delivered_never_is),
      cmocka_unit_test(many_at_once),
      cmocka_unit_test(one_alone),
      cmocka_unit_test(without_repair_it_is_read),
      cmocka_unit_test(settle_is_for_threads_that_are_late),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
