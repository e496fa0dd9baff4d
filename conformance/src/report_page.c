#include "report_page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#define SHOWN_KEYS 5 /* of those that fail, beside each comparison */

static json_t *number(size_t value) { return json_integer((json_int_t)value); }

/* The lines of a list as arrays of words, the last one being the rest; empty if there is no such
 * file. */
static json_t *list_read(const char *folder, const char *name, size_t words) {
  char *path = format("%s/%s", folder, name), *line;
  size_t size;
  char *text = file_read(path, &size), *rest = text;
  json_t *list = json_array();
  free(path);
  while (text && (line = strsep(&rest, "\n"))) {
    json_t *entry = json_array();
    char *at = line + strspn(line, " \t\r");
    while (*at && *at != '#' && json_array_size(entry) < words) {
      size_t length = json_array_size(entry) + 1 < words ? strcspn(at, " \t\r") : strlen(at);
      char *word = format("%.*s", (int)length, at);
      json_array_append_new(entry, json_text(word));
      free(word);
      at += length;
      at += strspn(at, " \t\r");
    }
    if (json_array_size(entry) == words) json_array_append(list, entry);
    json_decref(entry);
  }
  free(text);
  return list;
}

static json_t *head(const struct report *report, const struct matrix *matrix) {
  json_t *object = json_copy(report->header);
  json_put(object, "exit", json_integer(report->code));
  json_put(object, "topology", json_text(matrix->topology));
  json_put(object, "servers", places_json(&matrix->places));
  return object;
}

/* The name of each column, what it is, and the layouts that it means something in (none: all). */
static json_t *table_columns(void) {
  json_t *columns = json_array();
  for (size_t c = 0; polyring_column_name(c); c++) {
    json_t *layouts = json_array();
    for (size_t v = 0; polyring_column_layout(c, v); v++)
      json_array_append_new(layouts, json_text(polyring_column_layout(c, v)));
    json_array_append_new(columns, json_pack("[s, s, o]", polyring_column_name(c),
                                             polyring_column_about(c), layouts));
  }
  return columns;
}

static json_t *profile_json(const struct matrix_column *column) {
  polyring_profile *profile;
  json_t *values = json_array(), *object = json_object();
  json_put(object, "name", json_text(column->name));
  json_put(object, "values", values);
  if (column->refusal) json_put(object, "refusal", json_text(column->refusal));
  if (polyring_profile_new(NULL, column->name, strlen(column->name), &profile, NULL) < 0)
    return object;
  json_put(object, "about", json_text(polyring_profile_about(profile)));
  for (size_t c = 0; polyring_column_name(c); c++)
    json_array_append_new(values, json_text(polyring_profile_value(profile, c)));
  polyring_profile_free(profile);
  return object;
}

static json_t *profiles(const struct matrix *matrix) {
  json_t *all = json_array();
  for (size_t c = 0; c < matrix->columns_count; c++)
    json_array_append_new(all, profile_json(&matrix->columns[c]));
  return all;
}

static json_t *hexadecimal(polyring_number value) {
  char text[40];
  if (value.high)
    snprintf(text, sizeof text, "0x%016" PRIx64 "%016" PRIx64, value.high, value.low);
  else
    snprintf(text, sizeof text, "0x%08" PRIx64, value.low);
  return json_text(text);
}

/* How a profile comes to the server of a key: server, hash, point, label, why; or the reason why
 * it refuses the key. */
static json_t *trace(const struct matrix *matrix, const struct matrix_column *column, size_t key) {
  polyring_placement placement;
  polyring_error error;
  size_t size;
  const uint8_t *bytes = keys_at(&matrix->keys, key, &size);
  if (!column->ring) return json_pack("[n, s]", column->refusal);
  if (polyring_ring_explain(column->ring, bytes, size, &placement, &error) < 0)
    return json_pack("[n, o]", json_text(error.text));
  char *label = percent(placement.label, placement.label_size);
  json_t *entry = json_array();
  json_array_append_new(entry, number(matrix->places.items[placement.server].same_as));
  json_array_append_new(entry, json_text(placement.why));
  json_array_append_new(entry, json_text(label));
  if (placement.has_hash) {
    json_array_append_new(entry, hexadecimal(placement.hash));
    json_array_append_new(entry, hexadecimal(placement.point));
  }
  free(label);
  return entry;
}

static void trace_add(json_t *traces, const struct matrix *matrix, size_t column, size_t key) {
  char name[48];
  snprintf(name, sizeof name, "%zu/%zu", column, key);
  if (!json_object_get(traces, name))
    json_put(traces, name, trace(matrix, &matrix->columns[column], key));
}

/* The cells of a configuration: the letters of the table's rows, then of each row same, compared,
 * and of the first key that differs its number and where it was found. */
static void put_cells(json_t *object, const struct matrix *matrix, const struct report *report,
                      const struct matrix_row *row, json_t *traces) {
  json_t *cells = json_array();
  char *letters = zeroed(matrix->rows_of_table + 1, 1);
  for (size_t c = 0; c < matrix->columns_count; c++) {
    const struct matrix_cell *cell = &row->cells[c];
    bool is_shown = c < matrix->rows_of_table || c == row->claim;
    if (!is_shown) continue;
    if (c < matrix->rows_of_table) letters[c] = letter_sign(cell->letter);
    json_t *entry = json_pack("[o, o]", number(cell->same), number(cell->compared));
    if (cell->same < cell->compared) {
      size_t key = row->keys[cell->first];
      const json_t *line = report_line(report, row->group, cell->first);
      json_array_append_new(entry, number(key));
      json_array_append(entry, json_object_get(line, "at"));
      trace_add(traces, matrix, c, key);
      if (row->claim != NO_KEY) trace_add(traces, matrix, row->claim, key);
    }
    if (c == row->claim)
      json_put(object, "own", json_pack("[O, s#]", entry, &"ANPC-"[cell->letter], 1));
    if (c < matrix->rows_of_table) json_array_append(cells, entry);
    json_decref(entry);
  }
  json_put(object, "letters", json_text(letters));
  json_put(object, "cells", cells);
  json_put(object, "claim", row->claim == NO_KEY ? json_null() : number(row->claim));
  free(letters);
}

static json_t *failures(const struct report *report, const struct report_group *group) {
  json_t *lines = json_array();
  for (size_t i = 0; i < group->count && json_array_size(lines) < SHOWN_KEYS; i++) {
    const json_t *line = report_line(report, group, i);
    if (report_fails(line))
      json_array_append_new(
          lines, json_pack("[s, s, s, s]", report_text(line, "id"), report_text(line, "key"),
                           report_text(line, "status"), report_text(line, "why")));
  }
  const json_t *reason = report_reason(report, group);
  if (!json_array_size(lines) && reason)
    json_array_append_new(lines,
                          json_pack("[s, s, s, s]", report_text(reason, "id"), "",
                                    report_text(reason, "status"), report_text(reason, "why")));
  return lines;
}

static json_t *comparison(const struct report *report, const struct report_group *group) {
  json_t *object = json_object(), *counts = json_array();
  json_put(object, "topology", json_text(report_text(group->about, "topology")));
  json_put(object, "mode", json_text(report_text(group->about, "mode")));
  json_put(object, "exit", json_integer(report_exit(group)));
  for (int s = 0; s < STATUSES; s++)
    json_array_append_new(counts, number(report_counted(group, (enum status)s)));
  json_put(object, "counts", counts);
  json_t *lines = failures(report, group);
  if (json_array_size(lines))
    json_put(object, "lines", lines);
  else
    json_decref(lines);
  static const char *const texts[] = {"explanation", "note"};
  for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
    if (*report_text(group->about, texts[t]))
      json_put(object, texts[t], json_text(report_text(group->about, texts[t])));
  return object;
}

/* What a mode recorded: the lines behind the keys, and keys with more to them than a place. */
static bool is_fact(const struct report_group *group, size_t i, const json_t *line) {
  static const char *const fields[] = {"phase", "op", "type", "flags", "bytes", "reads_as"};
  for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
    if (json_object_get(line, fields[f])) return true;
  return i >= group->count;
}

static void put_facts(json_t *facts, const struct report *report,
                      const struct report_group *group) {
  for (size_t i = 0; i < group->count + group->facts; i++) {
    const json_t *line = report_line(report, group, i);
    if (!is_fact(group, i, line)) continue;
    json_t *fact = json_copy((json_t *)line);
    json_object_del(fact, "profile");
    json_array_append_new(facts, fact);
  }
}

static json_t *configuration(const struct report_group *group) {
  json_t *object = json_object();
  json_put(object, "name", json_text(report_text(group->about, "client")));
  json_put(object, "profile", json_text(report_text(group->about, "profile")));
  json_put(object, "comparisons", json_array());
  json_put(object, "exit", json_integer(EXIT_NOTHING));
  return object;
}

static void merge(json_t *object, const struct report *report, const struct report_group *group) {
  static const char *const fields[] = {"version", "language"};
  int before = (int)json_integer_value(json_object_get(object, "exit"));
  int now = report_exit(group);
  for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
    if (*report_text(group->about, fields[f]))
      json_put(object, fields[f], json_text(report_text(group->about, fields[f])));
  json_array_append_new(json_object_get(object, "comparisons"), comparison(report, group));
  if (before == EXIT_NOTHING)
    before = now;
  else if (now != EXIT_NOTHING)
    before = exit_worse(before, now);
  json_put(object, "exit", json_integer(before));
}

json_t *report_page(const struct report *report, const struct matrix *matrix, const char *data) {
  json_t *page = json_object(), *all = json_array(), *traces = json_object();
  json_t *facts = json_array(), *keys = json_array(), *by_name = json_object();
  for (size_t g = 0; g < report->count; g++) {
    const char *name = report_text(report->groups[g].about, "client");
    if (!json_object_get(by_name, name)) {
      json_t *object = configuration(&report->groups[g]);
      json_put(by_name, name, json_incref(object));
      json_array_append_new(all, object);
    }
    merge(json_object_get(by_name, name), report, &report->groups[g]);
    put_facts(facts, report, &report->groups[g]);
  }
  for (size_t r = 0; r < matrix->count; r++)
    put_cells(json_object_get(by_name, report_text(matrix->rows[r].group->about, "client")), matrix,
              report, &matrix->rows[r], traces);
  for (size_t i = 0; i < matrix->keys.count; i++) {
    char *key = keys_text(&matrix->keys, i);
    json_array_append_new(keys, json_text(key));
    free(key);
  }
  json_put(page, "head", head(report, matrix));
  json_put(page, "columns", table_columns());
  json_put(page, "consequences", list_read(data, "consequences.list", 2));
  json_put(page, "cures", list_read(data, "cures.list", 4));
  json_put(page, "profiles", profiles(matrix));
  json_put(page, "rows", number(matrix->rows_of_table));
  json_put(page, "keys", keys);
  json_put(page, "traces", traces);
  json_put(page, "configurations", all);
  json_put(page, "facts", facts);
  json_decref(by_name);
  return page;
}
