/* How polyring.i crosses into Python.
 *
 * The classes are -builtin types: their methods are C functions, most of one argument, without a
 * layer of Python above them. convert.h and topology.h have the C that the typemaps call, type.h
 * and topology_type.h the rest of the types, docs.i the docstrings. */
%module(package="polyring") native

%begin %{
#define PY_SSIZE_T_CLEAN
#define SWIG_TYPE_TABLE polyring /* share no types with other SWIG modules: ours are changed */
%}

%{
#include "convert.h"
#include "topology.h"
#include "type.h"
#include "topology_type.h"
#include "health_type.h"
%}

/* Python has a constructor with keywords and read-only attributes for these. */
%nodefaultctor handle;
%ignore handle::handle(server_list, text);
%ignore handle::servers;
%ignore handle::profile;
%feature("python:tp_init") handle "ring_init";
%feature("python:tp_repr") handle "ring_repr";
%feature("python:sq_length") handle "ring_length";

%nodefaultctor document;
%ignore document::document(server_list, text, whole);
%ignore document::profile;
%ignore document::epoch;
%ignore document::servers;
%ignore document::settings;
%feature("python:tp_init") document "topology_init";
%feature("python:tp_repr") document "topology_repr";

/* Arguments that have a name and those that can be left out. */
%feature("kwargs") handle::plan;
%feature("kwargs") document::move_bucket;

/* The method's descriptor has checked the type; Ring.__new__ alone leaves no handle. */
%typemap(in) struct handle *self "if (!($1 = handle_of(self))) SWIG_fail;"
%typemap(in) struct document *self "if (!($1 = document_of_object(self))) SWIG_fail;"
%typemap(in) handle *other "if (!($1 = ring_argument($input))) SWIG_fail;"
%typemap(in) document *other "if (!($1 = topology_argument($input))) SWIG_fail;"

%typemap(arginit) (const char *key, size_t key_size) "view$argnum.obj = NULL;"
%typemap(in) (const char *key, size_t key_size) (Py_buffer view) {
  if (PyBytes_Check($input)) {
    $1 = PyBytes_AS_STRING($input);
    $2 = (size_t)PyBytes_GET_SIZE($input);
  } else {
    text key;
    if (!text_of($input, "key", -1, &key, &view)) SWIG_fail;
    $1 = (char *)key.bytes;
    $2 = key.size;
  }
}
%typemap(freearg) (const char *key, size_t key_size)
  "if (view$argnum.obj) PyBuffer_Release(&view$argnum);"

%typemap(arginit) key_list "items$argnum = (flat){0};"
%typemap(in) key_list (flat items) {
  if (!flat_of($input, "keys", &items)) SWIG_fail;
  $1 = (key_list){items.bytes, items.ends, items.count};
}
%typemap(freearg) key_list "flat_free(&items$argnum);"

%typemap(arginit) text "view$argnum.obj = NULL;"
%typemap(in) text (Py_buffer view) {
  if (!text_of($input, "$1_name", -1, &$1, &view)) SWIG_fail;
}
%typemap(freearg) text "if (view$argnum.obj) PyBuffer_Release(&view$argnum);"

%typemap(arginit) server_list "list$argnum = (list_argument){.view = {.obj = NULL}};"
%typemap(in) server_list (list_argument list) {
  if (!servers_of($input, "$1_name", &$1, &list)) SWIG_fail;
}
%typemap(freearg) server_list "list_free(&list$argnum);"

%typemap(in) whole "if (!whole_of($input, \"$1_name\", &$1)) SWIG_fail;"
%typemap(default) whole sample "$1 = 0;"

%typemap(arginit) which_server "name$argnum.obj = NULL;"
%typemap(in) which_server (Py_buffer name) {
  if (!which_of($input, &$1, &name)) SWIG_fail;
}
%typemap(freearg) which_server "if (name$argnum.obj) PyBuffer_Release(&name$argnum);"

/* It can take a second, and other threads need not wait for it. */
%exception handle::plan {
  Py_BEGIN_ALLOW_THREADS
  $action
  Py_END_ALLOW_THREADS
}

/* The methods on one key have it in arg2 and arg3. */
%typemap(out) server_at
  "$result = $1 >= 0 ? Py_NewRef((PyObject *)arg1->texts[$1]) : refuse_key(arg1, arg2, arg3);"
%typemap(out) server_texts "$result = indexes_list(&$1, arg1->texts);"
%typemap(out) server_indexes "$result = indexes_list(&$1, NULL);"
%typemap(out) trace "$result = placement_object(arg1, arg2, arg3, &$1);"
%typemap(out) all_profiles "$result = profiles_list();"
%typemap(out) fingerprint "$result = fingerprint_object(&$1);"
%typemap(out) digest "$result = text_object($1.text);"
%typemap(out) canonical_text "$result = canonical_object($1);"
%typemap(out) made_ring "$result = ring_object($1);"
%typemap(out) made_document "$result = topology_object($1);"
%typemap(out) made_plan "$result = plan_object($1);"
%typemap(out) made_difference "$result = changes_list($1);"

%include "docs.i"

/* What stands before the interface runs before SWIG readies the types, the rest after it. */
%init %{
  prepare_ring(&SwigPyBuiltin__handle_type.ht_type, SwigPyBuiltin__handle_methods);
  prepare_topology(&SwigPyBuiltin__document_type.ht_type, SwigPyBuiltin__document_methods);
  prepare_client(&SwigPyBuiltin__session_type.ht_type, SwigPyBuiltin__session_methods);
  prepare_health(&SwigPyBuiltin__watch_type.ht_type, SwigPyBuiltin__watch_methods);
  PyTypeObject *own_base = exchange_base(&PyBaseObject_Type);
%}
%include "polyring.i"
%include "client_typemaps.i"
%include "client.i"
%include "health_typemaps.i"
%include "health.i"
%init %{
  exchange_base(own_base);
  if (!finish_type(&SwigPyBuiltin__handle_type.ht_type) ||
      !finish_type(&SwigPyBuiltin__document_type.ht_type) ||
      !finish_client(&SwigPyBuiltin__session_type.ht_type) ||
      !finish_type(&SwigPyBuiltin__watch_type.ht_type) || !find_classes() ||
      PyModule_AddStringConstant(m, "__version__", polyring_version()) < 0)
    return NULL;
%}
