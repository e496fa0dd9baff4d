/* How bytes travel: the table of functions that a connection is given. Plain sockets are one;
 * what encrypts them will be another. */
#ifndef POLYRING__TRANSPORT_H
#define POLYRING__TRANSPORT_H

#include <poll.h>
#include <sys/socket.h>

#include "base/span.h"

typedef struct polyring__address {
  struct sockaddr_storage bytes;
  socklen_t size; /* 0: none */
} polyring__address;

/* What a function returns beside a number of bytes or a descriptor is an errno, negated. -EAGAIN
 * of one that was told to wait means that the timeout passed, or that a signal came, else that
 * nothing can be done now. */
typedef struct polyring__transport {
  /* Begins to connect; timeout, in microseconds, bounds each later receive that waits. Returns a
   * descriptor, or an errno, negated. */
  int (*open)(const polyring__address *address, int64_t timeout);
  /* 0: it is connected; -EAGAIN: not yet, wait until it is writable; else an errno, negated. */
  int (*opened)(int descriptor);
  /* Another timeout, above 0. 0, or an errno, negated. */
  int (*set_timeout)(int descriptor, int64_t timeout);
  /* Sends what it can of count spans without waiting. */
  ptrdiff_t (*send)(int descriptor, const polyring__span *spans, int count);
  /* Receives what there is; waits for the first byte if it is told to, no longer than the timeout.
   * 0: the server closed the connection. */
  ptrdiff_t (*receive)(int descriptor, char *at, size_t room, int wait);
  /* Whether nothing can be received now: neither bytes nor the end. */
  int (*is_silent)(int descriptor);
  /* With abort, what the kernel has not sent yet is thrown away. */
  void (*close)(int descriptor, int abort);
} polyring__transport;

extern const polyring__transport polyring__plain;

/* Puts a numeric address, IPv6 perhaps with a zone, or the path of a socket into *address, all of
 * whose bytes are 0. False: it is none. Text ends with NUL. */
int polyring__address_read(const char *text, int port, polyring__address *address);
int polyring__address_of_path(polyring__span path, polyring__address *address);
int polyring__address_equals(const polyring__address *a, const polyring__address *b);

/* Waits until one of count descriptors is ready for what it waits for, or the deadline. Returns how
 * many are ready; 0 at the deadline. */
int polyring__wait(struct pollfd *waiters, size_t count, int64_t deadline);

#endif
