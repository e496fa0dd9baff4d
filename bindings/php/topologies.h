/* The PHP side of the border for topologies and plans. Nothing of the core's must be held when the
 * memory limit ends the request: what is, is given back on the way out. */
#ifndef POLYRING_PHP_TOPOLOGIES_H
#define POLYRING_PHP_TOPOLOGIES_H

#include "conversions.h"

/* Into the core. Each returns NULL or false after it has thrown. */

static bool whole_argument(zval *argument, uint32_t position, whole *out) {
  zend_long number;
  bool is_null;
  if (zend_parse_arg_long(argument, &number, &is_null, false, position)) {
    *out = number;
    return true;
  }
  if (!EG(exception)) zend_wrong_parameter_type_error(position, Z_EXPECTED_LONG, argument);
  return false;
}

static bool which_argument(zval *argument, uint32_t position, which_server *out) {
  zend_string *name = NULL;
  zend_long index = 0;
  bool is_null;
  *out = (which_server){0};
  if (!zend_parse_arg_str_or_long(argument, &name, &index, &is_null, false, position)) {
    if (!EG(exception))
      zend_wrong_parameter_type_error(position, Z_EXPECTED_STRING_OR_LONG, argument);
    return false;
  }
  out->index = index;
  if (name) out->name = (text){ZSTR_VAL(name), ZSTR_LEN(name)};
  return true;
}

static zend_object *object_argument(zval *argument, uint32_t position, zend_class_entry *class) {
  if (Z_TYPE_P(argument) == IS_OBJECT && Z_OBJCE_P(argument) == class) return Z_OBJ_P(argument);
  zend_argument_type_error(position, "must be of type %s, %s given", ZSTR_VAL(class->name),
                           zend_zval_type_name(argument));
  return NULL;
}

/* Out of the core: objects. */

static void delete_ring(void *ring) { delete_handle(ring); }
static void delete_topology(void *topology) { delete_document(topology); }
static void delete_plan(void *plan) { polyring_plan_free(plan); }
static void delete_difference(void *difference) { polyring_difference_free(difference); }

/* An object around what was made; its class gives that back. */
static void return_made(zval *result, zend_class_entry *class, void *made, void (*drop)(void *)) {
  bool done = false;
  zend_try {
    object_init_ex(result, class);
    done = true;
  }
  zend_end_try();
  if (!done) {
    drop(made);
    zend_bailout();
  }
  swig_php_fetch_object(Z_OBJ_P(result))->ptr = made;
}

/* Fills the result from what the core made, and gives that back, whatever happens. */
static void return_and_drop(zval *result, void *made, void (*fill)(zval *result, const void *made),
                            void (*drop)(void *)) {
  bool done = false;
  zend_try {
    fill(result, made);
    done = true;
  }
  zend_end_try();
  drop(made);
  if (!done) zend_bailout();
}

/* Out of the core: texts and lists. */

static zend_string *canonical_string(const document *self) {
  size_t size = polyring_topology_text(self->topology, NULL, 0);
  zend_string *string = zend_string_alloc(size, false);
  polyring_topology_text(self->topology, ZSTR_VAL(string), size);
  ZSTR_VAL(string)[size] = '\0';
  return string;
}

static void return_topology_servers(zval *list, const polyring_topology *topology) {
  array_init(list);
  const char *text;
  for (size_t i = 0; (text = polyring_topology_server(topology, i)); i++)
    add_next_index_string(list, text);
}

static void return_settings(zval *map, const polyring_topology *topology) {
  array_init(map);
  const char *name, *value;
  for (size_t i = 0; (name = polyring_topology_setting(topology, i, &value)); i++)
    add_assoc_string(map, name, value);
}

static void text_or_null(zval *value, const char *text) {
  if (text)
    ZVAL_STRING(value, text);
  else
    ZVAL_NULL(value);
}

static void index_or_null(zval *value, int32_t index) {
  if (index < 0)
    ZVAL_NULL(value);
  else
    ZVAL_LONG(value, index);
}

/* A new object at the end of the list; its properties, in the order of the stub. */
static zval *add_object(zval *list, zend_class_entry *class) {
  zval object;
  object_init_ex(&object, class);
  add_next_index_zval(list, &object);
  return OBJ_PROP_NUM(Z_OBJ(object), 0);
}

static void fill_changes(zval *list, const void *difference) {
  const polyring_change *change;
  array_init(list);
  for (size_t i = 0; (change = polyring_difference_at(difference, i)); i++) {
    zval *at = add_object(list, change_class);
    ZVAL_STRING(at++, polyring_change_text(change->kind));
    text_or_null(at++, change->subject);
    text_or_null(at++, change->before);
    text_or_null(at++, change->after);
    index_or_null(at++, change->old_index);
    index_or_null(at, change->new_index);
  }
}

static void fill_planned_servers(zval *list, const polyring_plan *plan) {
  const polyring_planned_server *server;
  array_init(list);
  for (size_t i = 0; (server = polyring_plan_server(plan, i)); i++) {
    zval *at = add_object(list, planned_server_class);
    ZVAL_STRING(at++, server->text);
    index_or_null(at++, server->old_index);
    index_or_null(at++, server->new_index);
    ZVAL_DOUBLE(at++, server->before);
    ZVAL_DOUBLE(at, server->after);
  }
}

static void fill_flows(zval *list, const polyring_plan *plan) {
  const polyring_flow *flow;
  array_init(list);
  for (size_t i = 0; (flow = polyring_plan_flow(plan, i)); i++) {
    zval *at = add_object(list, flow_class);
    ZVAL_STRING(at++, polyring_plan_server(plan, flow->from)->text);
    ZVAL_STRING(at++, polyring_plan_server(plan, flow->to)->text);
    ZVAL_DOUBLE(at, flow->share);
  }
}

static void fill_plan(zval *result, const void *plan) {
  object_init_ex(result, plan_class);
  zval *at = OBJ_PROP_NUM(Z_OBJ_P(result), 0);
  ZVAL_DOUBLE(at++, polyring_plan_moved(plan));
  ZVAL_BOOL(at++, !polyring_plan_sample(plan));
  ZVAL_LONG(at++, polyring_plan_sample(plan));
  fill_planned_servers(at++, plan);
  fill_flows(at, plan);
}

static void return_changes(zval *list, made_difference difference) {
  if (difference)
    return_and_drop(list, difference, fill_changes, delete_difference);
  else
    throw_failure();
}

static void return_plan(zval *result, made_plan plan) {
  if (plan)
    return_and_drop(result, plan, fill_plan, delete_plan);
  else
    throw_failure();
}

/* Topologies are equal if their canonical texts are; everything else of ours is only itself. */
static int compare_objects(zval *left, zval *right) {
  ZEND_COMPARE_OBJECTS_FALLBACK(left, right);
  const document *a = swig_php_fetch_object(Z_OBJ_P(left))->ptr;
  const document *b = swig_php_fetch_object(Z_OBJ_P(right))->ptr;
  if (Z_OBJCE_P(left) != topology_class || Z_OBJCE_P(right) != topology_class || !a || !b)
    return ZEND_UNCOMPARABLE;
  zend_string *ours = canonical_string(a), *theirs = canonical_string(b);
  int order = zend_string_equals(ours, theirs) ? 0 : ZEND_UNCOMPARABLE;
  zend_string_release(ours);
  zend_string_release(theirs);
  return order;
}

#endif
