/* The forms for people on a terminal. */
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* Text of several lines, each made printable. */
static void put_lines(FILE *file, const char *text) {
  for (size_t size; *text; text += size) {
    size = strcspn(text, "\n");
    char *line = format("%.*s", (int)size, text);
    report_write_text(file, line);
    fputc('\n', file);
    free(line);
    if (text[size]) size++;
  }
}

static void put_column(FILE *file, const char *text, int width) {
  char *clean = printable(copy(text));
  fprintf(file, "%-*s ", width, clean);
  free(clean);
}

void report_print_group(FILE *file, const struct report *report, const struct report_group *group) {
  static const char *const verdicts[] = {[EXIT_AGREED] = "same",
                                         [EXIT_DIFFERS] = "DIFFERENT",
                                         [EXIT_BROKEN] = "BROKEN",
                                         [EXIT_NOTHING] = "skipped"};
  const json_t *why = report_reason(report, group);
  fprintf(file, "%-9s  ", verdicts[report_exit(group)]);
  put_column(file, report_text(group->about, "client"), 34);
  put_column(file, report_text(group->about, "topology"), 14);
  put_column(file, report_text(group->about, "mode"), 7);
  report_write_counts(file, group);
  fputc('\n', file);
  if (why) {
    fputs("  ", file);
    report_write_text(file, report_text(why, "id"));
    fprintf(file, " %s: ", report_text(why, "status"));
    report_write_text(file, report_text(why, "why"));
    fputc('\n', file);
    put_lines(file, report_text(group->about, "explanation"));
  }
  if (*report_text(group->about, "note")) {
    fputs("  ", file);
    report_write_text(file, report_text(group->about, "note"));
    fputc('\n', file);
  }
}

static bool is_compared(const struct report *report, const char *name) {
  for (size_t g = 0; g < report->count; g++)
    if (report_exit(&report->groups[g]) != EXIT_NOTHING &&
        !strcmp(report_text(report->groups[g].about, "client"), name))
      return true;
  return false;
}

/* Names of clients of which nothing could be compared, each once. */
static void put_skipped(FILE *file, const struct report *report) {
  const char *last = "";
  size_t shown = 0;
  for (size_t g = 0; g < report->count; g++) {
    const char *name = report_text(report->groups[g].about, "client");
    if (!strcmp(name, last) || is_compared(report, name)) continue;
    fputs(shown++ ? " " : "skipped, each with its reason above: ", file);
    report_write_text(file, name);
    last = name;
  }
  if (shown) fputc('\n', file);
}

void report_print_summary(FILE *file, const struct report *report) {
  size_t by_exit[EXIT_NOTHING + 1] = {0}, keys[STATUSES] = {0};
  for (size_t i = 0; i < report->count; i++) {
    by_exit[report_exit(&report->groups[i])]++;
    for (int s = 0; s < STATUSES; s++)
      keys[s] += report_counted(&report->groups[i], (enum status)s);
  }
  fputc('\n', file);
  put_skipped(file, report);
  fprintf(file, "%zu comparisons: %zu agree, %zu differ, %zu broken, %zu skipped;", report->count,
          by_exit[EXIT_AGREED], by_exit[EXIT_DIFFERS], by_exit[EXIT_BROKEN], by_exit[EXIT_NOTHING]);
  fprintf(file, " keys: %zu same", keys[SAME]);
  for (int s = DIFFERENT; s < STATUSES; s++)
    if (keys[s]) fprintf(file, ", %zu %s", keys[s], status_name((enum status)s, true));
  fputc('\n', file);
}
