/* Java: the native methods behind org.polyring.
 *
 * Only the package-private class NativeMethods is made here (-noproxy); the public classes are
 * written by hand in src/. Arrays and texts are checked for null there, and a pointer travels as
 * a long. */
%module(jniclassname="NativeMethods") polyring

%pragma(java) jniclassclassmodifiers="final class"
%pragma(java) jniclasscode=%{
  static {
    NativeLoader.load();
  }
%}

%{
#include "java.h"
#include "topologies.h"
#include "clients.h"
#include "healths.h"
%}

/* The objects themselves. */
%typemap(in) handle * "$1 = (handle *)(intptr_t)$input;"
%typemap(in) document * "$1 = (document *)(intptr_t)$input;"
%typemap(jni) made_ring, made_document "jlong"
%typemap(jtype) made_ring, made_document "long"
%typemap(out) struct handle *, struct document *, made_ring, made_document {
  if ($1) $result = (jlong)(intptr_t)$1;
  else throw_failure(jenv, &failure);
}

/* A key: copied to the stack if the profiles' clients take it as it is, else to memory. */
%typemap(jni) (const char *key, size_t key_size) "jbyteArray"
%typemap(jtype) (const char *key, size_t key_size) "byte[]"
%typemap(in) (const char *key, size_t key_size) (char space[POLYRING_KEY_MAX]) {
  jsize size = (*jenv)->GetArrayLength(jenv, $input);
  $1 = size <= (jsize)sizeof space ? space : malloc((size_t)size);
  if (!$1) {
    throw_no_memory(jenv);
    return $null;
  }
  (*jenv)->GetByteArrayRegion(jenv, $input, 0, size, (jbyte *)$1);
  $2 = (size_t)size;
}
%typemap(freearg) (const char *key, size_t key_size) {
  if ($1 != space$argnum) free($1);
}

/* Flat lists: one C argument that is two in Java. */
%typemap(jni) key_list "jbyteArray keys, jintArray"
%typemap(jtype) key_list "byte[] keys, int[]"
%typemap(in) key_list {
  $1.bytes = flat_in(jenv, keys, $input, &$1.ends, &$1.count, NULL);
  if (!$1.bytes) return $null;
}
%typemap(freearg) key_list "flat_free($1.bytes, $1.ends);"

%typemap(jni) server_list "jbyteArray servers, jintArray"
%typemap(jtype) server_list "byte[] servers, int[]"
%typemap(in) server_list {
  $1.bytes = flat_in(jenv, servers, $input, &$1.ends, &$1.count, &$1.size);
  if (!$1.bytes) return $null;
}
%typemap(freearg) server_list "flat_free($1.bytes, $1.ends);"

%typemap(jni) text "jbyteArray"
%typemap(jtype) text "byte[]"
%typemap(in) text {
  $1.bytes = bytes_in(jenv, $input, &$1.size);
  if (!$1.bytes) return $null;
}
%typemap(freearg) text "free((void *)$1.bytes);"

%typemap(jni) whole "jlong"
%typemap(jtype) whole "long"
%typemap(in) whole "$1 = $input;"
%typemap(out) whole "$result = $1;"

/* The index, if there is no text. */
%typemap(jni) which_server "jlong index, jbyteArray"
%typemap(jtype) which_server "long index, byte[]"
%typemap(in) which_server {
  $1 = (which_server){index, {NULL, 0}};
  if ($input && !($1.name.bytes = bytes_in(jenv, $input, &$1.name.size))) return $null;
}
%typemap(freearg) which_server "free((void *)$1.name.bytes);"

/* Results. A negative server_at goes to Java as it is, which asks explain for the reason. */
%typemap(jni) server_at "jint"
%typemap(jtype) server_at "int"
%typemap(out) server_at "$result = $1;"

%typemap(jni) server_indexes "jcharArray"
%typemap(jtype) server_indexes "char[]"
%typemap(out, null="NULL") server_indexes "$result = indexes_out(jenv, $1.indexes, $1.count);"

%typemap(jni) trace "jobject"
%typemap(jtype) trace "Trace"
%typemap(out, null="NULL") trace "$result = trace_out(jenv, &$1);"

%typemap(jni) all_servers, all_profiles "jobjectArray"
%typemap(jtype) all_servers, all_profiles "String[]"
%typemap(out, null="NULL") all_servers "$result = servers_out(jenv, $1->ring);"
%typemap(out, null="NULL") all_profiles "$result = profiles_out(jenv);"

%typemap(jni) const char * "jstring"
%typemap(jtype) const char * "String"
%typemap(out, null="NULL") const char * "$result = $1 ? text_out(jenv, $1) : NULL;"

%typemap(jni) fingerprint, digest, canonical_text "jstring"
%typemap(jtype) fingerprint, digest, canonical_text "String"
%typemap(out, null="NULL") fingerprint {
  if ($1.status < 0) throw_no_memory(jenv);
  else $result = text_out(jenv, $1.text);
}
%typemap(out, null="NULL") digest "$result = text_out(jenv, $1.text);"
%typemap(out, null="NULL") canonical_text "$result = canonical_out(jenv, $1->topology);"

%typemap(jni) topology_servers, topology_settings "jobjectArray"
%typemap(jtype) topology_servers, topology_settings "String[]"
%typemap(out, null="NULL") topology_servers
  "$result = topology_servers_out(jenv, $1->topology);"
%typemap(out, null="NULL") topology_settings "$result = settings_out(jenv, $1->topology);"

%typemap(jni) made_plan, made_difference "jobject"
%typemap(jtype) made_plan "PlanArrays"
%typemap(jtype) made_difference "ChangeArrays"
%typemap(out, null="NULL") made_plan "$result = plan_out(jenv, $1);"
%typemap(out, null="NULL") made_difference "$result = changes_out(jenv, $1);"

%ignore handle::locate_many; /* Java makes the texts from the indexes */

%include "polyring.i"

/* --- the client --- */

%typemap(in) session * "$1 = (session *)(intptr_t)$input;"
%typemap(out) struct session * {
  if ($1) $result = (jlong)(intptr_t)$1;
  else throw_failure(jenv, &failure);
}

/* A sequence. */
%typemap(jni) given "jbyteArray"
%typemap(jtype) given "byte[]"
%typemap(in) given (char space[1024]) {
  if (!given_in(jenv, $input, space, sizeof space, &$1)) return $null;
}
%typemap(freearg) given "given_free(&$1, space$argnum);"

%typemap(jni) pair_list "jbyteArray pairs, jint size, jint"
%typemap(jtype) pair_list "byte[] pairs, int size, int"
%typemap(in) pair_list (pairs_room room) {
  if (!pairs_in(jenv, pairs, size, $input, arg1, &room, &$1)) {
    polyring_results_return(room.owner);
    return $null;
  }
}
%typemap(freearg) pair_list "polyring_results_return(room$argnum.owner);"

/* Long.MIN_VALUE: it was left out. */
%typemap(jni) perhaps "jlong"
%typemap(jtype) perhaps "long"
%typemap(in) perhaps {
  $1.is_there = $input != INT64_MIN;
  $1.number = $1.is_there ? $input : 0;
}

/* The number of a status: an outcome. */
%typemap(jni) outcome, done "jint"
%typemap(jtype) outcome, done "int"
%typemap(out) outcome "$result = outcome_out(jenv, &$1);"
%typemap(out) done {
  if ($1 < 0) throw_failure(jenv, &failure);
}

%typemap(jni) found, found_item, found_number, found_many, outcomes, told_texts, told_stats,
              told_outcomes, all_statistics, new_events "jbyteArray"
%typemap(jtype) found, found_item, found_number, found_many, outcomes, told_texts, told_stats,
                told_outcomes, all_statistics, new_events "byte[]"
%typemap(out, null="NULL") found "$result = found_out(jenv, &$1);"
%typemap(out, null="NULL") found_item "$result = item_out(jenv, &$1);"
%typemap(out, null="NULL") found_number "$result = number_found(jenv, &$1);"
%typemap(out, null="NULL") found_many "$result = many_out(jenv, &$1, WITH_VALUES);"
%typemap(out, null="NULL") outcomes "$result = many_out(jenv, &$1, 0);"
%typemap(out, null="NULL") told_texts, told_stats
  "$result = many_out(jenv, &$1, WITH_SERVERS | WITH_VALUES);"
%typemap(out, null="NULL") told_outcomes "$result = many_out(jenv, &$1, WITH_SERVERS);"
%typemap(out, null="NULL") all_statistics "$result = statistics_out(jenv, $1);"
%typemap(out, null="NULL") new_events "$result = events_out(jenv, $1);"

%typemap(jni) length, moment, next_moment "jlong"
%typemap(jtype) length, moment, next_moment "long"
%typemap(in) length, moment "$1 = $input;"
%typemap(out) next_moment "$result = $1;"

%ignore session::close; /* the destructor does it */

%include "client.i"

/* --- the health --- */

%typemap(in) watch * "$1 = (watch *)(intptr_t)$input;"
%typemap(out) struct watch * {
  if ($1) $result = (jlong)(intptr_t)$1;
  else throw_failure(jenv, &failure);
}

%typemap(jni) server_list gutter "jbyteArray gutter, jintArray"
%typemap(jtype) server_list gutter "byte[] gutter, int[]"
%typemap(in) server_list gutter {
  $1.bytes = flat_in(jenv, gutter, $input, &$1.ends, &$1.count, &$1.size);
  if (!$1.bytes) return $null;
}

%typemap(jni) policy "jlongArray"
%typemap(jtype) policy "long[]"
%typemap(in) policy "$1 = policy_in(jenv, $input);"

%typemap(jni) seen_event, due_server "jint"
%typemap(jtype) seen_event, due_server "int"
%typemap(in) seen_event "$1 = $input;"
%typemap(out) due_server "$result = $1;"

%typemap(jni) signs_of, routed "jlongArray"
%typemap(jtype) signs_of, routed "long[]"
%typemap(out, null="NULL") signs_of "$result = signs_out(jenv, &$1);"
%typemap(out, null="NULL") routed "$result = route_out(jenv, &$1);"

%typemap(jni) log_lines "jstring"
%typemap(jtype) log_lines "String"
%typemap(out, null="NULL") log_lines "$result = log_out(jenv, &$1);"

%typemap(jni) gutter_servers "jobjectArray"
%typemap(jtype) gutter_servers "String[]"
%typemap(out, null="NULL") gutter_servers "$result = $1 ? servers_out(jenv, $1->ring) : NULL;"

%include "health.i"
