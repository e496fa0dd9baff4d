#include "client/settings.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/allocator.h"
#include "base/error.h"
#include "polyring/client.h"

typedef enum kind { TEXT, TIME, NUMBER, CHOICE } kind;

static const struct row {
  const char *name;
  kind kind;
  const char *text; /* the default */
  int64_t number, lowest, highest;
  const char *words;
} rows[] = {
#define TEXT(name, text) {#name, TEXT, text, 0, 0, 0, NULL},
#define SETTING(name, kind, number, lowest, highest) \
  {#name, kind, NULL, number, lowest, highest, NULL},
#define CHOICE(name, text, words) {#name, CHOICE, text, 0, 0, 0, words},
#include "client/settings.def"
#undef TEXT
#undef SETTING
#undef CHOICE
};

const char *polyring_setting_name(size_t i) { return i < POLYRING__SETTINGS ? rows[i].name : NULL; }

static int keep(polyring__settings *settings, size_t i, const char *text, size_t size) {
  char *copy = polyring__allocate(&settings->allocator, size + 1);
  if (!copy) return 0;
  if (size) memcpy(copy, text, size);
  copy[size] = '\0';
  polyring__release(&settings->allocator, settings->of[i].text, settings->of[i].room);
  settings->of[i].text = copy;
  settings->of[i].room = size + 1;
  return 1;
}

static int keep_number(polyring__settings *settings, size_t i, int64_t number) {
  char text[32];
  int size = snprintf(text, sizeof text, "%" PRId64 "%s", number, rows[i].kind == TIME ? "us" : "");
  settings->of[i].number = number;
  int shown = number || rows[i].kind == NUMBER; /* a time without default is none */
  return keep(settings, i, shown ? text : "", shown ? (size_t)size : 0);
}

/* The place of a word among the words, or -1. */
static int place_of(const char *words, polyring__span word) {
  int place = 0;
  for (const char *at = words; *at; place++) {
    size_t size = strcspn(at, " ");
    if (size == word.size && memcmp(at, word.at, size) == 0) return place;
    at += size + (at[size] == ' ');
  }
  return -1;
}

static polyring_status no_memory(polyring_error *error) {
  return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for settings");
}

polyring_status polyring__settings_init(polyring__settings *settings,
                                        const polyring_allocator *allocator,
                                        polyring_error *error) {
  *settings = (polyring__settings){.allocator = polyring__allocator_or_libc(allocator)};
  for (size_t i = 0; i < POLYRING__SETTINGS; i++) {
    const char *text = rows[i].text;
    if (rows[i].kind == CHOICE)
      settings->of[i].number = place_of(rows[i].words, (polyring__span){text, strlen(text)});
    if (text ? !keep(settings, i, text, strlen(text)) : !keep_number(settings, i, rows[i].number))
      return no_memory(error);
  }
  return POLYRING_OK;
}

void polyring__settings_done(polyring__settings *settings) {
  for (size_t i = 0; i < POLYRING__SETTINGS; i++)
    polyring__release(&settings->allocator, settings->of[i].text, settings->of[i].room);
}

/* Digits with at most one point, times unit; -1: it is none, or too large. */
static int64_t read_decimal(polyring__span text, int64_t unit) {
  double number = 0, scale = 1;
  int digits = 0, point = 0;
  for (size_t i = 0; i < text.size; i++) {
    char c = text.at[i];
    if (c == '.' && !point) {
      point = 1;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > 15) return -1;
    number = number * 10 + (c - '0');
    if (point) scale *= 10;
  }
  number = number / scale * (double)unit;
  return digits && number < 1e15 ? (int64_t)(number + 0.5) : -1;
}

static int64_t read_time(polyring__span text) {
  static const struct {
    const char *name;
    int64_t unit;
  } units[] = {{"us", 1}, {"ms", 1000}, {"s", 1000000}, {"m", 60000000}, {"h", 3600000000}};
  size_t letters = 0;
  while (letters < text.size && text.at[text.size - letters - 1] >= 'a') letters++;
  polyring__span number = {text.at, text.size - letters};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (letters == strlen(units[i].name) &&
        memcmp(text.at + number.size, units[i].name, letters) == 0)
      return read_decimal(number, units[i].unit);
  return -1;
}

static polyring_status refuse(const struct row *row, polyring__span value, size_t position,
                              polyring_error *error) {
  char rule[200];
  if (row->kind == CHOICE)
    snprintf(rule, sizeof rule, "one of: %s", row->words);
  else if (row->kind == TIME)
    snprintf(rule, sizeof rule, "a time from 1ms to 24h: a number and us, ms, s, m or h");
  else
    snprintf(rule, sizeof rule, "a number from %" PRId64 " to %" PRId64, row->lowest, row->highest);
  return polyring__fail(error, POLYRING_INVALID_ARGUMENT, position, "%s=%q: it must be %s",
                        row->name, (const void *)value.at, value.size, rule);
}

/* The number that a text stands for. */
static polyring_status read_number(const struct row *row, polyring__span value, size_t position,
                                   int64_t *number, polyring_error *error) {
  int whole = row->kind == NUMBER && memchr(value.at, '.', value.size);
  int bounded = row->kind == TIME || row->kind == NUMBER;
  int64_t lowest = bounded ? row->lowest : 0, highest = bounded ? row->highest : INT64_MAX;
  *number = row->kind == TIME     ? read_time(value)
            : row->kind == NUMBER ? read_decimal(value, 1)
            : row->kind == CHOICE ? place_of(row->words, value)
                                  : 0;
  return whole || *number < lowest || *number > highest ? refuse(row, value, position, error)
                                                        : POLYRING_OK;
}

static polyring_status set(polyring__settings *settings, size_t i, polyring__span value,
                           size_t position, polyring_error *error) {
  const struct row *row = &rows[i];
  int64_t number;
  polyring_status status = read_number(row, value, position, &number, error);
  if (status < 0) return status;
  settings->of[i].number = number;
  int kept = row->kind == TIME || row->kind == NUMBER ? keep_number(settings, i, number)
                                                      : keep(settings, i, value.at, value.size);
  return kept ? POLYRING_OK : no_memory(error);
}

static size_t find(polyring__span name) {
  size_t i = 0;
  while (i < POLYRING__SETTINGS &&
         (strlen(rows[i].name) != name.size || memcmp(rows[i].name, name.at, name.size) != 0))
    i++;
  return i;
}

static polyring_status read_one(polyring__settings *settings, polyring__source source,
                                polyring__span text, int *given, size_t position,
                                polyring_error *error) {
  const char *equals = memchr(text.at, '=', text.size);
  if (!equals)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, position,
                          "a setting is name=value, not %q", (const void *)text.at, text.size);
  polyring__span name = {text.at, (size_t)(equals - text.at)};
  polyring__span value = {equals + 1, text.size - name.size - 1};
  size_t i = find(name), fault;
  if (i == POLYRING__SETTINGS)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, position, "there is no setting %q",
                          (const void *)name.at, name.size);
  if (given[i]++)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, position,
                          "the setting %s is given twice", rows[i].name);
  char *decoded = polyring__allocate(&settings->allocator, value.size + 1);
  if (!decoded) return no_memory(error);
  polyring_status status;
  size_t size = polyring_percent_decode(value.at, value.size, decoded, &fault);
  position += name.size + 1;
  if (size == POLYRING_NOWHERE)
    status = polyring__fail(error, POLYRING_INVALID_ARGUMENT, position + fault,
                            "%s=%q: a %% is followed by two hexadecimal digits", rows[i].name,
                            (const void *)value.at, value.size);
  else if (memchr(decoded, 0, size))
    status = polyring__fail(error, POLYRING_INVALID_ARGUMENT, position,
                            "%s=%q: no setting has a NUL in it", rows[i].name,
                            (const void *)value.at, value.size);
  else
    status = set(settings, i, (polyring__span){decoded, size}, position, error);
  polyring__release(&settings->allocator, decoded, value.size + 1);
  settings->of[i].source = source;
  return status;
}

polyring_status polyring__settings_read(polyring__settings *settings, polyring__source source,
                                        polyring__span text, size_t before, polyring_error *error) {
  int given[POLYRING__SETTINGS] = {0};
  for (size_t start = 0; start < text.size;) {
    const char *end = memchr(text.at + start, '&', text.size - start);
    polyring__span one = {text.at + start,
                          end ? (size_t)(end - text.at) - start : text.size - start};
    polyring_status status = read_one(settings, source, one, given, before + start, error);
    if (status < 0) return status;
    start += one.size + 1;
  }
  return POLYRING_OK;
}

polyring_status polyring__settings_propose(polyring__settings *settings, polyring__span name,
                                           polyring__span value, int take, polyring_error *error) {
  size_t i = find(name);
  int64_t number;
  if (i == POLYRING__SETTINGS || rows[i].kind == TEXT)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, 0,
                          i == POLYRING__SETTINGS ? "there is no setting %q of a client"
                                                  : "the setting %q is not for topologies",
                          (const void *)name.at, name.size);
  polyring_status status = read_number(&rows[i], value, 1, &number, error);
  if (status < 0) return status;
  polyring__source other = settings->of[i].source;
  int is_part = i == POLYRING__SET_read_timeout || i == POLYRING__SET_write_timeout;
  if (is_part && settings->of[POLYRING__SET_timeout].source > other)
    other = settings->of[POLYRING__SET_timeout].source;
  if (other > POLYRING__BY_TOPOLOGY) return POLYRING_OK;
  if (!take) return number == settings->of[i].number ? POLYRING_OK : POLYRING_MISS;
  settings->of[i].source = POLYRING__BY_TOPOLOGY;
  return set(settings, i, value, 1, error);
}

polyring_status polyring__settings_finish(polyring__settings *settings, polyring_error *error) {
  static const size_t parts[] = {POLYRING__SET_read_timeout, POLYRING__SET_write_timeout};
  for (int p = 0; p < 2; p++) {
    if (settings->of[parts[p]].source >= settings->of[POLYRING__SET_timeout].source) continue;
    settings->of[parts[p]].source = settings->of[POLYRING__SET_timeout].source;
    if (!keep_number(settings, parts[p], settings->of[POLYRING__SET_timeout].number))
      return no_memory(error);
  }
  return POLYRING_OK;
}
