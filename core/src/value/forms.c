/* The forms of bodies but JSON. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/span.h"
#include "value/dialect.h"

static polyring_value item_of(const void *sequence, size_t size) {
  polyring_value item = {0};
  size_t position = 0;
  polyring_value_next(sequence, size, &position, &item, NULL);
  return item;
}

static polyring_status add(polyring_buffer *out, const void *bytes, size_t size,
                           polyring_error *error) {
  return polyring_buffer_add(out, bytes, size) ? POLYRING_OK : polyring__value_no_memory(error);
}

static polyring_status added(int was_added, polyring_error *error) {
  return was_added ? POLYRING_OK : polyring__value_no_memory(error);
}

/* --- bytes and text, as they are --- */

static polyring_status write_plain(const void *sequence, size_t size, polyring_buffer *out,
                                   polyring_error *error) {
  polyring_value item = item_of(sequence, size);
  return add(out, item.at, item.size, error);
}

static polyring_status read_plain(const polyring__value_codec *codec, const uint8_t *body,
                                  size_t size, int is_text, polyring_buffer *out,
                                  polyring_error *error) {
  if (!is_text && !codec->decode_text)
    return added(polyring_value_put_bytes(out, body, size), error);
  size_t fault = polyring__utf8_fault(body, size);
  if (fault < size && !is_text) return added(polyring_value_put_bytes(out, body, size), error);
  if (fault < size)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, fault,
                          "the flags say text, and the body is no valid UTF-8: %q",
                          (const void *)body, size);
  return added(polyring_value_put_text(out, body, size), error);
}

/* --- integers --- */

static polyring_status write_int(const void *sequence, size_t size, polyring_buffer *out,
                                 polyring_error *error) {
  char text[24];
  int used = snprintf(text, sizeof text, "%" PRId64, item_of(sequence, size).integer);
  return add(out, text, (size_t)used, error);
}

static polyring_status read_int(const polyring__value_codec *codec, const uint8_t *body,
                                size_t size, int is_text, polyring_buffer *out,
                                polyring_error *error) {
  (void)codec, (void)is_text;
  size_t whole = size;
  while (whole && body[whole - 1] == ' ') whole--; /* decr of memcached keeps the width */
  size_t i = whole > 1 && body[0] == '-';
  uint64_t number = 0, most = (uint64_t)INT64_MAX + i;
  int is_plain = i < whole && (body[i] != '0' || whole == 1);
  for (; is_plain && i < whole && polyring__is_digit((char)body[i]); i++) {
    uint64_t digit = (uint64_t)(body[i] - '0');
    if (number > (most - digit) / 10)
      return polyring__fail(error, POLYRING_INVALID_ARGUMENT, i,
                            "the integer %q is beyond 64 bits with a sign", (const void *)body,
                            size);
    number = number * 10 + digit;
  }
  if (!is_plain || i < whole)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, i,
                          "the flags say an int, and the body is none: %q", (const void *)body,
                          size);
  int64_t integer = body[0] == '-' ? (int64_t)(0 - number) : (int64_t)number;
  return added(polyring_value_put_int(out, integer), error);
}

/* --- floats --- */

static polyring_status write_float(const void *sequence, size_t size, polyring_buffer *out,
                                   polyring_error *error) {
  char text[POLYRING__FLOAT_ROOM];
  double number = item_of(sequence, size).number;
  if (!isfinite(number))
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, 0,
                          "this dialect has no float that is %s",
                          isnan(number) ? "NaN" : "infinite");
  return add(out, text, polyring__float_print(number, text), error);
}

static polyring_status read_float(const polyring__value_codec *codec, const uint8_t *body,
                                  size_t size, int is_text, polyring_buffer *out,
                                  polyring_error *error) {
  (void)codec, (void)is_text;
  double number;
  if (!polyring__float_read((const char *)body, size, &number))
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, 0,
                          "the flags say a float, and the body is none: %q", (const void *)body,
                          size);
  return added(polyring_value_put_float(out, number), error);
}

/* --- truth values: 1, or nothing --- */

static polyring_status write_bool(const void *sequence, size_t size, polyring_buffer *out,
                                  polyring_error *error) {
  int truth = item_of(sequence, size).tag == POLYRING_VALUE_TRUE;
  return add(out, "1", (size_t)truth, error);
}

static polyring_status read_bool(const polyring__value_codec *codec, const uint8_t *body,
                                 size_t size, int is_text, polyring_buffer *out,
                                 polyring_error *error) {
  (void)codec, (void)is_text;
  if (size > 1 || (size && body[0] != '1'))
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, 0,
                          "the flags say a truth value, and the body is neither empty nor 1: %q",
                          (const void *)body, size);
  return added(polyring_value_put_bool(out, size == 1), error);
}

const polyring__form_row polyring__forms[FORMS] = {
    [FORM_PLAIN] = {write_plain, read_plain, 1},
    [FORM_INT] = {write_int, read_int, 0},
    [FORM_FLOAT] = {write_float, read_float, 0},
    [FORM_BOOL] = {write_bool, read_bool, 0},
    [FORM_JSON] = {polyring__json_write, polyring__json_read, 1},
};
