/* A server that goes down again and again: how long it must answer before it is used again. */
#include "unit.h"

enum { SECOND = 1000000, MINUTES_5 = 300 * SECOND, MOST_CHANGES = 15, COURSES = 30 };

static polyring_ring *ring;
static polyring_health *health;
static int64_t now;

static void begin(const polyring_health_policy *policy, uint64_t seed) {
  polyring_error error;
  ring = ring_of("ketama", "a b");
  if (polyring_health_new(NULL, ring, NULL, policy, seed, &health, &error) < 0)
    fail_msg("%s", error.text);
  now = 0;
}

static void end(void) {
  polyring_health_free(health);
  polyring_ring_free(ring);
}

static polyring_vital_signs signs(void) {
  polyring_vital_signs signs;
  assert_int_equal(polyring_health_signs(health, 0, &signs), POLYRING_OK);
  return signs;
}

static void see(polyring_seen seen, int64_t detail) {
  assert_int_equal(polyring_health_report(health, 0, seen, detail, now), POLYRING_OK);
}

static void probe(polyring_seen seen, int64_t detail) {
  now = polyring_health_next_due(health);
  assert_int_equal(polyring_health_due(health, now), 0);
  see(seen, detail);
}

/* Goes down, and is probed until it is UP. The time from the first answer to the last. */
static int64_t relapse(int64_t age) {
  see(POLYRING_SEEN_UNREACHED, 0);
  assert_int_equal(signs().state, POLYRING_HEALTH_DOWN);
  probe(POLYRING_SEEN_PROBE_ANSWERED, age);
  int64_t first = now;
  while (signs().state == POLYRING_HEALTH_PROBING) {
    assert_true(signs().next_probe <= now + SECOND); /* nothing is missed in between */
    probe(POLYRING_SEEN_PROBE_ANSWERED, age);
  }
  if (age < 0) {
    assert_int_equal(signs().state, POLYRING_HEALTH_REJOINING);
    see(POLYRING_SEEN_CLEANED, 0);
  }
  assert_int_equal(signs().state, POLYRING_HEALTH_UP);
  return now - first;
}

static void each_relapse_doubles_the_trial(void **state) {
  (void)state;
  static const int seconds[] = {1, 2, 4, 8, 16, 30, 30};
  begin(NULL, 7);
  for (int turn = 0; turn < 2; turn++) {
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++, now += 60 * SECOND - 1)
      assert_int_equal(relapse(-1), (int64_t)seconds[i] * SECOND);
    now += 1; /* it was UP for as long as `steady` says */
  }
  for (int i = 0; i < 100; i++) relapse(-1);
  assert_int_equal(relapse(-1), 30 * SECOND);
  end();
}

/* A new process each time: the first one is empty and UP at once, the others might be the next that
 * die. */
static void a_new_server_is_on_trial_too(void **state) {
  (void)state;
  static const int seconds[] = {0, 2, 4, 8};
  begin(NULL, 7);
  for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++, now += 5 * SECOND)
    assert_int_equal(relapse(0), (int64_t)seconds[i] * SECOND);
  end();
}

static void one_probe_that_fails_ends_the_trial(void **state) {
  (void)state;
  begin(NULL, 7);
  for (int i = 0; i < 2; i++) relapse(-1);
  see(POLYRING_SEEN_UNREACHED, 0);
  for (int i = 0; i < 4; i++) {
    probe(POLYRING_SEEN_PROBE_ANSWERED, -1);
    assert_int_equal(signs().state, POLYRING_HEALTH_PROBING);
  }
  probe(POLYRING_SEEN_PROBE_FAILED, 0);
  assert_int_equal(signs().state, POLYRING_HEALTH_DOWN);
  see(POLYRING_SEEN_TAKEN_OUT, 0);
  see(POLYRING_SEEN_PUT_BACK, 0);
  probe(POLYRING_SEEN_PROBE_ANSWERED, -1);
  assert_int_equal(signs().next_probe, now + SECOND); /* the operator knows */
  probe(POLYRING_SEEN_PROBE_ANSWERED, -1);
  assert_int_equal(signs().state, POLYRING_HEALTH_REJOINING);
  end();
}

static void settle_may_be_longer_than_a_pause_ever_is(void **state) {
  (void)state;
  polyring_health_policy policy;
  polyring_health_policy_init(&policy);
  policy.settle = 40 * (int64_t)SECOND;
  begin(&policy, 7);
  for (int i = 0; i < 3; i++) assert_int_equal(relapse(-1), 40 * (int64_t)SECOND);
  end();
}

/* So long up, so long down, for five minutes, with a call every 100 ms. The times that it was taken
 * into service or out of it. */
static int changes_of(const polyring_health_policy *policy, int64_t up_time, int dies,
                      uint64_t seed) {
  int changes = 0;
  begin(policy, seed);
  for (int64_t start = (int64_t)(seed * 977 % SECOND); now < MINUTES_5; now += SECOND / 10) {
    int64_t phase = (now + start) % (2 * up_time);
    int up = phase < up_time, served = signs().state <= POLYRING_HEALTH_SUSPECT;
    polyring_seen bad = dies ? POLYRING_SEEN_UNREACHED : POLYRING_SEEN_UNANSWERED;
    if (served) see(up ? POLYRING_SEEN_ANSWERED : bad, 0);
    if (polyring_health_due(health, now) == 0)
      see(up ? POLYRING_SEEN_PROBE_ANSWERED : POLYRING_SEEN_PROBE_FAILED, dies ? phase : -1);
    if (signs().state == POLYRING_HEALTH_REJOINING) see(POLYRING_SEEN_CLEANED, 0);
    changes += served != (signs().state <= POLYRING_HEALTH_SUSPECT);
  }
  end();
  return changes;
}

static void a_flapping_server_is_left_alone(void **state) {
  (void)state;
  polyring_health_policy policy;
  polyring_health_policy_init(&policy);
  for (int dies = 0; dies < 2; dies++)
    for (int64_t up_time = 2; up_time < 60; up_time++) {
      int most = 0;
      for (uint64_t seed = 0; seed < COURSES; seed++) {
        int changes = changes_of(NULL, up_time * SECOND, dies, seed * 7919);
        if (changes > most) most = changes;
      }
      if (most > MOST_CHANGES || !most) fail_msg("%d changes, %d s up", most, (int)up_time);
      /* Two for each trial that is shorter than it is up, and the first. */
      if (up_time == 2) assert_in_range(most, 3, 5);
    }
  policy.steady = 1000; /* the control: it never relapses */
  policy.probe_most = SECOND;
  assert_true(changes_of(&policy, 2 * SECOND, 0, 1) > 2 * MOST_CHANGES);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_relapse_doubles_the_trial),
      cmocka_unit_test(a_new_server_is_on_trial_too),
      cmocka_unit_test(one_probe_that_fails_ends_the_trial),
      cmocka_unit_test(settle_may_be_longer_than_a_pause_ever_is),
      cmocka_unit_test(a_flapping_server_is_left_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
