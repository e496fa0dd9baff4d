/* Real memcached servers for a test: started on addresses of its own, ended with it. */
#ifndef POLYRING_TESTS_SERVERS_H
#define POLYRING_TESTS_SERVERS_H

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

typedef struct live {
  pid_t pid;
  char word[128]; /* as a list of servers has it */
  char address[64], port[8], path[100];
  char threads[4]; /* of the server; "": 1 */
} live;

static inline void pause_ms(int ms) {
  nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static inline int accepts(const live *server) {
  struct sockaddr_un un = {.sun_family = AF_UNIX};
  struct sockaddr_in in = {.sin_family = AF_INET};
  struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
  int port = atoi(server->port), family, fd, connected;
  const struct sockaddr *address;
  socklen_t size;
  if (*server->path) {
    strcpy(un.sun_path, server->path);
    family = AF_UNIX, address = (const struct sockaddr *)&un, size = sizeof un;
  } else if (inet_pton(AF_INET, server->address, &in.sin_addr) == 1) {
    in.sin_port = htons((uint16_t)port);
    family = AF_INET, address = (const struct sockaddr *)&in, size = sizeof in;
  } else {
    inet_pton(AF_INET6, server->address, &in6.sin6_addr);
    in6.sin6_port = htons((uint16_t)port);
    family = AF_INET6, address = (const struct sockaddr *)&in6, size = sizeof in6;
  }
  fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  connected = connect(fd, address, size) == 0;
  close(fd);
  return connected;
}

static inline void live_start(live *server) {
  char *argv[] = {"memcached",
                  "-u",
                  "root",
                  "-t",
                  *server->threads ? server->threads : "1",
                  "-m",
                  "64",
                  "-U",
                  "0",
                  *server->path ? "-s" : "-l",
                  *server->path ? server->path : server->address,
                  *server->path ? NULL : "-p",
                  server->port,
                  NULL};
  server->pid = fork();
  if (!server->pid) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execvp(*argv, argv);
    _exit(127);
  }
  for (int i = 0; i < 1000 && !accepts(server); i++) {
    if (waitpid(server->pid, NULL, WNOHANG))
      fail_msg("memcached for %s does not start", server->word);
    pause_ms(5);
  }
}

static inline void live_stop(live *server) {
  if (!server->pid) return;
  kill(server->pid, SIGKILL);
  waitpid(server->pid, NULL, 0);
  if (*server->path) unlink(server->path);
  server->pid = 0;
}

/* It answers nothing until it is sent SIGCONT. */
static inline void live_freeze(live *server) {
  kill(server->pid, SIGSTOP);
  waitpid(server->pid, NULL, WUNTRACED);
}

/* A server on an address; "[...]" for IPv6. */
static inline live live_tcp(const char *address, int port) {
  live server = {.pid = 0};
  snprintf(server.address, sizeof server.address, "%s", address);
  snprintf(server.port, sizeof server.port, "%d", port);
  snprintf(server.word, sizeof server.word, strchr(address, ':') ? "[%s]:%d" : "%s:%d", address,
           port);
  live_start(&server);
  return server;
}

static inline live live_unix(const char *folder, const char *name) {
  live server = {.pid = 0};
  snprintf(server.path, sizeof server.path, "%s/%s", folder, name);
  snprintf(server.word, sizeof server.word, "unix:%s", server.path);
  live_start(&server);
  return server;
}

/* The descriptors that are open. */
static inline int descriptors(void) {
  DIR *all = opendir("/proc/self/fd");
  int count = -3; /* . and .. and the one that reads */
  while (readdir(all)) count++;
  closedir(all);
  return count;
}

#endif
