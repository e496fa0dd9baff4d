/* How a client knows whether a server that is back is the process that it was, in a time of our
 * own: by when that began, else by how long it has been running. */
#include "world.h"

enum { COURSES = 30, CALL_EVERY = SECOND / 10 };

/* A trial that never ends: only a server that is known to have restarted is UP again. */
#define FOREVER "settle=1h&probe_most=1h&steady=1ms&on_error=raise"

/* Calls for so long, or until the event; the time that it took, -1: it did not come. */
static int64_t calls_until(const char *text, int64_t most) {
  for (int64_t start = now, next = now; now < start + most;) {
    call(16, 0, 250000);
    if (text && health_told(client, text)) return now - start;
    next += CALL_EVERY;
    if (now < next) now = next;
  }
  return -1;
}

static void calls(int64_t time) { calls_until(NULL, time); }

static void die(void) { of[1].is = DEAD; }

static void start(void) {
  of[1].is = RUNS;
  of[1].since = now;
}

static void hang(int64_t time) {
  of[1].is = HANGS;
  assert_true(calls_until("-> DOWN", 10 * (int64_t)SECOND) >= 0);
  calls(time);
  of[1].is = RUNS;
}

/* It dies, and is back after that time: how long it is not UP then. */
static int64_t away(int64_t time) {
  calls(CALL_EVERY); /* it is steady */
  die();
  calls(time);
  start();
  return calls_until("REJOINING -> UP", 20 * (int64_t)SECOND);
}

static void one_good_probe_suffices_after_a_restart(void **state) {
  (void)state;
  static const int64_t times[] = {SECOND / 5, SECOND};
  for (size_t i = 0; i < 2; i++) {
    int64_t most = 0, sum = 0;
    for (int course = 0; course < COURSES; course++) {
      seed = (uint64_t)course * 1000003 + 11;
      begin("on_error=raise");
      calls(3 * (int64_t)SECOND);
      assert_int_equal(of[1].asked, 1); /* and not more often */
      int64_t took = away(times[i]);
      assert_true(took >= 0);
      if (took > most) most = took;
      sum += took;
      end();
    }
    print_message("UP after a restart after %d ms: %d ms on average, %d ms at most\n",
                  (int)(times[i] / 1000), (int)(sum / COURSES / 1000), (int)(most / 1000));
    /* The second may be just too late for the first probe: the next is up to 2.5 s later. */
    assert_in_range(most, 1, i ? 5 * (int64_t)SECOND / 2 : 5 * (int64_t)SECOND / 4);
  }
}

static void it_is_learnt_anew_by_the_probe(void **state) {
  (void)state;
  begin(FOREVER);
  calls(3 * (int64_t)SECOND);
  for (int i = 0; i < 5; i++) {
    assert_true(away(2 * (int64_t)SECOND) >= 0);
    assert_true(away(5 * (int64_t)SECOND) >= 0);
    calls(2 * (int64_t)SECOND);
  }
  of[1].asked = 0;
  calls(100 * (int64_t)SECOND);
  assert_int_equal(of[1].asked, 0);
  end();
}

/* Too young to know it, and another one knows it, which asked once. */
static void a_short_life_asks_nothing(void **state) {
  (void)state;
  begin(FOREVER);
  calls(SECOND - CALL_EVERY);
  for (int i = 0; i < SERVERS; i++) assert_int_equal(of[i].asked, 0);
  assert_int_equal(away(2 * (int64_t)SECOND), -1); /* the control of all that is UP here */
  end();
  begin(FOREVER);
  calls(30 * (int64_t)SECOND);
  for (int i = 0; i < SERVERS; i++) {
    polyring_statistics one;
    assert_true(polyring_client_statistics(client, (size_t)i, &one));
    assert_int_equal(of[i].asked, 1);
    assert_int_equal(one.connects, 1);
    assert_int_equal(one.connections, 1);
  }
  end();
}

/* Its last sockets were taken by nobody. */
static void what_was_lost_without_an_answer_leads_nowhere(void **state) {
  (void)state;
  begin(FOREVER);
  calls(3 * (int64_t)SECOND);
  of[1].is = DYING;
  call(16, 0, 250000);
  call(16, 0, 250000);
  assert_true(away(SECOND) >= 0);
  end();
}

static uint64_t doubts(void) {
  polyring_statistics one;
  assert_true(polyring_client_statistics(client, 1, &one));
  return one.in_doubt;
}

/* Nothing of this client's can be on its way to the new one, unless it got no answer on its last
 * socket: then `settle` is to pass. */
static void what_a_new_server_never_saw_is_undone_at_once(void **state) {
  (void)state;
  for (int strays = 0; strays < 2; strays++) {
    begin(FOREVER);
    calls(3 * (int64_t)SECOND);
    of[1].is = strays ? DYING : DEAD;
    call(16, 1, 250000);
    die();
    for (int i = 0; i < 10; i++) call(16, 1, 250000);
    assert_true(doubts() > 5);
    assert_true(away(SECOND) >= 0);
    for (int i = 0; i < 3; i++) calls(CALL_EVERY);
    assert_true(strays ? doubts() > 5 : !doubts());
    end();
  }
}

/* It may lie in a new process that went on to hang, and no doubt tells of it. */
static void a_change_that_was_forgotten_is_undone(void **state) {
  (void)state;
  for (int forgets = 0; forgets < 2; forgets++) {
    begin(FOREVER);
    calls(3 * (int64_t)SECOND);
    die();
    calls(2 * (int64_t)SECOND);
    client->now->pools[1]->vitals.forgotten = forgets;
    start();
    assert_true((calls_until("REJOINING -> UP", 12 * (int64_t)SECOND / 5) >= 0) == !forgets);
    end();
  }
}

/* Young or old, for a short time or a long one. */
static void a_server_that_hung_is_not_new(void **state) {
  (void)state;
  for (int course = 0; course < COURSES; course++) {
    seed = (uint64_t)course * 1000003 + 11;
    begin(FOREVER);
    if (course % 2) start();
    calls(SECOND + draw(3 * SECOND));
    hang(draw(10 * SECOND));
    assert_int_equal(calls_until("REJOINING", 20 * (int64_t)SECOND), -1);
    end();
  }
}

static uint64_t connects(void) {
  polyring_statistics one;
  assert_true(polyring_client_statistics(client, 1, &one));
  return one.connects;
}

/* Between two calls: nobody saw it, and what was known of the one before says nothing. */
static void a_restart_that_nobody_saw_is_no_proof(void **state) {
  (void)state;
  for (int course = 0; course < COURSES; course++) {
    seed = (uint64_t)course * 1000003 + 11;
    begin(FOREVER);
    calls(3 * (int64_t)SECOND);
    start();
    while (connects() < 2) call(16, 0, 250000); /* until it answered */
    calls(CALL_EVERY * (int64_t)draw(8));
    hang(draw(3 * SECOND));
    assert_int_equal(calls_until("REJOINING", 20 * (int64_t)SECOND), -1);
    end();
  }
}

/* As behind a name that leads elsewhere: another birth, but it ran meanwhile. */
static void an_old_one_is_not_new(void **state) {
  (void)state;
  begin(FOREVER);
  calls(3 * (int64_t)SECOND);
  die();
  calls(2 * (int64_t)SECOND);
  of[1].is = RUNS;
  of[1].since = now - 30 * (int64_t)SECOND;
  assert_int_equal(calls_until("REJOINING", 20 * (int64_t)SECOND), -1);
  end();
}

/* A server that takes uptime and time from two clocks may seem to have begun a second later. */
static void two_clocks_make_no_new_server(void **state) {
  (void)state;
  static const char *const later[] = {
      "STAT uptime 6\r\nSTAT time 1800000007\r\nEND\r\n",
      "STAT uptime 6\r\nSTAT time 1800000005\r\nEND\r\n",
      "STAT uptime 6\r\nSTAT time 1800000008\r\nEND\r\n"}; /* the control */
  for (int i = 0; i < 3; i++) {
    begin(FOREVER);
    of[1].stats = "STAT uptime 3\r\nSTAT time 1800000003\r\nEND\r\n";
    calls(2 * (int64_t)SECOND);
    of[1].stats = later[i];
    die();
    calls(2 * (int64_t)SECOND);
    of[1].is = RUNS;
    assert_true((calls_until("REJOINING", 4 * (int64_t)SECOND) >= 0) == (i == 2));
    end();
  }
}

#define UP_FOR(uptime, time) "STAT uptime " uptime "\r\nSTAT time " time "\r\nEND\r\n"

/* What may be said instead of a birth, before the outage or after it. */
static const char *const no_births[] = {
    UP_FOR("2", "-1"),
    UP_FOR("-2", "1800000000"),
    UP_FOR("2", "99999999999999999999999999"),
    UP_FOR("18446744073709551618", "1800000000"),
    UP_FOR("2", "9223372036854775807"),
    UP_FOR("4294967298", "1800000000"),
    UP_FOR("2x", "1800000000"),
    UP_FOR("", ""),
    UP_FOR("0x2", "0x7fffffff"),
    UP_FOR("1800000001", "1800000000"),
    "STAT uptime 2\r\nEND\r\n",
    "STAT time 1800000000\r\nEND\r\n",
    "STAT uptime\r\nSTAT time\r\nEND\r\n",
    "STAT xuptime 2\r\nSTAT xtime 1800000000\r\nEND\r\n",
    "END\r\n",
    "ERROR\r\n",
    "SERVER_ERROR no\r\n",
    "nonsense\r\n",
};

static void what_is_no_number_is_no_birth(void **state) {
  (void)state;
  for (size_t i = 0; i <= sizeof no_births / sizeof *no_births; i++)
    for (int before = 0; before < 2; before++) {
      const char *text =
          i ? no_births[i - 1] : UP_FOR("2", "1800000000"); /* the control: that is one */
      begin(FOREVER);
      if (before) of[1].stats = text;
      calls(3 * (int64_t)SECOND);
      assert_in_range(of[1].asked, 1, 2);
      die();
      calls(2 * (int64_t)SECOND);
      of[1].stats = before ? NULL : text;
      start();
      /* Two seconds later its uptime would do. */
      int up = calls_until("REJOINING -> UP", 12 * (int64_t)SECOND / 5) >= 0;
      if (up != !i) fail_msg("%s is %sa birth, %d", text, i ? "" : "not ", before);
      end();
    }
}

/* A server that has none is not asked each second, nor is one that closes the connection. */
static void who_says_nothing_is_asked_rarely(void **state) {
  (void)state;
  static const char *const texts[] = {"END\r\n", "ERROR\r\n", "nonsense\r\n"};
  for (size_t i = 0; i < 3; i++) {
    begin("on_error=raise");
    of[1].stats = texts[i];
    calls(130 * (int64_t)SECOND);
    assert_in_range(of[1].asked, 2, 3);
    assert_int_equal(calls_until("DOWN", SECOND), -1);
    end();
  }
}

/* After an outage of 8 s, one that says at first that it is young, and then its age. */
static void who_seems_young_is_asked_again(void **state) {
  (void)state;
  for (int lies = 0; lies < 2; lies++) {
    begin("settle=5s&probe_interval=1s&probe_most=1s&on_error=raise");
    of[1].stats = "STAT uptime 1000\r\nEND\r\n";
    calls(2 * (int64_t)SECOND);
    of[1].is = HANGS;
    assert_true(calls_until("-> DOWN", 10 * (int64_t)SECOND) >= 0);
    calls(8 * (int64_t)SECOND);
    of[1].is = RUNS;
    of[1].stats = "STAT uptime 2\r\nEND\r\n";
    of[1].asked = 0;
    while (!of[1].asked) calls(CALL_EVERY);
    if (lies) of[1].stats = "STAT uptime 1012\r\nEND\r\n";
    int64_t took = calls_until("REJOINING -> UP", 20 * (int64_t)SECOND);
    assert_in_range(took, lies ? 5 * (int64_t)SECOND : 0, (lies ? 7 : 1) * (int64_t)SECOND);
    assert_in_range(of[1].asked, 2, lies ? 8 : 2); /* each second, as all that settle */
    end();
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_good_probe_suffices_after_a_restart),
      cmocka_unit_test(it_is_learnt_anew_by_the_probe),
      cmocka_unit_test(a_short_life_asks_nothing),
      cmocka_unit_test(what_was_lost_without_an_answer_leads_nowhere),
      cmocka_unit_test(what_a_new_server_never_saw_is_undone_at_once),
      cmocka_unit_test(a_change_that_was_forgotten_is_undone),
      cmocka_unit_test(a_server_that_hung_is_not_new),
      cmocka_unit_test(a_restart_that_nobody_saw_is_no_proof),
      cmocka_unit_test(an_old_one_is_not_new),
      cmocka_unit_test(two_clocks_make_no_new_server),
      cmocka_unit_test(what_is_no_number_is_no_birth),
      cmocka_unit_test(who_says_nothing_is_asked_rarely),
      cmocka_unit_test(who_seems_young_is_asked_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
