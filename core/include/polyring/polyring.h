/* Polyring: everything at once. */
#ifndef POLYRING_POLYRING_H
#define POLYRING_POLYRING_H

#include "polyring/bytes.h"
#include "polyring/client.h"
#include "polyring/health.h"
#include "polyring/profile.h"
#include "polyring/ring.h"
#include "polyring/status.h"
#include "polyring/topology.h"
#include "polyring/value.h"
#include "polyring/version.h"

#endif
