#include "json.h"

#include <stdlib.h>

#include "support.h"

json_t *json_text(const char *text) {
  if (!text) return json_null();
  json_t *string = json_string(text);
  if (string) return string;
  char *ascii = printable(copy(text));
  string = json_string(ascii);
  free(ascii);
  return string;
}

void json_put(json_t *object, const char *key, json_t *value) {
  if (value && json_object_set_new(object, key, value) != 0)
    fail(EXIT_ENVIRONMENT, "out of memory");
}

void json_line(FILE *file, json_t *value) {
  if (json_dumpf(value, file, JSON_COMPACT | JSON_ENSURE_ASCII) != 0 || fputc('\n', file) == EOF)
    fail(EXIT_ENVIRONMENT, "output could not be written");
  json_decref(value);
}
