#include "placement/profile.h"

#include <string.h>

#include "base/allocator.h"
#include "base/error.h"

enum { PROFILE_TEXT_MAX = 4096, NAME_MAX_COMPARED = 63 };

static const struct row {
  const char *name, *alias, *about, *base, *columns;
} rows[] = {
#define ROW(name, alias, about, base, columns) {name, alias, about, base, columns},
#include "placement/profiles.def"
#undef ROW
};

enum { ROWS = sizeof rows / sizeof *rows };

/* texts holds, each with a NUL: what the user wrote, the canonical name, the value of each
 * column. */
struct polyring_profile {
  polyring_allocator allocator;
  const struct row *row;
  polyring__columns columns;
  size_t texts_size;
  const char *name;
  char texts[];
};

const char *polyring_profile_name_at(size_t i) { return i < ROWS ? rows[i].name : NULL; }

static int names(polyring__span text, const char *name) {
  return *name && polyring__span_is(text, name);
}

static const struct row *find(polyring__span name) {
  for (const struct row *row = rows; row < rows + ROWS; row++)
    if (names(name, row->name) || names(name, row->alias)) return row;
  return NULL;
}

static polyring_status row_columns(const struct row *row, polyring__columns *columns,
                                   polyring_error *error) {
  polyring_status status = POLYRING_OK;
  *columns = polyring__columns_default;
  if (*row->base)
    status = row_columns(find((polyring__span){row->base, strlen(row->base)}), columns, error);
  if (status < 0) return status;
  polyring__span overrides = {row->columns, strlen(row->columns)};
  return polyring__columns_override(columns, overrides, ',', 0, error);
}

static unsigned least(unsigned a, unsigned b, unsigned c) {
  unsigned d = a < b ? a : b;
  return d < c ? d : c;
}

/* Levenshtein's distance, for short texts. */
static unsigned distance(polyring__span a, const char *b) {
  unsigned row[NAME_MAX_COMPARED + 1];
  size_t size = strlen(b);
  if (size > NAME_MAX_COMPARED) size = NAME_MAX_COMPARED;
  for (unsigned j = 0; j <= size; j++) row[j] = j;
  for (unsigned i = 0; i < a.size && i < NAME_MAX_COMPARED; i++) {
    unsigned diagonal = row[0];
    row[0] = i + 1;
    for (unsigned j = 1; j <= size; j++) {
      unsigned next = least(row[j] + 1, row[j - 1] + 1, diagonal + (a.at[i] != b[j - 1]));
      diagonal = row[j];
      row[j] = next;
    }
  }
  return row[size];
}

/* Against whole names, and against their two halves: a client alone is a likely typing. */
static const char *nearest(polyring__span name) {
  const char *best = rows[0].name;
  unsigned best_distance = ~0u;
  for (const struct row *row = rows; row < rows + ROWS; row++) {
    const char *slash = strchr(row->name, '/');
    size_t client = (size_t)(slash - row->name);
    int same_client = name.size >= client && memcmp(row->name, name.at, client) == 0;
    unsigned d = least(distance(name, row->name), distance(name, slash + 1),
                       *row->alias ? distance(name, row->alias) : ~0u);
    if (same_client && d > 3) d = 3;
    if (d >= best_distance) continue;
    best = row->name;
    best_distance = d;
  }
  return best;
}

static size_t put(char *out, size_t at, const char *text, size_t size) {
  if (out) memcpy(out + at, text, size);
  return at + size;
}

/* Writes the canonical name and the values behind each other, or only measures if out is NULL. */
static size_t write_texts(const struct row *row, const polyring__columns *columns, char *out) {
  polyring__columns base;
  char number[16], base_number[16];
  row_columns(row, &base, NULL);
  size_t at = put(out, 0, row->name, strlen(row->name));
  for (size_t c = 0; polyring_column_name(c); c++) {
    polyring__span value = polyring__columns_text(columns, c, number);
    polyring__span usual = polyring__columns_text(&base, c, base_number);
    if (polyring__span_equals(value, usual)) continue;
    at = put(out, at, ",", 1);
    at = put(out, at, polyring_column_name(c), strlen(polyring_column_name(c)));
    at = put(out, at, "=", 1);
    at = put(out, at, value.at, value.size);
  }
  at = put(out, at, "", 1);
  for (size_t c = 0; polyring_column_name(c); c++) {
    polyring__span value = polyring__columns_text(columns, c, number);
    at = put(out, at, value.at, value.size);
    at = put(out, at, "", 1);
  }
  return at;
}

/* Splits the text, and fills the columns, whose texts then lie in it. */
static polyring_status parse(polyring__span text, const struct row **row,
                             polyring__columns *columns, polyring_error *error) {
  const char *comma = memchr(text.at, ',', text.size);
  polyring__span name = {text.at, comma ? (size_t)(comma - text.at) : text.size};
  *row = find(name);
  if (!*row)
    return polyring__fail(error, POLYRING_INVALID_PROFILE, 0,
                          "there is no profile %q: did you mean %s? (polyring profiles lists all)",
                          name.at, name.size, nearest(name));
  polyring_status status = row_columns(*row, columns, error);
  if (status >= 0 && comma) {
    polyring__span overrides = {comma + 1, text.size - name.size - 1};
    status = overrides.size
                 ? polyring__columns_override(columns, overrides, ',', name.size + 1, error)
                 : polyring__fail(error, POLYRING_INVALID_PROFILE, name.size,
                                  "no override follows the comma: write column=value");
  }
  return status < 0 ? status : polyring__columns_check(columns, error);
}

polyring_status polyring_profile_new(const polyring_allocator *allocator, const char *text,
                                     size_t size, polyring_profile **profile,
                                     polyring_error *error) {
  polyring_allocator memory = polyring__allocator_or_libc(allocator);
  const struct row *row;
  polyring__columns columns;
  *profile = NULL;
  polyring__span given = {text, size};
  if (!size)
    given = (polyring__span){POLYRING_PROFILE_DEFAULT, sizeof POLYRING_PROFILE_DEFAULT - 1};
  if (size > PROFILE_TEXT_MAX || (size && memchr(text, 0, size)))
    return polyring__fail(error, POLYRING_INVALID_PROFILE, 0,
                          "the profile %q is too long, or has a zero byte in it", text, size);
  polyring_status status = parse(given, &row, &columns, error);
  if (status < 0) return status;

  size_t texts_size = given.size + 1 + write_texts(row, &columns, NULL);
  polyring_profile *made = polyring__allocate(&memory, sizeof *made + texts_size);
  if (!made)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a profile");
  made->allocator = memory;
  made->texts_size = texts_size;
  memcpy(made->texts, given.at, given.size);
  made->texts[given.size] = '\0';
  made->name = made->texts + given.size + 1;
  /* Once more, so that the columns point into the copy. It has just gone well. */
  parse((polyring__span){made->texts, given.size}, &made->row, &made->columns, NULL);
  write_texts(made->row, &made->columns, made->texts + given.size + 1);
  *profile = made;
  return POLYRING_OK;
}

/* Where a text of the one profile, or a static one, stands for the other. */
static polyring__span moved(polyring__span text, const polyring_profile *from,
                            const polyring_profile *to) {
  if (text.at >= from->texts && text.at <= from->texts + from->texts_size)
    text.at = to->texts + (text.at - from->texts);
  return text;
}

polyring_profile *polyring__profile_copy(const polyring_profile *profile) {
  size_t size = sizeof *profile + profile->texts_size;
  polyring_profile *copy = polyring__allocate(&profile->allocator, size);
  if (!copy) return NULL;
  memcpy(copy, profile, size);
  copy->name = copy->texts + (profile->name - profile->texts);
#define CHOICE(field, list, layouts, about)
#define NUMBER(field, initial, least, most, layouts, about)
#define TEXT(field, initial, layouts, about) \
  copy->columns.field = moved(profile->columns.field, profile, copy);
#include "placement/columns.def"
#undef CHOICE
#undef NUMBER
#undef TEXT
  return copy;
}

void polyring_profile_free(polyring_profile *profile) {
  if (!profile) return;
  polyring_allocator memory = profile->allocator;
  polyring__release(&memory, profile, sizeof *profile + profile->texts_size);
}

const char *polyring_profile_name(const polyring_profile *profile) { return profile->name; }
const char *polyring_profile_alias(const polyring_profile *profile) { return profile->row->alias; }
const char *polyring_profile_about(const polyring_profile *profile) { return profile->row->about; }

const char *polyring_profile_value(const polyring_profile *profile, size_t c) {
  if (!polyring_column_name(c)) return NULL;
  const char *value = profile->name + strlen(profile->name) + 1;
  while (c--) value += strlen(value) + 1;
  return value;
}

const polyring__columns *polyring__profile_columns(const polyring_profile *profile) {
  return &profile->columns;
}
