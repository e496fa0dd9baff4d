/* Lists, maps and none as JSON. It is written here, straight from the sequence, and read by
 * jansson. */
#include "base/error.h"
#include "value/dialect.h"

#ifdef POLYRING_JSON

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/span.h"

/* --- writing --- */

typedef struct writer {
  const uint8_t *sequence;
  size_t size, position;
  polyring_buffer *out;
  polyring_error *error;
} writer;

static int put(writer *to, const void *text, size_t size) {
  return polyring_buffer_add(to->out, text, size);
}

static int put_string(writer *to, const polyring_value *text) {
  static const char controls[] = "\b\t\n\f\r", letters[] = "btnfr";
  const uint8_t *at = text->at, *end = text->at + text->size, *plain = at;
  int done = put(to, "\"", 1);
  for (; done && at < end; at++) {
    if (*at >= 0x20 && *at != '"' && *at != '\\') continue;
    char escape[8];
    const char *control = *at ? strchr(controls, *at) : NULL;
    char letter = control ? letters[control - controls] : (char)*at;
    int size = *at < 0x20 && !control ? snprintf(escape, sizeof escape, "\\u%04x", *at)
                                      : snprintf(escape, sizeof escape, "\\%c", letter);
    done = put(to, plain, (size_t)(at - plain)) && put(to, escape, (size_t)size);
    plain = at + 1;
  }
  return done && put(to, plain, (size_t)(end - plain)) && put(to, "\"", 1);
}

static polyring_status refuse(const writer *to, size_t position, const char *what) {
  return polyring__fail(to->error, POLYRING_INVALID_ARGUMENT, position,
                        "JSON, the form of lists and maps, has no %s", what);
}

static polyring_status write_value(writer *to);

static polyring_status write_items(writer *to, const polyring_value *head) {
  int is_map = head->tag == POLYRING_VALUE_MAP;
  int done = put(to, is_map ? "{" : "[", 1);
  for (size_t i = 0; done && i < head->size; i++) {
    if (i) done = put(to, ",", 1);
    if (is_map) {
      polyring_value key;
      size_t start = to->position;
      polyring_value_next(to->sequence, to->size, &to->position, &key, NULL);
      if (key.size && memchr(key.at, 0, key.size))
        return refuse(to, start, "keys with a NUL byte that its readers would take");
      done = done && put_string(to, &key) && put(to, ":", 1);
    }
    polyring_status status = done ? write_value(to) : POLYRING_OK;
    if (status < 0) return status;
  }
  if (done) done = put(to, is_map ? "}" : "]", 1);
  return done ? POLYRING_OK : polyring__value_no_memory(to->error);
}

static polyring_status write_value(writer *to) {
  static const char *const words[KINDS] = {
      [KIND_NONE] = "null", [KIND_FALSE] = "false", [KIND_TRUE] = "true"};
  polyring_value item;
  char text[POLYRING__FLOAT_ROOM];
  size_t start = to->position;
  int done = 0;
  polyring_value_next(to->sequence, to->size, &to->position, &item, NULL);
  switch (item.tag) {
    case POLYRING_VALUE_INT:
      done = put(to, text, (size_t)snprintf(text, sizeof text, "%" PRId64, item.integer));
      break;
    case POLYRING_VALUE_FLOAT:
      if (!isfinite(item.number)) return refuse(to, start, "float that is NaN or infinite");
      done = put(to, text, polyring__float_print(item.number, text));
      break;
    case POLYRING_VALUE_TEXT:
      done = put_string(to, &item);
      break;
    case POLYRING_VALUE_BYTES:
      return refuse(to, start, "bytes, only texts");
    case POLYRING_VALUE_LIST:
    case POLYRING_VALUE_MAP:
      return write_items(to, &item);
    default: {
      const char *word = words[polyring__kind_of(item.tag)];
      done = put(to, word, strlen(word));
    }
  }
  return done ? POLYRING_OK : polyring__value_no_memory(to->error);
}

polyring_status polyring__json_write(const void *sequence, size_t size, polyring_buffer *out,
                                     polyring_error *error) {
  writer to = {sequence, size, 0, out, error};
  return write_value(&to);
}

/* --- reading --- */

/* Depth and number of values, before jansson takes memory for them. In broken JSON the count may be
 * anything; it will be refused anyway. */
static polyring_status measure(const char *text, size_t size, polyring_error *error) {
  size_t depth = 0, items = 1;
  int in_string = 0;
  for (size_t i = 0; i < size; i++) {
    char c = text[i];
    if (in_string) {
      if (c == '\\') i++;
      in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    depth += c == '[' || c == '{';
    if (depth) depth -= c == ']' || c == '}';
    items += c == ',' || c == '[' || c == '{';
    if (depth > POLYRING_VALUE_DEPTH)
      return polyring__fail(error, POLYRING_INVALID_ARGUMENT, i,
                            "JSON with lists and maps more than 64 deep in each other");
    if (items > POLYRING_VALUE_ITEMS)
      return polyring__fail(error, POLYRING_TOO_LARGE, i,
                            "JSON with more than 1048576 values in it");
  }
  return POLYRING_OK;
}

static int read_value(json_t *value, polyring_buffer *out) {
  size_t i, size;
  const char *key;
  json_t *item;
  int done;
  switch (json_typeof(value)) {
    case JSON_NULL:
      return polyring_value_put_none(out);
    case JSON_TRUE:
    case JSON_FALSE:
      return polyring_value_put_bool(out, json_is_true(value));
    case JSON_INTEGER:
      return polyring_value_put_int(out, json_integer_value(value));
    case JSON_REAL:
      return polyring_value_put_float(out, json_real_value(value));
    case JSON_STRING:
      return polyring_value_put_text(out, json_string_value(value), json_string_length(value));
    case JSON_ARRAY:
      done = polyring_value_put_list(out, json_array_size(value));
      json_array_foreach(value, i, item) done = done && read_value(item, out);
      return done;
    default:
      done = polyring_value_put_map(out, json_object_size(value));
      json_object_keylen_foreach(value, key, size, item) done =
          done && polyring_value_put_text(out, key, size) && read_value(item, out);
      return done;
  }
}

/* What the JSON library says, in printable characters. */
static polyring_status refuse_json(json_error_t *problem, polyring_error *error) {
  for (char *c = problem->text; *c; c++)
    if ((uint8_t)*c < 0x20 || (uint8_t)*c > 0x7E) *c = '?';
  return polyring__fail(
      error, POLYRING_INVALID_ARGUMENT, problem->position > 0 ? (size_t)problem->position : 0,
      "the flags say JSON, and the body is none that is read here: %s", problem->text);
}

polyring_status polyring__json_read(const polyring__value_codec *codec, const uint8_t *body,
                                    size_t size, int is_text, polyring_buffer *out,
                                    polyring_error *error) {
  (void)codec, (void)is_text;
  json_error_t problem;
  polyring_status status = measure((const char *)body, size, error);
  if (status < 0) return status;
  json_t *value = json_loadb((const char *)body, size,
                             JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &problem);
  if (!value && json_error_code(&problem) == json_error_out_of_memory)
    return polyring__value_no_memory(error);
  if (!value) return refuse_json(&problem, error);
  int done = read_value(value, out);
  json_decref(value);
  return done ? POLYRING_OK : polyring__value_no_memory(error);
}

#else

static polyring_status refuse(polyring_error *error) {
  return polyring__fail(error, POLYRING_NOT_SUPPORTED, POLYRING_NOWHERE,
                        "this library was built without JSON (POLYRING_JSON), the form of lists, "
                        "maps and none");
}

polyring_status polyring__json_write(const void *sequence, size_t size, polyring_buffer *out,
                                     polyring_error *error) {
  (void)sequence, (void)size, (void)out;
  return refuse(error);
}

polyring_status polyring__json_read(const polyring__value_codec *codec, const uint8_t *body,
                                    size_t size, int is_text, polyring_buffer *out,
                                    polyring_error *error) {
  (void)codec, (void)body, (void)size, (void)is_text, (void)out;
  return refuse(error);
}

#endif
