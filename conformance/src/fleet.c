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

#include "progress.h"

#define TURN_MS 60000  /* for another checker to end */
#define START_MS 10000 /* for a server to accept */
/* Room for what is watched, in KiB; not used before somebody watches. */
#define LOG_SIZES "watcher_logbuf_size=4096,worker_logbuf_size=4096"

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
  char *argv[20] = {"memcached", "-U", "0", "-t", "1", "-o", LOG_SIZES, "-m", memory};
  int count = 9;
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

int fleet_connect(struct fleet *fleet, size_t server) {
  struct process *process = &fleet->processes[server];
  const struct place *place = &fleet->places->items[server];
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
  fleet->keys = keys;
  for (size_t i = 0; i < places->count; i++)
    if (places->items[i].same_as == i) server_start(&fleet->processes[i], &places->items[i], keys);
  for (size_t i = 0; i < places->count; i++)
    fleet->links[i] = places->items[i].same_as == i ? fleet_connect(fleet, i) : -1;
}

void fleet_interrupt(struct fleet *fleet, size_t server, enum outage how) {
  close(fleet->links[server]);
  fleet->links[server] = -1;
  if (how == OUTAGE_STOP)
    kill(fleet->processes[server].pid, SIGSTOP);
  else
    process_stop(&fleet->processes[server]);
}

void fleet_resume(struct fleet *fleet, size_t server, enum outage how) {
  if (how == OUTAGE_STOP)
    kill(fleet->processes[server].pid, SIGCONT);
  else
    server_start(&fleet->processes[server], &fleet->places->items[server], fleet->keys);
  fleet->links[server] = fleet_connect(fleet, server);
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

char *fleet_version(void) {
  FILE *file = popen("memcached -V 2>/dev/null", "re");
  char line[80] = "";
  bool said = file && fgets(line, sizeof line, file) && !strncmp(line, "memcached ", 10);
  if (file) pclose(file);
  if (!said) return NULL;
  line[strcspn(line, "\r\n")] = 0;
  return copy(line);
}
