/* Plain sockets: TCP, and those of the file system. */
#define _GNU_SOURCE /* ppoll */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/uio.h>
#include <unistd.h>

#include "transport/clock.h"
#include "transport/transport.h"

int polyring__wait(struct pollfd *waiters, size_t count, int64_t deadline) {
  for (;;) {
    int64_t left = deadline - polyring__clock_now();
    struct timespec timeout = {left > 0 ? left / 1000000 : 0, left > 0 ? left % 1000000 * 1000 : 0};
    int ready = ppoll(waiters, (nfds_t)count, &timeout, NULL);
    if (ready > 0) return ready;
    if (ready < 0 && errno == EINTR) continue;
    for (size_t i = 0; i < count; i++) waiters[i].revents = 0;
    return 0;
  }
}

static int plain_set_timeout(int descriptor, int64_t timeout) {
  struct timeval time = {timeout / 1000000, timeout % 1000000};
  return setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) ? -errno : 0;
}

static void configure(int descriptor, int family, int64_t timeout) {
  int on = 1;
  plain_set_timeout(descriptor, timeout);
  if (family == AF_UNIX) return;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

static void plain_close(int descriptor, int abort) {
  struct linger now = {1, 0};
  if (abort) setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(descriptor);
}

static int plain_open(const polyring__address *address, int64_t timeout) {
  int family = address->bytes.ss_family;
  int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -errno;
  configure(descriptor, family, timeout);
  if (connect(descriptor, (const struct sockaddr *)&address->bytes, address->size) == 0 ||
      errno == EINPROGRESS || errno == EINTR)
    return descriptor;
  int error = -errno; /* EAGAIN: the queue of a unix socket is full */
  plain_close(descriptor, 0);
  return error == -EAGAIN ? -ECONNREFUSED : error;
}

static int plain_opened(int descriptor) {
  struct pollfd waiter = {descriptor, POLLOUT, 0};
  int error = 0;
  socklen_t size = sizeof error;
  if (!polyring__wait(&waiter, 1, 0)) return -EAGAIN;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return -errno;
  /* From here on it waits, where it is told to. */
  if (!error && fcntl(descriptor, F_SETFL, 0) != 0) error = errno;
  return -error;
}

static ptrdiff_t plain_send(int descriptor, const polyring__span *spans, int count) {
  struct iovec parts[2];
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
  for (int i = 0; i < count; i++)
    parts[i] = (struct iovec){(void *)(uintptr_t)spans[i].at, spans[i].size};
  int how = MSG_NOSIGNAL | MSG_DONTWAIT;
  ssize_t sent;
  do
    sent = count == 1 ? send(descriptor, parts->iov_base, parts->iov_len, how)
                      : sendmsg(descriptor, &message, how);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : sent;
}

static ptrdiff_t plain_receive(int descriptor, char *at, size_t room, int wait) {
  ssize_t got;
  do got = recv(descriptor, at, room, wait ? 0 : MSG_DONTWAIT);
  while (got < 0 && errno == EINTR && !wait);
  if (got < 0 && errno == EINTR) return -EAGAIN; /* again, it would wait for all of the timeout */
  return got < 0 ? -errno : got;
}

static int plain_is_silent(int descriptor) {
  char byte;
  ssize_t got;
  do got = recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

const polyring__transport polyring__plain = {plain_open, plain_opened,  plain_set_timeout,
                                             plain_send, plain_receive, plain_is_silent,
                                             plain_close};
