/* The type polyring.Ring beyond its methods: constructor, attributes, repr, len; and what is done
 * to it when the module starts, so that it looks like any other. */
#ifndef POLYRING_PYTHON_TYPE_H
#define POLYRING_PYTHON_TYPE_H

#include "convert.h"

/* NULL with an exception for a Ring that was never constructed. */
static inline handle *handle_of(PyObject *self) {
  handle *handle = ((SwigPyObject *)self)->ptr;
  if (!handle) PyErr_SetString(PyExc_RuntimeError, "Ring.__init__ was not called");
  return handle;
}

static handle *ring_argument(PyObject *object) {
  if (PyObject_TypeCheck(object, type_of(SWIGTYPE_p_handle))) return handle_of(object);
  PyErr_Format(PyExc_TypeError, "other must be a Ring, not %.200s", Py_TYPE(object)->tp_name);
  return NULL;
}

static PyObject *ring_object(made_ring made) {
  if (!made) return raise_failure();
  PyObject *object = SWIG_Python_NewPointerObj(NULL, made, SWIGTYPE_p_handle, SWIG_POINTER_OWN);
  if (!object) delete_handle(made);
  return object;
}

/* After the arguments are read, which may run any code of theirs. */
static int ring_build(PyObject *self, server_list servers, text profile) {
  if (((SwigPyObject *)self)->ptr) {
    PyErr_SetString(PyExc_TypeError, "a Ring never changes: make a new one");
    return 0;
  }
  handle *made = new_handle(servers, profile);
  if (made) {
    SWIG_Python_NewPointerObj(self, made, SWIGTYPE_p_handle, SWIG_BUILTIN_INIT);
    return 1;
  }
  raise_failure();
  return 0;
}

static int ring_init(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"servers", "profile", NULL};
  PyObject *servers_object, *profile_object = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:Ring", names, &servers_object,
                                   &profile_object))
    return -1;
  list_argument list = {.view = {.obj = NULL}};
  Py_buffer profile_view = {.obj = NULL};
  server_list servers;
  text profile = {POLYRING_PROFILE_DEFAULT, strlen(POLYRING_PROFILE_DEFAULT)};
  int done = servers_of(servers_object, "servers", &servers, &list) &&
             (!profile_object || text_of(profile_object, "profile", -1, &profile, &profile_view)) &&
             ring_build(self, servers, profile);
  if (profile_view.obj) PyBuffer_Release(&profile_view);
  list_free(&list);
  return done ? 0 : -1;
}

static PyObject *ring_servers(PyObject *self, void *unused) {
  (void)unused;
  handle *handle = handle_of(self);
  return handle ? Py_NewRef(texts_tuple(handle)) : NULL;
}

static PyObject *ring_profile(PyObject *self, void *unused) {
  (void)unused;
  handle *handle = handle_of(self);
  return handle ? text_object(handle_profile(handle)) : NULL;
}

static Py_ssize_t ring_length(PyObject *self) {
  handle *handle = handle_of(self);
  return handle ? PyTuple_GET_SIZE(texts_tuple(handle)) : -1;
}

/* <polyring.Ring libmemcached/modula: 10.0.0.1 10.0.0.2 10.0.0.3 ... (25 servers)> */
static PyObject *ring_repr(PyObject *self) {
  handle *handle = ((SwigPyObject *)self)->ptr;
  if (!handle) return PyUnicode_FromString("<polyring.Ring, not constructed>");
  PyObject *servers = texts_tuple(handle), *blank = PyUnicode_FromString(" ");
  Py_ssize_t count = PyTuple_GET_SIZE(servers);
  PyObject *first = PyTuple_GetSlice(servers, 0, 3);
  PyObject *shown = blank && first ? PyUnicode_Join(blank, first) : NULL;
  Py_XDECREF(blank);
  Py_XDECREF(first);
  if (!shown) return NULL;
  PyObject *repr =
      PyUnicode_FromFormat("<polyring.Ring %s: %U%s (%zd server%s)>", handle_profile(handle), shown,
                           count > 3 ? " ..." : "", count, count == 1 ? "" : "s");
  Py_DECREF(shown);
  return repr;
}

static PyGetSetDef ring_attributes[] = {
    {"servers", ring_servers, NULL,
     "The servers as they were spelled, without name, weight and attributes: a tuple.", NULL},
    {"profile", ring_profile, NULL,
     "The canonical name of the profile: aliases resolved, overrides in the table's order.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

/* SWIG begins every docstring with a newline, but Python finds the signature in the first line. */
static const char *clean_doc(const char *doc) { return doc ? doc + strspn(doc, " \t\n") : NULL; }

/* Before SWIG readies a type: without an instance dictionary the interpreter finds methods
 * faster. */
static void prepare_type(PyTypeObject *type, PyMethodDef *methods, const char *name) {
  for (PyMethodDef *method = methods; method->ml_name; ++method)
    method->ml_doc = clean_doc(method->ml_doc);
  type->tp_doc = clean_doc(type->tp_doc);
  type->tp_name = name;
  type->tp_dictoffset = 0;
}

/* SWIG's own attributes are replaced by ours; two rings are equal if they are one. */
static void prepare_ring(PyTypeObject *type, PyMethodDef *methods) {
  prepare_type(type, methods, "polyring.Ring");
  type->tp_getset = ring_attributes;
  type->tp_hash = NULL;
  type->tp_richcompare = NULL;
}

/* The members of an enum, by the names of the header. */
static int find_members(PyObject *class, const char *const *names, size_t count,
                        PyObject **members) {
  int done = 1;
  for (size_t i = 0; done && i < count; ++i)
    done = (members[i] = PyObject_GetAttrString(class, names[i])) != NULL;
  return done;
}

#define MEMBERS(CLASS, NAMES, OUT)                                                      \
  (sizeof(NAMES) / sizeof *(NAMES) == sizeof classes.OUT / sizeof *classes.OUT &&       \
   find_members(classes.CLASS, NAMES, sizeof(NAMES) / sizeof *(NAMES), classes.OUT))

static int find_cases(void) {
#define XX(name, text) #name,
  static const char *const states[] = {POLYRING_HEALTH_STATE_MAP(XX)};
  static const char *const seen[] = {POLYRING_SEEN_MAP(XX)};
#undef XX
  static const char *const kinds[] = {"HOME", "STAND_IN", "GUTTER", "NOWHERE"};
  static const char *const works[] = {"NONE", "REPAIR", "FLUSH"};
  return MEMBERS(health_state, states, states) && MEMBERS(seen_enum, seen, seen) &&
         MEMBERS(route_kind, kinds, kinds) && MEMBERS(health_work, works, works);
}
#undef MEMBERS

static int find_classes(void) {
  static const struct { PyObject **class; const char *name; } found[] = {
      {&classes.placement, "Placement"},           {&classes.plan, "Plan"},
      {&classes.planned_server, "PlannedServer"},  {&classes.flow, "Flow"},
      {&classes.change, "Change"},                 {&classes.argument, "InvalidArgumentError"},
      {&classes.key, "InvalidKeyError"},           {&classes.servers, "InvalidServersError"},
      {&classes.profile, "InvalidProfileError"},   {&classes.topology, "InvalidTopologyError"},
      {&classes.value, "InvalidValueError"},       {&classes.unavailable, "UnavailableError"},
      {&classes.unknown, "UnknownError"},          {&classes.protocol, "ProtocolError"},
      {&classes.server, "ServerError"},            {&classes.mismatch, "MismatchError"},
      {&classes.partial, "PartialError"},          {&classes.item, "Item"},
      {&classes.statistics, "Statistics"},         {&classes.event, "Event"},
      {&classes.outcome, "Outcome"},               {&classes.vital_signs, "VitalSigns"},
      {&classes.route, "Route"},                   {&classes.health_state, "HealthState"},
      {&classes.seen_enum, "Seen"},                {&classes.route_kind, "RouteKind"},
      {&classes.health_work, "HealthWork"}};
  /* Kept for ever: interned and forgotten with each exception, they would make the interpreter's
   * table of names grow. */
  static const char *const attributes[] = {"status", "server", "position", "key", "stage",
                                           "spent",  "errno",  "found",    "failures"};
  PyObject *package = PyImport_ImportModule("polyring");
  int done = package != NULL;
  for (size_t i = 0; done && i < sizeof attributes / sizeof *attributes; ++i)
    done = PyUnicode_InternFromString(attributes[i]) != NULL;
  for (size_t i = 0; done && i < sizeof found / sizeof *found; ++i)
    done = (*found[i].class = PyObject_GetAttrString(package, found[i].name)) != NULL;
  Py_XDECREF(package);
  for (int status = POLYRING_OK; done && status <= POLYRING_EXISTS; ++status)
    done = (classes.outcomes[status] =
                PyObject_GetAttrString(classes.outcome, polyring_status_name(status))) != NULL;
  return done && find_cases();
}

/* SWIG's own base class, which would show a method to disown the handle, stands aside while the
 * type is readied: object takes its place. */
static PyTypeObject *exchange_base(PyTypeObject *base) {
  SwigPyClientData *data = SwigPyObject_stype->clientdata;
  PyTypeObject *old = data->pytype;
  data->pytype = base;
  return old;
}

/* After SWIG has readied the type: neither the pointer nor a class that can be changed is left. */
static int finish_type(PyTypeObject *type) {
  Py_SET_TYPE(type, &PyType_Type);
  int done = PyDict_DelItemString(type->tp_dict, "this") == 0 &&
             PyDict_DelItemString(type->tp_dict, "thisown") == 0;
  PyType_Modified(type);
  return done;
}

#endif
