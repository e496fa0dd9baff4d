/* From a topology to its ring, and to a topology with another map of buckets. */
#include "placement/ring.h"

#include <stdio.h>

#include "base/allocator.h"
#include "base/error.h"
#include "topology/topology.h"

polyring_status polyring_topology_ring(const polyring_allocator *allocator,
                                       const polyring_topology *topology, polyring_ring **ring,
                                       polyring_error *error) {
  polyring_allocator memory = polyring__allocator_or_libc(allocator);
  size_t size = 0, room = topology->text_size, count = topology->server_count;
  char *text = polyring__allocate(&memory, room);
  uint32_t *ends = polyring__allocate(&memory, count * sizeof *ends);
  polyring_status status;
  *ring = NULL;
  if (text && ends) {
    for (size_t i = 0; i < count; i++) {
      polyring__span server = topology->servers[i].text;
      memcpy(text + size, server.at, server.size);
      ends[i] = (uint32_t)(size += server.size);
    }
    status = polyring_ring_new_from_list(&memory, topology->profile, strlen(topology->profile),
                                         text, ends, count, ring, error);
    if (status < 0 && error) error->position = POLYRING_NOWHERE; /* it counted in our own list */
  } else {
    status = polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a ring");
  }
  polyring__release(&memory, text, room);
  polyring__release(&memory, ends, count * sizeof *ends);
  return status;
}

/* The same profile and settings with other servers, one epoch later. */
static polyring_status make_next(const polyring_allocator *memory,
                                 const polyring_topology *topology, polyring__servers_input servers,
                                 polyring_topology **next, polyring_error *error) {
  polyring__fault ignored;
  polyring__draft draft = {topology->epoch + 1,
                           {topology->profile, strlen(topology->profile)},
                           servers,
                           topology->settings,
                           topology->setting_count,
                           0};
  *next = NULL;
  if (topology->epoch == POLYRING_EPOCH_MAX)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                          "no epoch comes after 9007199254740991");
  return polyring__topology_make(memory, &draft, next, &ignored, error);
}

polyring_status polyring_topology_with_servers(const polyring_allocator *allocator,
                                               const polyring_topology *topology,
                                               const char *servers, size_t servers_size,
                                               polyring_topology **changed, polyring_error *error) {
  polyring__servers_input input = {servers, servers_size, NULL, 0};
  return make_next(allocator, topology, input, changed, error);
}

/* --- buckets --- */

/* The lists of servers while a bucket moves. out may be NULL, to measure. */
typedef struct mover {
  const polyring_topology *topology;
  const polyring_ring *ring;
  uint32_t bucket;
  uint16_t server;
  char *out;
  size_t size;
} mover;

static void put(mover *self, const char *text, size_t size) {
  if (self->out && size) memcpy(self->out + self->size, text, size);
  self->size += size;
}

static uint16_t owner(const mover *self, size_t bucket) {
  return bucket == self->bucket ? self->server : self->ring->buckets[bucket];
}

/* ;buckets=0-99+200, if the server has any. */
static void put_buckets(mover *self, size_t server) {
  const char *before = ";buckets=";
  size_t count = self->ring->bucket_count;
  for (size_t first = 0, end; first < count; first = end) {
    for (end = first; end < count && owner(self, end) == server;) end++;
    if (end == first) {
      end++;
      continue;
    }
    char range[32];
    int size = end - first > 1 ? snprintf(range, sizeof range, "%zu-%zu", first, end - 1)
                               : snprintf(range, sizeof range, "%zu", first);
    put(self, before, strlen(before));
    put(self, range, (size_t)size);
    before = "+";
  }
}

static void put_server(mover *self, size_t i) {
  static const char name[] = ";buckets=";
  const polyring__member *member = &self->topology->servers[i];
  const char *at = member->attributes.at, *end = member->text.at + member->text.size;
  put(self, member->text.at, (size_t)((at ? at : end) - member->text.at));
  while (at && at < end) {
    const char *next = memchr(at + 1, ';', (size_t)(end - at - 1));
    if (!next) next = end;
    if (strncmp(at, name, sizeof name - 1) != 0) put(self, at, (size_t)(next - at));
    at = next;
  }
  put_buckets(self, i);
}

static polyring_status make(mover *self, const polyring_allocator *memory,
                            polyring_topology **moved, polyring_error *error) {
  const polyring_topology *topology = self->topology;
  size_t count = topology->server_count;
  for (size_t i = 0; i < count; i++) put_server(self, i);
  size_t room = self->size;
  uint32_t *ends = polyring__allocate(memory, count * sizeof *ends);
  char *text = self->out = polyring__allocate(memory, room);
  polyring_status status = POLYRING_NO_MEMORY;
  if (!ends || !text) {
    polyring__fail(error, status, POLYRING_NOWHERE, "no memory for a topology");
  } else {
    self->size = 0;
    for (size_t i = 0; i < count; i++) {
      put_server(self, i);
      ends[i] = (uint32_t)self->size;
    }
    status = make_next(memory, topology, (polyring__servers_input){text, room, ends, count}, moved,
                       error);
  }
  polyring__release(memory, ends, count * sizeof *ends);
  polyring__release(memory, text, room);
  return status;
}

/* The server of that name, or else of that place, if there is exactly one. */
static polyring_status find_server(const polyring_topology *topology, polyring__span wanted,
                                   uint16_t *server, polyring_error *error) {
  size_t found = 0;
  for (int by_place = 0; by_place < 2 && !found; by_place++)
    for (size_t i = 0; i < topology->server_count; i++) {
      const polyring__member *member = &topology->servers[i];
      polyring__span text = by_place ? member->place : member->name;
      if (!text.at || polyring__span_compare(text, wanted) != 0) continue;
      *server = (uint16_t)i;
      found++;
    }
  if (found == 1) return POLYRING_OK;
  return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                        found ? "there is more than one server %q" : "there is no server %q",
                        wanted.at, wanted.size);
}

static polyring_status move(const polyring_allocator *memory, const polyring_topology *topology,
                            const polyring_ring *ring, uint32_t bucket, polyring__span server,
                            polyring_topology **moved, polyring_error *error) {
  mover self = {topology, ring, bucket, 0, NULL, 0};
  if (ring->columns.layout != POLYRING__LAYOUT_BUCKETS)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                          "%s has no buckets: its layout is another", topology->profile);
  if (bucket >= ring->bucket_count)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                          "there is no bucket %u: the last one is %u", bucket,
                          (unsigned)ring->bucket_count - 1);
  polyring_status status = find_server(topology, server, &self.server, error);
  return status < 0 ? status : make(&self, memory, moved, error);
}

polyring_status polyring_topology_move(const polyring_allocator *allocator,
                                       const polyring_topology *topology, uint32_t bucket,
                                       const char *server, size_t server_size,
                                       polyring_topology **moved, polyring_error *error) {
  polyring_allocator memory = polyring__allocator_or_libc(allocator);
  polyring_ring *ring;
  *moved = NULL;
  polyring_status status = polyring_topology_ring(&memory, topology, &ring, error);
  if (status < 0) return status;
  status =
      move(&memory, topology, ring, bucket, (polyring__span){server, server_size}, moved, error);
  polyring_ring_free(ring);
  return status;
}
