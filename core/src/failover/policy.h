/* What a health is told to do. */
#ifndef POLYRING__POLICY_H
#define POLYRING__POLICY_H

#include "polyring/health.h"

/* OK, or INVALID_ARGUMENT. */
polyring_status polyring__policy_check(const polyring_health_policy *policy, polyring_error *error);

#endif
