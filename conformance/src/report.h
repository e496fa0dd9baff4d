/* What run found: as lines of JSON, from which everything else can be made, and as renderings
 * for people and for build servers. */
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

#include "group.h"

struct report {
  struct group *groups;
  size_t count, capacity;
  int code;
};

void report_line(FILE *file, const struct group *group); /* one line a group, for people */
void report_summary(FILE *file, const struct report *report);

/* Each opens its file itself, "-" is standard output; fails when it cannot be written. */
void report_json(const char *path, const struct report *report);
void report_tap(const char *path, const struct report *report);
void report_junit(const char *path, const struct report *report);

#endif
