#include "fleet.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "polyring/bytes.h"
#include "progress.h"

#define TURN_MS 60000  /* for another checker to end */
#define START_MS 10000 /* for a server to accept, and for one reply of it */

/* Fails if somebody else has the address; memcached would say so less clearly. */
static void check_free(const struct place *place) {
  const struct sockaddr *address = (const struct sockaddr *)&place->socket;
  int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  if (place->path) { /* memcached replaces a socket that nobody listens on */
    if (connect(fd, address, place->socket_size) == 0 || (errno != ECONNREFUSED && errno != ENOENT))
      fail(EXIT_ENVIRONMENT, "%s: %s is there already", place->word, place->path);
    close(fd);
    return;
  }
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, address, place->socket_size) != 0 || listen(fd, 1) != 0)
    fail(EXIT_ENVIRONMENT, "no memcached can be started on %s port %u: %s", place->address,
         place->port, strerror(errno));
  close(fd);
}

/* Waits until no other checker has servers on this machine: their lists are mostly the same. The
 * name of the socket is free again when its owner is gone, and as local as the addresses are. */
static int turn_take(void) {
  static const char name[] = "\0polyring-check";
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  socklen_t size = offsetof(struct sockaddr_un, sun_path) + sizeof name - 1;
  int64_t deadline = clock_ms() + TURN_MS;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  memcpy(address.sun_path, name, sizeof name);
  while (bind(fd, (const struct sockaddr *)&address, size) != 0 && clock_ms() < deadline) {
    progress("waiting for another " TOOL);
    process_wait(NULL, 0, clock_ms() + 20);
  }
  return fd;
}

static void server_start(struct process *process, const struct place *place, size_t keys) {
  char port[16], memory[32];
  char *argv[20] = {"memcached", "-U", "0", "-t", "1", "-m", memory};
  int count = 7;
  struct process_options options = {.talks = false};
  /* -m in MiB: twice what keys of 250 bytes need, should all of them go to one server. */
  snprintf(memory, sizeof memory, "%zu", 64 + keys / 1500);
  snprintf(port, sizeof port, "%u", place->port);
  if (geteuid() == 0) {
    argv[count++] = "-u";
    argv[count++] = "root"; /* nobody would lose the signal that ends it with us */
  }
  argv[count++] = place->path ? "-s" : "-l";
  argv[count++] = place->path ? place->path : place->address;
  if (!place->path) argv[count++] = "-p";
  if (!place->path) argv[count++] = port;
  check_free(place);
  char *why = process_start(process, argv, &options);
  if (why) fail(EXIT_ENVIRONMENT, "%s", why);
}

static int link_open(struct process *process, const struct place *place) {
  const struct sockaddr *address = (const struct sockaddr *)&place->socket;
  int64_t deadline = clock_ms() + START_MS;
  for (;;) {
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, address, place->socket_size) == 0) {
      fcntl(fd, F_SETFL, O_NONBLOCK);
      return fd;
    }
    int error = errno;
    close(fd);
    if (process_exited(process)) {
      char *end = process_end(process);
      fail(EXIT_ENVIRONMENT, "memcached for %s %s", place->word, end);
    }
    if (clock_ms() >= deadline)
      fail(EXIT_ENVIRONMENT, "memcached for %s does not accept: %s", place->word, strerror(error));
    process_wait(NULL, 0, clock_ms() + 2);
  }
}

void fleet_start(struct fleet *fleet, const struct places *places, size_t keys) {
  *fleet = (struct fleet){.places = places, .turn = turn_take()};
  fleet->processes = zeroed(places->count, sizeof *fleet->processes);
  fleet->links = grow(NULL, places->count, sizeof *fleet->links);
  for (size_t i = 0; i < places->count; i++)
    if (places->items[i].same_as == i) server_start(&fleet->processes[i], &places->items[i], keys);
  for (size_t i = 0; i < places->count; i++)
    fleet->links[i] =
        places->items[i].same_as == i ? link_open(&fleet->processes[i], &places->items[i]) : -1;
}

void fleet_stop(struct fleet *fleet) {
  for (size_t i = 0; i < fleet->places->count; i++) {
    if (fleet->links[i] >= 0) close(fleet->links[i]);
    /* It has nothing to save, and takes a second to end when it is asked to. */
    if (fleet->processes[i].pid) kill(fleet->processes[i].pid, SIGKILL);
  }
  for (size_t i = 0; i < fleet->places->count; i++) {
    process_stop(&fleet->processes[i]);
    if (fleet->places->items[i].path) unlink(fleet->places->items[i].path);
  }
  close(fleet->turn);
  free(fleet->processes);
  free(fleet->links);
}

struct reply {
  char *bytes;
  size_t filled, capacity;
};

/* Sends a request and reads until the bytes read end in one of two lines. Returns the reply,
 * NUL-terminated, to be freed. */
static char *request(struct fleet *fleet, size_t server, const char *line, size_t size,
                     const char *const ends[2], size_t *length) {
  struct reply reply = {0};
  const char *word = fleet->places->items[server].word;
  struct pollfd fd = {.fd = fleet->links[server], .events = POLLIN};
  int64_t deadline = clock_ms() + START_MS;
  if (write(fd.fd, line, size) != (ssize_t)size)
    fail(EXIT_ENVIRONMENT, "memcached for %s takes no request: %s", word, strerror(errno));
  for (;;) {
    process_wait(&fd, 1, deadline);
    if (reply.capacity - reply.filled < 65536)
      reply.bytes = grow(reply.bytes, reply.capacity = 2 * reply.capacity + 65537, 1);
    ssize_t got = read(fd.fd, reply.bytes + reply.filled, reply.capacity - reply.filled - 1);
    if (got == 0 || (got < 0 && errno != EAGAIN) || clock_ms() >= deadline)
      fail(EXIT_ENVIRONMENT, "memcached for %s gives no reply to %.30s", word, line);
    if (got < 0) continue;
    reply.filled += (size_t)got;
    reply.bytes[reply.filled] = 0;
    for (int i = 0; i < 2; i++) {
      size_t end = strlen(ends[i]);
      if (reply.filled < end || memcmp(reply.bytes + reply.filled - end, ends[i], end)) continue;
      *length = reply.filled;
      return reply.bytes;
    }
  }
}

static void dump_server(struct fleet *fleet, size_t server, fleet_found found, void *context) {
  static const char line[] = "lru_crawler metadump all\r\n", key_word[] = "key=";
  /* One is at work after a restart of the crawler: BUSY. No other request may be in flight. */
  static const char *const ends[2] = {"END\r\n", "request\r\n"};
  int64_t deadline = clock_ms() + START_MS;
  char *dump, *rest, *one;
  size_t length;
  for (;;) {
    dump = request(fleet, server, line, sizeof line - 1, ends, &length);
    if (strncmp(dump, "BUSY", 4)) break;
    free(dump);
    if (clock_ms() >= deadline) fail(EXIT_ENVIRONMENT, "memcached is busy dumping");
    process_wait(NULL, 0, clock_ms() + 5);
  }
  rest = dump;
  while ((one = strsep(&rest, "\n"))) {
    if (strncmp(one, key_word, sizeof key_word - 1)) continue;
    char *key = one + sizeof key_word - 1;
    size_t size = polyring_percent_decode(key, strcspn(key, " \r"), key, NULL);
    if (size != POLYRING_NOWHERE) found(context, server, (const uint8_t *)key, size);
  }
  free(dump);
}

void fleet_dump(struct fleet *fleet, fleet_found found, void *context) {
  for (size_t i = 0; i < fleet->places->count; i++)
    if (fleet->links[i] >= 0) dump_server(fleet, i, found, context);
}

bool fleet_value(struct fleet *fleet, size_t server, const uint8_t *key, size_t key_size,
                 char *value, size_t size) {
  static const char *const ends[2] = {"END\r\n", "ERROR\r\n"};
  char line[300];
  size_t length;
  for (size_t i = 0; i < key_size; i++)
    if (key[i] <= ' ' || key[i] == 0x7F) return false;
  if (key_size == 0 || key_size > 250) return false;
  int line_size = snprintf(line, sizeof line, "get %.*s\r\n", (int)key_size, (const char *)key);
  char *reply = request(fleet, server, line, (size_t)line_size, ends, &length);
  char *bytes = strncmp(reply, "VALUE ", 6) ? NULL : strstr(reply, "\r\n");
  if (bytes) {
    bytes += 2;
    snprintf(value, size, "%.*s", (int)strcspn(bytes, "\r"), bytes);
  }
  free(reply);
  return bytes != NULL;
}

char *fleet_version(void) {
  FILE *file = popen("memcached -V 2>/dev/null", "re");
  char line[80] = "";
  if (!file || !fgets(line, sizeof line, file) || strncmp(line, "memcached ", 10))
    fail(EXIT_ENVIRONMENT, "memcached is not installed");
  pclose(file);
  line[strcspn(line, "\r\n")] = 0;
  return copy(line);
}
