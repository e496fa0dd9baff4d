/* How health.i crosses into Python; health_type.h is the rest of the type. */

/* It has a constructor with keywords, and read-only attributes. */
%nodefaultctor watch;
%ignore watch::watch(server_list, text, server_list, policy, whole);
%ignore watch::servers;
%ignore watch::gutter_servers;
%ignore watch::profile;
%feature("python:tp_init") watch "health_init";
%feature("python:tp_repr") watch "health_repr";
%feature("kwargs") watch::report;
%feature("kwargs") watch::route;

%typemap(in) struct watch *self "if (!($1 = watch_of(self))) SWIG_fail;"
%typemap(in) seen_event "if (!seen_of($input, &$1)) SWIG_fail;"
%typemap(in) moment "if (!moment_of($input, \"$1_name\", &$1)) SWIG_fail;"
%typemap(default) length detail "$1 = -1;"
%typemap(in) length detail "if ($input != Py_None && !length_of($input, \"$1_name\", &$1)) SWIG_fail;"

%typemap(out) due_server "$result = index_or_none($1);"
%typemap(out) next_moment "$result = seconds_or_none($1);"
%typemap(out) signs_of "$result = signs_object(&$1);"
%typemap(out) routed "$result = route_object(arg1, &$1);"
%typemap(out) log_lines "$result = log_list(&$1);"

%include "health_docs.i"
