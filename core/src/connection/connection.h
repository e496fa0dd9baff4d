/* One connection to a server as far as it can be told without a socket: what is to be sent, what
 * the bytes that came in mean, and when it cannot be trusted any more.
 *
 * A pipeline is a row of requests that are sent one behind the other without waiting. Replies come
 * in the order of the requests, in one of three manners:
 *
 *   EACH   every request has a reply;
 *   QUIET  stores of meta, which are only replied to where they failed; the last one, and those
 *          that are so large that the error may name no request, are always replied to;
 *   LIST   GETs of classic text, sent as one line: a value for each that is there, then an end.
 *
 * In QUIET and LIST a request that was passed over came to what silence means there: a store is
 * done, a GET missed. A reply that fits no request that is still due, one with another key or
 * opaque, one that comes before anything was asked, a line that is none: each breaks the
 * connection, for nobody can tell which reply belongs to which request from there on. */
#ifndef POLYRING__CONNECTION_H
#define POLYRING__CONNECTION_H

#include "polyring/bytes.h"
#include "protocol/codec.h"

typedef enum polyring__manner {
  POLYRING__EACH,
  POLYRING__QUIETLY,
  POLYRING__AS_LIST
} polyring__manner;

/* Where the requests come from, and where what became of them goes. None of the functions may
 * touch the connection. */
typedef struct polyring__pipeline {
  void *context;
  polyring__manner manner;
  size_t count; /* of all requests */
  /* Request i, which must stay as it is until its verdict was given. The connection itself sets
   * the opaque, and in QUIET the mark. */
  const polyring__request *(*request)(void *context, size_t i);
  /* What became of request i; reply is what the server said, or NULL if it was passed over. A
   * verdict of MORE comes for each part; the last verdict is another one. Spans of the reply are
   * gone after the call. */
  void (*verdict)(void *context, size_t i, polyring__verdict verdict, const polyring__reply *reply);
  size_t
      front; /* so many requests come first, each with a reply, whatever the manner of the rest */
} polyring__pipeline;

typedef struct polyring__connection {
  polyring_allocator allocator;
  const polyring__codec *codec;
  size_t value_most;  /* bytes of the longest value that is taken */
  const char *broken; /* why it cannot be used any more; static; or NULL */

  polyring__pipeline pipeline;
  /* Requests, from the front: what lies between those answered and those written may have been
   * done, or not. Parts of the answer to the first that is due. */
  size_t written, answered, parts;
  int names_misses; /* the server says what missed, as all but old ones do */
  int ended;        /* the end of the pipeline was written: the fence, the line's end */
  int over;         /* and answered */
  uint32_t opaque;  /* of the pipeline's first request */

  char *out; /* POLYRING__OUT_SIZE bytes, made at the first pipeline */
  size_t out_start, out_end;
  polyring__span value; /* behind out, the rest of a long value in the caller's memory */
  int value_end;        /* its line end is yet to be written */

  char *in;
  size_t in_start, in_end, in_size;
} polyring__connection;

enum {
  POLYRING__OUT_SIZE = 1 << 16,
  POLYRING__COPIED_MAX = 1 << 12, /* bytes of a value that is copied rather than pointed to */
  POLYRING__IN_SIZE = 1 << 14     /* bytes of the first buffer for replies */
};

void polyring__connection_init(polyring__connection *connection,
                               const polyring_allocator *allocator, const polyring__codec *codec,
                               size_t value_most);
void polyring__connection_done(polyring__connection *connection);

/* Begins a pipeline. The codec must be able to say each request. OK; NO_MEMORY. A connection with
 * bytes that nobody asked for, or with a pipeline that is not over, breaks; see broken. */
polyring_status polyring__connection_begin(polyring__connection *connection,
                                           const polyring__pipeline *pipeline);

/* The next bytes to send, at most two spans; returns how many. None: all is sent. */
int polyring__connection_to_send(polyring__connection *connection, polyring__span spans[2]);
void polyring__connection_sent(polyring__connection *connection, size_t size);

/* Where the next bytes may be received to; room is at least 1. NO_MEMORY breaks the connection. */
polyring_status polyring__connection_room(polyring__connection *connection, char **at,
                                          size_t *room);
/* So many bytes came in there: gives verdicts. */
void polyring__connection_received(polyring__connection *connection, size_t size);

/* Whether every request of the pipeline has its verdict. */
static inline int polyring__connection_is_idle(const polyring__connection *connection) {
  return connection->over;
}

#endif
