/* The matrix on a terminal: a sign a cell, so that it fits 120 columns. */
#include <stdlib.h>
#include <string.h>

#include "matrix.h"

enum { NAME_WIDTH = 34, PANEL = 70, TEN = 10, LEGEND = 3, LEGEND_WIDTH = 39 };

static char sign(enum letter letter) { return letter == LETTER_CHANCE ? '.' : letter_sign(letter); }

static bool is_compared(const struct matrix_row *row, size_t columns) {
  for (size_t c = 0; c < columns; c++)
    if (row->cells[c].compared) return true;
  return false;
}

static void put_gap(FILE *file, size_t n) {
  if (n && n % TEN == 0) fputc(' ', file);
}

/* The numbers of the columns, upright: tens where they begin, then ones. */
static void put_head(FILE *file, size_t first, size_t count) {
  fprintf(file, "%*s     ", NAME_WIDTH, "");
  for (size_t n = 0; n < count; n++) {
    put_gap(file, n);
    size_t number = first + n + 1;
    fputc(number % TEN == 0 || n == 0 ? (char)('0' + number / TEN % TEN) : ' ', file);
  }
  fprintf(file, "\n%*s own ", NAME_WIDTH, "");
  for (size_t n = 0; n < count; n++) {
    put_gap(file, n);
    fputc((char)('0' + (first + n + 1) % TEN), file);
  }
  fputc('\n', file);
}

static void put_row(FILE *file, const struct matrix_row *row, const size_t *columns, size_t count) {
  char *name = printable(copy(report_text(row->group->about, "client")));
  enum letter own = row->claim == NO_KEY ? LETTER_NONE : row->cells[row->claim].letter;
  fprintf(file, "%-*s  %c  ", NAME_WIDTH, name, sign(own));
  for (size_t n = 0; n < count; n++) {
    put_gap(file, n);
    fputc(sign(row->cells[columns[n]].letter), file);
  }
  fputc('\n', file);
  free(name);
}

static void put_legend(FILE *file, const struct matrix *matrix, const size_t *columns,
                       size_t count) {
  size_t lines = (count + LEGEND - 1) / LEGEND;
  for (size_t line = 0; line < lines; line++) {
    for (size_t n = line; n < count; n += lines)
      fprintf(file, "%3zu %-*s", n + 1, n + lines < count ? LEGEND_WIDTH - 4 : 0,
              matrix->columns[columns[n]].name);
    fputc('\n', file);
  }
}

void matrix_print(FILE *file, const struct matrix *matrix) {
  size_t *columns = grow(NULL, matrix->rows_of_table + 1, sizeof *columns), count = 0;
  for (size_t c = 0; c < matrix->rows_of_table; c++) {
    size_t r = 0;
    while (r < matrix->count && matrix->rows[r].cells[c].letter >= LETTER_CHANCE) r++;
    if (r < matrix->count) columns[count++] = c;
  }
  fprintf(file, "\nWho follows which row of the table, on %s (%zu servers; chance is %.0f %%):\n",
          matrix->topology, matrix->places.count, 100.0 / (double)matrix->places.count);
  for (size_t first = 0; first == 0 || first < count; first += PANEL) {
    size_t width = count - first < PANEL ? count - first : PANEL;
    put_head(file, first, width);
    for (size_t r = 0; r < matrix->count; r++)
      if (is_compared(&matrix->rows[r], matrix->columns_count))
        put_row(file, &matrix->rows[r], columns + first, width);
  }
  for (int letter = LETTER_ALL; letter < LETTERS; letter++)
    fprintf(file, "  %c  %s\n", sign((enum letter)letter), letter_meaning((enum letter)letter));
  fputs(
      "own: the profile that it claims, with its overrides. Rows that nobody follows are left "
      "out.\n",
      file);
  put_legend(file, matrix, columns, count);
  free(columns);
}
