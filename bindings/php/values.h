/* The PHP side of the border for values: PHP's into the core's form and back. */
#ifndef POLYRING_PHP_VALUES_H
#define POLYRING_PHP_VALUES_H

#include "conversions.h"
#include "facade_client.h"

/* Into the core. Each returns NULL or false after it has thrown. */

static bool refuse_value(polyring_status status, const char *format, ...) {
  polyring_error error = {.status = status, .position = POLYRING_NOWHERE};
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error.text, sizeof error.text, format, arguments);
  va_end(arguments);
  throw_error(&error);
  return false;
}

static bool has_room(int put) {
  return put || refuse_value(POLYRING_NO_MEMORY, "no memory for the value");
}

static bool fits(size_t size) {
  return size <= POLYRING_VALUE_MAX ||
         refuse_value(POLYRING_TOO_LARGE, "the value has a string of %zu bytes; the limit is %zu",
                      size, POLYRING_VALUE_MAX);
}

static const zend_string *bytes_of(const zval *value) {
  zval *bytes = OBJ_PROP_NUM(Z_OBJ_P(value), 0);
  return Z_TYPE_P(bytes) == IS_STRING ? Z_STR_P(bytes) : ZSTR_EMPTY_ALLOC();
}

static bool refuse_type(const zval *value) {
  if (Z_TYPE_P(value) == IS_OBJECT)
    return refuse_value(POLYRING_INVALID_VALUE,
                        "an object of the class %.200s has no form on a server; arrays do",
                        ZSTR_VAL(Z_OBJCE_P(value)->name));
  return refuse_value(POLYRING_INVALID_VALUE, "a %s has no form on a server",
                      zend_zval_type_name(value));
}

static bool put_value(polyring_buffer *room, zval *value, int depth);

static bool put_name(polyring_buffer *room, zend_ulong number, const zend_string *name) {
  char digits[MAX_LENGTH_OF_LONG + 1];
  if (name)
    return fits(ZSTR_LEN(name)) &&
           has_room(polyring_value_put_text(room, ZSTR_VAL(name), ZSTR_LEN(name)));
  int size = snprintf(digits, sizeof digits, ZEND_LONG_FMT, (zend_long)number);
  return has_room(polyring_value_put_text(room, digits, (size_t)size));
}

static bool put_array(polyring_buffer *room, zend_array *array, int depth) {
  zend_ulong number;
  zend_string *name;
  zval *element;
  bool is_list = zend_array_is_list(array);
  size_t count = zend_hash_num_elements(array);
  if (depth >= POLYRING_VALUE_DEPTH)
    return refuse_value(POLYRING_INVALID_VALUE, "arrays stand in each other more than %d deep",
                        POLYRING_VALUE_DEPTH);
  if (count > POLYRING_VALUE_ITEMS)
    return refuse_value(POLYRING_TOO_LARGE, "an array has %zu elements; the limit is %zu", count,
                        POLYRING_VALUE_ITEMS);
  if (!has_room(is_list ? polyring_value_put_list(room, count)
                        : polyring_value_put_map(room, count)))
    return false;
  ZEND_HASH_FOREACH_KEY_VAL(array, number, name, element) {
    if (!is_list && !put_name(room, number, name)) return false;
    if (!put_value(room, element, depth + 1)) return false;
  }
  ZEND_HASH_FOREACH_END();
  return room->size <= POLYRING_VALUE_MAX ||
         refuse_value(POLYRING_TOO_LARGE, "the value has more than %zu bytes", POLYRING_VALUE_MAX);
}

/* No code of the user runs in here, so arrays cannot change. */
static bool put_value(polyring_buffer *room, zval *value, int depth) {
  ZVAL_DEREF(value);
  switch (Z_TYPE_P(value)) {
    case IS_NULL:
      return has_room(polyring_value_put_none(room));
    case IS_FALSE:
    case IS_TRUE:
      return has_room(polyring_value_put_bool(room, Z_TYPE_P(value) == IS_TRUE));
    case IS_LONG:
      return has_room(polyring_value_put_int(room, Z_LVAL_P(value)));
    case IS_DOUBLE:
      return has_room(polyring_value_put_float(room, Z_DVAL_P(value)));
    case IS_STRING:
      return fits(Z_STRLEN_P(value)) &&
             has_room(polyring_value_put_string(room, Z_STRVAL_P(value), Z_STRLEN_P(value)));
    case IS_ARRAY:
      return put_array(room, Z_ARRVAL_P(value), depth);
    case IS_OBJECT:
      if (Z_OBJCE_P(value) != bytes_class) return refuse_type(value);
      const zend_string *bytes = bytes_of(value);
      return fits(ZSTR_LEN(bytes)) &&
             has_room(polyring_value_put_bytes(room, ZSTR_VAL(bytes), ZSTR_LEN(bytes)));
    default:
      return refuse_type(value);
  }
}

/* The first byte that is not of ASCII; size: there is none. */
static size_t ascii_size(const char *text, size_t size) {
  uint64_t word;
  size_t i = 0;
  for (; size - i >= sizeof word; i += sizeof word) {
    memcpy(&word, text + i, sizeof word);
    if (word & UINT64_C(0x8080808080808080)) break;
  }
  while (i < size && (unsigned char)text[i] < 0x80) i++;
  return i;
}

/* TEXT or BYTES where that is plain, else NONE: behind ASCII, most bytes begin no code point. */
static polyring_value_tag plain_tag(const zend_string *string) {
  size_t size = ascii_size(ZSTR_VAL(string), ZSTR_LEN(string));
  if (size == ZSTR_LEN(string)) return POLYRING_VALUE_TEXT;
  unsigned char first = (unsigned char)ZSTR_VAL(string)[size];
  return first < 0xC2 || first > 0xF4 ? POLYRING_VALUE_BYTES : POLYRING_VALUE_NONE;
}

/* A string is put as it stands, without a copy. Whether it is text, the core says, where that is
 * not plain. */
static bool take_string(const zend_string *string, polyring_buffer *room, polyring_value *out) {
  size_t start = room->size;
  if (!fits(ZSTR_LEN(string))) return false;
  out->tag = plain_tag(string);
  if (out->tag == POLYRING_VALUE_NONE) {
    if (!room->at) polyring_buffer_init(room, NULL);
    if (!has_room(polyring_value_put_string(room, ZSTR_VAL(string), ZSTR_LEN(string))))
      return false;
    out->tag = (polyring_value_tag)room->at[start];
    room->size = start;
  }
  out->at = ZSTR_VAL(string);
  out->size = ZSTR_LEN(string);
  return true;
}

/* One value. Arrays go behind what room holds; at is then NULL and integer where it begins, as the
 * room may move. */
static bool take_value(zval *value, polyring_buffer *room, polyring_value *out) {
  ZVAL_DEREF(value);
  *out = (polyring_value){.tag = POLYRING_VALUE_NONE};
  switch (Z_TYPE_P(value)) {
    case IS_NULL:
      return true;
    case IS_STRING:
      return take_string(Z_STR_P(value), room, out);
    case IS_FALSE:
    case IS_TRUE:
      out->tag = Z_TYPE_P(value) == IS_TRUE ? POLYRING_VALUE_TRUE : POLYRING_VALUE_FALSE;
      return true;
    case IS_LONG:
      out->tag = POLYRING_VALUE_INT;
      out->integer = Z_LVAL_P(value);
      return true;
    case IS_DOUBLE:
      out->tag = POLYRING_VALUE_FLOAT;
      out->number = Z_DVAL_P(value);
      return true;
  }
  if (Z_TYPE_P(value) == IS_OBJECT && Z_OBJCE_P(value) == bytes_class) {
    *out = (polyring_value){.tag = POLYRING_VALUE_BYTES,
                            .at = ZSTR_VAL(bytes_of(value)),
                            .size = ZSTR_LEN(bytes_of(value))};
    return fits(out->size);
  }
  if (!room->at) polyring_buffer_init(room, NULL);
  size_t start = room->size;
  if (!put_value(room, value, 0)) return false;
  out->tag = (polyring_value_tag)room->at[start];
  out->integer = (int64_t)start;
  out->size = room->size - start;
  return true;
}

/* When the room moves no more: where a value lies in it. */
static void settle_value(const polyring_buffer *room, polyring_value *value) {
  if (value->at || !value->size) return;
  value->at = room->at + value->integer;
  value->integer = 0;
}

static void room_free(polyring_buffer *room) {
  if (room->at) polyring_buffer_done(room);
}

static bool given_argument(zval *argument, uint32_t position, given *out) {
  if (!take_value(argument, &out->room, &out->value)) return false;
  settle_value(&out->room, &out->value);
  return true;
}

/* Values with their keys: one block of memory, with the room of what does not fit into it. */
typedef struct pair_block {
  polyring_buffer room;
  polyring_value values[];
} pair_block;

static void pairs_free(pair_list *pairs) {
  if (!pairs->values) return;
  pair_block *block = (pair_block *)((char *)pairs->values - offsetof(pair_block, values));
  room_free(&block->room);
  if (pairs->keys.each) efree((void *)pairs->keys.each);
  efree(block);
}

/* A call's keys stay where PHP has them, as nothing changes the array before the call is over; the
 * digits of integers lie behind the texts. */
static text *names_new(size_t count, size_t integers, char **digits) {
  text *names = safe_emalloc(integers, MAX_LENGTH_OF_LONG + 1, count * sizeof *names + 1);
  *digits = (char *)(names + count);
  return names;
}

static text name_of(const zend_string *name, zend_long number, char **digits) {
  if (EXPECTED(name)) return (text){ZSTR_VAL(name), ZSTR_LEN(name)};
  text text = {*digits, (size_t)snprintf(*digits, MAX_LENGTH_OF_LONG + 1, ZEND_LONG_FMT, number)};
  *digits += text.size;
  return text;
}

/* The elements of an array. */
static bool names_argument(zval *argument, uint32_t position, key_list *keys) {
  zval *element;
  char *digits;
  size_t integers = 0, i = 0;
  if (Z_TYPE_P(argument) != IS_ARRAY) {
    zend_wrong_parameter_type_error(position, Z_EXPECTED_ARRAY, argument);
    return false;
  }
  zend_array *array = Z_ARRVAL_P(argument);
  ZEND_HASH_FOREACH_VAL(array, element) {
    ZVAL_DEREF(element);
    integers += Z_TYPE_P(element) == IS_LONG;
    if (UNEXPECTED(Z_TYPE_P(element) != IS_STRING && Z_TYPE_P(element) != IS_LONG)) {
      throw_element_error(element, i, position);
      return false;
    }
    i++;
  }
  ZEND_HASH_FOREACH_END();
  text *names = names_new(i, integers, &digits);
  *keys = (key_list){.count = i, .each = names};
  ZEND_HASH_FOREACH_VAL(array, element) {
    ZVAL_DEREF(element);
    const zend_string *name = Z_TYPE_P(element) == IS_STRING ? Z_STR_P(element) : NULL;
    *names++ = name_of(name, name ? 0 : Z_LVAL_P(element), &digits);
  }
  ZEND_HASH_FOREACH_END();
  return true;
}

/* The keys of an array. */
static key_list array_names(zend_array *array) {
  zend_ulong number;
  zend_string *name;
  char *digits;
  size_t integers = 0;
  ZEND_HASH_FOREACH_STR_KEY(array, name) { integers += !name; }
  ZEND_HASH_FOREACH_END();
  text *names = names_new(zend_hash_num_elements(array), integers, &digits);
  key_list keys = {.count = zend_hash_num_elements(array), .each = names};
  ZEND_HASH_FOREACH_KEY(array, number, name) {
    *names++ = name_of(name, (zend_long)number, &digits);
  }
  ZEND_HASH_FOREACH_END();
  return keys;
}

static bool pairs_argument(zval *argument, uint32_t position, pair_list *pairs) {
  zval *element;
  size_t i = 0;
  *pairs = (pair_list){0};
  if (Z_TYPE_P(argument) != IS_ARRAY) {
    zend_wrong_parameter_type_error(position, Z_EXPECTED_ARRAY, argument);
    return false;
  }
  zend_array *array = Z_ARRVAL_P(argument);
  pairs->keys.count = zend_hash_num_elements(array);
  pair_block *block = safe_emalloc(pairs->keys.count, sizeof *block->values, sizeof *block);
  block->room = (polyring_buffer){0};
  pairs->values = block->values;
  pairs->keys = array_names(array);
  ZEND_HASH_FOREACH_VAL(array, element) {
    if (!take_value(element, &block->room, &block->values[i++])) return false;
  }
  ZEND_HASH_FOREACH_END();
  for (i = 0; i < pairs->keys.count; i++) settle_value(&block->room, &block->values[i]);
  return true;
}

/* Out of the core. */

static void read_item(zval *out, const polyring_value *from, size_t *position,
                      const polyring_value *whole);

static polyring_value next_value(const polyring_value *whole, size_t *position) {
  polyring_value item = {.tag = POLYRING_VALUE_NONE};
  polyring_value_next(whole->at, whole->size, position, &item, NULL);
  return item;
}

static void read_list(zval *out, size_t count, size_t *position, const polyring_value *whole) {
  array_init_size(out, count);
  zend_hash_real_init_packed(Z_ARRVAL_P(out));
  while (count--) {
    zval element;
    polyring_value item = next_value(whole, position);
    read_item(&element, &item, position, whole);
    zend_hash_next_index_insert_new(Z_ARRVAL_P(out), &element);
  }
}

static void read_map(zval *out, size_t count, size_t *position, const polyring_value *whole) {
  array_init_size(out, count);
  while (count--) {
    zval element;
    polyring_value name = next_value(whole, position);
    polyring_value item = next_value(whole, position);
    read_item(&element, &item, position, whole);
    zend_symtable_str_update(Z_ARRVAL_P(out), name.at ? name.at : "", name.size, &element);
  }
}

static void read_item(zval *out, const polyring_value *from, size_t *position,
                      const polyring_value *whole) {
  switch (from->tag) {
    case POLYRING_VALUE_FALSE:
    case POLYRING_VALUE_TRUE:
      ZVAL_BOOL(out, from->tag == POLYRING_VALUE_TRUE);
      return;
    case POLYRING_VALUE_INT:
      ZVAL_LONG(out, from->integer);
      return;
    case POLYRING_VALUE_FLOAT:
      ZVAL_DOUBLE(out, from->number);
      return;
    case POLYRING_VALUE_TEXT:
    case POLYRING_VALUE_BYTES:
      ZVAL_STRINGL_FAST(out, from->size ? from->at : "", from->size);
      return;
    case POLYRING_VALUE_LIST:
      read_list(out, from->size, position, whole);
      return;
    case POLYRING_VALUE_MAP:
      read_map(out, from->size, position, whole);
      return;
    default:
      ZVAL_NULL(out);
  }
}

/* A value as an operation has it: lists and maps are whole sequences. */
static void read_value(zval *out, const polyring_value *from) {
  size_t position = 0;
  if (from->tag != POLYRING_VALUE_LIST && from->tag != POLYRING_VALUE_MAP) {
    read_item(out, from, NULL, NULL);
    return;
  }
  polyring_value head = next_value(from, &position);
  read_item(out, &head, &position, from);
}

ZEND_METHOD(Polyring_Bytes, __construct) {
  zend_string *bytes;
  ZEND_PARSE_PARAMETERS_START(1, 1)
  Z_PARAM_STR(bytes)
  ZEND_PARSE_PARAMETERS_END();
  zval *property = OBJ_PROP_NUM(Z_OBJ_P(ZEND_THIS), 0);
  if (!may_construct(bytes_class, Z_TYPE_P(property) == IS_UNDEF ? NULL : property)) return;
  ZVAL_STR_COPY(property, bytes);
}

ZEND_METHOD(Polyring_Item, __construct) { ZEND_PARSE_PARAMETERS_NONE(); }

#endif
