#include "client/exchange.h"

#include <errno.h>

#include "client/answer.h"
#include "transport/clock.h"

enum {
  LATENESS = 10000, /* microseconds that a call may be late, for a system call less */
  SLICE = 2000      /* after which it looks again whether a connection is free */
};

static const polyring__request fence = {.verb = POLYRING__FENCE};

/* --- the end --- */

static void tally(polyring__pool_use *use, const polyring__op *op) {
  int gets = op->request.verb == POLYRING__GET;
  use->hits += gets && op->status == POLYRING_OK;
  use->misses += gets && op->status == POLYRING_MISS;
  if (op->status >= 0) return;
  if (!use->failed) memset(use->failures, 0, sizeof use->failures);
  use->failed = 1;
  if (-op->status < POLYRING_FAILURES) use->failures[-op->status]++;
}

struct failure {
  int status, system_error;
  const char *reason;
};

/* What becomes of an operation without a verdict. Whether a change may have been made. */
static int fail(polyring__exchange *exchange, polyring__op *op, int may_be_done,
                const struct failure *failure) {
  int reads = polyring__op_is_read(op);
  polyring__op_forget(op);
  if (exchange->greeted)
    op->status = exchange->greeted;
  else if (may_be_done)
    op->status =
        failure->status == POLYRING_BAD_REPLY && reads ? POLYRING_BAD_REPLY : POLYRING_UNKNOWN;
  else if (exchange->sent || failure->status == POLYRING_UNKNOWN)
    op->status = POLYRING_UNAVAILABLE;
  else
    op->status = failure->status;
  op->system_error = failure->system_error;
  op->reason = failure->reason;
  return may_be_done && !reads;
}

static size_t without_front(const polyring__exchange *exchange, size_t i) {
  return exchange->began_main && i > exchange->front_count ? i - exchange->front_count : 0;
}

/* What silence was taken for, a miss of a list or a quiet store that is done, is in doubt where no
 * reply follows, or more than one. */
static int is_doubtful(const polyring__exchange *exchange, const polyring__op *op, int status) {
  if (status != POLYRING_BAD_REPLY || !exchange->link || !exchange->began_main) return 0;
  polyring__manner manner = exchange->link->connection.pipeline.manner;
  return (manner == POLYRING__AS_LIST && op->status == POLYRING_MISS) ||
         (manner == POLYRING__QUIETLY && op->status == POLYRING_OK);
}

/* What the end says about the server. What this machine lacks, or the caller did not wait for, says
 * nothing. */
static int seen(const polyring__exchange *exchange, const struct failure *failure) {
  const polyring__frame *frame = exchange->frame;
  int late = failure->system_error == ETIMEDOUT;
  if (exchange->socket_of == POLYRING__OF_BIRTH) return POLYRING__SEEN_NOTHING; /* nobody waits */
  if (failure->status == POLYRING_OK)
    return exchange->received ? POLYRING_SEEN_ANSWERED : POLYRING__SEEN_NOTHING;
  if (exchange->greeted || failure->status == POLYRING_BUSY ||
      failure->status == POLYRING_NO_MEMORY || frame->deadline <= frame->start)
    return POLYRING__SEEN_NOTHING;
  switch (failure->system_error) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
      return POLYRING__SEEN_NOTHING;
  }
  if (failure->status == POLYRING_BAD_REPLY) return POLYRING_SEEN_GARBLED;
  int reached = exchange->stage >= POLYRING__STAGE_SENDING;
  return reached || late ? POLYRING_SEEN_UNANSWERED : POLYRING_SEEN_UNREACHED;
}

/* Gives the link back, and to each operation without a verdict what it came to. */
static void finish(polyring__exchange *exchange, struct failure failure) {
  polyring__connection *connection = exchange->link ? &exchange->link->connection : NULL;
  int good = failure.status == POLYRING_OK && !exchange->greeted, change_sent = 0;
  size_t answered = connection ? without_front(exchange, connection->answered) : 0;
  size_t written = connection ? without_front(exchange, connection->written) : 0;
  polyring__pool_use use = {.seen = seen(exchange, &failure),
                            .operations = exchange->unasked ? 0 : exchange->all,
                            .sent = exchange->bytes_sent,
                            .received = exchange->bytes_received,
                            .ended = polyring__clock_now()};
  if (!good && connection && !connection->broken)
    connection->broken = "the call that used it failed";
  for (size_t i = 0; i < exchange->all; i++) {
    polyring__op *op = polyring__exchange_op(exchange, i);
    if (!good && i < exchange->count &&
        (exchange->greeted || i >= answered || is_doubtful(exchange, op, failure.status)))
      change_sent |= fail(exchange, op, exchange->sent && i < written, &failure);
    if (op->status < 0) op->spent = use.ended - exchange->frame->start;
    if (op->status < 0 && i < exchange->count) op->stage = exchange->stage;
    if (!exchange->unasked) tally(&use, op);
  }
  if (good) use.began = exchange->began;
  if (exchange->replaced && connection) connection->broken = "the server was replaced";
  if (exchange->replaced || failure.status == POLYRING_BAD_REPLY)
    polyring__pool_learn(exchange->pool, NULL);
  polyring__resolver_free(exchange->resolver);
  if (exchange->socket_of == POLYRING__OF_BIRTH && connection)
    polyring__link_close(exchange->pool, exchange->link, 0);
  polyring__pool_return(exchange->pool, exchange->link, change_sent, &use);
  if (exchange->admitted) atomic_fetch_sub(&exchange->pool->in_flight, exchange->all);
  exchange->resolver = NULL;
  exchange->link = NULL;
  exchange->over = 1;
}

static void finish_as(polyring__exchange *exchange, int status, int system_error,
                      const char *reason) {
  finish(exchange, (struct failure){status, system_error, reason});
}

/* --- the beginning --- */

static void begin_pipeline(polyring__exchange *exchange, polyring__manner manner, size_t count) {
  polyring__pipeline pipeline = {.context = exchange,
                                 .manner = manner,
                                 .count = exchange->front_count + count,
                                 .request = polyring__exchange_request,
                                 .verdict = polyring__exchange_verdict,
                                 .front = exchange->front_count};
  exchange->stage = POLYRING__STAGE_SENDING;
  exchange->sent = 0;
  if (polyring__connection_begin(&exchange->link->connection, &pipeline) < 0)
    finish_as(exchange, POLYRING_NO_MEMORY, 0, NULL);
}

static void open_link(polyring__exchange *exchange);

/* The socket is there: asks, in this order, which protocol the server speaks, and what it says to
 * the greeting; then come the operations. */
static void ready(polyring__exchange *exchange) {
  polyring__link *link = exchange->link;
  polyring__pool *pool = exchange->pool;
  exchange->front_count = 0;
  if (!link->codec) {
    exchange->purpose = POLYRING__ASKING;
    exchange->front[exchange->front_count++] = &fence;
    begin_pipeline(exchange, POLYRING__EACH, 0);
    return;
  }
  link->connection.codec = link->codec;
  polyring__exchange_screen(exchange);
  if (!exchange->count) {
    finish_as(exchange, POLYRING_OK, 0, NULL);
    return;
  }
  /* memcached takes a dump only as the first command of a batch. */
  int dumps = polyring__exchange_op(exchange, 0)->request.verb == POLYRING__DUMP;
  int greets =
      pool->has_greeting && !link->greeted && !dumps && exchange->socket_of != POLYRING__OF_BIRTH;
  if (greets) exchange->front[exchange->front_count++] = &pool->greeting;
  if (greets && pool->greeting_first && !polyring__exchange_only_reads(exchange)) {
    exchange->purpose = POLYRING__GREETING;
    begin_pipeline(exchange, POLYRING__EACH, 0);
    return;
  }
  polyring__manner manner = polyring__exchange_manner(exchange);
  /* In a list nothing names the request: bytes that lie unread would be taken for the answer. In
   * classic text they were looked for when the link was borrowed. */
  if (manner == POLYRING__AS_LIST && exchange->reused && link->codec == &polyring__meta &&
      !pool->transport->is_silent(link->descriptor)) {
    open_link(exchange);
    return;
  }
  if (link->owes_after) exchange->front[exchange->front_count++] = &pool->after;
  link->owes_after = 0;
  exchange->purpose = POLYRING__RUNNING;
  exchange->began_main = 1;
  exchange->began = exchange->reused ? exchange->frame->start : polyring__clock_now();
  begin_pipeline(exchange, manner, exchange->count);
}

/* The one that was tried last. */
static const polyring__address *address_of(const polyring__exchange *exchange) {
  const polyring__resolver *resolver = exchange->resolver;
  return resolver ? &resolver->addresses[exchange->tried - 1] : &exchange->pool->address;
}

/* Connects to the next address, each of which has its part of the time. */
static void attempt(polyring__exchange *exchange, int error) {
  polyring__resolver *resolver = exchange->resolver;
  size_t count = resolver ? resolver->count : 1;
  int64_t now = polyring__clock_now();
  polyring__link_close(exchange->pool, exchange->link, 0);
  exchange->stage = POLYRING__STAGE_CONNECTING;
  while (exchange->tried < count && (!exchange->tried || now < exchange->connect_until)) {
    exchange->attempt_until =
        now + (exchange->connect_until - now) / (int64_t)(count - exchange->tried++);
    error = polyring__link_open(exchange->pool, exchange->link, address_of(exchange));
    if (!error) return;
  }
  polyring__pool_failed(exchange->pool, -error, NULL);
  finish_as(exchange, POLYRING_UNAVAILABLE, -error, NULL);
}

/* The name has addresses, or it failed: then the one that was good before has to do. All
 * connections go to the same one of several, as long as it is among them. */
static void resolved(polyring__exchange *exchange) {
  polyring__resolver *resolver = exchange->resolver;
  polyring__address good = polyring__pool_address(exchange->pool);
  if (!resolver->count && good.size) resolver->addresses[resolver->count++] = good;
  for (size_t i = 1; i < resolver->count; i++)
    if (polyring__address_equals(&resolver->addresses[i], &good)) {
      resolver->addresses[i] = resolver->addresses[0];
      resolver->addresses[0] = good;
    }
  if (resolver->count) {
    attempt(exchange, 0);
    return;
  }
  const char *reason = resolver->over ? resolver->reason : "the name server does not answer";
  polyring__pool_failed(exchange->pool, 0, reason);
  finish_as(exchange, POLYRING_UNAVAILABLE, resolver->over ? 0 : ETIMEDOUT, reason);
}

static void open_link(polyring__exchange *exchange) {
  polyring__pool *pool = exchange->pool;
  int64_t now = polyring__clock_now(), most = exchange->frame->connect;
  if (most > exchange->frame->deadline - now) most = exchange->frame->deadline - now;
  exchange->connect_until = now + most;
  polyring__link_close(pool, exchange->link, 0);
  exchange->reused = exchange->began_main = 0;
  exchange->sent = exchange->received = exchange->tried = 0;
  if (!*pool->name) {
    attempt(exchange, 0);
    return;
  }
  polyring__resolver_free(exchange->resolver);
  exchange->stage = POLYRING__STAGE_RESOLVING;
  exchange->resolver = polyring__resolver_new(&pool->allocator, pool->name, pool->port, most);
  /* Half of the time is for the address that was good before. */
  exchange->attempt_until = now + (polyring__pool_address(pool).size ? most / 2 : most);
  if (!exchange->resolver)
    finish_as(exchange, POLYRING_NO_MEMORY, 0, NULL);
  else if (exchange->resolver->over)
    resolved(exchange);
}

static void borrow(polyring__exchange *exchange, int64_t now, int64_t until) {
  int waits = exchange->socket_of != POLYRING__OF_BIRTH;
  int status =
      polyring__pool_borrow(exchange->pool, exchange->socket_of, now, until, &exchange->link);
  if (status == POLYRING_BUSY && until < exchange->frame->deadline && waits) return;
  if (status < 0) {
    finish_as(exchange, status, status == POLYRING_BUSY ? ETIMEDOUT : 0, NULL);
    return;
  }
  exchange->reused = exchange->link->descriptor >= 0;
  if (exchange->reused)
    ready(exchange);
  else
    open_link(exchange);
}

/* Whether few enough operations are on their way to the server. One call's share alone is never
 * too many. */
static int admit(polyring__exchange *exchange) {
  polyring__pool *pool = exchange->pool;
  if (!pool->in_flight_most || exchange->unasked) return 1;
  exchange->admitted = atomic_fetch_add(&pool->in_flight, exchange->all) < pool->in_flight_most;
  if (!exchange->admitted) atomic_fetch_sub(&pool->in_flight, exchange->all);
  return exchange->admitted;
}

void polyring__exchange_begin(polyring__exchange *exchange, int wait) {
  const polyring__frame *frame = exchange->frame;
  exchange->stage = POLYRING__STAGE_WAITING;
  if (!admit(exchange))
    finish_as(exchange, POLYRING_BUSY, 0, "max_in_flight operations are on their way to it");
  else if (frame->deadline <= frame->start)
    finish_as(exchange, POLYRING_UNAVAILABLE, ETIMEDOUT, "the call had no time left");
  else
    borrow(exchange, frame->start, 0);
  exchange->waited = wait && exchange->stage == POLYRING__STAGE_WAITING && !exchange->over;
  if (exchange->waited) borrow(exchange, frame->start, frame->deadline);
}

/* --- in between --- */

/* The socket is of no use any more. One that lay idle may have been closed by the server long ago:
 * then nothing was done, and what can be repeated is. */
static void fall(polyring__exchange *exchange, int error) {
  polyring__link *link = exchange->link;
  const char *broken = link->connection.broken;
  int idle_one = exchange->reused && !exchange->received && !exchange->again;
  int asked = exchange->purpose == POLYRING__ASKING && !exchange->received && !exchange->closed;
  if (!broken &&
      (asked || (idle_one && (!exchange->sent || polyring__exchange_only_reads(exchange))))) {
    if (asked)
      exchange->closed = 1;
    else
      exchange->again = 1;
    open_link(exchange);
    return;
  }
  if (!broken) link->connection.broken = "the connection was lost";
  finish_as(exchange, broken ? POLYRING_BAD_REPLY : POLYRING_UNKNOWN, error,
            link->connection.broken);
}

static void connected(polyring__exchange *exchange) {
  polyring__link *link = exchange->link;
  int error = exchange->pool->transport->opened(link->descriptor);
  if (error == -EAGAIN) return;
  if (error) {
    attempt(exchange, error);
    return;
  }
  polyring__link_opened(exchange->pool, link, exchange->socket_of, address_of(exchange));
  polyring__resolver_free(exchange->resolver);
  exchange->resolver = NULL;
  if (!link->codec && exchange->closed) link->codec = &polyring__text;
  ready(exchange);
}

/* Sends until all is sent or the socket takes no more. Whether there is more to send. */
static int push(polyring__exchange *exchange) {
  polyring__span spans[2];
  int count;
  while ((count = polyring__connection_to_send(&exchange->link->connection, spans))) {
    exchange->stage = POLYRING__STAGE_SENDING;
    ptrdiff_t sent = exchange->pool->transport->send(exchange->link->descriptor, spans, count);
    if (sent == -EAGAIN) return 1;
    if (sent < 0) {
      fall(exchange, (int)-sent);
      return 0;
    }
    exchange->sent += (size_t)sent;
    exchange->bytes_sent += (size_t)sent;
    polyring__connection_sent(&exchange->link->connection, (size_t)sent);
  }
  exchange->stage = POLYRING__STAGE_RECEIVING;
  return 0;
}

/* Receives once. */
static void pull(polyring__exchange *exchange, int wait) {
  polyring__connection *connection = &exchange->link->connection;
  char *at;
  size_t room;
  if (polyring__connection_room(connection, &at, &room) < 0) {
    finish_as(exchange, POLYRING_NO_MEMORY, 0, connection->broken);
    return;
  }
  ptrdiff_t got = exchange->pool->transport->receive(exchange->link->descriptor, at, room, wait);
  if (got == -EAGAIN) return;
  if (got <= 0) {
    fall(exchange, got ? (int)-got : ECONNRESET);
    return;
  }
  if (!exchange->received && !exchange->reused && exchange->socket_of == POLYRING__OF_CALLS)
    polyring__pool_in_use(exchange->pool, polyring__clock_now());
  exchange->received += (size_t)got;
  exchange->bytes_received += (size_t)got;
  polyring__connection_received(connection, (size_t)got);
  int done = polyring__connection_is_idle(connection);
  int too_much = connection->broken && connection->pipeline.manner != POLYRING__EACH;
  if (exchange->greeted)
    finish_as(exchange, exchange->greeted, 0, "the server did not pass the greeting");
  else if (done && exchange->purpose == POLYRING__RUNNING && !too_much)
    finish_as(exchange, POLYRING_OK, 0, NULL);
  else if (connection->broken)
    finish_as(exchange, POLYRING_BAD_REPLY, 0, connection->broken);
  else if (done)
    ready(exchange);
}

static int is_connected(const polyring__exchange *exchange) {
  return !exchange->over && exchange->stage >= POLYRING__STAGE_SENDING;
}

/* Whether a receive that waits comes back in time. The socket's own timeout is set where it is far
 * from what the call has; where calls are alike that happens once. */
static int is_bounded(polyring__exchange *exchange, int64_t now) {
  polyring__link *link = exchange->link;
  int64_t left = exchange->frame->deadline - now;
  if (link->timeout <= left + LATENESS && link->timeout >= left / 8) return 1;
  if (now != exchange->frame->start || left < 1) return 0;
  if (exchange->pool->transport->set_timeout(link->descriptor, left) < 0) return 0;
  link->timeout = left;
  return 1;
}

void polyring__exchange_run(polyring__exchange *exchange) {
  int64_t start = exchange->frame->start;
  for (int64_t now = exchange->waited ? polyring__clock_now() : start;;
       now = polyring__clock_now()) {
    if (!is_connected(exchange) || push(exchange) || !is_connected(exchange)) return;
    if (!is_bounded(exchange, now)) return;
    pull(exchange, 1);
    if (!is_connected(exchange)) return;
  }
}

/* When it gives up what it is doing now. */
static int64_t limit_of(const polyring__exchange *exchange) {
  int64_t deadline = exchange->frame->deadline;
  int connects =
      exchange->stage == POLYRING__STAGE_RESOLVING || exchange->stage == POLYRING__STAGE_CONNECTING;
  return connects && exchange->attempt_until < deadline ? exchange->attempt_until : deadline;
}

size_t polyring__exchange_await(polyring__exchange *exchange, int64_t now, struct pollfd *waiters,
                                int64_t *until) {
  size_t count = 0;
  int more = is_connected(exchange) && push(exchange);
  if (exchange->over) return 0;
  if (limit_of(exchange) < *until) *until = limit_of(exchange);
  switch (exchange->stage) {
    case POLYRING__STAGE_WAITING:
      if (now + SLICE < *until) *until = now + SLICE;
      return 0;
    case POLYRING__STAGE_RESOLVING:
      return polyring__resolver_waiters(exchange->resolver, waiters, until);
    case POLYRING__STAGE_CONNECTING:
      waiters[count++] = (struct pollfd){exchange->link->descriptor, POLLOUT, 0};
      return count;
    default:
      waiters[count++] =
          (struct pollfd){exchange->link->descriptor, (short)(more ? POLLIN | POLLOUT : POLLIN), 0};
      return count;
  }
}

/* Its time is over. */
static void expire(polyring__exchange *exchange) {
  switch (exchange->stage) {
    case POLYRING__STAGE_WAITING:
      finish_as(exchange, POLYRING_BUSY, ETIMEDOUT, NULL);
      break;
    case POLYRING__STAGE_RESOLVING:
      resolved(exchange);
      break;
    case POLYRING__STAGE_CONNECTING:
      attempt(exchange, -ETIMEDOUT);
      break;
    default:
      finish_as(exchange, POLYRING_UNKNOWN, ETIMEDOUT, NULL);
  }
}

void polyring__exchange_proceed(polyring__exchange *exchange, const struct pollfd *waiters,
                                size_t count, int64_t now) {
  int is_ready = 0;
  if (exchange->over) return;
  for (size_t i = 0; i < count; i++) is_ready |= waiters[i].revents;
  if (exchange->stage == POLYRING__STAGE_WAITING) borrow(exchange, now, 0);
  if (exchange->stage == POLYRING__STAGE_RESOLVING && exchange->resolver) {
    polyring__resolver_proceed(exchange->resolver, waiters, count);
    if (exchange->resolver->over) {
      resolved(exchange);
      return;
    }
  } else if (is_ready && exchange->stage == POLYRING__STAGE_CONNECTING) {
    connected(exchange);
    return;
  } else if (is_ready & ~POLLOUT && is_connected(exchange)) {
    pull(exchange, 0);
    return;
  }
  if (!exchange->over && now >= limit_of(exchange)) expire(exchange);
}

void polyring__exchange_abandon(polyring__exchange *exchange) {
  if (!exchange->over) finish_as(exchange, POLYRING_BUSY, 0, NULL);
}

void polyring__exchange_lose(polyring__exchange *exchange) {
  polyring__resolver_free(exchange->resolver);
  if (exchange->link) polyring__pool_lose(exchange->pool, exchange->link);
}
