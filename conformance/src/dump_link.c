#include "dump_link.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dump_reply.h"

enum {
  LINE_MAX_BYTES = 2048, /* a key of 250 bytes is up to 750 in a list */
  IN_SIZE = 1 << 18,
  BATCH = 1000,      /* requests for flags in flight */
  AGAIN_MS = 100,    /* until the next try when a crawler is at work already */
  SLOWEST = 10000,   /* keys a second that a list must come with, once the timeout is over */
  SPARE_ITEMS = 2000 /* a list may have so many and four times what the server said */
};

enum step { CONNECTING, LISTING, DUMPING, BUSY, ASKING };

struct link {
  int fd;
  enum step step;
  int64_t deadline, started; /* of the reply that is waited for */
  int64_t not_before;        /* the rate allows nothing earlier */
  int64_t since;             /* what the rate is counted from */
  uint64_t spent;            /* items since then */
  unsigned class;
  size_t lines;           /* of this reply */
  bool touching, probing; /* plain requests; the first answer is still to come */
  size_t next;            /* item whose flags have to be asked for next */
  size_t asked[BATCH], asked_count, answered;
  char *out;
  size_t out_size, sent;
  char request[64]; /* what was asked for, for messages */
  char *in;
  size_t filled;
};

static void over(struct source *source, char *why) {
  struct link *link = source->link;
  if (link->fd >= 0) close(link->fd);
  free(link->in);
  free(link->out);
  free(link);
  source->link = NULL;
  source->why = why;
  source->finished = !why;
}

static void reply_begins(struct dump *dump, struct link *link, enum step step) {
  link->step = step;
  link->started = clock_ms();
  if (link->started < link->not_before) link->started = link->not_before;
  link->deadline = link->started + dump->options.timeout;
  link->lines = 0;
}

static void say(struct dump *dump, struct link *link, enum step step, const char *request) {
  snprintf(link->request, sizeof link->request, "%s", request);
  link->out_size = (size_t)sprintf(link->out, "%s" CRLF, request);
  link->sent = 0;
  reply_begins(dump, link, step);
}

static void spend(struct dump *dump, struct link *link) {
  link->spent++;
  if (!dump->options.rate) return;
  link->not_before = link->since + (int64_t)(link->spent * 1000 / dump->options.rate);
}

static void next_class(struct dump *dump, struct source *source) {
  struct link *link = source->link;
  char request[64];
  do {
    if (++link->class == CLASSES) {
      over(source, NULL);
      return;
    }
  } while (source->slabs[link->class].done || !source->slabs[link->class].held);
  source->slabs[link->class].first = source->count;
  snprintf(request, sizeof request, "lru_crawler metadump %u", link->class);
  say(dump, link, DUMPING, request);
}

static void class_done(struct dump *dump, struct source *source) {
  struct slab *slab = &source->slabs[source->link->class];
  slab->count = source->count - slab->first;
  slab->done = true;
  dump_save(dump, false);
  next_class(dump, source);
}

/* Sends the next batch of requests for flags; false if there is nothing to ask any more. */
static bool ask_flags(struct dump *dump, struct source *source) {
  struct link *link = source->link;
  uint64_t slice = dump->options.rate / 10 + 1;
  size_t most = link->probing ? 1 : dump->options.rate && slice < BATCH ? (size_t)slice : BATCH;
  link->asked_count = link->answered = link->out_size = link->sent = 0;
  for (; link->next < source->count && link->asked_count < most; link->next++) {
    struct dump_item *item = &source->items[link->next];
    size_t size;
    const uint8_t *key = keys_at(&dump->keys, item->key, &size);
    if (item->flags_state != FLAGS_UNREAD) continue;
    size = request_flags(key, size, link->touching, link->out + link->out_size);
    if (!size) continue;
    link->out_size += size;
    link->asked[link->asked_count++] = link->next;
    spend(dump, link);
  }
  if (!link->asked_count) return false;
  strcpy(link->request, link->touching ? "mg KEY s f" : "mg KEY s f u");
  reply_begins(dump, link, ASKING);
  return true;
}

static bool list_line(struct dump *dump, struct source *source, const char *line) {
  unsigned class;
  uint64_t held;
  if (!strcmp(line, "END")) {
    if (dump->options.sample && source->held > dump->options.sample)
      source->sampled = UINT64_MAX / source->held * dump->options.sample;
    source->any = true;
    next_class(dump, source);
    return true;
  }
  if (!reply_class(line, &class, &held)) {
    over(source, reply_stranger(line, "stats items"));
    return false;
  }
  if (class) {
    source->slabs[class].held = held;
    source->held += held;
  }
  return true;
}

static uint64_t mixed(const uint8_t *key, size_t size) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < size; i++) hash = (hash ^ key[i]) * 0x100000001b3u;
  hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
  hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
  return hash ^ hash >> 33;
}

static bool dump_item(struct dump *dump, struct source *source, char *line) {
  struct link *link = source->link;
  const struct slab *slab = &source->slabs[link->class];
  struct dump_item item;
  uint8_t *key;
  size_t size;
  const char *wrong = reply_item(line, &key, &size, &item);
  if (wrong || link->lines > 4 * slab->held + SPARE_ITEMS) {
    over(source, wrong ? format("%s in its reply to %s", wrong, link->request)
                       : format("its reply to %s has no end: %zu keys, and stats items says %llu",
                                link->request, link->lines, (unsigned long long)slab->held));
    return false;
  }
  uint64_t rate = dump->options.rate && dump->options.rate < SLOWEST ? dump->options.rate : SLOWEST;
  link->deadline = link->started + dump->options.timeout + (int64_t)(link->lines * 1000 / rate);
  spend(dump, link);
  if (source->sampled && mixed(key, size) > source->sampled) return true;
  item.key = (uint32_t)keys_add(&dump->keys, key, size);
  if (dump->keys.count > UINT32_MAX - 1) fail(EXIT_ENVIRONMENT, "too many keys");
  ROOM(source->items, source->count, source->capacity);
  source->items[source->count++] = item;
  return true;
}

static bool dump_line(struct dump *dump, struct source *source, char *line) {
  struct link *link = source->link;
  if (!strncmp(line, "key=", 4)) return dump_item(dump, source, line);
  if (!strcmp(line, "END")) {
    link->next = source->slabs[link->class].first;
    if (!dump->options.flags || source->note || !ask_flags(dump, source)) class_done(dump, source);
    return true;
  }
  if (link->lines == 1 && (!strncmp(line, "BUSY", 4) || !strncmp(line, "ERROR locked", 12))) {
    link->step = BUSY;
    int64_t again = clock_ms() + AGAIN_MS;
    if (link->not_before < again) link->not_before = again;
    return true;
  }
  char *stranger = reply_stranger(line, link->request);
  over(source,
       link->lines == 1 ? stranger : format("%s, behind %zu keys", stranger, link->lines - 1));
  if (source->why != stranger) free(stranger);
  return false;
}

/* The server does not take the request. It is asked otherwise, or no more. */
static void refused(struct dump *dump, struct source *source, const char *line) {
  struct link *link = source->link;
  /* If it has answered others, or this one is in base64, it may be only this key. */
  if (!link->probing || strstr(link->out, " b s f")) return;
  if (!link->touching && dump->options.touch) {
    link->touching = true;
    link->next = link->asked[0];
    return;
  }
  char *said = printable(format("%.80s", line));
  source->note = format("no flags: it answers \"%s\" to %s", said, link->request);
  free(said);
}

static bool flags_line(struct dump *dump, struct source *source, const char *line) {
  struct link *link = source->link;
  struct dump_item *item = &source->items[link->asked[link->answered++]];
  switch (reply_flags(line, &item->flags)) {
    case REPLY_FLAGS:
      item->flags_state = FLAGS_READ;
      link->probing = false;
      break;
    case REPLY_MISS:
      item->flags_state = FLAGS_GONE;
      source->gone++;
      break;
    case REPLY_REFUSED:
      refused(dump, source, line);
      break;
    case REPLY_FOREIGN:
      over(source, reply_stranger(line, link->request));
      return false;
  }
  if (link->answered < link->asked_count) return true;
  if (source->note || !ask_flags(dump, source)) class_done(dump, source);
  return source->link != NULL;
}

static bool line_taken(struct dump *dump, struct source *source, char *line) {
  struct link *link = source->link;
  link->lines++;
  switch (link->step) {
    case LISTING:
      return list_line(dump, source, line);
    case DUMPING:
      return dump_line(dump, source, line);
    case ASKING:
      return flags_line(dump, source, line);
    default:
      over(source, reply_stranger(line, "nothing"));
      return false;
  }
}

/* Takes the lines that have come in. */
static void take_lines(struct dump *dump, struct source *source) {
  struct link *link = source->link;
  size_t start = 0;
  char *end;
  while ((end = memchr(link->in + start, '\n', link->filled - start))) {
    char *line = link->in + start;
    size_t size = (size_t)(end - line);
    start += size + 1;
    if (size && line[size - 1] == '\r') size--;
    line[size] = 0;
    if (strlen(line) != size) {
      over(source, format("a zero byte in its reply to %s", link->request));
      return;
    }
    if (!line_taken(dump, source, line)) return;
    if (source->link != link) return;
  }
  if (link->filled - start > LINE_MAX_BYTES) {
    over(source,
         format("a line of more than %d bytes in its reply to %s", LINE_MAX_BYTES, link->request));
    return;
  }
  memmove(link->in, link->in + start, link->filled - start);
  link->filled -= start;
}

static void take(struct dump *dump, struct source *source) {
  struct link *link = source->link;
  ssize_t got = read(link->fd, link->in + link->filled, IN_SIZE - link->filled);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    const char *how = got ? strerror(errno) : "it closed the connection";
    over(source, link->lines || link->filled
                     ? format("%s in the middle of its reply to %s", how, link->request)
                     : format("%s instead of a reply to %s", how, link->request));
    return;
  }
  link->filled += (size_t)got;
  take_lines(dump, source);
}

static void give(struct source *source) {
  struct link *link = source->link;
  ssize_t put = write(link->fd, link->out + link->sent, link->out_size - link->sent);
  if (put > 0) link->sent += (size_t)put;
  if (put < 0 && errno != EAGAIN && errno != EINTR)
    over(source, format("%s instead of a reply to %s", strerror(errno), link->request));
}

static void connected(struct dump *dump, struct source *source) {
  int error = 0, on = 1;
  socklen_t size = sizeof error;
  struct link *link = source->link;
  getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error) {
    over(source, format("no connection: %s", strerror(error)));
    return;
  }
  setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  say(dump, link, LISTING, "stats items");
}

void link_start(struct dump *dump, struct source *source) {
  const struct sockaddr *address = (const struct sockaddr *)&source->place->socket;
  struct link *link = source->link = zeroed(1, sizeof *link);
  link->in = grow(NULL, IN_SIZE + 1, 1);
  link->out = grow(NULL, BATCH, REQUEST_MAX);
  link->probing = true;
  strcpy(link->request, "being connected");
  link->fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  reply_begins(dump, link, CONNECTING);
  link->since = link->started;
  source->held = 0;
  if (link->fd < 0 || (connect(link->fd, address, source->place->socket_size) != 0 &&
                       errno != EINPROGRESS && errno != EAGAIN))
    over(source, format("no connection: %s", strerror(errno)));
}

void link_wants(const struct link *link, struct pollfd *fd, int64_t *until) {
  int64_t now = clock_ms();
  bool held = link->not_before > now;
  bool unsent = link->sent < link->out_size;
  *fd = (struct pollfd){.fd = link->fd, .events = POLLIN};
  if (link->step == CONNECTING || unsent) fd->events |= POLLOUT;
  if (held) fd->fd = -1;
  *until = link->deadline;
  if (held && link->not_before < *until) *until = link->not_before;
}

void link_step(struct dump *dump, struct source *source, short events) {
  struct link *link = source->link;
  int64_t now = clock_ms();
  if (link->not_before > now && now < link->deadline) return;
  if (now >= link->deadline) {
    char *seconds = format("%g s", (double)dump->options.timeout / 1000);
    if (link->step == BUSY)
      over(source, format("another crawler is at work there for %s", seconds));
    else if (link->lines)
      over(source, format("no end of its reply to %s within %s, after %zu lines", link->request,
                          seconds, link->lines));
    else
      over(source, format("no reply to %s within %s", link->request, seconds));
    free(seconds);
    return;
  }
  if (link->step == BUSY) {
    int64_t deadline = link->deadline;
    char request[64];
    strcpy(request, link->request);
    say(dump, link, DUMPING, request);
    link->deadline = deadline;
    return;
  }
  if (link->step == CONNECTING) {
    if (events) connected(dump, source);
    return;
  }
  if (events & POLLOUT) give(source);
  if (source->link && events & (POLLIN | POLLHUP | POLLERR)) take(dump, source);
}
