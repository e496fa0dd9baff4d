/* What to record: keys, and what is known about each of them. */
#ifndef RECIPE_H
#define RECIPE_H

#include <jansson.h>

#include "keys.h"

/* extra is an object with the fields "flags", "kills" and "may_refuse" of a case, as far as they
 * are given. */
struct recipe {
  struct keys keys;
  json_t **extras; /* one a key */
  size_t capacity;
  json_t *notes; /* flag: {effect, column} */
};

/* Adds the keys of a file. It is either JSON, {"notes": {...}, "keys": [{"key", "flags", "kills",
 * "may_refuse"}...]}, or lines of
 *
 *     KEY [flags=Flag,Flag] [kills=column=value,column=value] [may_refuse]
 *
 * with percent-encoded keys, where # begins a comment at the start of a line. Fails, naming the
 * place, on what it cannot read. */
void recipe_read(const char *path, struct recipe *recipe);
/* Adds notes from lines of FLAG COLUMN EFFECT... */
void recipe_read_notes(const char *path, struct recipe *recipe);
void recipe_done(struct recipe *recipe);

/* The notes of those flags that occur. */
json_t *recipe_notes(const struct recipe *recipe);

#endif
