#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fleet.h"
#include "polyring/bytes.h"

#define REPLY_MS 10000
#define KEY_MAX 250

struct reply {
  char *bytes; /* NUL-terminated */
  size_t filled, capacity;
};

/* Whether a reply is complete. */
typedef bool (*reply_whole)(const struct reply *reply);

static bool ends_in(const struct reply *reply, const char *end) {
  size_t size = strlen(end);
  return reply->filled >= size && !memcmp(reply->bytes + reply->filled - size, end, size);
}

static bool line_whole(const struct reply *reply) { return ends_in(reply, "\r\n"); }

/* One is at work after a restart of the crawler: BUSY. */
static bool dump_whole(const struct reply *reply) {
  return ends_in(reply, "END\r\n") || ends_in(reply, "request\r\n");
}

/* "VA SIZE FLAG...\r\n" and SIZE bytes, or a line without any. */
static bool item_whole(const struct reply *reply) {
  const char *end = strstr(reply->bytes, "\r\n");
  size_t size;
  if (!end || sscanf(reply->bytes, "VA %zu", &size) != 1) return end != NULL;
  return reply->filled >= (size_t)(end - reply->bytes) + 2 + size + 2;
}

static void send_all(int link, const char *bytes, size_t size, int64_t deadline, const char *word) {
  struct pollfd fd = {.fd = link, .events = POLLOUT};
  while (size) {
    ssize_t sent = write(link, bytes, size);
    if ((sent < 0 && errno != EAGAIN) || clock_ms() >= deadline)
      fail(EXIT_ENVIRONMENT, "memcached for %s takes no request: %s", word, strerror(errno));
    if (sent < 0) process_wait(&fd, 1, deadline);
    if (sent > 0) bytes += sent, size -= (size_t)sent;
  }
}

/* Sends a request and reads until the reply is whole, to be freed. */
static struct reply request(struct fleet *fleet, size_t server, const char *line, size_t size,
                            reply_whole whole) {
  struct reply reply = {0};
  const char *word = fleet->places->items[server].word;
  struct pollfd fd = {.fd = fleet->links[server], .events = POLLIN};
  int64_t deadline = clock_ms() + REPLY_MS;
  send_all(fd.fd, line, size, deadline, word);
  do {
    process_wait(&fd, 1, deadline);
    if (reply.capacity - reply.filled < 65536)
      reply.bytes = grow(reply.bytes, reply.capacity = 2 * reply.capacity + 65537, 1);
    ssize_t got = read(fd.fd, reply.bytes + reply.filled, reply.capacity - reply.filled - 1);
    if (got == 0 || (got < 0 && errno != EAGAIN) || clock_ms() >= deadline)
      fail(EXIT_ENVIRONMENT, "memcached for %s gives no reply to %.30s", word, line);
    if (got > 0) reply.filled += (size_t)got;
    reply.bytes[reply.filled] = 0;
  } while (!whole(&reply));
  return reply;
}

static void dump_server(struct fleet *fleet, size_t server, fleet_found found, void *context) {
  static const char line[] = "lru_crawler metadump all\r\n", key_word[] = "key=";
  int64_t deadline = clock_ms() + REPLY_MS;
  char *dump, *rest, *one;
  for (;;) {
    dump = request(fleet, server, line, sizeof line - 1, dump_whole).bytes;
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

bool fleet_sayable(const uint8_t *key, size_t key_size) {
  for (size_t i = 0; i < key_size; i++)
    if (key[i] == ' ' || key[i] == '\n' || key[i] == 0) return false;
  return key_size > 0 && key_size <= KEY_MAX;
}

bool fleet_item(struct fleet *fleet, size_t server, const uint8_t *key, size_t key_size,
                struct item *item) {
  char line[KEY_MAX + 20];
  *item = (struct item){0};
  if (!fleet_sayable(key, key_size)) return false;
  memcpy(line, "mg ", 3);
  memcpy(line + 3, key, key_size);
  memcpy(line + 3 + key_size, " s f v\r\n", 8);
  struct reply reply = request(fleet, server, line, key_size + 11, item_whole);
  bool found = sscanf(reply.bytes, "VA %zu s%*u f%" SCNu32, &item->size, &item->flags) == 2;
  if (found) {
    item->bytes = grow(NULL, item->size + 1, 1);
    memcpy(item->bytes, strstr(reply.bytes, "\r\n") + 2, item->size);
    item->bytes[item->size] = 0;
  }
  free(reply.bytes);
  return found;
}

void fleet_store(struct fleet *fleet, size_t server, const uint8_t *key, size_t key_size,
                 const struct item *item) {
  char *line = grow(NULL, key_size + item->size + 60, 1);
  size_t size = (size_t)sprintf(line, "set ");
  memcpy(line + size, key, key_size);
  size += key_size;
  size += (size_t)sprintf(line + size, " %" PRIu32 " 0 %zu\r\n", item->flags, item->size);
  memcpy(line + size, item->bytes, item->size);
  size += item->size;
  memcpy(line + size, "\r\n", 2);
  struct reply reply = request(fleet, server, line, size + 2, line_whole);
  if (strcmp(reply.bytes, "STORED\r\n"))
    fail(EXIT_ENVIRONMENT, "memcached for %s stores no item: %.80s",
         fleet->places->items[server].word, printable(reply.bytes));
  free(reply.bytes);
  free(line);
}
