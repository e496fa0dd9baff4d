/* What the system does to a client: a signal each millisecond, a server that goes while it is sent
 * to, no descriptor left, a program that is started. */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "fake.h"
#include "pair.h"

static atomic_int signals;

static int start(void **state) {
  (void)state;
  return pair_start("127.92.0.5", "127.92.0.6", 21925);
}

static void count_signal(int number) {
  (void)number;
  atomic_fetch_add(&signals, 1);
}

/* A signal after each so many microseconds; 0: none. Calls are not restarted by the system. */
static void alarm_each(int microseconds) {
  struct sigaction action = {.sa_handler = count_signal};
  struct itimerval timer = {{0, microseconds}, {0, microseconds}};
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &timer, NULL);
}

static void signals_are_no_failures(void **state) {
  (void)state;
  int calls = getenv("POLYRING_SIZE") ? atoi(getenv("POLYRING_SIZE")) : 3000;
  char *value = calloc(1, 1000001);
  memset(value, 'v', 1000000);
  for (polyring__protocol protocol = POLYRING__PROTOCOL_META; protocol <= POLYRING__PROTOCOL_TEXT;
       protocol++) {
    begin(protocol);
    alarm_each(1000);
    for (int n = 0; n < calls; n++) {
      polyring__op ops[4] = {op(POLYRING__SET, "k", "x"), op(POLYRING__SET, "l", "y"),
                             op(POLYRING__GET, "k", ""), op(POLYRING__GET, "l", "")};
      if (n % 100 == 0) ops[0].request.value = (polyring__span){value, 1000000};
      ops[1].server = ops[3].server = 1;
      run(ops, n & 1 ? 1 : 4);
      for (int i = 0; i < (n & 1 ? 1 : 4); i++) must_be(ops[i], POLYRING_OK, NULL);
      if (n % 50 == 0) /* connecting too */
        for (int i = 0; i < 2; i++) shutdown(pools[i].idle->descriptor, SHUT_RDWR);
    }
    alarm_each(0);
    end();
  }
  free(value);
  assert_true(atomic_load(&signals) > 100);
}

static void signals_do_not_lengthen_a_call(void **state) {
  (void)state;
  begin(POLYRING__PROTOCOL_META);
  pools[0].receive_timeout = 100000; /* the socket's own */
  must_be(one(POLYRING__SET, "k", "x"), POLYRING_OK, NULL);
  live_freeze(&server);
  alarm_each(1000);
  polyring__op alone = op(POLYRING__GET, "k", "");
  polyring__op both[2] = {alone, op(POLYRING__GET, "l", "")};
  both[1].server = 1;
  run_for(&alone, 1, 100000, 100000); /* which fails if it takes 250 ms more */
  run_for(both, 2, 100000, 100000);
  alarm_each(0);
  kill(server.pid, SIGCONT);
  must_be(alone, POLYRING_UNKNOWN, NULL);
  must_be(both[0], POLYRING_UNKNOWN, NULL);
  assert_true(both[1].status >= 0);
  end();
}

/* A listener that takes a connection and resets it while more is sent than fits. */
static void *reset_one(void *context) {
  int listener = *(int *)context, client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  struct linger at_once = {1, 0};
  char bytes[1000];
  recv(client, bytes, sizeof bytes, MSG_WAITALL);
  setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(client);
  return NULL;
}

static void a_reset_is_no_signal(void **state) {
  (void)state;
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(21927)};
  size_t size = 64 << 20;
  char *large = calloc(1, size);
  int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  inet_pton(AF_INET, "127.92.0.7", &in.sin_addr);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  assert_int_equal(bind(listener, (struct sockaddr *)&in, sizeof in), 0);
  assert_int_equal(listen(listener, 4), 0);
  signal(SIGPIPE, SIG_DFL);
  begin(POLYRING__PROTOCOL_META);
  polyring__pool_done(&pools[0]);
  pool_make(0, "127.92.0.7", 21927, POLYRING__PROTOCOL_META);
  for (int i = 0; i < 5; i++) {
    pthread_t thread;
    polyring__op set = op(POLYRING__SET, "k", "");
    pthread_create(&thread, NULL, reset_one, &listener);
    set.request.value = (polyring__span){large, size};
    run(&set, 1);
    pthread_join(thread, NULL);
    must_be(set, POLYRING_UNKNOWN, NULL);
    assert_true(set.system_error == ECONNRESET || set.system_error == EPIPE);
  }
  /* What is written to a socket whose other end is gone: the kernel says so at once. */
  int pair[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
  close(pair[1]);
  assert_int_equal(polyring__plain.send(pair[0], &(polyring__span){"x", 1}, 1), -EPIPE);
  close(pair[0]);
  end();
  close(listener);
  free(large);
}

/* Every descriptor that the client opened: sockets of both kinds and files. */
static void nothing_is_left_to_other_programs(void **state) {
  (void)state;
  char is_old[256], folder[] = "/tmp/polyring-signals-XXXXXX", path[100], url[200];
  for (int fd = 0; fd < 256; fd++) is_old[fd] = fcntl(fd, F_GETFD) >= 0;
  assert_non_null(mkdtemp(folder));
  live local = live_unix(folder, "socket");
  snprintf(path, sizeof path, "%s/topology", folder);
  FILE *file = fopen(path, "we");
  fprintf(file, "{\"polyring\":1,\"profile\":\"ketama\",\"servers\":[\"%s\",\"%s\"]}", server.word,
          local.word);
  fclose(file);
  snprintf(url, sizeof url, "topology=%s&timeout=20s&connect_timeout=10s", path);
  polyring_client *client;
  polyring_error error;
  if (polyring_client_new(NULL, "", 0, url, strlen(url), &client, &error) < 0)
    fail_msg("%s", error.text);
  polyring_results *of_call = polyring_results_borrow(client);
  polyring_operation *all;
  size_t count;
  assert_int_equal(
      polyring_client_run_everywhere(client, &(polyring_operation){.verb = POLYRING_PING}, 0,
                                     of_call, &all, &count, NULL),
      POLYRING_OK);
  int opened = 0;
  for (int fd = 0; fd < 256; fd++) {
    int flags = is_old[fd] ? -1 : fcntl(fd, F_GETFD);
    if (flags >= 0) opened++;
    if (flags >= 0 && !(flags & FD_CLOEXEC)) fail_msg("descriptor %d stays open", fd);
  }
  assert_int_equal(count, 2);
  assert_int_equal(opened, 2);
  polyring_results_return(of_call);
  polyring_client_free(client);
  live_stop(&local);
  unlink(path);
  rmdir(folder);
}

static void a_full_table_of_descriptors(void **state) {
  (void)state;
  struct rlimit limit, none;
  begin(POLYRING__PROTOCOL_AUTO);
  must_be(one(POLYRING__SET, "k", "x"), POLYRING_OK, NULL);
  getrlimit(RLIMIT_NOFILE, &limit);
  none = limit;
  none.rlim_cur = 3;
  setrlimit(RLIMIT_NOFILE, &none);
  polyring__op ops[2] = {op(POLYRING__GET, "k", ""), op(POLYRING__SET, "k", "y")};
  ops[1].server = 1;
  run(ops, 2);
  must_be(ops[0], POLYRING_OK, "x"); /* what is open goes on */
  must_be(ops[1], POLYRING_UNAVAILABLE, NULL);
  assert_int_equal(ops[1].system_error, EMFILE);
  assert_int_equal(ops[1].stage, POLYRING__STAGE_CONNECTING);
  setrlimit(RLIMIT_NOFILE, &limit);
  run(ops, 2);
  must_be(ops[1], POLYRING_OK, NULL);
  end();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(signals_are_no_failures), cmocka_unit_test(signals_do_not_lengthen_a_call),
      cmocka_unit_test(a_reset_is_no_signal), cmocka_unit_test(nothing_is_left_to_other_programs),
      cmocka_unit_test(a_full_table_of_descriptors)};
  return cmocka_run_group_tests(tests, start, stop);
}
