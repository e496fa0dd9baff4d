/* What the typemaps of python.i call: Python objects into the core's types, results into Python
 * objects. Functions that return int return 1, or 0 with an exception set. */
#ifndef POLYRING_PYTHON_CONVERT_H
#define POLYRING_PYTHON_CONVERT_H

#include <string.h>

#include "facade.h"

/* What __init__.py defines and C makes: looked up once, when the module is imported. */
static struct {
  PyObject *placement, *plan, *planned_server, *flow, *change;
  PyObject *argument, *key, *servers, *profile, *topology;
  PyObject *value, *unavailable, *unknown, *protocol, *server, *mismatch, *partial;
  PyObject *item, *statistics, *event, *outcome;
  PyObject *outcomes[POLYRING_EXISTS + 1];
  PyObject *vital_signs, *route, *health_state, *seen_enum, *route_kind, *health_work;
  PyObject *states[6], *seen[11], *kinds[4], *works[3];
} classes;

static PyObject *text_object(const char *text) {
  return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "replace");
}

static int set_attribute(PyObject *object, const char *name, PyObject *value) {
  int done = value && PyObject_SetAttrString(object, name, value) == 0;
  Py_XDECREF(value);
  return done;
}

/* Takes the value. The name is not interned: the interpreter's table of names does not shrink. */
static int set_named(PyObject *dict, const char *name, PyObject *value) {
  PyObject *key = value ? text_object(name) : NULL;
  int done = key && PyDict_SetItem(dict, key, value) == 0;
  Py_XDECREF(key);
  Py_XDECREF(value);
  return done;
}

static PyObject *class_of(polyring_status status) {
  if (status == POLYRING_INVALID_TOPOLOGY) return classes.topology;
  switch (polyring_status_class_of(status)) {
    case POLYRING_CLASS_KEY:
      return classes.key;
    case POLYRING_CLASS_SERVERS:
      return classes.servers;
    case POLYRING_CLASS_PROFILE:
      return classes.profile;
    case POLYRING_CLASS_UNAVAILABLE:
      return classes.unavailable;
    case POLYRING_CLASS_UNKNOWN:
      return classes.unknown;
    case POLYRING_CLASS_PROTOCOL:
      return classes.protocol;
    case POLYRING_CLASS_SERVER:
      return classes.server;
    case POLYRING_CLASS_VALUE:
      return classes.value;
    case POLYRING_CLASS_MISMATCH:
      return classes.mismatch;
    default:
      return classes.argument;
  }
}

/* The attributes of failures of calls to servers. */
static int add_stage(PyObject *exception, const polyring_error *error) {
  if (error->stage == POLYRING_STAGE_NONE) return 1;
  return set_attribute(exception, "stage", text_object(polyring_stage_name(error->stage))) &&
         set_attribute(exception, "spent", PyFloat_FromDouble((double)error->spent / 1e6));
}

/* The exception of the error's class, not raised. */
static PyObject *exception_of(const polyring_error *error) {
  int is_memory = polyring_status_class_of(error->status) == POLYRING_CLASS_MEMORY;
  PyObject *text = text_object(error->text);
  PyObject *class = is_memory ? PyExc_MemoryError : class_of(error->status);
  PyObject *exception = text ? PyObject_CallOneArg(class, text) : NULL;
  Py_XDECREF(text);
  if (!exception || is_memory) return exception;
  PyObject *server = error->server[0] ? text_object(error->server) : Py_NewRef(Py_None);
  PyObject *position =
      error->position == POLYRING_NOWHERE ? Py_NewRef(Py_None) : PyLong_FromSize_t(error->position);
  int whole = set_attribute(exception, "status", text_object(polyring_status_name(error->status)));
  whole &= set_attribute(exception, "server", server);
  whole &= set_attribute(exception, "position", position);
  if (error->system_error)
    whole &= set_attribute(exception, "errno", PyLong_FromLong(error->system_error));
  if (!whole || !add_stage(exception, error)) Py_CLEAR(exception);
  return exception;
}

static PyObject *raise_error(const polyring_error *error) {
  PyObject *exception = exception_of(error);
  if (exception) PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
  Py_XDECREF(exception);
  return NULL;
}

/* The bytes of a str (as UTF-8) or of a bytes-like object. They live as long as the object and,
 * if view->obj is not NULL then, the view, which the caller releases. Item >= 0 says which of a
 * list it is. */
static int text_of(PyObject *object, const char *what, Py_ssize_t item, text *out,
                   Py_buffer *view) {
  view->obj = NULL;
  if (PyUnicode_Check(object)) {
    Py_ssize_t size;
    out->bytes = PyUnicode_AsUTF8AndSize(object, &size);
    out->size = (size_t)size;
    return out->bytes != NULL;
  }
  if (PyObject_CheckBuffer(object)) {
    if (PyObject_GetBuffer(object, view, PyBUF_SIMPLE) < 0) return 0;
    out->bytes = view->buf;
    out->size = (size_t)view->len;
    return 1;
  }
  const char *type = Py_TYPE(object)->tp_name;
  if (item < 0)
    PyErr_Format(PyExc_TypeError, "%s must be str or bytes-like, not %.200s", what, type);
  else
    PyErr_Format(PyExc_TypeError, "%s[%zd] must be str or bytes-like, not %.200s", what, item,
                 type);
  return 0;
}

/* A list on its way into the core: items lie one behind the other, item i ends before ends[i]. */
typedef struct flat {
  char *bytes;
  uint32_t *ends;
  size_t size, capacity, count;
} flat;

static void flat_free(flat *flat) {
  free(flat->bytes);
  free(flat->ends);
}

static int flat_add(flat *flat, text item) {
  if (item.size > UINT32_MAX - flat->size) {
    polyring_error error = {.status = POLYRING_TOO_LARGE, .position = POLYRING_NOWHERE};
    strcpy(error.text, "a list may hold at most 4294967295 bytes in all");
    raise_error(&error);
    return 0;
  }
  if (item.size > flat->capacity - flat->size) {
    size_t capacity = 2 * (flat->size + item.size);
    char *bytes = realloc(flat->bytes, capacity);
    if (!bytes) {
      PyErr_NoMemory();
      return 0;
    }
    flat->bytes = bytes;
    flat->capacity = capacity;
  }
  if (item.size) memcpy(flat->bytes + flat->size, item.bytes, item.size);
  flat->size += item.size;
  flat->ends[flat->count++] = (uint32_t)flat->size;
  return 1;
}

static int flat_fill(flat *flat, PyObject *items, const char *what) {
  Py_ssize_t count = PySequence_Fast_GET_SIZE(items);
  flat->ends = malloc((size_t)count * sizeof *flat->ends + 1);
  flat->bytes = malloc(flat->capacity = (size_t)count * 16 + 1);
  if (!flat->ends || !flat->bytes) {
    PyErr_NoMemory();
    return 0;
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (PySequence_Fast_GET_SIZE(items) != count) { /* an item's buffer protocol may run code */
      PyErr_Format(PyExc_RuntimeError, "%s changed size while it was read", what);
      return 0;
    }
    PyObject *item = Py_NewRef(PySequence_Fast_GET_ITEM(items, i));
    text bytes;
    Py_buffer view;
    int done = text_of(item, what, i, &bytes, &view) && flat_add(flat, bytes);
    if (view.obj) PyBuffer_Release(&view);
    Py_DECREF(item);
    if (!done) return 0;
  }
  return 1;
}

/* A sequence of texts; one text alone, which is a sequence too, would be a trap. On failure too,
 * *flat is to be freed. */
static int flat_of(PyObject *object, const char *what, flat *flat) {
  memset(flat, 0, sizeof *flat);
  if (PyUnicode_Check(object) || PyObject_CheckBuffer(object) || !PySequence_Check(object)) {
    PyErr_Format(PyExc_TypeError, "%s must be a sequence of str or bytes-like, not %.200s", what,
                 Py_TYPE(object)->tp_name);
    return 0;
  }
  PyObject *items = PySequence_Fast(object, "not iterable");
  if (!items) return 0;
  int done = flat_fill(flat, items, what);
  Py_DECREF(items);
  return done;
}

/* The tuple whose items handle->texts are: made once, it is also the attribute servers. */
static PyObject *texts_tuple(const handle *self) {
  return (PyObject *)((char *)self->texts - offsetof(PyTupleObject, ob_item));
}

static int texts_new(handle *self) {
  size_t count = polyring_ring_server_count(self->ring);
  PyObject *tuple = PyTuple_New((Py_ssize_t)count);
  for (size_t i = 0; tuple && i < count; ++i) {
    size_t size;
    const char *bytes = polyring_ring_server(self->ring, i, &size);
    PyObject *text = PyUnicode_DecodeUTF8(bytes, (Py_ssize_t)size, "backslashreplace");
    if (text)
      PyTuple_SET_ITEM(tuple, (Py_ssize_t)i, text);
    else
      Py_CLEAR(tuple);
  }
  if (tuple) self->texts = (void **)((PyTupleObject *)tuple)->ob_item;
  return tuple != NULL;
}

static void texts_free(handle *self) { Py_DECREF(texts_tuple(self)); }

static PyObject *refuse_key(handle *self, const char *key, size_t key_size) {
  trace refused = handle_explain(self, key, key_size);
  return raise_error(&refused.error);
}

/* Frees the indexes; texts NULL shows them as integers. */
static PyObject *indexes_list(server_indexes *found, void **texts) {
  if (!found->indexes) return PyErr_NoMemory();
  PyObject *list = PyList_New((Py_ssize_t)found->count);
  for (size_t i = 0; list && i < found->count; ++i) {
    uint16_t index = found->indexes[i];
    int refused = index == POLYRING_NO_SERVER;
    PyObject *item = texts ? Py_NewRef(refused ? Py_None : (PyObject *)texts[index])
                           : PyLong_FromLong(refused ? -1 : index);
    if (item)
      PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    else
      Py_CLEAR(list);
  }
  free(found->indexes);
  return list;
}

static PyObject *ties_tuple(const polyring_placement *placement) {
  size_t count = placement->tie_count;
  if (count > POLYRING_TIES_MAX) count = POLYRING_TIES_MAX;
  PyObject *ties = PyTuple_New((Py_ssize_t)count);
  for (size_t i = 0; ties && i < count; ++i) {
    PyObject *index = PyLong_FromLong(placement->ties[i]);
    if (index)
      PyTuple_SET_ITEM(ties, (Py_ssize_t)i, index);
    else
      Py_CLEAR(ties);
  }
  return ties;
}

static PyObject *number_object(polyring_number number) {
  char digits[POLYRING_NUMBER_SIZE];
  polyring_number_print(number, digits);
  return PyLong_FromString(digits, NULL, 10);
}

static PyObject *placement_object(handle *self, const char *key, size_t key_size,
                                  const trace *trace) {
  const polyring_placement *p = &trace->placement;
  if (trace->status < 0) return raise_error(&trace->error);
  PyObject *hash = p->has_hash ? number_object(p->hash) : Py_NewRef(Py_None);
  PyObject *point = p->has_hash ? number_object(p->point) : Py_NewRef(Py_None);
  return PyObject_CallFunction(/* N takes the reference, and NULL for the failure it is */
                               classes.placement, "y#y#y#NNy#OiNs", key, (Py_ssize_t)key_size,
                               (const char *)p->sent_key, (Py_ssize_t)p->sent_key_size,
                               (const char *)p->hashed_text, (Py_ssize_t)p->hashed_text_size, hash,
                               point, (const char *)p->label, (Py_ssize_t)p->label_size,
                               (PyObject *)self->texts[p->server], (int)p->server, ties_tuple(p),
                               p->why);
}

static PyObject *profiles_list(void) {
  PyObject *list = PyList_New(0);
  const char *name;
  for (size_t i = 0; list && (name = polyring_profile_name_at(i)); ++i) {
    PyObject *text = text_object(name);
    if (!text || PyList_Append(list, text) < 0) Py_CLEAR(list);
    Py_XDECREF(text);
  }
  return list;
}

#endif
