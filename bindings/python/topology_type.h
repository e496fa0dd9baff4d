/* The type polyring.Topology beyond its methods: constructor, attributes, equality, repr. */
#ifndef POLYRING_PYTHON_TOPOLOGY_TYPE_H
#define POLYRING_PYTHON_TOPOLOGY_TYPE_H

#include "topology.h"
#include "type.h"

/* NULL with an exception for a Topology that was never constructed. */
static document *document_of_object(PyObject *self) {
  document *document = ((SwigPyObject *)self)->ptr;
  if (!document) PyErr_SetString(PyExc_RuntimeError, "Topology.__init__ was not called");
  return document;
}

static document *topology_argument(PyObject *object) {
  if (PyObject_TypeCheck(object, type_of(SWIGTYPE_p_document))) return document_of_object(object);
  PyErr_Format(PyExc_TypeError, "other must be a Topology, not %.200s", Py_TYPE(object)->tp_name);
  return NULL;
}

static PyObject *topology_object(made_document made) {
  if (!made) return raise_failure();
  PyObject *object = SWIG_Python_NewPointerObj(NULL, made, SWIGTYPE_p_document, SWIG_POINTER_OWN);
  if (!object) delete_document(made);
  return object;
}

/* After the arguments are read, which may run any code of theirs. */
static int topology_build(PyObject *self, server_list servers, text profile, whole epoch) {
  if (((SwigPyObject *)self)->ptr) {
    PyErr_SetString(PyExc_TypeError, "a Topology never changes: make a new one");
    return 0;
  }
  document *made = new_document(servers, profile, epoch);
  if (made)
    SWIG_Python_NewPointerObj(self, made, SWIGTYPE_p_document, SWIG_BUILTIN_INIT);
  else
    raise_failure();
  return made != NULL;
}

static int topology_init(PyObject *self, PyObject *args, PyObject *kwargs) {
  static char *names[] = {"servers", "profile", "epoch", NULL};
  PyObject *servers_object, *profile_object = NULL, *epoch_object = NULL;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|OO:Topology", names, &servers_object,
                                   &profile_object, &epoch_object))
    return -1;
  list_argument list = {.view = {.obj = NULL}};
  Py_buffer profile_view = {.obj = NULL};
  server_list servers;
  text profile = {POLYRING_PROFILE_DEFAULT, strlen(POLYRING_PROFILE_DEFAULT)};
  whole epoch = 0;
  int done = servers_of(servers_object, "servers", &servers, &list) &&
             (!profile_object || text_of(profile_object, "profile", -1, &profile, &profile_view)) &&
             (!epoch_object || whole_of(epoch_object, "epoch", &epoch)) &&
             topology_build(self, servers, profile, epoch);
  if (profile_view.obj) PyBuffer_Release(&profile_view);
  list_free(&list);
  return done ? 0 : -1;
}

static PyObject *topology_profile(PyObject *self, void *unused) {
  (void)unused;
  document *document = document_of_object(self);
  return document ? text_object(document_profile(document)) : NULL;
}

static PyObject *topology_epoch(PyObject *self, void *unused) {
  (void)unused;
  document *document = document_of_object(self);
  return document ? PyLong_FromLongLong(document_epoch(document)) : NULL;
}

static PyObject *topology_server_item(const void *document, size_t i) {
  const char *text = polyring_topology_server(((const struct document *)document)->topology, i);
  return text ? text_object(text) : NULL;
}

static PyObject *topology_servers_of(PyObject *self, void *unused) {
  (void)unused;
  document *document = document_of_object(self);
  return document ? tuple_of(document, topology_server_item) : NULL;
}

static PyObject *topology_settings_of(PyObject *self, void *unused) {
  (void)unused;
  document *document = document_of_object(self);
  PyObject *settings = document ? PyDict_New() : NULL;
  const char *name, *value;
  for (size_t i = 0; settings && (name = polyring_topology_setting(document->topology, i, &value));
       ++i) {
    if (!set_named(settings, name, text_object(value))) Py_CLEAR(settings);
  }
  return settings;
}

/* <polyring.Topology libmemcached/modula, epoch 7, 3 servers> */
static PyObject *topology_repr(PyObject *self) {
  document *document = ((SwigPyObject *)self)->ptr;
  if (!document) return PyUnicode_FromString("<polyring.Topology, not constructed>");
  size_t count = polyring_topology_server_count(document->topology);
  return PyUnicode_FromFormat("<polyring.Topology %s, epoch %lld, %zu server%s>",
                              document_profile(document), (long long)document_epoch(document),
                              count, count == 1 ? "" : "s");
}

/* Topologies are equal if their canonical texts are. */
static PyObject *topology_compare(PyObject *self, PyObject *other, int operator) {
  if ((operator!= Py_EQ && operator!= Py_NE) ||
      !PyObject_TypeCheck(other, type_of(SWIGTYPE_p_document)))
    Py_RETURN_NOTIMPLEMENTED;
  document *ours = document_of_object(self), *theirs = ours ? document_of_object(other) : NULL;
  PyObject *text = theirs ? canonical_object(ours) : NULL;
  PyObject *other_text = text ? canonical_object(theirs) : NULL;
  PyObject *result = other_text ? PyObject_RichCompare(text, other_text, operator) : NULL;
  Py_XDECREF(text);
  Py_XDECREF(other_text);
  return result;
}

static Py_hash_t topology_hash(PyObject *self) {
  document *document = document_of_object(self);
  PyObject *text = document ? canonical_object(document) : NULL;
  Py_hash_t hash = text ? PyObject_Hash(text) : -1;
  Py_XDECREF(text);
  return hash;
}

static PyGetSetDef topology_attributes[] = {
    {"profile", topology_profile, NULL,
     "The canonical name of the profile: aliases resolved, overrides in the table's order.", NULL},
    {"epoch", topology_epoch, NULL, "The number of this version: an int.", NULL},
    {"servers", topology_servers_of, NULL,
     "The servers in canonical spelling, with names, weights and attributes: a tuple.", NULL},
    {"settings", topology_settings_of, NULL,
     "The settings by their names, ascending: a new dict of str. A number is there in decimal, a "
     "truth value as 'true' or 'false'.",
     NULL},
    {NULL, NULL, NULL, NULL, NULL}};

static void prepare_topology(PyTypeObject *type, PyMethodDef *methods) {
  prepare_type(type, methods, "polyring.Topology");
  type->tp_getset = topology_attributes;
  type->tp_hash = topology_hash;
  type->tp_richcompare = topology_compare;
}

#endif
