/* What no client can do better: one blocking socket, write() and read(), classic text written by
 * hand. It makes each request from its key, reads until the answer is whole, looks whether it is
 * the one that was asked for, and copies the value. It knows no servers, errors or deadlines. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client.h"

typedef struct line {
  int socket;
  char out[512], in[4096], value[VALUE_SIZE];
} line;

static int connect_to(const place *to) {
  struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)to->port)};
  struct sockaddr_un un = {.sun_family = AF_UNIX};
  int on = 1, made = socket(to->port ? AF_INET : AF_UNIX, SOCK_STREAM, 0);
  inet_pton(AF_INET, to->host, &in.sin_addr);
  strcpy(un.sun_path, to->host);
  if (to->port) setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const struct sockaddr *address = to->port ? (void *)&in : (void *)&un;
  if (connect(made, address, to->port ? sizeof in : sizeof un)) give_up("raw: cannot connect");
  return made;
}

static void *open_client(const question *asked) {
  place places[PLACES_MAX];
  if (places_of(asked, places) != 1) give_up("raw: one server only");
  line *made = malloc(sizeof *made);
  made->socket = connect_to(places);
  return made;
}

static void *user_of(void *client) { return client; }

static void leave(void *user) { (void)user; }

static void close_client(void *client) {
  close(((line *)client)->socket);
  free(client);
}

static char *put(char *at, const char *bytes, size_t size) {
  memcpy(at, bytes, size);
  return at + size;
}

/* Sends what lies in out up to end, and reads until the answer ends as told. Its size. */
static size_t ask(line *self, const char *end, const char *last, size_t last_size) {
  size_t size = (size_t)(end - self->out), got = 0;
  if (write(self->socket, self->out, size) != (ssize_t)size) give_up("raw: cannot write");
  while (got < last_size || memcmp(self->in + got - last_size, last, last_size) != 0) {
    ssize_t more = read(self->socket, self->in + got, sizeof self->in - got);
    if (more <= 0) give_up("raw: cannot read");
    got += (size_t)more;
  }
  return got;
}

static size_t get(void *client, const char *key) {
  line *self = client;
  char *end = put(put(put(self->out, "get ", 4), key, KEY_SIZE), "\r\n", 2);
  if (ask(self, end, "END\r\n", 5) == 5) return 0;
  const char *at = self->in + 6 + KEY_SIZE;
  if (memcmp(self->in, "VALUE ", 6) != 0 || memcmp(self->in + 6, key, KEY_SIZE) != 0) return 0;
  strtoul(at, (char **)&at, 10);
  size_t size = strtoul(at, (char **)&at, 10);
  if (size > sizeof self->value) return 0;
  memcpy(self->value, at + 2, size);
  return size;
}

static size_t set(void *client, const char *key, const char *value) {
  line *self = client;
  char *end = put(put(put(self->out, "set ", 4), key, KEY_SIZE), " 0 0 100\r\n", 10);
  end = put(put(end, value, VALUE_SIZE), "\r\n", 2);
  return ask(self, end, "\r\n", 2) == 8 && memcmp(self->in, "STORED", 6) == 0;
}

static size_t gets(void *client, const char *keys, size_t count) {
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++) bytes += get(client, keys + i * KEY_SIZE);
  return bytes;
}

static size_t sets(void *client, const char *keys, size_t count, const char *value) {
  size_t stored = 0;
  for (size_t i = 0; i < count; i++) stored += set(client, keys + i * KEY_SIZE, value);
  return stored;
}

static double answer(const question *asked) {
  static const client_kind kind = {open_client, user_of, get,          set,  gets,
                                   sets,        leave,   close_client, false};
  int single = !strcmp(asked->job, "get") || !strcmp(asked->job, "set");
  return has_places(asked) && single ? answer_client(&kind, asked) : -1;
}

int main(int argc, char **argv) { return serve("raw write()/read()", argc, argv, answer); }
