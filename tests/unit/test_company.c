/* A client in a time of our own, while its servers hang, die and come back: errands ride along, and
 * no call is late for them; a server that flaps is not led back and forth with it. */
#include "world.h"

enum { TRIALS = 30, MOST = 15 };

static void no_call_is_late_for_an_errand(void **state) {
  (void)state;
  begin("settle=100ms&probe_interval=50ms&probe_most=200ms");
  int calls = 0, good = 0;
  uint64_t probes = 0;
  for (int turn = 0; turn < 20000; turn++) {
    if (draw(40) == 0) {
      int i = (int)draw(SERVERS);
      of[i].is = (int)draw(3);
      if (of[i].is == DEAD) of[i].since = now;
    }
    now += draw(20000);
    good += call(1 + draw(2) * draw(15), draw(2) != 0, 1000 + draw(200000));
    calls++;
  }
  for (int i = 0; i < SERVERS; i++) of[i].is = RUNS;
  for (int i = 0; i < 400; i++, now += 20000) polyring_client_tick(client, 10000, NULL);
  for (size_t i = 0; i < SERVERS; i++) {
    polyring_statistics one;
    assert_true(polyring_client_statistics(client, i, &one));
    assert_int_equal(one.state, POLYRING_HEALTH_UP);
    assert_int_equal(one.in_doubt, 0);
    probes += one.probes;
  }
  assert_true(good > calls / 4);
  assert_true(probes > 300);
  if (latest > LATE) fail_msg("%d us late", (int)latest);
  end();
}

/* 2 s up, 2 s down, for 5 minutes; it hangs, or a new process begins each time. */
static int changes_of_service(const char *settings, int dies) {
  polyring_event event;
  int changes = 0;
  begin(settings);
  for (int64_t start = now; now < start + 300 * (int64_t)SECOND; now += SECOND / 10) {
    of[1].is = (now - start) / (2 * SECOND) % 2 == 0 ? RUNS : dies ? DEAD : HANGS;
    if (of[1].is == DEAD) of[1].since = now;
    call(16, 0, 250000);
    while (polyring_client_next_event(client, &event))
      if (event.kind == POLYRING_EVENT_HEALTH)
        changes += !strncmp(event.text, "UP -> DOWN", 10) ||
                   !strncmp(event.text, "SUSPECT -> DOWN", 15) ||
                   strstr(event.text, "REJOINING -> UP") != NULL;
  }
  if (latest > LATE) fail_msg("%d us late", (int)latest);
  end();
  return changes;
}

static void a_flapping_server_is_left_alone(void **state) {
  (void)state;
  for (int dies = 0; dies < 2; dies++) {
    int most = 0, sum = 0;
    for (int i = 0; i < TRIALS; i++) {
      seed = (uint64_t)i * 1000003 + 11;
      int changes = changes_of_service("on_error=raise", dies);
      assert_true(changes >= 2);
      if (changes > most) most = changes;
      sum += changes;
    }
    print_message("changes of service in 5 minutes, %s: %d.%d on average, %d at most\n",
                  dies ? "dead" : "hung", sum / TRIALS, sum * 10 / TRIALS % 10, most);
    assert_in_range(most, 2, MOST);
    assert_true(changes_of_service("steady=1ms&probe_most=1s", dies) >
                MOST); /* the control: no back-off */
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(no_call_is_late_for_an_errand),
                                     cmocka_unit_test(a_flapping_server_is_left_alone)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
