/* Polyring's core through its public headers. */
#include "polyring/polyring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

extern const client_kind polyring_kind;

enum { BATCH_MAX = 4096 };

/* A server list one behind the other, with one server more than the ring is built of. */
typedef struct list {
  char *text;
  uint32_t *ends;
  size_t count;
} list;

static list list_new(size_t count) {
  list made = {malloc((count + 1) * SERVER_SIZE), malloc((count + 1) * sizeof *made.ends), count};
  uint32_t end = 0;
  if (!made.text || !made.ends) abort();
  for (size_t i = 0; i <= count; i++) {
    char text[SERVER_SIZE];
    server_text(i, text);
    end += (uint32_t)sprintf(made.text + end, "%s:11211", text);
    made.ends[i] = end;
  }
  return made;
}

static void list_free(list *self) {
  free(self->text);
  free(self->ends);
}

static polyring_ring *ring_new(const list *from, size_t count, const question *asked,
                               const polyring_allocator *allocator) {
  polyring_ring *ring;
  polyring_error error;
  if (polyring_ring_new_from_list(allocator, asked->profile, strlen(asked->profile), from->text,
                                  from->ends, count, &ring, &error) < 0)
    fprintf(stderr, "polyring: %s\n", error.text);
  return ring;
}

static void locate(const polyring_ring *ring, const question *asked) {
  for (size_t i = 0; i < asked->key_count; i++)
    asked->indexes[i] = (uint16_t)polyring_ring_locate(ring, asked->keys + i * KEY_SIZE, KEY_SIZE);
}

static void locate_many(const polyring_ring *ring, const question *asked, const uint32_t *ends,
                        size_t batch) {
  for (size_t i = 0; i < asked->key_count; i += batch) {
    size_t left = asked->key_count - i;
    polyring_ring_locate_many(ring, asked->keys + i * KEY_SIZE, ends, left < batch ? left : batch,
                              asked->indexes + i, NULL);
  }
}

/* Nanoseconds of a key, one unmeasured pass first. The way is "one" or the size of a batch. */
static double time_locate(const list *from, const question *asked) {
  uint32_t ends[BATCH_MAX];
  size_t batch = strtoul(asked->way, NULL, 10);
  polyring_ring *ring = ring_new(from, from->count, asked, NULL);
  if (!ring || batch > BATCH_MAX) return -1;
  for (uint32_t i = 0; i < BATCH_MAX; i++) ends[i] = (i + 1) * KEY_SIZE;
  double start = 0;
  for (size_t pass = 0; pass <= asked->passes; pass++) {
    if (pass == 1) start = cpu_nanoseconds();
    if (batch)
      locate_many(ring, asked, ends, batch);
    else
      locate(ring, asked);
  }
  double each = (cpu_nanoseconds() - start) / (double)(asked->passes * asked->key_count);
  polyring_ring_free(ring);
  return each;
}

/* Nanoseconds of a ring of so many servers, its end included. */
static double time_build(const list *from, size_t count, const question *asked) {
  polyring_ring *ring = ring_new(from, count, asked, NULL);
  if (!ring) return -1;
  locate(ring, asked);
  polyring_ring_free(ring);
  double start = cpu_nanoseconds();
  for (size_t pass = 0; pass < asked->passes; pass++)
    polyring_ring_free(ring_new(from, count, asked, NULL));
  return (cpu_nanoseconds() - start) / (double)asked->passes;
}

/* Nanoseconds of one server more beside a ring, and of freeing the ring that this gives. */
static double time_add(const list *from, const question *asked) {
  polyring_ring *ring = ring_new(from, from->count, asked, NULL), *more = NULL;
  const char *server = from->text + from->ends[from->count - 1];
  size_t size = from->ends[from->count] - from->ends[from->count - 1];
  if (!ring) return -1;
  double spent = 0;
  for (size_t pass = 0; pass <= asked->passes; pass++) {
    double start = cpu_nanoseconds();
    polyring_ring_free(more);
    if (polyring_ring_add(ring, server, size, &more, NULL) < 0) return -1;
    if (pass) spent += cpu_nanoseconds() - start;
  }
  locate(more, asked);
  polyring_ring_free(more);
  polyring_ring_free(ring);
  return spent / (double)asked->passes;
}

static void *count_bytes(void *context, void *block, size_t old_size, size_t new_size) {
  size_t *held = context;
  void *moved = new_size ? realloc(block, new_size) : NULL;
  if (!new_size) free(block);
  if (moved || !new_size) *held += new_size - old_size;
  return moved;
}

/* The bytes that a built ring holds, for each server. */
static double count_memory(const list *from, const question *asked) {
  size_t held = 0;
  const polyring_allocator counting = {count_bytes, &held};
  polyring_ring *ring = ring_new(from, from->count, asked, &counting);
  if (!ring) return -1;
  double each = (double)held / (double)from->count;
  locate(ring, asked);
  polyring_ring_free(ring);
  return each;
}

static double answer(const question *asked) {
  if (has_places(asked)) return answer_client(&polyring_kind, asked);
  list from = list_new(asked->servers);
  double figure = -1;
  if (!strcmp(asked->job, "locate"))
    figure = time_locate(&from, asked);
  else if (!strcmp(asked->job, "build"))
    figure = time_build(&from, from.count, asked);
  else if (!strcmp(asked->job, "add"))
    figure = strcmp(asked->way, "anew") ? time_add(&from, asked)
                                        : time_build(&from, from.count + 1, asked);
  else if (!strcmp(asked->job, "memory"))
    figure = count_memory(&from, asked);
  list_free(&from);
  return figure;
}

int main(int argc, char **argv) { return serve("polyring " POLYRING_VERSION, argc, argv, answer); }
