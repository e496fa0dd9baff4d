#include "failover/policy.h"

#include "base/error.h"

void polyring_health_policy_init(polyring_health_policy *policy) {
  *policy = (polyring_health_policy){
#define CHOICE(name, text, words) .name = 0,
#define SETTING(name, kind, number, lowest, highest) .name = (number),
#include "failover/policy.def"
#undef CHOICE
#undef SETTING
  };
}

polyring_status polyring__policy_check(const polyring_health_policy *policy,
                                       polyring_error *error) {
  const struct {
    const char *name;
    int64_t value, lowest, highest;
  } rules[] = {
      {"on_dead", policy->on_dead, 0, POLYRING_ON_DEAD_NATIVE},
      {"rejoin", policy->rejoin, 0, POLYRING_REJOIN_IMMEDIATE},
      {"probe_most", policy->probe_most, policy->probe_interval, INT64_MAX},
#define CHOICE(name, text, words)
#define SETTING(name, kind, number, lowest, highest) \
  {#name, (int64_t)policy->name, (lowest), (highest)},
#include "failover/policy.def"
#undef CHOICE
#undef SETTING
  };
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if (rules[i].value < rules[i].lowest || rules[i].value > rules[i].highest)
      return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                            "the policy's %s is out of its range", rules[i].name);
  return POLYRING_OK;
}
