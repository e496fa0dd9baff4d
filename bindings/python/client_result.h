/* What calls of the client come to, as Python objects. Each function that takes a call ends it. */
#ifndef POLYRING_PYTHON_CLIENT_RESULT_H
#define POLYRING_PYTHON_CLIENT_RESULT_H

#include "client.h"

/* --- values --- */

static PyObject *read_item(const polyring_value *all, size_t *position);

static PyObject *read_list(const polyring_value *all, size_t *position, size_t count) {
  PyObject *list = PyList_New((Py_ssize_t)count);
  for (size_t i = 0; list && i < count; ++i) {
    PyObject *item = read_item(all, position);
    if (item)
      PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    else
      Py_CLEAR(list);
  }
  return list;
}

static PyObject *read_map(const polyring_value *all, size_t *position, size_t count) {
  PyObject *map = PyDict_New();
  for (size_t i = 0; map && i < count; ++i) {
    PyObject *name = read_item(all, position);
    PyObject *item = name ? read_item(all, position) : NULL;
    if (!item || PyDict_SetItem(map, name, item) < 0) Py_CLEAR(map);
    Py_XDECREF(name);
    Py_XDECREF(item);
  }
  return map;
}

static PyObject *scalar_object(const polyring_value *value) {
  switch (value->tag) {
    case POLYRING_VALUE_FALSE:
      Py_RETURN_FALSE;
    case POLYRING_VALUE_TRUE:
      Py_RETURN_TRUE;
    case POLYRING_VALUE_INT:
      return PyLong_FromLongLong(value->integer);
    case POLYRING_VALUE_FLOAT:
      return PyFloat_FromDouble(value->number);
    case POLYRING_VALUE_TEXT:
      return PyUnicode_DecodeUTF8(value->at, (Py_ssize_t)value->size, "strict");
    case POLYRING_VALUE_BYTES:
      return PyBytes_FromStringAndSize(value->at, (Py_ssize_t)value->size);
    default:
      Py_RETURN_NONE;
  }
}

/* The core has checked the sequence, its depth too. */
static PyObject *read_item(const polyring_value *all, size_t *position) {
  polyring_value item;
  if (polyring_value_next(all->at, all->size, position, &item, &failure) < 0)
    return raise_failure();
  if (item.tag == POLYRING_VALUE_LIST) return read_list(all, position, item.size);
  if (item.tag == POLYRING_VALUE_MAP) return read_map(all, position, item.size);
  return scalar_object(&item);
}

static PyObject *value_object(const polyring_value *value) {
  size_t position = 0;
  if (value->tag != POLYRING_VALUE_LIST && value->tag != POLYRING_VALUE_MAP)
    return scalar_object(value);
  return read_item(value, &position);
}

/* --- failures --- */

/* The exception for operation i, not raised. */
static PyObject *failure_object(const call *call, size_t i) {
  const polyring_operation *operation = &call->operations[i];
  call_explain(call, i);
  PyObject *exception = exception_of(&failure);
  if (!exception || operation->verb >= POLYRING_FLUSH) return exception;
  PyObject *key = PyBytes_FromStringAndSize(operation->key, (Py_ssize_t)operation->key_size);
  if (!set_attribute(exception, "key", key)) Py_CLEAR(exception);
  return exception;
}

/* Raises why the one operation of the call failed, and ends the call. */
static PyObject *raise_call(call *call) {
  PyObject *exception = failure_object(call, 0);
  call_end(call);
  if (exception) PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
  Py_XDECREF(exception);
  return NULL;
}

/* What completed, and what did not: it takes both dicts. */
static PyObject *partial(PyObject *found, PyObject *failures, size_t count) {
  Py_ssize_t failed = PyDict_GET_SIZE(failures), position = 0;
  PyObject *subject, *first, *exception = NULL;
  if (PyDict_Next(failures, &position, &subject, &first)) {
    PyObject *text =
        PyUnicode_FromFormat("%zd of %zu failed; %R: %S", failed, count, subject, first);
    exception = text ? PyObject_CallOneArg(classes.partial, text) : NULL;
    Py_XDECREF(text);
  }
  if (exception && set_attribute(exception, "status", text_object("PARTIAL")) &&
      set_attribute(exception, "found", Py_NewRef(found)) &&
      set_attribute(exception, "failures", Py_NewRef(failures)))
    PyErr_SetObject(classes.partial, exception);
  Py_XDECREF(exception);
  Py_DECREF(found);
  Py_DECREF(failures);
  return NULL;
}

/* --- one operation --- */

/* A borrowed reference. */
static PyObject *outcome_of(const polyring_operation *operation) {
  int status = operation->status;
  return classes.outcomes[status <= POLYRING_EXISTS ? status : POLYRING_OK];
}

static PyObject *outcome_object(call *call) {
  if (!call->results) return raise_failure();
  if (call->operations[0].status < 0) return raise_call(call);
  PyObject *outcome = outcome_of(call->operations);
  call_end(call);
  return Py_NewRef(outcome);
}

static PyObject *found_number_object(call *call) {
  if (!call->results) return raise_failure();
  const polyring_operation *operation = call->operations;
  if (operation->status < 0) return raise_call(call);
  int status = operation->status;
  uint64_t number = operation->number;
  call_end(call);
  if (status == POLYRING_OK) return PyLong_FromUnsignedLongLong(number);
  return Py_NewRef(Py_None);
}

static int is_hidden(int status, int hide) {
  return hide && status < 0 && is_fault_of_servers(status);
}

static PyObject *found_object(call *call, PyObject *missing, int hide) {
  if (!call->results) return raise_failure();
  const polyring_operation *operation = call->operations;
  PyObject *object = NULL;
  if (operation->status == POLYRING_OK)
    object = value_object(&operation->found);
  else if (operation->status > 0 || is_hidden(operation->status, hide))
    object = Py_NewRef(missing);
  else
    return raise_call(call);
  call_end(call);
  return object;
}

static PyObject *if_wanted(const polyring_operation *operation, uint32_t want, int64_t number) {
  return operation->want & want ? PyLong_FromLongLong(number) : Py_NewRef(Py_None);
}

static PyObject *truth(int is) { return Py_NewRef(is ? Py_True : Py_False); }

static PyObject *item_object(const polyring_operation *operation) {
  PyObject *hit_before = operation->want & POLYRING_WANT_HIT_BEFORE
                             ? truth(operation->hit_before != 0)
                             : Py_NewRef(Py_None);
  return PyObject_CallFunction(/* N takes the reference, and NULL for the failure it is */
                               classes.item, "NKNNNNNNNI", value_object(&operation->found),
                               (unsigned long long)operation->found_cas,
                               if_wanted(operation, POLYRING_WANT_TTL, operation->found_ttl),
                               if_wanted(operation, POLYRING_WANT_LAST_ACCESS,
                                         operation->last_access),
                               hit_before,
                               if_wanted(operation, POLYRING_WANT_SIZE,
                                         (int64_t)operation->found_size),
                               truth((operation->got & POLYRING_WON) != 0),
                               truth((operation->got & POLYRING_STALE) != 0),
                               truth((operation->got & POLYRING_ALREADY_WON) != 0),
                               (unsigned)operation->found_flags);
}

static PyObject *found_item_object(call *call, int hide) {
  if (!call->results) return raise_failure();
  const polyring_operation *operation = call->operations;
  PyObject *object = NULL;
  if (operation->status == POLYRING_OK)
    object = item_object(operation);
  else if (operation->status > 0 || is_hidden(operation->status, hide))
    object = Py_NewRef(Py_None);
  else
    return raise_call(call);
  call_end(call);
  return object;
}

/* --- many operations --- */

/* An operation's result; NULL without an exception: it is left out. */
typedef PyObject *show(const polyring_operation *operation);

static PyObject *show_found(const polyring_operation *operation) {
  return operation->status == POLYRING_OK ? value_object(&operation->found) : NULL;
}

static PyObject *show_outcome(const polyring_operation *operation) {
  return Py_NewRef(outcome_of(operation));
}

static PyObject *show_text(const polyring_operation *operation) {
  return PyUnicode_DecodeUTF8(operation->found.at, (Py_ssize_t)operation->found.size,
                              "backslashreplace");
}

/* "name value\n" a line. */
static PyObject *show_stats(const polyring_operation *operation) {
  const char *at = operation->found.at, *end = at + operation->found.size;
  PyObject *stats = PyDict_New();
  while (stats && at < end) {
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    if (!line_end) line_end = end;
    const char *blank = memchr(at, ' ', (size_t)(line_end - at));
    const char *name_end = blank ? blank : line_end, *rest = blank ? blank + 1 : line_end;
    PyObject *name = PyUnicode_DecodeUTF8(at, name_end - at, "backslashreplace");
    PyObject *value = PyUnicode_DecodeUTF8(rest, line_end - rest, "backslashreplace");
    if (!name || !value || PyDict_SetItem(stats, name, value) < 0) Py_CLEAR(stats);
    Py_XDECREF(name);
    Py_XDECREF(value);
    at = line_end + (line_end < end);
  }
  return stats;
}

/* Puts an operation's result or failure under its name. */
static int note(const call *call, size_t i, PyObject *name, show *show, int hide, PyObject *found,
                PyObject *failures) {
  const polyring_operation *operation = &call->operations[i];
  if (is_hidden(operation->status, hide)) return 1;
  PyObject *object =
      operation->status < 0 ? failure_object(call, i) : show(operation);
  if (!object) return !PyErr_Occurred();
  int done = PyDict_SetItem(operation->status < 0 ? failures : found, name, object) == 0;
  Py_DECREF(object);
  return done;
}

static PyObject *server_name(const call *call, size_t i, PyObject *unused) {
  const polyring_operation *operation = &call->operations[i];
  (void)unused;
  if (operation->server != POLYRING_NO_SERVER)
    return text_object(polyring_results_server(call->results, operation->server));
  return PyUnicode_DecodeUTF8(operation->key, (Py_ssize_t)operation->key_size, "backslashreplace");
}

static PyObject *key_name(const call *call, size_t i, PyObject *keys) {
  (void)call;
  return Py_NewRef(PyList_GET_ITEM(keys, (Py_ssize_t)i));
}

static PyObject *dict_of(call *call, PyObject *keys,
                         PyObject *(*name_of)(const struct call *call, size_t i, PyObject *keys),
                         show *show, int hide) {
  if (!call->results) return raise_failure();
  size_t count = call->count;
  PyObject *found = PyDict_New(), *failures = PyDict_New();
  int done = found && failures;
  for (size_t i = 0; done && i < count; ++i) {
    PyObject *name = name_of(call, i, keys);
    done = name && note(call, i, name, show, hide, found, failures);
    Py_XDECREF(name);
  }
  call_end(call);
  if (done && PyDict_GET_SIZE(failures)) return partial(found, failures, count);
  if (!done) Py_CLEAR(found);
  Py_XDECREF(failures);
  return found;
}

/* An empty dict for so many. */
static PyObject *dict_for(Py_ssize_t count) {
#if PY_VERSION_HEX < 0x030D0000
  return _PyDict_NewPresized(count);
#else
  (void)count;
  return PyDict_New();
#endif
}

/* How many of the call's operations have failed, and how many came to OK. */
static size_t failed_of(const call *call, size_t *good) {
  size_t failed = 0;
  *good = 0;
  for (size_t i = 0; i < call->count; ++i) {
    failed += call->operations[i].status < 0;
    *good += call->operations[i].status == POLYRING_OK;
  }
  return failed;
}

static PyObject *found_many_object(call *call, PyObject *keys, int hide) {
  size_t good;
  if (!call->results || failed_of(call, &good))
    return dict_of(call, keys, key_name, show_found, hide);
  PyObject *found = dict_for((Py_ssize_t)good);
  for (size_t i = 0; found && i < call->count; ++i) {
    if (call->operations[i].status != POLYRING_OK) continue;
    PyObject *value = value_object(&call->operations[i].found);
    if (!value || PyDict_SetItem(found, PyList_GET_ITEM(keys, (Py_ssize_t)i), value) < 0)
      Py_CLEAR(found);
    Py_XDECREF(value);
  }
  call_end(call);
  return found;
}

/* The outcomes take the places of the values that were stored. */
static PyObject *outcomes_in(call *call, PyObject *items) {
  Py_ssize_t position = 0;
  PyObject *key;
  for (size_t i = 0; i < call->count && PyDict_Next(items, &position, &key, NULL); ++i) {
    if (PyDict_SetItem(items, key, outcome_of(&call->operations[i])) == 0) continue;
    items = NULL;
    break;
  }
  call_end(call);
  return Py_XNewRef(items);
}

static PyObject *outcomes_object(call *call, const many *many) {
  size_t good;
  if (call->results && !many->keys && !failed_of(call, &good))
    return outcomes_in(call, many->items);
  PyObject *keys = many->keys ? Py_NewRef(many->keys) : PyDict_Keys(many->items);
  PyObject *dict = NULL;
  if (keys)
    dict = dict_of(call, keys, key_name, show_outcome, 0);
  else
    call_end(call);
  Py_XDECREF(keys);
  return dict;
}

/* A server that is not in the list failed whole; else each server has its own. */
static PyObject *told_object(call *call, show *show) {
  if (call->results && call->count == 1 && call->operations[0].status < 0 &&
      call->operations[0].server == POLYRING_NO_SERVER)
    return raise_call(call);
  return dict_of(call, NULL, server_name, show, 0);
}

/* --- statistics and events --- */

static PyObject *failures_dict(const polyring_statistics *of) {
  PyObject *dict = PyDict_New();
  for (int i = 1; dict && i < POLYRING_FAILURES; ++i) {
    if (!of->failures[i]) continue;
    PyObject *count = PyLong_FromUnsignedLongLong(of->failures[i]);
    if (!set_named(dict, polyring_status_name(-i), count)) Py_CLEAR(dict);
  }
  return dict;
}

static PyObject *latency_item(const void *statistics, size_t i) {
  if (i >= POLYRING_LATENCIES) return NULL;
  double limit = i + 1 < POLYRING_LATENCIES ? (double)polyring_latency_limit(i) / 1e6 : Py_HUGE_VAL;
  return Py_BuildValue(
      "dK", limit, (unsigned long long)((const polyring_statistics *)statistics)->latency[i]);
}

static PyObject *statistics_item(const void *client, size_t i) {
  polyring_statistics of;
  if (!polyring_client_statistics((polyring_client *)client, i, &of)) return NULL;
#define COUNT(FIELD) (unsigned long long)of.FIELD
  return PyObject_CallFunction(classes.statistics, "NKKKKNKKKKIKNOKKKK", text_object(of.server),
                               COUNT(exchanges), COUNT(operations), COUNT(hits), COUNT(misses),
                               failures_dict(&of), COUNT(bytes_sent), COUNT(bytes_received),
                               COUNT(connects), COUNT(connect_failures), (unsigned)of.connections,
                               COUNT(mismatches), tuple_of(&of, latency_item),
                               classes.states[of.state], COUNT(in_doubt), COUNT(refused),
                               COUNT(redirected), COUNT(probes));
#undef COUNT
}

static PyObject *event_item(const void *client, size_t i) {
  polyring_event event;
  (void)i;
  if (!polyring_client_next_event((polyring_client *)client, &event)) return NULL;
  return PyObject_CallFunction(classes.event, "sdKNN", polyring_event_name(event.kind),
                               (double)event.time / 1e6, (unsigned long long)event.number,
                               event.server[0] ? text_object(event.server) : Py_NewRef(Py_None),
                               text_object(event.text));
}

/* Taking them runs no Python code but what collects garbage: the caller counts as a user. */
static PyObject *list_from(session *self, PyObject *(*item)(const void *client, size_t i)) {
  return is_open(self) ? list_of(self->client, item) : raise_failure();
}

static PyObject *done_object(int status) {
  return status < 0 ? raise_failure() : Py_NewRef(Py_None);
}

#endif
