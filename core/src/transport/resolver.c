#define _DEFAULT_SOURCE /* of ares.h: fd_set, struct timeval */
#include "transport/resolver.h"

#include "base/allocator.h"

#ifdef POLYRING_CARES

#include <sys/select.h>
#include <sys/time.h>

#include <ares.h>
#include <netinet/in.h>
#include <pthread.h>

#include "transport/clock.h"

enum { TRIES = 2, LEAST_TIMEOUT = 5 }; /* milliseconds */

int polyring__can_resolve(void) { return 1; }

static void library_init(void) { ares_library_init(ARES_LIB_INIT_ALL); }

static void take(void *context, int status, int timeouts, struct ares_addrinfo *found) {
  polyring__resolver *resolver = context;
  (void)timeouts;
  resolver->over = 1;
  if (status != ARES_SUCCESS) resolver->reason = ares_strerror(status);
  for (struct ares_addrinfo_node *node = found ? found->nodes : NULL; node; node = node->ai_next) {
    int known = node->ai_family == AF_INET || node->ai_family == AF_INET6;
    if (!known || resolver->count == POLYRING__ADDRESSES_MAX) continue;
    polyring__address *address = &resolver->addresses[resolver->count++];
    memcpy(&address->bytes, node->ai_addr, node->ai_addrlen);
    address->size = node->ai_addrlen;
  }
  if (found) ares_freeaddrinfo(found);
  if (!resolver->count && !resolver->reason) resolver->reason = "the name has no address";
}

static void ask(polyring__resolver *resolver, const char *name, int port, int64_t budget) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  struct ares_addrinfo_hints hints = {.ai_socktype = SOCK_STREAM, .ai_flags = ARES_AI_NUMERICSERV};
  int64_t timeout = budget / 1000 / (2 * TRIES); /* so that a second name server has its turn */
  struct ares_options options = {
      .timeout = (int)(timeout > LEAST_TIMEOUT ? timeout < 10000 ? timeout : 10000 : LEAST_TIMEOUT),
      .tries = TRIES};
  char service[8], *at = service + sizeof service - 1;
  *at = 0;
  do *--at = (char)('0' + port % 10);
  while (port /= 10);
  pthread_once(&once, library_init);
  ares_channel channel;
  int status = ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
  if (status != ARES_SUCCESS) {
    take(resolver, status, 0, NULL);
    return;
  }
  resolver->channel = channel;
  ares_getaddrinfo(channel, name, at, &hints, take, resolver);
}

polyring__resolver *polyring__resolver_new(const polyring_allocator *allocator, const char *name,
                                           int port, int64_t budget) {
  polyring_allocator memory = polyring__allocator_or_libc(allocator);
  polyring__resolver *resolver = polyring__allocate(&memory, sizeof *resolver);
  if (!resolver) return NULL;
  memset(resolver, 0, sizeof *resolver);
  resolver->allocator = memory;
  ask(resolver, name, port, budget);
  return resolver;
}

void polyring__resolver_free(polyring__resolver *resolver) {
  if (!resolver) return;
  polyring_allocator memory = resolver->allocator;
  if (resolver->channel) ares_destroy(resolver->channel);
  polyring__release(&memory, resolver, sizeof *resolver);
}

size_t polyring__resolver_waiters(polyring__resolver *resolver, struct pollfd *waiters,
                                  int64_t *until) {
  ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
  struct timeval most = {3600, 0}, room, *next = ares_timeout(resolver->channel, &most, &room);
  int wants = ares_getsock(resolver->channel, sockets, ARES_GETSOCK_MAXNUM);
  int64_t then = polyring__clock_now() + next->tv_sec * (int64_t)1000000 + next->tv_usec;
  size_t count = 0;
  if (then < *until) *until = then;
  for (int i = 0; i < ARES_GETSOCK_MAXNUM && count < POLYRING__RESOLVER_WAITERS; i++) {
    short events = (short)((ARES_GETSOCK_READABLE(wants, i) ? POLLIN : 0) |
                           (ARES_GETSOCK_WRITABLE(wants, i) ? POLLOUT : 0));
    if (events) waiters[count++] = (struct pollfd){sockets[i], events, 0};
  }
  return count;
}

void polyring__resolver_proceed(polyring__resolver *resolver, const struct pollfd *waiters,
                                size_t count) {
  for (size_t i = 0; i < count; i++)
    if (waiters[i].revents)
      ares_process_fd(resolver->channel,
                      waiters[i].revents & ~POLLOUT ? waiters[i].fd : ARES_SOCKET_BAD,
                      waiters[i].revents & POLLOUT ? waiters[i].fd : ARES_SOCKET_BAD);
  ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* what took too long */
}

#else

int polyring__can_resolve(void) { return 0; }

polyring__resolver *polyring__resolver_new(const polyring_allocator *allocator, const char *name,
                                           int port, int64_t budget) {
  (void)allocator, (void)name, (void)port, (void)budget;
  return NULL;
}

void polyring__resolver_free(polyring__resolver *resolver) { (void)resolver; }

size_t polyring__resolver_waiters(polyring__resolver *resolver, struct pollfd *waiters,
                                  int64_t *until) {
  (void)resolver, (void)waiters, (void)until;
  return 0;
}

void polyring__resolver_proceed(polyring__resolver *resolver, const struct pollfd *waiters,
                                size_t count) {
  (void)resolver, (void)waiters, (void)count;
}

#endif
