/* The PHP side of the border: SWIG's tables replaced by those of the stub, PHP's values into the
 * types of facade.h and back, failures as exceptions. php.i says which of it is used where. */
#ifndef POLYRING_PHP_CONVERSIONS_H
#define POLYRING_PHP_CONVERSIONS_H

#include <Zend/zend_enum.h>
#include <ext/spl/spl_exceptions.h>
#include <ext/standard/info.h>

#include "facade.h"

/* Methods: the names that the stub declares. A method of the stub without a body is an error of
 * the compiler ("used but never defined"). */
#undef ZEND_METHOD
#define ZEND_METHOD(class, method) static ZEND_NAMED_FUNCTION(zim_##class##_##method)
#include "polyring_arginfo.h"
#undef PHP_METHOD
#define PHP_METHOD(class, method) ZEND_NAMED_FUNCTION(zim_Polyring_##class##_##method)

/* SWIG's own tables: none of its methods, classes and interfaces is registered. */
#undef PHP_ME
#define PHP_ME(class, method, arguments, flags)
#define zend_register_internal_class(entry) register_class(entry)
#define zend_do_implement_interface(class, interface) ((void)0)

/* Our objects have no properties to be compared by. */
#undef zend_get_std_object_handlers
#define zend_get_std_object_handlers() own_handlers()

/* How many arguments there may be is what the stub says, not what SWIG thinks. */
#define HAS_PARAM_COUNT                                     \
  (ZEND_NUM_ARGS() >= EX(func)->common.required_num_args && \
   ZEND_NUM_ARGS() <= EX(func)->common.num_args)

/* SWIG would copy the arguments; the typemaps read PHP's own. */
#define zend_get_parameters_array_ex(count, args) (HAS_PARAM_COUNT ? SUCCESS : FAILURE)

/* The wording of functions that PHP brings along. */
#undef WRONG_PARAM_COUNT
#define WRONG_PARAM_COUNT                                                 \
  do {                                                                    \
    if (HAS_PARAM_COUNT) break;                                           \
    zend_wrong_parameters_count_error(EX(func)->common.required_num_args, \
                                      EX(func)->common.num_args);         \
    return;                                                               \
  } while (0)

static zend_class_entry *topology_class, *placement_class, *plan_class, *planned_server_class,
    *flow_class, *change_class, *failure_class, *argument_class, *key_class, *servers_class,
    *profile_class, *invalid_topology_class, *client_class, *outcome_class, *item_class,
    *bytes_class, *value_class, *unavailable_class, *unknown_class, *protocol_class, *server_class,
    *mismatch_class, *partial_class;

static void register_others(void) {
  placement_class = register_class_Polyring_Placement();
  plan_class = register_class_Polyring_Plan();
  planned_server_class = register_class_Polyring_PlannedServer();
  flow_class = register_class_Polyring_Flow();
  change_class = register_class_Polyring_Change();
  failure_class = register_class_Polyring_PolyringException(spl_ce_RuntimeException);
  argument_class = register_class_Polyring_InvalidArgumentException(failure_class);
  key_class = register_class_Polyring_InvalidKeyException(argument_class);
  servers_class = register_class_Polyring_InvalidServersException(argument_class);
  profile_class = register_class_Polyring_InvalidProfileException(argument_class);
  invalid_topology_class = register_class_Polyring_InvalidTopologyException(argument_class);
  outcome_class = register_class_Polyring_Outcome();
  outcome_class->ce_flags |= ZEND_ACC_FINAL; /* as enums are that PHP code declares */
  item_class = register_class_Polyring_Item();
  bytes_class = register_class_Polyring_Bytes();
  value_class = register_class_Polyring_InvalidValueException(argument_class);
  unavailable_class = register_class_Polyring_UnavailableException(failure_class);
  unknown_class = register_class_Polyring_UnknownException(failure_class);
  protocol_class = register_class_Polyring_ProtocolException(failure_class);
  server_class = register_class_Polyring_ServerException(failure_class);
  mismatch_class = register_class_Polyring_MismatchException(failure_class);
  partial_class = register_class_Polyring_PartialException(failure_class);
}

static void register_healths(void);

static zend_class_entry *register_class(const zend_class_entry *entry) {
  static zend_class_entry hidden;
  if (zend_string_equals_literal(entry->name, "Topology"))
    return topology_class = register_class_Polyring_Topology();
  if (zend_string_equals_literal(entry->name, "Client"))
    return client_class = register_class_Polyring_Client();
  if (zend_string_equals_literal(entry->name, "Health")) {
    register_healths();
    return register_class_Polyring_Health();
  }
  if (!zend_string_equals_literal(entry->name, "Ring")) return &hidden;
  register_others();
  return register_class_Polyring_Ring();
}

/* In topologies.h, as it needs what SWIG knows of objects. */
static int compare_objects(zval *left, zval *right);

static const zend_object_handlers *own_handlers(void) {
  static zend_object_handlers handlers;
  handlers = std_object_handlers;
  handlers.compare = compare_objects;
  return &handlers;
}

static void show_info(void) {
  php_info_print_table_start();
  php_info_print_table_row(2, "Polyring", polyring_version());
  php_info_print_table_row(2, "Thread safety", USING_ZTS ? "ZTS" : "NTS");
  php_info_print_table_row(2, "Default profile", POLYRING_PROFILE_DEFAULT);
  php_info_print_table_end();
}

/* Failures. */

static zend_class_entry *class_of(polyring_status status) {
  if (status == POLYRING_INVALID_TOPOLOGY) return invalid_topology_class;
  switch (polyring_status_class_of(status)) {
    case POLYRING_CLASS_ARGUMENT:
      return argument_class;
    case POLYRING_CLASS_KEY:
      return key_class;
    case POLYRING_CLASS_SERVERS:
      return servers_class;
    case POLYRING_CLASS_PROFILE:
      return profile_class;
    case POLYRING_CLASS_UNAVAILABLE:
      return unavailable_class;
    case POLYRING_CLASS_UNKNOWN:
      return unknown_class;
    case POLYRING_CLASS_PROTOCOL:
      return protocol_class;
    case POLYRING_CLASS_SERVER:
      return server_class;
    case POLYRING_CLASS_VALUE:
      return value_class;
    case POLYRING_CLASS_MISMATCH:
      return mismatch_class;
    default:
      return failure_class;
  }
}

static void set_text(zend_object *object, const char *name, const char *text) {
  if (text[0]) zend_update_property_string(failure_class, object, name, strlen(name), text);
}

/* The exception of an error, not thrown. */
static zend_object *exception_of(const polyring_error *error, zend_class_entry *class) {
  zval made;
  object_init_ex(&made, class);
  zend_object *object = Z_OBJ(made);
  zend_update_property_string(zend_ce_exception, object, ZEND_STRL("message"), error->text);
  zend_update_property_long(zend_ce_exception, object, ZEND_STRL("code"), error->status);
  set_text(object, "server", error->server);
  set_text(object, "status", polyring_status_name(error->status));
  if (error->position != POLYRING_NOWHERE)
    zend_update_property_long(failure_class, object, ZEND_STRL("position"), error->position);
  if (error->stage != POLYRING_STAGE_NONE) {
    set_text(object, "stage", polyring_stage_name(error->stage));
    zend_update_property_double(failure_class, object, ZEND_STRL("spent"), error->spent / 1e6);
  }
  if (error->system_error)
    zend_update_property_long(failure_class, object, ZEND_STRL("errno"), error->system_error);
  return object;
}

static void throw_object(zend_object *object) {
  zval thrown;
  ZVAL_OBJ(&thrown, object);
  zend_throw_exception_object(&thrown);
}

static void throw_error(const polyring_error *error) {
  throw_object(exception_of(error, class_of(error->status)));
}

static void throw_status(polyring_status status, const char *text) {
  polyring_error error = {.status = status, .position = POLYRING_NOWHERE};
  snprintf(error.text, sizeof error.text, "%s", text);
  throw_error(&error);
}

/* locate returns no reason; the same question put to explain does. */
static void throw_key_error(const handle *self, const char *key, size_t key_size) {
  polyring_placement placement;
  polyring_error error;
  if (polyring_ring_explain(self->ring, key, key_size, &placement, &error) < 0) throw_error(&error);
}

static void throw_failure(void) {
  if (failure.status == POLYRING_OK) zend_bailout(); /* the memory limit, reported */
  throw_error(&failure);
}

static bool may_construct(const zend_class_entry *class, const void *made) {
  if (!made) return true;
  zend_throw_error(NULL, "The %s object is already constructed", ZSTR_VAL(class->name));
  return false;
}

static void throw_unconstructed(const zend_class_entry *class) {
  zend_throw_error(NULL, "The %s object has not been correctly initialized by its constructor",
                   ZSTR_VAL(class->name));
}

/* The texts of the servers, one PHP string each. */

/* A memory limit would jump away over the core's ring: caught here, it comes out as NULL. */
static int texts_new(handle *self) {
  size_t count = polyring_ring_server_count(self->ring);
  zend_try {
    self->texts = ecalloc(count, sizeof *self->texts);
    for (size_t i = 0, size; i < count; i++) {
      const char *text = polyring_ring_server(self->ring, i, &size);
      self->texts[i] = zend_string_init(text, size, false);
    }
  }
  zend_catch { return 0; }
  zend_end_try();
  return 1;
}

static void texts_free(handle *self) {
  size_t count = polyring_ring_server_count(self->ring);
  for (size_t i = 0; i < count; i++)
    if (self->texts[i]) zend_string_release(self->texts[i]);
  efree(self->texts);
}

/* Into the core. Each returns NULL or false after it has thrown. */

static zend_never_inline zend_string *weak_string_argument(zval *argument, uint32_t position) {
  zend_string *string;
  if (zend_parse_arg_str_slow(argument, &string, position)) return string;
  zend_wrong_parameter_type_error(position, Z_EXPECTED_STRING, argument);
  return NULL;
}

static zend_always_inline zend_string *string_argument(zval *argument, uint32_t position) {
  if (EXPECTED(Z_TYPE_P(argument) == IS_STRING)) return Z_STR_P(argument);
  return weak_string_argument(argument, position);
}

static zend_never_inline void throw_element_error(const zval *element, size_t at,
                                                  uint32_t position) {
  zend_argument_type_error(position,
                           "must contain only strings and integers, %s given at "
                           "element %zu",
                           zend_zval_type_name(element), at);
}

/* An upper bound of the bytes that the elements need, or -1. */
static int64_t elements_size(zend_array *list, uint32_t position) {
  int64_t size = 0;
  size_t at = 0;
  zval *element;
  ZEND_HASH_FOREACH_VAL(list, element) {
    ZVAL_DEREF(element);
    if (Z_TYPE_P(element) != IS_STRING && Z_TYPE_P(element) != IS_LONG) {
      throw_element_error(element, at, position);
      return -1;
    }
    size += Z_TYPE_P(element) == IS_STRING ? Z_STRLEN_P(element) : MAX_LENGTH_OF_LONG;
    if (size > UINT32_MAX) {
      throw_status(POLYRING_TOO_LARGE,
                   "the elements of one list are limited to 4294967295 bytes "
                   "in all");
      return -1;
    }
    at++;
  }
  ZEND_HASH_FOREACH_END();
  return size;
}

/* The elements one behind the other, in one block with their ends. No code of the user runs
 * between the measuring and the copying, so the list cannot change. */
static bool flatten(zend_array *list, uint32_t position, const char **bytes, const uint32_t **ends,
                    size_t *count) {
  *ends = NULL;
  *count = zend_hash_num_elements(list);
  int64_t size = elements_size(list, position);
  if (size < 0) return false;
  uint32_t *end = safe_emalloc(*count, sizeof *end, size);
  char *out = (char *)(end + *count);
  *ends = end;
  *bytes = out;
  zval *element;
  ZEND_HASH_FOREACH_VAL(list, element) {
    ZVAL_DEREF(element);
    char digits[MAX_LENGTH_OF_LONG + 1];
    const char *text = digits;
    size_t text_size;
    if (Z_TYPE_P(element) == IS_STRING) {
      text = Z_STRVAL_P(element);
      text_size = Z_STRLEN_P(element);
    } else {
      text_size = snprintf(digits, sizeof digits, ZEND_LONG_FMT, Z_LVAL_P(element));
    }
    memcpy(out, text, text_size);
    out += text_size;
    *end++ = out - *bytes;
  }
  ZEND_HASH_FOREACH_END();
  return true;
}

static bool keys_argument(zval *argument, uint32_t position, key_list *keys) {
  keys->ends = NULL;
  if (Z_TYPE_P(argument) == IS_ARRAY)
    return flatten(Z_ARRVAL_P(argument), position, &keys->bytes, &keys->ends, &keys->count);
  zend_wrong_parameter_type_error(position, Z_EXPECTED_ARRAY, argument);
  return false;
}

static bool servers_argument(zval *argument, uint32_t position, server_list *servers) {
  zend_array *list;
  zend_string *text;
  servers->ends = NULL;
  if (!zend_parse_arg_array_ht_or_str(argument, &list, &text, false, position)) {
    zend_wrong_parameter_type_error(position, Z_EXPECTED_ARRAY_OR_STRING, argument);
    return false;
  }
  if (list) return flatten(list, position, &servers->bytes, &servers->ends, &servers->count);
  servers->bytes = ZSTR_VAL(text);
  servers->size = ZSTR_LEN(text);
  return true;
}

/* Out of the core. */

static void return_texts(zval *list, const handle *self, server_texts found) {
  if (!found.indexes) {
    throw_status(POLYRING_NO_MEMORY, polyring_status_text(POLYRING_NO_MEMORY));
    return;
  }
  ZEND_HASH_FILL_PACKED(Z_ARRVAL_P(list)) {
    for (size_t i = 0; i < found.count; i++) {
      if (found.indexes[i] == POLYRING_NO_SERVER)
        ZEND_HASH_FILL_SET_NULL();
      else
        ZEND_HASH_FILL_SET_STR(zend_string_copy(self->texts[found.indexes[i]]));
      ZEND_HASH_FILL_NEXT();
    }
  }
  ZEND_HASH_FILL_END();
  free(found.indexes);
}

static void return_indexes(zval *list, server_indexes found) {
  if (!found.indexes) {
    throw_status(POLYRING_NO_MEMORY, polyring_status_text(POLYRING_NO_MEMORY));
    return;
  }
  ZEND_HASH_FILL_PACKED(Z_ARRVAL_P(list)) {
    for (size_t i = 0; i < found.count; i++) {
      ZEND_HASH_FILL_SET_LONG(found.indexes[i] == POLYRING_NO_SERVER ? -1 : found.indexes[i]);
      ZEND_HASH_FILL_NEXT();
    }
  }
  ZEND_HASH_FILL_END();
  free(found.indexes);
}

/* An int where it fits, else its digits. */
static void number_zval(zval *value, polyring_number number) {
  char digits[POLYRING_NUMBER_SIZE];
  if (!number.high && number.low <= ZEND_LONG_MAX)
    ZVAL_LONG(value, (zend_long)number.low);
  else
    ZVAL_STRINGL(value, digits, polyring_number_print(number, digits));
}

/* The properties in the order of the stub. */
static void return_placement(zval *result, const handle *self, const char *key, size_t key_size,
                             const polyring_placement *placement) {
  zval ties;
  array_init(&ties);
  for (size_t i = 0; i < placement->tie_count && i < POLYRING_TIES_MAX; i++)
    add_next_index_long(&ties, placement->ties[i]);
  object_init_ex(result, placement_class);
  zval *at = OBJ_PROP_NUM(Z_OBJ_P(result), 0);
  ZVAL_STRINGL(at++, key, key_size);
  ZVAL_STRINGL(at++, (const char *)placement->sent_key, placement->sent_key_size);
  ZVAL_STRINGL(at++, (const char *)placement->hashed_text, placement->hashed_text_size);
  if (placement->has_hash) {
    number_zval(at++, placement->hash);
    number_zval(at++, placement->point);
  } else {
    ZVAL_NULL(at++);
    ZVAL_NULL(at++);
  }
  ZVAL_STRINGL(at++, (const char *)placement->label, placement->label_size);
  ZVAL_STR_COPY(at++, (zend_string *)self->texts[placement->server]);
  ZVAL_LONG(at++, placement->server);
  ZVAL_COPY_VALUE(at++, &ties);
  ZVAL_STRING(at, placement->why);
}

static void return_servers(zval *list, const handle *self) {
  size_t count = polyring_ring_server_count(self->ring);
  array_init_size(list, count);
  for (size_t i = 0; i < count; i++) add_next_index_str(list, zend_string_copy(self->texts[i]));
}

static void return_profiles(zval *list) {
  array_init(list);
  const char *name;
  for (size_t i = 0; (name = polyring_profile_name_at(i)); i++) add_next_index_string(list, name);
}

/* The methods of the stub that are PHP's alone. */

static void return_property(INTERNAL_FUNCTION_PARAMETERS, const char *name) {
  ZEND_PARSE_PARAMETERS_NONE();
  zval room;
  RETURN_COPY_DEREF(
      zend_read_property(failure_class, Z_OBJ_P(ZEND_THIS), name, strlen(name), false, &room));
}

ZEND_METHOD(Polyring_PolyringException, getServer) {
  return_property(INTERNAL_FUNCTION_PARAM_PASSTHRU, "server");
}

ZEND_METHOD(Polyring_PolyringException, getPosition) {
  return_property(INTERNAL_FUNCTION_PARAM_PASSTHRU, "position");
}

ZEND_METHOD(Polyring_PolyringException, getStatus) {
  return_property(INTERNAL_FUNCTION_PARAM_PASSTHRU, "status");
}

ZEND_METHOD(Polyring_PolyringException, getKey) {
  return_property(INTERNAL_FUNCTION_PARAM_PASSTHRU, "key");
}

ZEND_METHOD(Polyring_PolyringException, getStage) {
  return_property(INTERNAL_FUNCTION_PARAM_PASSTHRU, "stage");
}

ZEND_METHOD(Polyring_PolyringException, getSpent) {
  return_property(INTERNAL_FUNCTION_PARAM_PASSTHRU, "spent");
}

ZEND_METHOD(Polyring_PolyringException, getErrno) {
  return_property(INTERNAL_FUNCTION_PARAM_PASSTHRU, "errno");
}

ZEND_METHOD(Polyring_Placement, __construct) {
  ZEND_PARSE_PARAMETERS_NONE(); /* private: placements come from Ring::explain() */
}

ZEND_METHOD(Polyring_Plan, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }
ZEND_METHOD(Polyring_PlannedServer, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }
ZEND_METHOD(Polyring_Flow, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }
ZEND_METHOD(Polyring_Change, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }

#endif
