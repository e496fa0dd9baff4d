/* The part of a call that one server has in it: a borrowed connection, and how far it has come. */
#ifndef POLYRING__EXCHANGE_H
#define POLYRING__EXCHANGE_H

#include "client/call.h"

/* What all exchanges of a call share. */
typedef struct polyring__frame {
  polyring__op *ops;
  uint32_t *order; /* indexes of operations, those of one server together */
  int64_t start, connect, deadline;
  polyring__results *results;
} polyring__frame;

enum { POLYRING__FRONT_MAX = 2, POLYRING__EXCHANGE_WAITERS = POLYRING__RESOLVER_WAITERS };

typedef struct polyring__exchange {
  const polyring__frame *frame;
  polyring__pool *pool;
  polyring__link *link;
  size_t first, count; /* of the order: what the server is asked */
  size_t all;          /* and what its protocol cannot say, behind those */
  enum polyring__stage stage;
  int over;
  int admitted; /* its operations are among those in flight */
  int unasked;  /* an errand: it is not among the operations that are counted */
  polyring__socket_of socket_of;
  enum { POLYRING__ASKING, POLYRING__GREETING, POLYRING__RUNNING } purpose; /* of what is sent */
  const polyring__request *front[POLYRING__FRONT_MAX]; /* what goes before the operations */
  size_t front_count;

  int64_t connect_until, attempt_until; /* of all addresses; of this one */
  polyring__resolver *resolver;         /* of a name, until it is connected */
  size_t tried;                         /* so many addresses */

  int waited;      /* for a free connection, so that the call's start is past */
  int reused;      /* the socket was used by another call */
  int again;       /* it was of no use, and this is the second */
  int closed;      /* the server closes where it is asked what it speaks */
  int greeted;     /* what the greeting came to, where that is a failure */
  int replaced;    /* the server does not know what it knew */
  int began_main;  /* the operations' pipeline was begun */
  int64_t began;   /* when it was */
  size_t sent;     /* bytes of it */
  size_t received; /* bytes on this socket */
  uint64_t bytes_sent, bytes_received;
} polyring__exchange;

static inline polyring__op *polyring__exchange_op(const polyring__exchange *exchange, size_t i) {
  return &exchange->frame->ops[exchange->frame->order[exchange->first + i]];
}

/* Of asked.c. Request i of what is sent, and what became of it: for a pipeline. */
const polyring__request *polyring__exchange_request(void *context, size_t i);
void polyring__exchange_verdict(void *context, size_t i, polyring__verdict verdict,
                                const polyring__reply *reply);
/* How the operations go out: a list of classic text has the fastest answer to GETs, whatever else
 * is spoken; stores go quietly. */
polyring__manner polyring__exchange_manner(const polyring__exchange *exchange);
int polyring__exchange_only_reads(const polyring__exchange *exchange);
/* Puts what the protocol cannot say behind the rest, which keeps its order. */
void polyring__exchange_screen(polyring__exchange *exchange);

/* Borrows a connection and begins; with wait, it waits until one is free. */
void polyring__exchange_begin(polyring__exchange *exchange, int wait);
/* Where nothing else is to be waited for: sends, and receives by calls that wait. It may leave the
 * rest, which is for poll. */
void polyring__exchange_run(polyring__exchange *exchange);

/* Sends what can be sent; fills in what is to be waited for then, and until when, which is no later
 * than *until was. The number of waiters, 0 if there is nothing but time. */
size_t polyring__exchange_await(polyring__exchange *exchange, int64_t now, struct pollfd *waiters,
                                int64_t *until);
/* Gives back what it has. */
void polyring__exchange_abandon(polyring__exchange *exchange);
/* In a child of the process that began it, which has the socket: frees the rest. */
void polyring__exchange_lose(polyring__exchange *exchange);
/* Does what can be done now. */
void polyring__exchange_proceed(polyring__exchange *exchange, const struct pollfd *waiters,
                                size_t count, int64_t now);

#endif
