/* Operations into requests, and what became of them back. */
#include <stdio.h>

#include "base/allocator.h"
#include "base/error.h"
#include "client/beacon.h"
#include "client/errand.h"
#include "client/rest.h"
#include "client/route.h"
#include "client/warm.h"
#include "placement/ring.h"
#include "protocol/ttl.h"
#include "protocol/wire_key.h"
#include "transport/clock.h"

/* A value that lies in results->found, which may still move: its address is an offset. */
enum { IN_FOUND = 1u << 31 };
enum { SUB_COMMAND_MOST = 200 }; /* bytes */
enum {
  GROUP = 64, /* keys that are located in one go */
  FEW = 3     /* and for how many that is not worth while */
};
enum { MARKS = 0x1FF & ~(POLYRING__QUIET | POLYRING__BINARY) };

static int grow(polyring_results *results, size_t count) {
  const polyring_allocator *memory = &results->client->allocator;
  size_t keys = count * POLYRING_KEY_MAX;
  if (count > SIZE_MAX / sizeof(polyring__op) / 2) return 0;
  if (count > results->op_room) {
    polyring__op *ops = polyring__allocate(memory, count * sizeof *ops);
    if (!ops) return 0;
    polyring__release(memory, results->ops, results->op_room * sizeof *ops);
    results->ops = ops;
    results->op_room = count;
  }
  if (keys > results->key_room && !results->snapshot->ring->key_rules.as_is) {
    char *room = polyring__allocate(memory, keys);
    if (!room) return 0;
    polyring__release(memory, results->keys, results->key_room);
    results->keys = room;
    results->key_room = keys;
  }
  return 1;
}

/* Finds the servers of many keys at once, where keys are sent as they are. A key that is too long
 * is refused as an empty one is. Whether it did. */
static int locate_group(const polyring_results *results, const polyring_operation *operations,
                        size_t count, uint16_t *servers) {
  const polyring__snapshot *now = results->snapshot;
  char keys[GROUP * POLYRING_KEY_MAX];
  uint32_t ends[GROUP], end = 0;
  if (count < FEW || now->count == 1 || !now->ring->key_rules.as_is) return 0;
  for (size_t i = 0; i < count; i++) {
    size_t size = operations[i].key_size;
    if (size && size <= POLYRING_KEY_MAX) {
      memcpy(keys + end, operations[i].key, size);
      end += (uint32_t)size;
    }
    ends[i] = end;
  }
  polyring_ring_locate_many(now->ring, keys, ends, count, servers, NULL);
  return 1;
}

/* Where the key goes, and as what. server: where that is known, else NULL. */
static void aim_key(polyring_results *results, const polyring_operation *operation,
                    polyring__op *op, size_t i, const uint16_t *server) {
  const polyring_ring *ring = results->snapshot->ring;
  polyring__span key = {operation->key, operation->key_size};
  size_t position;
  op->status = POLYRING_INVALID_KEY;
  if (!key.size) return;
  op->request.key = key;
  if (!ring->key_rules.as_is) {
    polyring__key prepared;
    char *room = results->keys + i * POLYRING_KEY_MAX;
    if (polyring__key_prepare(&ring->key_rules, key.at, key.size, &prepared, NULL) < 0) return;
    memcpy(room, prepared.sent, prepared.sent_size);
    op->request.key = (polyring__span){room, prepared.sent_size};
  }
  int32_t at = server ? *server : polyring_ring_locate(ring, key.at, key.size);
  polyring__key_kind kind = polyring__key_kind_of(op->request.key, &position);
  if (at < 0 || at == POLYRING_NO_SERVER || kind == POLYRING__KEY_EMPTY ||
      kind == POLYRING__KEY_TOO_LONG)
    return;
  if (kind == POLYRING__KEY_BINARY) op->request.marks |= POLYRING__BINARY;
  op->server = op->home = (uint16_t)at;
  op->status = POLYRING_OK;
  polyring__route(results, key, op);
}

/* NULL, or why the text behind the command may not be sent. */
static const char *text_fault(const polyring_operation *operation) {
  const polyring_value *text = &operation->value;
  const uint8_t *bytes = text->at;
  if (text->tag != POLYRING_VALUE_TEXT) return NULL;
  if (text->size > SUB_COMMAND_MOST) return "a sub-command has at most 200 bytes";
  for (size_t i = 0; i < text->size; i++)
    if (bytes[i] < 0x20 || bytes[i] > 0x7E) return "a sub-command is plain words, and no line end";
  return NULL;
}

static void aim_server(const polyring_results *results, polyring_operation *operation,
                       polyring__op *op) {
  polyring__span name = {operation->key, operation->key_size};
  int at = polyring__snapshot_find(results->snapshot, name);
  const char *fault = text_fault(operation);
  if (!fault && at == -1) fault = "the list has no such server";
  if (!fault && at == -2) fault = "the list has several servers of that name";
  op->status = fault ? POLYRING_INVALID_ARGUMENT : POLYRING_OK;
  op->server = fault ? POLYRING_NO_SERVER : (uint16_t)at;
  operation->reason = fault;
  if (operation->value.tag == POLYRING_VALUE_TEXT)
    op->request.text = (polyring__span){operation->value.at, operation->value.size};
}

/* A counter's digits, behind all bodies. */
static polyring_status put_counter(polyring_results *results, const polyring_operation *operation,
                                   polyring__value_body *body) {
  char digits[24];
  if (operation->value.tag != POLYRING_VALUE_INT || operation->value.integer < 0)
    return POLYRING_INVALID_VALUE;
  int size = snprintf(digits, sizeof digits, "%lld", (long long)operation->value.integer);
  size_t before = results->bodies.size;
  if (!polyring_buffer_add(&results->bodies, digits, (size_t)size)) return POLYRING_NO_MEMORY;
  *body = (polyring__value_body){0, results->bodies.at + before, (size_t)size};
  return POLYRING_OK;
}

static polyring_status put_value(polyring_results *results, polyring_operation *operation,
                                 polyring__value_body *body) {
  const polyring_value *value = &operation->value;
  int joins = operation->verb == POLYRING_APPEND || operation->verb == POLYRING_PREPEND;
  int plain = value->tag == POLYRING_VALUE_TEXT || value->tag == POLYRING_VALUE_BYTES;
  if (operation->marks & POLYRING_COUNTER) {
    operation->reason = "a counter is an int from 0";
    return put_counter(results, operation, body);
  }
  if (joins) {
    operation->reason = "only bytes and texts can be joined to what is there";
    *body = (polyring__value_body){0, value->at, value->size};
    return plain ? POLYRING_OK : POLYRING_INVALID_VALUE;
  }
  polyring_status status = polyring__value_put(results->codec, value, &results->bodies, body, NULL);
  if (status == POLYRING_INVALID_ARGUMENT || status == POLYRING_NOT_SUPPORTED)
    return POLYRING_INVALID_VALUE;
  return status;
}

/* What is too large for a SET is a DELETE: no reader may find the value that it was to replace. */
static void give_value(polyring_results *results, polyring_operation *operation, polyring__op *op) {
  polyring__value_body body = {0, NULL, 0};
  size_t most = (size_t)results->client->settings.of[POLYRING__SET_max_value].number;
  polyring_status status = put_value(results, operation, &body);
  if (status == POLYRING_OK && body.size > most) status = POLYRING_TOO_LARGE;
  if (status == POLYRING_OK) {
    const uint8_t *start = results->bodies.at;
    int inside = start && body.at >= start && body.at < start + results->bodies.size;
    op->request.flags = body.flags;
    op->request.value = (polyring__span){(const char *)body.at, body.size};
    op->got = inside ? IN_FOUND : 0;
    if (inside) op->request.value.at = (const char *)(size_t)(body.at - start);
    operation->reason = NULL;
  } else if (status == POLYRING_TOO_LARGE && operation->verb == POLYRING_SET) {
    op->request = (polyring__request){.verb = POLYRING__DELETE,
                                      .key = op->request.key,
                                      .marks = op->request.marks & POLYRING__BINARY};
    operation->reason = "it is larger than max_value";
  } else {
    if (status == POLYRING_TOO_LARGE) operation->reason = "it is larger than max_value";
    op->status = status;
    op->server = POLYRING_NO_SERVER;
  }
}

/* op is all zero. */
static void prepare(polyring_results *results, polyring_operation *operation, int64_t date,
                    polyring__op *op, size_t i, const uint16_t *server) {
  op->server = op->home = POLYRING_NO_SERVER;
  op->request.verb = (polyring__verb)operation->verb;
  op->request.want = operation->want & 0x3F;
  op->request.marks = operation->marks & MARKS;
  op->request.vivify = polyring__ttl(operation->vivify, date);
  op->request.recache = polyring__ttl(operation->recache, date);
  op->request.cas = operation->cas;
  op->request.delta = operation->delta;
  op->request.initial = operation->initial;
  operation->reason = NULL;
  if (operation->verb == POLYRING_TOUCH) op->request.marks |= POLYRING__HAS_TTL;
  if (op->request.marks & POLYRING__HAS_TTL) op->request.ttl = polyring__ttl(operation->ttl, date);
  if (operation->verb >= POLYRING_FLUSH)
    aim_server(results, operation, op);
  else
    aim_key(results, operation, op, i, server);
  if (op->status == POLYRING_OK && polyring__is_store(op->request.verb))
    give_value(results, operation, op);
}

/* --- the answers --- */

static int find_counter(polyring__span body, polyring_value *value) {
  uint64_t number = 0;
  while (body.size && body.at[body.size - 1] == ' ') body.size--; /* decr keeps the width */
  if (!body.size || body.size > 19) return 0;
  for (size_t i = 0; i < body.size; i++) {
    if (body.at[i] < '0' || body.at[i] > '9') return 0;
    number = number * 10 + (uint64_t)(body.at[i] - '0');
  }
  *value = (polyring_value){.tag = POLYRING_VALUE_INT, .integer = (int64_t)number};
  return number <= INT64_MAX;
}

static void find_value(polyring_results *results, polyring_operation *operation,
                       const polyring__op *op) {
  polyring_value value;
  if (operation->want & POLYRING_WITHOUT_VALUE) return;
  if (operation->marks & POLYRING_COUNTER) {
    if (find_counter(op->value, &operation->found)) return;
    operation->status = POLYRING_INVALID_VALUE;
    operation->reason = "it is no counter";
    return;
  }
  polyring_status status =
      polyring__value_get(results->codec, op->flags, op->value.at ? op->value.at : "",
                          op->value.size, &results->found, &value, NULL);
  if (status < 0) {
    operation->status = status == POLYRING_TOO_LARGE || status == POLYRING_NO_MEMORY
                            ? status
                            : POLYRING_INVALID_VALUE;
    return;
  }
  const uint8_t *start = results->found.at, *at = value.at;
  operation->found = value;
  if (start && at >= start && at < start + results->found.size) {
    operation->found.at = (const void *)(size_t)(at - start);
    operation->got |= IN_FOUND;
  }
}

static void report(polyring_results *results, polyring_operation *operation,
                   const polyring__op *op) {
  uint32_t told = POLYRING__WON | POLYRING__STALE | POLYRING__ALREADY_WON;
  operation->status = op->status;
  operation->system_error = op->system_error;
  operation->server = op->server == POLYRING_NO_SERVER ? op->home : op->server;
  operation->got = op->got & told;
  operation->found_flags = op->flags;
  operation->found_cas = op->cas;
  operation->found_ttl = op->ttl;
  operation->found_size = op->size;
  operation->last_access = op->last_access;
  operation->hit_before = op->hit_before;
  operation->number = op->number;
  operation->stage = (polyring_stage)op->stage;
  operation->spent = op->spent;
  if (op->reason) operation->reason = op->reason;
  operation->found = (polyring_value){.at = op->value.at, .size = op->value.size};
  if (op->value.size || operation->verb >= POLYRING_FLUSH)
    operation->found.tag = POLYRING_VALUE_TEXT;
  if (op->status == POLYRING_OK && operation->verb == POLYRING_GET)
    find_value(results, operation, op);
  int deleted = op->request.verb == POLYRING__DELETE && operation->verb == POLYRING_SET;
  if (deleted && op->status >= 0) operation->status = POLYRING_TOO_LARGE;
}

static polyring_status finish(polyring_results *results, polyring_operation *operations,
                              size_t count) {
  polyring_status status = POLYRING_OK;
  for (size_t i = 0; i < count; i++) {
    if (results->ops[i].status < 0) polyring__route_failed(results, &results->ops[i]);
    report(results, &operations[i], &results->ops[i]);
  }
  for (size_t i = 0; i < count; i++) {
    if (operations[i].got & IN_FOUND)
      operations[i].found.at = results->found.at + (size_t)operations[i].found.at;
    operations[i].got &= ~(uint32_t)IN_FOUND;
    if (operations[i].status < 0) status = POLYRING_PARTIAL;
  }
  return status;
}

/* Runs what was prepared, and says what it came to. */
static polyring_status complete(polyring_results *results, polyring_operation *operations,
                                size_t count, int64_t deadline, polyring_error *error) {
  polyring_client *client = results->client;
  polyring__snapshot *now = results->snapshot;
  for (size_t i = 0; i < count; i++) {
    polyring__op *op = &results->ops[i];
    if (op->got & IN_FOUND)
      op->request.value.at = (const char *)results->bodies.at + (size_t)op->request.value.at;
    op->got = 0;
  }
  polyring__errands_take(client, now, results->start, &results->company);
  polyring_status status =
      polyring__call(now->pools, now->all, results->ops, count, client->connect_time, deadline,
                     &results->company, &results->of_call);
  polyring__errands_leave(client, &results->company);
  if (status == POLYRING_NO_MEMORY)
    return polyring__fail(error, status, POLYRING_NOWHERE, "no memory for the call");
  polyring__warm_up(results, count, deadline);
  status = finish(results, operations, count);
  polyring__beacon_write(client, results, deadline);
  return status;
}

static polyring_status begin(polyring_client *client, polyring_results *results,
                             polyring__snapshot *snapshot, size_t count, int64_t start,
                             polyring_error *error) {
  results->rest_known &= results->snapshot == snapshot;
  polyring__snapshot_release(&client->allocator, results->snapshot);
  results->snapshot = snapshot;
  results->bodies.size = results->found.size = 0;
  results->dead_known = 0;
  results->start = start;
  if (grow(results, count)) {
    if (count) memset(results->ops, 0, count * sizeof *results->ops); /* at one go */
    return POLYRING_OK;
  }
  return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for the call");
}

static int64_t time_of(const polyring_client *client, const polyring_operation *operations,
                       size_t count, int64_t timeout) {
  int changes = 0;
  for (size_t i = 0; i < count && !changes; i++)
    changes = operations[i].verb != POLYRING_GET && operations[i].verb < POLYRING_STATS;
  return timeout > 0 ? timeout : changes ? client->change_time : client->read_time;
}

polyring_status polyring_client_run(polyring_client *client, polyring_operation *operations,
                                    size_t count, int64_t timeout, polyring_results *results,
                                    polyring_error *error) {
  int64_t date = 0, start = polyring__clock_now();
  uint16_t servers[GROUP];
  int located = 0;
  polyring__client_look(client, start);
  polyring_status status =
      begin(client, results, polyring__snapshot_take(client), count, start, error);
  if (status >= 0) status = polyring__rest_choose(results, error);
  if (status < 0) return status;
  for (size_t i = 0; i < count; i++) {
    if (!date && (operations[i].ttl | operations[i].vivify | operations[i].recache))
      date = polyring__clock_date() / 1000000;
    if (i % GROUP == 0)
      located =
          locate_group(results, operations + i, count - i < GROUP ? count - i : GROUP, servers);
    prepare(results, &operations[i], date, &results->ops[i], i,
            located ? &servers[i % GROUP] : NULL);
  }
  int64_t deadline = start + time_of(client, operations, count, timeout);
  return complete(results, operations, count, deadline, error);
}

polyring_status polyring_client_run_everywhere(polyring_client *client,
                                               const polyring_operation *operation, int64_t timeout,
                                               polyring_results *results, polyring_operation **all,
                                               size_t *count, polyring_error *error) {
  int64_t start = polyring__clock_now(), date = polyring__clock_date() / 1000000;
  polyring_operation asked = *operation; /* which may lie where all will */
  const char *fault = text_fault(&asked);
  *all = NULL;
  *count = 0;
  if (asked.verb < POLYRING_FLUSH || asked.verb >= POLYRING_VERBS)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                          "only what is asked of servers can be asked of all");
  if (fault)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE, "%q: %s",
                          asked.value.at, asked.value.size, fault);
  polyring__client_look(client, start);
  polyring__snapshot *now = polyring__snapshot_take(client);
  polyring_status status = begin(client, results, now, now->count, start, error);
  if (status < 0) return status;
  *all = polyring_results_operations(results, now->count);
  if (!*all)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for the call");
  *count = now->count;
  for (size_t i = 0; i < now->count; i++) {
    const polyring__server *server = &now->ring->servers.at[i];
    (*all)[i] = asked;
    (*all)[i].key = server->spelled.at;
    (*all)[i].key_size = server->spelled.size;
    prepare(results, &(*all)[i], date, &results->ops[i], i, NULL);
    results->ops[i].server = (uint16_t)i; /* also where two are spelled alike */
    results->ops[i].status = POLYRING_OK;
    (*all)[i].reason = NULL;
  }
  int64_t deadline = start + time_of(client, *all, *count, timeout);
  return complete(results, *all, *count, deadline, error);
}

polyring_status polyring_client_tick(polyring_client *client, int64_t budget,
                                     polyring_error *error) {
  int64_t now = polyring__clock_now(), deadline = now + budget;
  polyring_results *results = polyring_results_borrow(client);
  if (!results)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for the call");
  polyring__client_look(client, now);
  polyring_status status = begin(client, results, polyring__snapshot_take(client), 0, now, error);
  for (; status >= 0; now = polyring__clock_now()) {
    polyring__snapshot *of_call = results->snapshot;
    polyring__errands_take(client, of_call, now, &results->company);
    if (!results->company.count) break;
    status = polyring__call(of_call->pools, of_call->all, NULL, 0, client->connect_time, deadline,
                            &results->company, &results->of_call);
    polyring__errands_leave(client, &results->company);
    if (polyring__clock_now() >= deadline) break;
  }
  polyring_results_return(results);
  return status;
}
