/* What the typemaps of python.i call for topologies and plans: arguments into the core's types,
 * results into named tuples. Functions that return int return 1, or 0 with an exception set. */
#ifndef POLYRING_PYTHON_TOPOLOGY_H
#define POLYRING_PYTHON_TOPOLOGY_H

#include "convert.h"

static PyTypeObject *type_of(const swig_type_info *type) {
  return ((SwigPyClientData *)type->clientdata)->pytype;
}

/* What failure says, unless the hook of the texts has raised already. */
static PyObject *raise_failure(void) { return failure.status < 0 ? raise_error(&failure) : NULL; }

/* The memory behind a server_list. */
typedef struct list_argument {
  flat flat;
  Py_buffer view;
} list_argument;

static void list_free(list_argument *list) {
  if (list->view.obj) PyBuffer_Release(&list->view);
  flat_free(&list->flat);
}

/* Servers: one text with blanks, or a sequence of texts. *list is to be freed, on failure too. */
static int servers_of(PyObject *object, const char *what, server_list *out, list_argument *list) {
  if (PyUnicode_Check(object) || PyObject_CheckBuffer(object)) {
    text all;
    if (!text_of(object, what, -1, &all, &list->view)) return 0;
    *out = (server_list){.bytes = all.bytes, .size = all.size};
    return 1;
  }
  if (!flat_of(object, what, &list->flat)) return 0;
  *out = (server_list){list->flat.bytes, list->flat.size, list->flat.ends, list->flat.count};
  return 1;
}

/* overflow: the sign of a number that 64 bits do not hold, which becomes the nearest, else 0. */
static int whole_near(PyObject *object, const char *what, whole *out, int *overflow) {
  PyObject *number = PyIndex_Check(object) ? PyNumber_Index(object) : NULL;
  if (!number) {
    if (!PyErr_Occurred())
      PyErr_Format(PyExc_TypeError, "%s must be int, not %.200s", what, Py_TYPE(object)->tp_name);
    return 0;
  }
  *out = PyLong_AsLongLongAndOverflow(number, overflow);
  if (*overflow) *out = *overflow < 0 ? INT64_MIN : INT64_MAX;
  Py_DECREF(number);
  return 1;
}

static int whole_of(PyObject *object, const char *what, whole *out) {
  int overflow;
  return whole_near(object, what, out, &overflow);
}

/* A server by its index, or as it is spelled. */
static int which_of(PyObject *object, which_server *out, Py_buffer *view) {
  *out = (which_server){0};
  if (PyIndex_Check(object)) return whole_of(object, "server", &out->index);
  if (PyUnicode_Check(object) || PyObject_CheckBuffer(object))
    return text_of(object, "server", -1, &out->name, view);
  PyErr_Format(PyExc_TypeError, "server must be int, str or bytes-like, not %.200s",
               Py_TYPE(object)->tp_name);
  return 0;
}

static PyObject *text_or_none(const char *text) {
  return text ? text_object(text) : Py_NewRef(Py_None);
}

static PyObject *index_or_none(int32_t index) {
  return index < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(index);
}

static PyObject *fingerprint_object(const fingerprint *made) {
  return made->status < 0 ? PyErr_NoMemory() : text_object(made->text);
}

static PyObject *canonical_object(const document *document) {
  size_t size = polyring_topology_text(document->topology, NULL, 0);
  char *text = malloc(size);
  if (!text) return PyErr_NoMemory();
  polyring_topology_text(document->topology, text, size);
  PyObject *object = PyUnicode_DecodeUTF8(text, (Py_ssize_t)size, "strict");
  free(text);
  return object;
}

/* An item for each i from 0 on, until there is none and no exception. */
static PyObject *list_of(const void *of, PyObject *(*item)(const void *of, size_t i)) {
  PyObject *list = PyList_New(0), *made;
  for (size_t i = 0; list && (made = item(of, i)); ++i) {
    if (PyList_Append(list, made) < 0) Py_CLEAR(list);
    Py_DECREF(made);
  }
  if (PyErr_Occurred()) Py_CLEAR(list);
  return list;
}

/* The same, never to be changed. */
static PyObject *tuple_of(const void *of, PyObject *(*item)(const void *of, size_t i)) {
  PyObject *list = list_of(of, item);
  PyObject *tuple = list ? PyList_AsTuple(list) : NULL;
  Py_XDECREF(list);
  return tuple;
}

static PyObject *change_item(const void *difference, size_t i) {
  const polyring_change *change = polyring_difference_at(difference, i);
  if (!change) return NULL;
  return PyObject_CallFunction(/* N takes the reference, and NULL for the failure it is */
                               classes.change, "sNNNNN", polyring_change_text(change->kind),
                               text_or_none(change->subject), text_or_none(change->before),
                               text_or_none(change->after), index_or_none(change->old_index),
                               index_or_none(change->new_index));
}

/* Frees the difference. */
static PyObject *changes_list(made_difference difference) {
  if (!difference) return raise_failure();
  PyObject *list = list_of(difference, change_item);
  polyring_difference_free(difference);
  return list;
}

static PyObject *server_item(const void *plan, size_t i) {
  const polyring_planned_server *server = polyring_plan_server(plan, i);
  if (!server) return NULL;
  return PyObject_CallFunction(classes.planned_server, "NNNdd", text_object(server->text),
                               index_or_none(server->old_index), index_or_none(server->new_index),
                               server->before, server->after);
}

static PyObject *flow_item(const void *plan, size_t i) {
  const polyring_flow *flow = polyring_plan_flow(plan, i);
  if (!flow) return NULL;
  return PyObject_CallFunction(
      classes.flow, "NNd", text_object(polyring_plan_server(plan, flow->from)->text),
      text_object(polyring_plan_server(plan, flow->to)->text), flow->share);
}

/* Frees the plan. */
static PyObject *plan_object(made_plan plan) {
  if (!plan) return raise_failure();
  uint32_t sample = polyring_plan_sample(plan);
  PyObject *servers = tuple_of(plan, server_item);
  PyObject *flows = servers ? tuple_of(plan, flow_item) : NULL;
  PyObject *object = NULL;
  if (flows)
    object = PyObject_CallFunction(classes.plan, "dOIOO", polyring_plan_moved(plan),
                                   sample ? Py_False : Py_True, (unsigned)sample, servers, flows);
  Py_XDECREF(servers);
  Py_XDECREF(flows);
  polyring_plan_free(plan);
  return object;
}

#endif
