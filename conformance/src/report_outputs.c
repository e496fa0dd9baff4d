/* Which renderings are wanted, and their files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "matrix.h"

enum { OPTION_TAP = 500, OPTION_JUNIT, OPTION_HTML, OPTION_SVG, OPTION_MATRIX };

static error_t parse(int key, char *value, struct argp_state *state) {
  struct report_options *options = state->input;
  const char **files[] = {&options->tap, &options->junit, &options->html, &options->svg,
                          &options->matrix};
  if (key < OPTION_TAP || key > OPTION_MATRIX) return ARGP_ERR_UNKNOWN;
  *files[key - OPTION_TAP] = value;
  return 0;
}

static const struct argp_option table[] = {
    {"tap", OPTION_TAP, "FILE", 0, "Write TAP there; - is standard output", 0},
    {"junit", OPTION_JUNIT, "FILE", 0, "Write JUnit's XML there", 0},
    {"html", OPTION_HTML, "FILE", 0, "Write a page for people there, which needs no network", 0},
    {"svg", OPTION_SVG, "FILE", 0, "Write the matrix of clients and profiles there, as a picture",
     0},
    {"matrix", OPTION_MATRIX, "TOPOLOGY", 0,
     "Make the matrix of the comparisons over this list of servers "
     "(standard: " REPORT_MATRIX_STANDARD ")",
     0},
    {0}};
const struct argp report_argp = {table, parse, NULL, NULL, NULL, NULL, NULL};

void report_outputs_open(struct report_outputs *outputs) {
  const struct report_options *options = outputs->options;
  const char *paths[] = {options->tap, options->junit, options->html, options->svg};
  FILE **files[] = {&outputs->tap, &outputs->junit, &outputs->html, &outputs->svg};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    if (!paths[i]) continue;
    *files[i] = output_open(paths[i]);
    if (*files[i] == stdout) outputs->to_stdout = true;
  }
}

/* A matrix of one client is a line that says what its comparisons said. */
static bool is_worth_printing(const struct report_options *options, const struct matrix *matrix) {
  if (!matrix->count) return false;
  return options->matrix || matrix->count > 1;
}

void report_outputs_write(struct report_outputs *outputs, const struct report *report) {
  const struct report_options *options = outputs->options;
  struct matrix matrix;
  matrix_make(&matrix, report, options->matrix ? options->matrix : REPORT_MATRIX_STANDARD);
  if (options->matrix && !matrix.count)
    fprintf(stderr, TOOL ": this run has no comparison over %s, or none that names its servers\n",
            options->matrix);
  if (!outputs->to_stdout && is_worth_printing(options, &matrix)) matrix_print(stdout, &matrix);
  if (!outputs->to_stdout) report_print_summary(stdout, report);
  if (outputs->tap) report_write_tap(outputs->tap, report);
  if (outputs->junit) report_write_junit(outputs->junit, report);
  if (outputs->html) report_write_html(outputs->html, report, &matrix, outputs->data);
  if (outputs->svg) matrix_write_svg(outputs->svg, report, &matrix);
  output_close(options->tap, outputs->tap);
  output_close(options->junit, outputs->junit);
  output_close(options->html, outputs->html);
  output_close(options->svg, outputs->svg);
  matrix_done(&matrix);
}
