/* How client.i crosses into Python. client.h reads arguments, client_result.h makes results,
 * client_type.h is the rest of the type. */

/* client_type.h has the constructor with keywords, and methods that Python gives a default. */
%nodefaultctor session;
%ignore session::session(text, text);
%ignore session::close;
%ignore session::get;
%ignore session::get_and_touch;
%ignore session::counter;
%ignore session::set;
%ignore session::add;
%ignore session::replace;
%rename(delete) session::remove;
%rename(delete_many) session::remove_many;
%feature("python:tp_init") session "client_init";
%feature("python:tp_repr") session "client_repr";

%feature("kwargs") session::item;
%feature("kwargs") session::cas;
%feature("kwargs") session::set_many;
%feature("kwargs") session::invalidate;
%feature("kwargs") session::touch;
%feature("kwargs") session::touch_many;
%feature("kwargs") session::incr;
%feature("kwargs") session::decr;
%feature("kwargs") session::set_counter;
%feature("kwargs") session::flush_all;
%feature("kwargs") session::stats;
%feature("kwargs") session::version;
%feature("kwargs") session::dump;
%feature("kwargs") session::verbosity;
%feature("kwargs") session::ping;

/* Every method is between client_enter and client_leave. */
%typemap(in) struct session *self "if (!($1 = client_enter(self))) SWIG_fail;"
%typemap(freearg) struct session *self "if ($1) client_leave($1);"
%exception session::~session {
  delete_session(arg1);
  arg1 = NULL;
}

%typemap(arginit) (const char *key, size_t key_size) "held$argnum = NULL;"
%typemap(in) (const char *key, size_t key_size) (PyObject *held) {
  const char *key;
  if (!key_of($input, &key, &$2, &held)) SWIG_fail;
  $1 = (char *)key;
}
%typemap(freearg) (const char *key, size_t key_size) "Py_XDECREF(held$argnum);"

%typemap(arginit) key_list "many$argnum = (many){0};"
%typemap(in) key_list (many many) {
  if (!keys_of($input, &many, &$1)) SWIG_fail;
}
%typemap(freearg) key_list "many_free(&many$argnum);"

%typemap(arginit) pair_list "many$argnum = (many){0};"
%typemap(in) pair_list (many many) {
  if (!pairs_of($input, &many, &$1)) SWIG_fail;
}
%typemap(freearg) pair_list "many_free(&many$argnum);"

%typemap(arginit) given "polyring_buffer_init(&$1.room, NULL);"
%typemap(in) given "if (!given_of($input, &$1)) SWIG_fail;"
%typemap(freearg) given "polyring_buffer_done(&$1.room);"

%typemap(in) perhaps "if (!perhaps_of($input, \"$1_name\", &$1)) SWIG_fail;"
%typemap(default) perhaps "$1 = (perhaps){0};"
%typemap(in) whole "if (!number_of($input, \"$1_name\", &$1)) SWIG_fail;"
%typemap(in) length "if (!length_of($input, \"$1_name\", &$1)) SWIG_fail;"
%typemap(in) whole ttl "if (!ttl_of($input, &$1)) SWIG_fail;"
%typemap(in) whole delay "if (!ttl_of($input, &$1)) SWIG_fail;"
%typemap(in) whole cas "if (!cas_of($input, &$1)) SWIG_fail;"
%typemap(default) whole ttl, whole delay "$1 = 0;"
%typemap(default) whole delta "$1 = 1;"

/* For these no ttl is no default. */
%define NEEDS_TTL(METHOD)
%exception session::METHOD {
  if (!obj2) {
    PyErr_SetString(PyExc_TypeError, "METHOD() lacks its argument ttl");
    SWIG_fail;
  }
  $action
}
%enddef
NEEDS_TTL(touch)
NEEDS_TTL(touch_many)
NEEDS_TTL(invalidate)

%typemap(arginit) text topology, text server "held$argnum = NULL;"
%typemap(in) text topology (PyObject *held) {
  if (!topology_text_of($input, &$1, &held)) SWIG_fail;
}
%typemap(in) text server (PyObject *held) {
  if (!server_of($input, &$1, &held)) SWIG_fail;
}
%typemap(freearg) text topology, text server "Py_XDECREF(held$argnum);"
%typemap(default) text arguments, text server "$1 = (text){\"\", 0};"

%typemap(out) found_item "$result = found_item_object(&$1, hides(arg1));"
%typemap(out) found_number "$result = found_number_object(&$1);"
%typemap(out) found_many "$result = found_many_object(&$1, many2.keys, hides(arg1));"
%typemap(out) outcome "$result = outcome_object(&$1);"
%typemap(out) outcomes "$result = outcomes_object(&$1, &many2);"
%typemap(out) told_texts "$result = told_object(&$1, show_text);"
%typemap(out) told_stats "$result = told_object(&$1, show_stats);"
%typemap(out) told_outcomes "$result = told_object(&$1, show_outcome);"
%typemap(out) done "$result = done_object($1);"
%typemap(out) all_statistics "$result = list_from($1, statistics_item);"
%typemap(out) new_events "$result = list_from($1, event_item);"

%include "client_docs.i"
