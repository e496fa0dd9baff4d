/* Values: from the words of a command line and from files, and as they are printed. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* --- reading --- */

static bool put_json(polyring_buffer *room, json_t *json) {
  const char *name;
  json_t *item;
  size_t i;
  switch (json_typeof(json)) {
    case JSON_NULL:
      return polyring_value_put_none(room);
    case JSON_TRUE:
    case JSON_FALSE:
      return polyring_value_put_bool(room, json_is_true(json));
    case JSON_INTEGER:
      return polyring_value_put_int(room, json_integer_value(json));
    case JSON_REAL:
      return polyring_value_put_float(room, json_real_value(json));
    case JSON_STRING:
      return polyring_value_put_text(room, json_string_value(json), json_string_length(json));
    case JSON_ARRAY:
      if (!polyring_value_put_list(room, json_array_size(json))) return false;
      json_array_foreach(json, i, item) if (!put_json(room, item)) return false;
      return true;
    default:
      if (!polyring_value_put_map(room, json_object_size(json))) return false;
      json_object_foreach(json, name, item) {
        if (!polyring_value_put_text(room, name, strlen(name)) || !put_json(room, item))
          return false;
      }
      return true;
  }
}

static bool read_json(const char *bytes, size_t size, polyring_buffer *room) {
  json_error_t error;
  json_t *json =
      json_loadb(bytes, size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
  if (!json) {
    complain("the value is no JSON: line %d, column %d: %s", error.line, error.column, error.text);
    return false;
  }
  bool fine = put_json(room, json);
  if (!fine) complain("no memory");
  json_decref(json);
  return fine;
}

/* A number or a truth value, which has a line of a file to itself. */
static bool read_scalar(const char *type, const char *bytes, size_t size, polyring_buffer *room) {
  char text[400], shown[64], *end = text;
  if (size && bytes[size - 1] == '\n') size--;
  size_t length = size < sizeof text ? size : 0;
  memcpy(text, bytes, length);
  text[length] = '\0';
  bool fine = false, put = false;
  errno = 0;
  if (strcmp(type, "bool") == 0) {
    fine = strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
    put = polyring_value_put_bool(room, *text == 't');
  } else if (strcmp(type, "int") == 0) {
    put = polyring_value_put_int(room, strtoll(text, &end, 10));
    fine = length && end == text + length && !errno && strspn(text, "-0123456789") == length;
  } else {
    double number = strtod(text, &end);
    put = polyring_value_put_float(room, number);
    fine = length && end == text + length && isfinite(number) &&
           strspn(text, "-+.eE0123456789") == length;
  }
  if (!put)
    complain("no memory");
  else if (!fine)
    complain("\"%s\" is no %s", printable(bytes, size, shown, sizeof shown), type);
  return put && fine;
}

static bool is_scalar(const char *type) {
  return strcmp(type, "int") == 0 || strcmp(type, "float") == 0 || strcmp(type, "bool") == 0;
}

bool typed_read(const char *type, const char *bytes, size_t size, polyring_buffer *room,
                polyring_value *value) {
  bool fine;
  if (type && strcmp(type, "json") == 0) {
    fine = read_json(bytes, size, room);
  } else if (type && is_scalar(type)) {
    fine = read_scalar(type, bytes, size, room);
  } else if (size > POLYRING_VALUE_MAX) {
    complain("the value has more than %zu bytes", POLYRING_VALUE_MAX);
    return false;
  } else {
    fine = type && strcmp(type, "bytes") == 0 ? polyring_value_put_bytes(room, bytes, size)
                                              : polyring_value_put_string(room, bytes, size);
    if (!fine) complain("no memory");
  }
  if (!fine) return false;
  size_t position = 0;
  polyring_error error;
  if (polyring_value_next(room->at, room->size, &position, value, &error) < 0) {
    complain("%s", error.text);
    return false;
  }
  if (value->tag == POLYRING_VALUE_LIST || value->tag == POLYRING_VALUE_MAP)
    *value = (polyring_value){.tag = value->tag, .at = room->at, .size = room->size};
  if (type && strcmp(type, "text") == 0 && value->tag != POLYRING_VALUE_TEXT) {
    complain("the value is no UTF-8; --type bytes takes it as it is");
    return false;
  }
  return true;
}

/* --- writing --- */

/* Writes the fewest digits that read back as this float. Returns their number. */
static int float_text(double number, char out[32]) {
  int digits = 1;
  while (snprintf(out, 32, "%.*g", digits, number), digits < 17 && strtod(out, NULL) != number)
    digits++;
  if (!strpbrk(out, ".en")) strcat(out, ".0");
  return digits;
}

/* The value at *position of a sequence. NULL: no memory. */
static json_t *json_next(const void *sequence, size_t size, size_t *position, int *digits) {
  polyring_value item;
  char text[32];
  if (polyring_value_next(sequence, size, position, &item, NULL) < 0) return NULL;
  switch (item.tag) {
    case POLYRING_VALUE_NONE:
      return json_null();
    case POLYRING_VALUE_FALSE:
    case POLYRING_VALUE_TRUE:
      return json_boolean(item.tag == POLYRING_VALUE_TRUE);
    case POLYRING_VALUE_INT:
      return json_integer(item.integer);
    case POLYRING_VALUE_FLOAT: {
      int needed = float_text(item.number, text);
      if (needed > *digits) *digits = needed;
      return isfinite(item.number) ? json_real(item.number) : json_string(text);
    }
    case POLYRING_VALUE_TEXT:
      return json_stringn(item.at, item.size);
    case POLYRING_VALUE_BYTES:
      return json_bytes(item.at, item.size);
    default:
      break;
  }
  json_t *whole = item.tag == POLYRING_VALUE_LIST ? json_array() : json_object();
  for (size_t i = 0; i < item.size; i++) {
    polyring_value name = {0};
    if (item.tag == POLYRING_VALUE_MAP) polyring_value_next(sequence, size, position, &name, NULL);
    json_t *value = json_next(sequence, size, position, digits);
    int bad = item.tag == POLYRING_VALUE_LIST
                  ? json_array_append_new(whole, value)
                  : json_object_setn_new(whole, name.at, name.size, value);
    if (!bad) continue;
    json_decref(whole);
    return NULL;
  }
  return whole;
}

static json_t *json_of(const polyring_value *value, int *digits) {
  polyring_buffer room;
  size_t position = 0;
  if (value->tag == POLYRING_VALUE_TEXT) return json_stringn(value->at, value->size);
  if (value->tag == POLYRING_VALUE_BYTES) return json_bytes(value->at, value->size);
  if (value->at) return json_next(value->at, value->size, &position, digits);
  polyring_buffer_init(&room, NULL);
  int fine = value->tag == POLYRING_VALUE_NONE  ? polyring_value_put_none(&room)
             : value->tag == POLYRING_VALUE_INT ? polyring_value_put_int(&room, value->integer)
             : value->tag == POLYRING_VALUE_FLOAT
                 ? polyring_value_put_float(&room, value->number)
                 : polyring_value_put_bool(&room, value->tag == POLYRING_VALUE_TRUE);
  json_t *json = fine ? json_next(room.at, room.size, &position, digits) : NULL;
  polyring_buffer_done(&room);
  return json;
}

static const char *type_name(polyring_value_tag tag) {
  switch (tag) {
    case POLYRING_VALUE_NONE:
      return "none";
    case POLYRING_VALUE_FALSE:
    case POLYRING_VALUE_TRUE:
      return "bool";
    case POLYRING_VALUE_INT:
      return "int";
    case POLYRING_VALUE_FLOAT:
      return "float";
    case POLYRING_VALUE_TEXT:
      return "text";
    case POLYRING_VALUE_BYTES:
      return "bytes";
    case POLYRING_VALUE_LIST:
      return "list";
    default:
      return "map";
  }
}

json_t *typed_json(json_t *object, const polyring_value *value, int *digits) {
  if (!json_object_set_new(object, "type", json_string(type_name(value->tag))) &&
      !json_object_set_new(object, "value", json_of(value, digits)))
    return object;
  json_decref(object);
  return NULL;
}

/* Percent-encodes what would end a line, and the percent sign itself. */
static bool print_bytes(const char *bytes, size_t size, bool encoded) {
  if (!encoded) return fwrite(bytes, 1, size, stdout) == size;
  for (size_t i = 0; i < size; i++) {
    unsigned char byte = (unsigned char)bytes[i];
    if (byte >= ' ' && byte != '%' && byte != 0x7F)
      putc(byte, stdout);
    else
      printf("%%%02X", byte);
  }
  return !ferror(stdout);
}

bool typed_print(const polyring_value *value, bool encoded) {
  char text[32];
  int digits = 15;
  if (value->tag == POLYRING_VALUE_TEXT || value->tag == POLYRING_VALUE_BYTES)
    return print_bytes(value->at, value->size, encoded);
  if (value->tag == POLYRING_VALUE_FLOAT) {
    float_text(value->number, text);
    return fputs(text, stdout) >= 0;
  }
  json_t *json = json_of(value, &digits);
  char *line =
      json ? json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(digits)) : NULL;
  bool fine = line && print_bytes(line, strlen(line), encoded);
  if (!line) complain("no memory");
  free(line);
  json_decref(json);
  return fine;
}
