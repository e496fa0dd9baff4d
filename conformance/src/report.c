#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "judge.h"
#include "polyring/version.h"

/* The first line of vectors/VERSION, which lies beside the folder of placements. */
static char *vectors_version(const char *vectors) {
  char *path = format("%s/../VERSION", vectors);
  size_t size;
  char *text = file_read(path, &size);
  free(path);
  if (text) text[strcspn(text, "\r\n")] = 0;
  return text;
}

static void put_line(const struct report *report, json_t *line) {
  if (report->file) json_line(report->file, json_incref(line));
}

void report_begin(struct report *report, const char *path, const char *vectors) {
  char *date = clock_date(), *version = vectors_version(vectors), *server = fleet_version();
  *report = (struct report){.lines = json_array(), .file = path ? output_open(path) : NULL};
  report->header =
      json_pack("{s:s, s:s, s:s, s:o, s:o}", "tool", TOOL, "version", POLYRING_VERSION, "date",
                date, "vectors", json_text(version), "memcached", json_text(server));
  report->footer = json_pack("{s:[]}", "groups");
  put_line(report, report->header);
  free(date);
  free(version);
  free(server);
}

static json_t *group_json(const struct group *group) {
  json_t *object = json_object();
  json_put(object, "client", json_text(group->client->name));
  json_put(object, "profile", json_text(group->profile));
  json_put(object, "topology", json_text(group->topology));
  json_put(object, "mode", json_text(mode_name(group->mode)));
  return object;
}

static json_t *result_json(const struct group *group, const struct result *result) {
  json_t *object = group_json(group);
  json_put(object, "id", json_text(result->id));
  if (result->key) json_put(object, "key", json_text(result->key));
  json_put(object, "status", json_text(status_name(result->status, true)));
  if (result->allowed) json_put(object, "allowed", json_true());
  bool lies = result->has_at && result->at != NOT_PLACED; /* ALTERED, and nobody knows where */
  if (lies) json_put(object, "at", json_integer((json_int_t)result->at));
  if (result->has_wanted) json_put(object, "wanted", json_integer((json_int_t)result->wanted));
  if (result->why) json_put(object, "why", json_text(result->why));
  return object;
}

static json_t *about_json(const struct group *group, const struct places *places) {
  json_t *object = group_json(group), *counts = json_object();
  for (int s = 0; s < STATUSES; s++)
    json_put(counts, status_name((enum status)s, true), json_integer((json_int_t)group->counts[s]));
  json_put(object, "version", json_text(group->version));
  if (group->language) json_put(object, "language", json_text(group->language));
  json_put(object, "servers", places_json(places));
  json_put(object, "counts", counts);
  json_put(object, "exit", json_integer(group_exit(group)));
  json_put(object, "seconds", json_real((double)(long)(group->seconds * 1000) / 1000));
  if (group->explanation) json_put(object, "explanation", json_text(group->explanation));
  if (group->facts) json_put(object, "facts", json_integer((json_int_t)json_array_size(group->facts)));
  if (group->note) json_put(object, "note", json_text(group->note));
  return object;
}

/* What the mode recorded, as a line of its own. */
static json_t *fact_json(const struct group *group, json_t *fact) {
  json_t *object = group_json(group);
  json_object_update(object, fact);
  return object;
}

const struct report_group *report_add(struct report *report, const struct group *group,
                                      const struct places *places) {
  json_t *about = about_json(group, places);
  ROOM(report->groups, report->count, report->capacity);
  struct report_group *added = &report->groups[report->count++];
  *added = (struct report_group){about, json_array_size(report->lines), group->count,
                                 json_array_size(group->facts)};
  json_array_append_new(json_object_get(report->footer, "groups"), about);
  for (size_t i = 0; i < group->count; i++) {
    json_t *line = result_json(group, &group->results[i]);
    put_line(report, line);
    json_array_append_new(report->lines, line);
  }
  for (size_t i = 0; i < added->facts; i++) {
    json_t *line = fact_json(group, json_array_get(group->facts, i));
    put_line(report, line);
    json_array_append_new(report->lines, line);
  }
  if (report->file) fflush(report->file);
  return added;
}

void report_end(struct report *report, int code) {
  report->code = code;
  json_put(report->footer, "exit", json_integer(code));
  put_line(report, report->footer);
  if (report->file) output_close("the JSON lines", report->file);
  report->file = NULL;
}

void report_done(struct report *report) {
  json_decref(report->header);
  json_decref(report->lines);
  json_decref(report->footer);
  free(report->groups);
  *report = (struct report){0};
}

const char *report_text(const json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));
  return text ? text : "";
}

enum status report_status(const json_t *line) {
  const char *name = report_text(line, "status");
  int status = SAME;
  while (status < STATUSES && strcmp(name, status_name((enum status)status, true))) status++;
  return (enum status)status;
}

size_t report_counted(const struct report_group *group, enum status status) {
  const json_t *counts = json_object_get(group->about, "counts");
  return (size_t)json_integer_value(json_object_get(counts, status_name(status, true)));
}

int report_exit(const struct report_group *group) {
  return (int)json_integer_value(json_object_get(group->about, "exit"));
}

const json_t *report_line(const struct report *report, const struct report_group *group, size_t i) {
  return json_array_get(report->lines, group->first + i);
}

bool report_fails(const json_t *line) {
  enum status status = report_status(line);
  return status != SAME && status != SKIPPED && !json_is_true(json_object_get(line, "allowed"));
}

const json_t *report_reason(const struct report *report, const struct report_group *group) {
  for (size_t i = 0; i < group->count; i++)
    if (report_fails(report_line(report, group, i))) return report_line(report, group, i);
  for (size_t i = 0; i < group->count && report_exit(group) == EXIT_NOTHING; i++)
    if (report_status(report_line(report, group, i)) != SAME) return report_line(report, group, i);
  return NULL;
}

char *report_servers(const json_t *about) {
  const json_t *servers = json_object_get(about, "servers");
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  for (size_t i = 0; i < json_array_size(servers); i++)
    fprintf(file, "%s%s", i ? " " : "", json_string_value(json_array_get(servers, i)));
  fclose(file);
  return text;
}

void report_write_counts(FILE *file, const struct report_group *group) {
  fprintf(file, "%zu of %zu same", report_counted(group, SAME), group->count);
  for (int s = DIFFERENT; s < STATUSES; s++) {
    size_t count = report_counted(group, (enum status)s);
    if (count) fprintf(file, ", %zu %s", count, status_name((enum status)s, true));
  }
}

void report_write_text(FILE *file, const char *text) {
  char *clean = printable(copy(text));
  fputs(clean, file);
  free(clean);
}

void report_write_xml(FILE *file, const char *text) {
  for (; *text; text++) switch (*text) {
      case '<':
        fputs("&lt;", file);
        break;
      case '>':
        fputs("&gt;", file);
        break;
      case '&':
        fputs("&amp;", file);
        break;
      case '"':
        fputs("&quot;", file);
        break;
      case '\n':
        fputs("&#10;", file);
        break;
      default:
        fputc((unsigned char)*text < ' ' || (unsigned char)*text >= 0x7F ? '?' : *text, file);
    }
}
