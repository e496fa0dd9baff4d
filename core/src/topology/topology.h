/* Topologies, from within. */
#ifndef POLYRING__TOPOLOGY_H
#define POLYRING__TOPOLOGY_H

#include <string.h>

#include "placement/servers.h"
#include "polyring/topology.h"

enum { POLYRING__ATTRIBUTES_MAX = 64, POLYRING__SETTING_NAME_MAX = 64 };

/* A server's canonical text, NUL-terminated, and what it is put together of. Parts that are
 * missing have no address. */
typedef struct polyring__member {
  polyring__span text;
  polyring__span name, place, weight, attributes; /* place: with the port */
} polyring__member;

typedef enum polyring__setting_kind {
  POLYRING__SETTING_TEXT,
  POLYRING__SETTING_NUMBER,
  POLYRING__SETTING_TRUTH
} polyring__setting_kind;

typedef struct polyring__setting {
  polyring__span name, value; /* in a topology both are NUL-terminated */
  polyring__setting_kind kind;
  size_t number; /* of those in the document that the topology was read from */
} polyring__setting;

struct polyring_topology {
  polyring_allocator allocator;
  uint64_t epoch;
  const char *profile; /* the canonical name */
  polyring__member *servers;
  size_t server_count;
  polyring__setting *settings; /* by name */
  size_t setting_count;
  size_t settings_at; /* which member of the document they are */
  char *text;         /* the memory behind all texts */
  size_t text_size;
};

/* What a topology is made of; it is copied. */
typedef struct polyring__draft {
  uint64_t epoch;
  polyring__span profile;
  polyring__servers_input servers;
  const polyring__setting *settings;
  size_t setting_count, settings_at;
} polyring__draft;

/* Which part of a draft a failure is about. */
typedef struct polyring__fault {
  enum { POLYRING__FAULT_WHOLE, POLYRING__FAULT_PROFILE, POLYRING__FAULT_SERVER } part;
  size_t server;
} polyring__fault;

/* OK or what polyring_topology_new says; *fault is filled on failure. */
polyring_status polyring__topology_make(const polyring_allocator *allocator,
                                        const polyring__draft *draft, polyring_topology **topology,
                                        polyring__fault *fault, polyring_error *error);

/* Percent-encodes size bytes; those of extra stay as they are. Returns the end. out has room for
 * 3 * size bytes. */
char *polyring__topology_encode(const char *bytes, size_t size, const char *extra, char *out);

/* Writes a number from 0 to 4294967295 that was read from at most 15 decimal digits with as few of
 * them as give it again; out has room for 24 bytes. Returns the size, or 0 for other numbers. */
size_t polyring__decimal_print(double number, char *out);

/* The offset in a valid JSON text of its path[0]-th child's path[1]-th child's ...; with at_name
 * that of the member's name instead of its value. */
size_t polyring__json_position(const char *text, const size_t *path, size_t depth, int at_name);

/* Refuses setting i of a topology, or its name, for a reason: INVALID_TOPOLOGY. text is what the
 * topology was read from. */
polyring_status polyring__setting_refuse(polyring__span text, const polyring_topology *topology,
                                         size_t i, int name, const char *reason,
                                         polyring_error *error);

/* A text with the number of what it belongs to, for sorting: equal texts keep their order. */
typedef struct polyring__named {
  polyring__span text;
  size_t index;
} polyring__named;

int polyring__named_compare(const void *left, const void *right);

#endif
