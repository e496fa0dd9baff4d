/* How polyring.i crosses into Python.
 *
 * The class is a -builtin type: its methods are C functions of one argument, without a layer of
 * Python above them. convert.h has the C that the typemaps call, type.h the rest of the type,
 * docs.i the docstrings. */
%module(package="polyring") native

%begin %{
#define PY_SSIZE_T_CLEAN
#define SWIG_TYPE_TABLE polyring /* share no types with other SWIG modules: ours are changed */
%}

%{
#include "convert.h"
#include "type.h"
%}

/* Python has a constructor with keywords and read-only attributes for these. */
%nodefaultctor handle;
%ignore handle::handle(server_list, text);
%ignore handle::servers;
%ignore handle::profile;
%feature("python:tp_init") handle "ring_init";
%feature("python:tp_repr") handle "ring_repr";
%feature("python:sq_length") handle "ring_length";

/* The method's descriptor has checked the type; Ring.__new__ alone leaves no handle. */
%typemap(in) SWIGTYPE *self "if (!($1 = handle_of(self))) SWIG_fail;"

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

/* The methods on one key have it in arg2 and arg3. */
%typemap(out) server_at
  "$result = $1 >= 0 ? Py_NewRef((PyObject *)arg1->texts[$1]) : refuse_key(arg1, arg2, arg3);"
%typemap(out) server_texts "$result = indexes_list(&$1, arg1->texts);"
%typemap(out) server_indexes "$result = indexes_list(&$1, NULL);"
%typemap(out) trace "$result = placement_object(arg1, arg2, arg3, &$1);"
%typemap(out) all_profiles "$result = profiles_list();"

%include "docs.i"

/* What stands before the interface runs before SWIG readies the type, the rest after it. */
%init %{
  prepare_type(&SwigPyBuiltin__handle_type.ht_type, SwigPyBuiltin__handle_methods);
  PyTypeObject *own_base = exchange_base(&PyBaseObject_Type);
%}
%include "polyring.i"
%init %{
  exchange_base(own_base);
  if (!finish_type(&SwigPyBuiltin__handle_type.ht_type) || !find_classes() ||
      PyModule_AddStringConstant(m, "__version__", polyring_version()) < 0)
    return NULL;
%}
