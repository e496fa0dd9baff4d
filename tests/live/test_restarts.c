/* Whether a real server that is back is the process that it was. What is not known to have
 * restarted would settle for longer than this test lasts. */
#include "polyring/polyring.h"
#include "servers.h"

enum { TICK = 20000, EVERY = 50 };
#define FOREVER \
  "settle=1h&probe_interval=100ms&probe_most=100ms&steady=1ms&timeout=100ms&connect_timeout=5s"

static live server;
static polyring_client *client;
static polyring_results *results;

static int begin(void **state) {
  (void)state;
  server = live_tcp("127.94.6.1", 21995);
  return 0;
}

static int end(void **state) {
  (void)state;
  live_stop(&server);
  return 0;
}

static int run(polyring_verb verb, const char *key, int64_t time) {
  polyring_operation one = {.verb = verb,
                            .key = key,
                            .key_size = strlen(key),
                            .value = {.tag = POLYRING_VALUE_TEXT, .at = "v", .size = 1}};
  polyring_client_run(client, &one, 1, time, results, NULL);
  return one.status;
}

/* Until the event, so many times; whether it came. */
static int ticks_until(const char *text, int most) {
  for (int i = 0; i < most; i++, pause_ms(EVERY)) {
    polyring_client_tick(client, TICK, NULL);
    if (health_told(client, text)) return 1;
  }
  return 0;
}

static void open_client(int learns) {
  polyring_error error;
  if (polyring_client_new(NULL, server.word, strlen(server.word), FOREVER, strlen(FOREVER), &client,
                          &error) < 0)
    fail_msg("%s", error.text);
  results = polyring_results_borrow(client);
  assert_int_equal(run(POLYRING_SET, "key", 5000000), POLYRING_OK);
  for (int i = 0; learns && i < 9; i++) { /* more than a second, while nothing fails */
    pause_ms(150);
    assert_int_equal(run(POLYRING_GET, "key", 5000000), POLYRING_OK);
    polyring_client_tick(client, TICK, NULL);
  }
}

static void close_client(void) {
  polyring_results_return(results);
  polyring_client_free(client);
}

/* Killed, and there again after that time. Whether it is known to have restarted. */
static int restarts(int ms) {
  live_stop(&server);
  run(POLYRING_GET, "key", 5000000);
  run(POLYRING_GET, "key", 5000000);
  assert_true(health_told(client, "-> DOWN"));
  pause_ms(ms);
  live_start(&server);
  int up = ticks_until("REJOINING -> UP", 30);
  if (up) assert_int_equal(run(POLYRING_GET, "key", 5000000), POLYRING_MISS);
  return up;
}

static void a_server_that_was_killed_is_new(void **state) {
  (void)state;
  pause_ms(1500); /* who begins a second after another one may have the same birth */
  open_client(1);
  for (int i = 0; i < 2; i++) {
    pause_ms(2500);
    assert_true(restarts(i * 1000));
  }
  close_client();
  open_client(0); /* the control: nothing is known, and no uptime is short enough */
  assert_false(restarts(150));
  close_client();
}

static void stop(int ms) {
  live_freeze(&server);
  for (int i = 0; i < 3; i++) assert_true(run(POLYRING_GET, "key", 100000) < 0);
  assert_true(health_told(client, "-> DOWN"));
  pause_ms(ms);
  kill(server.pid, SIGCONT);
}

static void a_server_that_was_stopped_is_not(void **state) {
  (void)state;
  for (int i = 0; i < 2; i++) {
    if (i) {
      live_stop(&server);
      live_start(&server);
    }
    open_client(1);
    stop(i * 700);
    assert_false(ticks_until("REJOINING", 20));
    close_client();
  }
}

/* While nobody calls. */
static void who_was_replaced_unseen_and_stopped_is_not(void **state) {
  (void)state;
  open_client(1);
  pause_ms(1100);
  live_stop(&server);
  live_start(&server);
  assert_true(run(POLYRING_SET, "key", 5000000) == POLYRING_OK ||
              run(POLYRING_SET, "key", 5000000) == POLYRING_OK);
  health_told(client, "");
  stop(300);
  assert_false(ticks_until("REJOINING", 20));
  close_client();
}

static pid_t start_with_memory(const char *file) {
  pid_t pid = fork();
  if (!pid) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execlp("memcached", "memcached", "-u", "root", "-m", "64", "-U", "0", "-l", server.address,
           "-p", server.port, "-e", file, (char *)NULL);
    _exit(127);
  }
  for (int i = 0; i < 1000 && !accepts(&server); i++) {
    if (waitpid(pid, NULL, WNOHANG)) fail_msg("memcached -e does not start");
    pause_ms(5);
  }
  return pid;
}

/* memcached -e keeps its items over a restart: another pid, the same birth. */
static void who_kept_its_items_is_not_new(void **state) {
  (void)state;
  char folder[] = "/dev/shm/polyring-births-XXXXXX", file[64], meta[80];
  if (!mkdtemp(folder)) skip();
  snprintf(file, sizeof file, "%s/items", folder);
  snprintf(meta, sizeof meta, "%s.meta", file);
  live_stop(&server);
  pid_t pid = start_with_memory(file);
  open_client(1);
  kill(pid, SIGUSR1);
  waitpid(pid, NULL, 0);
  run(POLYRING_GET, "key", 5000000);
  run(POLYRING_GET, "key", 5000000);
  assert_true(health_told(client, "-> DOWN"));
  pause_ms(1500); /* else it does not take the items over */
  pid = start_with_memory(file);
  assert_false(ticks_until("REJOINING", 20));
  close_client();
  open_client(0);
  assert_int_equal(run(POLYRING_GET, "key", 5000000), POLYRING_OK);
  close_client();
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  unlink(file);
  unlink(meta);
  rmdir(folder);
  live_start(&server);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_server_that_was_killed_is_new),
      cmocka_unit_test(a_server_that_was_stopped_is_not),
      cmocka_unit_test(who_was_replaced_unseen_and_stopped_is_not),
      cmocka_unit_test(who_kept_its_items_is_not_new),
  };
  return cmocka_run_group_tests(tests, begin, end);
}
