/* Making clients: settings of named arguments, and clients that outlive requests. */
#ifndef POLYRING_PHP_PERSISTENT_H
#define POLYRING_PHP_PERSISTENT_H

#include <Zend/zend_smart_str.h>

#include "clients.h"

/* A setting's value as text, or NULL after it has thrown. Numbers are seconds where the stub takes
 * a float. The position of an argument is counted from 1. */
static zend_string *setting_text(const zval *value, uint32_t mask, uint32_t position) {
  if (Z_TYPE_P(value) == IS_STRING) return zend_string_copy(Z_STR_P(value));
  if (!(mask & (1u << Z_TYPE_P(value)))) {
    zend_string *types = zend_type_to_string((zend_type)ZEND_TYPE_INIT_MASK(mask));
    zend_argument_type_error(position, "must be of type %s, %s given", ZSTR_VAL(types),
                             zend_zval_type_name(value));
    zend_string_release(types);
    return NULL;
  }
  if (Z_TYPE_P(value) == IS_FALSE || Z_TYPE_P(value) == IS_TRUE)
    return zend_string_init(Z_TYPE_P(value) == IS_TRUE ? "true" : "false",
                            Z_TYPE_P(value) == IS_TRUE ? 4 : 5, false);
  if (!(mask & MAY_BE_DOUBLE)) return zend_long_to_str(Z_LVAL_P(value));
  double seconds = zval_get_double((zval *)value);
  if (seconds >= 0 && seconds < 1e12) return strpprintf(0, "%.0fus", seconds * 1e6);
  zend_argument_value_error(position, "must be a number of seconds from 0");
  return NULL;
}

static void add_setting(smart_str *settings, const char *name, const zend_string *value) {
  size_t room = 3 * ZSTR_LEN(value) + 1;
  if (settings->s) smart_str_appendc(settings, '&');
  smart_str_appends(settings, name);
  smart_str_appendc(settings, '=');
  size_t start = smart_str_get_len(settings);
  smart_str_extend(settings, room);
  ZSTR_LEN(settings->s) = start + polyring_percent_encode(ZSTR_VAL(value), ZSTR_LEN(value),
                                                          ZSTR_VAL(settings->s) + start, room);
}

/* The arguments behind the servers are settings by the names of their parameters. A text, never
 * NULL but after it has thrown. */
static zend_string *settings_arguments(zend_execute_data *execute_data, uint32_t first) {
  const zend_internal_arg_info *all = (const zend_internal_arg_info *)EX(func)->common.arg_info;
  smart_str settings = {0};
  for (uint32_t i = first; i < ZEND_NUM_ARGS(); i++) {
    zval *value = ZEND_CALL_ARG(execute_data, i + 1);
    ZVAL_DEREF(value);
    if (Z_TYPE_P(value) == IS_NULL || Z_TYPE_P(value) == IS_UNDEF) continue;
    zend_string *text = setting_text(value, ZEND_TYPE_FULL_MASK(all[i].type), i + 1);
    if (!text) {
      smart_str_free(&settings);
      return NULL;
    }
    add_setting(&settings, all[i].name, text);
    zend_string_release(text);
  }
  return smart_str_extract(&settings);
}

/* Servers and settings, from the argument of that position on. */
static bool configuration_arguments(zend_execute_data *execute_data, uint32_t position,
                                    zend_string **servers, zend_string **settings) {
  *servers = ZSTR_EMPTY_ALLOC();
  if (ZEND_NUM_ARGS() >= position) {
    zval *argument = ZEND_CALL_ARG(execute_data, position);
    if (!(*servers = servers_text_argument(argument, position))) return false;
  }
  *settings = settings_arguments(execute_data, position);
  return *settings;
}

static text text_of(const zend_string *string) {
  return (text){ZSTR_VAL(string), ZSTR_LEN(string)};
}

ZEND_METHOD(Polyring_Client, __construct) {
  zend_string *servers, *settings;
  if (!HAS_PARAM_COUNT) WRONG_PARAM_COUNT;
  swig_object_wrapper *object = SWIG_Z_FETCH_OBJ_P(ZEND_THIS);
  if (!may_construct(client_class, object->ptr)) return;
  if (!configuration_arguments(execute_data, 1, &servers, &settings)) return;
  object->ptr = new_session(text_of(servers), text_of(settings));
  zend_string_release(settings);
  if (!object->ptr) throw_failure();
}

/* A client by its name. Its objects point to the session, which only the end of the process
 * frees. The texts lie behind the struct: name, servers, settings, each with a NUL. */
typedef struct persistent {
  struct persistent *next;
  session *session;
  size_t name_size, servers_size, settings_size;
  char texts[];
} persistent;

static persistent *persistents;

static void persistent_end(void) {
  while (persistents) {
    persistent *next = persistents->next;
    if (persistents->session) delete_session(persistents->session);
    free(persistents);
    persistents = next;
  }
}

static char *put_string(char *out, const zend_string *string) {
  memcpy(out, ZSTR_VAL(string), ZSTR_LEN(string) + 1);
  return out + ZSTR_LEN(string) + 1;
}

/* NULL: see failure. */
static persistent *persistent_new(const zend_string *name, const zend_string *servers,
                                  const zend_string *settings) {
  persistent *self =
      malloc(sizeof *self + ZSTR_LEN(name) + ZSTR_LEN(servers) + ZSTR_LEN(settings) + 3);
  if (!self) {
    fail(POLYRING_NO_MEMORY, "no memory for a client");
    return NULL;
  }
  self->session = new_session(text_of(servers), text_of(settings));
  if (!self->session) {
    free(self);
    return NULL;
  }
  self->name_size = ZSTR_LEN(name);
  self->servers_size = ZSTR_LEN(servers);
  self->settings_size = ZSTR_LEN(settings);
  put_string(put_string(put_string(self->texts, name), servers), settings);
  self->next = persistents;
  persistents = self;
  return self;
}

static bool is_same(const char *text, size_t size, const zend_string *string) {
  return size == ZSTR_LEN(string) && memcmp(text, ZSTR_VAL(string), size) == 0;
}

static persistent *persistent_find(const zend_string *name) {
  persistent *self = persistents;
  while (self && !is_same(self->texts, self->name_size, name)) self = self->next;
  return self;
}

/* A client that was closed is opened anew. */
static bool persistent_fits(persistent *self, const zend_string *servers,
                            const zend_string *settings) {
  const char *own_servers = self->texts + self->name_size + 1;
  const char *own_settings = own_servers + self->servers_size + 1;
  if (!is_same(own_servers, self->servers_size, servers) ||
      !is_same(own_settings, self->settings_size, settings)) {
    fail(POLYRING_INVALID_ARGUMENT,
         "the persistent client \"%.60s\" has another configuration: servers \"%.120s\", settings "
         "\"%.120s\"",
         self->texts, own_servers, own_settings);
    return false;
  }
  if (self->session->client) return true;
  return polyring_client_new(NULL, own_servers, self->servers_size, own_settings,
                             self->settings_size, &self->session->client, &failure) >= 0;
}

ZEND_METHOD(Polyring_Client, persistent) {
  zend_string *name, *servers, *settings;
  if (!HAS_PARAM_COUNT) WRONG_PARAM_COUNT;
  if (!(name = string_argument(ZEND_CALL_ARG(execute_data, 1), 1))) return;
  if (!configuration_arguments(execute_data, 2, &servers, &settings)) return;
  object_init_ex(return_value, client_class);
  persistent *found = persistent_find(name);
  if (found && !persistent_fits(found, servers, settings))
    found = NULL;
  else if (!found)
    found = persistent_new(name, servers, settings);
  zend_string_release(settings);
  if (!found) {
    throw_failure();
    return;
  }
  swig_object_wrapper *object = SWIG_Z_FETCH_OBJ_P(return_value);
  object->ptr = found->session;
  object->newobject = 0;
}

#endif
