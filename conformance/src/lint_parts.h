/* What the parts of lint share: one file that is being checked, and its problems. */
#ifndef LINT_PARTS_H
#define LINT_PARTS_H

#include <jansson.h>

#include "polyring/polyring.h"
#include "support.h"

struct mutant {
  const char *change; /* borrowed from the file */
  polyring_ring *ring;
};

struct lint {
  const char *file;
  json_t *root;
  polyring_profile *profile;
  polyring_ring *ring;
  struct mutant *mutants; /* rings of the profile with columns changed, each made once */
  size_t mutant_count, mutant_capacity;
  size_t problems;
};

/* A problem, with its place in the file: a path of fields, or line and column. */
void complain(struct lint *lint, const char *place, const char *text, ...)
    __attribute__((format(printf, 3, 4)));

struct field {
  const char *name; /* NULL ends a list */
  json_type type;   /* JSON_TRUE: a boolean */
  bool required;
};

/* Whether the value is an object with these fields and no others, strings but keys not empty. */
bool check_shape(struct lint *lint, const char *place, json_t *value, const struct field *fields);
/* Whether it is an array of strings, at least one. */
bool check_strings(struct lint *lint, const char *place, json_t *array);

/* "" and 0 where there is no such field. */
const char *string_at(json_t *object, const char *name);
json_int_t integer_at(json_t *object, const char *name);

/* What all schemas have: provenance, the seal on the cases, ids that are unique. */
void check_source(struct lint *lint);
void check_seal(struct lint *lint);

/* The bytes of a case's percent-encoded key, to be freed; NULL after a complaint. */
char *check_key(struct lint *lint, const char *place, json_t *test, size_t *size);
/* Makes the profile and the ring, as far as the file allows it. */
void open_ring(struct lint *lint);

void lint_placement(struct lint *lint);
void lint_failover(struct lint *lint);
void lint_stand_in(struct lint *lint);
void lint_hash(struct lint *lint);

#endif
