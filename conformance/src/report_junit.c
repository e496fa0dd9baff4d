#include <string.h>

#include "report.h"

static void put_case(FILE *file, const struct report *report, const struct report_group *group) {
  static const char *const kinds[] = {
      [EXIT_DIFFERS] = "failure", [EXIT_BROKEN] = "error", [EXIT_NOTHING] = "skipped"};
  const char *kind = kinds[report_exit(group)];
  const json_t *why = report_reason(report, group);
  fputs("    <testcase classname=\"", file);
  report_write_xml(file, report_text(group->about, "client"));
  fputs("\" name=\"", file);
  report_write_xml(file, report_text(group->about, "topology"));
  fputc('/', file);
  report_write_xml(file, report_text(group->about, "mode"));
  fprintf(file, "\" time=\"%.3f\"", json_number_value(json_object_get(group->about, "seconds")));
  if (!kind) {
    fputs("/>\n", file);
    return;
  }
  fprintf(file, ">\n      <%s message=\"", kind);
  report_write_counts(file, group);
  if (why) {
    const char *text = report_text(why, "why");
    fputs("; ", file);
    report_write_xml(file, report_text(why, "id"));
    fputs(": ", file);
    report_write_xml(file, *text ? text : report_text(why, "status"));
  }
  fputs("\"/>\n    </testcase>\n", file);
}

static bool same_suite(const struct report_group *a, const struct report_group *b) {
  return !strcmp(report_text(a->about, "client"), report_text(b->about, "client")) &&
         !strcmp(report_text(a->about, "profile"), report_text(b->about, "profile"));
}

void report_write_junit(FILE *file, const struct report *report) {
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", file);
  for (size_t g = 0; g < report->count;) {
    const struct report_group *first = &report->groups[g];
    size_t end = g, counts[EXIT_NOTHING + 1] = {0};
    for (; end < report->count && same_suite(first, &report->groups[end]); end++)
      counts[report_exit(&report->groups[end])]++;
    fputs("  <testsuite name=\"", file);
    report_write_xml(file, report_text(first->about, "client"));
    fputs(" as ", file);
    report_write_xml(file, report_text(first->about, "profile"));
    fprintf(file, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n", end - g,
            counts[EXIT_DIFFERS], counts[EXIT_BROKEN], counts[EXIT_NOTHING]);
    for (; g < end; g++) put_case(file, report, &report->groups[g]);
    fputs("  </testsuite>\n", file);
  }
  fputs("</testsuites>\n", file);
}
