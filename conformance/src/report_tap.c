#include <stdlib.h>

#include "json.h"
#include "report.h"

#define SHOWN_KEYS 5 /* of those that fail */

static void put_keys(FILE *file, const struct report *report, const struct report_group *group) {
  fputs("  ---\n  keys: \"", file);
  report_write_counts(file, group);
  fputs("\"\n  failures:\n", file);
  for (size_t i = 0, shown = 0; i < group->count && shown < SHOWN_KEYS; i++) {
    const json_t *line = report_line(report, group, i);
    if (!report_fails(line)) continue;
    fputs("    - ", file); /* JSON is YAML */
    json_line(file, json_deep_copy(line));
    shown++;
  }
  fputs("  ...\n", file);
}

/* In a description or a reason, # would begin a directive. */
static void put_text(FILE *file, const char *text) {
  char *clean = printable(copy(text));
  for (const char *at = clean; *at; at++) {
    if (*at == '#' || *at == '\\') fputc('\\', file);
    fputc(*at, file);
  }
  free(clean);
}

void report_write_tap(FILE *file, const struct report *report) {
  fprintf(file, "TAP version 14\n1..%zu\n", report->count);
  for (size_t g = 0; g < report->count; g++) {
    const struct report_group *group = &report->groups[g];
    const json_t *why = report_reason(report, group);
    int code = report_exit(group);
    fprintf(file, "%sok %zu - ", code == EXIT_AGREED || code == EXIT_NOTHING ? "" : "not ", g + 1);
    put_text(file, report_text(group->about, "client"));
    fputc(' ', file);
    put_text(file, report_text(group->about, "topology"));
    fputc(' ', file);
    put_text(file, report_text(group->about, "mode"));
    if (code == EXIT_NOTHING) {
      fputs(" # SKIP ", file);
      if (why) put_text(file, report_text(why, "why"));
    }
    fputc('\n', file);
    if (code == EXIT_DIFFERS || code == EXIT_BROKEN) put_keys(file, report, group);
  }
}
