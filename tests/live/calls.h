/* Calls on pools, without a client and its ring. */
#ifndef POLYRING_TESTS_CALLS_H
#define POLYRING_TESTS_CALLS_H

#include "client/call.h"
#include "transport/clock.h"
#include "unit.h"

enum { PATIENT = 20000000, POOLS = 4 };
static polyring__pool pools[POOLS];
static polyring__results results;

static inline void pool_make(int i, const char *host, int port, polyring__protocol protocol) {
  polyring__pool_init(&pools[i], NULL);
  pools[i].protocol = protocol;
  pools[i].receive_timeout = PATIENT;
  pools[i].value_most = 1 << 20;
  pools[i].links_most = 64;
  const char *refused =
      polyring__pool_set_place(&pools[i], (polyring__span){host, strlen(host)}, port);
  if (refused) fail_msg("%s: %s", host, refused);
}

static inline polyring__op op(polyring__verb verb, const char *key, const char *value) {
  return (polyring__op){
      .request = {.verb = verb, .key = {key, strlen(key)}, .value = {value, strlen(value)}}};
}

static inline void run_for(polyring__op *ops, size_t count, int64_t connect, int64_t budget) {
  int64_t start = polyring__clock_now();
  int failed = 0;
  polyring_status status =
      polyring__call((polyring__pool *[]){&pools[0], &pools[1], &pools[2], &pools[3]}, POOLS, ops,
                     count, connect, start + budget, NULL, &results);
  for (size_t i = 0; i < count; i++) {
    failed |= ops[i].status < 0;
    if (ops[i].status < 0) assert_in_range(ops[i].spent, 0, budget + 250000);
  }
  assert_int_equal(status, failed ? POLYRING_PARTIAL : POLYRING_OK);
  /* No call ends later than that, on a machine of which others have a part. */
  assert_in_range(polyring__clock_now() - start, 0, budget + 250000);
}

static inline void run(polyring__op *ops, size_t count) { run_for(ops, count, PATIENT, PATIENT); }

static inline polyring__op one(polyring__verb verb, const char *key, const char *value) {
  polyring__op made = op(verb, key, value);
  run(&made, 1);
  return made;
}

static inline void must_be(polyring__op got, int status, const char *value) {
  if (got.status != status)
    fail_msg("status %d, not %d: %s", got.status, status, got.reason ? got.reason : "");
  if (!value) return;
  assert_int_equal(got.value.size, strlen(value));
  assert_memory_equal(got.value.at, value, got.value.size);
}

static inline polyring__counts counts_of(int i) {
  polyring__counts counts;
  polyring__pool_count(&pools[i], &counts);
  return counts;
}

#endif
