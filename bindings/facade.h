/* What crosses the border between the core and a language: the types that polyring.i speaks of,
 * and the functions behind its methods. Language files supply the typemaps of the types and two
 * hooks, declared below.
 *
 * Failures: a function that can fail returns a status (or a value holding one) and leaves the
 * reason in a polyring_error; the typemaps of the results raise it. */
#ifndef POLYRING_FACADE_H
#define POLYRING_FACADE_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "polyring/polyring.h"

/* A ring and what the language keeps beside it: texts[i] is the language's own string object for
 * server i, made once by texts_new and given back by texts_free. Languages that keep them
 * elsewhere leave texts NULL. */
typedef struct handle {
  polyring_ring *ring;
  void **texts;
} handle;

/* A topology. */
typedef struct document {
  polyring_topology *topology;
} document;

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

/* Keys, one behind the other; key i ends before ends[i]. Those of a client's call may instead lie
 * where the language has them: ends is then NULL, and each says where. */
typedef struct key_list {
  const char *bytes;
  const uint32_t *ends;
  size_t count;
  const text *each;
} key_list;

/* A whole number. Languages cut what is beyond its range to its ends: no call takes those. */
typedef int64_t whole;

/* A server of a ring: by its index, or (name.bytes is not NULL) as the ring spells it. */
typedef struct which_server {
  whole index;
  text name;
} which_server;

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

/* What was made, now the language's own; NULL: see failure. */
typedef handle *made_ring;
typedef document *made_document;
typedef polyring_plan *made_plan;
typedef polyring_difference *made_difference;

typedef struct fingerprint {
  polyring_status status; /* OK or NO_MEMORY */
  char text[POLYRING_FINGERPRINT_SIZE];
} fingerprint;
typedef struct digest {
  char text[POLYRING_DIGEST_SIZE];
} digest;
typedef document *canonical_text;    /* shown as that text */
typedef document *topology_servers;  /* shown as the list of its servers' canonical texts */
typedef document *topology_settings; /* shown as a map from names to values, all of them texts */

/* The failure of a call that makes something, until the language's typemap has raised it. */
static _Thread_local polyring_error failure;

/* Printable, whatever the arguments are. */
static void fail(polyring_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  failure = (polyring_error){.status = status, .position = POLYRING_NOWHERE};
  vsnprintf(failure.text, sizeof failure.text, format, arguments);
  va_end(arguments);
  for (char *c = failure.text; *c; c++)
    if (*c < 0x20 || *c > 0x7E) *c = '?';
}

static void delete_handle(handle *self) {
  if (self->texts) texts_free(self);
  polyring_ring_free(self->ring);
  free(self);
}

/* Takes the ring. NULL: see failure (its status is OK if texts_new failed and has raised). */
static handle *handle_around(polyring_ring *ring) {
  handle *self = calloc(1, sizeof *self);
  if (!self) {
    polyring_ring_free(ring);
    fail(POLYRING_NO_MEMORY, "no memory for a ring");
    return NULL;
  }
  self->ring = ring;
  failure.status = POLYRING_OK;
  if (texts_new(self)) return self;
  delete_handle(self);
  return NULL;
}

static handle *new_handle(server_list servers, text profile) {
  polyring_ring *ring;
  polyring_status status =
      servers.ends ? polyring_ring_new_from_list(NULL, profile.bytes, profile.size, servers.bytes,
                                                 servers.ends, servers.count, &ring, &failure)
                   : polyring_ring_new(NULL, profile.bytes, profile.size, servers.bytes,
                                       servers.size, &ring, &failure);
  return status < 0 ? NULL : handle_around(ring);
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

static fingerprint handle_fingerprint(handle *self) {
  fingerprint made;
  made.status = polyring_ring_fingerprint(self->ring, made.text);
  return made;
}

static made_ring handle_with_server(handle *self, text server) {
  polyring_ring *ring;
  polyring_status status =
      polyring_ring_add(self->ring, server.bytes, server.size, &ring, &failure);
  return status < 0 ? NULL : handle_around(ring);
}

/* The only server that is spelled so, or -1. */
static whole index_of(const polyring_ring *ring, text name) {
  whole found = -1;
  const char *spelled;
  for (size_t i = 0, size; (spelled = polyring_ring_server(ring, i, &size)); i++) {
    if (size != name.size || memcmp(spelled, name.bytes, size) != 0) continue;
    if (found >= 0) {
      fail(POLYRING_INVALID_ARGUMENT, "servers %d and %d are both spelled \"%.80s\": give an index",
           (int)found, (int)i, spelled);
      return -1;
    }
    found = (whole)i;
  }
  if (found < 0)
    fail(POLYRING_INVALID_ARGUMENT, "there is no server \"%.*s\"",
         name.size < 80 ? (int)name.size : 80, name.bytes);
  return found;
}

static made_ring handle_without_server(handle *self, which_server server) {
  polyring_ring *ring;
  whole index = server.name.bytes ? index_of(self->ring, server.name) : server.index;
  if (server.name.bytes && index < 0) return NULL;
  if (index < 0 || index > POLYRING_SERVERS_MAX) {
    fail(POLYRING_INVALID_ARGUMENT, "there is no server %lld, the list has %zu", (long long)index,
         polyring_ring_server_count(self->ring));
    return NULL;
  }
  return polyring_ring_remove(self->ring, (size_t)index, &ring, &failure) < 0 ? NULL
                                                                              : handle_around(ring);
}

static made_plan handle_plan(handle *self, handle *other, whole sample) {
  polyring_plan *plan = NULL;
  if (sample < 0 || sample > UINT32_MAX)
    fail(POLYRING_INVALID_ARGUMENT, "a sample is of 0 to 4294967295 keys");
  else
    polyring_plan_new(NULL, self->ring, other->ring, (uint32_t)sample, &plan, &failure);
  return plan;
}

/* --- topologies --- */

static void delete_document(document *self) {
  polyring_topology_free(self->topology);
  free(self);
}

/* Takes the topology. */
static made_document document_around(polyring_topology *topology) {
  document *self = malloc(sizeof *self);
  if (self) {
    self->topology = topology;
    return self;
  }
  polyring_topology_free(topology);
  fail(POLYRING_NO_MEMORY, "no memory for a topology");
  return NULL;
}

/* A server that could not be told from two, or from none, in one text: the core says why. */
static int is_one_word(server_list servers, size_t start, size_t end) {
  polyring_ring *none;
  uint32_t size = (uint32_t)(end - start);
  size_t at = start;
  while (at < end && !strchr(" \t\n\r", servers.bytes[at] ? servers.bytes[at] : '0')) at++;
  if (at == end && size) return 1;
  polyring_ring_new_from_list(NULL, "", 0, servers.bytes + start, &size, 1, &none, &failure);
  polyring_ring_free(none);
  if (failure.position != POLYRING_NOWHERE) failure.position += start;
  return 0;
}

/* A list as one text, to be freed, since the core makes topologies of nothing else. NULL: see
 * failure. */
static char *joined(server_list servers, size_t *size) {
  size_t start = 0, count = servers.count;
  char *out = malloc((count ? servers.ends[count - 1] : 0) + count + 1), *at = out;
  if (!out) {
    fail(POLYRING_NO_MEMORY, "no memory for %zu servers", count);
    return NULL;
  }
  for (size_t i = 0; i < count; start = servers.ends[i++]) {
    if (!is_one_word(servers, start, servers.ends[i])) {
      free(out);
      return NULL;
    }
    memcpy(at, servers.bytes + start, servers.ends[i] - start);
    at += servers.ends[i] - start;
    *at++ = ' ';
  }
  *size = (size_t)(at - out);
  return out;
}

/* In the joined text a blank is behind each server before the offence. */
static void unjoin_position(server_list servers) {
  size_t blanks = 0;
  if (failure.status != POLYRING_INVALID_SERVERS || failure.position == POLYRING_NOWHERE) return;
  while (blanks < servers.count && servers.ends[blanks] + blanks < failure.position) blanks++;
  failure.position -= blanks;
}

/* A topology of these servers: the next one after another, or (that is NULL) a new one. */
static made_document document_of(const document *before, server_list servers, text profile,
                                 uint64_t epoch) {
  polyring_topology *made;
  char *own = NULL;
  if (servers.ends && !(servers.bytes = own = joined(servers, &servers.size))) return NULL;
  polyring_status status =
      before ? polyring_topology_with_servers(NULL, before->topology, servers.bytes, servers.size,
                                              &made, &failure)
             : polyring_topology_new(NULL, profile.bytes, profile.size, servers.bytes, servers.size,
                                     epoch, &made, &failure);
  free(own);
  if (status >= 0) return document_around(made);
  if (own) unjoin_position(servers);
  return NULL;
}

static document *new_document(server_list servers, text profile, whole epoch) {
  if (epoch >= 0) return document_of(NULL, servers, profile, (uint64_t)epoch);
  fail(POLYRING_INVALID_ARGUMENT, "an epoch is not negative");
  return NULL;
}

static made_document document_parse(text text) {
  polyring_topology *made;
  polyring_status status = polyring_topology_parse(NULL, text.bytes, text.size, &made, &failure);
  return status < 0 ? NULL : document_around(made);
}

static const char *document_profile(document *self) {
  return polyring_topology_profile(self->topology);
}

static whole document_epoch(document *self) {
  return (whole)polyring_topology_epoch(self->topology);
}

static topology_servers document_servers(document *self) { return self; }
static topology_settings document_settings(document *self) { return self; }
static canonical_text document_text(document *self) { return self; }

static digest document_digest(document *self) {
  digest made;
  polyring_topology_digest(self->topology, made.text);
  return made;
}

static made_ring document_ring(document *self) {
  polyring_ring *ring;
  polyring_status status = polyring_topology_ring(NULL, self->topology, &ring, &failure);
  return status < 0 ? NULL : handle_around(ring);
}

static made_document document_with_servers(document *self, server_list servers) {
  return document_of(self, servers, (text){"", 0}, 0);
}

static made_document document_move_bucket(document *self, whole bucket, text server) {
  polyring_topology *made;
  if (bucket < 0 || bucket > UINT32_MAX) {
    fail(POLYRING_INVALID_ARGUMENT, "there is no bucket %lld", (long long)bucket);
    return NULL;
  }
  polyring_status status = polyring_topology_move(NULL, self->topology, (uint32_t)bucket,
                                                  server.bytes, server.size, &made, &failure);
  return status < 0 ? NULL : document_around(made);
}

static made_difference document_diff(document *self, document *other) {
  polyring_difference *made;
  polyring_difference_new(NULL, self->topology, other->topology, &made, &failure);
  return made;
}

#endif
