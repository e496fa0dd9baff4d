/* polyring-check report: a stored run, rendered again. */
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "matrix.h"
#include "options.h"

struct input {
  struct report_options report;
  const char *path;
};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  switch (key) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &input->report;
      return 0;
    case ARGP_KEY_ARG:
      if (input->path) argp_error(state, "one file at a time");
      input->path = value;
      return 0;
    case ARGP_KEY_NO_ARGS:
      argp_error(state, "the file of a run is missing: run --json FILE writes it");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

int report_main(int argc, char **argv) {
  static const struct argp_child children[] = {{&report_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      NULL,
      parse,
      "FILE",
      "Renders the lines of JSON of a run, which run --json writes, - is standard input. Ends with "
      "the exit status of the run.",
      children,
      NULL,
      NULL};
  struct input input = {.path = NULL};
  options_parse(&argp, argc, argv, &input);
  struct report report;
  report_read(&report, input.path);
  struct folders folders;
  folders_find(&folders);
  struct report_outputs outputs = {&input.report, dirname(folders.clients), NULL, NULL, NULL, NULL,
                                   false};
  report_outputs_open(&outputs);
  for (size_t g = 0; g < report.count && !outputs.to_stdout; g++)
    report_print_group(stdout, &report, &report.groups[g]);
  report_outputs_write(&outputs, &report);
  int code = report.code;
  report_done(&report);
  folders_done(&folders);
  return code;
}
