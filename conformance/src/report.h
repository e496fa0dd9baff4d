/* What run found: lines of JSON, which are the master, and what is rendered of them. */
#ifndef REPORT_H
#define REPORT_H

#include <argp.h>
#include <jansson.h>
#include <stdio.h>

#include "group.h"

/* One comparison: what the footer says of it, and its lines, which lie one behind the other: count
 * keys, then what its mode recorded beside them. */
struct report_group {
  const json_t *about;
  size_t first, count, facts;
};

struct report {
  json_t *header, *lines, *footer; /* as they stand in the file */
  struct report_group *groups;
  size_t count, capacity;
  int code;
  FILE *file; /* where the lines are written while they come, or NULL */
};

/* Begins a report; its lines go to path at once ("-" is standard output, NULL nowhere), so that
 * what was cut off lacks its footer. vectors is the folder of placement vectors. */
void report_begin(struct report *report, const char *path, const char *vectors);
const struct report_group *report_add(struct report *report, const struct group *group,
                                      const struct places *places);
void report_end(struct report *report, int code);
/* Reads a stored run, "-" is standard input. Fails on what is none, or not a whole one. */
void report_read(struct report *report, const char *path);
void report_done(struct report *report);

/* The fields of a line or of a footer's group: "" for a text that is not there. */
const char *report_text(const json_t *object, const char *name);
enum status report_status(const json_t *line);
size_t report_counted(const struct report_group *group, enum status status);
int report_exit(const struct report_group *group); /* 0, 1, 3 or 5 */
const json_t *report_line(const struct report *report, const struct report_group *group, size_t i);
/* Whether a line makes its comparison fail. */
bool report_fails(const json_t *line);
/* The first line that fails, or why nothing was compared; or NULL. */
const json_t *report_reason(const struct report *report, const struct report_group *group);

/* The list of servers of a footer's group, separated by one blank, to be freed. */
char *report_servers(const json_t *about);

/* "51 of 53 same, 2 REFUSED" */
void report_write_counts(FILE *file, const struct report_group *group);
/* Text from elsewhere, made printable, on one line. */
void report_write_text(FILE *file, const char *text);
/* The same for an attribute or an element of XML. */
void report_write_xml(FILE *file, const char *text);

/* What --tap --junit --html --svg --matrix say; NULL for what is not wanted. */
struct report_options {
  const char *tap, *junit, *html, *svg, *matrix;
};
extern const struct argp report_argp;
#define REPORT_MATRIX_STANDARD "4-equal"

/* Where the renderings go. All are opened before the run, so that none is lost after it. */
struct report_outputs {
  const struct report_options *options;
  const char *data; /* the folder of report/, cures.list and consequences.list */
  FILE *tap, *junit, *html, *svg;
  bool to_stdout; /* one goes there, so the lines for people do not */
};
void report_outputs_open(struct report_outputs *outputs);
void report_outputs_write(struct report_outputs *outputs, const struct report *report);

/* The renderings. */
void report_print_group(FILE *file, const struct report *report, const struct report_group *group);
void report_print_summary(FILE *file, const struct report *report);
void report_write_tap(FILE *file, const struct report *report);
void report_write_junit(FILE *file, const struct report *report);

#endif
