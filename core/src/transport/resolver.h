/* Names, resolved without a thread: what is sent and what comes in rides in the poll of the call
 * that needs the name. */
#ifndef POLYRING__RESOLVER_H
#define POLYRING__RESOLVER_H

#include "polyring/bytes.h"
#include "transport/transport.h"

enum {
  POLYRING__ADDRESSES_MAX = 8,
  POLYRING__NAME_MAX = 253,
  POLYRING__RESOLVER_WAITERS = 4 /* sockets that are waited for at a time */
};

/* One question, and its answer. */
typedef struct polyring__resolver {
  polyring__address addresses[POLYRING__ADDRESSES_MAX];
  size_t count; /* of them, once it is over; 0: it failed, and reason says why */
  int over;
  const char *reason; /* static */
  void *channel;
  polyring_allocator allocator;
} polyring__resolver;

/* Whether this library can resolve names. */
int polyring__can_resolve(void);

/* Asks for the addresses of a name; budget is in microseconds. NULL: there is no memory. The answer
 * may be there at once. */
polyring__resolver *polyring__resolver_new(const polyring_allocator *allocator, const char *name,
                                           int port, int64_t budget);
void polyring__resolver_free(polyring__resolver *resolver); /* NULL is allowed */

/* What to wait for: at most POLYRING__RESOLVER_WAITERS; and until when, which is no later than
 * *until was. */
size_t polyring__resolver_waiters(polyring__resolver *resolver, struct pollfd *waiters,
                                  int64_t *until);
/* Takes what came in; to be called also where nothing did. */
void polyring__resolver_proceed(polyring__resolver *resolver, const struct pollfd *waiters,
                                size_t count);

#endif
