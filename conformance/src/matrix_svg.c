/* The matrix as a picture: static, small, readable on light and on dark. */
#include <stdlib.h>
#include <string.h>

#include "matrix.h"

enum { CELL = 16, NAME = 250, MARGIN = 12, TITLE = 44, SHOWN_MAX = 40 };

struct picture {
  const struct matrix *matrix;
  size_t *rows, *columns, row_count, column_count, head; /* head: height of the columns' names */
};

static bool is_compared(const struct matrix *matrix, size_t row) {
  for (size_t c = 0; c < matrix->rows_of_table; c++)
    if (matrix->rows[row].cells[c].compared) return true;
  return false;
}

static const char *name_of(const struct matrix *matrix, size_t row) {
  return report_text(matrix->rows[row].group->about, "client");
}

/* Of each client the first configuration that claims a row, as the table has it. */
static bool is_main(const struct matrix *matrix, size_t row) {
  size_t claim = matrix->rows[row].claim;
  if (claim >= matrix->rows_of_table || !is_compared(matrix, row)) return false;
  char *client = client_of(name_of(matrix, row));
  bool first = true;
  for (size_t r = 0; r < row && first; r++) {
    char *other = client_of(name_of(matrix, r));
    if (matrix->rows[r].claim == claim && is_compared(matrix, r) && !strcmp(client, other))
      first = false;
    free(other);
  }
  free(client);
  return first;
}

/* How many different clients of the picture follow a column. */
static size_t followers(const struct picture *picture, size_t column) {
  const char *last = "";
  size_t count = 0;
  for (size_t i = 0; i < picture->row_count; i++) {
    const char *name = name_of(picture->matrix, picture->rows[i]);
    size_t size = strcspn(name, "/") + 1;
    if (!matrix_follows(picture->matrix, picture->rows[i], column)) continue;
    if (strncmp(name, last, size)) count++;
    last = name;
  }
  return count;
}

/* With many clients, a column is for what two of them have in common. */
static void choose(struct picture *picture) {
  const struct matrix *matrix = picture->matrix;
  picture->rows = grow(NULL, matrix->count + 1, sizeof *picture->rows);
  picture->columns = grow(NULL, matrix->rows_of_table + 1, sizeof *picture->columns);
  for (size_t r = 0; r < matrix->count; r++)
    if (is_main(matrix, r)) picture->rows[picture->row_count++] = r;
  for (size_t least = 1; least <= 2; least++) {
    picture->column_count = picture->head = 0;
    for (size_t c = 0; c < matrix->rows_of_table; c++) {
      if (followers(picture, c) < least) continue;
      size_t length = strlen(matrix->columns[c].name);
      picture->columns[picture->column_count++] = c;
      if (length > picture->head) picture->head = length;
    }
    if (picture->column_count <= SHOWN_MAX) break;
  }
  picture->head = picture->head * 7 + 8;
}

static void put_style(FILE *file) {
  fputs(
      "<style>"
      "text{font:11px ui-monospace,Menlo,Consolas,monospace;fill:#1f2328}"
      ".t{font:600 14px system-ui,sans-serif}.s{fill:#59636e}"
      ".b{fill:#ffffff}.z{fill:#f3f5f7}.l{stroke:#d1d9e0}"
      ".A{fill:#1a7f37}.N{fill:#9a6700}.P{fill:#bc4c00}.O{fill:#0969da}.w{fill:#ffffff;"
      "font-weight:700;text-anchor:middle}.d{fill:#afb8c1}"
      "@media (prefers-color-scheme:dark){text{fill:#e6edf3}.s{fill:#9198a1}.b{fill:#0d1117}"
      ".z{fill:#161b22}.l{stroke:#30363d}.A{fill:#238636}.N{fill:#9e6a03}.P{fill:#bd561d}"
      ".O{fill:#1f6feb}.w{fill:#ffffff}.d{fill:#484f58}}</style>\n",
      file);
}

static void put_text(FILE *file, const char *class, size_t x, size_t y, const char *text) {
  fprintf(file, "<text class=\"%s\" x=\"%zu\" y=\"%zu\">", class, x, y);
  report_write_xml(file, text);
  fputs("</text>\n", file);
}

static void put_box(FILE *file, char letter, size_t x, size_t y, const char *told) {
  fprintf(file, "<g><title>");
  report_write_xml(file, told);
  fprintf(file,
          "</title><rect class=\"%c\" x=\"%zu\" y=\"%zu\" width=\"14\" height=\"14\" rx=\"3\"/>"
          "<text class=\"w\" x=\"%zu\" y=\"%zu\">%c</text></g>\n",
          letter, x + 1, y + 1, x + 8, y + 12, letter);
}

static void put_row(FILE *file, const struct picture *picture, size_t n, size_t y) {
  const struct matrix *matrix = picture->matrix;
  const struct matrix_row *row = &matrix->rows[picture->rows[n]];
  const char *name = name_of(matrix, picture->rows[n]);
  size_t width = NAME + picture->column_count * CELL;
  bool alone = true; /* no column that is shown is what this client follows */
  if (n % 2)
    fprintf(file, "<rect class=\"z\" x=\"%d\" y=\"%zu\" width=\"%zu\" height=\"%d\"/>\n", MARGIN, y,
            width + CELL + 8, CELL);
  put_text(file, "n", MARGIN + 4, y + 12, name);
  for (size_t i = 0; i < picture->column_count; i++) {
    const struct matrix_cell *cell = &row->cells[picture->columns[i]];
    if (cell->letter == LETTER_ALL) alone = false;
    if (cell->letter >= LETTER_CHANCE) continue;
    char *told = format("%s, %s: %zu of %zu keys", name, matrix->columns[picture->columns[i]].name,
                        cell->same, cell->compared);
    put_box(file, letter_sign(cell->letter), MARGIN + NAME + i * CELL, y, told);
    free(told);
  }
  if (!alone || row->cells[row->claim].letter != LETTER_ALL) return;
  char *told = format("%s follows %s", name, matrix->columns[row->claim].name);
  put_box(file, 'O', MARGIN + width + 8, y, told);
  free(told);
}

static void put_heads(FILE *file, const struct picture *picture, size_t y) {
  for (size_t i = 0; i <= picture->column_count; i++) {
    bool last = i == picture->column_count;
    size_t x = MARGIN + NAME + i * CELL + 12 + (last ? 8 : 0);
    fprintf(file, "<text transform=\"translate(%zu %zu) rotate(-90)\">", x, y - 6);
    report_write_xml(
        file, last ? "a row of its own" : picture->matrix->columns[picture->columns[i]].name);
    fputs("</text>\n", file);
  }
}

static void put_frame(FILE *file, const struct picture *picture, size_t width, size_t height,
                      const char *date) {
  const struct matrix *matrix = picture->matrix;
  size_t clients = 0, keys = 0;
  for (size_t i = 0; i < picture->row_count; i++) {
    char *one = client_of(name_of(matrix, picture->rows[i])), *last;
    last = i ? client_of(name_of(matrix, picture->rows[i - 1])) : copy("");
    clients += strcmp(one, last) != 0;
    keys += matrix->rows[picture->rows[i]].cells[0].compared;
    free(one);
    free(last);
  }
  char *told =
      format("%zu configurations of %zu clients, %zu keys on %zu servers (%s), %.10s",
             picture->row_count, clients, keys, matrix->places.count, matrix->topology, date);
  fprintf(file,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %zu %zu\" width=\"%zu\" "
          "height=\"%zu\" role=\"img\" aria-labelledby=\"t d\">\n"
          "<title id=\"t\">Which memcached clients put keys alike</title>\n<desc id=\"d\">",
          width, height, width, height);
  report_write_xml(file, told);
  fputs(
      ". A row is a client in one configuration, a column a profile. A green A: all keys lie "
      "where the profile has them; O: they follow a profile that no other client shown here "
      "follows; an empty cell: as many as chance gives.</desc>\n",
      file);
  put_style(file);
  fputs("<rect class=\"b\" width=\"100%\" height=\"100%\" rx=\"6\"/>\n", file);
  put_text(file, "t", MARGIN, 24, "Which memcached clients put keys alike");
  put_text(file, "s", MARGIN, 40, told);
  free(told);
}

static void put_legend(FILE *file, size_t y) {
  static const struct {
    char letter;
    const char *text;
  } all[] = {{'A', "all keys"}, {'N', "nearly all"}, {'P', "a part"}, {'O', "a row of its own"}};
  size_t x = MARGIN;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    put_box(file, all[i].letter, x, y, all[i].text);
    put_text(file, "s", x + 20, y + 12, all[i].text);
    x += 36 + 7 * strlen(all[i].text);
  }
  put_text(file, "s", x, y + 12, "empty: chance");
}

void matrix_write_svg(FILE *file, const struct report *report, const struct matrix *matrix) {
  struct picture picture = {.matrix = matrix};
  choose(&picture);
  if (picture.head < 110) picture.head = 110;
  size_t top = TITLE + picture.head + 6, bottom = top + picture.row_count * CELL + 10;
  size_t width = 2 * MARGIN + NAME + (picture.column_count + 1) * CELL + 12;
  put_frame(file, &picture, width < 560 ? 560 : width, bottom + 26,
            report_text(report->header, "date"));
  put_heads(file, &picture, top);
  for (size_t n = 0; n < picture.row_count; n++) put_row(file, &picture, n, top + n * CELL);
  fprintf(file, "<path class=\"l\" d=\"M%d %zuH%zu\"/>\n", MARGIN, top - 1, width - MARGIN);
  put_legend(file, bottom);
  fputs("</svg>\n", file);
  free(picture.rows);
  free(picture.columns);
}
