/* Which protocol is spoken, and that no reply is ever taken for the reply to something else. */
#include "calls.h"
#include "fake.h"

static live server;

static int start(void **state) {
  (void)state;
  server = live_tcp("127.95.0.1", 21951);
  polyring__results_init(&results, NULL);
  return 0;
}

static int stop(void **state) {
  (void)state;
  live_stop(&server);
  polyring__results_done(&results);
  return 0;
}

/* Pool 0 on a fake server, by the protocol. */
static void begin(fake *it, polyring__protocol protocol) {
  for (int i = 0; i < POOLS; i++) polyring__pool_init(&pools[i], NULL);
  polyring__pool_done(&pools[0]);
  fake_start(it, "127.95.0.2", 21952);
  pool_make(0, it->address, it->port, protocol);
}

static void end(fake *it) {
  for (int i = 0; i < POOLS; i++) polyring__pool_done(&pools[i]);
  fake_stop(it);
}

static void fill(polyring__op *ops, char (*keys)[20], int count, polyring__verb verb) {
  for (int i = 0; i < count; i++) {
    snprintf(keys[i], sizeof keys[i], "key-%d", i);
    ops[i] = op(verb, keys[i], verb == POLYRING__GET ? "" : keys[i]);
  }
}

static void use(const char *what) {
  enum { MANY = 300 };
  static polyring__op ops[MANY];
  static char keys[MANY][20];
  must_be(one(POLYRING__SET, "k", what), POLYRING_OK, NULL);
  must_be(one(POLYRING__GET, "k", ""), POLYRING_OK, what);
  must_be(one(POLYRING__DELETE, "k", ""), POLYRING_OK, NULL);
  must_be(one(POLYRING__GET, "k", ""), POLYRING_MISS, NULL);
  must_be(one(POLYRING__REPLACE, "k", "x"), POLYRING_NOT_STORED, NULL);
  must_be(one(POLYRING__SET, "n", "7"), POLYRING_OK, NULL);
  polyring__op incr = op(POLYRING__INCR, "n", "");
  incr.request.delta = 4;
  run(&incr, 1);
  must_be(incr, POLYRING_OK, NULL);
  assert_int_equal(incr.number, 11);
  must_be(one(POLYRING__SET, "n", what), POLYRING_OK, NULL);
  incr.value.size = 0;
  run(&incr, 1); /* what the server says is kept */
  must_be(incr, POLYRING_REFUSED, "cannot increment or decrement non-numeric value");
  fill(ops, keys, MANY, POLYRING__SET);
  ops[7].request.verb = POLYRING__REPLACE;
  ops[7].request.key = (polyring__span){"none", 4};
  run(ops, MANY);
  for (int i = 0; i < MANY; i++)
    assert_int_equal(ops[i].status, i == 7 ? POLYRING_NOT_STORED : POLYRING_OK);
  fill(ops, keys, MANY, POLYRING__GET);
  ops[9].request.key = (polyring__span){"none", 4};
  run(ops, MANY);
  for (int i = 0; i < MANY; i++)
    must_be(ops[i], i == 9 || i == 7 ? POLYRING_MISS : POLYRING_OK,
            i == 9 || i == 7 ? "" : keys[i]);
  must_be(one(POLYRING__VERSION, "", ""), POLYRING_OK, NULL);
}

static void both_protocols_do_the_same(void **state) {
  (void)state;
  static const polyring__protocol protocols[] = {POLYRING__PROTOCOL_AUTO, POLYRING__PROTOCOL_META,
                                                 POLYRING__PROTOCOL_TEXT};
  for (size_t i = 0; i < COUNT(protocols); i++) {
    fake it = {.behind = &server};
    begin(&it, protocols[i]);
    use("value");
    assert_int_equal(atomic_load(&it.asked), protocols[i] == POLYRING__PROTOCOL_AUTO);
    fake_hang_up(&it); /* another connection: it is not asked again */
    must_be(one(POLYRING__GET, "key-1", ""), POLYRING_OK, "key-1");
    use("value");
    assert_int_equal(atomic_load(&it.asked), protocols[i] == POLYRING__PROTOCOL_AUTO);
    assert_true(atomic_load(&it.taken) > 1);
    end(&it);
  }
}

static void old_servers_are_spoken_to_in_text(void **state) {
  (void)state;
  for (int hangs_up = 0; hangs_up < 2; hangs_up++) {
    fake it = {.behind = &server, .text_only = 1, .hangs_up = hangs_up};
    begin(&it, POLYRING__PROTOCOL_AUTO);
    use("value");
    assert_int_equal(atomic_load(&it.asked), 1);
    assert_int_equal(atomic_load(&it.taken), 1 + hangs_up);
    /* What it cannot be told is not sent, and the rest is. */
    polyring__op ops[5] = {op(POLYRING__GET, "key-1", ""), op(POLYRING__GET, "a b", ""),
                           op(POLYRING__INCR, "made", ""), op(POLYRING__GET, "key-2", ""),
                           op(POLYRING__SET, "tab\t", "x")};
    ops[1].request.marks = ops[4].request.marks = POLYRING__BINARY;
    ops[2].request.marks = POLYRING__HAS_INITIAL;
    run(ops, 5);
    must_be(ops[0], POLYRING_OK, "key-1");
    must_be(ops[1], POLYRING_INVALID_KEY, NULL);
    must_be(ops[2], POLYRING_NOT_SUPPORTED, NULL);
    must_be(ops[3], POLYRING_OK, "key-2");
    must_be(ops[4], POLYRING_INVALID_KEY, NULL);
    assert_non_null(strstr(ops[2].reason, "classic text"));
    polyring__counts before = counts_of(0);
    run(&ops[2], 1);
    must_be(ops[2], POLYRING_NOT_SUPPORTED, NULL);
    polyring__counts after = counts_of(0);
    assert_int_equal(after.bytes_sent, before.bytes_sent);
    assert_int_equal(after.failures[-POLYRING_NOT_SUPPORTED], 2);
    assert_int_equal(after.failures[-POLYRING_INVALID_KEY], 2);
    end(&it);
  }
}

static void a_server_may_be_replaced_by_an_older_one(void **state) {
  (void)state;
  fake it = {.behind = &server};
  begin(&it, POLYRING__PROTOCOL_AUTO);
  use("value");
  atomic_store(&it.text_only, 1);
  fake_hang_up(&it);
  polyring__op first = one(POLYRING__GET, "key-1", "");
  assert_int_equal(first.status, POLYRING_REFUSED); /* named, and no miss */
  use("value");
  assert_int_equal(atomic_load(&it.asked), 2);
  end(&it);
}

static void what_nobody_asked_for_is_no_answer(void **state) {
  (void)state;
  static const char *const said[] = {"VALUE k 0 3\r\nbad\r\nEND\r\n",
                                     "VA 3 kk f0\r\nbad\r\n",
                                     "VA 3 kk O1 f0\r\nbad\r\n",
                                     "END\r\n",
                                     "EN kk O1\r\n",
                                     "STORED\r\n",
                                     "HD kk O1\r\n",
                                     "EN\r\n",
                                     "ERROR\r\n",
                                     "SERVER_ERROR no\r\n",
                                     "MN\r\n",
                                     "garbage\r\n"};
  for (int text = 0; text < 2; text++)
    for (size_t i = 0; i < COUNT(said); i++) {
      fake it = {.behind = &server};
      begin(&it, text ? POLYRING__PROTOCOL_TEXT : POLYRING__PROTOCOL_META);
      must_be(one(POLYRING__SET, "k", "good"), POLYRING_OK, NULL);
      must_be(one(POLYRING__GET, "none", ""), POLYRING_MISS, NULL);
      for (int batch = 1; batch < 3; batch++) {
        polyring__op gets[2] = {op(POLYRING__GET, "k", ""), op(POLYRING__GET, "k", "")};
        fake_say(&it, said[i]);
        if (batch > 1 && pools[0].idle) /* as if it had been used just now */
          pools[0].idle->used = polyring__clock_now() + 1000000;
        run(gets, (size_t)batch);
        for (int n = 0; n < batch; n++) {
          /* Where replies do not name their request, it is seen before: on a new connection. */
          if (text || batch > 1) must_be(gets[n], POLYRING_OK, "good");
          int fails = gets[n].status < 0;
          if (!fails) must_be(gets[n], POLYRING_OK, "good");
        }
        pause_ms(gets[0].status < 0 ? 20 : 0); /* the answer to what an error was taken for */
        must_be(one(POLYRING__GET, "k", ""), POLYRING_OK, "good");
      }
      assert_true(counts_of(0).connects > 1);
      end(&it);
    }
}

static void the_end_of_a_connection_loses_nothing(void **state) {
  (void)state;
  fake it = {.behind = &server};
  begin(&it, POLYRING__PROTOCOL_TEXT);
  must_be(one(POLYRING__SET, "k", "1"), POLYRING_OK, NULL);
  fake_hang_up(&it);
  must_be(one(POLYRING__SET, "k", "2"), POLYRING_OK, NULL); /* a change, not sent to the old one */
  must_be(one(POLYRING__GET, "k", ""), POLYRING_OK, "2");
  end(&it);
  fake meta = {.behind = &server};
  begin(&meta, POLYRING__PROTOCOL_META);
  must_be(one(POLYRING__SET, "k", "1"), POLYRING_OK, NULL);
  fake_hang_up(&meta);
  must_be(one(POLYRING__GET, "k", ""), POLYRING_OK, "1"); /* what can be repeated is */
  fake_hang_up(&meta);
  pause_ms(1100); /* idle for so long, a look costs nothing */
  must_be(one(POLYRING__SET, "k", "2"), POLYRING_OK, NULL);
  end(&meta);
}

static void too_large_for_the_server(void **state) {
  (void)state;
  static char large[(1 << 20) + 1];
  memset(large, 'v', sizeof large - 1);
  fake it = {.behind = &server};
  begin(&it, POLYRING__PROTOCOL_META);
  polyring__op ops[5] = {op(POLYRING__SET, "a", "1"), op(POLYRING__SET, "b", large),
                         op(POLYRING__SET, "c", "2"), op(POLYRING__SET, "d", large),
                         op(POLYRING__SET, "e", "3")};
  run(ops, 5);
  for (int i = 0; i < 5; i++)
    must_be(ops[i], i & 1 ? POLYRING_SERVER_FAILED : POLYRING_OK,
            i & 1 ? "object too large for cache" : NULL);
  assert_int_equal(counts_of(0).connects, 1);
  end(&it);
}

/* The table of hostile replies: to "get key" in each protocol, after which nothing, or the end,
 * comes. */
static void hostile_replies(void **state) {
  (void)state;
  static const struct {
    const char *text, *meta;
    int closes, status;
  } rows[] = {
      {"VALUE other 0 2\r\nhi\r\nEND\r\n", "VA 2 kother O1 f0\r\nhi\r\n", 0, POLYRING_BAD_REPLY},
      {"VALUE key 0 9\r\nhi", "VA 9 kkey O1 f0\r\nhi", 1, POLYRING_UNKNOWN},
      {"VALUE key 0 9\r\nhi", "VA 9 kkey O1 f0\r\nhi", 0, POLYRING_UNKNOWN},
      {"hello\r\n", "hello\r\n", 0, POLYRING_BAD_REPLY},
      {"VALUE key 0 4294967295\r\nhi\r\n", "VA 4294967295 kkey O1 f0\r\nhi\r\n", 0,
       POLYRING_BAD_REPLY},
      {"VALUE key 0 -1\r\nhi\r\n", "VA -1 kkey O1 f0\r\nhi\r\n", 0, POLYRING_BAD_REPLY},
      {"VALUE key 0 18446744073709551615\r\nhi\r\n", "VA 18446744073709551615 kkey O1 f0\r\n", 0,
       POLYRING_BAD_REPLY},
      {"VALUE key 0 2\r\nhiXXEND\r\n", "VA 2 kkey O1 f0\r\nhiXX", 0, POLYRING_BAD_REPLY},
      {"VALUE key 0 2\r\nhigh\r\nEND\r\n", "VA 2 kkey O1 f0\r\nhigh\r\n", 0, POLYRING_BAD_REPLY},
      {"VALUE key 0 2\r\nhi\r\nVALUE key 0 2\r\nho\r\nEND\r\n",
       "VA 2 kkey O2 f0\r\nhi\r\nVA 2 kkey O1 f0\r\nho\r\n", 0, POLYRING_BAD_REPLY},
      {"VALUE key 0 2\r\nhi\r\n", "VA 2 kkey O1 f0\r\nhi", 1, POLYRING_UNKNOWN},
      {"SERVER_ERROR out of memory\r\n", "SERVER_ERROR out of memory\r\n", 0,
       POLYRING_SERVER_FAILED},
      {"STORED\r\n", "HD kkey O1\r\n", 0, POLYRING_BAD_REPLY},
      {"NOT_FOUND\r\n", "NF kkey O1\r\n", 0, POLYRING_BAD_REPLY},
      {"CLIENT_ERROR no\r\n", "CLIENT_ERROR no\r\n", 0, POLYRING_REFUSED},
      {"", "", 1, POLYRING_UNKNOWN},
      {"VALUE key 0 12\r\na\r\nEND\r\nVALU\r\nEND\r\n", "VA 12 kkey O1 f0\r\na\r\nEND\r\nVALU\r\n",
       0, POLYRING_OK}};
  for (size_t i = 0; i < COUNT(rows); i++)
    for (int text = 0; text < 2; text++) {
      const char *answer = text ? rows[i].text : rows[i].meta;
      fake it = {.answer = answer, .answer_size = strlen(answer), .then_closes = rows[i].closes};
      begin(&it, text ? POLYRING__PROTOCOL_TEXT : POLYRING__PROTOCOL_META);
      polyring__op get = op(POLYRING__GET, "key", "");
      int waits = rows[i].status == POLYRING_UNKNOWN && !rows[i].closes;
      run_for(&get, 1, 100000, waits ? 150000 : PATIENT);
      if (get.status != rows[i].status)
        fail_msg("%s: %d, not %d", answer, get.status, rows[i].status);
      if (get.status == POLYRING_BAD_REPLY) assert_non_null(get.reason);
      if (get.status == POLYRING_UNKNOWN) assert_int_equal(get.stage, POLYRING__STAGE_RECEIVING);
      end(&it);
    }
}

static void long_lines_end(void **state) {
  (void)state;
  size_t size = 5 << 20;
  char *endless = malloc(size);
  memset(endless, 'x', size);
  fake it = {.answer = endless, .answer_size = size};
  begin(&it, POLYRING__PROTOCOL_TEXT);
  polyring__op get = op(POLYRING__GET, "key", "");
  run(&get, 1);
  must_be(get, POLYRING_BAD_REPLY, NULL);
  end(&it);
  free(endless);
}

static void a_byte_now_and_then_holds_no_call(void **state) {
  (void)state;
  static const char answer[] = "VALUE key 0 2\r\nhi\r\nEND\r\n";
  fake it = {.answer = answer, .answer_size = sizeof answer - 1, .slow = 30};
  begin(&it, POLYRING__PROTOCOL_TEXT);
  polyring__op get = op(POLYRING__GET, "key", "");
  run_for(&get, 1, 100000, 300000); /* run_for sees to the time */
  must_be(get, POLYRING_UNKNOWN, NULL);
  assert_true(counts_of(0).bytes_received > 1);
  atomic_store(&it.slow, 1);
  get = op(POLYRING__GET, "key", "");
  run(&get, 1);
  must_be(get, POLYRING_OK, "hi");
  end(&it);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_protocols_do_the_same),
      cmocka_unit_test(old_servers_are_spoken_to_in_text),
      cmocka_unit_test(a_server_may_be_replaced_by_an_older_one),
      cmocka_unit_test(what_nobody_asked_for_is_no_answer),
      cmocka_unit_test(the_end_of_a_connection_loses_nothing),
      cmocka_unit_test(too_large_for_the_server),
      cmocka_unit_test(hostile_replies),
      cmocka_unit_test(long_lines_end),
      cmocka_unit_test(a_byte_now_and_then_holds_no_call),
  };
  return cmocka_run_group_tests(tests, start, stop);
}
