/* What is counted of one server. */
#ifndef POLYRING__COUNT_H
#define POLYRING__COUNT_H

#include "polyring/client.h"

/* An exchange is what one call has to do with one server. */
typedef struct polyring__counts {
  uint64_t exchanges, operations, hits, misses; /* hits and misses of GET */
  uint64_t failures[POLYRING_FAILURES];         /* operations by status, negated */
  uint64_t bytes_sent, bytes_received;
  uint64_t connects, connect_failures;
  uint32_t connections; /* open now */
  uint64_t refused, redirected, probes;
  /* Exchanges that came to their end, by their time from the first byte sent to the last one
   * received: latency[i] of those that took at most 2^(i/2) microseconds, and
   * more than the one before; the last has all that took longer, too. */
  uint64_t latency[POLYRING_LATENCIES];
} polyring__counts;

/* The place in latency. */
unsigned polyring__latency_index(int64_t microseconds);

#endif
