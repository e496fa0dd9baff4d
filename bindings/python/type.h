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

/* servers: one text with blanks, or a sequence of texts. The flat list and the view are the
 * caller's to release, on failure too. */
static int servers_of(PyObject *object, server_list *out, flat *flat, Py_buffer *view) {
  if (PyUnicode_Check(object) || PyObject_CheckBuffer(object)) {
    text all;
    if (!text_of(object, "servers", -1, &all, view)) return 0;
    *out = (server_list){.bytes = all.bytes, .size = all.size};
    return 1;
  }
  if (!flat_of(object, "servers", flat)) return 0;
  *out = (server_list){flat->bytes, flat->size, flat->ends, flat->count};
  return 1;
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
  if (construction_error.status < 0) raise_error(&construction_error);
  return 0;
}

static int ring_init(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"servers", "profile", NULL};
  PyObject *servers_object, *profile_object = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:Ring", names, &servers_object,
                                   &profile_object))
    return -1;
  flat flat = {0};
  Py_buffer servers_view = {.obj = NULL}, profile_view = {.obj = NULL};
  server_list servers;
  text profile = {POLYRING_PROFILE_DEFAULT, strlen(POLYRING_PROFILE_DEFAULT)};
  int done = servers_of(servers_object, &servers, &flat, &servers_view) &&
             (!profile_object || text_of(profile_object, "profile", -1, &profile, &profile_view)) &&
             ring_build(self, servers, profile);
  if (servers_view.obj) PyBuffer_Release(&servers_view);
  if (profile_view.obj) PyBuffer_Release(&profile_view);
  flat_free(&flat);
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

/* Before SWIG readies the type. Its own attributes are replaced by ours; without an instance
 * dictionary the interpreter finds methods faster; two rings are equal if they are one. */
static void prepare_type(PyTypeObject *type, PyMethodDef *methods) {
  for (PyMethodDef *method = methods; method->ml_name; ++method)
    method->ml_doc = clean_doc(method->ml_doc);
  type->tp_doc = clean_doc(type->tp_doc);
  type->tp_name = "polyring.Ring";
  type->tp_getset = ring_attributes;
  type->tp_dictoffset = 0;
  type->tp_hash = NULL;
  type->tp_richcompare = NULL;
}

static int find_classes(void) {
  PyObject *package = PyImport_ImportModule("polyring");
  if (!package) return 0;
  int found = (classes.placement = PyObject_GetAttrString(package, "Placement")) &&
              (classes.argument = PyObject_GetAttrString(package, "InvalidArgumentError")) &&
              (classes.key = PyObject_GetAttrString(package, "InvalidKeyError")) &&
              (classes.servers = PyObject_GetAttrString(package, "InvalidServersError")) &&
              (classes.profile = PyObject_GetAttrString(package, "InvalidProfileError"));
  Py_DECREF(package);
  return found;
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
