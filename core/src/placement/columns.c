#include "placement/columns.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "placement/label.h"
#include "polyring/profile.h"

const polyring__columns polyring__columns_default = {
#define CHOICE(field, list, layouts, about) 0,
#define NUMBER(field, initial, least, most, layouts, about) initial,
#define TEXT(field, initial, layouts, about) {initial, sizeof(initial) - 1},
#include "placement/columns.def"
#undef CHOICE
#undef NUMBER
#undef TEXT
};

#define XX(name, text) text,
#define CHOICE(field, list, layouts, about) \
  static const char *const field##_choices[] = {POLYRING__##list(XX) NULL};
#define NUMBER(field, initial, least, most, layouts, about)
#define TEXT(field, initial, layouts, about)
#include "placement/columns.def"
#undef CHOICE
#undef NUMBER
#undef TEXT
#undef XX

static const struct column {
  const char *name, *about;
  enum { A_CHOICE, A_NUMBER, A_TEXT } kind;
  size_t offset;
  const char *const *choices;
  const char *initial;
  uint32_t least, most, layouts;
} table[] = {
#define AT(field) offsetof(polyring__columns, field)
#define CHOICE(field, list, layouts, about) \
  {#field, about, A_CHOICE, AT(field), field##_choices, NULL, 0, 0, POLYRING__IN_##layouts},
#define NUMBER(field, initial, least, most, layouts, about) \
  {#field, about, A_NUMBER, AT(field), NULL, #initial, least, most, POLYRING__IN_##layouts},
#define TEXT(field, initial, layouts, about) \
  {#field, about, A_TEXT, AT(field), NULL, initial, 0, 0, POLYRING__IN_##layouts},
#include "placement/columns.def"
#undef CHOICE
#undef NUMBER
#undef TEXT
#undef AT
};

enum { COLUMNS = sizeof table / sizeof *table };

static void *field_of(polyring__columns *columns, const struct column *column) {
  return (char *)columns + column->offset;
}

static const void *field_in(const polyring__columns *columns, const struct column *column) {
  return (const char *)columns + column->offset;
}

/* All choices in one line, for an error text. */
static void join(const char *const *choices, char *out, size_t size) {
  size_t length = 0;
  out[0] = '\0';
  for (; *choices && length < size; choices++)
    length += (size_t)snprintf(out + length, size - length, "%s%s", length ? ", " : "", *choices);
}

static polyring_status set_choice(uint32_t *field, const struct column *column,
                                  polyring__span value, size_t position, polyring_error *error) {
  for (uint32_t i = 0; column->choices[i]; i++)
    if (polyring__span_is(value, column->choices[i])) {
      *field = i;
      return POLYRING_OK;
    }
  char choices[512];
  join(column->choices, choices, sizeof choices);
  return polyring__fail(error, POLYRING_INVALID_PROFILE, position,
                        "%q is no value of column %s: it takes %s", value.at, value.size,
                        column->name, choices);
}

static polyring_status set_number(uint32_t *field, const struct column *column,
                                  polyring__span value, size_t position, polyring_error *error) {
  uint32_t number = 0;
  size_t i = 0;
  while (i < value.size && i < 9 && polyring__is_digit(value.at[i]))
    number = number * 10 + (uint32_t)(value.at[i++] - '0');
  if (!value.size || i < value.size || number < column->least || number > column->most)
    return polyring__fail(error, POLYRING_INVALID_PROFILE, position,
                          "%q is no value of column %s: it takes a number from %u to %u", value.at,
                          value.size, column->name, column->least, column->most);
  *field = number;
  return POLYRING_OK;
}

static polyring_status override_one(polyring__columns *columns, polyring__span item,
                                    size_t position, polyring_error *error) {
  const char *equal = memchr(item.at, '=', item.size);
  if (!equal)
    return polyring__fail(error, POLYRING_INVALID_PROFILE, position,
                          "%q is no override: write column=value", item.at, item.size);
  polyring__span name = {item.at, (size_t)(equal - item.at)};
  polyring__span value = {equal + 1, item.size - name.size - 1};
  position += name.size + 1;
  for (const struct column *column = table; column < table + COLUMNS; column++) {
    if (!polyring__span_is(name, column->name)) continue;
    void *field = field_of(columns, column);
    if (column->kind == A_CHOICE) return set_choice(field, column, value, position, error);
    if (column->kind == A_NUMBER) return set_number(field, column, value, position, error);
    *(polyring__span *)field = value;
    return POLYRING_OK;
  }
  return polyring__fail(error, POLYRING_INVALID_PROFILE, position - name.size - 1,
                        "there is no column %q (polyring profiles NAME lists them)", name.at,
                        name.size);
}

polyring_status polyring__columns_override(polyring__columns *columns, polyring__span overrides,
                                           char separator, size_t origin, polyring_error *error) {
  size_t start = 0;
  while (overrides.size) {
    const char *item = overrides.at + start;
    const char *end = memchr(item, separator, overrides.size - start);
    size_t size = end ? (size_t)(end - item) : overrides.size - start;
    polyring_status status =
        override_one(columns, (polyring__span){item, size}, origin + start, error);
    if (status < 0 || !end) return status;
    start += size + 1;
  }
  return POLYRING_OK;
}

int polyring__column_applies(size_t c, uint32_t layout) { return table[c].layouts >> layout & 1; }

polyring__span polyring__columns_text(const polyring__columns *columns, size_t c, char *out) {
  const struct column *column = table + c;
  const void *field = field_in(columns, column);
  if (column->kind == A_TEXT) return *(const polyring__span *)field;
  uint32_t number = *(const uint32_t *)field;
  if (column->kind == A_CHOICE)
    return (polyring__span){column->choices[number], strlen(column->choices[number])};
  return (polyring__span){out, (size_t)snprintf(out, 16, "%u", number)};
}

size_t polyring__refuse_parse(polyring__span ranges, uint8_t bits[32]) {
  memset(bits, 0, 32);
  for (size_t i = 0; i < ranges.size; i++) {
    const char *at = ranges.at + i;
    size_t size = ranges.size - i > 2 && at[2] == '-' ? 5 : 2;
    if (size > ranges.size - i) return i;
    int digit[4] = {polyring__hex_value(at[0]), polyring__hex_value(at[1]),
                    polyring__hex_value(at[size - 2]), polyring__hex_value(at[size - 1])};
    if (digit[0] < 0 || digit[1] < 0 || digit[2] < 0 || digit[3] < 0) return i;
    int first = digit[0] * 16 + digit[1], last = digit[2] * 16 + digit[3];
    if (first > last) return i;
    for (int c = first; c <= last; c++) bits[c / 8] |= (uint8_t)(1 << c % 8);
    i += size;
    if (i < ranges.size && (ranges.at[i] != '+' || i + 1 == ranges.size)) return i;
  }
  return POLYRING_NOWHERE;
}

const char *polyring_column_name(size_t c) { return c < COLUMNS ? table[c].name : NULL; }
const char *polyring_column_about(size_t c) { return c < COLUMNS ? table[c].about : NULL; }

const char *polyring_column_default(size_t c) {
  if (c >= COLUMNS) return NULL;
  return table[c].kind == A_CHOICE ? table[c].choices[0] : table[c].initial;
}

const char *polyring_column_choice(size_t c, size_t v) {
  if (c >= COLUMNS || !table[c].choices) return NULL;
  size_t count = 0;
  while (table[c].choices[count]) count++;
  return v < count ? table[c].choices[v] : NULL;
}

const char *polyring_column_layout(size_t c, size_t v) {
  for (uint32_t layout = 0; c < COLUMNS && layout_choices[layout]; layout++)
    if (polyring__column_applies(c, layout) && v-- == 0) return layout_choices[layout];
  return NULL;
}

int polyring_column_limits(size_t c, uint32_t *least, uint32_t *most) {
  if (c >= COLUMNS || table[c].kind != A_NUMBER) return 0;
  *least = table[c].least;
  *most = table[c].most;
  return 1;
}
