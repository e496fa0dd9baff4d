/* A clock of the core that goes ahead of the real one, or stands: the linker puts __wrap_ in front
 * of the name of clock_gettime. */
#ifndef POLYRING_TESTS_AHEAD_H
#define POLYRING_TESTS_AHEAD_H

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

static struct {
  atomic_int_least64_t by;     /* microseconds */
  atomic_int_least64_t stands; /* the real time at which it was stopped, 0: it goes */
} ahead;

extern __typeof__(clock_gettime) __real_clock_gettime, __wrap_clock_gettime;

static inline int64_t ahead_real(void) {
  struct timespec now;
  __real_clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now) {
  int status = __real_clock_gettime(clock, now);
  if (clock != CLOCK_MONOTONIC) return status;
  int64_t stands = atomic_load(&ahead.stands), time = stands ? stands : ahead_real();
  time += atomic_load(&ahead.by);
  now->tv_sec = time / 1000000;
  now->tv_nsec = time % 1000000 * 1000;
  return status;
}

static inline void clock_stop(void) { atomic_store(&ahead.stands, ahead_real()); }

static inline void clock_go(void) {
  atomic_fetch_sub(&ahead.by, ahead_real() - atomic_load(&ahead.stands));
  atomic_store(&ahead.stands, 0);
}

#endif
