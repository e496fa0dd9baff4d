/* Server text, read into servers. */
#ifndef POLYRING__SERVERS_H
#define POLYRING__SERVERS_H

#include "base/span.h"
#include "polyring/bytes.h"

enum { POLYRING__NO_PORT = -1 };

typedef enum polyring__place {
  POLYRING__PLACE_NAME,
  POLYRING__PLACE_IPV4,
  POLYRING__PLACE_IPV6,
  POLYRING__PLACE_UNIX
} polyring__place;

/* One server. The spans are decoded, NUL-terminated, and lie in the list's memory; what was not
 * given is empty. */
typedef struct polyring__server {
  polyring__span spelled; /* the place as the user wrote it */
  polyring__span name;
  polyring__span host; /* name, address without brackets, or path */
  polyring__span ip;   /* the address beside a name, or the host if it is an address */
  polyring__span buckets; /* the attribute of that name */
  polyring__place place;
  uint8_t ip_beside; /* the address was given beside the host */
  uint8_t has_weight;
  uint8_t merged; /* the same server stands earlier in the list, and counts alone */
  int32_t port;
  double weight, given_weight; /* the effective one once a ring is built; as written */
} polyring__server;

typedef struct polyring__servers {
  polyring__server *at;
  size_t count;
  char *text; /* the memory behind the spans */
  size_t text_size;
} polyring__servers;

/* What the user gave: one text (ends is NULL, size counts), or count texts one behind the other. */
typedef struct polyring__servers_input {
  const char *at;
  size_t size;
  const uint32_t *ends;
  size_t count;
} polyring__servers_input;

/* OK, INVALID_SERVERS, TOO_LARGE or NO_MEMORY; on failure nothing is left to be freed. */
polyring_status polyring__servers_parse(const polyring_allocator *allocator,
                                        polyring__servers_input input, polyring__servers *servers,
                                        polyring_error *error);
/* INVALID_SERVERS, naming the server and the rule that it breaks. */
polyring_status polyring__server_refuse(const polyring__server *server, polyring_error *error,
                                        const char *rule);

void polyring__servers_done(const polyring_allocator *allocator, polyring__servers *servers);

#endif
