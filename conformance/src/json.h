/* Lines of JSON. */
#ifndef JSON_H
#define JSON_H

#include <jansson.h>
#include <stdio.h>

/* A string, whatever the text is; null for NULL. */
json_t *json_text(const char *text);
/* Writes the value on one line and releases it. */
void json_line(FILE *file, json_t *value);
/* Sets key unless the value is NULL; takes the reference. */
void json_put(json_t *object, const char *key, json_t *value);

#endif
