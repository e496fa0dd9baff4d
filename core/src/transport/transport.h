/* How bytes travel: the table of functions that a connection is given. Plain sockets are one;
 * what encrypts them will be another. */
#ifndef POLYRING__TRANSPORT_H
#define POLYRING__TRANSPORT_H

#include <sys/socket.h>

#include "base/span.h"

typedef struct polyring__address {
  struct sockaddr_storage bytes;
  socklen_t size; /* 0: none */
} polyring__address;

/* What a function returns beside a number of bytes or a descriptor is an errno, negated. -EAGAIN
 * of one that was told to wait means that the timeout passed, else that nothing can be done now. */
typedef struct polyring__transport {
  /* Begins to connect; timeout, in microseconds, bounds each later receive that waits. Returns a
   * descriptor, or an errno, negated. */
  int (*open)(const polyring__address *address, int64_t timeout);
  /* 0: it is connected; -EAGAIN: not yet, wait until it is writable; else an errno, negated. */
  int (*opened)(int descriptor);
  /* Sends what it can of count spans without waiting. */
  ptrdiff_t (*send)(int descriptor, const polyring__span *spans, int count);
  /* Receives what there is; waits for the first byte if it is told to, no longer than the timeout
   * that open was given. 0: the server closed the connection. */
  ptrdiff_t (*receive)(int descriptor, char *at, size_t room, int wait);
  /* With abort, what the kernel has not sent yet is thrown away. */
  void (*close)(int descriptor, int abort);
} polyring__transport;

extern const polyring__transport polyring__plain;

/* Waits until one of count descriptors is ready for what it waits for, or the deadline. */
enum { POLYRING__READABLE = 1, POLYRING__WRITABLE = 2 };
typedef struct polyring__waiter {
  int descriptor;   /* or -1 */
  int wants, ready; /* READABLE, WRITABLE; an error makes both ready */
} polyring__waiter;
/* Returns how many are ready; 0 at the deadline. At most POLYRING__WAITERS_MAX at a time. */
int polyring__wait(polyring__waiter *waiters, int count, int64_t deadline);
enum { POLYRING__WAITERS_MAX = 256 };

#endif
