/* The system calls of the core, each of which can be made to fail once: the linker puts __wrap_ in
 * front of their names. A server can be cut off. */
#ifndef POLYRING_TESTS_CALAMITY_H
#define POLYRING_TESTS_CALAMITY_H

#include <fcntl.h>
#include <poll.h>
#include <sys/uio.h>

#include "ahead.h"
#include "servers.h"

#define CALLS(XX) \
  XX(socket)      \
  XX(connect)     \
  XX(setsockopt)  \
  XX(getsockopt)  \
  XX(fcntl)       \
  XX(send)        \
  XX(sendmsg)     \
  XX(recv)        \
  XX(ppoll)       \
  XX(stat)        \
  XX(open)        \
  XX(fstat)       \
  XX(read)

enum call {
#define XX(name) CALL_##name,
  CALLS(XX)
#undef XX
      CALL_KINDS
};

static const char *const call_names[] = {
#define XX(name) #name,
    CALLS(XX)
#undef XX
};

enum { SHORT = -1, NEVER = INT32_MAX, DESCRIPTORS = 256 };

static struct {
  int left;   /* calls until the one that fails; NEVER */
  int error;  /* errno, or SHORT: it does less than it was asked to */
  int struck; /* one has failed: which, else -1 */
  int counts[CALL_KINDS], failed[CALL_KINDS];
  int said[3]; /* probes, deletes and flushes that were sent */
  int cut;     /* the port of the server that is cut off, or 0 */
  int ports[DESCRIPTORS];
} calamity = {.left = NEVER, .struck = -1};

static inline void calamity_arm(int left, int error) {
  calamity.left = left;
  calamity.error = error;
  calamity.struck = -1;
}

/* Whether this call is the one. */
static inline int strikes(enum call which) {
  calamity.counts[which]++;
  if (calamity.left == NEVER || calamity.left-- > 0) return 0;
  calamity.left = NEVER;
  calamity.struck = which;
  calamity.failed[which]++;
  if (calamity.error != SHORT) errno = calamity.error;
  return 1;
}

static inline void note_said(const void *at, size_t size) {
  static const char *const words[][2] = {
      {"stats\r\n", "stats\r\n"}, {"md ", "delete "}, {"flush_all", "flush_all"}};
  for (size_t i = 0; i < COUNT(words); i++)
    for (int n = 0; n < 2; n++)
      calamity.said[i] += memmem(at, size, words[i][n], strlen(words[i][n])) != NULL;
}

static inline int is_cut(int of) {
  return calamity.cut && of >= 0 && of < DESCRIPTORS && calamity.ports[of] == calamity.cut;
}

#define FAILS(which) (strikes(CALL_##which) && calamity.error != SHORT)

#define XX(name) extern __typeof__(name) __real_##name, __wrap_##name;
CALLS(XX)
#undef XX

int __wrap_socket(int family, int type, int protocol) {
  return FAILS(socket) ? -1 : __real_socket(family, type, protocol);
}

/* What a signal interrupts goes on in the background. */
int __wrap_connect(int of, const struct sockaddr *address, socklen_t size) {
  const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
  int interrupted = calamity.error == EINTR, fails = FAILS(connect);
  if (of >= 0 && of < DESCRIPTORS)
    calamity.ports[of] = in->sin_family == AF_INET ? ntohs(in->sin_port) : 0;
  if (fails && !interrupted) return -1;
  if (is_cut(of)) {
    errno = ECONNREFUSED;
    return -1;
  }
  int connected = __real_connect(of, address, size);
  if (fails) errno = EINTR;
  return fails ? -1 : connected;
}

int __wrap_setsockopt(int of, int level, int name, const void *at, socklen_t size) {
  return FAILS(setsockopt) ? -1 : __real_setsockopt(of, level, name, at, size);
}

int __wrap_getsockopt(int of, int level, int name, void *at, socklen_t *size) {
  return FAILS(getsockopt) ? -1 : __real_getsockopt(of, level, name, at, size);
}

int __wrap_fcntl(int of, int command, ...) {
  va_list rest;
  va_start(rest, command);
  int argument = va_arg(rest, int);
  va_end(rest);
  return FAILS(fcntl) ? -1 : __real_fcntl(of, command, argument);
}

ssize_t __wrap_send(int to, const void *at, size_t size, int how) {
  int strike = strikes(CALL_send);
  note_said(at, size);
  if (strike && calamity.error != SHORT) return -1;
  return __real_send(to, at, strike && size ? 1 : size, how);
}

ssize_t __wrap_sendmsg(int to, const struct msghdr *message, int how) {
  int strike = strikes(CALL_sendmsg);
  for (size_t i = 0; i < message->msg_iovlen; i++)
    note_said(message->msg_iov[i].iov_base, message->msg_iov[i].iov_len);
  if (strike && calamity.error != SHORT) return -1;
  return strike ? __real_send(to, message->msg_iov->iov_base, 1, how)
                : __real_sendmsg(to, message, how);
}

ssize_t __wrap_recv(int from, void *at, size_t size, int how) {
  int strike = strikes(CALL_recv);
  if (strike && calamity.error != SHORT) return -1;
  if (is_cut(from)) {
    errno = ECONNRESET;
    return -1;
  }
  return __real_recv(from, at, strike && size ? 1 : size, how);
}

int __wrap_ppoll(struct pollfd *all, nfds_t count, const struct timespec *time,
                 const sigset_t *set) {
  if (!strikes(CALL_ppoll)) return __real_ppoll(all, count, time, set);
  return calamity.error == SHORT ? 0 : -1; /* and what is in revents means nothing */
}

int __wrap_stat(const char *path, struct stat *found) {
  return FAILS(stat) ? -1 : __real_stat(path, found);
}

int __wrap_open(const char *path, int how, ...) {
  return FAILS(open) ? -1 : __real_open(path, how);
}

int __wrap_fstat(int of, struct stat *found) { return FAILS(fstat) ? -1 : __real_fstat(of, found); }

ssize_t __wrap_read(int from, void *at, size_t size) {
  int strike = strikes(CALL_read);
  if (strike && calamity.error != SHORT) return -1;
  return __real_read(from, at, strike && size ? 1 : size);
}

#endif
