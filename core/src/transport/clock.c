#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "transport/clock.h"

#include <time.h>

static int64_t microseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t polyring__clock_now(void) { return microseconds(CLOCK_MONOTONIC); }

int64_t polyring__clock_date(void) { return microseconds(CLOCK_REALTIME); }
