#include "watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "polyring/bytes.h"

#define WATCH_MS 10000 /* for a server to tell what it saw: idle ones sleep for a second */
#define MARK "polyring-check-mark-" /* a key of our own: what was asked before it has been told */

struct watcher {
  int link; /* -1 if there is none */
  char *bytes;
  size_t filled, capacity;
};

static bool take_in(struct watcher *watcher) {
  for (;;) {
    if (watcher->capacity - watcher->filled < 65536)
      watcher->bytes = grow(watcher->bytes, watcher->capacity = 2 * watcher->capacity + 65537, 1);
    ssize_t got = read(watcher->link, watcher->bytes + watcher->filled,
                       watcher->capacity - watcher->filled - 1);
    if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
    watcher->filled += (size_t)got;
    watcher->bytes[watcher->filled] = 0;
  }
}

/* Takes in until the text is there; returns where it is. */
static char *wait_for(struct watch *watch, size_t server, const char *text) {
  struct watcher *watcher = &watch->watchers[server];
  struct pollfd fd = {.fd = watcher->link, .events = POLLIN};
  int64_t deadline = clock_ms() + WATCH_MS;
  for (;;) {
    bool open = take_in(watcher);
    char *at = watcher->filled ? strstr(watcher->bytes, text) : NULL;
    if (at) return at;
    if (!open || clock_ms() >= deadline)
      fail(EXIT_ENVIRONMENT, "memcached for %s does not let itself be watched",
           watch->fleet->places->items[server].word);
    process_wait(&fd, 1, deadline);
  }
}

static void close_watcher(struct watcher *watcher) {
  if (watcher->link >= 0) close(watcher->link);
  free(watcher->bytes);
  *watcher = (struct watcher){.link = -1};
}

void watch_renew(struct watch *watch, size_t server) {
  static const char line[] = "watch fetchers mutations\r\n";
  struct watcher *watcher = &watch->watchers[server];
  if (watch->fleet->links[server] < 0) {
    close_watcher(watcher);
    return;
  }
  if (watcher->link >= 0) return;
  watcher->link = fleet_connect(watch->fleet, server);
  if (write(watcher->link, line, sizeof line - 1) != sizeof line - 1)
    fail(EXIT_ENVIRONMENT, "memcached for %s: %s", watch->fleet->places->items[server].word,
         strerror(errno));
  wait_for(watch, server, "OK\r\n");
  watcher->filled = 0;
}

void watch_start(struct watch *watch, struct fleet *fleet) {
  *watch = (struct watch){.fleet = fleet};
  watch->watchers = grow(NULL, fleet->places->count, sizeof *watch->watchers);
  for (size_t i = 0; i < fleet->places->count; i++) {
    watch->watchers[i] = (struct watcher){.link = -1};
    watch_renew(watch, i);
  }
}

void watch_done(struct watch *watch) {
  for (size_t i = 0; watch->watchers && i < watch->fleet->places->count; i++)
    close_watcher(&watch->watchers[i]);
  free(watch->watchers);
  watch->watchers = NULL;
}

void watch_drain(struct watch *watch) {
  for (size_t i = 0; i < watch->fleet->places->count; i++)
    if (watch->watchers[i].link >= 0) take_in(&watch->watchers[i]);
}

static void read_line(struct watch *watch, size_t server, char *line, watch_saw saw,
                      void *context) {
  char *type = strstr(line, " type="), *key = strstr(line, " key=");
  if (!strncmp(line, "skipped=", 8) || !strncmp(line, "[skipped", 8)) watch->missed++;
  if (!type || !key) return;
  bool get = !strncmp(type + 6, "item_get ", 9), store = !strncmp(type + 6, "item_store ", 11);
  key += 5;
  if ((!get && !store) || !strncmp(key, MARK, sizeof MARK - 1)) return;
  size_t size = polyring_percent_decode(key, strcspn(key, " "), key, NULL);
  if (size != POLYRING_NOWHERE)
    saw(context, server, get ? SIGHT_GET : SIGHT_STORE, (const uint8_t *)key, size);
}

void watch_read(struct watch *watch, watch_saw saw, void *context) {
  char *mark = format(MARK "%zu ", ++watch->marks), name[60];
  int size = snprintf(name, sizeof name, MARK "%zu", watch->marks);
  struct item none;
  for (size_t i = 0; i < watch->fleet->places->count; i++)
    if (watch->watchers[i].link >= 0)
      fleet_item(watch->fleet, i, (const uint8_t *)name, (size_t)size, &none);
  for (size_t i = 0; i < watch->fleet->places->count; i++) {
    struct watcher *watcher = &watch->watchers[i];
    if (watcher->link < 0) continue;
    wait_for(watch, i, mark);
    char *rest = watcher->bytes, *line;
    while ((line = strsep(&rest, "\n"))) read_line(watch, i, line, saw, context);
    watcher->filled = 0;
  }
  free(mark);
}
