/* The type polyring.Client: constructor, attributes, closing, and the methods that have Python's
 * own arguments. */
#ifndef POLYRING_PYTHON_CLIENT_TYPE_H
#define POLYRING_PYTHON_CLIENT_TYPE_H

#include <math.h>

#include "client_result.h"
#include "facade_health.h"
#include "topology_type.h"

/* Closing takes the client from the session, and whoever is the last to leave frees it. The GIL
 * guards all fields. */
typedef struct client {
  session session; /* first: SWIG knows nothing else */
  polyring_client *closing;
  size_t users;
  int hide; /* on_error=miss */
} client;

static int hides(const session *self) { return ((const client *)self)->hide; }

/* NULL with an exception for a Client that was never constructed; else leave it. */
static session *client_enter(PyObject *self) {
  client *client = ((SwigPyObject *)self)->ptr;
  if (!client) {
    PyErr_SetString(PyExc_RuntimeError, "Client.__init__ was not called");
    return NULL;
  }
  client->users++;
  return &client->session;
}

static void client_leave(session *self) {
  client *client = (struct client *)self;
  if (--client->users || !client->closing) return;
  polyring_client *closing = client->closing;
  client->closing = NULL;
  polyring_client_free(closing);
}

static void client_close(session *self) {
  client *client = (struct client *)self;
  if (!self->client) return;
  client->closing = self->client;
  self->client = NULL;
}

/* --- construction --- */

/* servers as one text: a text, a sequence of texts, or a Topology. A new reference to a str or a
 * bytes-like object. */
static PyObject *servers_joined(PyObject *items) {
  polyring_buffer all;
  polyring_buffer_init(&all, NULL);
  flat flat;
  PyObject *text = NULL;
  uint32_t start = 0;
  int done = flat_of(items, "servers", &flat);
  for (size_t i = 0; done && i < flat.count; start = flat.ends[i++]) {
    size_t size = flat.ends[i] - start;
    const char *item = flat.bytes + start;
    for (size_t c = 0; done && c <= size; ++c)
      if (c == size ? size == 0 : item[c] == ' ' || (item[c] >= '\t' && item[c] <= '\r')) {
        fail(POLYRING_INVALID_SERVERS, "servers[%zu] is empty or has a blank: one server an item",
             i);
        raise_failure();
        done = 0;
      }
    done = done && put(polyring_buffer_add(&all, item, size) && polyring_buffer_add(&all, " ", 1));
  }
  flat_free(&flat);
  if (done) text = PyBytes_FromStringAndSize((char *)all.at, (Py_ssize_t)all.size);
  polyring_buffer_done(&all);
  return text;
}

static PyObject *servers_text(PyObject *object) {
  if (PyUnicode_Check(object) || PyObject_CheckBuffer(object)) return Py_NewRef(object);
  if (!PyObject_TypeCheck(object, type_of(SWIGTYPE_p_document))) return servers_joined(object);
  document *document = document_of_object(object);
  return document ? canonical_object(document) : NULL;
}

/* Seconds as a number of microseconds. */
static PyObject *time_text(const char *name, PyObject *value) {
  double seconds = PyFloat_AsDouble(value);
  if (PyErr_Occurred()) return NULL;
  if (seconds >= 0 && seconds < 1e12)
    return PyUnicode_FromFormat("%lldus", (long long)ceil(seconds * 1e6));
  fail(POLYRING_INVALID_ARGUMENT, "%s must be a number of seconds from 0 on", name);
  return raise_failure();
}

static int is_time_setting(const char *name) {
  size_t size = strlen(name);
  for (size_t i = 0; i < POLICY_COLUMNS; ++i)
    if (strcmp(name, policy_columns[i].name) == 0) return policy_columns[i].kind == COLUMN_LENGTH;
  return size > 6 && strcmp(name + size - 7, "timeout") == 0;
}

static PyObject *setting_text(const char *name, PyObject *value) {
  int is_time = is_time_setting(name);
  if (PyUnicode_Check(value)) return Py_NewRef(value);
  if (PyBool_Check(value) && !is_time)
    return PyUnicode_FromString(value == Py_True ? "true" : "false");
  if (is_time && PyDelta_Check(value)) {
    PyObject *seconds = PyObject_CallMethod(value, "total_seconds", NULL);
    PyObject *text = seconds ? time_text(name, seconds) : NULL;
    Py_XDECREF(seconds);
    return text;
  }
  if (is_time && !PyBool_Check(value) && (PyFloat_Check(value) || PyIndex_Check(value)))
    return time_text(name, value);
  if (!is_time && PyIndex_Check(value)) {
    PyObject *number = PyNumber_Index(value), *text = number ? PyObject_Str(number) : NULL;
    Py_XDECREF(number);
    return text;
  }
  if (PyBytes_Check(value) || has_attribute(value, "__fspath__"))
    return PyOS_FSPath(value);
  PyErr_Format(PyExc_TypeError, "%s cannot be %.200s", name, Py_TYPE(value)->tp_name);
  return NULL;
}

/* name=value&, percent-encoded. */
static int setting_add(polyring_buffer *settings, const char *name, PyObject *value) {
  PyObject *object = setting_text(name, value);
  Py_buffer view = {.obj = NULL};
  text raw;
  int done = object && text_of(object, name, -1, &raw, &view);
  if (done) {
    size_t room = 3 * raw.size + 1;
    done = put(polyring_buffer_add(settings, name, strlen(name)) &&
               polyring_buffer_add(settings, "=", 1) && polyring_buffer_more(settings, room));
    if (done) {
      char *at = (char *)settings->at + settings->size;
      settings->size += polyring_percent_encode(raw.bytes, raw.size, at, room);
      done = put(polyring_buffer_add(settings, "&", 1));
    }
  }
  if (view.obj) PyBuffer_Release(&view);
  Py_XDECREF(object);
  return done;
}

static int is_setting(PyObject *name) {
  const char *known;
  for (size_t i = 0; (known = polyring_setting_name(i)); ++i)
    if (PyUnicode_CompareWithASCIIString(name, known) == 0) return 1;
  return 0;
}

/* The keywords but servers. What comes of it ends with no &. */
static int settings_of(PyObject *keywords, polyring_buffer *settings) {
  PyObject *name, *value;
  Py_ssize_t position = 0;
  while (keywords && PyDict_Next(keywords, &position, &name, &value)) {
    if (PyUnicode_CompareWithASCIIString(name, "servers") == 0) continue;
    if (!is_setting(name)) {
      PyErr_Format(PyExc_TypeError, "Client() got an unexpected keyword argument %R", name);
      return 0;
    }
    if (value != Py_None && !setting_add(settings, PyUnicode_AsUTF8(name), value)) return 0;
  }
  if (settings->size) settings->size--;
  return 1;
}

static int client_build(PyObject *self, text servers, const polyring_buffer *settings) {
  if (((SwigPyObject *)self)->ptr) {
    PyErr_SetString(PyExc_TypeError, "a Client is constructed only once");
    return 0;
  }
  client *made = calloc(1, sizeof *made);
  if (!made) return put(0);
  if (polyring_client_new(NULL, servers.bytes, servers.size, (char *)settings->at, settings->size,
                          &made->session.client, &failure) < 0) {
    free(made);
    raise_failure();
    return 0;
  }
  const char *on_error = polyring_client_setting(made->session.client, "on_error");
  made->hide = on_error && strcmp(on_error, "miss") == 0;
  SWIG_Python_NewPointerObj(self, &made->session, SWIGTYPE_p_session, SWIG_BUILTIN_INIT);
  return 1;
}

static int client_init(PyObject *self, PyObject *args, PyObject *keywords) {
  Py_ssize_t count = PyTuple_GET_SIZE(args);
  PyObject *servers = count ? PyTuple_GET_ITEM(args, 0) : NULL;
  PyObject *named = keywords ? PyDict_GetItemString(keywords, "servers") : NULL;
  if (count > 1 || (servers && named)) {
    PyErr_SetString(PyExc_TypeError, "Client() takes one positional argument, servers");
    return -1;
  }
  if (!servers) servers = named;
  PyObject *object = servers ? servers_text(servers) : PyUnicode_FromString("");
  Py_buffer view = {.obj = NULL};
  polyring_buffer settings;
  text text;
  polyring_buffer_init(&settings, NULL);
  int done = object && text_of(object, "servers", -1, &text, &view) &&
             settings_of(keywords, &settings) && client_build(self, text, &settings);
  polyring_buffer_done(&settings);
  if (view.obj) PyBuffer_Release(&view);
  Py_XDECREF(object);
  return done ? 0 : -1;
}

/* Topology or text, for set_topology; *held is what it points into. */
static int topology_text_of(PyObject *object, text *out, PyObject **held) {
  Py_ssize_t size;
  if (!(*held = servers_text(object))) return 0;
  if (PyUnicode_Check(*held)) {
    out->bytes = PyUnicode_AsUTF8AndSize(*held, &size);
    out->size = (size_t)size;
    return out->bytes != NULL;
  }
  Py_SETREF(*held, PyBytes_FromObject(*held));
  if (!*held) return 0;
  *out = (text){PyBytes_AS_STRING(*held), (size_t)PyBytes_GET_SIZE(*held)};
  return 1;
}

/* One server, or (None) all: an empty text, which therefore nobody may give. */
static int server_of(PyObject *object, text *out, PyObject **held) {
  *held = NULL;
  *out = (text){"", 0};
  if (object == Py_None) return 1;
  if (!PyUnicode_Check(object) && !PyObject_CheckBuffer(object)) {
    PyErr_Format(PyExc_TypeError, "server must be str or bytes-like, not %.200s",
                 Py_TYPE(object)->tp_name);
    return 0;
  }
  if (!topology_text_of(object, out, held)) return 0;
  return out->size || refuse(POLYRING_INVALID_ARGUMENT, "server is empty: there is no such server");
}

/* --- methods with arguments of Python's own --- */

/* Positional and named arguments into out, NULL for those that are not there. */
static int arguments_of(const char *method, const char *const *names, Py_ssize_t needed,
                        PyObject *const *args, Py_ssize_t count, PyObject *keywords,
                        PyObject **out) {
  Py_ssize_t most = 0, named = keywords ? PyTuple_GET_SIZE(keywords) : 0;
  for (; names[most]; ++most) out[most] = most < count ? args[most] : NULL;
  if (count > most) {
    PyErr_Format(PyExc_TypeError, "%s() takes at most %zd arguments (%zd given)", method, most,
                 count);
    return 0;
  }
  for (Py_ssize_t i = 0; i < named; ++i) {
    PyObject *name = PyTuple_GET_ITEM(keywords, i);
    Py_ssize_t at = 0;
    while (names[at] && PyUnicode_CompareWithASCIIString(name, names[at]) != 0) ++at;
    if (!names[at] || out[at]) {
      PyErr_Format(PyExc_TypeError, "%s() got %s keyword argument %R", method,
                   names[at] ? "twice the" : "an unexpected", name);
      return 0;
    }
    out[at] = args[count + i];
  }
  for (Py_ssize_t i = 0; i < needed; ++i)
    if (!out[i]) {
      PyErr_Format(PyExc_TypeError, "%s() lacks its argument %s", method, names[i]);
      return 0;
    }
  return 1;
}

static PyObject *client_read(PyObject *self, PyObject *key_object, PyObject *missing,
                             uint32_t marks, whole ttl) {
  const char *key;
  size_t key_size;
  PyObject *held, *object = NULL;
  if (!key_of(key_object, &key, &key_size, &held)) return NULL;
  session *session = client_enter(self);
  if (session) {
    found found = run_one(session, &(polyring_operation){.verb = POLYRING_GET, .marks = marks,
                                                         .key = key, .key_size = key_size,
                                                         .ttl = ttl});
    object = found_object(&found, missing ? missing : Py_None, hides(session));
    client_leave(session);
  }
  Py_XDECREF(held);
  return object;
}

static PyObject *client_get(PyObject *self, PyObject *const *args, Py_ssize_t count,
                            PyObject *keywords) {
  static const char *const names[] = {"key", "default", NULL};
  PyObject *got[2];
  if (!arguments_of("get", names, 1, args, count, keywords, got)) return NULL;
  return client_read(self, got[0], got[1], 0, 0);
}

static PyObject *client_counter(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                PyObject *keywords) {
  static const char *const names[] = {"key", "default", NULL};
  PyObject *got[2];
  if (!arguments_of("counter", names, 1, args, count, keywords, got)) return NULL;
  return client_read(self, got[0], got[1], POLYRING_COUNTER, 0);
}

static PyObject *client_get_and_touch(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                      PyObject *keywords) {
  static const char *const names[] = {"key", "ttl", "default", NULL};
  PyObject *got[3];
  whole ttl;
  if (!arguments_of("get_and_touch", names, 2, args, count, keywords, got)) return NULL;
  if (!ttl_of(got[1], &ttl)) return NULL;
  return client_read(self, got[0], got[2], POLYRING_HAS_TTL, ttl);
}

static PyObject *client_store(PyObject *self, PyObject *key_object, polyring_verb verb,
                              const given *value, whole ttl) {
  const char *key;
  size_t key_size;
  PyObject *held, *object = NULL;
  if (!key_of(key_object, &key, &key_size, &held)) return NULL;
  session *session = client_enter(self);
  if (session) {
    outcome stored = run_one(
        session, &(polyring_operation){.verb = verb, .marks = POLYRING_HAS_TTL, .key = key,
                                       .key_size = key_size, .value = value->value, .ttl = ttl});
    object = outcome_object(&stored);
    client_leave(session);
  }
  Py_XDECREF(held);
  return object;
}

/* set, add and replace: with the arguments in an array they cost a tenth less. */
static PyObject *store(PyObject *self, const char *method, polyring_verb verb,
                       PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
  static const char *const names[] = {"key", "value", "ttl", NULL};
  PyObject *got[3], *object = NULL;
  given value;
  whole ttl = 0;
  if (!arguments_of(method, names, 2, args, count, keywords, got)) return NULL;
  polyring_buffer_init(&value.room, NULL);
  if (given_of(got[1], &value) && (!got[2] || ttl_of(got[2], &ttl)))
    object = client_store(self, got[0], verb, &value, ttl);
  polyring_buffer_done(&value.room);
  return object;
}

static PyObject *client_set(PyObject *self, PyObject *const *args, Py_ssize_t count,
                            PyObject *keywords) {
  return store(self, "set", POLYRING_SET, args, count, keywords);
}

static PyObject *client_add(PyObject *self, PyObject *const *args, Py_ssize_t count,
                            PyObject *keywords) {
  return store(self, "add", POLYRING_ADD, args, count, keywords);
}

static PyObject *client_replace(PyObject *self, PyObject *const *args, Py_ssize_t count,
                                PyObject *keywords) {
  return store(self, "replace", POLYRING_REPLACE, args, count, keywords);
}

static PyObject *client_closed(PyObject *self, PyObject *unused) {
  session *session = client_enter(self);
  (void)unused;
  if (!session) return NULL;
  client_close(session);
  client_leave(session);
  Py_RETURN_NONE;
}

static PyObject *client_entered(PyObject *self, PyObject *unused) {
  (void)unused;
  return Py_NewRef(self);
}

#define FAST(FUNCTION) ((PyCFunction)(void (*)(void))(FUNCTION))
static PyMethodDef client_methods[] = {
    {"get", FAST(client_get), METH_FASTCALL | METH_KEYWORDS,
     "get($self, /, key, default=None)\n--\n\n"
     "The value of the key, or default if there is none.\n\n"
     "A failure is no miss: it raises what the class's text lists, unless on_error='miss'."},
    {"get_and_touch", FAST(client_get_and_touch), METH_FASTCALL | METH_KEYWORDS,
     "get_and_touch($self, /, key, ttl, default=None)\n--\n\n"
     "The same, and gives the item a new time to live."},
    {"counter", FAST(client_counter), METH_FASTCALL | METH_KEYWORDS,
     "counter($self, /, key, default=None)\n--\n\n"
     "The number of a counter, which incr, decr or set_counter made: an int."},
    {"set", FAST(client_set), METH_FASTCALL | METH_KEYWORDS,
     "set($self, /, key, value, ttl=0)\n--\n\n"
     "Stores a value: Outcome.OK."},
    {"add", FAST(client_add), METH_FASTCALL | METH_KEYWORDS,
     "add($self, /, key, value, ttl=0)\n--\n\n"
     "Stores a value if there is none: else Outcome.NOT_STORED."},
    {"replace", FAST(client_replace), METH_FASTCALL | METH_KEYWORDS,
     "replace($self, /, key, value, ttl=0)\n--\n\n"
     "Stores a value if there is one already: else Outcome.NOT_STORED."},
    {"close", client_closed, METH_NOARGS,
     "close($self, /)\n--\n\n"
     "Closes all connections. Calls of other threads that are running still end; every later call\n"
     "raises InvalidArgumentError. Closing again does nothing."},
    {"__enter__", client_entered, METH_NOARGS, "__enter__($self, /)\n--\n\nThe client itself."},
    {"__exit__", client_closed, METH_VARARGS, "__exit__($self, /, *exception)\n--\n\nCloses it."},
    {NULL, NULL, 0, NULL}};

/* --- the type --- */

static PyObject *client_repr(PyObject *self) {
  session *session = ((SwigPyObject *)self)->ptr;
  if (!session) return PyUnicode_FromString("<polyring.Client, not constructed>");
  if (!session->client) return PyUnicode_FromString("<polyring.Client, closed>");
  polyring_topology *topology; /* whose profile holds, whatever the setting is */
  if (polyring_client_topology(session->client, &topology, &failure) < 0) return raise_failure();
  PyObject *text =
      PyUnicode_FromFormat("<polyring.Client %s>", polyring_topology_profile(topology));
  polyring_topology_free(topology);
  return text;
}

static PyObject *client_settings(PyObject *self, void *unused) {
  session *session = client_enter(self);
  const char *name;
  (void)unused;
  if (!session) return NULL;
  PyObject *settings = is_open(session) ? PyDict_New() : raise_failure();
  for (size_t i = 0; settings && (name = polyring_setting_name(i)); ++i) {
    const char *value = session->client ? polyring_client_setting(session->client, name) : NULL;
    if (!set_named(settings, name, text_or_none(value))) Py_CLEAR(settings);
  }
  client_leave(session);
  return settings;
}

static PyGetSetDef client_attributes[] = {
    {"settings", client_settings, NULL,
     "The settings by their names, as text: a new dict. Times are there as '250000us'.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static void prepare_client(PyTypeObject *type, PyMethodDef *methods) {
  prepare_type(type, methods, "polyring.Client");
  type->tp_getset = client_attributes;
  type->tp_hash = NULL;
  type->tp_richcompare = NULL;
}

static int finish_client(PyTypeObject *type) {
  for (PyMethodDef *method = client_methods; method->ml_name; ++method) {
    PyObject *descriptor = PyDescr_NewMethod(type, method);
    int done = descriptor && PyDict_SetItemString(type->tp_dict, method->ml_name, descriptor) == 0;
    Py_XDECREF(descriptor);
    if (!done) return 0;
  }
  PyDateTime_IMPORT;
  return PyDateTimeAPI && finish_type(type);
}

#endif
