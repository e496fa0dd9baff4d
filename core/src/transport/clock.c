#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "transport/clock.h"

#include <time.h>

int64_t polyring__clock_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t polyring__clock_date(void) { return (int64_t)time(NULL); }
