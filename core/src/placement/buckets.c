/* The buckets layout: a fixed number of buckets, dealt out to the servers by a map. */
#include "base/allocator.h"
#include "base/error.h"
#include "placement/ring.h"

enum { BUCKETS_MAX = 1 << 20 };

/* A map is spelled as numbers and ranges, ascending, joined by +. */
typedef struct ranges {
  const char *at, *end;
  uint32_t least; /* what the next number may be at the least */
} ranges;

static int read_number(ranges *text, uint32_t *number) {
  const char *start = text->at;
  *number = 0;
  while (text->at < text->end && polyring__is_digit(*text->at) && *number < BUCKETS_MAX)
    *number = *number * 10 + (uint32_t)(*text->at++ - '0');
  return text->at > start && *number < BUCKETS_MAX;
}

/* Whether there was one more range. -1: malformed. */
static int next_range(ranges *text, uint32_t *first, uint32_t *last) {
  if (text->at == text->end) return 0;
  if (!read_number(text, first) || *first < text->least) return -1;
  *last = *first;
  if (text->at < text->end && *text->at == '-') {
    text->at++;
    if (!read_number(text, last) || *last < *first) return -1;
  }
  text->least = *last + 1;
  if (text->at == text->end) return 1;
  return *text->at++ == '+' && text->at < text->end ? 1 : -1;
}

/* Counts the buckets that the map names, or writes its servers into ring->buckets. */
static polyring_status read_map(polyring_ring *ring, size_t *count, polyring_error *error) {
  static const char rule[] =
      "its attribute buckets is no ascending list of numbers and ranges below 1048576, such as "
      "0-99+200";
  *count = 0;
  for (size_t i = 0; i < ring->alive_count; i++) {
    const polyring__server *server = &ring->servers.at[ring->alive[i]];
    uint32_t first, last;
    int more;
    if (!server->buckets.at) continue;
    ranges text = {server->buckets.at, server->buckets.at + server->buckets.size, 0};
    while ((more = next_range(&text, &first, &last)) > 0) {
      *count += last - first + 1;
      for (uint32_t b = first; b <= last && ring->buckets; b++) {
        if (b >= ring->bucket_count)
          return polyring__server_refuse(server, error, "it has a bucket beyond the last one");
        if (ring->buckets[b] != POLYRING_NO_SERVER)
          return polyring__server_refuse(server, error,
                                         "it has a bucket that another server has too");
        ring->buckets[b] = ring->alive[i];
      }
    }
    if (more < 0) return polyring__server_refuse(server, error, rule);
  }
  return POLYRING_OK;
}

static int has_map(const polyring_ring *ring) {
  for (size_t i = 0; i < ring->alive_count; i++)
    if (ring->servers.at[ring->alive[i]].buckets.at) return 1;
  return 0;
}

/* Without a map: neighbouring buckets, as many as the weight says. */
static polyring_status deal(polyring_ring *ring, polyring_error *error) {
  int weighted = ring->columns.weights == POLYRING__WEIGHTS_REPEAT && !ring->plain_weights;
  uint64_t total = weighted ? (uint64_t)ring->total_weight : ring->alive_count;
  if (!total)
    return polyring__fail(error, POLYRING_INVALID_SERVERS, POLYRING_NOWHERE,
                          "all servers have the weight 0, so that no key has a server");
  uint64_t before = 0, bucket = 0;
  for (size_t i = 0; i < ring->alive_count; i++) {
    before += weighted ? (uint64_t)ring->servers.at[ring->alive[i]].weight : 1;
    uint64_t end =
        polyring__wide_divide(polyring__wide_multiply(ring->bucket_count, before), total);
    while (bucket < end) ring->buckets[bucket++] = ring->alive[i];
  }
  return POLYRING_OK;
}

polyring_status polyring__buckets_build(polyring_ring *ring, polyring_error *error) {
  size_t named = 0, written;
  int mapped = has_map(ring);
  polyring_status status = read_map(ring, &named, error);
  if (status < 0) return status;
  size_t count = ring->columns.slots ? ring->columns.slots : mapped ? named : ring->alive_count;
  if (mapped && named != count)
    return polyring__fail(error, POLYRING_INVALID_SERVERS, POLYRING_NOWHERE,
                          "the servers have %u buckets together, and there are %u", (unsigned)named,
                          (unsigned)count);
  if (!count)
    return polyring__fail(error, POLYRING_INVALID_SERVERS, POLYRING_NOWHERE,
                          "the servers have no bucket, so that no key has a server");
  ring->bucket_count = count;
  ring->buckets = polyring__allocate(&ring->allocator, count * sizeof *ring->buckets);
  if (!ring->buckets)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for buckets");
  for (size_t i = 0; i < count; i++) ring->buckets[i] = POLYRING_NO_SERVER;
  return mapped ? read_map(ring, &written, error) : deal(ring, error);
}

uint16_t polyring__buckets_find(const polyring_ring *ring, uint64_t hash, uint64_t *bucket) {
  *bucket = ring->columns.pick == POLYRING__PICK_MASK ? hash & (ring->bucket_count - 1)
                                                      : hash % ring->bucket_count;
  return ring->buckets[*bucket];
}
