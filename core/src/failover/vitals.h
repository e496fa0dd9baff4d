/* The state machine of one server: events and times in, states out. */
#ifndef POLYRING__VITALS_H
#define POLYRING__VITALS_H

#include "polyring/health.h"

enum { POLYRING__WINDOW = 20, POLYRING__GARBLED_MOST = 20, POLYRING__STEPS_MAX = 3 };
enum { POLYRING__LATE_EXPIRY = 2 * 1000000 }; /* servers count whole seconds */

typedef struct polyring__vitals {
  polyring_vital_signs signs;
  uint32_t unreached;              /* in a row */
  int64_t up_since;                /* it was last made UP; INT64_MIN: it was never down */
  int64_t stood_in_from;           /* not before then does another server stand in */
  int64_t first_good;              /* PROBING: when a probe was answered; INT64_MIN: none was */
  uint32_t relapses;               /* it went down before it was steady, so many times in a row */
  int forgotten;                   /* keys whose change failed since it was last UP */
  uint64_t random;                 /* the state of the jitter */
  int64_t calls[POLYRING__WINDOW]; /* when the last ones ended */
  uint32_t call_count;             /* in all */
  uint32_t failed;                 /* one bit each, at the place of its call */
  int64_t garbled[POLYRING__GARBLED_MOST];
  uint32_t garbled_count; /* in all */
} polyring__vitals;

void polyring__vitals_init(polyring__vitals *vitals, uint64_t seed);

/* The states that an event led through: steps gets them in order; their number, 0 where nothing
 * changed. */
size_t polyring__vitals_take(polyring__vitals *vitals, const polyring_health_policy *policy,
                             polyring_seen seen, int64_t detail, int64_t now,
                             polyring_health_state steps[POLYRING__STEPS_MAX]);

/* Whether it is to be probed now; it is PROBING then, and steps is as above. */
int polyring__vitals_due(polyring__vitals *vitals, int64_t now,
                         polyring_health_state steps[POLYRING__STEPS_MAX], size_t *count);

/* What is to be done before a server is read again; forgotten: keys are in doubt that nobody knows.
 */
polyring_health_work polyring__vitals_work(const polyring_health_policy *policy, int forgotten);

/* The probe that is on its way, if one is, will not be heard of. */
void polyring__vitals_lose_probe(polyring__vitals *vitals, int64_t now);

static inline int polyring__vitals_serves(const polyring__vitals *vitals) {
  return vitals->signs.state <= POLYRING_HEALTH_SUSPECT;
}

#endif
