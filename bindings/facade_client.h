/* What crosses the border between the client and a language; facade.h is its base.
 *
 * A method fills operations, runs them and returns a call, which the typemap of its result turns
 * into the language's own and then ends with call_end. */
#ifndef POLYRING_FACADE_CLIENT_H
#define POLYRING_FACADE_CLIENT_H

#include "facade.h"

/* A client. */
typedef struct session {
  polyring_client *client; /* NULL: it was closed */
} session;

/* The hooks: around what may take long. */
static void io_begin(void **state);
static void io_end(void **state);

/* Into the core. */

/* A value; of lists and maps the sequence lies in room. */
typedef struct given {
  polyring_value value;
  polyring_buffer room;
} given;

/* How long something takes, in microseconds. Languages show seconds, or what they have for it. */
typedef int64_t length;

/* Keys with their values. */
typedef struct pair_list {
  key_list keys;
  const polyring_value *values;
} pair_list;

/* A whole number that can be left out. */
typedef struct perhaps {
  int is_there;
  int64_t number;
} perhaps;

/* Out of the core. */
typedef struct call {
  polyring_results *results; /* NULL: see failure */
  polyring_operation *operations;
  size_t count;
} call;
typedef call found;         /* a value, or what the language has for none */
typedef call found_item;    /* a value with its cas and the rest */
typedef call found_number;  /* operations[0].number; MISS: none */
typedef call found_many;    /* values of the keys that are there */
typedef call outcome;       /* operations[0].status */
typedef call outcomes;      /* one a key */
typedef call told_texts;    /* one text a server */
typedef call told_stats;    /* names and values, a server each */
typedef call told_outcomes; /* one a server */
typedef int done;           /* a status; see failure */

static int call_begin(session *self, size_t count, call *call) {
  call->results = NULL;
  call->count = count;
  if (!self->client) {
    fail(POLYRING_INVALID_ARGUMENT, "the client was closed");
    return 0;
  }
  call->results = polyring_results_borrow(self->client);
  call->operations =
      call->results ? polyring_results_operations(call->results, count ? count : 1) : NULL;
  if (call->operations) return 1;
  polyring_results_return(call->results);
  call->results = NULL;
  fail(POLYRING_NO_MEMORY, "no memory for %zu operations", count);
  return 0;
}

static void call_end(call *call) {
  polyring_results_return(call->results);
  call->results = NULL;
}

static call call_run(session *self, call *call) {
  void *state = NULL;
  polyring_client *client = self->client; /* another thread may close the session meanwhile */
  io_begin(&state);
  polyring_status status =
      polyring_client_run(client, call->operations, call->count, 0, call->results, &failure);
  io_end(&state);
  if (status < 0) call_end(call);
  return *call;
}

/* Whether on_error=miss shows this failure of a read as a miss: where a server, the network or what
 * lies there is to blame, never where the caller is. No read is too large but by what it finds. */
static inline int is_fault_of_servers(int status) {
  switch (polyring_status_class_of(status)) {
    case POLYRING_CLASS_UNAVAILABLE:
    case POLYRING_CLASS_UNKNOWN:
    case POLYRING_CLASS_PROTOCOL:
    case POLYRING_CLASS_SERVER:
    case POLYRING_CLASS_VALUE:
    case POLYRING_CLASS_MISMATCH:
      return 1;
    default:
      return status == POLYRING_TOO_LARGE;
  }
}

/* Why operation i failed, into failure. */
static void call_explain(const call *call, size_t i) {
  polyring_results_explain(call->results, &call->operations[i], &failure);
}

static session *new_session(text servers, text settings) {
  session *self = malloc(sizeof *self);
  if (!self) {
    fail(POLYRING_NO_MEMORY, "no memory for a client");
    return NULL;
  }
  if (polyring_client_new(NULL, servers.bytes, servers.size, settings.bytes, settings.size,
                          &self->client, &failure) >= 0)
    return self;
  free(self);
  return NULL;
}

/* No call may be running. */
static void session_close(session *self) {
  polyring_client_free(self->client);
  self->client = NULL;
}

static void delete_session(session *self) {
  session_close(self);
  free(self);
}

/* --- operations on one key --- */

static call run_one(session *self, const polyring_operation *operation) {
  call call;
  if (!call_begin(self, 1, &call)) return call;
  call.operations[0] = *operation;
  return call_run(self, &call);
}

#define ON_KEY(...) \
  run_one(self, &(polyring_operation){.key = key, .key_size = key_size, __VA_ARGS__})
#define STORE(VERB) \
  ON_KEY(.verb = VERB, .value = value.value, .ttl = ttl, .marks = POLYRING_HAS_TTL)

static found session_get(session *self, const char *key, size_t key_size) {
  return ON_KEY(.verb = POLYRING_GET);
}
static found session_get_and_touch(session *self, const char *key, size_t key_size, whole ttl) {
  return ON_KEY(.verb = POLYRING_GET, .marks = POLYRING_HAS_TTL, .ttl = ttl);
}
static found_item session_gets(session *self, const char *key, size_t key_size) {
  return ON_KEY(.verb = POLYRING_GET, .want = POLYRING_WANT_CAS);
}
static found_item session_item(session *self, const char *key, size_t key_size, perhaps vivify,
                               perhaps recache) {
  return ON_KEY(.verb = POLYRING_GET,
                .want = POLYRING_WANT_CAS | POLYRING_WANT_TTL | POLYRING_WANT_LAST_ACCESS |
                        POLYRING_WANT_HIT_BEFORE | POLYRING_WANT_SIZE,
                .marks = (vivify.is_there ? POLYRING_VIVIFY : 0u) |
                         (recache.is_there ? POLYRING_RECACHE : 0u),
                .vivify = vivify.number, .recache = recache.number);
}
static outcome session_set(session *self, const char *key, size_t key_size, given value,
                           whole ttl) {
  return STORE(POLYRING_SET);
}
static outcome session_add(session *self, const char *key, size_t key_size, given value,
                           whole ttl) {
  return STORE(POLYRING_ADD);
}
static outcome session_replace(session *self, const char *key, size_t key_size, given value,
                               whole ttl) {
  return STORE(POLYRING_REPLACE);
}
static outcome session_append(session *self, const char *key, size_t key_size, given value) {
  return ON_KEY(.verb = POLYRING_APPEND, .value = value.value);
}
static outcome session_prepend(session *self, const char *key, size_t key_size, given value) {
  return ON_KEY(.verb = POLYRING_PREPEND, .value = value.value);
}
static outcome session_cas(session *self, const char *key, size_t key_size, given value, whole cas,
                           whole ttl) {
  return ON_KEY(.verb = POLYRING_CAS, .value = value.value, .cas = (uint64_t)cas, .ttl = ttl,
                .marks = POLYRING_HAS_TTL);
}
static outcome session_remove(session *self, const char *key, size_t key_size) {
  return ON_KEY(.verb = POLYRING_DELETE);
}
static outcome session_invalidate(session *self, const char *key, size_t key_size, whole ttl) {
  return ON_KEY(.verb = POLYRING_DELETE, .marks = POLYRING_INVALIDATE | POLYRING_HAS_TTL,
                .ttl = ttl);
}
static outcome session_touch(session *self, const char *key, size_t key_size, whole ttl) {
  return ON_KEY(.verb = POLYRING_TOUCH, .marks = POLYRING_HAS_TTL, .ttl = ttl);
}

static call count_by(session *self, polyring_verb verb, const char *key, size_t key_size,
                     whole delta, perhaps initial, whole ttl) {
  if (delta < 0 || initial.number < 0) {
    fail(POLYRING_INVALID_ARGUMENT, "counters are not negative, and neither is what is added");
    return (call){.results = NULL};
  }
  return ON_KEY(.verb = verb, .delta = (uint64_t)delta, .initial = (uint64_t)initial.number,
                .marks = initial.is_there ? POLYRING_HAS_INITIAL | POLYRING_HAS_TTL : 0u,
                .ttl = ttl);
}
static found_number session_incr(session *self, const char *key, size_t key_size, whole delta,
                                 perhaps initial, whole ttl) {
  return count_by(self, POLYRING_INCR, key, key_size, delta, initial, ttl);
}
static found_number session_decr(session *self, const char *key, size_t key_size, whole delta,
                                 perhaps initial, whole ttl) {
  return count_by(self, POLYRING_DECR, key, key_size, delta, initial, ttl);
}
static outcome session_set_counter(session *self, const char *key, size_t key_size, whole number,
                                   whole ttl) {
  return ON_KEY(.verb = POLYRING_SET, .marks = POLYRING_COUNTER | POLYRING_HAS_TTL, .ttl = ttl,
                .value = {.tag = POLYRING_VALUE_INT, .integer = number});
}
static found session_counter(session *self, const char *key, size_t key_size) {
  return ON_KEY(.verb = POLYRING_GET, .marks = POLYRING_COUNTER);
}

/* --- on many keys --- */

/* What operations have in common; they come as zeros, which is what they have beside it. */
typedef struct common {
  polyring_verb verb;
  uint32_t marks;
  whole ttl;
} common;

static call run_many(session *self, key_list keys, const polyring_value *values, common common) {
  call call;
  uint32_t start = 0;
  if (!call_begin(self, keys.count, &call)) return call;
  for (size_t i = 0; i < keys.count; i++) {
    polyring_operation *operation = &call.operations[i];
    operation->verb = common.verb;
    operation->marks = common.marks;
    operation->ttl = common.ttl;
    if (keys.ends) {
      operation->key = keys.bytes + start;
      operation->key_size = keys.ends[i] - start;
      start = keys.ends[i];
    } else {
      operation->key = keys.each[i].bytes;
      operation->key_size = keys.each[i].size;
    }
    if (values) operation->value = values[i];
  }
  return call_run(self, &call);
}

static found_many session_get_many(session *self, key_list keys) {
  return run_many(self, keys, NULL, (common){.verb = POLYRING_GET});
}
static outcomes session_set_many(session *self, pair_list items, whole ttl) {
  return run_many(self, items.keys, items.values,
                  (common){POLYRING_SET, POLYRING_HAS_TTL, ttl});
}
static outcomes session_remove_many(session *self, key_list keys) {
  return run_many(self, keys, NULL, (common){.verb = POLYRING_DELETE});
}
static outcomes session_touch_many(session *self, key_list keys, whole ttl) {
  return run_many(self, keys, NULL, (common){POLYRING_TOUCH, POLYRING_HAS_TTL, ttl});
}

/* --- of servers: one, or (the text is empty) all --- */

static call ask(session *self, text server, polyring_operation operation) {
  call call;
  void *state = NULL;
  if (!call_begin(self, 1, &call)) return call;
  if (server.size) {
    operation.key = server.bytes;
    operation.key_size = server.size;
    call.operations[0] = operation;
    return call_run(self, &call);
  }
  polyring_client *client = self->client;
  io_begin(&state);
  polyring_status status = polyring_client_run_everywhere(
      client, &operation, 0, call.results, &call.operations, &call.count, &failure);
  io_end(&state);
  if (status < 0) call_end(&call);
  return call;
}

static told_outcomes session_flush_all(session *self, whole delay, text server) {
  return ask(self, server,
             (polyring_operation){.verb = POLYRING_FLUSH, .marks = POLYRING_HAS_TTL, .ttl = delay});
}
static told_stats session_stats(session *self, text arguments, text server) {
  return ask(self, server,
             (polyring_operation){
                 .verb = POLYRING_STATS,
                 .value = {.tag = POLYRING_VALUE_TEXT, .at = arguments.bytes, .size = arguments.size}});
}
static told_texts session_version(session *self, text server) {
  return ask(self, server, (polyring_operation){.verb = POLYRING_ASK_VERSION});
}
static told_texts session_dump(session *self, text server) {
  return ask(self, server,
             (polyring_operation){.verb = POLYRING_DUMP,
                                  .value = {.tag = POLYRING_VALUE_TEXT, .at = "all", .size = 3}});
}
static told_outcomes session_verbosity(session *self, whole level, text server) {
  return ask(self, server,
             (polyring_operation){.verb = POLYRING_VERBOSITY, .delta = (uint64_t)level});
}
static told_outcomes session_ping(session *self, text server) {
  return ask(self, server, (polyring_operation){.verb = POLYRING_PING});
}

/* --- the failed, and the topology --- */

static int is_open(session *self) {
  if (!self->client) fail(POLYRING_INVALID_ARGUMENT, "the client was closed");
  return self->client != NULL;
}

/* What is due for servers that failed. */
static done session_tick(session *self, length budget) {
  void *state = NULL;
  polyring_client *client = self->client;
  if (!is_open(self)) return failure.status;
  if (budget < 0 || budget > 86400000000) {
    fail(POLYRING_INVALID_ARGUMENT, "a budget is 0 to 24 hours");
    return failure.status;
  }
  io_begin(&state);
  polyring_status status = polyring_client_tick(client, budget, &failure);
  io_end(&state);
  return status;
}

static done session_set_topology(session *self, text topology) {
  if (!is_open(self)) return failure.status;
  return polyring_client_set_topology(self->client, topology.bytes, topology.size, &failure);
}
static done session_add_server(session *self, text server) {
  if (!is_open(self)) return failure.status;
  return polyring_client_add_server(self->client, server.bytes, server.size, &failure);
}
static done session_remove_server(session *self, text server) {
  if (!is_open(self)) return failure.status;
  return polyring_client_remove_server(self->client, server.bytes, server.size, &failure);
}
static made_document session_topology(session *self) {
  polyring_topology *topology;
  if (!is_open(self)) return NULL;
  if (polyring_client_topology(self->client, &topology, &failure) < 0) return NULL;
  return document_around(topology);
}
static made_ring session_ring(session *self) {
  polyring_ring *ring;
  if (!is_open(self)) return NULL;
  return polyring_client_ring(self->client, &ring, &failure) < 0 ? NULL : handle_around(ring);
}

/* Each language walks these with polyring_client_statistics and polyring_client_next_event. */
typedef session *all_statistics;
typedef session *new_events;
static all_statistics session_statistics(session *self) { return self; }
static new_events session_events(session *self) { return self; }

/* The value of a setting; NULL: there is none. */
static const char *session_setting(session *self, text name) {
  char copy[64];
  if (!self->client || name.size >= sizeof copy) return NULL;
  memcpy(copy, name.bytes, name.size);
  copy[name.size] = '\0';
  return polyring_client_setting(self->client, copy);
}

#endif
