/* The yardstick of the PHP binding: what one would write by hand for locate(), nothing else. Same
 * core, same checks, same result: one string a server made at construction, a failure thrown. */
#include <php.h>
#include <zend_exceptions.h>
#include <ext/spl/spl_exceptions.h>

#include "polyring/polyring.h"

typedef struct handwritten {
  polyring_ring *ring;
  zend_string **texts;
  zend_object object;
} handwritten;

static zend_object_handlers handlers;

static inline handwritten *self_of(zend_object *object) {
  return (handwritten *)((char *)object - XtOffsetOf(handwritten, object));
}

static zend_object *create(zend_class_entry *class) {
  handwritten *self = zend_object_alloc(sizeof *self, class);
  zend_object_std_init(&self->object, class);
  object_properties_init(&self->object, class);
  self->object.handlers = &handlers;
  return &self->object;
}

static void release(zend_object *object) {
  handwritten *self = self_of(object);
  if (self->ring) {
    size_t count = polyring_ring_server_count(self->ring);
    for (size_t i = 0; i < count; i++) zend_string_release(self->texts[i]);
    efree(self->texts);
    polyring_ring_free(self->ring);
  }
  zend_object_std_dtor(object);
}

static ZEND_COLD void throw_error(const polyring_error *error) {
  zend_throw_exception(spl_ce_RuntimeException, error->text, error->status);
}

static PHP_METHOD(HandwrittenRing, __construct) {
  zend_string *servers, *profile;
  ZEND_PARSE_PARAMETERS_START(2, 2)
  Z_PARAM_STR(servers)
  Z_PARAM_STR(profile)
  ZEND_PARSE_PARAMETERS_END();
  handwritten *self = self_of(Z_OBJ_P(ZEND_THIS));
  polyring_error error;
  if (polyring_ring_new(NULL, ZSTR_VAL(profile), ZSTR_LEN(profile), ZSTR_VAL(servers),
                        ZSTR_LEN(servers), &self->ring, &error) < 0) {
    throw_error(&error);
    RETURN_THROWS();
  }
  size_t count = polyring_ring_server_count(self->ring);
  self->texts = safe_emalloc(count, sizeof *self->texts, 0);
  for (size_t i = 0, size; i < count; i++) {
    const char *text = polyring_ring_server(self->ring, i, &size);
    self->texts[i] = zend_string_init(text, size, false);
  }
}

static PHP_METHOD(HandwrittenRing, locate) {
  zend_string *key;
  ZEND_PARSE_PARAMETERS_START(1, 1)
  Z_PARAM_STR(key)
  ZEND_PARSE_PARAMETERS_END();
  handwritten *self = self_of(Z_OBJ_P(ZEND_THIS));
  if (UNEXPECTED(!self->ring)) {
    zend_throw_error(NULL, "the ring has not been constructed");
    RETURN_THROWS();
  }
  int32_t at = polyring_ring_locate(self->ring, ZSTR_VAL(key), ZSTR_LEN(key));
  if (EXPECTED(at >= 0)) RETURN_STR_COPY(self->texts[at]);
  polyring_placement placement;
  polyring_error error;
  polyring_ring_explain(self->ring, ZSTR_VAL(key), ZSTR_LEN(key), &placement, &error);
  throw_error(&error);
}

ZEND_BEGIN_ARG_INFO_EX(construct_arguments, 0, 0, 2)
ZEND_ARG_TYPE_INFO(0, servers, IS_STRING, 0)
ZEND_ARG_TYPE_INFO(0, profile, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(locate_arguments, 0, 1, IS_STRING, 0)
ZEND_ARG_TYPE_INFO(0, key, IS_STRING, 0)
ZEND_END_ARG_INFO()

static const zend_function_entry methods[] = {
    PHP_ME(HandwrittenRing, __construct, construct_arguments, ZEND_ACC_PUBLIC)
        PHP_ME(HandwrittenRing, locate, locate_arguments, ZEND_ACC_PUBLIC) PHP_FE_END};

static PHP_MINIT_FUNCTION(handwritten) {
  (void)type;
  (void)module_number;
  zend_class_entry entry, *class;
  INIT_CLASS_ENTRY(entry, "HandwrittenRing", methods);
  class = zend_register_internal_class(&entry);
  class->ce_flags |= ZEND_ACC_FINAL | ZEND_ACC_NO_DYNAMIC_PROPERTIES | ZEND_ACC_NOT_SERIALIZABLE;
  class->create_object = create;
  handlers = *zend_get_std_object_handlers();
  handlers.offset = XtOffsetOf(handwritten, object);
  handlers.clone_obj = NULL;
  handlers.free_obj = release;
  return SUCCESS;
}

zend_module_entry handwritten_module_entry = {STANDARD_MODULE_HEADER,
                                              "handwritten",
                                              NULL,
                                              PHP_MINIT(handwritten),
                                              NULL,
                                              NULL,
                                              NULL,
                                              NULL,
                                              POLYRING_VERSION,
                                              STANDARD_MODULE_PROPERTIES};

ZEND_DLEXPORT zend_module_entry *get_module(void);
ZEND_GET_MODULE(handwritten)
