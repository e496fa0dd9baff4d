#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "polyring/version.h"

#define SHOWN_KEYS 5 /* of those that fail, in TAP and JUnit */

static const char *verdict(const struct group *group) {
  static const char *const words[] = {[EXIT_AGREED] = "same",
                                      [EXIT_DIFFERS] = "DIFFERENT",
                                      [EXIT_BROKEN] = "BROKEN",
                                      [EXIT_NOTHING] = "skipped"};
  return words[group_exit(group)];
}

/* Why nothing was compared, or the first failure. */
static const struct result *reason(const struct group *group) {
  const struct result *failure = group_failure(group);
  for (size_t i = 0; !failure && i < group->count; i++)
    if (group->results[i].status != SAME && group_exit(group) == EXIT_NOTHING)
      failure = &group->results[i];
  return failure;
}

static void write_counts(FILE *file, const struct group *group) {
  fprintf(file, "%zu of %zu same", group->counts[SAME], group->count);
  for (int i = DIFFERENT; i < STATUSES; i++)
    if (group->counts[i])
      fprintf(file, ", %zu %s", group->counts[i], status_name((enum status)i, true));
}

void report_line(FILE *file, const struct group *group) {
  const struct result *why = reason(group);
  fprintf(file, "%-9s  %-34s %-14s %-6s  ", verdict(group), group->client->name, group->topology,
          mode_name(group->mode));
  write_counts(file, group);
  fputc('\n', file);
  if (why)
    fprintf(file, "  %s %s: %s\n", why->id, status_name(why->status, true),
            why->why ? why->why : "");
  if (group->explanation && why) fputs(group->explanation, file);
  if (group->note) fprintf(file, "  %s\n", group->note);
}

void report_summary(FILE *file, const struct report *report) {
  size_t by_exit[EXIT_NOTHING + 1] = {0}, keys[STATUSES] = {0};
  for (size_t i = 0; i < report->count; i++) {
    by_exit[group_exit(&report->groups[i])]++;
    for (int s = 0; s < STATUSES; s++) keys[s] += report->groups[i].counts[s];
  }
  fprintf(file, "\n%zu comparisons: %zu agree, %zu differ, %zu broken, %zu skipped;", report->count,
          by_exit[EXIT_AGREED], by_exit[EXIT_DIFFERS], by_exit[EXIT_BROKEN], by_exit[EXIT_NOTHING]);
  fprintf(file, " keys: %zu same", keys[SAME]);
  for (int s = DIFFERENT; s < STATUSES; s++)
    if (keys[s]) fprintf(file, ", %zu %s", keys[s], status_name((enum status)s, true));
  fputc('\n', file);
}

static FILE *report_open(const char *path) {
  FILE *file = strcmp(path, "-") ? fopen(path, "we") : stdout;
  if (!file) fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
  return file;
}

static void report_close(const char *path, FILE *file) {
  if (file == stdout ? fflush(file) : fclose(file))
    fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
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
  if (result->has_at) json_put(object, "at", json_integer((json_int_t)result->at));
  if (result->has_wanted) json_put(object, "wanted", json_integer((json_int_t)result->wanted));
  if (result->why) json_put(object, "why", json_text(result->why));
  return object;
}

static json_t *counts_json(const struct group *group) {
  json_t *object = group_json(group), *counts = json_object();
  for (int s = 0; s < STATUSES; s++)
    json_put(counts, status_name((enum status)s, true), json_integer((json_int_t)group->counts[s]));
  json_put(object, "version", json_text(group->version));
  json_put(object, "counts", counts);
  json_put(object, "exit", json_integer(group_exit(group)));
  return object;
}

void report_json(const char *path, const struct report *report) {
  FILE *file = report_open(path);
  json_t *groups = json_array();
  char *date = clock_date();
  json_line(file,
            json_pack("{s:s, s:s, s:s}", "tool", TOOL, "version", POLYRING_VERSION, "date", date));
  for (size_t g = 0; g < report->count; g++) {
    const struct group *group = &report->groups[g];
    for (size_t i = 0; i < group->count; i++)
      json_line(file, result_json(group, &group->results[i]));
    json_array_append_new(groups, counts_json(group));
  }
  json_line(file, json_pack("{s:o, s:i}", "groups", groups, "exit", report->code));
  free(date);
  report_close(path, file);
}

static void tap_keys(FILE *file, const struct group *group) {
  size_t shown = 0;
  fputs("  ---\n  keys: \"", file);
  write_counts(file, group);
  fputs("\"\n  failures:\n", file);
  for (size_t i = 0; i < group->count && shown < SHOWN_KEYS; i++) {
    const struct result *result = &group->results[i];
    if (result->status == SAME || result->status == SKIPPED || result->allowed) continue;
    json_t *line = result_json(group, result); /* JSON is YAML */
    fputs("    - ", file);
    json_line(file, line);
    shown++;
  }
  fputs("  ...\n", file);
}

/* In a description or a reason of TAP, # would begin a directive. */
static void tap_text(FILE *file, const char *text) {
  for (; *text; text++) {
    if (*text == '#') fputc('\\', file);
    fputc(*text, file);
  }
}

void report_tap(const char *path, const struct report *report) {
  FILE *file = report_open(path);
  fprintf(file, "TAP version 14\n1..%zu\n", report->count);
  for (size_t g = 0; g < report->count; g++) {
    const struct group *group = &report->groups[g];
    int code = group_exit(group);
    const struct result *why = reason(group);
    fprintf(file, "%sok %zu - ", code == EXIT_AGREED || code == EXIT_NOTHING ? "" : "not ", g + 1);
    tap_text(file, group->client->name);
    fprintf(file, " %s %s", group->topology, mode_name(group->mode));
    if (code == EXIT_NOTHING) {
      fputs(" # SKIP ", file);
      if (why && why->why) tap_text(file, why->why);
    }
    fputc('\n', file);
    if (code == EXIT_DIFFERS || code == EXIT_BROKEN) tap_keys(file, group);
  }
  report_close(path, file);
}

/* Text for an attribute; what XML cannot hold was made printable before. */
static void xml_text(FILE *file, const char *text) {
  for (; *text; text++) switch (*text) {
      case '<':
        fputs("&lt;", file);
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

static void junit_case(FILE *file, const struct group *group) {
  static const char *const kinds[] = {
      [EXIT_DIFFERS] = "failure", [EXIT_BROKEN] = "error", [EXIT_NOTHING] = "skipped"};
  const char *kind = kinds[group_exit(group)];
  const struct result *why = reason(group);
  fputs("    <testcase classname=\"", file);
  xml_text(file, group->client->name);
  fputs("\" name=\"", file);
  xml_text(file, group->topology);
  fprintf(file, "/%s\" time=\"%.3f\"", mode_name(group->mode), group->seconds);
  if (!kind) {
    fputs("/>\n", file);
    return;
  }
  fprintf(file, ">\n      <%s message=\"", kind);
  write_counts(file, group);
  if (why) {
    fputs("; ", file);
    xml_text(file, why->id);
    fputs(": ", file);
    xml_text(file, why->why ? why->why : status_name(why->status, true));
  }
  fputs("\"/>\n    </testcase>\n", file);
}

void report_junit(const char *path, const struct report *report) {
  FILE *file = report_open(path);
  fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", file);
  for (size_t g = 0; g < report->count;) {
    const struct group *first = &report->groups[g];
    size_t end = g, counts[EXIT_NOTHING + 1] = {0};
    for (; end < report->count && report->groups[end].client == first->client; end++)
      counts[group_exit(&report->groups[end])]++;
    fputs("  <testsuite name=\"", file);
    xml_text(file, first->client->name);
    fputs(" as ", file);
    xml_text(file, first->profile);
    fprintf(file, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n", end - g,
            counts[EXIT_DIFFERS], counts[EXIT_BROKEN], counts[EXIT_NOTHING]);
    for (; g < end; g++) junit_case(file, &report->groups[g]);
    fputs("  </testsuite>\n", file);
  }
  fputs("</testsuites>\n", file);
  report_close(path, file);
}
