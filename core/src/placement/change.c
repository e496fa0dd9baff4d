/* A ring with one server more or less than another one, or with another profile. */
#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "placement/ring.h"

/* Moves a span within a list's text to where the copy has it. */
static void move_span(polyring__span *span, const char *from, char *to) {
  if (span->at) span->at = to + (span->at - from);
}

/* A copy of a server as it was read. */
static polyring__server copy_server(const polyring__server *server, const char *from, char *to) {
  polyring__server copy = *server;
  move_span(&copy.spelled, from, to);
  move_span(&copy.name, from, to);
  move_span(&copy.host, from, to);
  move_span(&copy.ip, from, to);
  move_span(&copy.buckets, from, to);
  copy.weight = copy.given_weight;
  copy.merged = 0;
  return copy;
}

static polyring_status allocate(const polyring_ring *ring, size_t count, size_t text_size,
                                polyring__servers *servers, polyring_error *error) {
  *servers = (polyring__servers){NULL, count, NULL, text_size};
  servers->at = polyring__allocate(&ring->allocator, count * sizeof *servers->at);
  servers->text = polyring__allocate(&ring->allocator, text_size);
  if (servers->at && servers->text) return POLYRING_OK;
  polyring__servers_done(&ring->allocator, servers);
  return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for %u servers",
                        (unsigned)count);
}

/* The list, and one behind it. */
static polyring_status join(const polyring_ring *ring, const polyring__servers *one,
                            polyring__servers *joined, polyring_error *error) {
  const polyring__servers *list = &ring->servers;
  polyring_status status =
      allocate(ring, list->count + 1, list->text_size + one->text_size, joined, error);
  if (status < 0) return status;
  char *last = joined->text + list->text_size;
  memcpy(joined->text, list->text, list->text_size);
  memcpy(last, one->text, one->text_size);
  for (size_t i = 0; i < list->count; i++)
    joined->at[i] = copy_server(&list->at[i], list->text, joined->text);
  joined->at[list->count] = copy_server(&one->at[0], one->text, last);
  return POLYRING_OK;
}

/* The text of each server lies behind that of the one before it; where that of server i begins. */
static size_t text_start(const polyring__servers *list, size_t i) {
  if (i == list->count) return list->text_size;
  const polyring__server *server = &list->at[i];
  return (size_t)((server->name.at ? server->name.at : server->host.at) - list->text);
}

static polyring_status leave_out(const polyring_ring *ring, size_t index, polyring__servers *left,
                                 polyring_error *error) {
  const polyring__servers *list = &ring->servers;
  size_t start = text_start(list, index), end = text_start(list, index + 1);
  polyring_status status =
      allocate(ring, list->count - 1, list->text_size - (end - start), left, error);
  if (status < 0) return status;
  memcpy(left->text, list->text, start);
  memcpy(left->text + start, list->text + end, list->text_size - end);
  for (size_t i = 0; i < list->count; i++)
    if (i != index)
      left->at[i - (i > index)] =
          i < index ? copy_server(&list->at[i], list->text, left->text)
                    : copy_server(&list->at[i], list->text + end, left->text + start);
  return POLYRING_OK;
}

static polyring_status copy_all(const polyring_ring *ring, polyring__servers *same,
                                polyring_error *error) {
  const polyring__servers *list = &ring->servers;
  polyring_status status = allocate(ring, list->count, list->text_size, same, error);
  if (status < 0) return status;
  memcpy(same->text, list->text, list->text_size);
  for (size_t i = 0; i < list->count; i++)
    same->at[i] = copy_server(&list->at[i], list->text, same->text);
  return POLYRING_OK;
}

/* Leaves the dead out of the servers that count. */
static void bury(polyring_ring *ring, const uint8_t *dead) {
  size_t left = 0;
  ring->total_weight = 0;
  for (size_t i = 0; i < ring->alive_count; i++) {
    if (dead[ring->alive[i]]) continue;
    ring->total_weight += ring->servers.at[ring->alive[i]].weight;
    ring->alive[left++] = ring->alive[i];
  }
  ring->alive_count = left;
}

/* index: the server that is not in both lists, or POLYRING_NOWHERE. */
static polyring_status build(const polyring_ring *ring, const polyring_profile *profile,
                             polyring_ring *made, size_t index, polyring_error *error) {
  made->profile = polyring__profile_copy(profile);
  if (!made->profile)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a profile");
  polyring_status status = polyring__ring_settle(made, error);
  if (status < 0) return status;
  if (index == POLYRING_NOWHERE) {
    if (polyring__points_copy(ring, made, &status, error)) return status;
  } else if (made->columns.layout == POLYRING__LAYOUT_RING &&
             polyring__points_merge(ring, made, index, &status, error)) {
    return status;
  }
  return polyring__ring_lay_out(made, error);
}

/* Takes the servers. */
static polyring_status make(const polyring_ring *ring, const polyring_profile *profile,
                            polyring__servers servers, size_t index, polyring_ring **result,
                            polyring_error *error) {
  polyring_ring *made = polyring__ring_begin(&ring->allocator, error);
  if (!made) {
    polyring__servers_done(&ring->allocator, &servers);
    return POLYRING_NO_MEMORY;
  }
  made->servers = servers;
  polyring_status status = build(ring, profile, made, index, error);
  if (status < 0)
    polyring_ring_free(made);
  else
    *result = made;
  return status;
}

polyring_status polyring_ring_add(const polyring_ring *ring, const char *server, size_t size,
                                  polyring_ring **with_it, polyring_error *error) {
  polyring__servers one, joined;
  uint32_t end = (uint32_t)size;
  polyring__servers_input input = {server, size, &end, 1};
  *with_it = NULL;
  if (size > UINT32_MAX || ring->servers.count == POLYRING_SERVERS_MAX)
    return polyring__fail(error, POLYRING_TOO_LARGE, POLYRING_NOWHERE,
                          "a list has at most 65535 servers, and a server less than 4 GB of text");
  polyring_status status = polyring__servers_parse(&ring->allocator, input, &one, error);
  if (status < 0) return status;
  status = join(ring, &one, &joined, error);
  polyring__servers_done(&ring->allocator, &one);
  if (status < 0) return status;
  return make(ring, ring->profile, joined, ring->servers.count, with_it, error);
}

polyring_status polyring_ring_remove(const polyring_ring *ring, size_t index,
                                     polyring_ring **without_it, polyring_error *error) {
  polyring__servers left;
  *without_it = NULL;
  if (index >= ring->servers.count)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                          "there is no server %u, the list has %u", (unsigned)index,
                          (unsigned)ring->servers.count);
  if (ring->servers.count == 1)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                          "the last server cannot be removed");
  polyring_status status = leave_out(ring, index, &left, error);
  return status < 0 ? status : make(ring, ring->profile, left, index, without_it, error);
}

polyring_status polyring_ring_follow(const polyring_ring *ring, const polyring_profile *profile,
                                     polyring_ring **following, polyring_error *error) {
  polyring__servers same;
  *following = NULL;
  polyring_status status = copy_all(ring, &same, error);
  return status < 0 ? status : make(ring, profile, same, POLYRING_NOWHERE, following, error);
}

static polyring_status build_without(const polyring_ring *ring, const uint8_t *dead,
                                     polyring_ring *made, polyring_error *error) {
  made->profile = polyring__profile_copy(ring->profile);
  if (!made->profile)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a profile");
  polyring_status status = polyring__ring_settle(made, error);
  if (status < 0) return status;
  bury(made, dead);
  if (!made->alive_count)
    return polyring__fail(error, POLYRING_INVALID_SERVERS, POLYRING_NOWHERE, "no server is left");
  return polyring__ring_lay_out(made, error);
}

polyring_status polyring__ring_without(const polyring_ring *ring, const uint8_t *dead,
                                       polyring_ring **rest, polyring_error *error) {
  polyring_ring *made = polyring__ring_begin(&ring->allocator, error);
  *rest = NULL;
  if (!made) return POLYRING_NO_MEMORY;
  polyring_status status = copy_all(ring, &made->servers, error);
  if (status >= 0) status = build_without(ring, dead, made, error);
  if (status < 0)
    polyring_ring_free(made);
  else
    *rest = made;
  return status;
}
