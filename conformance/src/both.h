/* The white box (locate) beside the black box (land): a client can say one thing and do another. */
#ifndef BOTH_H
#define BOTH_H

#include "observe.h"

/* Counts what was compared. */
struct both {
  size_t compared, differ;
  json_t *facts; /* NULL, or one of each key that differs */
};

/* Notes that a key was said to be on one server and lies on another: *why says so then. */
void both_add(struct both *both, const char *id, const char *key, size_t says, size_t lies,
              char **why);
/* A sentence about those that differ, to be freed; NULL if none does. */
char *both_note(const struct both *both);

/* Marks in what a client said where it did otherwise: in why, facts and note. */
void both_compare(const struct observation *landed, const struct keys *keys,
                  struct observation *located);

#endif
