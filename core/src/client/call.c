#include "client/call.h"

#include <errno.h>

#include "base/allocator.h"
#include "transport/clock.h"

enum { LATENESS = 10000 }; /* microseconds that a call may be late, for a system call less */

enum stage { CONNECTING, RUNNING, OVER };

/* The part of a call that one server has in it. */
struct exchange {
  struct call *call;
  polyring__pool *pool;
  polyring__link *link;
  size_t first, count; /* of call->order */
  enum stage stage;
  int64_t connect_until;
  int again, aborts;
  size_t sent, received; /* bytes on this socket */
};

struct call {
  polyring__op *ops;
  uint32_t *order; /* indexes of operations, those of one server together */
  struct exchange *exchanges;
  size_t exchange_count;
  int64_t connect, deadline;
  polyring__results *results;
};

void polyring__results_init(polyring__results *results, const polyring_allocator *allocator) {
  *results = (polyring__results){.allocator = polyring__allocator_or_libc(allocator)};
}

void polyring__results_done(polyring__results *results) {
  polyring__release(&results->allocator, results->bytes, results->capacity);
  polyring__release(&results->allocator, results->scratch, results->scratch_size);
  *results = (polyring__results){.allocator = results->allocator};
}

/* Room for size bytes more; false if there is no memory. */
static int reserve(polyring__results *results, size_t size) {
  size_t capacity = results->capacity ? results->capacity : 4096;
  if (size <= results->capacity - results->size) return 1;
  while (capacity - results->size < size) capacity *= 2;
  char *bytes = polyring__allocate(&results->allocator, capacity);
  if (!bytes) return 0;
  if (results->size) memcpy(bytes, results->bytes, results->size);
  polyring__release(&results->allocator, results->bytes, results->capacity);
  results->bytes = bytes;
  results->capacity = capacity;
  return 1;
}

static void append(polyring__results *results, polyring__span span) {
  if (span.size) memcpy(results->bytes + results->size, span.at, span.size);
  results->size += span.size;
}

/* Until the call is over a value is known by its offset, kept in place of its address. */
static void keep(polyring__op *op, polyring__results *results, polyring__span span) {
  if (!reserve(results, span.size)) {
    op->status = POLYRING_NO_MEMORY;
    return;
  }
  op->value = (polyring__span){(const char *)results->size, span.size};
  append(results, span);
}

/* A line of stats or of a dump. Lines of several servers may come in turns, so each operation that
 * has them is run alone. */
static void keep_line(polyring__op *op, polyring__results *results, const polyring__reply *reply) {
  if (!reserve(results, reply->key.size + reply->text.size + 2)) {
    op->status = POLYRING_NO_MEMORY;
    return;
  }
  if (!op->value.size) op->value.at = (const char *)results->size;
  size_t before = results->size;
  append(results, reply->key);
  if (reply->key.size) append(results, (polyring__span){" ", 1});
  append(results, reply->text);
  append(results, (polyring__span){"\n", 1});
  op->value.size += results->size - before;
}

static void take_reply(polyring__op *op, polyring__results *results, const polyring__reply *reply) {
  op->got |= reply->got;
  op->flags = reply->flags;
  op->cas = reply->cas;
  op->ttl = reply->ttl;
  op->number = reply->number;
  op->size = reply->size;
  op->last_access = reply->last_access;
  op->hit_before = reply->hit_before;
  if (op->request.verb == POLYRING__INCR || op->request.verb == POLYRING__DECR) {
    for (size_t i = 0; i < reply->value.size; i++)
      op->number = op->number * 10 + (uint64_t)(reply->value.at[i] - '0');
  } else if (reply->got & POLYRING__GOT_VALUE) {
    keep(op, results, reply->value);
  } else if (reply->answer == POLYRING__ANSWER_STAT || reply->answer == POLYRING__ANSWER_DUMP) {
    keep_line(op, results, reply);
  } else if (reply->text.size) {
    keep(op, results, reply->text);
  }
}

static polyring__op *op_of(const struct exchange *exchange, size_t i) {
  return &exchange->call->ops[exchange->call->order[exchange->first + i]];
}

static const polyring__request *give_request(void *context, size_t i) {
  return &op_of(context, i)->request;
}

static void take_verdict(void *context, size_t i, polyring__verdict verdict,
                         const polyring__reply *reply) {
  static const int statuses[] = {[POLYRING__VERDICT_DONE] = POLYRING_OK,
                                 [POLYRING__VERDICT_MISS] = POLYRING__MISS,
                                 [POLYRING__VERDICT_NOT_STORED] = POLYRING__NOT_STORED,
                                 [POLYRING__VERDICT_EXISTS] = POLYRING__EXISTS,
                                 [POLYRING__VERDICT_MORE] = POLYRING_OK,
                                 [POLYRING__VERDICT_REFUSED] = POLYRING__REFUSED,
                                 [POLYRING__VERDICT_FAILED] = POLYRING__SERVER_FAILED};
  struct exchange *exchange = context;
  polyring__op *op = op_of(exchange, i);
  op->status = statuses[verdict];
  /* The end of an answer in parts says nothing more. */
  int ends = reply && reply->answer == POLYRING__ANSWER_END;
  if (reply && !ends) take_reply(op, exchange->call->results, reply);
}

static int is_plain_get(const polyring__op *op, uint32_t want) {
  return op->request.verb == POLYRING__GET && !op->request.marks && op->request.want == want &&
         !(want & ~(uint32_t)POLYRING__WANT_CAS);
}

static polyring__manner manner_of(const struct exchange *exchange) {
  uint32_t want = op_of(exchange, 0)->request.want;
  if (exchange->count == 1) return POLYRING__EACH;
  for (size_t i = 0; i < exchange->count; i++)
    if (!is_plain_get(op_of(exchange, i), want)) return POLYRING__EACH;
  return POLYRING__AS_LIST;
}

static int is_read(const polyring__op *op) {
  polyring__verb verb = op->request.verb;
  uint32_t changes = POLYRING__HAS_TTL | POLYRING__VIVIFY | POLYRING__RECACHE;
  return (verb == POLYRING__GET && !(op->request.marks & changes)) || verb >= POLYRING__STATS;
}

static int only_reads(const struct exchange *exchange) {
  for (size_t i = 0; i < exchange->count; i++)
    if (!is_read(op_of(exchange, i))) return 0;
  return 1;
}

/* Gives the link back, and to each operation without a verdict what it came to. */
static void finish(struct exchange *exchange, int status, int system_error) {
  polyring__connection *connection = exchange->link ? &exchange->link->connection : NULL;
  size_t answered = exchange->sent ? connection->answered : 0;
  int mutation_sent = 0;
  for (size_t i = status == POLYRING_OK ? exchange->count : answered; i < exchange->count; i++) {
    polyring__op *op = op_of(exchange, i);
    int may_be_done = exchange->sent && i < connection->written;
    op->status = !may_be_done                                   ? POLYRING__UNAVAILABLE
                 : status == POLYRING__BAD_REPLY && is_read(op) ? POLYRING__BAD_REPLY
                                                                : POLYRING__UNKNOWN;
    if (!exchange->sent && status != POLYRING__UNKNOWN) op->status = status;
    op->system_error = system_error;
    mutation_sent |= may_be_done && !is_read(op);
  }
  exchange->stage = OVER;
  if (exchange->link && status != POLYRING_OK && !connection->broken)
    connection->broken = "the call that used it failed";
  if (exchange->link) polyring__pool_return(exchange->pool, exchange->link, mutation_sent);
  exchange->link = NULL;
}

static void start(struct exchange *exchange) {
  polyring__pipeline pipeline = {exchange, manner_of(exchange), exchange->count, give_request,
                                 take_verdict};
  exchange->stage = RUNNING;
  if (polyring__connection_begin(&exchange->link->connection, &pipeline) < 0)
    finish(exchange, POLYRING_NO_MEMORY, 0);
}

static void open_link(struct exchange *exchange) {
  int error = polyring__link_open(exchange->pool, exchange->link);
  exchange->sent = exchange->received = 0;
  exchange->connect_until = polyring__clock_now() + exchange->call->connect;
  exchange->stage = CONNECTING;
  if (error) finish(exchange, POLYRING__UNAVAILABLE, -error);
}

static void begin(struct exchange *exchange) {
  int status = polyring__pool_borrow(exchange->pool, exchange->call->deadline, &exchange->link);
  if (status < 0) {
    exchange->link = NULL;
    finish(exchange, status, 0);
  } else if (exchange->link->descriptor < 0) {
    open_link(exchange);
  } else {
    start(exchange);
  }
}

/* The socket is of no use any more. One that lay idle may have been closed by the server long ago:
 * then nothing was done, and what can be repeated is. */
static void fall(struct exchange *exchange, int error) {
  polyring__link *link = exchange->link;
  int idle_one = !link->fresh && !exchange->received && !exchange->again;
  const char *broken = link->connection.broken;
  if (idle_one && !broken && (!exchange->sent || only_reads(exchange))) {
    polyring__link_close(exchange->pool, link, 0);
    exchange->again = 1;
    open_link(exchange);
    return;
  }
  if (!broken) link->connection.broken = "the connection was lost";
  finish(exchange, broken ? POLYRING__BAD_REPLY : POLYRING__UNKNOWN, error);
}

static void connected(struct exchange *exchange) {
  int error = exchange->pool->transport->opened(exchange->link->descriptor);
  if (error == -EAGAIN) return;
  if (error)
    finish(exchange, POLYRING__UNAVAILABLE, -error);
  else
    start(exchange);
}

/* Sends until all is sent or the socket takes no more. Whether there is more to send. */
static int push(struct exchange *exchange) {
  polyring__span spans[2];
  int count;
  while ((count = polyring__connection_to_send(&exchange->link->connection, spans))) {
    ptrdiff_t sent = exchange->pool->transport->send(exchange->link->descriptor, spans, count);
    if (sent == -EAGAIN) return 1;
    if (sent < 0) {
      fall(exchange, (int)-sent);
      return 0;
    }
    exchange->sent += (size_t)sent;
    polyring__connection_sent(&exchange->link->connection, (size_t)sent);
  }
  return 0;
}

/* Receives once. */
static void pull(struct exchange *exchange, int wait) {
  polyring__connection *connection = &exchange->link->connection;
  char *at;
  size_t room;
  if (polyring__connection_room(connection, &at, &room) < 0) {
    finish(exchange, POLYRING_NO_MEMORY, 0);
    return;
  }
  ptrdiff_t got = exchange->pool->transport->receive(exchange->link->descriptor, at, room, wait);
  if (got == -EAGAIN) return;
  if (got <= 0) {
    fall(exchange, got ? (int)-got : ECONNRESET);
    return;
  }
  exchange->received += (size_t)got;
  exchange->link->fresh = 0;
  polyring__connection_received(connection, (size_t)got);
  if (polyring__connection_is_idle(connection))
    finish(exchange, POLYRING_OK, 0);
  else if (connection->broken)
    finish(exchange, POLYRING__BAD_REPLY, 0);
}

static int64_t limit_of(const struct exchange *exchange) {
  int64_t deadline = exchange->call->deadline;
  return exchange->stage == CONNECTING && exchange->connect_until < deadline
             ? exchange->connect_until
             : deadline;
}

/* Waits for all exchanges that are not over, and lets each do what it can. */
static void turn(struct call *call, struct exchange *from, size_t count) {
  polyring__waiter waiters[POLYRING__WAITERS_MAX];
  struct exchange *waiting[POLYRING__WAITERS_MAX];
  int64_t until = call->deadline;
  int n = 0;
  for (size_t i = 0; i < count && n < POLYRING__WAITERS_MAX; i++) {
    struct exchange *one = &from[i];
    if (one->stage == RUNNING && push(one) == 0 && one->stage == RUNNING)
      waiters[n] = (polyring__waiter){one->link->descriptor, POLYRING__READABLE, 0};
    else if (one->stage == RUNNING)
      waiters[n] =
          (polyring__waiter){one->link->descriptor, POLYRING__READABLE | POLYRING__WRITABLE, 0};
    if (one->stage == CONNECTING)
      waiters[n] = (polyring__waiter){one->link->descriptor, POLYRING__WRITABLE, 0};
    if (one->stage == OVER) continue;
    if (limit_of(one) < until) until = limit_of(one);
    waiting[n++] = one;
  }
  int ready = n ? polyring__wait(waiters, n, until) : 0;
  int64_t now = ready == n ? 0 : polyring__clock_now();
  for (int i = 0; i < n; i++) {
    if (waiters[i].ready && waiting[i]->stage == CONNECTING)
      connected(waiting[i]);
    else if (waiters[i].ready & POLYRING__READABLE)
      pull(waiting[i], 0);
    else if (!waiters[i].ready && now >= limit_of(waiting[i]))
      finish(waiting[i],
             waiting[i]->stage == CONNECTING ? POLYRING__UNAVAILABLE : POLYRING__UNKNOWN,
             ETIMEDOUT);
  }
}

static int is_running(const struct call *call) {
  for (size_t i = 0; i < call->exchange_count; i++)
    if (call->exchanges[i].stage != OVER) return 1;
  return 0;
}

/* One server, connected, nothing more to send: two system calls for the whole operation, as the
 * socket's own timeout bounds the second. */
static void run_alone(struct call *call) {
  struct exchange *one = call->exchanges;
  while (one->stage == RUNNING && push(one) == 0 && one->stage == RUNNING) {
    int64_t longest = polyring__clock_now() + one->pool->receive_timeout;
    if (longest > call->deadline + LATENESS) return; /* the time that is left is less */
    pull(one, 1);
  }
}

/* Memory for the order of count operations and the exchanges of as many pools as are in it. */
static int scratch(struct call *call, size_t count, size_t pools) {
  polyring__results *results = call->results;
  size_t most = pools < count ? pools : count;
  size_t size =
      most * sizeof(struct exchange) + pools * sizeof(uint32_t) + count * sizeof(uint32_t);
  if (size > results->scratch_size) {
    char *bytes = polyring__allocate(&results->allocator, size);
    if (!bytes) return 0;
    polyring__release(&results->allocator, results->scratch, results->scratch_size);
    results->scratch = bytes;
    results->scratch_size = size;
  }
  call->exchanges = (struct exchange *)(void *)results->scratch;
  call->order = (uint32_t *)(void *)(call->exchanges + most);
  return 1;
}

/* Sorts the operations by server, keeping their order, and makes an exchange of each server. */
static void deal(struct call *call, polyring__pool *const *pools, size_t pool_count, size_t count) {
  uint32_t *starts = call->order + count, next = 0;
  memset(starts, 0, pool_count * sizeof *starts);
  for (size_t i = 0; i < count; i++)
    if (call->ops[i].server < pool_count) starts[call->ops[i].server]++;
  for (size_t s = 0; s < pool_count; s++) {
    uint32_t here = starts[s];
    starts[s] = next;
    if (!here) continue;
    call->exchanges[call->exchange_count++] =
        (struct exchange){.call = call, .pool = pools[s], .first = next, .count = here};
    next += here;
  }
  for (size_t i = 0; i < count; i++)
    if (call->ops[i].server < pool_count) call->order[starts[call->ops[i].server]++] = (uint32_t)i;
}

polyring_status polyring__call(polyring__pool *const *pools, size_t pool_count, polyring__op *ops,
                               size_t count, int64_t connect, int64_t deadline,
                               polyring__results *results) {
  struct call call = {.ops = ops, .connect = connect, .deadline = deadline, .results = results};
  polyring_status status = POLYRING_OK;
  results->size = 0;
  if (!scratch(&call, count, pool_count)) return POLYRING_NO_MEMORY;
  deal(&call, pools, pool_count, count);
  for (size_t i = 0; i < call.exchange_count; i++) begin(&call.exchanges[i]);
  if (call.exchange_count == 1) run_alone(&call);
  while (is_running(&call))
    for (size_t i = 0; i < call.exchange_count; i += POLYRING__WAITERS_MAX) {
      size_t rest = call.exchange_count - i;
      turn(&call, call.exchanges + i, rest < POLYRING__WAITERS_MAX ? rest : POLYRING__WAITERS_MAX);
    }
  for (size_t i = 0; i < count; i++) {
    if (ops[i].value.size) ops[i].value.at = results->bytes + (size_t)ops[i].value.at;
    if (ops[i].status < 0) status = POLYRING_PARTIAL;
  }
  return status;
}
