/* The profile, from within. */
#ifndef POLYRING__PROFILE_H
#define POLYRING__PROFILE_H

#include "placement/columns.h"
#include "polyring/profile.h"

const polyring__columns *polyring__profile_columns(const polyring_profile *profile);

/* A profile of its own that is equal to this one; NULL: no memory. */
polyring_profile *polyring__profile_copy(const polyring_profile *profile);

#endif
