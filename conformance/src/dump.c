#include "dump.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump_link.h"
#include "process.h"
#include "progress.h"

#define AT_ONCE 64

/* Whether the list gives an address beside a name. */
static bool has_address(const struct place *place) {
  return memchr(place->word, '/', strcspn(place->word, ";")) != NULL;
}

/* places.h has addresses of the loopback for names; here servers are where the resolver says. */
static void resolve(struct source *source, struct place *place) {
  const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  struct addrinfo *found;
  char port[16];
  if (!place->named || has_address(place)) return;
  snprintf(port, sizeof port, "%u", place->port);
  int error = getaddrinfo(place->host, port, &hints, &found);
  if (error) {
    source->why = format("its name is not resolved: %s", gai_strerror(error));
    return;
  }
  memset(&place->socket, 0, sizeof place->socket);
  memcpy(&place->socket, found->ai_addr, found->ai_addrlen);
  place->socket_size = found->ai_addrlen;
  freeaddrinfo(found);
}

static void find_same(struct dump *dump, size_t i) {
  struct source *source = &dump->sources[i];
  source->same_as = dump->places->items[i].same_as;
  if (!dump->places->named) return;
  source->same_as = i;
  for (size_t j = 0; j < i && source->same_as == i && !source->why; j++) {
    const struct source *other = &dump->sources[j];
    if (other->same_as == j && !other->why &&
        !memcmp(&other->place->socket, &source->place->socket, sizeof source->place->socket))
      source->same_as = j;
  }
}

static void sources_make(struct dump *dump, struct place *places) {
  for (size_t i = 0; i < dump->places->count; i++) {
    struct source *source = &dump->sources[i];
    places[i] = dump->places->items[i];
    source->place = &places[i];
    resolve(source, &places[i]);
    find_same(dump, i);
  }
}

static void show(const struct dump *dump) {
  size_t read = 0, over = 0;
  uint64_t held = 0;
  for (size_t i = 0; i < dump->places->count; i++) {
    const struct source *source = &dump->sources[i];
    read += source->count;
    held += source->held;
    over += source->finished || source->why || source->same_as != i;
  }
  progress("%zu of %zu servers read, %zu keys of %llu", over, dump->places->count, read,
           (unsigned long long)held);
}

static void read_all(struct dump *dump) {
  size_t next = 0, active_count = 0, active[AT_ONCE];
  struct pollfd fds[AT_ONCE];
  for (;;) {
    for (; next < dump->places->count && active_count < AT_ONCE; next++) {
      struct source *source = &dump->sources[next];
      if (source->same_as != next || source->finished || source->why) continue;
      link_start(dump, source);
      if (source->link) active[active_count++] = next;
    }
    if (!active_count) return;
    int64_t until = INT64_MAX;
    for (size_t i = 0; i < active_count; i++) {
      int64_t one;
      link_wants(dump->sources[active[i]].link, &fds[i], &one);
      if (one < until) until = one;
    }
    process_wait(fds, active_count, until);
    size_t left = 0;
    for (size_t i = 0; i < active_count; i++) {
      struct source *source = &dump->sources[active[i]];
      link_step(dump, source, fds[i].revents);
      if (source->link) active[left++] = active[i];
    }
    active_count = left;
    show(dump);
  }
}

void dump_read(struct dump *dump, const struct places *places, const struct dump_options *options) {
  struct place *resolved = zeroed(places->count, sizeof *resolved);
  *dump = (struct dump){.places = places, .options = *options};
  dump->sources = zeroed(places->count, sizeof *dump->sources);
  dump_load(dump);
  sources_make(dump, resolved);
  read_all(dump);
  dump_save(dump, true);
  progress_clear();
  for (size_t i = 0; i < places->count; i++) dump->sources[i].place = &places->items[i];
  free(resolved); /* the texts are of places */
}

void dump_done(struct dump *dump) {
  for (size_t i = 0; i < dump->places->count; i++) {
    free(dump->sources[i].why);
    free(dump->sources[i].note);
    free(dump->sources[i].items);
  }
  free(dump->sources);
  free(dump->resumed);
  keys_done(&dump->keys);
}
