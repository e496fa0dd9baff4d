/* One call's part with one server: where it fails and why, how long it takes, what is counted, and
 * what goes in front of the first request. */
#include <fcntl.h>
#include <sys/resource.h>

#include "fake.h"
#include "pair.h"

static int start(void **state) {
  (void)state;
  return pair_start("127.96.0.1", "127.96.0.2", 21961);
}

static void failures_say_where_and_why(void **state) {
  (void)state;
  begin(POLYRING__PROTOCOL_AUTO);
  live_stop(&server);
  polyring__op set = one(POLYRING__SET, "k", "x");
  must_be(set, POLYRING_UNAVAILABLE, NULL);
  assert_int_equal(set.stage, POLYRING__STAGE_CONNECTING);
  assert_int_equal(set.system_error, ECONNREFUSED);
  assert_int_equal(counts_of(0).connect_failures, 1);
  live_start(&server);
  must_be(one(POLYRING__SET, "k", "x"), POLYRING_OK, NULL);
  live_freeze(&server);
  polyring__op ops[2] = {op(POLYRING__SET, "k", "y"), op(POLYRING__SET, "k", "z")};
  ops[1].server = 1;
  run_for(ops, 2, 100000, 200000);
  must_be(ops[0], POLYRING_UNKNOWN, NULL);
  must_be(ops[1], POLYRING_OK, NULL);
  assert_int_equal(ops[0].stage, POLYRING__STAGE_RECEIVING);
  assert_int_equal(ops[0].system_error, ETIMEDOUT);
  assert_in_range(ops[0].spent, 190000, 450000);
  /* More than the sockets hold: it does not come to the end of sending. */
  size_t size = 64 << 20;
  char *large = calloc(1, size);
  polyring__op sends = op(POLYRING__SET, "k", "");
  sends.request.value = (polyring__span){large, size};
  run_for(&sends, 1, 100000, 200000);
  must_be(sends, POLYRING_UNKNOWN, NULL);
  assert_int_equal(sends.stage, POLYRING__STAGE_SENDING);
  free(large);
  kill(server.pid, SIGCONT);
  must_be(one(POLYRING__SET, "k", "x"), POLYRING_OK, NULL);
  end();
}

static void connecting_has_a_part_of_the_time(void **state) {
  (void)state;
  enum { FILL = 4 };
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(21963)};
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fds[FILL];
  inet_pton(AF_INET, "127.96.0.3", &in.sin_addr);
  assert_int_equal(bind(listener, (struct sockaddr *)&in, sizeof in), 0);
  assert_int_equal(listen(listener, 0), 0);
  for (int i = 0; i < FILL; i++) { /* so many wait there that the next get no answer */
    fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    connect(fds[i], (struct sockaddr *)&in, sizeof in);
  }
  begin(POLYRING__PROTOCOL_META);
  polyring__pool_done(&pools[0]);
  pool_make(0, "127.96.0.3", 21963, POLYRING__PROTOCOL_META);
  polyring__op ops[2] = {op(POLYRING__SET, "k", "x"), op(POLYRING__SET, "k", "y")};
  ops[1].server = 1;
  run_for(ops, 2, 100000, 5000000);
  must_be(ops[0], POLYRING_UNAVAILABLE, NULL);
  assert_int_equal(ops[0].stage, POLYRING__STAGE_CONNECTING);
  assert_int_equal(ops[0].system_error, ETIMEDOUT);
  assert_in_range(ops[0].spent, 95000, 2000000);
  must_be(ops[1], POLYRING_OK, NULL);
  end();
  for (int i = 0; i < FILL; i++) close(fds[i]);
  close(listener);
}

static void *hold(void *context) {
  polyring__results own;
  polyring__op *held = context;
  polyring__results_init(&own, NULL);
  polyring__call((polyring__pool *[]){&pools[0]}, 1, held, 1, PATIENT,
                 polyring__clock_now() + 1000000, NULL, &own);
  polyring__results_done(&own);
  return NULL;
}

static void nobody_waits_for_another_servers_connections(void **state) {
  (void)state;
  pthread_t thread;
  begin(POLYRING__PROTOCOL_META);
  pools[0].links_most = 1;
  must_be(one(POLYRING__SET, "k", "x"), POLYRING_OK, NULL);
  live_freeze(&server);
  polyring__op held = op(POLYRING__GET, "k", ""), alone = held;
  pthread_create(&thread, NULL, hold, &held);
  pause_ms(50);
  polyring__op ops[2] = {op(POLYRING__SET, "k", "y"), op(POLYRING__SET, "k", "z")};
  ops[1].server = 1;
  run_for(ops, 2, 100000, 200000);
  must_be(ops[0], POLYRING_BUSY, NULL);
  must_be(ops[1], POLYRING_OK, NULL);
  run_for(&alone, 1, 100000, 100000);
  must_be(alone, POLYRING_BUSY, NULL);
  assert_int_equal(alone.stage, POLYRING__STAGE_WAITING);
  /* And one that is free in time is taken. */
  kill(server.pid, SIGCONT);
  run(ops, 2);
  must_be(ops[0], POLYRING_OK, NULL);
  pthread_join(thread, NULL);
  must_be(held, POLYRING_OK, NULL);
  assert_int_equal(counts_of(0).connects, 1);
  assert_int_equal(counts_of(0).failures[-POLYRING_BUSY], 2);
  end();
}

static void each_call_has_its_own_deadline(void **state) {
  (void)state;
  static const int64_t budgets[] = {50000, 400000, 100000, 30000, 300000};
  begin(POLYRING__PROTOCOL_META);
  pools[0].receive_timeout = 100000;
  must_be(one(POLYRING__SET, "k", "x"), POLYRING_OK, NULL);
  for (size_t i = 0; i < COUNT(budgets); i++) {
    live_freeze(&server);
    polyring__op get = op(POLYRING__GET, "k", "");
    run_for(&get, 1, 1000, budgets[i]);
    must_be(get, POLYRING_UNKNOWN, NULL);
    assert_in_range(get.spent, budgets[i] - 10000, budgets[i] + 250000);
    kill(server.pid, SIGCONT);
    must_be(one(POLYRING__GET, "k", ""), POLYRING_OK, "x");
    polyring__op quick = op(POLYRING__GET, "k", ""); /* sets the socket's own timeout lower */
    run_for(&quick, 1, 100000, 20000 + (int64_t)i * 20000);
  }
  polyring__op late = op(POLYRING__GET, "k", "");
  run_for(&late, 1, 100000, 0);
  must_be(late, POLYRING_UNAVAILABLE, NULL); /* nothing was sent */
  end();
}

static void all_is_counted(void **state) {
  (void)state;
  begin(POLYRING__PROTOCOL_AUTO);
  polyring__op ops[4] = {op(POLYRING__SET, "c", "12345"), op(POLYRING__GET, "c", ""),
                         op(POLYRING__GET, "none", ""), op(POLYRING__DELETE, "none", "")};
  run(ops, 4);
  must_be(one(POLYRING__GET, "c", ""), POLYRING_OK, "12345");
  must_be(one(POLYRING__INCR, "none", ""), POLYRING_MISS, NULL);
  must_be(one(POLYRING__SET, "c", "word"), POLYRING_OK, NULL);
  must_be(one(POLYRING__INCR, "c", ""), POLYRING_REFUSED, NULL);
  polyring__counts counts = counts_of(0);
  assert_int_equal(counts.exchanges, 5);
  assert_int_equal(counts.operations, 8);
  assert_int_equal(counts.hits, 2);
  assert_int_equal(counts.misses, 1);
  assert_int_equal(counts.failures[-POLYRING_REFUSED], 1);
  assert_int_equal(counts.connects, 1);
  assert_int_equal(counts.connections, 1);
  assert_in_range(counts.bytes_sent, 100, 300);
  assert_in_range(counts.bytes_received, 50, 300);
  uint64_t sum = 0;
  for (int i = 0; i < POLYRING_LATENCIES; i++) sum += counts.latency[i];
  assert_int_equal(sum, 5);
  polyring__counts nothing = counts_of(1);
  assert_int_equal(nothing.exchanges + nothing.connects, 0);
  end();
  static const int64_t times[][2] = {
      {-5, 0}, {0, 0},  {1, 0},  {2, 2},     {3, 4},        {4, 4},         {5, 5},         {6, 6},
      {8, 6},  {11, 7}, {12, 8}, {1000, 20}, {1 << 23, 46}, {11863283, 47}, {INT64_MAX, 47}};
  for (size_t i = 0; i < COUNT(times); i++)
    assert_int_equal(polyring__latency_index(times[i][0]), times[i][1]);
}

static void idle_sockets_are_closed(void **state) {
  (void)state;
  pthread_t threads[3];
  polyring__op held[3];
  begin(POLYRING__PROTOCOL_META);
  pools[0].idle_most = 200000;
  must_be(one(POLYRING__SET, "k", "x"), POLYRING_OK, NULL);
  live_freeze(&server); /* three at a time */
  for (int i = 0; i < 3; i++) {
    held[i] = op(POLYRING__GET, "k", "");
    pthread_create(&threads[i], NULL, hold, &held[i]);
  }
  while (counts_of(0).connections < 3) pause_ms(5);
  kill(server.pid, SIGCONT);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  assert_int_equal(counts_of(0).connections, 3);
  for (int i = 0; i < 10; i++) { /* the one on the top is in use, the others are not */
    pause_ms(50);
    must_be(one(POLYRING__GET, "k", ""), POLYRING_OK, "x");
  }
  assert_int_equal(counts_of(0).connections, 1);
  assert_int_equal(pools[0].links, 1);
  end();
}

/* --- closing --- */

static int closes, aborts;

static void close_and_count(int descriptor, int abort) {
  closes++;
  aborts += abort != 0;
  polyring__plain.close(descriptor, abort);
}

/* A change that was sent and is given up could be made later: what the system has of it is thrown
 * away. Nothing else is closed so. */
static void what_could_be_made_later_is_thrown_away(void **state) {
  (void)state;
  static const struct {
    polyring__verb verb;
    uint32_t marks;
    int aborts;
  } cases[] = {{POLYRING__GET, 0, 0},
               {POLYRING__STATS, 0, 0},
               {POLYRING__GET, POLYRING__HAS_TTL, 1},
               {POLYRING__SET, 0, 1},
               {POLYRING__ADD, 0, 1},
               {POLYRING__INCR, 0, 1},
               {POLYRING__TOUCH, POLYRING__HAS_TTL, 1},
               {POLYRING__DELETE, 0, 1}};
  polyring__transport counting = polyring__plain;
  counting.close = close_and_count;
  begin(POLYRING__PROTOCOL_META);
  pools[0].transport = &counting;
  for (size_t i = 0; i < COUNT(cases) * 2; i++) {
    must_be(one(POLYRING__SET, "k", "1"), POLYRING_OK, NULL);
    polyring__op ops[2] = {op(POLYRING__GET, "k", ""), op(cases[i / 2].verb, "k", "1")};
    ops[1].request.marks = cases[i / 2].marks;
    closes = aborts = 0;
    live_freeze(&server);
    run_for(ops + (i + 1) % 2, 1 + i % 2, 100000, 60000); /* alone, and behind another one */
    kill(server.pid, SIGCONT);
    must_be(ops[1], POLYRING_UNKNOWN, NULL);
    assert_int_equal(closes, 1);
    assert_int_equal(aborts, cases[i / 2].aborts);
  }
  must_be(one(POLYRING__SET, "k", "1"), POLYRING_OK, NULL);
  closes = aborts = 0;
  end();
  assert_int_equal(closes, 1);
  assert_int_equal(aborts, 0);
}

/* --- greetings --- */

static struct greeted {
  int calls, misses, returns;
  char value[20];
} greeted;

static int take_greeting(void *context, polyring__pool *pool, const polyring__reply *reply) {
  struct greeted *it = context;
  assert_ptr_equal(pool, &pools[0]);
  it->calls++;
  it->misses += !reply;
  if (reply) snprintf(it->value, sizeof it->value, "%.*s", (int)reply->value.size, reply->value.at);
  return it->returns;
}

static void begin_greeting(polyring__protocol protocol, int first, int returns) {
  begin(protocol);
  greeted = (struct greeted){.returns = returns};
  pools[0].greeting = op(POLYRING__GET, "greeting", "").request;
  pools[0].after = op(POLYRING__ADD, "greeting", "hello").request;
  pools[0].has_greeting = 1;
  pools[0].greeting_first = first;
  pools[0].greeted = take_greeting;
  pools[0].context = &greeted;
}

static void set_there(const char *value) {
  pool_make(3, server.address, 21961, POLYRING__PROTOCOL_META);
  polyring__op set = op(value ? POLYRING__SET : POLYRING__DELETE, "greeting", value ? value : "");
  set.server = 3;
  run(&set, 1);
  polyring__pool_done(&pools[3]);
  polyring__pool_init(&pools[3], NULL);
}

/* Calls in each manner, as the first of a connection. */
static void first_calls(polyring__protocol protocol, int first) {
  for (int manner = 0; manner < 4; manner++) {
    polyring__verb verb = manner < 2 ? POLYRING__GET : POLYRING__SET;
    for (int hit = 0; hit < 2; hit++) {
      set_there(hit ? "hey" : NULL);
      begin_greeting(protocol, first, 1);
      must_be(one(POLYRING__VERSION, "", ""), POLYRING_OK, NULL); /* the first, with the greeting */
      assert_int_equal(greeted.calls, 1);
      for (int i = 0; i < POOLS; i++) polyring__pool_done(&pools[i]);
      set_there(hit ? "hey" : NULL);
      polyring__pool_done(&pools[3]);
      begin_greeting(protocol, first, 1);
      polyring__op ops[2] = {op(verb, "k", "k"), op(verb, "l", "l")};
      run(ops, 1 + (manner & 1));
      for (int i = 0; i < 1 + (manner & 1); i++)
        if (ops[i].status < 0) fail_msg("%d: %s", ops[i].status, ops[i].reason);
      assert_int_equal(greeted.calls, 1);
      assert_int_equal(greeted.misses, !hit);
      if (hit) assert_string_equal(greeted.value, "hey");
      /* The request after it goes out with the next call, and is then done. */
      run(ops, 1 + (manner & 1));
      for (int i = 0; i < 1 + (manner & 1); i++) assert_true(ops[i].status >= 0);
      must_be(one(POLYRING__GET, "greeting", ""), POLYRING_OK, hit ? "hey" : "hello");
      must_be(one(POLYRING__GET, "greeting", ""), POLYRING_OK, hit ? "hey" : "hello");
      assert_int_equal(greeted.calls, 1);
      assert_int_equal(counts_of(0).connects, 1);
      end();
    }
  }
}

static void greetings_go_in_front(void **state) {
  (void)state;
  for (int first = 0; first < 2; first++) {
    first_calls(POLYRING__PROTOCOL_AUTO, first);
    first_calls(POLYRING__PROTOCOL_TEXT, first);
  }
}

static void what_the_greeting_refuses_is_not_done(void **state) {
  (void)state;
  enum { MISMATCH = -16 };
  set_there("other");
  begin_greeting(POLYRING__PROTOCOL_AUTO, 1, 0);
  must_be(one(POLYRING__SET, "k", "old"), POLYRING_OK, NULL);
  end();
  begin_greeting(POLYRING__PROTOCOL_AUTO, 1, MISMATCH);
  polyring__op ops[3] = {op(POLYRING__GET, "k", ""), op(POLYRING__SET, "k", "new"),
                         op(POLYRING__GET, "k", "")};
  run(ops, 3);
  for (int i = 0; i < 3; i++) {
    must_be(ops[i], MISMATCH, "");
    assert_int_equal(ops[i].got, 0);
  }
  run(ops, 1); /* reads ride along, and nothing of them is used */
  must_be(ops[0], MISMATCH, "");
  run(ops, 1);
  must_be(ops[0], MISMATCH, "");
  assert_int_equal(counts_of(0).connections, 0);
  assert_int_equal(counts_of(0).failures[-MISMATCH], 5);
  assert_int_equal(greeted.calls, 3);
  greeted.returns = 0;
  must_be(one(POLYRING__GET, "k", ""), POLYRING_OK, "old");
  end();
}

/* --- full tables --- */

static void descriptors_above_1024(void **state) {
  (void)state;
  enum { FILLED = 1100 };
  static int fds[FILLED];
  struct rlimit limit, more;
  getrlimit(RLIMIT_NOFILE, &limit);
  more = (struct rlimit){4096, limit.rlim_max};
  if (limit.rlim_max < 4096 || setrlimit(RLIMIT_NOFILE, &more) != 0) skip();
  for (int i = 0; i < FILLED; i++) fds[i] = fcntl(0, F_DUPFD_CLOEXEC, 0);
  begin(POLYRING__PROTOCOL_AUTO);
  polyring__op ops[2] = {op(POLYRING__SET, "k", "x"), op(POLYRING__SET, "k", "y")};
  ops[1].server = 1;
  run(ops, 2);
  must_be(ops[0], POLYRING_OK, NULL);
  must_be(ops[1], POLYRING_OK, NULL);
  assert_true(pools[0].idle->descriptor > 1024);
  assert_true(fcntl(pools[0].idle->descriptor, F_GETFD) & FD_CLOEXEC);
  end();
  /* None is left: a failure with a name; and it comes to itself. */
  more.rlim_cur = 64;
  setrlimit(RLIMIT_NOFILE, &more);
  begin(POLYRING__PROTOCOL_AUTO);
  polyring__op set = one(POLYRING__SET, "k", "z");
  must_be(set, POLYRING_UNAVAILABLE, NULL);
  assert_int_equal(set.system_error, EMFILE);
  assert_int_equal(set.stage, POLYRING__STAGE_CONNECTING);
  for (int i = 0; i < FILLED; i++) close(fds[i]);
  must_be(one(POLYRING__SET, "k", "z"), POLYRING_OK, NULL);
  end();
  setrlimit(RLIMIT_NOFILE, &limit);
}

static void sockets_are_kept_alive(void **state) {
  (void)state;
  int on = 0;
  socklen_t size = sizeof on;
  begin(POLYRING__PROTOCOL_AUTO);
  must_be(one(POLYRING__SET, "k", "x"), POLYRING_OK, NULL);
  assert_int_equal(getsockopt(pools[0].idle->descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, &size), 0);
  assert_int_equal(on, 1);
  getsockopt(pools[0].idle->descriptor, IPPROTO_TCP, TCP_NODELAY, &on, &size);
  assert_int_equal(on, 1);
  end();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(failures_say_where_and_why),
      cmocka_unit_test(connecting_has_a_part_of_the_time),
      cmocka_unit_test(nobody_waits_for_another_servers_connections),
      cmocka_unit_test(each_call_has_its_own_deadline),
      cmocka_unit_test(all_is_counted),
      cmocka_unit_test(idle_sockets_are_closed),
      cmocka_unit_test(what_could_be_made_later_is_thrown_away),
      cmocka_unit_test(greetings_go_in_front),
      cmocka_unit_test(what_the_greeting_refuses_is_not_done),
      cmocka_unit_test(descriptors_above_1024),
      cmocka_unit_test(sockets_are_kept_alive),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
