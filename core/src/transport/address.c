#define _POSIX_C_SOURCE 200809L /* if_nametoindex */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "transport/transport.h"

/* The address before the zone; false if there is no such address or interface. */
static int read_zone(const char *text, const char *percent, struct sockaddr_in6 *in6) {
  char host[INET6_ADDRSTRLEN];
  size_t size = (size_t)(percent - text);
  if (size >= sizeof host) return 0;
  memcpy(host, text, size);
  host[size] = 0;
  in6->sin6_scope_id = if_nametoindex(percent + 1);
  return in6->sin6_scope_id && inet_pton(AF_INET6, host, &in6->sin6_addr) == 1;
}

int polyring__address_read(const char *text, int port, polyring__address *address) {
  struct sockaddr_in *in = (struct sockaddr_in *)&address->bytes;
  struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address->bytes;
  const char *percent = strchr(text, '%');
  if (!percent && inet_pton(AF_INET, text, &in->sin_addr) == 1) {
    in->sin_family = AF_INET;
    in->sin_port = htons((uint16_t)port);
    address->size = sizeof *in;
    return 1;
  }
  if (percent ? !read_zone(text, percent, in6) : inet_pton(AF_INET6, text, &in6->sin6_addr) != 1)
    return 0;
  in6->sin6_family = AF_INET6;
  in6->sin6_port = htons((uint16_t)port);
  address->size = sizeof *in6;
  return 1;
}

int polyring__address_of_path(polyring__span path, polyring__address *address) {
  struct sockaddr_un *un = (struct sockaddr_un *)&address->bytes;
  if (!path.size || path.size >= sizeof un->sun_path || memchr(path.at, 0, path.size)) return 0;
  un->sun_family = AF_UNIX;
  memcpy(un->sun_path, path.at, path.size);
  address->size = sizeof *un;
  return 1;
}

int polyring__address_equals(const polyring__address *a, const polyring__address *b) {
  return a->size == b->size && memcmp(&a->bytes, &b->bytes, a->size) == 0;
}
