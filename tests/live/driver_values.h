/* Values and keys as the requests of driver.c have them. */
#ifndef POLYRING_TESTS_DRIVER_VALUES_H
#define POLYRING_TESTS_DRIVER_VALUES_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "polyring/value.h"

static void *must(void *memory) {
  if (memory) return memory;
  fputs("driver: no memory\n", stderr);
  exit(2);
}

/* --- base64 --- */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static json_t *base64(const void *from, size_t size) {
  const unsigned char *in = from;
  char *text = must(malloc(size / 3 * 4 + 5)), *out = text;
  for (size_t i = 0; i < size; i += 3) {
    size_t left = size - i;
    unsigned three = (unsigned)in[i] << 16 | (left > 1 ? (unsigned)in[i + 1] << 8 : 0) |
                     (left > 2 ? in[i + 2] : 0);
    *out++ = digits[three >> 18];
    *out++ = digits[three >> 12 & 63];
    *out++ = left > 1 ? digits[three >> 6 & 63] : '=';
    *out++ = left > 2 ? digits[three & 63] : '=';
  }
  json_t *json = json_stringn(text, (size_t)(out - text));
  free(text);
  return json;
}

/* Decodes, into memory that lives until the program ends if it is not freed. */
static char *unbase64(const json_t *json, size_t *size) {
  const char *text = json_string_value(json);
  char *out = must(malloc(json_string_length(json) + 1));
  unsigned bits = 0, count = 0;
  *size = 0;
  for (; text && *text && *text != '='; text++) {
    bits = bits << 6 | (unsigned)(strchr(digits, *text) - digits);
    if (++count % 4 != 1) out[(*size)++] = (char)(bits >> (6 - 2 * ((count - 1) % 4)));
  }
  return out;
}

/* --- values --- */

static const char *tag_name(polyring_value_tag tag) {
#define XX(number, name, text) \
  if (tag == POLYRING_VALUE_##name) return "POLYRING_VALUE_" #name;
  POLYRING_VALUE_TAGS(XX)
#undef XX
  return "?";
}

static void put(polyring_buffer *sequence, json_t *json) {
  const char *type = json_string_value(json_array_get(json, 0));
  json_t *what = json_array_get(json, 1), *item;
  size_t i, size = json_array_size(what);
  int fine = 1;
  if (strcmp(type, "none") == 0) {
    fine = polyring_value_put_none(sequence);
  } else if (strcmp(type, "bool") == 0) {
    fine = polyring_value_put_bool(sequence, json_is_true(what));
  } else if (strcmp(type, "int") == 0) {
    fine = polyring_value_put_int(sequence, strtoll(json_string_value(what), NULL, 10));
  } else if (strcmp(type, "float") == 0) {
    fine = polyring_value_put_float(sequence, strtod(json_string_value(what), NULL));
  } else if (strcmp(type, "text") == 0) {
    fine = polyring_value_put_text(sequence, json_string_value(what), json_string_length(what));
  } else if (strcmp(type, "bytes") == 0) {
    char *raw = unbase64(what, &size);
    fine = polyring_value_put_bytes(sequence, raw, size);
    free(raw);
  } else if (strcmp(type, "list") == 0) {
    fine = polyring_value_put_list(sequence, size);
    json_array_foreach(what, i, item) put(sequence, item);
  } else {
    fine = polyring_value_put_map(sequence, size);
    json_array_foreach(what, i, item) {
      json_t *name = json_array_get(item, 0);
      polyring_value_put_text(sequence, json_string_value(name), json_string_length(name));
      put(sequence, json_array_get(item, 1));
    }
  }
  if (!fine) must(NULL);
}

/* A value of a request; it lives until the sequence is emptied or grows. */
static polyring_value value_of(polyring_buffer *sequence, json_t *json) {
  polyring_value value;
  size_t start = sequence->size, position = 0;
  put(sequence, json);
  const uint8_t *at = sequence->at + start;
  size_t size = sequence->size - start;
  polyring_value_next(at, size, &position, &value, NULL);
  if (value.tag == POLYRING_VALUE_LIST || value.tag == POLYRING_VALUE_MAP)
    value = (polyring_value){.tag = value.tag, .at = at, .size = size};
  return value;
}

static json_t *number_text(const char *type, uint64_t number, int is_signed) {
  char text[24];
  if (is_signed)
    snprintf(text, sizeof text, "%lld", (long long)number);
  else
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
  return type ? json_pack("[s,s]", type, text) : json_string(text);
}

static json_t *shown(const void *sequence, size_t size, size_t *position,
                     const polyring_value *alone) {
  polyring_value item;
  char text[40];
  if (alone)
    item = *alone;
  else
    polyring_value_next(sequence, size, position, &item, NULL);
  switch (item.tag) {
    case POLYRING_VALUE_NONE:
      return json_pack("[s]", "none");
    case POLYRING_VALUE_FALSE:
    case POLYRING_VALUE_TRUE:
      return json_pack("[s,b]", "bool", item.tag == POLYRING_VALUE_TRUE);
    case POLYRING_VALUE_INT:
      return number_text("int", (uint64_t)item.integer, 1);
    case POLYRING_VALUE_FLOAT:
      snprintf(text, sizeof text, "%.17g", item.number);
      return json_pack("[s,s]", "float", text);
    case POLYRING_VALUE_TEXT:
      return json_pack("[s,o]", "text", json_stringn(item.at, item.size));
    case POLYRING_VALUE_BYTES:
      return json_pack("[s,o]", "bytes", base64(item.at, item.size));
    default:
      break;
  }
  json_t *items = json_array();
  for (size_t i = 0; i < item.size; i++) {
    polyring_value name;
    if (item.tag == POLYRING_VALUE_LIST) {
      json_array_append_new(items, shown(sequence, size, position, NULL));
      continue;
    }
    polyring_value_next(sequence, size, position, &name, NULL);
    json_t *key = json_stringn(name.at, name.size);
    json_array_append_new(items, json_pack("[o,o]", key, shown(sequence, size, position, NULL)));
  }
  return json_pack("[s,o]", item.tag == POLYRING_VALUE_LIST ? "list" : "map", items);
}

static json_t *found_json(const polyring_value *found) {
  size_t position = 0;
  if (found->tag == POLYRING_VALUE_LIST || found->tag == POLYRING_VALUE_MAP)
    return shown(found->at, found->size, &position, NULL);
  return shown(NULL, 0, NULL, found);
}

#endif
