/* What calls need, kept from call to call; and what they say about failures. */
#include <stdio.h>

#include "base/allocator.h"
#include "base/error.h"
#include "client/rest.h"
#include "placement/ring.h"
#include "protocol/wire_key.h"

polyring_results *polyring_results_borrow(polyring_client *client) {
  pthread_mutex_lock(&client->lock);
  polyring_results *results = client->idle;
  if (results) client->idle = results->next_idle;
  if (results) results->borrowed = 1;
  pthread_mutex_unlock(&client->lock);
  if (results) return results;
  results = polyring__allocate(&client->allocator, sizeof *results);
  if (!results) return NULL;
  memset(results, 0, sizeof *results);
  results->client = client;
  results->borrowed = 1;
  polyring__results_init(&results->of_call, &client->allocator);
  polyring__results_init(&results->beacon, &client->allocator);
  polyring__results_init(&results->warm, &client->allocator);
  polyring_buffer_init(&results->bodies, &client->allocator);
  polyring_buffer_init(&results->found, &client->allocator);
  polyring_buffer_init(&results->buffer, &client->allocator);
  polyring_buffer_init(&results->faulty, &client->allocator);
  if (polyring__value_codec_new(&client->allocator, &client->value_options, &results->codec, NULL) <
      0) {
    polyring__release(&client->allocator, results, sizeof *results);
    return NULL;
  }
  pthread_mutex_lock(&client->lock);
  results->next = client->all;
  client->all = results;
  pthread_mutex_unlock(&client->lock);
  return results;
}

void polyring_results_return(polyring_results *results) {
  if (!results) return;
  polyring_client *client = results->client;
  polyring__snapshot_release(&client->allocator, results->snapshot);
  results->snapshot = NULL;
  polyring__rest_release(results->rest);
  results->rest = NULL;
  results->rest_known = 0;
  pthread_mutex_lock(&client->lock);
  results->next_idle = client->idle;
  client->idle = results;
  results->borrowed = 0;
  pthread_mutex_unlock(&client->lock);
}

void polyring__results_free(polyring_results *results) {
  polyring_allocator memory = results->client->allocator;
  polyring__snapshot_release(&memory, results->snapshot);
  polyring__rest_release(results->rest);
  polyring__release(&memory, results->ops, results->op_room * sizeof *results->ops);
  polyring__release(&memory, results->operations,
                    results->operation_room * sizeof *results->operations);
  polyring__release(&memory, results->keys, results->key_room);
  polyring__results_done(&results->of_call);
  polyring__results_done(&results->beacon);
  polyring__results_done(&results->warm);
  polyring__value_codec_free(results->codec);
  polyring_buffer_done(&results->bodies);
  polyring_buffer_done(&results->found);
  polyring_buffer_done(&results->buffer);
  polyring_buffer_done(&results->faulty);
  polyring__release(&memory, results->dead.of, results->dead_room);
  polyring__release(&memory, results, sizeof *results);
}

polyring_operation *polyring_results_operations(polyring_results *results, size_t count) {
  const polyring_allocator *memory = &results->client->allocator;
  if (count > results->operation_room) {
    polyring_operation *room =
        count > SIZE_MAX / sizeof *room ? NULL : polyring__allocate(memory, count * sizeof *room);
    if (!room) return NULL;
    polyring__release(memory, results->operations,
                      results->operation_room * sizeof *results->operations);
    results->operations = room;
    results->operation_room = count;
  }
  memset(results->operations, 0, count * sizeof *results->operations);
  return results->operations;
}

polyring_buffer *polyring_results_buffer(polyring_results *results) {
  results->buffer.size = 0;
  return &results->buffer;
}

const char *polyring_results_server(const polyring_results *results, size_t i) {
  const polyring__snapshot *snapshot = results->snapshot;
  return snapshot && i < snapshot->all ? polyring__snapshot_server(snapshot, i)->spelled.at : "";
}

const char *polyring_results_label(const polyring_results *results, size_t i) {
  const polyring__snapshot *snapshot = results->snapshot;
  if (!snapshot || i >= snapshot->all) return "";
  return polyring__snapshot_label(snapshot, i).at;
}

/* --- failures in a sentence --- */

static void explain_key(const polyring_results *results, const polyring_operation *operation,
                        polyring_error *error) {
  polyring__key prepared;
  polyring__span key = {operation->key, operation->key_size};
  size_t position = POLYRING_NOWHERE;
  if (polyring__key_prepare(&results->snapshot->ring->key_rules, key.at, key.size, &prepared,
                            error) < 0)
    return;
  polyring__key_kind kind = polyring__key_kind_of(key, &position);
  const char *rule = "a key has 1 to 250 bytes";
  if (kind == POLYRING__KEY_BINARY)
    rule = "a key with blanks or control bytes needs the meta protocol and has at most 186 bytes";
  if (kind != POLYRING__KEY_BINARY) position = POLYRING_NOWHERE;
  polyring__fail(error, POLYRING_INVALID_KEY, position, "the key %q: %s", operation->key,
                 operation->key_size, rule);
}

static polyring_status value_fault(const polyring_results *results,
                                   const polyring_operation *operation, polyring_error *error) {
  polyring_results *own = (polyring_results *)results; /* its scratch memory */
  polyring__value_body body;
  polyring_value value;
  own->faulty.size = 0;
  if (operation->verb == POLYRING_GET)
    return polyring__value_get(own->codec, operation->found_flags, operation->found.at,
                               operation->found.size, &own->faulty, &value, error);
  return polyring__value_put(own->codec, &operation->value, &own->faulty, &body, error);
}

static void explain_value(const polyring_results *results, const polyring_operation *operation,
                          polyring_error *error) {
  polyring_error why;
  if (value_fault(results, operation, &why) >= 0)
    snprintf(why.text, sizeof why.text, "%s",
             operation->reason ? operation->reason : polyring_status_text(operation->status));
  polyring__fail(error, (polyring_status)operation->status, POLYRING_NOWHERE,
                 "the value of the key %q: %s", operation->key, operation->key_size, why.text);
}

static void explain_server(const polyring_results *results, const polyring_operation *operation,
                           polyring_error *error) {
  static const char *const verbs[POLYRING_VERBS] = {
      "get",  "touch", "set",   "add",   "replace", "append",    "prepend", "cas", "delete",
      "incr", "decr",  "flush", "stats", "version", "verbosity", "dump",    "ping"};
  char more[300] = "", spent[40];
  const char *server = polyring_results_server(results, operation->server);
  polyring__span said = {operation->found.at, operation->found.size};
  if (said.size)
    snprintf(more, sizeof more, ": it says \"%.*s\"", said.size < 200 ? (int)said.size : 200,
             said.at);
  else if (operation->reason)
    snprintf(more, sizeof more, ": %s", operation->reason);
  else if (operation->system_error)
    snprintf(more, sizeof more, ": %s", strerror(operation->system_error));
  snprintf(spent, sizeof spent, "%lld.%03lld ms", (long long)operation->spent / 1000,
           (long long)operation->spent % 1000);
  const char *stage = polyring_stage_text(operation->stage);
  polyring__fail(
      error, (polyring_status)operation->status, POLYRING_NOWHERE, "%s %q from %s: %s%s%s%s",
      operation->verb < POLYRING_VERBS ? verbs[operation->verb] : "?", operation->key,
      operation->key_size, *server ? server : "a server", polyring_status_text(operation->status),
      more, *stage ? ", after " : "", *stage ? spent : "");
}

void polyring_results_explain(const polyring_results *results, const polyring_operation *operation,
                              polyring_error *error) {
  int status = operation->status;
  if (status == POLYRING_INVALID_KEY && results->snapshot)
    explain_key(results, operation, error);
  else if (status == POLYRING_INVALID_VALUE || status == POLYRING_TOO_LARGE)
    explain_value(results, operation, error);
  else
    explain_server(results, operation, error);
  const char *server = polyring_results_server(results, operation->server);
  polyring__error_server(error, server, strlen(server));
  error->status = (polyring_status)status;
  error->stage = operation->stage;
  error->spent = operation->spent;
  error->system_error = operation->system_error;
  for (char *c = error->text; *c; c++) /* what a server says may hold anything */
    if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7E) *c = '?';
}
