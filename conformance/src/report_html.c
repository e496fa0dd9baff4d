/* The page: a template, into which its style, its script and the data are put. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "report_page.h"

static char *part_read(const char *data, const char *name) {
  char *path = format("%s/report/%s", data, name);
  size_t size;
  char *text = file_read(path, &size);
  if (!text) fail(EXIT_ENVIRONMENT, "%s: %s", path, strerror(errno));
  free(path);
  return text;
}

/* Names, keys and reasons are anybody's: nothing in them may end the script that holds them. */
static void put_data(FILE *file, json_t *page) {
  char *text = json_dumps(page, JSON_COMPACT | JSON_ENSURE_ASCII);
  if (!text) fail(EXIT_ENVIRONMENT, "out of memory");
  for (const char *at = text; *at; at++)
    if (*at == '<')
      fputs("\\u003c", file);
    else
      fputc(*at, file);
  free(text);
}

static void put_part(FILE *file, const char *data, const char *name) {
  char *text = part_read(data, name);
  fputs(text, file);
  free(text);
}

void report_write_html(FILE *file, const struct report *report, const struct matrix *matrix,
                       const char *data) {
  char *template = part_read(data, "page.html"), *at = template, *hole;
  json_t *page = report_page(report, matrix, data);
  while ((hole = strstr(at, "{{"))) {
    fprintf(file, "%.*s", (int)(hole - at), at);
    if (!strncmp(hole, "{{css}}", 7)) put_part(file, data, "page.css");
    if (!strncmp(hole, "{{js}}", 6)) put_part(file, data, "page.js");
    if (!strncmp(hole, "{{data}}", 8)) put_data(file, page);
    at = strstr(hole, "}}");
    if (!at) fail(EXIT_ENVIRONMENT, "%s/report/page.html: {{ without }}", data);
    at += 2;
  }
  fputs(at, file);
  json_decref(page);
  free(template);
}
