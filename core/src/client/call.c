#include "client/call.h"

#include "base/allocator.h"
#include "client/exchange.h"
#include "transport/clock.h"

struct call {
  polyring__frame frame;
  polyring__exchange *exchanges;
  size_t exchange_count;
  const polyring__company *company;
  struct pollfd *waiters;
  uint32_t *waiter_counts; /* of each exchange */
  int tends;               /* it has no operations, and is there for those that go with it */
};

/* The call's own exchanges, then those that go with it. */
static size_t in_all(const struct call *call) {
  return call->exchange_count + call->company->count;
}

static polyring__exchange *exchange_at(const struct call *call, size_t i) {
  return i < call->exchange_count ? &call->exchanges[i]
                                  : call->company->exchanges[i - call->exchange_count];
}

/* Waits for all exchanges that are not over, and lets each do what it can. Whether there are any
 * left that it is there for. A call whose operations were all refused waits for nothing, but lets
 * those that go with it do what they can at once. */
static int turn(struct call *call) {
  int64_t now = polyring__clock_now(), until = call->frame.deadline;
  size_t count = 0;
  int left = 0;
  for (size_t i = 0; i < in_all(call); i++) {
    polyring__exchange *one = exchange_at(call, i);
    call->waiter_counts[i] = 0;
    if (one->over) continue;
    call->waiter_counts[i] =
        (uint32_t)polyring__exchange_await(one, now, call->waiters + count, &until);
    count += call->waiter_counts[i];
    left |= !one->over && (i < call->exchange_count || (call->tends && now < call->frame.deadline));
  }
  if (!left && (call->exchange_count || !count)) return 0;
  polyring__wait(call->waiters, count, left ? until : now);
  now = polyring__clock_now();
  for (size_t i = 0, at = 0; i < in_all(call); at += call->waiter_counts[i++])
    polyring__exchange_proceed(exchange_at(call, i), call->waiters + at, call->waiter_counts[i],
                               now);
  return left;
}

/* Memory for the order of count operations and the exchanges of as many pools as are in it. */
static int scratch(struct call *call, size_t count, size_t pools) {
  polyring__results *results = call->frame.results;
  size_t most = pools < count ? pools : count, all = most + call->company->count;
  size_t waiters = all * POLYRING__EXCHANGE_WAITERS;
  size_t size = most * sizeof(polyring__exchange) + waiters * sizeof(struct pollfd) +
                (all + pools + count) * sizeof(uint32_t);
  if (size > results->scratch_size) {
    char *bytes = polyring__allocate(&results->allocator, size);
    if (!bytes) return 0;
    polyring__release(&results->allocator, results->scratch, results->scratch_size);
    results->scratch = bytes;
    results->scratch_size = size;
  }
  call->exchanges = (polyring__exchange *)(void *)results->scratch;
  call->waiters = (struct pollfd *)(void *)(call->exchanges + most);
  call->waiter_counts = (uint32_t *)(void *)(call->waiters + waiters);
  call->frame.order = call->waiter_counts + all;
  return 1;
}

static void make_exchange(struct call *call, polyring__pool *pool, size_t first, size_t count) {
  polyring__exchange *made = &call->exchanges[call->exchange_count++];
  memset(made, 0, sizeof *made);
  made->frame = &call->frame;
  made->pool = pool;
  made->first = first;
  made->count = made->all = count;
}

/* Sorts the operations by server, keeping their order, and makes an exchange of each server. */
static void deal(struct call *call, polyring__pool *const *pools, size_t pool_count, size_t count) {
  const polyring__op *ops = call->frame.ops;
  uint32_t *order = call->frame.order, *starts = order + count, next = 0;
  if (count == 1) { /* whatever the number of servers */
    order[0] = 0;
    if (ops->server < pool_count) make_exchange(call, pools[ops->server], 0, 1);
    return;
  }
  memset(starts, 0, pool_count * sizeof *starts);
  for (size_t i = 0; i < count; i++)
    if (ops[i].server < pool_count) starts[ops[i].server]++;
  for (size_t s = 0; s < pool_count; s++) {
    uint32_t here = starts[s];
    starts[s] = next;
    if (!here) continue;
    make_exchange(call, pools[s], next, here);
    next += here;
  }
  for (size_t i = 0; i < count; i++)
    if (ops[i].server < pool_count) order[starts[ops[i].server]++] = (uint32_t)i;
}

polyring_status polyring__call(polyring__pool *const *pools, size_t pool_count, polyring__op *ops,
                               size_t count, int64_t connect, int64_t deadline,
                               const polyring__company *company, polyring__results *results) {
  static const polyring__company none = {.count = 0};
  struct call call = {.company = company ? company : &none,
                      .tends = !count,
                      .frame = {.ops = ops,
                                .start = polyring__clock_now(),
                                .connect = connect,
                                .deadline = deadline,
                                .results = results}};
  polyring_status status = POLYRING_OK;
  results->size = 0;
  if (!scratch(&call, count, pool_count)) return POLYRING_NO_MEMORY;
  deal(&call, pools, pool_count, count);
  int alone = call.exchange_count == 1 && !call.company->count;
  for (size_t i = 0; i < call.exchange_count; i++)
    polyring__exchange_begin(&call.exchanges[i], alone);
  if (alone) polyring__exchange_run(call.exchanges);
  if (!alone || !call.exchanges->over)
    while (turn(&call)) continue;
  for (size_t i = 0; i < count; i++) {
    ops[i].value.at = ops[i].value.size ? results->bytes + (size_t)ops[i].value.at : "";
    if (ops[i].status < 0) status = POLYRING_PARTIAL;
  }
  return status;
}
