/* The PHP side of the border for clients: arguments, and what calls came to. What a call borrowed
 * is given back, whatever happens. */
#ifndef POLYRING_PHP_CLIENTS_H
#define POLYRING_PHP_CLIENTS_H

#include "healths.h"
#include "topologies.h"
#include "values.h"

/* A request has one thread: there is nobody to make way for. */
static void io_begin(void **state) { (void)state; }
static void io_end(void **state) { (void)state; }

/* Outcomes: the cases of the enum. Its objects belong to the request; those of ours know that only
 * Ok is true. */

static zend_object *outcome_cases[4];

static int cast_outcome(zend_object *object, zval *result, int type) {
  if (type != _IS_BOOL) return std_object_handlers.cast_object(object, result, type);
  ZVAL_BOOL(result, object == outcome_cases[POLYRING_OK]);
  return SUCCESS;
}

static void outcomes_begin(void) {
  static const char *const names[] = {"Ok", "Miss", "NotStored", "Exists"};
  static zend_object_handlers handlers;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    zend_object *object = zend_enum_get_case_cstr(outcome_class, names[i]);
    if (object->handlers != &handlers) {
      handlers = *object->handlers;
      handlers.cast_object = cast_outcome;
    }
    object->handlers = &handlers;
    outcome_cases[i] = object;
  }
}

/* Into the core. Each returns NULL or false after it has thrown. */

/* Null, where the stub allows it, is the empty string. */
static zend_string *string_or_null_argument(const zend_function *function, zval *argument,
                                            uint32_t position) {
  zend_type type = function->common.arg_info[position - 1].type;
  if (Z_TYPE_P(argument) == IS_NULL && ZEND_TYPE_ALLOW_NULL(type)) return ZSTR_EMPTY_ALLOC();
  return string_argument(argument, position);
}

static bool perhaps_argument(zval *argument, uint32_t position, perhaps *out) {
  *out = (perhaps){0};
  if (Z_TYPE_P(argument) == IS_NULL) return true;
  out->is_there = 1;
  return whole_argument(argument, position, &out->number);
}

/* A list of servers as one text. */
static zend_string *list_text(zend_array *list, uint32_t position) {
  server_list servers;
  size_t start = 0;
  if (!flatten(list, position, &servers.bytes, &servers.ends, &servers.count)) return NULL;
  size_t count = servers.count, size = count ? servers.ends[count - 1] + count - 1 : 0;
  zend_string *text = zend_string_alloc(size, false);
  char *out = ZSTR_VAL(text);
  for (size_t i = 0; i < count; start = servers.ends[i++]) {
    if (!is_one_word(servers, start, servers.ends[i])) {
      zend_string_free(text);
      efree((void *)servers.ends);
      throw_failure();
      return NULL;
    }
    if (i) *out++ = ' ';
    memcpy(out, servers.bytes + start, servers.ends[i] - start);
    out += servers.ends[i] - start;
  }
  *out = '\0';
  efree((void *)servers.ends);
  return text;
}

/* A text, a list of servers, or a Topology. What is made goes into PHP's own argument. */
static zend_string *servers_text_argument(zval *argument, uint32_t position) {
  zend_string *text;
  if (Z_TYPE_P(argument) == IS_ARRAY) {
    text = list_text(Z_ARRVAL_P(argument), position);
  } else if (Z_TYPE_P(argument) == IS_OBJECT && Z_OBJCE_P(argument) == topology_class) {
    const document *topology = swig_php_fetch_object(Z_OBJ_P(argument))->ptr;
    if (!topology) {
      throw_unconstructed(topology_class);
      return NULL;
    }
    text = canonical_string(topology);
  } else {
    if (zend_parse_arg_str(argument, &text, false, position)) return text;
    if (!EG(exception))
      zend_argument_type_error(position,
                               "must be of type Polyring\\Topology|array|string, %s given",
                               zend_zval_type_name(argument));
    return NULL;
  }
  if (!text) return NULL;
  zval_ptr_dtor(argument);
  ZVAL_STR(argument, text);
  return text;
}

/* Failures of operations. */

static zend_object *failure_of(const call *call, size_t i) {
  const polyring_operation *operation = &call->operations[i];
  call_explain(call, i);
  zend_object *object = exception_of(&failure, class_of(failure.status));
  if (operation->key && operation->verb < POLYRING_FLUSH)
    zend_update_property_stringl(failure_class, object, ZEND_STRL("key"), operation->key,
                                 operation->key_size);
  return object;
}

/* Whether the settings show this failure of a read as a miss. */
static bool shown_as_miss(const session *self, int status) {
  const char *setting = polyring_client_setting(self->client, "on_error");
  return is_fault_of_servers(status) && setting && strcmp(setting, "miss") == 0;
}

/* Out of the core. */

/* What one operation came to, into a zval. */
typedef void fill(zval *out, const polyring_operation *operation);

static void fill_value(zval *out, const polyring_operation *operation) {
  read_value(out, &operation->found);
}

static void fill_outcome(zval *out, const polyring_operation *operation) {
  int status = operation->status;
  ZVAL_OBJ_COPY(out, outcome_cases[status <= POLYRING_EXISTS ? status : POLYRING_OK]);
}

static void fill_number(zval *out, const polyring_operation *operation) {
  if (operation->status == POLYRING_OK)
    number_zval(out, (polyring_number){.low = operation->number});
}

static void fill_text(zval *out, const polyring_operation *operation) {
  ZVAL_STRINGL(out, operation->found.size ? operation->found.at : "", operation->found.size);
}

/* Lines of a name, a blank and a value. */
static void fill_stats(zval *out, const polyring_operation *operation) {
  const char *at = operation->found.at, *end = at + operation->found.size;
  array_init(out);
  while (at && at < end) {
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    if (!line_end) line_end = end;
    const char *blank = memchr(at, ' ', (size_t)(line_end - at));
    if (!blank) blank = line_end;
    const char *value = blank < line_end ? blank + 1 : line_end;
    add_assoc_stringl_ex(out, at, (size_t)(blank - at), value, (size_t)(line_end - value));
    at = line_end + 1;
  }
}

static void long_if(zval *out, bool is_there, zend_long number) {
  if (is_there)
    ZVAL_LONG(out, number);
  else
    ZVAL_NULL(out);
}

/* The properties in the order of the stub. */
static void fill_item(zval *out, const polyring_operation *operation) {
  zval value;
  if (operation->status != POLYRING_OK) return;
  read_value(&value, &operation->found);
  object_init_ex(out, item_class);
  zval *at = OBJ_PROP_NUM(Z_OBJ_P(out), 0);
  ZVAL_COPY_VALUE(at++, &value);
  ZVAL_LONG(at++, (zend_long)operation->found_cas);
  long_if(at++, operation->want & POLYRING_WANT_TTL, operation->found_ttl);
  long_if(at++, operation->want & POLYRING_WANT_LAST_ACCESS, operation->last_access);
  if (operation->want & POLYRING_WANT_HIT_BEFORE)
    ZVAL_BOOL(at++, operation->hit_before);
  else
    ZVAL_NULL(at++);
  long_if(at++, operation->want & POLYRING_WANT_SIZE, (zend_long)operation->found_size);
  ZVAL_LONG(at++, operation->found_flags);
  ZVAL_BOOL(at++, operation->got & POLYRING_WON);
  ZVAL_BOOL(at++, operation->got & POLYRING_STALE);
  ZVAL_BOOL(at, operation->got & POLYRING_ALREADY_WON);
}

/* Whether there is a call to be turned into PHP's own. */
static bool has_results(const call *call) {
  if (!call->results) throw_failure();
  return call->results;
}

static void fill_one(zval *out, const session *self, const call *call, bool is_read, fill *fill) {
  int status = call->operations[0].status;
  if (status >= 0)
    fill(out, &call->operations[0]);
  else if (!is_read || !shown_as_miss(self, status))
    throw_object(failure_of(call, 0));
}

/* What one operation came to; a miss leaves the result as it is. */
static void return_one(zval *result, const session *self, call *call, bool is_read, fill *fill) {
  volatile bool done = false;
  if (!has_results(call)) return;
  zend_try {
    fill_one(result, self, call, is_read, fill);
    done = true;
  }
  zend_end_try();
  call_end(call);
  if (!done) zend_bailout();
}

static void fill_if_there(zval *out, const polyring_operation *operation) {
  if (operation->status == POLYRING_OK) read_value(out, &operation->found);
}

/* A value, or the default, which is the last parameter of each method that has one. */
static void return_found(INTERNAL_FUNCTION_PARAMETERS, call *call) {
  uint32_t last = EX(func)->common.num_args;
  const session *self = swig_php_fetch_object(Z_OBJ_P(ZEND_THIS))->ptr;
  ZVAL_UNDEF(return_value);
  return_one(return_value, self, call, true, fill_if_there);
  if (Z_TYPE_P(return_value) != IS_UNDEF) return;
  if (ZEND_NUM_ARGS() >= last && !EG(exception))
    RETVAL_COPY_DEREF(ZEND_CALL_ARG(execute_data, last));
  else
    RETVAL_NULL();
}

/* What operations came to goes into arrays under the elements of an argument, or its keys, or the
 * names of servers. PHP's own strings are taken for it, as they know their hashes. */
typedef enum naming { BY_SERVER, BY_ELEMENT, BY_KEY } naming;

typedef struct answers {
  const session *self;
  const call *call;
  fill *fill;
  bool is_read;
  naming naming;
  const zend_array *names;
} answers;

/* An element's name, which is a string or (NULL) a number. */
typedef struct name {
  zend_string *string;
  zend_ulong number;
} name;

/* The name at a position of the array, or of the first behind it that is there. */
static name name_at(const answers *answers, uint32_t *position) {
  const zend_array *names = answers->names;
  bool is_packed = HT_IS_PACKED(names);
  zval *element;
  do element = is_packed ? names->arPacked + *position : &names->arData[*position].val;
  while (++*position < names->nNumUsed && Z_TYPE_P(element) == IS_UNDEF);
  if (answers->naming == BY_KEY) {
    const Bucket *bucket = (const Bucket *)element;
    return is_packed ? (name){NULL, *position - 1} : (name){bucket->key, bucket->h};
  }
  ZVAL_DEREF(element);
  return Z_TYPE_P(element) == IS_STRING ? (name){Z_STR_P(element), 0}
                                        : (name){NULL, (zend_ulong)Z_LVAL_P(element)};
}

static void add_answer(zval *array, const answers *answers, size_t i, name name, zval *element) {
  const polyring_operation *operation = &answers->call->operations[i];
  if (answers->naming == BY_SERVER) {
    const char *server = polyring_results_server(answers->call->results, operation->server);
    zend_symtable_str_update(Z_ARRVAL_P(array), server, strlen(server), element);
  } else if (!name.string) {
    zend_hash_index_update(Z_ARRVAL_P(array), name.number, element);
  } else if (answers->naming == BY_KEY) {
    zend_hash_update(Z_ARRVAL_P(array), name.string, element);
  } else {
    zend_symtable_update(Z_ARRVAL_P(array), name.string, element);
  }
}

/* The exception, of the first failure's server and stage, with all that is there. */
static void throw_partial(zval *found, zval *failures, size_t count) {
  zval *first = NULL;
  char text[sizeof failure.text];
  ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(failures), first) break;
  ZEND_HASH_FOREACH_END();
  zval room;
  zval *why =
      zend_read_property(zend_ce_exception, Z_OBJ_P(first), ZEND_STRL("message"), true, &room);
  snprintf(text, sizeof text, "%u of %zu failed, the first so: %.300s",
           zend_hash_num_elements(Z_ARRVAL_P(failures)), count, Z_STRVAL_P(why));
  polyring_error error = {.status = POLYRING_PARTIAL, .position = POLYRING_NOWHERE};
  memcpy(error.text, text, sizeof text);
  zend_object *object = exception_of(&error, partial_class);
  zend_update_property(partial_class, object, ZEND_STRL("found"), found);
  zend_update_property(partial_class, object, ZEND_STRL("failures"), failures);
  throw_object(object);
}

static void fill_many(zval *out, const answers *answers) {
  const call *call = answers->call;
  zval failures, element;
  uint32_t position = 0;
  array_init_size(out, call->count);
  ZVAL_EMPTY_ARRAY(&failures);
  for (size_t i = 0; i < call->count; i++) {
    const polyring_operation *operation = &call->operations[i];
    name name = answers->names ? name_at(answers, &position) : (struct name){NULL, 0};
    if (operation->status >= 0) {
      if (answers->is_read && operation->status != POLYRING_OK) continue;
      answers->fill(&element, operation);
      add_answer(out, answers, i, name, &element);
    } else if (!answers->is_read || !shown_as_miss(answers->self, operation->status)) {
      if (!zend_hash_num_elements(Z_ARRVAL(failures))) array_init(&failures);
      ZVAL_OBJ(&element, failure_of(call, i));
      add_answer(&failures, answers, i, name, &element);
    }
  }
  if (zend_hash_num_elements(Z_ARRVAL(failures))) throw_partial(out, &failures, call->count);
  zval_ptr_dtor(&failures);
}

static void return_answers(zval *result, call *call, const answers *answers) {
  volatile bool done = false;
  if (!has_results(call)) return;
  zend_try {
    fill_many(result, answers);
    done = true;
  }
  zend_end_try();
  call_end(call);
  if (!done) zend_bailout();
}

static void return_many(zval *result, const session *self, call *call, const zval *argument,
                        naming naming, fill *fill) {
  return_answers(result, call,
                 &(answers){.self = self,
                            .call = call,
                            .fill = fill,
                            .is_read = fill == fill_value,
                            .naming = naming,
                            .names = Z_ARRVAL_P(argument)});
}

/* A server that is not of the list has no place in an array by servers. */
static void return_told(zval *result, const session *self, call *call, fill *fill) {
  if (!has_results(call)) return;
  if (call->count == 1 && call->operations[0].server == POLYRING_NO_SERVER)
    return_one(result, self, call, false, fill);
  else
    return_answers(result, call,
                   &(answers){.self = self, .call = call, .fill = fill, .naming = BY_SERVER});
}

/* Statistics and events. */

static void add_number(zval *array, const char *name, uint64_t number) {
  add_assoc_long(array, name, number > ZEND_LONG_MAX ? ZEND_LONG_MAX : (zend_long)number);
}

static void add_failures_and_latency(zval *array, const polyring_statistics *statistics) {
  zval failures, latency;
  array_init(&failures);
  array_init(&latency);
  for (int i = 0; i < POLYRING_FAILURES; i++)
    if (statistics->failures[i])
      add_number(&failures, polyring_status_name(-i), statistics->failures[i]);
  for (size_t i = 0; i < POLYRING_LATENCIES; i++)
    if (statistics->latency[i])
      add_index_long(&latency, (zend_ulong)polyring_latency_limit(i),
                     (zend_long)statistics->latency[i]);
  add_assoc_zval(array, "failures", &failures);
  add_assoc_zval(array, "latency", &latency);
}

static void add_health(zval *array, const polyring_statistics *statistics) {
  zval state;
  case_zval(&state, state_class, polyring_health_state_name(statistics->state));
  add_assoc_zval(array, "state", &state);
  add_number(array, "in_doubt", statistics->in_doubt);
  add_number(array, "refused", statistics->refused);
  add_number(array, "redirected", statistics->redirected);
  add_number(array, "probes", statistics->probes);
}

static void return_statistics(zval *list, const session *self) {
  polyring_statistics statistics;
  if (!is_open((session *)self)) {
    throw_failure();
    return;
  }
  array_init(list);
  for (size_t i = 0; polyring_client_statistics(self->client, i, &statistics); i++) {
    zval one;
    array_init(&one);
    add_assoc_string(&one, "server", statistics.server);
    add_number(&one, "exchanges", statistics.exchanges);
    add_number(&one, "operations", statistics.operations);
    add_number(&one, "hits", statistics.hits);
    add_number(&one, "misses", statistics.misses);
    add_number(&one, "bytes_sent", statistics.bytes_sent);
    add_number(&one, "bytes_received", statistics.bytes_received);
    add_number(&one, "connects", statistics.connects);
    add_number(&one, "connect_failures", statistics.connect_failures);
    add_number(&one, "connections", statistics.connections);
    add_number(&one, "mismatches", statistics.mismatches);
    add_failures_and_latency(&one, &statistics);
    add_health(&one, &statistics);
    add_next_index_zval(list, &one);
  }
}

static void return_events(zval *list, const session *self) {
  polyring_event event;
  if (!is_open((session *)self)) {
    throw_failure();
    return;
  }
  array_init(list);
  while (polyring_client_next_event(self->client, &event)) {
    zval one;
    array_init(&one);
    add_assoc_string(&one, "kind", polyring_event_name(event.kind));
    add_assoc_double(&one, "time", event.time / 1e6);
    add_number(&one, "number", event.number);
    add_assoc_string(&one, "server", event.server);
    add_assoc_string(&one, "text", event.text);
    add_next_index_zval(list, &one);
  }
}

static void return_partial(INTERNAL_FUNCTION_PARAMETERS, const char *name) {
  ZEND_PARSE_PARAMETERS_NONE();
  zval room;
  RETURN_COPY_DEREF(
      zend_read_property(partial_class, Z_OBJ_P(ZEND_THIS), name, strlen(name), false, &room));
}

ZEND_METHOD(Polyring_PartialException, getFound) {
  return_partial(INTERNAL_FUNCTION_PARAM_PASSTHRU, "found");
}

ZEND_METHOD(Polyring_PartialException, getFailures) {
  return_partial(INTERNAL_FUNCTION_PARAM_PASSTHRU, "failures");
}

#endif
