#include "failover/policy.h"

#include "base/error.h"

enum { SECOND = 1000000 };

void polyring_health_policy_init(polyring_health_policy *policy) {
  *policy = (polyring_health_policy){.hard = 1,
                                     .soft = 3,
                                     .share = 50,
                                     .garbled = 3,
                                     .probe = SECOND,
                                     .probe_most = 30 * SECOND,
                                     .settle = SECOND,
                                     .steady = 60 * (int64_t)SECOND,
                                     .stand_in_ttl = 10 * SECOND};
}

polyring_status polyring__policy_check(const polyring_health_policy *policy,
                                       polyring_error *error) {
  static const int64_t day = 86400 * (int64_t)SECOND;
  const struct {
    const char *name;
    int64_t value, least, most;
  } rules[] = {{"on_dead", policy->on_dead, 0, POLYRING_ON_DEAD_NATIVE},
               {"rejoin", policy->rejoin, 0, POLYRING_REJOIN_IMMEDIATE},
               {"hard", policy->hard, 1, 1000000},
               {"soft", policy->soft, 1, 1000000},
               {"share", policy->share, 1, 100},
               {"garbled", policy->garbled, 1, 20},
               {"probe", policy->probe, 1000, day},
               {"probe_most", policy->probe_most, policy->probe, day},
               {"settle", policy->settle, 0, day},
               {"steady", policy->steady, 0, day},
               {"stand_in_ttl", policy->stand_in_ttl, SECOND, day}};
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if (rules[i].value < rules[i].least || rules[i].value > rules[i].most)
      return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                            "the policy's %s is out of its range", rules[i].name);
  return POLYRING_OK;
}
