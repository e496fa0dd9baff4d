/* polyring/health.h: what a server's events make of it, and where its keys go meanwhile. */
#include "heap.h"

enum { SECOND = 1000000 };

static const char seven[] = "s1 s2:11211:2 s3 s4 s5:11211:5 s6 s7";

static polyring_health *health_of(const polyring_ring *ring, const polyring_health_policy *policy) {
  polyring_health *health;
  polyring_error error;
  if (polyring_health_new(NULL, ring, NULL, policy, 7, &health, &error) < 0)
    fail_msg("%s", error.text);
  return health;
}

static polyring_vital_signs signs_of(const polyring_health *health, size_t server) {
  polyring_vital_signs signs;
  assert_int_equal(polyring_health_signs(health, server, &signs), POLYRING_OK);
  return signs;
}

static int state_of(const polyring_health *health, size_t server) {
  return signs_of(health, server).state;
}

static void see(polyring_health *health, size_t server, polyring_seen seen, int64_t now) {
  int64_t detail = seen == POLYRING_SEEN_PROBE_ANSWERED ? -1 : 0;
  assert_int_equal(polyring_health_report(health, server, seen, detail, now), POLYRING_OK);
}

/* Probes until the last answer is in; the time of that. */
static int64_t rejoin(polyring_health *health, size_t server) {
  int64_t now;
  do {
    now = polyring_health_next_due(health);
    assert_int_equal(polyring_health_due(health, now), server);
    polyring_health_report(health, server, POLYRING_SEEN_PROBE_ANSWERED, -1, now);
  } while (state_of(health, server) == POLYRING_HEALTH_PROBING);
  return now;
}

static char *log_of(polyring_health *health) {
  polyring_buffer lines;
  polyring_buffer_init(&lines, NULL);
  assert_true(polyring_health_log(health, &lines) >= 0);
  polyring_buffer_add(&lines, "", 1);
  return (char *)lines.at;
}

static void one_refused_connection_is_down(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b c");
  polyring_health *health = health_of(ring, NULL);
  see(health, 1, POLYRING_SEEN_UNREACHED, 5);
  assert_int_equal(state_of(health, 1), POLYRING_HEALTH_DOWN);
  assert_int_equal(state_of(health, 0), POLYRING_HEALTH_UP);
  assert_int_equal(signs_of(health, 1).down_since, 5);
  char *log = log_of(health);
  assert_string_equal(log, "5 b UP -> DOWN UNREACHED\n");
  free(log);
  polyring_health_free(health);
  polyring_ring_free(ring);
}

static void three_timeouts_in_a_row_are_down(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b c");
  polyring_health *health = health_of(ring, NULL);
  for (int i = 0; i < 2; i++) see(health, 0, POLYRING_SEEN_UNANSWERED, i);
  assert_int_equal(state_of(health, 0), POLYRING_HEALTH_SUSPECT);
  see(health, 0, POLYRING_SEEN_ANSWERED, 2);
  assert_int_equal(state_of(health, 0), POLYRING_HEALTH_UP);
  for (int i = 3; i < 20; i++) see(health, 0, POLYRING_SEEN_ANSWERED, i); /* the share is small */
  for (int i = 20; i < 22; i++) see(health, 0, POLYRING_SEEN_UNANSWERED, i);
  assert_int_equal(state_of(health, 0), POLYRING_HEALTH_SUSPECT);
  see(health, 0, POLYRING_SEEN_UNANSWERED, 22);
  assert_int_equal(state_of(health, 0), POLYRING_HEALTH_DOWN);
  polyring_health_free(health);
  polyring_ring_free(ring);
}

/* Every second call is lost: never three in a row. */
static void half_of_the_calls_lost_are_down(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b c");
  polyring_health *health = health_of(ring, NULL);
  for (int i = 0; i < 100; i++) see(health, 0, POLYRING_SEEN_ANSWERED, i);
  int lost = 0;
  while (state_of(health, 0) != POLYRING_HEALTH_DOWN && lost < 50) {
    see(health, 0, POLYRING_SEEN_ANSWERED, 100 + lost);
    see(health, 0, POLYRING_SEEN_UNANSWERED, 100 + lost++);
  }
  assert_int_equal(lost, 10);    /* of the last 20 */
  for (int i = 0; i < 50; i++) { /* calls of long ago do not count: 3 in 10 seconds are too few */
    see(health, 1, i % 2 ? POLYRING_SEEN_ANSWERED : POLYRING_SEEN_UNANSWERED, i * 4 * SECOND);
    assert_int_not_equal(state_of(health, 1), POLYRING_HEALTH_DOWN);
  }
  polyring_health_free(health);
  polyring_ring_free(ring);
}

static void three_bad_replies_in_a_minute_are_down(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b c");
  polyring_health *health = health_of(ring, NULL);
  int64_t times[] = {0, 30, 61, 89, 90};
  for (size_t i = 0; i < COUNT(times); i++) {
    for (int j = 0; j < 20; j++) see(health, 2, POLYRING_SEEN_ANSWERED, times[i] * SECOND);
    assert_int_equal(state_of(health, 2), POLYRING_HEALTH_UP);
    see(health, 2, POLYRING_SEEN_GARBLED, times[i] * SECOND);
    int poisoned = i == 3; /* 30, 61 and 89 */
    assert_int_equal(state_of(health, 2) == POLYRING_HEALTH_DOWN, poisoned);
    if (poisoned) break;
  }
  polyring_health_free(health);
  polyring_ring_free(ring);
}

static void late_answers_change_nothing(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b c");
  polyring_health *health = health_of(ring, NULL);
  see(health, 0, POLYRING_SEEN_UNREACHED, 0);
  polyring_vital_signs before = signs_of(health, 0);
  polyring_seen late[] = {
      POLYRING_SEEN_ANSWERED, POLYRING_SEEN_UNREACHED,      POLYRING_SEEN_UNANSWERED,
      POLYRING_SEEN_GARBLED,  POLYRING_SEEN_PROBE_ANSWERED, POLYRING_SEEN_PROBE_FAILED,
      POLYRING_SEEN_CLEANED,  POLYRING_SEEN_NOT_CLEANED,    POLYRING_SEEN_PUT_BACK};
  for (size_t i = 0; i < COUNT(late); i++) see(health, 0, late[i], 1);
  polyring_vital_signs after = signs_of(health, 0);
  assert_memory_equal(&before, &after, sizeof before);
  polyring_health_free(health);
  polyring_ring_free(ring);
}

static void probes_back_off_and_do_not_keep_step(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b c d");
  polyring_health *health = health_of(ring, NULL);
  int64_t now = 0, pauses[4], expected = SECOND;
  for (size_t s = 0; s < 4; s++) {
    see(health, s, POLYRING_SEEN_UNREACHED, now);
    pauses[s] = signs_of(health, s).next_probe;
    assert_in_range(pauses[s], SECOND * 3 / 4, SECOND * 5 / 4);
    for (size_t other = 0; other < s; other++) assert_int_not_equal(pauses[s], pauses[other]);
  }
  for (int i = 0; i < 12; i++, expected = expected < 15 * SECOND ? expected * 2 : 30 * SECOND) {
    int64_t due = signs_of(health, 0).next_probe;
    assert_in_range(due - now, expected * 3 / 4, expected * 5 / 4);
    for (int32_t one; (one = polyring_health_due(health, due - 1)) >= 0;)
      assert_int_not_equal(one, 0);
    assert_int_equal(polyring_health_due(health, due), 0);
    assert_int_equal(state_of(health, 0), POLYRING_HEALTH_PROBING);
    assert_int_not_equal(polyring_health_due(health, due + 3600LL * SECOND), 0); /* one at a time */
    now = due + 3600LL * SECOND; /* which made the others due too, and that is the time now */
    see(health, 0, POLYRING_SEEN_PROBE_FAILED, now);
  }
  polyring_health_free(health);
  polyring_ring_free(ring);
}

static void a_server_is_cleaned_before_it_is_up(void **state) {
  (void)state;
  static const struct {
    polyring_on_dead on_dead;
    polyring_rejoin rejoin;
    int forgotten;
    polyring_health_work work;
  } rows[] = {{POLYRING_ON_DEAD_MISS, POLYRING_REJOIN_AUTO, 0, POLYRING_WORK_REPAIR},
              {POLYRING_ON_DEAD_MISS, POLYRING_REJOIN_AUTO, 1, POLYRING_WORK_FLUSH},
              {POLYRING_ON_DEAD_NEXT, POLYRING_REJOIN_AUTO, 0, POLYRING_WORK_FLUSH},
              {POLYRING_ON_DEAD_NEXT, POLYRING_REJOIN_REPAIR, 0, POLYRING_WORK_REPAIR},
              {POLYRING_ON_DEAD_MISS, POLYRING_REJOIN_FLUSH_FIRST, 0, POLYRING_WORK_FLUSH},
              {POLYRING_ON_DEAD_MISS, POLYRING_REJOIN_WARM, 1, POLYRING_WORK_NONE},
              {POLYRING_ON_DEAD_MISS, POLYRING_REJOIN_IMMEDIATE, 0, POLYRING_WORK_NONE}};
  polyring_ring *ring = ring_of("ketama", "a b c");
  for (size_t i = 0; i < COUNT(rows); i++) {
    polyring_health_policy policy;
    polyring_health_policy_init(&policy);
    policy.on_dead = rows[i].on_dead;
    policy.rejoin = rows[i].rejoin;
    polyring_health *health = health_of(ring, &policy);
    see(health, 1, POLYRING_SEEN_UNREACHED, 0);
    if (rows[i].forgotten) see(health, 1, POLYRING_SEEN_FORGOTTEN, 0);
    int64_t now = rejoin(health, 1);
    assert_int_equal(signs_of(health, 1).work, rows[i].work);
    int waits = rows[i].work != POLYRING_WORK_NONE;
    assert_int_equal(state_of(health, 1), waits ? POLYRING_HEALTH_REJOINING : POLYRING_HEALTH_UP);
    if (waits) {
      see(health, 1, POLYRING_SEEN_NOT_CLEANED, now);
      assert_int_equal(state_of(health, 1), POLYRING_HEALTH_DOWN);
      now = rejoin(health, 1);
      see(health, 1, POLYRING_SEEN_CLEANED, now);
      assert_int_equal(state_of(health, 1), POLYRING_HEALTH_UP);
    }
    polyring_health_free(health);
  }
  polyring_ring_free(ring);
}

static void two_probes_lie_a_settle_apart(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b");
  polyring_health *health = health_of(ring, NULL);
  see(health, 0, POLYRING_SEEN_UNREACHED, 0);
  int64_t first = polyring_health_next_due(health);
  polyring_health_due(health, first);
  see(health, 0, POLYRING_SEEN_PROBE_ANSWERED, first + 9);
  assert_int_equal(state_of(health, 0), POLYRING_HEALTH_PROBING);
  assert_int_equal(polyring_health_next_due(health), first + 9 + SECOND);
  assert_int_equal(polyring_health_due(health, first + 8 + SECOND), -1);
  assert_int_equal(polyring_health_due(health, first + 9 + SECOND), 0);
  see(health, 0, POLYRING_SEEN_PROBE_FAILED, first + 9 + SECOND); /* both must be good */
  assert_int_equal(state_of(health, 0), POLYRING_HEALTH_DOWN);
  rejoin(health, 0);
  assert_int_equal(state_of(health, 0), POLYRING_HEALTH_REJOINING);
  polyring_health_free(health);
  polyring_ring_free(ring);
}

/* An age that reaches back to before it went down proves nothing. */
static void a_server_that_started_anew_is_up_at_once(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b");
  for (int64_t spare = -1; spare <= 1; spare++) {
    polyring_health *health = health_of(ring, NULL);
    see(health, 0, POLYRING_SEEN_UNREACHED, 50);
    int64_t now = polyring_health_next_due(health);
    polyring_health_due(health, now);
    polyring_health_report(health, 0, POLYRING_SEEN_PROBE_ANSWERED, now - 50 - spare, now);
    assert_int_equal(state_of(health, 0), spare > 0 ? POLYRING_HEALTH_UP : POLYRING_HEALTH_PROBING);
    polyring_health_free(health);
  }
  polyring_ring_free(ring);
}

static void an_operator_takes_out_and_puts_back(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b");
  polyring_health *health = health_of(ring, NULL);
  see(health, 0, POLYRING_SEEN_TAKEN_OUT, 0);
  see(health, 0, POLYRING_SEEN_ANSWERED, 1);
  assert_int_equal(state_of(health, 0), POLYRING_HEALTH_OUT);
  assert_true(polyring_health_next_due(health) == INT64_MAX);
  see(health, 0, POLYRING_SEEN_PUT_BACK, 2);
  see(health, 0, POLYRING_SEEN_CLEANED, rejoin(health, 0));
  char *log = log_of(health);
  assert_string_equal(log,
                      "0 a UP -> OUT TAKEN_OUT\n2 a OUT -> DOWN PUT_BACK\n"
                      "2 a DOWN -> PROBING PUT_BACK\n"
                      "1000002 a PROBING -> REJOINING PROBE_ANSWERED\n"
                      "1000002 a REJOINING -> UP CLEANED\n");
  free(log);
  polyring_health_free(health);
  polyring_ring_free(ring);
}

static void a_server_that_is_up_again_begins_anew(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b");
  polyring_health *health = health_of(ring, NULL);
  for (int i = 0; i < 3; i++) see(health, 0, POLYRING_SEEN_UNANSWERED, 0);
  see(health, 0, POLYRING_SEEN_FORGOTTEN, 0);
  int64_t now = rejoin(health, 0);
  see(health, 0, POLYRING_SEEN_CLEANED, now);
  for (int i = 0; i < 2; i++) {
    see(health, 0, POLYRING_SEEN_UNANSWERED, now);
    assert_int_equal(state_of(health, 0), POLYRING_HEALTH_SUSPECT);
  }
  see(health, 0, POLYRING_SEEN_UNREACHED, now);
  assert_int_equal(state_of(health, 0), POLYRING_HEALTH_DOWN);
  now = rejoin(health, 0);
  assert_int_equal(signs_of(health, 0).work, POLYRING_WORK_REPAIR);
  see(health, 0, POLYRING_SEEN_CLEANED, now - 5); /* time does not go back */
  assert_int_equal(signs_of(health, 0).since, now);
  polyring_health_free(health);
  polyring_ring_free(ring);
}

/* Any key may be one whose change failed: none is read until it was emptied. */
static void a_server_whose_doubts_are_forgotten_is_down(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b");
  for (int rejoins = POLYRING_REJOIN_AUTO; rejoins <= POLYRING_REJOIN_IMMEDIATE; rejoins++) {
    polyring_health_policy policy;
    polyring_health_policy_init(&policy);
    policy.rejoin = (polyring_rejoin)rejoins;
    int cleans = rejoins < POLYRING_REJOIN_WARM;
    polyring_health *health = health_of(ring, &policy);
    see(health, 0, POLYRING_SEEN_FORGOTTEN, 0);
    assert_int_equal(state_of(health, 0), cleans ? POLYRING_HEALTH_DOWN : POLYRING_HEALTH_UP);
    if (cleans) rejoin(health, 0);
    assert_int_equal(signs_of(health, 0).work, cleans ? POLYRING_WORK_FLUSH : POLYRING_WORK_NONE);
    polyring_health_free(health);
  }
  polyring_ring_free(ring);
}

static void the_log_says_what_it_lost(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b");
  polyring_health *health = health_of(ring, NULL);
  for (int i = 0; i < POLYRING_LOG_MAX + 3; i++)
    see(health, 0, i % 2 ? POLYRING_SEEN_ANSWERED : POLYRING_SEEN_GARBLED, 61LL * SECOND * i);
  char *log = log_of(health);
  static const char first[] = "3 lines were lost\n183000000 a SUSPECT -> UP ANSWERED\n";
  assert_memory_equal(log, first, sizeof first - 1);
  free(log);
  log = log_of(health);
  assert_string_equal(log, "");
  free(log);
  polyring_health_free(health);
  polyring_ring_free(ring);
}

/* Rows of every layout, and of every direction of search. */
static const char *const rows[] = {"libmemcached/ketama-weighted",
                                   "libmemcached/modula",
                                   "nginx/consistent",
                                   "pymemcache/hash-client",
                                   "polyring/rendezvous",
                                   "polyring/jump",
                                   "polyring/buckets",
                                   "dalli/ring",
                                   "go-ketama/default",
                                   "mcrouter/ch3"};

static polyring_route route_of(const polyring_health *health, const char *key) {
  polyring_route route;
  assert_int_equal(polyring_health_route(health, key, strlen(key), 0, &route), POLYRING_OK);
  return route;
}

static void only_keys_of_the_dead_move(void **state) {
  (void)state;
  size_t tried = 0;
  for (size_t r = 0; r < COUNT(rows); r++) {
    polyring_ring *ring;
    polyring_health_policy policy;
    if (polyring_ring_new(NULL, rows[r], strlen(rows[r]), "s1 s2 s3 s4 s5 s6 s7", 20, &ring, NULL))
      continue;
    tried++;
    polyring_health_policy_init(&policy);
    policy.on_dead = POLYRING_ON_DEAD_NEXT;
    polyring_health *one_way = health_of(ring, &policy), *other_way = health_of(ring, &policy);
    see(one_way, 2, POLYRING_SEEN_UNREACHED, 0);
    see(one_way, 5, POLYRING_SEEN_UNREACHED, 1);
    see(other_way, 0, POLYRING_SEEN_UNREACHED, 0); /* three, for a while */
    see(other_way, 5, POLYRING_SEEN_UNREACHED, 0);
    see(other_way, 2, POLYRING_SEEN_UNREACHED, 0);
    int64_t due = signs_of(other_way, 0).next_probe;
    while (state_of(other_way, 0) == POLYRING_HEALTH_DOWN) polyring_health_due(other_way, due);
    polyring_health_report(other_way, 0, POLYRING_SEEN_PROBE_ANSWERED, 0, due);
    assert_int_equal(state_of(other_way, 0), POLYRING_HEALTH_UP);
    int heirs[7] = {0};
    for (int i = 0; i < 2000; i++) {
      char key[32];
      snprintf(key, sizeof key, "key:%d", i);
      polyring_route route = route_of(one_way, key), again = route_of(other_way, key);
      int home = locate(ring, key), dead = home == 2 || home == 5;
      assert_int_equal(route.home, home);
      assert_int_equal(route.kind, dead ? POLYRING_ROUTE_STAND_IN : POLYRING_ROUTE_HOME);
      assert_int_equal(route.server == home, !dead);
      assert_int_equal(route.ttl_most, dead ? 10 * SECOND : 0);
      assert_int_equal(route.server, again.server);
      assert_int_not_equal(route.server, 2);
      assert_int_not_equal(route.server, 5);
      if (home == 2) heirs[route.server]++;
    }
    for (int s = 0; s < 7; s++) /* not one for all */
      if (s != 2 && s != 5 && !heirs[s]) fail_msg("%s: s%d inherits nothing", rows[r], s + 1);
    polyring_health_free(one_way);
    polyring_health_free(other_way);
    polyring_ring_free(ring);
  }
  assert_in_range(tried, 8, COUNT(rows));
}

/* The next on the ring of those that live is what the ring without the dead would say, where
 * points do not depend on the others. */
static void the_next_is_that_of_the_ring_without_it(void **state) {
  (void)state;
  static const char *const list[] = {"s1", "s2", "s3", "s4", "s5", "s6", "s7"};
  static const char *const same[] = {"libmemcached/ketama", "consistent-hashing/default",
                                     "polyring/rendezvous", "pymemcache/hash-client"};
  for (size_t r = 0; r < COUNT(same); r++) {
    polyring_ring *ring = ring_of(same[r], "s1 s2 s3 s4 s5 s6 s7"), *without;
    polyring_health_policy policy;
    polyring_health_policy_init(&policy);
    policy.on_dead = POLYRING_ON_DEAD_NEXT;
    polyring_health *health = health_of(ring, &policy);
    see(health, 3, POLYRING_SEEN_UNREACHED, 0);
    assert_int_equal(polyring_ring_remove(ring, 3, &without, NULL), POLYRING_OK);
    for (int i = 0; i < 2000; i++) {
      char key[32];
      snprintf(key, sizeof key, "key:%d", i);
      assert_string_equal(list[route_of(health, key).server],
                          polyring_ring_server(without, (size_t)locate(without, key), NULL));
    }
    polyring_health_free(health);
    polyring_ring_free(without);
    polyring_ring_free(ring);
  }
}

static void stand_ins_of(size_t servers, uint32_t dead_most) {
  char list[32] = "";
  for (size_t i = 0; i < servers; i++)
    snprintf(list + strlen(list), sizeof list - strlen(list), "s%zu ", i);
  polyring_ring *ring = ring_of("ketama", list);
  polyring_health_policy policy;
  polyring_health_policy_init(&policy);
  policy.on_dead = POLYRING_ON_DEAD_NEXT;
  policy.dead_most = dead_most;
  polyring_health *health = health_of(ring, &policy);
  size_t most = dead_most ? dead_most : servers / 3 ? servers / 3 : 1;
  for (size_t dead = 1; dead <= servers; dead++) {
    size_t elsewhere = 0, nowhere = 0;
    see(health, dead - 1, POLYRING_SEEN_UNREACHED, 0);
    for (int i = 0; i < 200; i++) {
      char key[32];
      snprintf(key, sizeof key, "key:%d", i);
      polyring_route route = route_of(health, key);
      elsewhere += route.kind == POLYRING_ROUTE_STAND_IN;
      nowhere += route.kind == POLYRING_ROUTE_NOWHERE;
      assert_int_equal(route.kind == POLYRING_ROUTE_NOWHERE, route.server == POLYRING_NO_SERVER);
    }
    int stands_in = dead <= most && dead < servers;
    assert_int_equal(elsewhere > 0, stands_in);
    assert_int_equal(nowhere > 0, !stands_in);
  }
  polyring_health_free(health);
  polyring_ring_free(ring);
}

static void too_many_dead_are_not_stood_in_for(void **state) {
  (void)state;
  for (size_t servers = 1; servers <= 7; servers++) {
    stand_ins_of(servers, 0);
    stand_ins_of(servers, 2);
    stand_ins_of(servers, POLYRING_SERVERS_MAX);
  }
}

static void keys_go_nowhere_or_to_the_gutter(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", seven), *gutter = ring_of("polyring/jump", "g1 g2");
  polyring_health_policy policy;
  polyring_health_policy_init(&policy);
  polyring_health *nowhere = health_of(ring, &policy), *guttered;
  policy.on_dead = POLYRING_ON_DEAD_GUTTER;
  assert_int_equal(polyring_health_new(NULL, ring, gutter, &policy, 1, &guttered, NULL), 0);
  see(nowhere, 1, POLYRING_SEEN_UNREACHED, 0);
  see(guttered, 1, POLYRING_SEEN_UNREACHED, 0);
  int of_it = 0;
  for (int i = 0; i < 500; i++) {
    char key[32];
    snprintf(key, sizeof key, "key:%d", i);
    int dead = locate(ring, key) == 1;
    polyring_route none = route_of(nowhere, key), there = route_of(guttered, key);
    of_it += dead;
    assert_int_equal(none.kind, dead ? POLYRING_ROUTE_NOWHERE : POLYRING_ROUTE_HOME);
    assert_int_equal(there.kind, dead ? POLYRING_ROUTE_GUTTER : POLYRING_ROUTE_HOME);
    if (dead) assert_int_equal(there.server, locate(gutter, key));
  }
  assert_in_range(of_it, 20, 480);
  polyring_route route;
  assert_int_equal(polyring_health_route(nowhere, "", 0, 0, &route), POLYRING_INVALID_KEY);
  polyring_health_free(nowhere);
  polyring_health_free(guttered);
  polyring_ring_free(ring);
  polyring_ring_free(gutter);
}

/* What a stand-in still holds of the outage before might be old. */
static void a_relapse_has_no_stand_in(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b c");
  polyring_health_policy policy;
  polyring_health_policy_init(&policy);
  policy.on_dead = POLYRING_ON_DEAD_NEXT;
  polyring_health *health = health_of(ring, &policy);
  const char *key = "user:17";
  size_t home = (size_t)locate(ring, key);
  see(health, home, POLYRING_SEEN_UNREACHED, 0);
  assert_int_equal(route_of(health, key).kind, POLYRING_ROUTE_STAND_IN);
  int64_t now = rejoin(health, home);
  see(health, home, POLYRING_SEEN_CLEANED, now);
  see(health, home, POLYRING_SEEN_UNREACHED, now + 1);
  for (int64_t later = 0; later < 15 * SECOND; later += SECOND) {
    polyring_route route;
    polyring_health_route(health, key, strlen(key), now + later, &route);
    assert_int_equal(route.kind,
                     later < 12 * SECOND ? POLYRING_ROUTE_NOWHERE : POLYRING_ROUTE_STAND_IN);
  }
  polyring_health_free(health);
  polyring_ring_free(ring);
}

static void bad_arguments_are_named(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("ketama", "a b");
  polyring_health *health = health_of(ring, NULL);
  polyring_vital_signs signs;
  assert_int_equal(polyring_health_report(health, 2, POLYRING_SEEN_ANSWERED, 0, 0),
                   POLYRING_INVALID_ARGUMENT);
  assert_int_equal(polyring_health_report(health, 0, (polyring_seen)99, 0, 0),
                   POLYRING_INVALID_ARGUMENT);
  assert_int_equal(polyring_health_signs(health, 2, &signs), POLYRING_INVALID_ARGUMENT);
  polyring_health_free(health);
  polyring_health_policy policy;
  polyring_error error;
  polyring_health_policy_init(&policy);
  policy.probe_most = policy.probe_interval - 1;
  assert_int_equal(polyring_health_new(NULL, ring, NULL, &policy, 1, &health, &error),
                   POLYRING_INVALID_ARGUMENT);
  assert_null(health);
  assert_non_null(strstr(error.text, "probe_most"));
  polyring_health_policy_init(&policy);
  policy.on_dead = POLYRING_ON_DEAD_GUTTER;
  assert_int_equal(polyring_health_new(NULL, ring, NULL, &policy, 1, &health, &error),
                   POLYRING_INVALID_ARGUMENT);
  polyring_ring_free(ring);
}

static void no_memory_leaks_nothing(void **state) {
  (void)state;
  polyring_ring *ring = ring_of("polyring/jump", "a b");
  polyring_health_policy policy;
  polyring_health_policy_init(&policy);
  policy.on_dead = POLYRING_ON_DEAD_NEXT;
  for (size_t allowed = 0;; allowed++) {
    heap counted = {.allowed = allowed};
    polyring_allocator allocator = {resize, &counted};
    polyring_health *health;
    polyring_status status = polyring_health_new(&allocator, ring, NULL, &policy, 1, &health, NULL);
    polyring_health_free(health);
    assert_int_equal(counted.bytes, 0);
    if (status == POLYRING_OK) {
      assert_in_range(allowed, 2, 100);
      break;
    }
    assert_int_equal(status, POLYRING_NO_MEMORY);
  }
  polyring_ring_free(ring);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_refused_connection_is_down),
      cmocka_unit_test(three_timeouts_in_a_row_are_down),
      cmocka_unit_test(half_of_the_calls_lost_are_down),
      cmocka_unit_test(three_bad_replies_in_a_minute_are_down),
      cmocka_unit_test(late_answers_change_nothing),
      cmocka_unit_test(probes_back_off_and_do_not_keep_step),
      cmocka_unit_test(a_server_is_cleaned_before_it_is_up),
      cmocka_unit_test(two_probes_lie_a_settle_apart),
      cmocka_unit_test(a_server_that_started_anew_is_up_at_once),
      cmocka_unit_test(an_operator_takes_out_and_puts_back),
      cmocka_unit_test(a_server_that_is_up_again_begins_anew),
      cmocka_unit_test(a_server_whose_doubts_are_forgotten_is_down),
      cmocka_unit_test(the_log_says_what_it_lost),
      cmocka_unit_test(only_keys_of_the_dead_move),
      cmocka_unit_test(the_next_is_that_of_the_ring_without_it),
      cmocka_unit_test(too_many_dead_are_not_stood_in_for),
      cmocka_unit_test(keys_go_nowhere_or_to_the_gutter),
      cmocka_unit_test(a_relapse_has_no_stand_in),
      cmocka_unit_test(bad_arguments_are_named),
      cmocka_unit_test(no_memory_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
