/* What the typemaps of python.i call for the client: values, keys and times into the core's types,
 * results into Python objects. Functions that return int return 1, or 0 with an exception set.
 *
 * While a call runs, other Python threads run too: what operations point to is either immutable
 * and held by the caller's arguments, or a copy. */
#ifndef POLYRING_PYTHON_CLIENT_H
#define POLYRING_PYTHON_CLIENT_H

#include <datetime.h>

#include "facade_client.h"
#include "topology.h"

static void io_begin(void **state) { *state = PyEval_SaveThread(); }
static void io_end(void **state) { PyEval_RestoreThread(*state); }

static int refuse(polyring_status status, const char *text) {
  fail(status, "%s", text);
  raise_failure();
  return 0;
}

/* --- keys --- */

/* *held is what key points into, if it is a copy. */
static int key_of(PyObject *object, const char **key, size_t *key_size, PyObject **held) {
  *held = NULL;
  if (PyUnicode_Check(object)) {
    Py_ssize_t size;
    *key = PyUnicode_AsUTF8AndSize(object, &size);
    *key_size = (size_t)size;
    return *key != NULL;
  }
  if (!PyBytes_Check(object)) {
    if (!PyObject_CheckBuffer(object)) {
      PyErr_Format(PyExc_TypeError, "key must be str or bytes-like, not %.200s",
                   Py_TYPE(object)->tp_name);
      return 0;
    }
    if (!(*held = object = PyBytes_FromObject(object))) return 0;
  }
  *key = PyBytes_AS_STRING(object);
  *key_size = (size_t)PyBytes_GET_SIZE(object);
  return 1;
}

/* Keys and perhaps their values: objects that nobody else changes, and what lies behind a key_list
 * or pair_list. */
typedef struct many {
  PyObject *keys;  /* a list, or NULL: those of items */
  PyObject *items; /* a list of pairs, or a dict whose keys are str and bytes */
  text *texts;
  polyring_value *values;
  polyring_buffer room;
} many;

static void many_free(many *many) {
  Py_XDECREF(many->keys);
  Py_XDECREF(many->items);
  free(many->texts);
  free(many->values);
  if (many->values) polyring_buffer_done(&many->room);
}

static int many_room(many *many, Py_ssize_t count, int has_values) {
  many->texts = malloc((size_t)count * sizeof *many->texts + 1);
  if (has_values) {
    many->values = malloc((size_t)count * sizeof *many->values + 1);
    if (many->values) polyring_buffer_init(&many->room, NULL);
  }
  if (many->texts && (many->values || !has_values)) return 1;
  PyErr_NoMemory();
  return 0;
}

/* The bytes of a str or bytes object. */
static int text_in(PyObject *object, text *out) {
  Py_ssize_t size;
  if (PyBytes_Check(object)) {
    *out = (text){PyBytes_AS_STRING(object), (size_t)PyBytes_GET_SIZE(object)};
    return 1;
  }
  out->bytes = PyUnicode_AsUTF8AndSize(object, &size);
  out->size = (size_t)size;
  return out->bytes != NULL;
}

/* What cannot be the key of a dict is shown as bytes. */
static int read_keys(many *many) {
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(many->keys); ++i) {
    PyObject *key = PyList_GET_ITEM(many->keys, i);
    if (!PyUnicode_Check(key) && !PyBytes_Check(key)) {
      if (!PyObject_CheckBuffer(key)) {
        PyErr_Format(PyExc_TypeError, "keys[%zd] must be str or bytes-like, not %.200s", i,
                     Py_TYPE(key)->tp_name);
        return 0;
      }
      if (!(key = PyBytes_FromObject(key)) || PyList_SetItem(many->keys, i, key) < 0) return 0;
    }
    if (!text_in(key, &many->texts[i])) return 0;
  }
  return 1;
}

/* Any iterable but a text. */
static int keys_of(PyObject *object, many *many, key_list *out) {
  if (PyUnicode_Check(object) || PyObject_CheckBuffer(object)) {
    PyErr_Format(PyExc_TypeError, "keys must be an iterable of str or bytes-like, not %.200s",
                 Py_TYPE(object)->tp_name);
    return 0;
  }
  if (!(many->keys = PySequence_List(object))) return 0;
  Py_ssize_t count = PyList_GET_SIZE(many->keys);
  if (!many_room(many, count, 0) || !read_keys(many)) return 0;
  *out = (key_list){.count = (size_t)count, .each = many->texts};
  return 1;
}

/* --- values into the core --- */

/* Where lists and maps are written. */
typedef struct writer {
  polyring_buffer *room;
  size_t values;
} writer;

static int put_item(writer *writer, PyObject *object, int depth);

static int int_of(PyObject *object, int64_t *out) {
  int overflow;
  *out = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (overflow)
    return refuse(POLYRING_INVALID_VALUE, "an int must be from -2**63 to 2**63 - 1 to be stored");
  return *out != -1 || !PyErr_Occurred();
}

static int put(int stored) {
  if (!stored) PyErr_NoMemory();
  return stored;
}

static int put_list(writer *writer, PyObject *items, int depth) {
  Py_ssize_t count = PySequence_Fast_GET_SIZE(items);
  if (!put(polyring_value_put_list(writer->room, (size_t)count))) return 0;
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (PySequence_Fast_GET_SIZE(items) != count) { /* an item's buffer protocol may run code */
      PyErr_SetString(PyExc_RuntimeError, "the list changed size while it was read");
      return 0;
    }
    PyObject *item = Py_NewRef(PySequence_Fast_GET_ITEM(items, i));
    int done = put_item(writer, item, depth);
    Py_DECREF(item);
    if (!done) return 0;
  }
  return 1;
}

static int put_pair(writer *writer, PyObject *name, PyObject *item, int depth) {
  if (!PyUnicode_Check(name)) {
    PyErr_Format(PyExc_TypeError, "the keys of a dict must be str to be stored, not %.200s",
                 Py_TYPE(name)->tp_name);
    return 0;
  }
  Py_ssize_t size;
  const char *bytes = PyUnicode_AsUTF8AndSize(name, &size);
  return bytes && put(polyring_value_put_text(writer->room, bytes, (size_t)size)) &&
         put_item(writer, item, depth);
}

static int put_map(writer *writer, PyObject *map, int depth) {
  Py_ssize_t count = PyDict_GET_SIZE(map), position = 0, met = 0;
  PyObject *name, *item;
  if (!put(polyring_value_put_map(writer->room, (size_t)count))) return 0;
  for (; PyDict_Next(map, &position, &name, &item); ++met) {
    Py_INCREF(name);
    Py_INCREF(item);
    int done = put_pair(writer, name, item, depth);
    Py_DECREF(name);
    Py_DECREF(item);
    if (!done) return 0;
    if (PyDict_GET_SIZE(map) != count) break;
  }
  if (met == count) return 1;
  PyErr_SetString(PyExc_RuntimeError, "the dict changed size while it was read");
  return 0;
}

static int put_buffer(writer *writer, PyObject *object) {
  Py_buffer view;
  if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0) return 0;
  int done = (size_t)view.len <= POLYRING_VALUE_MAX
                 ? put(polyring_value_put_bytes(writer->room, view.buf, (size_t)view.len))
                 : refuse(POLYRING_TOO_LARGE, "bytes in a list or dict may be at most 2**30");
  PyBuffer_Release(&view);
  return done;
}

static int put_text(writer *writer, PyObject *object) {
  Py_ssize_t size;
  const char *bytes = PyUnicode_AsUTF8AndSize(object, &size);
  if (!bytes) return 0;
  if ((size_t)size > POLYRING_VALUE_MAX)
    return refuse(POLYRING_TOO_LARGE, "a text in a list or dict may be at most 2**30 bytes");
  return put(polyring_value_put_text(writer->room, bytes, (size_t)size));
}

static int refuse_type(PyObject *object) {
  PyErr_Format(PyExc_TypeError,
               "a value must be None, bool, int, float, str, bytes-like, list, tuple or dict, "
               "not %.200s",
               Py_TYPE(object)->tp_name);
  return 0;
}

/* Depth lists and maps are around the item. */
static int put_item(writer *writer, PyObject *object, int depth) {
  int64_t integer;
  polyring_buffer *room = writer->room;
  if (depth > POLYRING_VALUE_DEPTH)
    return refuse(POLYRING_INVALID_VALUE, "lists and dicts may stand in each other 64 deep");
  if (++writer->values > POLYRING_VALUE_ITEMS || room->size > POLYRING_VALUE_MAX)
    return refuse(POLYRING_TOO_LARGE, "a value may have at most 2**20 values and 2**30 bytes");
  if (PyUnicode_Check(object)) return put_text(writer, object);
  if (PyBool_Check(object)) return put(polyring_value_put_bool(room, object == Py_True));
  if (PyLong_Check(object))
    return int_of(object, &integer) && put(polyring_value_put_int(room, integer));
  if (PyFloat_Check(object))
    return put(polyring_value_put_float(room, PyFloat_AS_DOUBLE(object)));
  if (object == Py_None) return put(polyring_value_put_none(room));
  if (PyList_Check(object) || PyTuple_Check(object)) return put_list(writer, object, depth + 1);
  if (PyDict_Check(object)) return put_map(writer, object, depth + 1);
  return PyObject_CheckBuffer(object) ? put_buffer(writer, object) : refuse_type(object);
}

/* What lies in room, which moves as it grows, has no address yet but an offset: integer. */
static int copy_of(PyObject *object, polyring_value *value, polyring_buffer *room) {
  Py_buffer view;
  if (PyObject_GetBuffer(object, &view, PyBUF_SIMPLE) < 0) return 0;
  *value = (polyring_value){.tag = POLYRING_VALUE_BYTES, .integer = (int64_t)room->size,
                            .size = (size_t)view.len};
  int done = put(polyring_buffer_add(room, view.buf, value->size));
  PyBuffer_Release(&view);
  return done;
}

static int sequence_of(PyObject *object, polyring_value *value, polyring_buffer *room) {
  size_t start = room->size;
  writer writer = {.room = room};
  value->tag = PyDict_Check(object) ? POLYRING_VALUE_MAP : POLYRING_VALUE_LIST;
  value->integer = (int64_t)start;
  if (!put_item(&writer, object, 0)) return 0;
  value->size = room->size - start;
  return 1;
}

static int value_of(PyObject *object, polyring_value *value, polyring_buffer *room) {
  *value = (polyring_value){.at = ""};
  if (PyUnicode_Check(object)) {
    Py_ssize_t size;
    value->tag = POLYRING_VALUE_TEXT;
    value->at = PyUnicode_AsUTF8AndSize(object, &size);
    value->size = (size_t)size;
    return value->at != NULL;
  }
  if (PyBytes_Check(object)) {
    *value = (polyring_value){.tag = POLYRING_VALUE_BYTES, .at = PyBytes_AS_STRING(object),
                              .size = (size_t)PyBytes_GET_SIZE(object)};
  } else if (PyBool_Check(object)) {
    value->tag = object == Py_True ? POLYRING_VALUE_TRUE : POLYRING_VALUE_FALSE;
  } else if (PyLong_Check(object)) {
    value->tag = POLYRING_VALUE_INT;
    return int_of(object, &value->integer);
  } else if (PyFloat_Check(object)) {
    value->tag = POLYRING_VALUE_FLOAT;
    value->number = PyFloat_AS_DOUBLE(object);
  } else if (object == Py_None) {
    value->tag = POLYRING_VALUE_NONE;
  } else {
    value->at = NULL;
    if (PyList_Check(object) || PyTuple_Check(object) || PyDict_Check(object))
      return sequence_of(object, value, room);
    return PyObject_CheckBuffer(object) ? copy_of(object, value, room) : refuse_type(object);
  }
  return 1;
}

/* An empty copy in an empty room has no address at all. */
static void settle(polyring_value *value, const polyring_buffer *room) {
  if (!value->at) value->at = room->at ? (const void *)(room->at + value->integer) : "";
}

static int given_of(PyObject *object, given *out) {
  if (!value_of(object, &out->value, &out->room)) return 0;
  settle(&out->value, &out->room);
  return 1;
}

/* Pairs of a list, which any mapping gives. */
static int pairs_read(many *many) {
  Py_ssize_t count = PyList_GET_SIZE(many->items);
  if (!(many->keys = PyList_New(count)) || !many_room(many, count, 1)) return 0;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject *pair = PyList_GET_ITEM(many->items, i);
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
      PyErr_SetString(PyExc_TypeError, "items() must give pairs of a key and a value");
      return 0;
    }
    PyList_SET_ITEM(many->keys, i, Py_NewRef(PyTuple_GET_ITEM(pair, 0)));
    if (!value_of(PyTuple_GET_ITEM(pair, 1), &many->values[i], &many->room)) return 0;
  }
  return read_keys(many);
}

/* The copy of a dict, which holds all its objects, and becomes what is returned. *is_plain: whether
 * all its keys can; if not, what was read is to be forgotten. */
static int dict_read(many *many, int *is_plain) {
  Py_ssize_t position = 0, count = PyDict_GET_SIZE(many->items);
  PyObject *key, *value;
  *is_plain = 1;
  if (!many_room(many, count, 1)) return 0;
  for (Py_ssize_t i = 0; i < count && PyDict_Next(many->items, &position, &key, &value); ++i) {
    if (!(*is_plain = PyUnicode_CheckExact(key) || PyBytes_CheckExact(key))) return 0;
    if (!text_in(key, &many->texts[i]) || !value_of(value, &many->values[i], &many->room)) return 0;
  }
  return 1;
}

static int items_read(PyObject *object, many *many) {
  int is_plain = 1;
  if (PyDict_CheckExact(object)) {
    if (!(many->items = PyDict_Copy(object))) return 0;
    if (dict_read(many, &is_plain)) return 1;
    if (is_plain) return 0;
    many_free(many);
    *many = (struct many){0};
  }
  return (many->items = PyMapping_Items(object)) && pairs_read(many);
}

/* The name is interned: the interpreter's cache of methods keeps each name that it is asked for. */
static int has_attribute(PyObject *object, const char *text) {
  PyObject *name = PyUnicode_InternFromString(text);
  int has = name && PyObject_HasAttr(object, name);
  Py_XDECREF(name);
  return has;
}

static int pairs_of(PyObject *object, many *many, pair_list *out) {
  if (!PyMapping_Check(object) || !has_attribute(object, "items")) {
    PyErr_Format(PyExc_TypeError, "items must be a mapping, not %.200s", Py_TYPE(object)->tp_name);
    return 0;
  }
  if (!items_read(object, many)) return 0;
  size_t count = (size_t)PyObject_Size(many->items);
  for (size_t i = 0; i < count; ++i) settle(&many->values[i], &many->room);
  *out = (pair_list){{.count = count, .each = many->texts}, many->values};
  return 1;
}

/* --- numbers and times --- */

static int number_of(PyObject *object, const char *what, whole *out) {
  int overflow;
  if (!whole_near(object, what, out, &overflow)) return 0;
  if (!overflow) return 1;
  fail(POLYRING_INVALID_ARGUMENT, "%s must be from -2**63 to 2**63 - 1", what);
  raise_failure();
  return 0;
}

static int perhaps_of(PyObject *object, const char *what, perhaps *out) {
  *out = (perhaps){.is_there = object != Py_None};
  return object == Py_None || number_of(object, what, &out->number);
}

/* Seconds; a part of one counts as a whole one, lest a short time become for ever. */
static int ttl_of(PyObject *object, whole *out) {
  if (!PyDelta_Check(object)) return whole_of(object, "ttl", out);
  *out = (whole)PyDateTime_DELTA_GET_DAYS(object) * 86400 + PyDateTime_DELTA_GET_SECONDS(object);
  if (*out >= 0 && PyDateTime_DELTA_GET_MICROSECONDS(object) > 0) ++*out;
  return 1;
}

/* 64 bits without sign. */
static int cas_of(PyObject *object, whole *out) {
  if (!PyLong_Check(object)) {
    PyErr_Format(PyExc_TypeError, "cas must be int, not %.200s", Py_TYPE(object)->tp_name);
    return 0;
  }
  unsigned long long cas = PyLong_AsUnsignedLongLong(object);
  *out = (whole)cas;
  if (cas != (unsigned long long)-1 || !PyErr_Occurred()) return 1;
  PyErr_Clear();
  return refuse(POLYRING_INVALID_ARGUMENT, "cas must be from 0 to 2**64 - 1");
}

#endif
