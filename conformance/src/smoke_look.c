/* What lies on the servers. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "smoke.h"

#define SETTLE_MS 1000

struct search {
  const uint8_t *key;
  size_t size;
  const struct keys *known;
  struct look *look;
};

static void found(void *context, size_t server, const uint8_t *key, size_t size) {
  struct search *search = context;
  struct look *look = search->look;
  if (size == search->size && !memcmp(key, search->key, size)) {
    look->count += !look->count || look->at != server; /* a dump may name what moves twice */
    look->at = server;
  } else if (keys_find(search->known, key, size) == NO_KEY && size <= sizeof look->stray) {
    look->stray_at = server;
    look->stray_size = size;
    memcpy(look->stray, key, size);
  }
}

void smoke_look(struct smoke *smoke, const uint8_t *key, size_t size, struct look *look) {
  struct search search = {key, size, &smoke->known, look};
  *look = (struct look){.at = NO_KEY, .stray_at = NO_KEY};
  fleet_dump(&smoke->fleet, found, &search);
}

void smoke_settle(struct smoke *smoke, const uint8_t *key, size_t size, struct look *look) {
  int64_t deadline = clock_ms() + SETTLE_MS;
  for (;;) {
    smoke_look(smoke, key, size, look);
    if (look->count || look->stray_at != NO_KEY || clock_ms() >= deadline) break;
    process_wait(NULL, 0, clock_ms() + 20);
  }
  keys_add(&smoke->known, key, size);
  if (look->stray_at != NO_KEY) keys_add(&smoke->known, look->stray, look->stray_size);
}

/* Where the value starts in "VALUE KEY FLAGS SIZE\r\n" and how long it is; NULL as long as that
 * line is not complete. */
static char *value_start(char *reply, size_t filled, size_t *size) {
  char *end = memmem(reply, filled, "\r\n", 2);
  if (!end) return NULL;
  *size = 0;
  for (char *c = end; c > reply && c[-1] != ' ';) c--, *size = strtoul(c, NULL, 10);
  return end + 2;
}

uint8_t *smoke_value(struct smoke *smoke, size_t server, const uint8_t *key, size_t size,
                     size_t *value_size) {
  struct pollfd fd = {.fd = smoke->fleet.links[server], .events = POLLIN};
  int64_t deadline = clock_ms() + SETTLE_MS;
  size_t filled = 0, capacity = 1 << 20;
  char line[300], *reply, *start;
  int line_size = snprintf(line, sizeof line, "get %.*s\r\n", (int)size, (const char *)key);
  if (write(fd.fd, line, (size_t)line_size) != line_size) return NULL;
  reply = grow(NULL, capacity, 1);
  while (clock_ms() < deadline && filled < capacity) {
    process_wait(&fd, 1, deadline);
    ssize_t got = read(fd.fd, reply + filled, capacity - filled);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) break;
    if (got > 0) filled += (size_t)got;
    start = value_start(reply, filled, value_size);
    if (!start) continue;
    if (strncmp(reply, "VALUE ", 6)) break;
    if (filled < (size_t)(start - reply) + *value_size + 7) continue; /* CR LF END CR LF */
    memmove(reply, start, *value_size);
    return (uint8_t *)reply;
  }
  free(reply);
  return NULL;
}

char *smoke_words(const struct smoke *smoke, size_t first, size_t count) {
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  for (size_t i = first; i < first + count; i++)
    fprintf(file, "%s%s", i > first ? " " : "", smoke->places.items[i].word);
  fclose(file);
  return text;
}

size_t smoke_place(const struct smoke *smoke, const char *start) {
  for (size_t i = 0; i < smoke->places.count; i++)
    if (!strncmp(smoke->places.items[i].word, start, strlen(start))) return i;
  return NO_KEY;
}
