/* How long an item lives, as a server takes it. */
#ifndef POLYRING__TTL_H
#define POLYRING__TTL_H

#include <stdint.h>

enum { POLYRING__TTL_RELATIVE_MAX = 60 * 60 * 24 * 30 };

/* Seconds from now, or 0 for ever, in the form in which a server takes them for that: it would
 * take more than 30 days for a date, long past. now is in seconds since 1970. */
static inline int64_t polyring__ttl(int64_t seconds, int64_t now) {
  return seconds > POLYRING__TTL_RELATIVE_MAX ? now + seconds : seconds;
}

#endif
