/* A stored run is somebody else's file: nothing of it is believed before it is checked. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define GROUP_FIELDS 4
static const char *const group_fields[GROUP_FIELDS] = {"client", "profile", "topology", "mode"};

static _Noreturn void bad(const char *path, size_t number, const char *why) {
  fail(EXIT_USAGE, "%s:%zu: %s", path, number, why);
}

static bool is_text_or_nothing(const json_t *object, const char *name) {
  const json_t *value = json_object_get(object, name);
  return !value || json_is_null(value) || json_is_string(value);
}

static bool is_number_or_nothing(const json_t *object, const char *name) {
  const json_t *value = json_object_get(object, name);
  return !value || (json_is_integer(value) && json_integer_value(value) >= 0);
}

static bool has_group(const json_t *object) {
  for (int i = 0; i < GROUP_FIELDS; i++)
    if (!json_is_string(json_object_get(object, group_fields[i]))) return false;
  return true;
}

static bool is_of_group(const json_t *line, const json_t *about) {
  for (int i = 0; i < GROUP_FIELDS; i++)
    if (strcmp(report_text(line, group_fields[i]), report_text(about, group_fields[i])))
      return false;
  return true;
}

static void check_header(const char *path, const json_t *header) {
  if (strcmp(report_text(header, "tool"), TOOL) || !json_is_string(json_object_get(header, "date")))
    bad(path, 1, "this is not the header of a run: {\"tool\":\"" TOOL "\",...,\"date\":...}");
  if (!is_text_or_nothing(header, "version") || !is_text_or_nothing(header, "vectors") ||
      !is_text_or_nothing(header, "memcached"))
    bad(path, 1, "version, vectors and memcached are texts");
}

static void check_line(const char *path, size_t number, const json_t *line) {
  if (!has_group(line)) bad(path, number, "a line has client, profile, topology and mode");
  if (report_status(line) == STATUSES) bad(path, number, "a line has one of the statuses");
  if (!is_text_or_nothing(line, "id") || !is_text_or_nothing(line, "key") ||
      !is_text_or_nothing(line, "why"))
    bad(path, number, "id, key and why are texts");
  if (!is_number_or_nothing(line, "at") || !is_number_or_nothing(line, "wanted"))
    bad(path, number, "at and wanted are indexes of servers");
}

static void check_servers(const char *path, size_t number, const json_t *about) {
  const json_t *servers = json_object_get(about, "servers");
  struct places places;
  if (!servers || json_is_null(servers)) return;
  for (size_t i = 0; i < json_array_size(servers); i++)
    if (!json_is_string(json_array_get(servers, i)))
      bad(path, number, "servers are an array of words");
  if (!json_array_size(servers)) bad(path, number, "servers are an array of words");
  char *text = report_servers(about), *why = places_read(text, &places);
  if (why || places.count != json_array_size(servers))
    fail(EXIT_USAGE, "%s:%zu: the servers of %s: %s", path, number,
         printable(copy(report_text(about, "topology"))),
         why ? printable(why) : "a blank in a server");
  places_done(&places);
  free(text);
}

static void check_about(const char *path, size_t number, const json_t *about) {
  const json_t *counts = json_object_get(about, "counts");
  const json_t *code = json_object_get(about, "exit");
  if (!has_group(about)) bad(path, number, "a group has client, profile, topology and mode");
  if (!is_text_or_nothing(about, "version") || !is_text_or_nothing(about, "language") ||
      !is_text_or_nothing(about, "explanation") || !is_text_or_nothing(about, "note"))
    bad(path, number, "version, language, explanation and note are texts");
  if (!is_number_or_nothing(about, "facts")) bad(path, number, "facts is a number of lines");
  for (int s = 0; s < STATUSES; s++) {
    const json_t *count = json_object_get(counts, status_name((enum status)s, true));
    if (!json_is_integer(count) || json_integer_value(count) < 0)
      bad(path, number, "a group counts each status");
  }
  json_int_t exit = json_integer_value(code);
  if (!json_is_integer(code) ||
      (exit != EXIT_AGREED && exit != EXIT_DIFFERS && exit != EXIT_BROKEN && exit != EXIT_NOTHING))
    bad(path, number, "the exit of a group is 0, 1, 3 or 5");
  check_servers(path, number, about);
}

/* Where the lines of the next group begin. */
static size_t lines_taken(const struct report *report) {
  if (!report->count) return 0;
  const struct report_group *last = &report->groups[report->count - 1];
  return last->first + last->count + last->facts;
}

static bool is_on_list(const json_t *line, const json_t *about) {
  const json_t *servers = json_object_get(about, "servers");
  json_int_t count = (json_int_t)json_array_size(servers);
  if (!json_is_array(servers)) return true;
  return json_integer_value(json_object_get(line, "at")) < count &&
         json_integer_value(json_object_get(line, "wanted")) < count;
}

/* Takes the lines of a group from those that are left, and holds them to its counts. */
static void take_lines(const char *path, struct report *report, const json_t *about) {
  size_t first = lines_taken(report), all = 0, counts[STATUSES] = {0}, facts = 0;
  ROOM(report->groups, report->count, report->capacity);
  struct report_group *group = &report->groups[report->count++];
  *group = (struct report_group){about, first, 0, 0};
  for (int s = 0; s < STATUSES; s++) all += report_counted(group, (enum status)s);
  facts = (size_t)json_integer_value(json_object_get(about, "facts"));
  for (size_t i = 0; i < all + facts; i++) {
    const json_t *line = report_line(report, group, i);
    if (!line || !is_of_group(line, about)) break;
    if (!is_on_list(line, about))
      fail(EXIT_USAGE, "%s:%zu: at or wanted is beyond the last server", path, first + i + 2);
    if (i < all) counts[report_status(line)]++;
    group->count += i < all;
    group->facts += i >= all;
  }
  for (int s = 0; s < STATUSES; s++)
    if (counts[s] != report_counted(group, (enum status)s) || group->facts != facts)
      fail(EXIT_USAGE, "%s: the lines of %s %s are not those that the footer counts", path,
           printable(copy(report_text(about, "client"))),
           printable(copy(report_text(about, "topology"))));
}

static void take_footer(const char *path, size_t number, struct report *report) {
  const json_t *groups = json_object_get(report->footer, "groups");
  const json_t *code = json_object_get(report->footer, "exit");
  if (!json_is_array(groups) || !json_is_integer(code))
    bad(path, number, "the footer is missing: this run was cut off");
  report->code = (int)json_integer_value(code);
  if (report->code < EXIT_AGREED || report->code > EXIT_NOTHING)
    bad(path, number, "an exit status is 0 to 5");
  for (size_t g = 0; g < json_array_size(groups); g++) {
    check_about(path, number, json_array_get(groups, g));
    take_lines(path, report, json_array_get(groups, g));
  }
  if (json_array_size(report->lines) != lines_taken(report))
    fail(EXIT_USAGE, "%s: there are lines of no group of the footer", path);
}

static json_t *parse(const char *path, size_t number, const char *text, size_t size) {
  json_error_t error;
  json_t *line = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
  if (!line)
    fail(EXIT_USAGE, "%s:%zu: %s: this run was cut off or is none", path, number,
         printable(error.text));
  if (!json_is_object(line)) bad(path, number, "a line is an object");
  return line;
}

void report_read(struct report *report, const char *path) {
  size_t size, number = 0;
  char *text = file_read(path, &size);
  if (!text) fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
  *report = (struct report){.lines = json_array()};
  for (size_t at = 0; at < size;) {
    const char *end = memchr(text + at, '\n', size - at);
    size_t length = end ? (size_t)(end - text) - at : size - at;
    if (!end) bad(path, number + 1, "the last line has no end: this run was cut off");
    json_t *line = parse(path, ++number, text + at, length);
    at += length + 1;
    if (number == 1) {
      check_header(path, report->header = line);
    } else if (at >= size) {
      report->footer = line;
    } else {
      check_line(path, number, line);
      json_array_append_new(report->lines, line);
    }
  }
  free(text);
  if (!report->footer) bad(path, number, "the footer is missing: this run was cut off");
  take_footer(path, number, report);
}
