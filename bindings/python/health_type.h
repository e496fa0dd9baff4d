/* The type polyring.Health: constructor, attributes, arguments and results. */
#ifndef POLYRING_PYTHON_HEALTH_TYPE_H
#define POLYRING_PYTHON_HEALTH_TYPE_H

#include "client_type.h"
#include "facade_health.h"

/* --- arguments --- */

/* NULL with an exception for a Health that was never constructed. */
static watch *watch_of(PyObject *self) {
  watch *watch = ((SwigPyObject *)self)->ptr;
  if (!watch) PyErr_SetString(PyExc_RuntimeError, "Health.__init__ was not called");
  return watch;
}

/* Differences of two times fit too. */
static int refuse_time(const char *what) {
  fail(POLYRING_INVALID_ARGUMENT, "%s must be from -4e12 to 4e12 seconds", what);
  raise_failure();
  return 0;
}

/* Seconds as microseconds. An int is exact, a float to the nearest. */
static int moment_of(PyObject *object, const char *what, int64_t *out) {
  if (!PyFloat_Check(object) && !PyIndex_Check(object)) {
    PyErr_Format(PyExc_TypeError, "%s must be a number of seconds, not %.200s", what,
                 Py_TYPE(object)->tp_name);
    return 0;
  }
  double seconds = PyFloat_AsDouble(object);
  if (PyErr_Occurred()) {
    if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return 0;
    PyErr_Clear();
    seconds = INFINITY;
  }
  if (!(fabs(seconds) <= 4e12)) return refuse_time(what);
  *out = PyFloat_Check(object) ? llround(seconds * 1e6) : (int64_t)seconds * 1000000;
  return 1;
}

/* The same, or a timedelta. */
static int length_of(PyObject *object, const char *what, int64_t *out) {
  if (!PyDelta_Check(object)) return moment_of(object, what, out);
  if (abs(PyDateTime_DELTA_GET_DAYS(object)) > 46000000) return refuse_time(what);
  *out =
      ((int64_t)PyDateTime_DELTA_GET_DAYS(object) * 86400 + PyDateTime_DELTA_GET_SECONDS(object)) *
          1000000 +
      PyDateTime_DELTA_GET_MICROSECONDS(object);
  return 1;
}

static int seen_of(PyObject *object, seen_event *out) {
  for (*out = 0; *polyring_seen_name(*out); ++*out)
    if (classes.seen[*out] == object) return 1;
  PyErr_Format(PyExc_TypeError, "seen must be Seen, not %.200s", Py_TYPE(object)->tp_name);
  return 0;
}

static int policy_set(policy *policy, size_t i, PyObject *object) {
  const policy_column *column = &policy_columns[i];
  Py_buffer view = {.obj = NULL};
  text word;
  whole number;
  int done;
  if (column->kind == COLUMN_WORD) {
    if (!text_of(object, column->name, -1, &word, &view)) return 0;
    done = policy_word(policy, i, word);
    if (view.obj) PyBuffer_Release(&view);
  } else {
    if (!(column->kind == COLUMN_LENGTH ? length_of(object, column->name, &number)
                                        : whole_of(object, column->name, &number)))
      return 0;
    done = policy_count(policy, i, number);
  }
  if (!done) raise_failure();
  return done;
}

/* --- construction --- */

enum { HEALTH_OTHERS = 4, HEALTH_ARGUMENTS = HEALTH_OTHERS + POLICY_COLUMNS };

/* A number that nobody else has. */
static int seed_of(PyObject *object, whole *seed) {
  if (object && object != Py_None) return number_of(object, "seed", seed);
  PyObject *os = PyImport_ImportModule("os");
  PyObject *bytes = os ? PyObject_CallMethod(os, "urandom", "i", (int)sizeof *seed) : NULL;
  int done = bytes && PyBytes_Check(bytes) && PyBytes_GET_SIZE(bytes) == sizeof *seed;
  if (done) memcpy(seed, PyBytes_AS_STRING(bytes), sizeof *seed);
  Py_XDECREF(bytes);
  Py_XDECREF(os);
  return done;
}

/* After the arguments are read, which may run any code of theirs. */
static int health_build(PyObject *self, server_list servers, text profile, server_list gutter,
                        policy policy, whole seed) {
  if (((SwigPyObject *)self)->ptr) {
    PyErr_SetString(PyExc_TypeError, "a Health is constructed only once");
    return 0;
  }
  watch *made = new_watch(servers, profile, gutter, policy, seed);
  if (made)
    SWIG_Python_NewPointerObj(self, made, SWIGTYPE_p_watch, SWIG_BUILTIN_INIT);
  else
    raise_failure();
  return made != NULL;
}

static int health_fill(PyObject *self, PyObject *const got[HEALTH_ARGUMENTS]) {
  list_argument servers_list = {.view = {.obj = NULL}}, gutter_list = servers_list;
  Py_buffer view = {.obj = NULL};
  server_list servers, gutter = {0};
  text profile = {POLYRING_PROFILE_DEFAULT, strlen(POLYRING_PROFILE_DEFAULT)};
  policy policy;
  whole seed;
  polyring_health_policy_init(&policy);
  int done =
      servers_of(got[0], "servers", &servers, &servers_list) &&
      (!got[1] || text_of(got[1], "profile", -1, &profile, &view)) &&
      (!got[2] || got[2] == Py_None || servers_of(got[2], "gutter", &gutter, &gutter_list)) &&
      seed_of(got[3], &seed);
  for (size_t i = 0; done && i < POLICY_COLUMNS; ++i) {
    PyObject *value = got[HEALTH_OTHERS + i];
    done = !value || value == Py_None || policy_set(&policy, i, value);
  }
  done = done && health_build(self, servers, profile, gutter, policy, seed);
  if (view.obj) PyBuffer_Release(&view);
  list_free(&servers_list);
  list_free(&gutter_list);
  return done ? 0 : -1;
}

static int health_init(PyObject *self, PyObject *args, PyObject *keywords) {
  static const char *const others[HEALTH_OTHERS] = {"servers", "profile", "gutter", "seed"};
  PyObject *got[HEALTH_ARGUMENTS] = {NULL}, *name, *value;
  Py_ssize_t count = PyTuple_GET_SIZE(args), position = 0;
  if (count > 2) {
    PyErr_SetString(PyExc_TypeError,
                    "Health() takes two positional arguments, servers and profile");
    return -1;
  }
  for (Py_ssize_t i = 0; i < count; ++i) got[i] = PyTuple_GET_ITEM(args, i);
  while (keywords && PyDict_Next(keywords, &position, &name, &value)) {
    size_t at = 0;
    while (at < HEALTH_ARGUMENTS &&
           PyUnicode_CompareWithASCIIString(
               name, at < HEALTH_OTHERS ? others[at] : policy_columns[at - HEALTH_OTHERS].name) !=
               0)
      ++at;
    if (at == HEALTH_ARGUMENTS || got[at]) {
      PyErr_Format(PyExc_TypeError, "Health() got %s keyword argument %R",
                   at < HEALTH_ARGUMENTS ? "twice the" : "an unexpected", name);
      return -1;
    }
    got[at] = value;
  }
  if (got[0]) return health_fill(self, got);
  PyErr_SetString(PyExc_TypeError, "Health() lacks its argument servers");
  return -1;
}

/* --- results --- */

static PyObject *seconds_object(int64_t microseconds) {
  return PyFloat_FromDouble((double)microseconds / 1e6);
}

static PyObject *seconds_or_none(int64_t microseconds) {
  return microseconds == INT64_MIN || microseconds == INT64_MAX ? Py_NewRef(Py_None)
                                                                : seconds_object(microseconds);
}

static PyObject *signs_object(const signs_of *found) {
  const polyring_vital_signs *signs = &found->signs;
  if (found->status < 0) return raise_failure();
  return PyObject_CallFunction(/* N takes the reference, and NULL for the failure it is */
                               classes.vital_signs, "OOONNNII", classes.states[signs->state],
                               classes.seen[signs->reason], classes.works[signs->work],
                               seconds_object(signs->since), seconds_or_none(signs->down_since),
                               seconds_or_none(signs->next_probe), (unsigned)signs->probes_failed,
                               (unsigned)signs->unanswered);
}

static PyObject *route_object(const watch *self, const routed *found) {
  const polyring_route *route = &found->route;
  int is_there = route->kind != POLYRING_ROUTE_NOWHERE;
  if (found->status < 0) return raise_failure();
  const handle *ring = route->kind == POLYRING_ROUTE_GUTTER ? self->gutter : self->ring;
  return PyObject_CallFunction(
      classes.route, "OOONiN", classes.kinds[route->kind],
      (PyObject *)self->ring->texts[route->home],
      is_there ? (PyObject *)ring->texts[route->server] : Py_None,
      route->ttl_most ? seconds_object(route->ttl_most) : Py_NewRef(Py_None), (int)route->home,
      index_or_none(is_there ? route->server : -1));
}

/* Frees the lines. */
static PyObject *log_list(log_lines *taken) {
  PyObject *list = taken->status < 0 ? raise_failure() : PyList_New(0);
  const char *at = (const char *)taken->lines.at, *end = at + taken->lines.size, *stop;
  for (; list && at < end; at = stop + 1) {
    stop = memchr(at, '\n', (size_t)(end - at));
    PyObject *line = PyUnicode_DecodeUTF8(at, stop - at, "backslashreplace");
    if (!line || PyList_Append(list, line) < 0) Py_CLEAR(list);
    Py_XDECREF(line);
  }
  polyring_buffer_done(&taken->lines);
  return list;
}

/* --- the type --- */

static PyObject *health_servers(PyObject *self, void *unused) {
  (void)unused;
  watch *watch = watch_of(self);
  return watch ? Py_NewRef(texts_tuple(watch->ring)) : NULL;
}

static PyObject *health_gutter(PyObject *self, void *unused) {
  (void)unused;
  watch *watch = watch_of(self);
  if (!watch) return NULL;
  return watch->gutter ? Py_NewRef(texts_tuple(watch->gutter)) : PyTuple_New(0);
}

static PyObject *health_profile(PyObject *self, void *unused) {
  (void)unused;
  watch *watch = watch_of(self);
  return watch ? text_object(watch_profile(watch)) : NULL;
}

/* <polyring.Health libmemcached/modula: 3 servers, 1 not spoken to> */
static PyObject *health_repr(PyObject *self) {
  watch *watch = ((SwigPyObject *)self)->ptr;
  if (!watch) return PyUnicode_FromString("<polyring.Health, not constructed>");
  size_t count = polyring_ring_server_count(watch->ring->ring), dead = 0;
  polyring_vital_signs signs;
  for (size_t i = 0; i < count; ++i)
    dead += polyring_health_signs(watch->health, i, &signs) >= 0 &&
            signs.state > POLYRING_HEALTH_SUSPECT;
  return PyUnicode_FromFormat("<polyring.Health %s: %zu server%s, %zu not spoken to>",
                              watch_profile(watch), count, count == 1 ? "" : "s", dead);
}

static PyGetSetDef health_attributes[] = {
    {"servers", health_servers, NULL,
     "The servers as they were spelled, without name, weight and attributes: a tuple.", NULL},
    {"gutter", health_gutter, NULL, "The servers of the gutter: a tuple, empty without one.", NULL},
    {"profile", health_profile, NULL,
     "The canonical name of the profile: aliases resolved, overrides in the table's order.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static void prepare_health(PyTypeObject *type, PyMethodDef *methods) {
  prepare_type(type, methods, "polyring.Health");
  type->tp_getset = health_attributes;
  type->tp_hash = NULL;
  type->tp_richcompare = NULL;
}

#endif
