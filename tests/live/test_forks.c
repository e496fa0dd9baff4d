/* Forks of a process whose threads use a client. */
#include <pthread.h>
#include <stdatomic.h>

enum { NET = 2 };
#include "topologies.h"

enum { FORKS = 50 };

static void *hammer(void *context) {
  struct worker *self = context;
  polyring_results *results = polyring_results_borrow(self->client);
  for (int n = 0; !atomic_load(self->stop); n++)
    if (one(self->client, results, n & 1 ? POLYRING_GET : POLYRING_SET, keys[n % KEYS]) < 0)
      atomic_fetch_add(self->failed, 1);
  polyring_results_return(results);
  return NULL;
}

/* Changes the topology all the time, so that its lock, too, is taken at most forks. */
static void *rebuild(void *context) {
  struct worker *self = context;
  for (int n = 0; !atomic_load(self->stop); n++) {
    char list[SERVERS * 130];
    snprintf(list, sizeof list, "%s %s %s", servers[0].word, servers[1].word,
             servers[n & 1 ? 2 : 3].word);
    if (polyring_client_set_topology(self->client, list, strlen(list), NULL) != POLYRING_OK)
      atomic_fetch_add(self->failed, 1);
  }
  return NULL;
}

static int child(polyring_client *client) {
  polyring_results *results = polyring_results_borrow(client);
  for (int i = 0; i < 3; i++)
    if (one(client, results, POLYRING_GET, keys[i]) < 0) return 2;
  polyring_results_return(results);
  if (polyring_client_add_server(client, servers[4].word, strlen(servers[4].word), NULL) < 0)
    return 3;
  polyring_client_free(client);
  return 0;
}

/* How a child ended; -1: it was killed, for it hung. */
static int end_of(pid_t id) {
  int status;
  for (int ms = 0; ms < 60000; ms += 2) {
    if (waitpid(id, &status, WNOHANG)) return status;
    pause_ms(2);
  }
  kill(id, SIGKILL);
  waitpid(id, &status, 0);
  return -1;
}

static void a_fork_among_threads_hangs_no_child(void **state) {
  (void)state;
#ifdef __SANITIZE_ADDRESS__
  skip(); /* its allocator has locks of its own, which a fork leaves taken in the child */
#endif
  char settings[100];
  pthread_t ids[THREADS];
  struct worker workers[THREADS];
  atomic_int stop = 0;
  atomic_size_t failed = 0;
  /* Few connections: all are borrowed whenever it forks. */
  snprintf(settings, sizeof settings, "%s&max_connections=2", PATIENT);
  polyring_client *client = client_of(list_of(0x7), settings);
  for (int i = 0; i < THREADS; i++) {
    workers[i] = (struct worker){client, i, &stop, 0, &failed};
    pthread_create(&ids[i], NULL, i ? hammer : rebuild, &workers[i]);
  }
  int ended = 0;
  for (int n = 0; n < FORKS && !ended; n++) {
    pid_t id = fork();
    if (!id) _exit(child(client));
    ended = end_of(id);
  }
  atomic_store(&stop, 1);
  for (int i = 0; i < THREADS; i++) pthread_join(ids[i], NULL);
  assert_int_equal(ended, 0);
  assert_int_equal(atomic_load(&failed), 0);
  polyring_client_free(client);
}

static int sockets(void) {
  int count = 0;
  struct stat file;
  for (int fd = 3; fd < 100; fd++) count += fstat(fd, &file) == 0 && S_ISSOCK(file.st_mode);
  return count;
}

/* A child keeps none of the parent's sockets open. */
static void a_child_drops_the_sockets(void **state) {
  (void)state;
  polyring_client *client = client_of(list_of(0x1F), PATIENT);
  polyring_results *results = polyring_results_borrow(client);
  int before = sockets();
  for (int i = 0; i < 40; i++)
    assert_int_equal(one(client, results, POLYRING_SET, keys[i]), POLYRING_OK);
  pid_t id = fork();
  if (!id) {
    _exit(sockets() - before);
  }
  assert_int_equal(end_of(id), 0);
  assert_int_equal(sockets(), before + SERVERS); /* the parent has them */
  for (int i = 0; i < 40; i++)
    assert_int_equal(one(client, results, POLYRING_GET, keys[i]), POLYRING_OK);
  polyring_results_return(results);
  polyring_client_free(client);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_fork_among_threads_hangs_no_child),
      cmocka_unit_test(a_child_drops_the_sockets),
  };
  return cmocka_run_group_tests(tests, start_all, stop_all);
}
