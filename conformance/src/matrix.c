#include "matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "judge.h"

char letter_sign(enum letter letter) { return "ANPC-"[letter]; }

const char *letter_meaning(enum letter letter) {
  static const char *const meanings[] = {"all keys lie where the profile has them",
                                         "nearly all: 9 of 10 keys or more",
                                         "a part: more keys than chance explains",
                                         "chance: as unrelated clients do", "nothing to compare"};
  return meanings[letter];
}

char *client_of(const char *name) { return format("%.*s", (int)strcspn(name, "/"), name); }

/* The first list of that name decides; another one under the same name is left out. */
static bool is_wanted(struct matrix *matrix, const struct report_group *group) {
  const json_t *servers = json_object_get(group->about, "servers");
  const char *mode = report_text(group->about, "mode");
  if (strcmp(report_text(group->about, "topology"), matrix->topology)) return false;
  if (strcmp(mode, mode_name(MODE_LAND)) && strcmp(mode, mode_name(MODE_LOCATE))) return false;
  if (!json_array_size(servers)) return false;
  char *text = report_servers(group->about);
  if (!matrix->places.count) {
    char *why = places_read(text, &matrix->places);
    if (why)
      fail(EXIT_USAGE, "the servers of %s: %s", printable(copy(matrix->topology)), printable(why));
  }
  bool same = !strcmp(text, matrix->places.text);
  free(text);
  /* What was observed twice counts as it was first. */
  const struct matrix_row *last = matrix->count ? &matrix->rows[matrix->count - 1] : NULL;
  return same && (!last || strcmp(report_text(last->group->about, "client"),
                                  report_text(group->about, "client")));
}

static size_t column_find(const struct matrix *matrix, const char *name) {
  size_t c = 0;
  while (c < matrix->columns_count && strcmp(matrix->columns[c].name, name)) c++;
  return c;
}

static size_t column_add(struct matrix *matrix, const char *name) {
  size_t c = column_find(matrix, name);
  if (c < matrix->columns_count) return c;
  ROOM(matrix->columns, matrix->columns_count, matrix->columns_capacity);
  matrix->columns[c] = (struct matrix_column){.name = copy(name)};
  matrix->columns[c].ring = judge_ring(name, &matrix->places, &matrix->columns[c].refusal);
  return matrix->columns_count++;
}

static void row_add(struct matrix *matrix, const struct report *report,
                    const struct report_group *group) {
  char *why, *claim = profile_canonical(report_text(group->about, "profile"), &why);
  ROOM(matrix->rows, matrix->count, matrix->capacity);
  struct matrix_row *row = &matrix->rows[matrix->count++];
  *row = (struct matrix_row){.group = group, .claim = NO_KEY};
  if (claim) row->claim = column_add(matrix, claim);
  row->keys = zeroed(group->count + 1, sizeof *row->keys);
  for (size_t i = 0; i < group->count; i++) {
    const json_t *line = report_line(report, group, i);
    const char *key = report_text(line, "key");
    bool seen = *key && json_is_integer(json_object_get(line, "at"));
    row->keys[i] = seen ? keys_add_text(&matrix->keys, key) : NO_KEY;
  }
  if (!claim) free(why);
  free(claim);
}

static void column_place(struct matrix *matrix, struct matrix_column *column) {
  polyring_placement placement;
  column->wanted = grow(NULL, matrix->keys.count + 1, sizeof *column->wanted);
  column->tied = zeroed(matrix->keys.count + 1, sizeof *column->tied);
  for (size_t i = 0; column->ring && i < matrix->keys.count; i++) {
    size_t size;
    const uint8_t *key = keys_at(&matrix->keys, i, &size);
    column->wanted[i] = judge_wanted(column->ring, &matrix->places, &matrix->keys, i);
    if (polyring_ring_explain(column->ring, key, size, &placement, NULL) >= 0)
      column->tied[i] = placement.tie_count > 0;
  }
}

static bool is_right(const struct matrix *matrix, const struct matrix_column *column, size_t key,
                     size_t at) {
  if (column->wanted[key] == at) return true;
  return column->tied[key] && judge_right(column->ring, &matrix->places, &matrix->keys, key, at);
}

/* Luck gives 1 of N keys; three standard deviations more are still luck. */
static enum letter letter_of(const struct matrix *matrix, const struct matrix_cell *cell) {
  double keys = (double)cell->compared, chance = 1.0 / (double)matrix->places.count;
  if (!cell->compared) return LETTER_NONE;
  if (cell->same == cell->compared) return LETTER_ALL;
  if ((double)cell->same >= 0.9 * keys) return LETTER_NEARLY;
  return (double)cell->same > keys * chance + 3 * sqrt(keys * chance * (1 - chance))
             ? LETTER_PART
             : LETTER_CHANCE;
}

static void row_score(struct matrix *matrix, const struct report *report, struct matrix_row *row) {
  row->cells = zeroed(matrix->columns_count, sizeof *row->cells);
  for (size_t c = 0; c < matrix->columns_count; c++) {
    struct matrix_cell *cell = &row->cells[c];
    for (size_t i = 0; matrix->columns[c].ring && i < row->group->count; i++) {
      const json_t *line = report_line(report, row->group, i);
      if (row->keys[i] == NO_KEY) continue;
      size_t at = (size_t)json_integer_value(json_object_get(line, "at"));
      bool right = is_right(matrix, &matrix->columns[c], row->keys[i], at);
      if (!right && cell->same == cell->compared) cell->first = i;
      cell->compared++;
      cell->same += right;
    }
    cell->letter = letter_of(matrix, cell);
  }
}

void matrix_make(struct matrix *matrix, const struct report *report, const char *topology) {
  const char *name;
  *matrix = (struct matrix){.topology = copy(topology)};
  for (size_t g = 0; g < report->count; g++) {
    if (!is_wanted(matrix, &report->groups[g])) continue;
    for (size_t i = 0; !matrix->rows_of_table && (name = polyring_profile_name_at(i)); i++)
      column_add(matrix, name);
    if (!matrix->rows_of_table) matrix->rows_of_table = matrix->columns_count;
    row_add(matrix, report, &report->groups[g]);
  }
  for (size_t c = 0; c < matrix->columns_count; c++) column_place(matrix, &matrix->columns[c]);
  for (size_t r = 0; r < matrix->count; r++) row_score(matrix, report, &matrix->rows[r]);
}

void matrix_done(struct matrix *matrix) {
  for (size_t r = 0; r < matrix->count; r++) {
    free(matrix->rows[r].keys);
    free(matrix->rows[r].cells);
  }
  for (size_t c = 0; c < matrix->columns_count; c++) {
    struct matrix_column *column = &matrix->columns[c];
    polyring_ring_free(column->ring);
    free(column->name);
    free(column->refusal);
    free(column->wanted);
    free(column->tied);
  }
  free(matrix->rows);
  free(matrix->columns);
  if (matrix->places.count) places_done(&matrix->places);
  keys_done(&matrix->keys);
  free(matrix->topology);
  *matrix = (struct matrix){0};
}

bool matrix_follows(const struct matrix *matrix, size_t row, size_t column) {
  return matrix->rows[row].cells[column].letter == LETTER_ALL;
}
