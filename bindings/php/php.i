/* PHP: how the types of facade.h cross the border, and where the class tables come from.
 *
 * The bodies of the methods are SWIG's. Classes, names, parameters and defaults come from
 * polyring.stub.php by way of polyring_arginfo.h; SWIG's own tables are switched off below, so
 * that reflection shows nothing of it. */
%module polyring

#define POLYRING_API /* version.h is read for its macros alone */
%import "polyring/version.h"
%pragma(php) version=POLYRING_VERSION
%pragma(php) phpinfo="show_info();"

%rename("%(lowercamelcase)s", %$isfunction) "";

%begin %{
/* The list of all modules made by SWIG hangs on a constant of PHP. Ours is a list of its own:
 * no constant is shown, and no other extension can have a type of the same name. */
#include <php.h>
#undef REGISTER_LONG_CONSTANT
#define REGISTER_LONG_CONSTANT(name, value, flags) ((void)(pointer), (void)(module_number))
#define zend_get_constant_str(name, size) NULL
%}

%header %{
#include "conversions.h"
#include "topologies.h"
#include "values.h"
#include "clients.h"
#include "persistent.h"
#include "healths.h"
%}

/* Into the core. A parameter's position in PHP is that of its zval in args, counted from 1. What
 * a conversion makes goes into PHP's own argument, which the engine releases after the call. */
%define POSITION (&$input - args + 1) %enddef

%typemap(in) (const char *key, size_t key_size) (zend_string *string) {
  string = string_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION);
  if (UNEXPECTED(!string)) SWIG_fail;
  $1 = ZSTR_VAL(string);
  $2 = ZSTR_LEN(string);
}

%typemap(default) text profile {
  $1.bytes = POLYRING_PROFILE_DEFAULT;
  $1.size = strlen(POLYRING_PROFILE_DEFAULT);
}
%typemap(in) text profile (zend_string *string) {
  string = string_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION);
  if (!string) SWIG_fail;
  $1.bytes = ZSTR_VAL(string);
  $1.size = ZSTR_LEN(string);
}

%typemap(in) text (zend_string *string) {
  string = string_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION);
  if (!string) SWIG_fail;
  $1.bytes = ZSTR_VAL(string);
  $1.size = ZSTR_LEN(string);
}

%typemap(default) whole epoch, whole sample "$1 = 0;"
%typemap(in) whole {
  if (!whole_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION, &$1)) SWIG_fail;
}

%typemap(in) which_server {
  if (!which_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION, &$1)) SWIG_fail;
}

%typemap(in) handle *other {
  zend_object *object = object_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION,
                                        SWIG_Php_ce_Ring);
  if (!object || !($1 = swig_php_fetch_object(object)->ptr)) SWIG_fail;
}
%typemap(in) document *other {
  zend_object *object = object_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION,
                                        SWIG_Php_ce_Topology);
  if (!object || !($1 = swig_php_fetch_object(object)->ptr)) SWIG_fail;
}

%typemap(in) server_list {
  if (!servers_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION, &$1)) SWIG_fail;
}
%typemap(freearg) server_list { if ($1.ends) efree((void *)$1.ends); }

/* The array that is returned is made before the call: nothing is allocated while the core's
 * memory is held, so a memory limit cannot lose it. */
%typemap(in) key_list {
  if (!keys_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION, &$1)) SWIG_fail;
  array_init_size(return_value, $1.count);
  zend_hash_real_init_packed(Z_ARRVAL_P(return_value));
}
%typemap(freearg) key_list { if ($1.ends) efree((void *)$1.ends); }

/* PHP makes no object of a final class without its constructor; if it ever does, that object
 * throws rather than crashes. */
%exception {
  if (UNEXPECTED(!arg1)) {
    throw_unconstructed(Z_OBJCE_P(ZEND_THIS));
    SWIG_fail;
  }
  $action
}
%exception handle::profiles;
%exception document::parse;
%define CONSTRUCTION
  if (!may_construct(Z_OBJCE_P(ZEND_THIS), SWIG_Z_FETCH_OBJ_P(ZEND_THIS)->ptr)) SWIG_fail;
  $action
  if (!result) {
    throw_failure();
    SWIG_fail;
  }
%enddef
%exception handle::handle { CONSTRUCTION }
%exception document::document { CONSTRUCTION }

/* Out of the core. */
%typemap(out) server_at {
  if (EXPECTED($1 >= 0)) RETVAL_STR_COPY((zend_string *)arg1->texts[$1]);
  else throw_key_error(arg1, arg2, arg3);
}
%typemap(out) server_texts { return_texts(return_value, arg1, $1); }
%typemap(out) server_indexes { return_indexes(return_value, $1); }
%typemap(out) trace {
  if ($1.status < 0) throw_error(&$1.error);
  else return_placement(return_value, arg1, arg2, arg3, &$1.placement);
}
%typemap(out) all_servers { return_servers(return_value, $1); }
%typemap(out) all_profiles { return_profiles(return_value); }
%typemap(out) whole { RETVAL_LONG($1); }
%typemap(out) fingerprint {
  if ($1.status < 0) throw_status($1.status, polyring_status_text($1.status));
  else RETVAL_STRING($1.text);
}
%typemap(out) digest { RETVAL_STRING($1.text); }
%typemap(out) canonical_text { RETVAL_STR(canonical_string($1)); }
%typemap(out) topology_servers { return_topology_servers(return_value, $1->topology); }
%typemap(out) topology_settings { return_settings(return_value, $1->topology); }
%typemap(out) made_plan { return_plan(return_value, $1); }
%typemap(out) made_difference { return_changes(return_value, $1); }
%typemap(out) made_ring {
  if ($1) return_made(return_value, SWIG_Php_ce_Ring, $1, delete_ring);
  else throw_failure();
}
%typemap(out) made_document {
  if ($1) return_made(return_value, SWIG_Php_ce_Topology, $1, delete_topology);
  else throw_failure();
}

%include "polyring.i"

/* The client. */

%ignore session::session;
%rename("delete") session::remove;
%rename(deleteMany) session::remove_many;

%rinit %{
  outcomes_begin();
%}
%mshutdown %{
  persistent_end();
%}

/* Null, where the stub allows it, is what is not given. */
%typemap(default) text server, text arguments { $1.bytes = ""; $1.size = 0; }
%typemap(in) text server (zend_string *string), text arguments (zend_string *string) {
  string = string_or_null_argument(EX(func), ZEND_CALL_ARG(execute_data, POSITION), POSITION);
  if (!string) SWIG_fail;
  $1.bytes = ZSTR_VAL(string);
  $1.size = ZSTR_LEN(string);
}
%typemap(in) text topology (zend_string *string) {
  string = servers_text_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION);
  if (!string) SWIG_fail;
  $1.bytes = ZSTR_VAL(string);
  $1.size = ZSTR_LEN(string);
}

%typemap(default) whole ttl, whole delay "$1 = 0;"
%typemap(default) whole delta "$1 = 1;"

%typemap(default) perhaps { $1.is_there = 0; $1.number = 0; }
%typemap(in) perhaps {
  if (!perhaps_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION, &$1)) SWIG_fail;
}

%typemap(arginit) given "$1 = (given){0};"
%typemap(in) given {
  if (!given_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION, &$1)) SWIG_fail;
}
%typemap(freearg) given "room_free(&$1.room);"

%typemap(arginit) key_list "$1 = (key_list){0};"
%typemap(in) key_list {
  if (!names_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION, &$1)) SWIG_fail;
}
%typemap(freearg) key_list { if ($1.each) efree((void *)$1.each); }

%typemap(arginit) pair_list "$1.values = NULL;"
%typemap(in) pair_list {
  if (!pairs_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION, &$1)) SWIG_fail;
}
%typemap(freearg) pair_list "pairs_free(&$1);"

%typemap(out) found { return_found(INTERNAL_FUNCTION_PARAM_PASSTHRU, &$1); }
%typemap(out) found_item { return_one(return_value, arg1, &$1, true, fill_item); }
%typemap(out) found_number { return_one(return_value, arg1, &$1, false, fill_number); }
%typemap(out) outcome { return_one(return_value, arg1, &$1, false, fill_outcome); }
%typemap(out) found_many {
  return_many(return_value, arg1, &$1, ZEND_CALL_ARG(execute_data, 1), BY_ELEMENT, fill_value);
}
%typemap(out) outcomes {
  return_many(return_value, arg1, &$1, ZEND_CALL_ARG(execute_data, 1), BY_ELEMENT, fill_outcome);
}
%typemap(out) outcomes set_many {
  return_many(return_value, arg1, &$1, ZEND_CALL_ARG(execute_data, 1), BY_KEY, fill_outcome);
}
%typemap(out) told_texts { return_told(return_value, arg1, &$1, fill_text); }
%typemap(out) told_stats { return_told(return_value, arg1, &$1, fill_stats); }
%typemap(out) told_outcomes { return_told(return_value, arg1, &$1, fill_outcome); }
%typemap(out) done { if ($1 < 0) throw_failure(); }
%typemap(out) all_statistics { return_statistics(return_value, arg1); }
%typemap(out) new_events { return_events(return_value, arg1); }

%typemap(in) moment, length {
  if (!moment_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION, &$1)) SWIG_fail;
}

%include "client.i"

/* The health. */

%ignore watch::watch;
%rename(gutter) watch::gutter_servers;

%typemap(in) seen_event {
  if (!seen_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION, &$1)) SWIG_fail;
}
%typemap(default) length detail "$1 = -1;"
%typemap(in) length detail {
  if (is_given(ZEND_CALL_ARG(execute_data, POSITION)) &&
      !moment_argument(ZEND_CALL_ARG(execute_data, POSITION), POSITION, &$1)) SWIG_fail;
}

%typemap(out) due_server { index_or_null(return_value, $1); }
%typemap(out) next_moment { seconds_or_null(return_value, $1); }
%typemap(out) signs_of { return_signs(return_value, &$1); }
%typemap(out) routed { return_route(return_value, arg1, &$1); }
%typemap(out) log_lines { return_log(return_value, &$1); }
%typemap(out) gutter_servers {
  if ($1) return_servers(return_value, $1);
  else RETVAL_EMPTY_ARRAY();
}

%include "health.i"
