/* The kill matrix: every profile with one column changed, against the profile's vectors. */
#ifndef KILL_H
#define KILL_H

#include <stdbool.h>

struct kill_options {
  const char *vectors, *profile, *equivalent, *json; /* NULL: the standard */
  bool table;
};

/* Returns an exit code: EXIT_DIFFERS if a mutant survives, or a profile has no vectors. */
int kill_run(const struct kill_options *options);

#endif
