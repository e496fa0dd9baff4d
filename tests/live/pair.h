/* Two real servers, and calls on a pool of each. */
#ifndef POLYRING_TESTS_PAIR_H
#define POLYRING_TESTS_PAIR_H

#include "calls.h"
#include "servers.h"

static live server, other;

static inline int pair_start(const char *address, const char *other_address, int port) {
  server = live_tcp(address, port);
  other = live_tcp(other_address, port + 1);
  polyring__results_init(&results, NULL);
  return 0;
}

static inline int stop(void **state) {
  (void)state;
  live_stop(&server);
  live_stop(&other);
  polyring__results_done(&results);
  return 0;
}

static inline void begin(polyring__protocol protocol) {
  for (int i = 2; i < POOLS; i++) polyring__pool_init(&pools[i], NULL);
  pool_make(0, server.address, atoi(server.port), protocol);
  pool_make(1, other.address, atoi(other.port), protocol);
}

static inline void end(void) {
  for (int i = 0; i < POOLS; i++) polyring__pool_done(&pools[i]);
}

#endif
