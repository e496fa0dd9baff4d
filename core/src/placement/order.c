/* The effective order of the servers. */
#include <stdlib.h>
#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "placement/ring.h"

typedef struct entry {
  polyring__span text;
  uint32_t number; /* host order: the port */
  uint16_t server;
} entry;

static int by_place(const entry *a, const entry *b) {
  return (a->server > b->server) - (a->server < b->server);
}

static int compare_bytes(const void *a, const void *b) {
  const entry *left = a, *right = b;
  int difference = polyring__span_compare(left->text, right->text);
  return difference ? difference : by_place(left, right);
}

static int compare_length(const void *a, const void *b) {
  const entry *left = a, *right = b;
  if (left->text.size != right->text.size) return left->text.size < right->text.size ? -1 : 1;
  return compare_bytes(a, b);
}

static int compare_host(const void *a, const void *b) {
  const entry *left = a, *right = b;
  int difference = polyring__span_compare(left->text, right->text);
  if (!difference) difference = (left->number > right->number) - (left->number < right->number);
  return difference ? difference : by_place(left, right);
}

/* A run of digits, or of other bytes. */
static polyring__span chunk(polyring__span of, size_t at) {
  size_t end = at;
  while (end < of.size && polyring__is_digit(of.at[end]) == polyring__is_digit(of.at[at])) end++;
  return (polyring__span){of.at + at, end - at};
}

/* Whether a chunk is a number that an int64_t holds. */
static int is_number(polyring__span chunk, uint64_t *number) {
  *number = 0;
  for (size_t i = 0; i < chunk.size; i++) {
    uint64_t digit = (uint64_t)(chunk.at[i] - '0');
    if (!polyring__is_digit(chunk.at[i]) || *number > (INT64_MAX - digit) / 10) return 0;
    *number = *number * 10 + digit;
  }
  return chunk.size > 0;
}

/* Digits as numbers, all else as bytes (dskit). */
static int compare_natural(const void *a, const void *b) {
  const entry *left = a, *right = b;
  size_t at = 0, other = 0;
  while (at < left->text.size && other < right->text.size) {
    polyring__span mine = chunk(left->text, at), theirs = chunk(right->text, other);
    uint64_t number, other_number;
    if (is_number(mine, &number) && is_number(theirs, &other_number)) {
      if (number != other_number) return number < other_number ? -1 : 1;
    } else {
      int difference = polyring__span_compare(mine, theirs);
      if (difference) return difference;
    }
    at += mine.size;
    other += theirs.size;
  }
  if (at < left->text.size || other < right->text.size) return at < left->text.size ? 1 : -1;
  return by_place(left, right);
}

static polyring_status fill(const polyring_ring *ring, const polyring__template *template,
                            entry *entries, char *texts, size_t *texts_size,
                            polyring_error *error) {
  uint8_t text[POLYRING_LABEL_MAX + 1];
  size_t used = 0;
  for (size_t i = 0; i < ring->alive_count; i++) {
    polyring__label_input input = {.server = &ring->servers.at[ring->alive[i]],
                                   .no_port = ring->columns.no_port};
    size_t size = polyring__label_render(template, &input, text);
    if (size == POLYRING_NOWHERE)
      return polyring__server_refuse(input.server, error, "its text is longer than 1023 bytes");
    if (texts) {
      char digits[8] = "";
      polyring__span port = polyring__label_port(&input, digits);
      memcpy(texts + used, text, size);
      entries[i] = (entry){{texts + used, size}, 0, ring->alive[i]};
      for (size_t d = 0; d < port.size && polyring__is_digit(port.at[d]); d++)
        entries[i].number = entries[i].number * 10 + (uint32_t)(port.at[d] - '0');
    }
    used += size;
  }
  *texts_size = used;
  return POLYRING_OK;
}

polyring_status polyring__order_settle(polyring_ring *ring, polyring_error *error) {
  static int (*const compare[])(const void *, const void *) = {
      NULL, compare_host, compare_bytes, compare_length, compare_natural};
  uint32_t order = ring->columns.order;
  polyring__template template;
  polyring__span host = {"{host}", 6};
  size_t size = 0, entries_size = ring->alive_count * sizeof(entry);
  if (order == POLYRING__SERVER_ORDER_GIVEN) return POLYRING_OK;
  polyring_status status = polyring__template_parse(
      order == POLYRING__SERVER_ORDER_HOST ? host : ring->columns.order_by, &template, error);
  for (size_t i = 0; i < ring->alive_count && status >= 0; i++) {
    const polyring__server *server = &ring->servers.at[ring->alive[i]];
    const char *missing = polyring__label_missing(&template, server);
    if (missing) status = polyring__server_refuse(server, error, missing);
  }
  if (status >= 0) status = fill(ring, &template, NULL, NULL, &size, error);
  if (status < 0) return status;
  entry *entries = polyring__allocate(&ring->allocator, entries_size);
  char *texts = polyring__allocate(&ring->allocator, size + 1);
  if (entries && texts) {
    status = fill(ring, &template, entries, texts, &size, error);
    qsort(entries, ring->alive_count, sizeof *entries, compare[order]);
    for (size_t i = 0; i < ring->alive_count; i++) ring->alive[i] = entries[i].server;
  } else {
    status = polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for servers");
  }
  polyring__release(&ring->allocator, entries, entries_size);
  polyring__release(&ring->allocator, texts, size + 1);
  return status;
}
