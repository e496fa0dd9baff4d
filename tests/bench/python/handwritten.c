/* The yardstick: what a person would write for Ring.locate without a generator. The same meaning
 * for str, bytes and bytes-like keys; the constructor takes two texts and is not measured. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "polyring/polyring.h"

typedef struct ring {
  PyObject_HEAD polyring_ring *ring;
  PyObject *servers;
} ring;

static PyObject *refuse(ring *self, const char *key, size_t size) {
  polyring_placement placement;
  polyring_error error;
  polyring_ring_explain(self->ring, key, size, &placement, &error);
  PyErr_SetString(PyExc_ValueError, error.text);
  return NULL;
}

static PyObject *locate_bytes(ring *self, const char *key, size_t size) {
  int32_t at = polyring_ring_locate(self->ring, key, size);
  return at < 0 ? refuse(self, key, size) : Py_NewRef(PyTuple_GET_ITEM(self->servers, at));
}

static PyObject *locate(PyObject *object, PyObject *key) {
  ring *self = (ring *)object;
  if (!self->ring) {
    PyErr_SetString(PyExc_RuntimeError, "not constructed");
    return NULL;
  }
  if (PyBytes_Check(key))
    return locate_bytes(self, PyBytes_AS_STRING(key), (size_t)PyBytes_GET_SIZE(key));
  if (PyUnicode_Check(key)) {
    Py_ssize_t size;
    const char *bytes = PyUnicode_AsUTF8AndSize(key, &size);
    return bytes ? locate_bytes(self, bytes, (size_t)size) : NULL;
  }
  Py_buffer view;
  if (PyObject_GetBuffer(key, &view, PyBUF_SIMPLE) < 0) return NULL;
  PyObject *server = locate_bytes(self, view.buf, (size_t)view.len);
  PyBuffer_Release(&view);
  return server;
}

static int init(PyObject *object, PyObject *args, PyObject *kwargs) {
  ring *self = (ring *)object;
  const char *servers, *profile;
  Py_ssize_t servers_size, profile_size;
  polyring_error error;
  (void)kwargs;
  if (!PyArg_ParseTuple(args, "s#s#", &servers, &servers_size, &profile, &profile_size)) return -1;
  if (polyring_ring_new(NULL, profile, (size_t)profile_size, servers, (size_t)servers_size,
                        &self->ring, &error) < 0) {
    PyErr_SetString(PyExc_ValueError, error.text);
    return -1;
  }
  size_t count = polyring_ring_server_count(self->ring);
  self->servers = PyTuple_New((Py_ssize_t)count);
  for (size_t i = 0; self->servers && i < count; ++i)
    PyTuple_SET_ITEM(self->servers, (Py_ssize_t)i,
                     PyUnicode_FromString(polyring_ring_server(self->ring, i, NULL)));
  return self->servers ? 0 : -1;
}

static void done(PyObject *object) {
  ring *self = (ring *)object;
  polyring_ring_free(self->ring);
  Py_XDECREF(self->servers);
  Py_TYPE(object)->tp_free(object);
}

static PyMethodDef methods[] = {{"locate", locate, METH_O, NULL}, {NULL, NULL, 0, NULL}};

static PyTypeObject type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "handwritten.Ring",
    .tp_basicsize = sizeof(ring),
    .tp_dealloc = done,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_methods = methods,
    .tp_init = init,
    .tp_new = PyType_GenericNew,
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "handwritten", .m_size = -1};

PyMODINIT_FUNC PyInit_handwritten(void);
PyMODINIT_FUNC PyInit_handwritten(void) {
  PyObject *made = PyModule_Create(&module);
  if (!made || PyType_Ready(&type) < 0 ||
      PyModule_AddObjectRef(made, "Ring", (PyObject *)&type) < 0)
    return NULL;
  return made;
}
