/* The PHP side of the border for healths. */
#ifndef POLYRING_PHP_HEALTHS_H
#define POLYRING_PHP_HEALTHS_H

#include <Zend/zend_enum.h>
#include <ext/standard/php_random.h>

#include "facade_health.h"
#include "topologies.h"

static zend_class_entry *state_class, *seen_class, *work_class, *kind_class, *signs_class,
    *route_class;

static void register_healths(void) {
  state_class = register_class_Polyring_HealthState();
  seen_class = register_class_Polyring_Seen();
  work_class = register_class_Polyring_HealthWork();
  kind_class = register_class_Polyring_RouteKind();
  zend_class_entry *enums[] = {state_class, seen_class, work_class, kind_class};
  for (size_t i = 0; i < sizeof enums / sizeof *enums; i++) enums[i]->ce_flags |= ZEND_ACC_FINAL;
  signs_class = register_class_Polyring_VitalSigns();
  route_class = register_class_Polyring_Route();
}

/* PROBE_ANSWERED of the header is the case ProbeAnswered. */
static void case_name(const char *name, char out[32]) {
  bool is_first = true;
  for (; *name; name++) {
    if (*name != '_') *out++ = is_first ? *name : (char)zend_tolower_ascii(*name);
    is_first = *name == '_';
  }
  *out = '\0';
}

static void case_zval(zval *out, zend_class_entry *class, const char *name) {
  char text[32];
  case_name(name, text);
  ZVAL_OBJ_COPY(out, zend_enum_get_case_cstr(class, text));
}

/* Into the core. Each returns false after it has thrown. */

/* Seconds as microseconds: an int exactly, a float to the nearest. Differences of two fit too. */
static bool moment_argument(zval *argument, uint32_t position, int64_t *out) {
  zval *number;
  if (!zend_parse_arg_number(argument, &number, false, position)) {
    if (!EG(exception)) zend_wrong_parameter_type_error(position, Z_EXPECTED_NUMBER, argument);
    return false;
  }
  double seconds = zval_get_double(number);
  if (!(fabs(seconds) <= 4e12)) {
    zend_argument_value_error(position, "must be from -4e12 to 4e12 seconds");
    return false;
  }
  *out = Z_TYPE_P(number) == IS_LONG ? Z_LVAL_P(number) * 1000000 : llround(seconds * 1e6);
  return true;
}

static bool seen_argument(zval *argument, uint32_t position, seen_event *out) {
  zend_object *object = object_argument(argument, position, seen_class);
  char name[32];
  if (!object) return false;
  for (*out = 0; *polyring_seen_name(*out); ++*out) {
    case_name(polyring_seen_name(*out), name);
    if (zend_string_equals_cstr(Z_STR_P(zend_enum_fetch_case_name(object)), name, strlen(name)))
      return true;
  }
  return true; /* the core refuses it */
}

static bool policy_argument(zval *argument, uint32_t position, policy *policy, size_t column) {
  zend_string *word;
  whole number;
  bool done;
  if (policy_columns[column].kind == COLUMN_WORD) {
    if (!(word = string_argument(argument, position))) return false;
    done = policy_word(policy, column, (text){ZSTR_VAL(word), ZSTR_LEN(word)});
  } else {
    if (!(policy_columns[column].kind == COLUMN_LENGTH
              ? moment_argument(argument, position, &number)
              : whole_argument(argument, position, &number)))
      return false;
    done = policy_count(policy, column, number);
  }
  if (!done) throw_failure();
  return done;
}

static bool is_given(zval *argument) {
  return Z_TYPE_P(argument) != IS_NULL && Z_TYPE_P(argument) != IS_UNDEF;
}

/* The policy, and the seed before it, which is random where it is not given. */
static bool policy_arguments(zend_execute_data *execute_data, uint32_t position, policy *policy,
                             whole *seed) {
  polyring_health_policy_init(policy);
  if (ZEND_NUM_ARGS() >= position && is_given(ZEND_CALL_ARG(execute_data, position))) {
    if (!whole_argument(ZEND_CALL_ARG(execute_data, position), position, seed)) return false;
  } else if (php_random_bytes_throw(seed, sizeof *seed) == FAILURE) {
    return false;
  }
  for (uint32_t i = 0; i < POLICY_COLUMNS && ++position <= ZEND_NUM_ARGS(); i++) {
    zval *argument = ZEND_CALL_ARG(execute_data, position);
    if (is_given(argument) && !policy_argument(argument, position, policy, i)) return false;
  }
  return true;
}

ZEND_METHOD(Polyring_Health, __construct) {
  server_list servers = {0}, gutter = {0};
  text profile = {POLYRING_PROFILE_DEFAULT, strlen(POLYRING_PROFILE_DEFAULT)};
  zend_string *string;
  policy policy;
  whole seed = 0;
  if (!HAS_PARAM_COUNT) WRONG_PARAM_COUNT;
  swig_object_wrapper *object = SWIG_Z_FETCH_OBJ_P(ZEND_THIS);
  if (!may_construct(Z_OBJCE_P(ZEND_THIS), object->ptr)) return;
  uint32_t count = ZEND_NUM_ARGS();
  if (count >= 2 && Z_TYPE_P(ZEND_CALL_ARG(execute_data, 2)) != IS_UNDEF) {
    if (!(string = string_argument(ZEND_CALL_ARG(execute_data, 2), 2))) return;
    profile = (text){ZSTR_VAL(string), ZSTR_LEN(string)};
  }
  if (!policy_arguments(execute_data, 4, &policy, &seed)) return;
  if (servers_argument(ZEND_CALL_ARG(execute_data, 1), 1, &servers) &&
      (count < 3 || !is_given(ZEND_CALL_ARG(execute_data, 3)) ||
       servers_argument(ZEND_CALL_ARG(execute_data, 3), 3, &gutter))) {
    object->ptr = new_watch(servers, profile, gutter, policy, seed);
    if (!object->ptr) throw_failure();
  }
  if (servers.ends) efree((void *)servers.ends);
  if (gutter.ends) efree((void *)gutter.ends);
}

/* Out of the core. */

static void seconds_or_null(zval *out, int64_t microseconds) {
  if (microseconds == INT64_MIN || microseconds == INT64_MAX)
    ZVAL_NULL(out);
  else
    ZVAL_DOUBLE(out, (double)microseconds / 1e6);
}

/* The properties in the order of the stub. */
static void return_signs(zval *result, const signs_of *found) {
  static const char *const works[] = {"NONE", "REPAIR", "FLUSH"};
  const polyring_vital_signs *signs = &found->signs;
  if (found->status < 0) {
    throw_failure();
    return;
  }
  object_init_ex(result, signs_class);
  zval *at = OBJ_PROP_NUM(Z_OBJ_P(result), 0);
  case_zval(at++, state_class, polyring_health_state_name(signs->state));
  case_zval(at++, seen_class, polyring_seen_name(signs->reason));
  case_zval(at++, work_class, works[signs->work]);
  ZVAL_DOUBLE(at++, (double)signs->since / 1e6);
  seconds_or_null(at++, signs->down_since);
  seconds_or_null(at++, signs->next_probe);
  ZVAL_LONG(at++, signs->probes_failed);
  ZVAL_LONG(at, signs->unanswered);
}

static void return_route(zval *result, const watch *self, const routed *found) {
  static const char *const kinds[] = {"HOME", "STAND_IN", "GUTTER", "NOWHERE"};
  const polyring_route *route = &found->route;
  if (found->status < 0) {
    throw_failure();
    return;
  }
  const handle *ring = route->kind == POLYRING_ROUTE_GUTTER ? self->gutter : self->ring;
  bool is_there = route->kind != POLYRING_ROUTE_NOWHERE;
  object_init_ex(result, route_class);
  zval *at = OBJ_PROP_NUM(Z_OBJ_P(result), 0);
  case_zval(at++, kind_class, kinds[route->kind]);
  ZVAL_STR_COPY(at++, (zend_string *)self->ring->texts[route->home]);
  if (is_there)
    ZVAL_STR_COPY(at++, (zend_string *)ring->texts[route->server]);
  else
    ZVAL_NULL(at++);
  seconds_or_null(at++, route->ttl_most ? route->ttl_most : INT64_MAX);
  ZVAL_LONG(at++, route->home);
  index_or_null(at, is_there ? route->server : -1);
}

static void fill_lines(zval *list, const void *lines) {
  const polyring_buffer *all = lines;
  const char *at = (const char *)all->at, *end = at + all->size, *stop;
  array_init(list);
  for (; at < end; at = stop + 1) {
    stop = memchr(at, '\n', (size_t)(end - at));
    add_next_index_stringl(list, at, (size_t)(stop - at));
  }
}

static void drop_lines(void *lines) { polyring_buffer_done(lines); }

static void return_log(zval *list, log_lines *taken) {
  if (taken->status >= 0) {
    return_and_drop(list, &taken->lines, fill_lines, drop_lines);
    return;
  }
  polyring_buffer_done(&taken->lines);
  throw_failure();
}

ZEND_METHOD(Polyring_VitalSigns, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }
ZEND_METHOD(Polyring_Route, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }

#endif
