/* What crosses the border between the core and a language: the types that polyring.i speaks of,
 * and the functions behind its methods. Language files supply the typemaps of the types and two
 * hooks, declared below.
 *
 * Failures: a function that can fail returns a status (or a value holding one) and leaves the
 * reason in a polyring_error; the typemaps of the results raise it. */
#ifndef POLYRING_FACADE_H
#define POLYRING_FACADE_H

#include <stdlib.h>

#include "polyring/polyring.h"

/* A ring and what the language keeps beside it: texts[i] is the language's own string object for
 * server i, made once by texts_new and given back by texts_free. Languages that keep them
 * elsewhere leave texts NULL. */
typedef struct handle {
  polyring_ring *ring;
  void **texts;
} handle;

/* The hooks. texts_new returns 0 if the language has no memory (and has said so itself). */
static int texts_new(handle *self);
static void texts_free(handle *self);

/* Into the core. Text: bytes that are UTF-8 where the language has text. */
typedef struct text {
  const char *bytes;
  size_t size;
} text;

/* A list of servers: one text with blanks (ends is NULL), or many. */
typedef struct server_list {
  const char *bytes;
  size_t size;
  const uint32_t *ends;
  size_t count;
} server_list;

/* Keys, one behind the other; key i ends before ends[i]. */
typedef struct key_list {
  const char *bytes;
  const uint32_t *ends;
  size_t count;
} key_list;

/* Out of the core. */
typedef int32_t server_at; /* an index, which the language shows as the server's text, or a
                              negative status */
typedef struct server_indexes {
  uint16_t *indexes; /* NULL: no memory; freed by the typemap. POLYRING_NO_SERVER: refused key */
  size_t count;
} server_indexes;
typedef server_indexes server_texts; /* the same, shown as texts */
typedef struct trace {
  polyring_status status;
  polyring_error error;
  polyring_placement placement;
} trace;
typedef handle *all_servers; /* shown as the list of its servers' texts */
typedef struct all_profiles {
  int unused;
} all_profiles; /* shown as the list of all names */

/* The constructor's failure, until the language's typemap has raised it. */
static _Thread_local polyring_error construction_error;

static void delete_handle(handle *self) {
  if (self->texts) texts_free(self);
  polyring_ring_free(self->ring);
  free(self);
}

/* NULL: see construction_error (its status is OK if texts_new failed and has raised). */
static handle *new_handle(server_list servers, text profile) {
  handle *self = calloc(1, sizeof *self);
  construction_error.status = POLYRING_NO_MEMORY;
  if (!self) return NULL;
  polyring_status status =
      servers.ends ? polyring_ring_new_from_list(NULL, profile.bytes, profile.size, servers.bytes,
                                                 servers.ends, servers.count, &self->ring,
                                                 &construction_error)
                   : polyring_ring_new(NULL, profile.bytes, profile.size, servers.bytes,
                                       servers.size, &self->ring, &construction_error);
  if (status < 0) {
    free(self);
    return NULL;
  }
  construction_error.status = POLYRING_OK;
  if (texts_new(self)) return self;
  delete_handle(self);
  return NULL;
}

static server_at handle_locate(handle *self, const char *key, size_t key_size) {
  return polyring_ring_locate(self->ring, key, key_size);
}

static server_indexes handle_locate_indexes(handle *self, key_list keys) {
  server_indexes found = {malloc(keys.count * sizeof *found.indexes + 1), keys.count};
  if (found.indexes)
    polyring_ring_locate_many(self->ring, keys.bytes, keys.ends, keys.count, found.indexes, NULL);
  return found;
}

static server_texts handle_locate_many(handle *self, key_list keys) {
  return handle_locate_indexes(self, keys);
}

static trace handle_explain(handle *self, const char *key, size_t key_size) {
  trace trace;
  trace.status = polyring_ring_explain(self->ring, key, key_size, &trace.placement, &trace.error);
  return trace;
}

static all_servers handle_servers(handle *self) { return self; }
static const char *handle_profile(handle *self) { return polyring_ring_profile(self->ring); }
static all_profiles handle_profiles(void) { return (all_profiles){0}; }

#endif
