/* The client, driven by requests in JSON: C's part of languages.py, which says what the requests
 * are. One request a line of standard input, one answer a line of standard output. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "driver_values.h"
#include "polyring/polyring.h"

static polyring_client *client;
static polyring_results *results;
static polyring_error failure;
static json_t *noticed;       /* events that `events` has not told yet */
static json_t *states;        /* of servers, by what events said */
static polyring_buffer bytes; /* keys and values of the request that is being answered */

/* --- answers --- */

static json_t *failure_json(json_t *key) {
  return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "status", polyring_status_name(failure.status),
                   "class", "", "server", failure.server, "stage",
                   polyring_stage_name(failure.stage), "text", failure.text, "key", key);
}

static json_t *failed(void) { return json_pack("{s:o}", "failure", failure_json(json_null())); }

static json_t *explained(const polyring_operation *op) {
  polyring_results_explain(results, op, &failure);
  return failure_json(op->verb < POLYRING_FLUSH ? base64(op->key, op->key_size) : json_null());
}

static json_t *done(polyring_status status) {
  return status < 0 ? failed() : json_pack("{s:b}", "ok", 1);
}

static json_t *item_json(const polyring_operation *op) {
  return json_pack("{s:o, s:o, s:I, s:I, s:b, s:b, s:b}", "value", found_json(&op->found), "cas",
                   number_text(NULL, op->found_cas, 0), "ttl", (json_int_t)op->found_ttl, "size",
                   (json_int_t)op->found_size, "won", op->got & POLYRING_WON ? 1 : 0, "stale",
                   op->got & POLYRING_STALE ? 1 : 0, "already_won",
                   op->got & POLYRING_ALREADY_WON ? 1 : 0);
}

/* The answer to one operation on a key. */
static json_t *answer_one(const char *call, const polyring_operation *op) {
  if (op->status < 0) return json_pack("{s:o}", "failure", explained(op));
  int counts = op->verb == POLYRING_INCR || op->verb == POLYRING_DECR;
  if (op->verb != POLYRING_GET && !counts)
    return json_pack("{s:s}", "outcome", polyring_status_name(op->status));
  if (op->status != POLYRING_OK) return json_pack("{s:b}", "miss", 1);
  if (counts) return json_pack("{s:o}", "number", number_text(NULL, op->number, 0));
  if (strcmp(call, "item") == 0) return item_json(op);
  if (strcmp(call, "gets") == 0)
    return json_pack("{s:o, s:o}", "value", found_json(&op->found), "cas",
                     number_text(NULL, op->found_cas, 0));
  return json_pack("{s:o}", "value", found_json(&op->found));
}

static json_t *run_one(const char *call, polyring_operation op, json_t *request) {
  size_t size;
  char *key = unbase64(json_object_get(request, "key"), &size);
  op.key = key;
  op.key_size = size;
  polyring_status status = polyring_client_run(client, &op, 1, 0, results, &failure);
  json_t *answer = status < 0 ? failed() : answer_one(call, &op);
  free(key);
  return answer;
}

/* What C has for a value: as it is given, and as it is read from a key. */
static json_t *types(json_t *request) {
  polyring_value given = value_of(&bytes, json_object_get(request, "value"));
  polyring_operation op = {.verb = POLYRING_GET};
  char *key = unbase64(json_object_get(request, "key"), &op.key_size);
  op.key = key;
  polyring_status status = polyring_client_run(client, &op, 1, 0, results, &failure);
  free(key);
  if (status < 0) return failed();
  if (op.status < 0) return json_pack("{s:o}", "failure", explained(&op));
  return json_pack("{s:s, s:s}", "written", tag_name(given.tag), "read", tag_name(op.found.tag));
}

/* --- calls on many keys --- */

static json_t *answer_many(const polyring_operation *ops, size_t count, json_t *keys, int reads) {
  json_t *good = json_array(), *bad = json_array();
  for (size_t i = 0; i < count; i++) {
    json_t *key = json_array_get(keys, i);
    if (reads < 0) key = json_array_get(key, 0);
    if (ops[i].status < 0)
      json_array_append_new(bad, json_pack("[O,o]", key, explained(&ops[i])));
    else if (reads > 0 && ops[i].status == POLYRING_OK)
      json_array_append_new(good, json_pack("[O,o]", key, found_json(&ops[i].found)));
    else if (reads <= 0)
      json_array_append_new(good, json_pack("[O,s]", key, polyring_status_name(ops[i].status)));
  }
  return json_pack("{s:o, s:o}", reads > 0 ? "found" : "outcomes", good, "failures", bad);
}

/* keys: texts, or pairs with a value. reads: 1 get, 0 keys, -1 pairs. */
static json_t *run_many(polyring_operation like, json_t *keys, int reads) {
  size_t count = json_array_size(keys);
  polyring_operation *ops = must(polyring_results_operations(results, count ? count : 1));
  polyring_buffer *sequences = must(calloc(count + 1, sizeof *sequences));
  for (size_t i = 0; i < count; i++) {
    json_t *key = json_array_get(keys, i);
    ops[i] = like;
    polyring_buffer_init(&sequences[i], NULL);
    if (reads < 0) ops[i].value = value_of(&sequences[i], json_array_get(key, 1));
    ops[i].key = unbase64(reads < 0 ? json_array_get(key, 0) : key, &ops[i].key_size);
  }
  polyring_status status = polyring_client_run(client, ops, count, 0, results, &failure);
  json_t *answer = status < 0 ? failed() : answer_many(ops, count, keys, reads);
  for (size_t i = 0; i < count; i++) {
    free((void *)ops[i].key);
    polyring_buffer_done(&sequences[i]);
  }
  free(sequences);
  return answer;
}

/* --- calls to servers --- */

static json_t *stats_json(const polyring_value *found) {
  json_t *stats = json_object();
  const char *at = found->at, *end = at + found->size;
  while (at < end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    if (!newline) newline = end;
    const char *blank = memchr(at, ' ', (size_t)(newline - at));
    if (!blank) blank = newline;
    json_object_setn_new(
        stats, at, (size_t)(blank - at),
        json_stringn(blank + (blank < newline), (size_t)(newline - blank) - (blank < newline)));
    at = newline + 1;
  }
  return stats;
}

static json_t *answer_servers(const polyring_operation *ops, size_t count) {
  json_t *good = json_array(), *bad = json_array();
  for (size_t i = 0; i < count; i++) {
    const char *server = polyring_results_server(results, ops[i].server);
    json_t *said;
    if (ops[i].status < 0) {
      json_array_append_new(bad, json_pack("[s,o]", server, explained(&ops[i])));
      continue;
    }
    if (ops[i].verb == POLYRING_STATS)
      said = stats_json(&ops[i].found);
    else if (ops[i].verb == POLYRING_ASK_VERSION || ops[i].verb == POLYRING_DUMP)
      said = json_stringn(ops[i].found.size ? ops[i].found.at : "", ops[i].found.size);
    else
      said = json_string(polyring_status_name(ops[i].status));
    json_array_append_new(good, json_pack("[s,o]", server, said));
  }
  return json_pack("{s:o, s:o}", "servers", good, "failures", bad);
}

static json_t *ask_servers(polyring_operation op, json_t *request) {
  json_t *server = json_object_get(request, "server");
  polyring_operation *all = &op;
  size_t count = 1;
  polyring_status status;
  if (json_string_length(server)) {
    op.key = json_string_value(server);
    op.key_size = json_string_length(server);
    status = polyring_client_run(client, &op, 1, 0, results, &failure);
  } else {
    status = polyring_client_run_everywhere(client, &op, 0, results, &all, &count, &failure);
  }
  return status < 0 ? failed() : answer_servers(all, count);
}

/* --- the client itself --- */

static void close_client(void) {
  polyring_results_return(results);
  polyring_client_free(client);
  json_decref(noticed);
  json_decref(states);
  noticed = states = NULL;
  results = NULL;
  client = NULL;
}

static void add_encoded(polyring_buffer *text, const char *word) {
  size_t size = strlen(word);
  char *at = must(polyring_buffer_more(text, 3 * size + 1));
  text->size += polyring_percent_encode(word, size, at, 3 * size + 1);
}

static json_t *open_client(json_t *request) {
  json_t *servers = json_object_get(request, "servers"), *value;
  const char *name;
  polyring_buffer settings;
  close_client();
  polyring_buffer_init(&settings, NULL);
  json_object_foreach(json_object_get(request, "settings"), name, value) {
    if (settings.size) polyring_buffer_add(&settings, "&", 1);
    add_encoded(&settings, name);
    polyring_buffer_add(&settings, "=", 1);
    add_encoded(&settings, json_string_value(value));
  }
  polyring_status status =
      polyring_client_new(NULL, json_string_value(servers), json_string_length(servers),
                          (const char *)settings.at, settings.size, &client, &failure);
  if (status >= 0) results = must(polyring_results_borrow(client));
  polyring_buffer_done(&settings);
  return done(status);
}

static json_t *of_server(const polyring_statistics *of) {
  const struct number {
    const char *name;
    uint64_t is;
  } numbers[] = {
#define XX(name) {#name, of->name}
    XX(exchanges),
    XX(operations),
    XX(hits),
    XX(misses),
    XX(bytes_sent),
    XX(bytes_received),
    XX(connects),
    XX(connect_failures),
    XX(connections),
    XX(mismatches),
    XX(in_doubt),
    XX(refused),
    XX(redirected),
    XX(probes)
#undef XX
  };
  json_t *failures = json_object();
  for (int i = 1; i < POLYRING_FAILURES; i++)
    if (of->failures[i])
      json_object_set_new(failures, polyring_status_name(-i),
                          json_integer((json_int_t)of->failures[i]));
  json_t *one = json_pack("{s:s, s:s, s:o}", "server", of->server, "state",
                          polyring_health_state_name(of->state), "failures", failures);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    json_object_set_new(one, numbers[i].name, json_integer((json_int_t)numbers[i].is));
  return one;
}

static json_t *statistics(void) {
  json_t *servers = json_array();
  polyring_statistics of;
  for (size_t i = 0; polyring_client_statistics(client, i, &of); i++)
    json_array_append_new(servers, of_server(&of));
  return json_pack("{s:o}", "servers", servers);
}

static void take_events(void) {
  polyring_event event;
  if (!noticed) noticed = json_array();
  if (!states) states = json_object();
  while (polyring_client_next_event(client, &event)) {
    const char *state = strstr(event.text, " -> ");
    json_array_append_new(
        noticed, json_pack("{s:s, s:f, s:s, s:s}", "kind", polyring_event_name(event.kind), "time",
                           (double)event.time / 1e6, "server", event.server, "text", event.text));
    if (event.kind == POLYRING_EVENT_HEALTH && state)
      json_object_set_new(states, event.server, json_stringn(state + 4, strcspn(state + 4, " ")));
  }
}

static json_t *events(void) {
  take_events();
  json_t *list = noticed;
  noticed = NULL;
  return json_pack("{s:o}", "events", list);
}

static json_t *health(json_t *request) {
  take_events();
  json_t *state = json_object_get(states, json_string_value(json_object_get(request, "server")));
  return json_pack("{s:s}", "state", state ? json_string_value(state) : "UP");
}

static json_t *tick(json_t *request) {
  double budget = json_number_value(json_object_get(request, "budget"));
  return done(polyring_client_tick(client, (int64_t)(budget * 1e6), &failure));
}

static json_t *topology_text(void) {
  polyring_topology *topology;
  if (polyring_client_topology(client, &topology, &failure) < 0) return failed();
  size_t size = polyring_topology_text(topology, NULL, 0);
  char *text = must(malloc(size));
  polyring_topology_text(topology, text, size);
  json_t *answer = json_pack("{s:s%}", "text", text, size);
  free(text);
  polyring_topology_free(topology);
  return answer;
}

static json_t *of_ring(const char *call, json_t *request) {
  polyring_ring *ring;
  if (polyring_client_ring(client, &ring, &failure) < 0) return failed();
  json_t *answer;
  if (strcmp(call, "fingerprint") == 0) {
    char text[POLYRING_FINGERPRINT_SIZE];
    polyring_ring_fingerprint(ring, text);
    answer = json_pack("{s:s}", "text", text);
  } else {
    size_t size;
    polyring_placement placement;
    char *key = unbase64(json_object_get(request, "key"), &size);
    if (polyring_ring_explain(ring, key, size, &placement, &failure) < 0)
      answer = failed();
    else
      answer = json_pack("{s:s}", "text", polyring_ring_server(ring, placement.server, NULL));
    free(key);
  }
  polyring_ring_free(ring);
  return answer;
}

/* --- the table of calls --- */

typedef enum shape { ONE, MANY_READ, MANY_KEYS, MANY_PAIRS, SERVERS } shape;

#define ITEM_WANTS                                                                                \
  (POLYRING_WANT_CAS | POLYRING_WANT_TTL | POLYRING_WANT_LAST_ACCESS | POLYRING_WANT_HIT_BEFORE | \
   POLYRING_WANT_SIZE)

static const struct {
  const char *name;
  shape shape;
  polyring_verb verb;
  uint32_t marks, want;
} calls[] = {
    {"get", ONE, POLYRING_GET, 0, 0},
    {"get_and_touch", ONE, POLYRING_GET, POLYRING_HAS_TTL, 0},
    {"gets", ONE, POLYRING_GET, 0, POLYRING_WANT_CAS},
    {"item", ONE, POLYRING_GET, 0, ITEM_WANTS},
    {"counter", ONE, POLYRING_GET, POLYRING_COUNTER, 0},
    {"set", ONE, POLYRING_SET, POLYRING_HAS_TTL, 0},
    {"add", ONE, POLYRING_ADD, POLYRING_HAS_TTL, 0},
    {"replace", ONE, POLYRING_REPLACE, POLYRING_HAS_TTL, 0},
    {"append", ONE, POLYRING_APPEND, 0, 0},
    {"prepend", ONE, POLYRING_PREPEND, 0, 0},
    {"cas", ONE, POLYRING_CAS, POLYRING_HAS_TTL, 0},
    {"delete", ONE, POLYRING_DELETE, 0, 0},
    {"invalidate", ONE, POLYRING_DELETE, POLYRING_INVALIDATE | POLYRING_HAS_TTL, 0},
    {"touch", ONE, POLYRING_TOUCH, POLYRING_HAS_TTL, 0},
    {"set_counter", ONE, POLYRING_SET, POLYRING_COUNTER | POLYRING_HAS_TTL, 0},
    {"incr", ONE, POLYRING_INCR, 0, 0},
    {"decr", ONE, POLYRING_DECR, 0, 0},
    {"get_many", MANY_READ, POLYRING_GET, 0, 0},
    {"set_many", MANY_PAIRS, POLYRING_SET, POLYRING_HAS_TTL, 0},
    {"delete_many", MANY_KEYS, POLYRING_DELETE, 0, 0},
    {"touch_many", MANY_KEYS, POLYRING_TOUCH, POLYRING_HAS_TTL, 0},
    {"flush_all", SERVERS, POLYRING_FLUSH, POLYRING_HAS_TTL, 0},
    {"verbosity", SERVERS, POLYRING_VERBOSITY, 0, 0},
    {"ping", SERVERS, POLYRING_PING, 0, 0},
    {"version", SERVERS, POLYRING_ASK_VERSION, 0, 0},
    {"stats", SERVERS, POLYRING_STATS, 0, 0},
    {"dump", SERVERS, POLYRING_DUMP, 0, 0},
};

static uint64_t number_of(json_t *request, const char *name) {
  json_t *json = json_object_get(request, name);
  if (json_is_string(json)) return strtoull(json_string_value(json), NULL, 10);
  return (uint64_t)json_integer_value(json);
}

static int has(json_t *request, const char *name) {
  json_t *json = json_object_get(request, name);
  return json && !json_is_null(json);
}

static polyring_operation operation_of(size_t c, json_t *request) {
  json_t *value = json_object_get(request, "value"), *words = json_object_get(request, "arguments");
  polyring_operation op = {.verb = calls[c].verb, .marks = calls[c].marks, .want = calls[c].want};
  op.ttl = (int64_t)number_of(request, has(request, "delay") ? "delay" : "ttl");
  op.cas = number_of(request, "cas");
  op.delta = number_of(request, has(request, "level") ? "level" : "delta");
  op.initial = number_of(request, "initial");
  op.vivify = (int64_t)number_of(request, "vivify");
  op.recache = (int64_t)number_of(request, "recache");
  if (has(request, "initial")) op.marks |= POLYRING_HAS_INITIAL | POLYRING_HAS_TTL;
  if (has(request, "vivify")) op.marks |= POLYRING_VIVIFY;
  if (has(request, "recache")) op.marks |= POLYRING_RECACHE;
  if (value) op.value = value_of(&bytes, value);
  if (has(request, "number"))
    op.value = (polyring_value){.tag = POLYRING_VALUE_INT,
                                .integer = (int64_t)number_of(request, "number")};
  if (op.verb == POLYRING_DUMP)
    op.value = (polyring_value){.tag = POLYRING_VALUE_TEXT, .at = "all", .size = 3};
  if (json_string_length(words))
    op.value = (polyring_value){.tag = POLYRING_VALUE_TEXT,
                                .at = json_string_value(words),
                                .size = json_string_length(words)};
  return op;
}

static json_t *run_call(size_t c, json_t *request) {
  polyring_operation op = operation_of(c, request);
  json_t *keys = json_object_get(request, "keys");
  switch (calls[c].shape) {
    case ONE:
      return run_one(calls[c].name, op, request);
    case MANY_READ:
      return run_many(op, keys, 1);
    case MANY_KEYS:
      return run_many(op, keys, 0);
    case MANY_PAIRS:
      return run_many(op, json_object_get(request, "items"), -1);
    default:
      return ask_servers(op, request);
  }
}

static json_t *answer(json_t *request) {
  const char *call = json_string_value(json_object_get(request, "call"));
  json_t *text = json_object_get(request, "text");
  const char *at = json_string_value(text);
  size_t size = json_string_length(text);
  if (!call) return json_pack("{s:s}", "error", "no call");
  if (strcmp(call, "open") == 0) return open_client(request);
  if (strcmp(call, "close") == 0) return close_client(), done(POLYRING_OK);
  if (!client) return json_pack("{s:s}", "error", "the client is closed");
  if (strcmp(call, "add_server") == 0)
    return done(polyring_client_add_server(client, at, size, &failure));
  if (strcmp(call, "remove_server") == 0)
    return done(polyring_client_remove_server(client, at, size, &failure));
  if (strcmp(call, "set_topology") == 0)
    return done(polyring_client_set_topology(client, at, size, &failure));
  if (strcmp(call, "setting") == 0) {
    const char *name = json_string_value(json_object_get(request, "name"));
    return json_pack("{s:s}", "text", polyring_client_setting(client, name));
  }
  if (strcmp(call, "topology") == 0) return topology_text();
  if (strcmp(call, "types") == 0) return types(request);
  if (strcmp(call, "statistics") == 0) return statistics();
  if (strcmp(call, "events") == 0) return events();
  if (strcmp(call, "health") == 0) return health(request);
  if (strcmp(call, "tick") == 0) return tick(request);
  if (strcmp(call, "fingerprint") == 0 || strcmp(call, "locate") == 0)
    return of_ring(call, request);
  for (size_t c = 0; c < sizeof calls / sizeof *calls; c++)
    if (strcmp(calls[c].name, call) == 0) return run_call(c, request);
  return json_pack("{s:s}", "error", "no such call");
}

int main(void) {
  char *line = NULL;
  size_t room = 0;
  polyring_buffer_init(&bytes, NULL);
  while (getline(&line, &room, stdin) > 0) {
    json_t *request = must(json_loads(line, JSON_ALLOW_NUL, NULL));
    json_t *reply = must(answer(request));
    json_dumpf(reply, stdout, JSON_COMPACT);
    putchar('\n');
    fflush(stdout);
    json_decref(reply);
    json_decref(request);
    polyring_buffer_reset(&bytes, 1 << 16);
  }
  close_client();
  polyring_buffer_done(&bytes);
  free(line);
}
