/* A client in a time of our own, with servers that hang, die and come back. Sockets are replaced by
 * the table that pools are given, the clock and poll by functions of that name. */
#ifndef POLYRING_TESTS_WORLD_H
#define POLYRING_TESTS_WORLD_H

#include <errno.h>
#include <poll.h>

#include "client/client.h"
#include "transport/clock.h"
#include "unit.h"

enum { SERVERS = 4, SOCKETS = 4096, LATE = 10200, SECOND = 1000000 };
static int64_t now = SECOND;
static const int64_t NEVER = INT64_MAX / 4;
static uint64_t seed = 11;
static polyring_client *client;
static polyring_results *results;
static int64_t latest; /* of all calls: after its deadline */

static unsigned draw(unsigned below) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (unsigned)((seed >> 33) % below);
}

int64_t polyring__clock_now(void) { return now += draw(3); }
int64_t polyring__clock_date(void) { return 0; }

/* How a server is: RUNS; HANGS: takes connections, and answers when it runs again; DEAD; DYING:
 * takes connections, which are lost. */
static struct {
  enum { RUNS, HANGS, DEAD, DYING } is;
  int64_t since;     /* of its process */
  const char *stats; /* what it says of itself; NULL: the truth */
  int asked;         /* for that, so often */
} of[SERVERS];

static struct socket {
  int server, open;
  int64_t since; /* of the process that it leads to */
  char asked[4096];
  size_t size;
  int64_t ready; /* when the answer can be there */
  int64_t timeout;
} sockets[SOCKETS];

static int open_socket(const polyring__address *address, int64_t timeout) {
  int server = (int)address->size - 1, at = 0;
  if (of[server].is == DEAD) return -ECONNREFUSED;
  while (sockets[at].open) at++;
  assert_true(at < SOCKETS);
  sockets[at] =
      (struct socket){.server = server, .open = 1, .since = of[server].since, .timeout = timeout};
  return at;
}

static int is_lost(const struct socket *it) {
  return of[it->server].is >= DEAD || of[it->server].since != it->since;
}

static int is_open(int at) {
  (void)at;
  return 0;
}

static int set_timeout(int at, int64_t timeout) {
  sockets[at].timeout = timeout;
  return 0;
}

static ptrdiff_t take(int at, const polyring__span *spans, int count) {
  struct socket *it = &sockets[at];
  size_t size = 0;
  for (int i = 0; i < count; i++) {
    assert_true(it->size + spans[i].size < sizeof it->asked);
    memcpy(it->asked + it->size, spans[i].at, spans[i].size);
    it->size += spans[i].size;
    size += spans[i].size;
  }
  it->ready = now + 100;
  return (ptrdiff_t)size;
}

static int64_t event_of(const struct socket *it) {
  return it->size && of[it->server].is == RUNS && !is_lost(it) ? it->ready : NEVER;
}

/* As memcached does: its clock has whole seconds, and began at 2. */
static int say_stats(struct socket *it, char *to) {
  static const char truth[] = "STAT pid 1\r\nSTAT uptime %lld\r\nSTAT time %lld\r\nEND\r\n";
  int64_t since = of[it->server].since, up = (now - since) / SECOND + 2;
  of[it->server].asked++;
  if (of[it->server].stats) return sprintf(to, "%s", of[it->server].stats);
  return sprintf(to, truth, (long long)up, (long long)(since / SECOND + 1700000000 + up));
}

/* Answers the first request. */
static ptrdiff_t answer(struct socket *it, char *to) {
  char *line = memchr(it->asked, '\n', it->size);
  assert_non_null(line);
  size_t taken = (size_t)(line - it->asked) + 1;
  int stores = !memcmp(it->asked, "set", 3) || !memcmp(it->asked, "add", 3);
  if (stores) taken = (size_t)((char *)memchr(line + 1, '\n', it->size - taken) - it->asked) + 1;
  int size = !memcmp(it->asked, "get", 3)       ? sprintf(to, "END\r\n")
             : !memcmp(it->asked, "stats", 5)   ? say_stats(it, to)
             : !memcmp(it->asked, "delete", 6)  ? sprintf(to, "DELETED\r\n")
             : !memcmp(it->asked, "version", 7) ? sprintf(to, "VERSION 1\r\n")
             : stores                           ? sprintf(to, "STORED\r\n")
                                                : sprintf(to, "ERROR\r\n");
  it->size -= taken;
  memmove(it->asked, it->asked + taken, it->size);
  return size;
}

static ptrdiff_t receive(int at, char *to, size_t room, int wait) {
  struct socket *it = &sockets[at];
  assert_true(room > 100);
  if (is_lost(it)) return -ECONNRESET;
  if (wait && event_of(it) > now)
    now = event_of(it) < now + it->timeout ? event_of(it) : now + it->timeout;
  return event_of(it) <= now ? answer(it, to) : -EAGAIN;
}

static int is_silent(int at) { return !is_lost(&sockets[at]); }

static void close_socket(int at, int at_once) {
  (void)at_once;
  assert_true(sockets[at].open);
  sockets[at].open = 0;
}

static const polyring__transport of_ours = {open_socket, is_open,   set_timeout, take,
                                            receive,     is_silent, close_socket};

int ppoll(struct pollfd *waiters, nfds_t count, const struct timespec *timeout,
          const sigset_t *mask) {
  int64_t until = now + timeout->tv_sec * (int64_t)SECOND + timeout->tv_nsec / 1000, first = until;
  int ready = 0;
  (void)mask;
  for (int done = 0; done < 2 && !ready; done++) {
    for (nfds_t i = 0; i < count; i++) {
      const struct socket *it = &sockets[waiters[i].fd];
      int reset = is_lost(it);
      if (waiters[i].events & POLLIN && event_of(it) < first) first = event_of(it);
      waiters[i].revents = 0;
      if (waiters[i].events & POLLOUT) waiters[i].revents = POLLOUT;
      if (waiters[i].events & POLLIN && (reset || event_of(it) <= now))
        waiters[i].revents |= POLLIN;
      ready += waiters[i].revents != 0;
    }
    if (!ready && !done && first > now) now = first;
  }
  return ready;
}

/* --- calls --- */

static void begin(const char *settings) {
  static const char list[] = "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4";
  char all[300];
  polyring_error error;
  snprintf(all, sizeof all, "protocol=text&on_mismatch=ignore&%s", settings);
  if (polyring_client_new(NULL, list, strlen(list), all, strlen(all), &client, &error) < 0)
    fail_msg("%s", error.text);
  for (int i = 0; i < SERVERS; i++) {
    of[i].is = RUNS;
    of[i].stats = NULL;
    of[i].asked = 0;
    of[i].since = now - 1000 * (int64_t)SECOND;
    client->now->pools[i]->transport = &of_ours;
    client->now->pools[i]->address.size = (socklen_t)i + 1;
    client->now->pools[i]->vitals.random = seed + (uint64_t)i;
  }
  memset(sockets, 0, sizeof sockets);
  results = polyring_results_borrow(client);
  latest = 0;
}

static void end(void) {
  polyring_results_return(results);
  polyring_client_free(client);
  for (int i = 0; i < SOCKETS; i++) assert_false(sockets[i].open);
}

/* Some keys of all servers at once, or one. */
static int call(size_t count, int changes, int64_t budget) {
  polyring_operation ops[16] = {{.verb = POLYRING_GET}};
  char keys[16][16];
  int good = 0;
  for (size_t i = 0; i < count; i++) {
    snprintf(keys[i], sizeof keys[i], "key:%u", draw(200));
    ops[i] = (polyring_operation){.verb = changes ? POLYRING_SET : POLYRING_GET,
                                  .key = keys[i],
                                  .key_size = strlen(keys[i]),
                                  .value = {.tag = POLYRING_VALUE_TEXT, .at = "v", .size = 1}};
  }
  int64_t deadline = now + budget;
  polyring_client_run(client, ops, count, budget, results, NULL);
  if (now - deadline > latest) latest = now - deadline;
  for (size_t i = 0; i < count; i++) good += ops[i].status >= 0;
  return good;
}

#endif
