/* How long an item lives, as a server takes it. */
#ifndef POLYRING__TTL_H
#define POLYRING__TTL_H

#include <stdint.h>

enum {
  POLYRING__TTL_RELATIVE_MAX = 60 * 60 * 24 * 30,
  POLYRING__TTL_DATE_MAX = INT32_MAX /* servers count 32 bits; a later date is one long past */
};

/* Seconds from now, or 0 for ever, in the form in which a server takes them for that: it would
 * take more than 30 days for a date, long past. now is in seconds since 1970. */
static inline int64_t polyring__ttl(int64_t seconds, int64_t now) {
  if (seconds <= POLYRING__TTL_RELATIVE_MAX) return seconds < 0 ? -1 : seconds;
  return seconds < POLYRING__TTL_DATE_MAX - now ? now + seconds : POLYRING__TTL_DATE_MAX;
}

#endif
