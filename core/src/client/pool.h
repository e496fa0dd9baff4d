/* The connections to one server: those that nobody is using just now lie in a stack. */
#ifndef POLYRING__POOL_H
#define POLYRING__POOL_H

#include <pthread.h>

#include "client/outcome.h"
#include "connection/connection.h"
#include "transport/transport.h"

/* A connection with its socket, in the hands of one call or in the stack of its server. */
typedef struct polyring__link {
  struct polyring__link *next;
  polyring__connection connection;
  int descriptor; /* -1: none */
  int fresh;      /* nothing has been received on this socket */
  uint32_t generation;
  int64_t used; /* when it was put back */
} polyring__link;

typedef struct polyring__pool {
  polyring_allocator allocator;
  const polyring__transport *transport;
  const polyring__codec *codec;
  polyring__address address;
  int64_t receive_timeout; /* microseconds */
  size_t value_most, links_most;
  pthread_mutex_t lock;
  pthread_cond_t returned;
  polyring__link *idle; /* last in, first out */
  size_t links;         /* in all, borrowed ones too */
} polyring__pool;

enum { POLYRING__IDLE_MAX = 60 * 1000000 }; /* microseconds after which an idle socket is closed */

void polyring__pool_init(polyring__pool *pool, const polyring_allocator *allocator);
void polyring__pool_done(polyring__pool *pool); /* no link may be borrowed */

/* Borrows a link, whose descriptor may be -1; waits for one until the deadline. OK, BUSY or
 * NO_MEMORY. */
int polyring__pool_borrow(polyring__pool *pool, int64_t deadline, polyring__link **link);
/* Gives it back; a socket that cannot be used again is closed, and with abort what the kernel has
 * not sent yet is thrown away. */
void polyring__pool_return(polyring__pool *pool, polyring__link *link, int abort);

/* Begins to connect a link without a socket. 0, or an errno, negated. */
int polyring__link_open(polyring__pool *pool, polyring__link *link);
void polyring__link_close(polyring__pool *pool, polyring__link *link, int abort);

#endif
