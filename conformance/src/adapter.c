#include "adapter.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void __attribute__((format(printf, 2, 3)))
broke(struct adapter *adapter, const char *text, ...) {
  va_list list;
  char why[512];
  if (adapter->broken) return;
  va_start(list, text);
  vsnprintf(why, sizeof why, text, list);
  va_end(list);
  adapter->broken = printable(copy(why));
}

char *adapter_start(struct adapter *adapter, const struct client *client, const char *hosts,
                    int64_t timeout) {
  struct process_options options = {.path = client->adapters, .hosts = hosts, .talks = true};
  *adapter = (struct adapter){.timeout = timeout};
  if (client->lacks) return copy(client->lacks);
  return process_start(&adapter->process, client->command.items, &options);
}

/* Takes in what there is to read. False at the end of the output. */
static bool take_in(struct adapter *adapter) {
  for (;;) {
    if (adapter->capacity - adapter->filled < 4096) {
      adapter->capacity = 2 * adapter->capacity + 8192;
      adapter->buffer = grow(adapter->buffer, adapter->capacity, 1);
    }
    ssize_t got = read(adapter->process.out, adapter->buffer + adapter->filled,
                       adapter->capacity - adapter->filled);
    if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
    size_t room = adapter->capacity - adapter->filled;
    adapter->filled += (size_t)got;
    if ((size_t)got < room || adapter->filled > REPLY_MAX) return true;
  }
}

/* The first line of the buffer with a NUL in place of its newline; NULL if it is not there yet
 * or not what a reply may be. */
static char *first_line(struct adapter *adapter) {
  char *end = adapter->filled ? memchr(adapter->buffer, '\n', adapter->filled) : NULL;
  size_t length = end ? (size_t)(end - adapter->buffer) : adapter->filled;
  if (length > REPLY_MAX)
    broke(adapter, "a reply longer than %d bytes", REPLY_MAX);
  else if (length && memchr(adapter->buffer, 0, length))
    broke(adapter, "a zero byte in the reply");
  else if (end && length && end[-1] == '\r')
    broke(adapter, "a carriage return at the end of the reply");
  else if (end && length + 1 < adapter->filled)
    broke(adapter, "more than one line in reply to one request");
  if (!end || adapter->broken) return NULL;
  *end = 0;
  return adapter->buffer;
}

static void write_some(struct adapter *adapter, const char *line, size_t size, size_t *sent) {
  ssize_t written = write(adapter->process.in, line + *sent, size - *sent);
  if (written > 0) *sent += (size_t)written;
  if (written < 0 && errno != EAGAIN && errno != EINTR) *sent = size; /* the end will be read */
}

static void wait_for_reply(struct adapter *adapter, bool writing, int64_t deadline) {
  struct pollfd fds[3] = {{.fd = adapter->process.out, .events = POLLIN},
                          {.fd = adapter->process.err, .events = POLLIN},
                          {.fd = writing ? adapter->process.in : -1, .events = POLLOUT}};
  if (process_wait(fds, 3, deadline) > 0 && fds[1].revents) process_notes(&adapter->process);
}

static char *broke_at_end(struct adapter *adapter) {
  int64_t deadline = clock_ms() + 200; /* it is about to go, with a status */
  while (!process_exited(&adapter->process) && clock_ms() < deadline)
    process_wait(NULL, 0, deadline);
  char *end = process_end(&adapter->process);
  broke(adapter, "%s%s", adapter->filled ? "half a line, then " : "", end);
  free(end);
  return NULL;
}

char *adapter_ask(struct adapter *adapter, const char *line, size_t size) {
  int64_t deadline = clock_ms() + adapter->timeout;
  size_t sent = 0;
  if (adapter->broken) return NULL;
  adapter->filled = 0;
  for (;;) {
    if (sent < size) write_some(adapter, line, size, &sent);
    wait_for_reply(adapter, sent < size, deadline);
    bool open = take_in(adapter);
    char *reply = first_line(adapter);
    if (!reply && process_exited(&adapter->process)) {
      take_in(adapter); /* what it wrote before its end */
      open = false;
      reply = first_line(adapter);
    }
    if (reply || adapter->broken) return reply;
    if (!open) return broke_at_end(adapter);
    if (clock_ms() >= deadline) {
      broke(adapter, "%s for %g s", adapter->filled ? "half a line, then silence" : "silence",
            (double)adapter->timeout / 1000);
      return NULL;
    }
  }
}

void adapter_stop(struct adapter *adapter) {
  int64_t deadline = clock_ms() + adapter->timeout;
  size_t sent = 0;
  if (adapter->process.pid && !adapter->broken) {
    adapter->filled = 0;
    write_some(adapter, "bye\n", 4, &sent);
    close(adapter->process.in);
    adapter->process.in = -1;
    while (take_in(adapter) && !process_exited(&adapter->process) && clock_ms() < deadline &&
           adapter->filled <= REPLY_MAX)
      wait_for_reply(adapter, false, deadline);
    take_in(adapter);
    if (adapter->filled) broke(adapter, "a line that no request asked for");
    while (!process_exited(&adapter->process) && clock_ms() < deadline && !adapter->broken)
      wait_for_reply(adapter, false, deadline);
    if (!adapter->process.exited) broke(adapter, "it did not end after bye");
  }
  process_stop(&adapter->process);
  free(adapter->buffer);
  adapter->buffer = NULL;
}

char *reply_is(char *reply, const char *word) {
  size_t length = strlen(word);
  if (strncmp(reply, word, length) || (reply[length] && reply[length] != ' ')) return NULL;
  return reply[length] ? printable(reply + length + 1) : reply + length;
}

bool hello_read(struct adapter *adapter, const char *reply, struct hello *hello) {
  *hello = (struct hello){.line = printable(copy(reply))};
  struct words words = words_split(hello->line);
  if (words.count < 5 || strcmp(words.items[0], "hello")) {
    broke(adapter, "hello was answered by: %s", reply);
    free(words.items);
    hello_done(hello);
    return false;
  }
  hello->client = words.items[1];
  hello->version = words.items[2];
  hello->language = words.items[3];
  hello->verbs = words.items[4];
  for (size_t i = 5; i < words.count; i++) words_add(&hello->more, words.items[i]);
  free(words.items);
  return true;
}

void hello_done(struct hello *hello) {
  free(hello->line);
  free(hello->more.items);
  *hello = (struct hello){0};
}

bool hello_can(const struct hello *hello, const char *verb) {
  size_t length = strlen(verb);
  for (const char *at = hello->verbs; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
    if (!strncmp(at, verb, length) && (!at[length] || at[length] == ',')) return true;
  return false;
}

const char *hello_value(const struct hello *hello, const char *key) {
  size_t length = strlen(key);
  for (size_t i = 0; i < hello->more.count; i++)
    if (!strncmp(hello->more.items[i], key, length) && hello->more.items[i][length] == '=')
      return hello->more.items[i] + length + 1;
  return NULL;
}
