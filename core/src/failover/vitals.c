#include "failover/vitals.h"

#include <string.h>

#include "base/wide.h"

enum {
  SECOND = 1000000,
  WINDOW_TIME = 10 * SECOND,
  WINDOW_LEAST = 5, /* calls, before their share means anything */
  GARBLED_TIME = 60 * SECOND,
  DOUBLINGS_MOST = 62
};

void polyring__vitals_init(polyring__vitals *vitals, uint64_t seed) {
  memset(vitals, 0, sizeof *vitals);
  vitals->up_since = vitals->stood_in_from = INT64_MIN;
  vitals->random = seed;
}

/* One change after the other, as they are logged. */
struct course {
  polyring__vitals *vitals;
  const polyring_health_policy *policy;
  polyring_seen seen;
  int64_t now;
  polyring_health_state *steps;
  size_t count;
};

static void enter(struct course *course, polyring_health_state state) {
  polyring_vital_signs *signs = &course->vitals->signs;
  signs->state = state;
  signs->reason = course->seen;
  signs->since = course->now;
  course->steps[course->count++] = state;
}

/* SplitMix64: 0 to 2^32 - 1. */
static uint32_t draw(polyring__vitals *vitals) {
  uint64_t z = vitals->random += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return (uint32_t)((z ^ z >> 31) >> 32);
}

static int64_t doubled(int64_t time, uint32_t times, int64_t most) {
  if (time > most) return time;
  for (uint32_t i = 0; i < times && time < most; i++) time *= 2;
  return time < most ? time : most;
}

/* The time to the next probe: doubled with each that failed, and 0.75 to 1.15 of that, so that
 * many processes do not probe in step, and the call after it comes before 1.25. */
static int64_t pause(polyring__vitals *vitals, const polyring_health_policy *policy) {
  int64_t time = doubled(policy->probe_interval, vitals->signs.probes_failed, policy->probe_most);
  polyring__word jitter = polyring__wide_multiply((uint64_t)time * 2 / 5, draw(vitals) >> 1);
  return time * 3 / 4 + (int64_t)(jitter.high << 33 | jitter.low >> 31);
}

/* What stood in for it has old copies by now. */
static void close_stand_in(struct course *course) {
  course->vitals->stood_in_from =
      course->now + course->policy->stand_in_ttl + POLYRING__LATE_EXPIRY;
}

static void go_down(struct course *course) {
  polyring__vitals *vitals = course->vitals;
  polyring_vital_signs *signs = &vitals->signs;
  if (polyring__vitals_serves(vitals)) {
    int relapse =
        vitals->up_since != INT64_MIN && course->now - vitals->up_since < course->policy->steady;
    signs->probes_failed = relapse ? signs->probes_failed + 1 : 0;
    vitals->relapses = relapse ? vitals->relapses + 1 : 0;
    signs->down_since = course->now;
  } else {
    signs->probes_failed++;
    if (signs->state == POLYRING_HEALTH_REJOINING) /* it took changes already */
      close_stand_in(course);
  }
  if (signs->probes_failed > DOUBLINGS_MOST) signs->probes_failed = DOUBLINGS_MOST;
  if (vitals->relapses > DOUBLINGS_MOST) vitals->relapses = DOUBLINGS_MOST;
  signs->next_probe = course->now + pause(vitals, course->policy);
  vitals->first_good = INT64_MIN;
  enter(course, POLYRING_HEALTH_DOWN);
}

static void go_up(struct course *course) {
  polyring__vitals *vitals = course->vitals;
  vitals->up_since = course->now;
  close_stand_in(course);
  vitals->signs.unanswered = vitals->unreached = 0;
  vitals->call_count = vitals->failed = vitals->garbled_count = 0;
  vitals->forgotten = 0;
  vitals->signs.work = POLYRING_WORK_NONE;
  enter(course, POLYRING_HEALTH_UP);
}

static void note_call(polyring__vitals *vitals, int failed, int64_t now) {
  uint32_t place = vitals->call_count++ % POLYRING__WINDOW, bit = (uint32_t)1 << place;
  vitals->calls[place] = now;
  vitals->failed = failed ? vitals->failed | bit : vitals->failed & ~bit;
}

/* Whether the share of the last calls that failed is too high. */
static int fails_often(const polyring__vitals *vitals, const polyring_health_policy *policy,
                       int64_t now) {
  uint32_t calls = 0, failed = 0;
  if (!policy->detect_share) return 0;
  uint32_t kept =
      vitals->call_count < POLYRING__WINDOW ? vitals->call_count : (uint32_t)POLYRING__WINDOW;
  for (uint32_t i = 0; i < kept; i++)
    if (now - vitals->calls[i] < WINDOW_TIME) {
      calls++;
      failed += vitals->failed >> i & 1;
    }
  return calls >= WINDOW_LEAST && failed * 100 >= policy->detect_share * calls;
}

/* Whether this was one reply too many that was none. */
static int is_poisoned(polyring__vitals *vitals, const polyring_health_policy *policy,
                       int64_t now) {
  uint32_t most = policy->detect_garbled, count = vitals->garbled_count++;
  if (!most) return 0;
  vitals->garbled[count % most] = now;
  if (vitals->garbled_count < most) return 0;
  return now - vitals->garbled[vitals->garbled_count % most] < GARBLED_TIME;
}

static int reaches(uint32_t count, uint32_t most) { return most && count >= most; }

/* An event of a call. */
static void take_call(struct course *course) {
  polyring__vitals *vitals = course->vitals;
  const polyring_health_policy *policy = course->policy;
  int down = 0;
  if (vitals->signs.state == POLYRING_HEALTH_REJOINING && course->seen != POLYRING_SEEN_ANSWERED)
    go_down(course);
  if (!polyring__vitals_serves(vitals)) return;
  note_call(vitals, course->seen != POLYRING_SEEN_ANSWERED, course->now);
  if (course->seen == POLYRING_SEEN_ANSWERED) {
    vitals->signs.unanswered = vitals->unreached = 0;
    if (vitals->signs.state == POLYRING_HEALTH_SUSPECT) enter(course, POLYRING_HEALTH_UP);
    return;
  }
  if (course->seen == POLYRING_SEEN_UNREACHED)
    down = reaches(++vitals->unreached, policy->detect_hard);
  if (course->seen == POLYRING_SEEN_UNANSWERED)
    down = reaches(++vitals->signs.unanswered, policy->detect_soft);
  if (course->seen == POLYRING_SEEN_GARBLED) down = is_poisoned(vitals, policy, course->now);
  if (down || fails_often(vitals, policy, course->now))
    go_down(course);
  else if (vitals->signs.state == POLYRING_HEALTH_UP)
    enter(course, POLYRING_HEALTH_SUSPECT);
}

polyring_health_work polyring__vitals_work(const polyring_health_policy *policy, int forgotten) {
  switch (policy->rejoin) {
    case POLYRING_REJOIN_WARM:
    case POLYRING_REJOIN_IMMEDIATE:
      return POLYRING_WORK_NONE;
    case POLYRING_REJOIN_FLUSH_FIRST:
      return POLYRING_WORK_FLUSH;
    case POLYRING_REJOIN_AUTO:
      if (policy->on_dead != POLYRING_ON_DEAD_MISS) return POLYRING_WORK_FLUSH; /* fall through */
    default:
      return forgotten ? POLYRING_WORK_FLUSH : POLYRING_WORK_REPAIR;
  }
}

/* A probe was answered by a process that has run for that long. One that relapses must answer for
 * longer each time, also if it is new: it might be a new one every time. */
static void take_good_probe(struct course *course, int64_t age) {
  polyring__vitals *vitals = course->vitals;
  const polyring_health_policy *policy = course->policy;
  polyring_vital_signs *signs = &vitals->signs;
  if (signs->state != POLYRING_HEALTH_PROBING) return;
  int restarted = age >= 0 && course->now - age > signs->down_since;
  if (vitals->first_good == INT64_MIN) vitals->first_good = course->now;
  int64_t end = vitals->first_good + doubled(policy->settle, vitals->relapses, policy->probe_most);
  int trusted = restarted && !vitals->relapses;
  if (!trusted && course->now < end) {
    int64_t next = course->now + policy->probe_interval;
    signs->next_probe = next < end ? next : end;
    return;
  }
  signs->work = restarted ? POLYRING_WORK_NONE : polyring__vitals_work(policy, vitals->forgotten);
  enter(course, POLYRING_HEALTH_REJOINING);
  if (signs->work == POLYRING_WORK_NONE) go_up(course);
}

size_t polyring__vitals_take(polyring__vitals *vitals, const polyring_health_policy *policy,
                             polyring_seen seen, int64_t detail, int64_t now,
                             polyring_health_state steps[POLYRING__STEPS_MAX]) {
  struct course course = {vitals, policy, seen, now, steps, 0};
  polyring_health_state state = vitals->signs.state;
  switch (seen) {
    case POLYRING_SEEN_PROBE_ANSWERED:
      take_good_probe(&course, detail);
      break;
    case POLYRING_SEEN_PROBE_FAILED:
      if (state == POLYRING_HEALTH_PROBING) go_down(&course);
      break;
    case POLYRING_SEEN_CLEANED:
      if (state == POLYRING_HEALTH_REJOINING) go_up(&course);
      break;
    case POLYRING_SEEN_NOT_CLEANED:
      if (state == POLYRING_HEALTH_REJOINING) go_down(&course);
      break;
    case POLYRING_SEEN_FORGOTTEN: /* any key may be one that must not be read */
      vitals->forgotten = 1;
      if (polyring__vitals_serves(vitals) && polyring__vitals_work(policy, 1) != POLYRING_WORK_NONE)
        go_down(&course);
      break;
    case POLYRING_SEEN_TAKEN_OUT:
      if (state == POLYRING_HEALTH_OUT) break;
      if (polyring__vitals_serves(vitals)) vitals->signs.down_since = now;
      enter(&course, POLYRING_HEALTH_OUT);
      break;
    case POLYRING_SEEN_PUT_BACK: /* it may hold what it held then */
      if (state != POLYRING_HEALTH_OUT) break;
      vitals->signs.probes_failed = vitals->relapses = 0;
      vitals->signs.next_probe = now;
      vitals->first_good = INT64_MIN;
      enter(&course, POLYRING_HEALTH_DOWN);
      break;
    default:
      take_call(&course);
  }
  return course.count;
}

int polyring__vitals_due(polyring__vitals *vitals, int64_t now,
                         polyring_health_state steps[POLYRING__STEPS_MAX], size_t *count) {
  polyring_vital_signs *signs = &vitals->signs;
  *count = 0;
  if ((signs->state != POLYRING_HEALTH_DOWN && signs->state != POLYRING_HEALTH_PROBING) ||
      signs->next_probe > now)
    return 0;
  signs->next_probe = INT64_MAX;
  if (signs->state == POLYRING_HEALTH_PROBING) return 1;
  struct course course = {vitals, NULL, signs->reason, now, steps, 0};
  enter(&course, POLYRING_HEALTH_PROBING);
  *count = course.count;
  return 1;
}

void polyring__vitals_lose_probe(polyring__vitals *vitals, int64_t now) {
  polyring_vital_signs *signs = &vitals->signs;
  if (signs->state == POLYRING_HEALTH_PROBING && signs->next_probe == INT64_MAX)
    signs->next_probe = now;
}
