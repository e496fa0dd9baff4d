#define _POSIX_C_SOURCE 200809L /* inet_pton */
#include "topology/identity.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/allocator.h"
#include "topology/topology.h"

/* Besides the encoded name or host: "host=" and a port. */
enum { ROOM = 16 };

static char *put(char *out, const char *text) {
  size_t size = strlen(text);
  memcpy(out, text, size);
  return out + size;
}

static char *encode(char *out, polyring__span text) {
  return polyring__topology_encode(text.at, text.size, "", out);
}

/* Eight groups, so that all spellings of an address are one; the zone as it is. */
static char *put_ipv6(char *out, polyring__span host) {
  uint8_t bytes[16];
  char address[48], group[8];
  const char *zone = memchr(host.at, '%', host.size);
  size_t size = zone ? (size_t)(zone - host.at) : host.size;
  memcpy(address, host.at, size);
  address[size] = '\0';
  inet_pton(AF_INET6, address, bytes);
  for (int i = 0; i < 16; i += 2) {
    snprintf(group, sizeof group, i ? "%%3A%x" : "%x", (unsigned)(bytes[i] << 8 | bytes[i + 1]));
    out = put(out, group);
  }
  return encode(out, (polyring__span){host.at + size, host.size - size});
}

/* Names of hosts have no case. */
static char *put_host(char *out, polyring__span host) {
  char *start = out;
  out = encode(out, host);
  for (char *c = start; c < out; c++) {
    if (*c == '%')
      c += 2;
    else if (*c >= 'A' && *c <= 'Z')
      *c += 'a' - 'A';
  }
  return out;
}

static char *put_identity(const polyring_ring *ring, const polyring__server *server, char *out) {
  if (server->name.size) return encode(put(out, "name="), server->name);
  polyring__label_input input = {.server = server, .no_port = ring->columns.no_port};
  char digits[8];
  polyring__span port = polyring__label_port(&input, digits);
  if (server->place == POLYRING__PLACE_UNIX)
    out = encode(put(out, "path="), server->host);
  else if (server->place == POLYRING__PLACE_IPV6)
    out = put_ipv6(put(out, "host="), server->host);
  else
    out = put_host(put(out, "host="), server->host);
  *out++ = ':';
  return encode(out, port);
}

static size_t measure(const polyring_ring *ring) {
  size_t size = 0;
  for (size_t i = 0; i < ring->servers.count; i++) {
    const polyring__server *server = &ring->servers.at[i];
    size += ROOM + 3 * (server->name.size ? server->name.size : server->host.size);
    if (server->place == POLYRING__PLACE_IPV6) size += 64;
    size += 3 * ring->columns.no_port.size;
  }
  return size;
}

static void find_first(const polyring__identities *identities, polyring__named *sorted) {
  size_t count = identities->count, start = 0;
  for (size_t i = 0; i < count; i++) sorted[i] = (polyring__named){identities->texts[i], i};
  qsort(sorted, count, sizeof *sorted, polyring__named_compare);
  for (size_t i = 0; i < count; i++) {
    if (polyring__span_compare(sorted[start].text, sorted[i].text) != 0) start = i;
    identities->first[sorted[i].index] = (uint32_t)sorted[start].index;
  }
}

polyring_status polyring__identities_init(const polyring_allocator *allocator,
                                          const polyring_ring *const *rings, size_t ring_count,
                                          polyring__identities *identities) {
  polyring__identities made = {0};
  for (size_t r = 0; r < ring_count; r++) {
    made.count += rings[r]->servers.count;
    made.memory_size += measure(rings[r]);
  }
  made.texts = polyring__allocate(allocator, made.count * sizeof *made.texts);
  made.first = polyring__allocate(allocator, made.count * sizeof *made.first);
  made.memory = polyring__allocate(allocator, made.memory_size);
  polyring__named *sorted = polyring__allocate(allocator, made.count * sizeof *sorted);
  polyring_status status = POLYRING_NO_MEMORY;
  if (made.texts && made.first && made.memory && sorted) {
    char *out = made.memory;
    size_t i = 0;
    for (size_t r = 0; r < ring_count; r++)
      for (size_t s = 0; s < rings[r]->servers.count; s++, i++) {
        char *end = put_identity(rings[r], &rings[r]->servers.at[s], out);
        made.texts[i] = (polyring__span){out, (size_t)(end - out)};
        out = end;
      }
    find_first(&made, sorted);
    status = POLYRING_OK;
  }
  polyring__release(allocator, sorted, made.count * sizeof *sorted);
  if (status < 0) polyring__identities_done(allocator, &made);
  *identities = made;
  return status;
}

void polyring__identities_done(const polyring_allocator *allocator,
                               polyring__identities *identities) {
  polyring__release(allocator, identities->texts, identities->count * sizeof *identities->texts);
  polyring__release(allocator, identities->first, identities->count * sizeof *identities->first);
  polyring__release(allocator, identities->memory, identities->memory_size);
  *identities = (polyring__identities){0};
}
