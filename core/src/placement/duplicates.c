/* Servers that are listed twice. */
#include <stdlib.h>
#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "placement/ring.h"

typedef struct entry {
  polyring__span host;
  char port[8]; /* within, because sorting moves it; zeros behind the text */
  size_t index;
} entry;

static int compare_places(const entry *a, const entry *b) {
  int difference = polyring__span_compare(a->host, b->host);
  return difference ? difference : memcmp(a->port, b->port, sizeof a->port);
}

static int compare(const void *a, const void *b) {
  const entry *left = a, *right = b;
  int difference = compare_places(left, right);
  return difference ? difference : (left->index > right->index) - (left->index < right->index);
}

static void fill(const polyring_ring *ring, entry *entries) {
  for (size_t i = 0; i < ring->servers.count; i++) {
    polyring__label_input input = {.server = &ring->servers.at[i],
                                   .no_port = ring->columns.no_port};
    entries[i].index = i;
    entries[i].host = input.server->host;
    char digits[8];
    polyring__span port = polyring__label_port(&input, digits);
    memset(entries[i].port, 0, sizeof entries[i].port);
    memcpy(entries[i].port, port.at, port.size < 8 ? port.size : 8);
  }
}

polyring_status polyring__duplicates_settle(polyring_ring *ring, polyring_error *error) {
  if (ring->columns.duplicates == POLYRING__DUPLICATES_KEPT) return POLYRING_OK;
  size_t count = ring->servers.count;
  entry *entries = polyring__allocate(&ring->allocator, count * sizeof *entries);
  if (!entries)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for %u servers",
                          (unsigned)count);
  fill(ring, entries);
  qsort(entries, count, sizeof *entries, compare);
  polyring_status status = POLYRING_OK;
  for (size_t i = 1; i < count; i++) {
    polyring__server *server = &ring->servers.at[entries[i].index];
    if (compare_places(&entries[i - 1], &entries[i]) != 0) continue;
    server->merged = 1;
    if (ring->columns.duplicates != POLYRING__DUPLICATES_REFUSED || status < 0) continue;
    status = polyring__server_refuse(server, error,
                                     "it is listed twice, which this profile does not take");
  }
  polyring__release(&ring->allocator, entries, count * sizeof *entries);
  return status;
}
