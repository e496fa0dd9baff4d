/* A server between the client and a real one, which spoils what it is told to spoil, or holds it
 * back; or, with nothing behind it, one that answers everything by the same bytes. */
#ifndef POLYRING_TESTS_FAKE_H
#define POLYRING_TESTS_FAKE_H

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/ioctl.h>

#include "servers.h"

enum { FAKE_LINKS = 16 };

typedef struct fake {
  const live *behind; /* or NULL */
  const char *answer; /* to everything, where nothing is behind */
  size_t answer_size;
  atomic_int text_only;    /* knows no meta command */
  atomic_int hangs_up;     /* closes where it is asked for meta */
  atomic_int asked, taken; /* "mn" as the first request; connections */
  atomic_int slow;         /* milliseconds before each byte of the answer */
  atomic_int then_closes;  /* after the answer */
  int room;                /* of the sockets that are read from, bytes; 0: the system's */
  /* What is held back stays unread: all of so many connections, the first ones; and, on whichever
   * it comes, what begins so and all behind it. */
  atomic_int held;
  const char *_Atomic holds;
  atomic_int stopped;        /* connections that came to such a beginning */
  atomic_int ended, resets;  /* connections that clients ended, and of those by a reset */
  const char *_Atomic drops; /* connections are closed where a request begins so */
  atomic_int dropped;        /* how often */
  const char *counts;        /* requests that begin so are counted */
  atomic_int counted;
  atomic_int stop;
  int listener;
  char address[20];
  int port;
  pthread_t thread;
  pthread_mutex_t lock;
  struct fake_link {
    int client, server; /* -1: none */
    size_t requests;
    int number, stopped;
    int answered; /* bytes */
  } links[FAKE_LINKS];
} fake;

static inline int fake_dial(const live *server) {
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(server->port))};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  inet_pton(AF_INET, server->address, &in.sin_addr);
  assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof in), 0);
  return fd;
}

static inline void fake_drop(struct fake_link *link) {
  if (link->client >= 0) close(link->client);
  if (link->server >= 0) close(link->server);
  link->client = link->server = -1;
}

static inline int fake_begins(const char *bytes, ssize_t size, const char *so) {
  return so && size >= (ssize_t)strlen(so) && memcmp(bytes, so, strlen(so)) == 0;
}

/* Whether what comes now is to stay unread. */
static inline int fake_holds(fake *it, struct fake_link *link) {
  char start[64];
  const char *holds = atomic_load(&it->holds);
  if (link->stopped || link->number < atomic_load(&it->held)) return 1;
  if (!holds) return 0;
  ssize_t size = recv(link->client, start, sizeof start, MSG_PEEK);
  link->stopped = fake_begins(start, size, holds);
  if (link->stopped) atomic_fetch_add(&it->stopped, 1);
  return link->stopped;
}

static inline void fake_answer(fake *it, struct fake_link *link) {
  size_t size = it->answer_size;
  if (!atomic_load(&it->slow)) {
    send(link->client, it->answer, size, MSG_NOSIGNAL);
  } else {
    for (size_t i = 0; i < size && !atomic_load(&it->stop); i++) {
      pause_ms(atomic_load(&it->slow));
      if (send(link->client, it->answer + i, 1, MSG_NOSIGNAL) != 1) break;
    }
  }
  if (atomic_load(&it->then_closes)) fake_drop(link);
}

static inline void fake_request(fake *it, struct fake_link *link) {
  static char bytes[1 << 16];
  if (fake_holds(it, link)) return;
  ssize_t size = recv(link->client, bytes, sizeof bytes, 0);
  if (size <= 0) {
    atomic_fetch_add(&it->resets, size < 0 && errno == ECONNRESET);
    atomic_fetch_add(&it->ended, 1);
    fake_drop(link);
    return;
  }
  if (fake_begins(bytes, size, it->counts)) atomic_fetch_add(&it->counted, 1);
  if (fake_begins(bytes, size, atomic_load(&it->drops))) {
    atomic_fetch_add(&it->dropped, 1);
    fake_drop(link);
    return;
  }
  int meta = size >= 2 && bytes[0] == 'm' && strchr("gsdan", bytes[1]);
  if (!link->requests++ && size == 4 && memcmp(bytes, "mn\r\n", 4) == 0)
    atomic_fetch_add(&it->asked, 1);
  if (meta && atomic_load(&it->hangs_up))
    fake_drop(link);
  else if (meta && atomic_load(&it->text_only))
    send(link->client, "ERROR\r\n", 7, MSG_NOSIGNAL);
  else if (it->behind)
    send(link->server, bytes, (size_t)size, MSG_NOSIGNAL);
  else
    fake_answer(it, link);
}

static inline void fake_reply(struct fake_link *link) {
  static char bytes[1 << 16];
  ssize_t size = recv(link->server, bytes, sizeof bytes, 0);
  if (size > 0) {
    send(link->client, bytes, (size_t)size, MSG_NOSIGNAL);
    link->answered += (int)size;
  } else {
    fake_drop(link);
  }
}

static inline void fake_accept(fake *it) {
  int client = accept4(it->listener, NULL, NULL, SOCK_CLOEXEC);
  struct fake_link *link = it->links;
  int on = 1;
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  while (link->client >= 0) link++;
  assert_true(link < it->links + FAKE_LINKS);
  link->client = client;
  link->server = it->behind ? fake_dial(it->behind) : -1;
  link->requests = 0;
  link->stopped = 0;
  link->number = atomic_fetch_add(&it->taken, 1);
  link->answered = 0;
}

static inline void *fake_serve(void *context) {
  fake *it = context;
  while (!atomic_load(&it->stop)) {
    struct pollfd fds[1 + 2 * FAKE_LINKS];
    fds[0] = (struct pollfd){it->listener, POLLIN, 0};
    pthread_mutex_lock(&it->lock);
    for (int i = 0; i < FAKE_LINKS; i++) {
      int held = it->links[i].stopped || it->links[i].number < atomic_load(&it->held);
      fds[1 + 2 * i] = (struct pollfd){held ? -1 : it->links[i].client, POLLIN, 0};
      fds[2 + 2 * i] = (struct pollfd){it->links[i].server, POLLIN, 0};
    }
    pthread_mutex_unlock(&it->lock);
    poll(fds, COUNT(fds), 5);
    pthread_mutex_lock(&it->lock);
    for (int i = 0; i < FAKE_LINKS; i++) {
      struct fake_link *link = &it->links[i];
      if (fds[1 + 2 * i].revents && link->client == fds[1 + 2 * i].fd && link->client >= 0)
        fake_request(it, link);
      if (fds[2 + 2 * i].revents && link->server == fds[2 + 2 * i].fd && link->server >= 0)
        fake_reply(link);
    }
    if (fds[0].revents) fake_accept(it);
    pthread_mutex_unlock(&it->lock);
  }
  return NULL;
}

static inline void fake_start(fake *it, const char *address, int port) {
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int on = 1;
  snprintf(it->address, sizeof it->address, "%s", address);
  it->port = port;
  for (int i = 0; i < FAKE_LINKS; i++) it->links[i].client = it->links[i].server = -1;
  pthread_mutex_init(&it->lock, NULL);
  it->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(it->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (it->room) setsockopt(it->listener, SOL_SOCKET, SO_RCVBUF, &it->room, sizeof it->room);
  inet_pton(AF_INET, address, &in.sin_addr);
  assert_int_equal(bind(it->listener, (struct sockaddr *)&in, sizeof in), 0);
  assert_int_equal(listen(it->listener, 16), 0);
  pthread_create(&it->thread, NULL, fake_serve, it);
}

/* Closes all its connections. */
static inline void fake_hang_up(fake *it) {
  pthread_mutex_lock(&it->lock);
  for (int i = 0; i < FAKE_LINKS; i++) fake_drop(&it->links[i]);
  pthread_mutex_unlock(&it->lock);
  pause_ms(20);
}

/* Of the connection of that number, unless it was dropped: bytes that are held back, and bytes of
 * the answers; else -1. */
static inline int fake_look(fake *it, int number, int answers) {
  int found = -1;
  pthread_mutex_lock(&it->lock);
  for (int i = 0; i < FAKE_LINKS; i++) {
    struct fake_link *link = &it->links[i];
    if (link->client < 0 || link->number != number) continue;
    if (answers)
      found = link->answered;
    else
      ioctl(link->client, FIONREAD, &found);
  }
  pthread_mutex_unlock(&it->lock);
  return found;
}

static inline int fake_unread(fake *it, int number) { return fake_look(it, number, 0); }
static inline int fake_answered(fake *it, int number) { return fake_look(it, number, 1); }

/* The number of the connection on which something is held back by its beginning; -1: none. */
static inline int fake_stopped(fake *it) {
  int found = -1;
  pthread_mutex_lock(&it->lock);
  for (int i = 0; i < FAKE_LINKS; i++)
    if (it->links[i].client >= 0 && it->links[i].stopped) found = it->links[i].number;
  pthread_mutex_unlock(&it->lock);
  return found;
}

/* Lets everything go that was held back. */
static inline void fake_release(fake *it) {
  pthread_mutex_lock(&it->lock);
  atomic_store(&it->held, 0);
  atomic_store(&it->holds, NULL);
  for (int i = 0; i < FAKE_LINKS; i++) it->links[i].stopped = 0;
  pthread_mutex_unlock(&it->lock);
}

/* Says something to all its clients that none has asked for. */
static inline void fake_say(fake *it, const char *text) {
  pthread_mutex_lock(&it->lock);
  for (int i = 0; i < FAKE_LINKS; i++)
    if (it->links[i].client >= 0) send(it->links[i].client, text, strlen(text), MSG_NOSIGNAL);
  pthread_mutex_unlock(&it->lock);
  pause_ms(20);
}

static inline void fake_stop(fake *it) {
  atomic_store(&it->stop, 1);
  pthread_join(it->thread, NULL);
  for (int i = 0; i < FAKE_LINKS; i++) fake_drop(&it->links[i]);
  close(it->listener);
  pthread_mutex_destroy(&it->lock);
}

#endif
