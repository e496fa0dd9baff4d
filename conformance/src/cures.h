/* conformance/cures.list and consequences.list: what a user writes so that a client follows a
 * profile, and what a shop sees when two clients differ in a column. */
#ifndef CURES_H
#define CURES_H

#include "support.h"

struct cure {
  char *name;    /* the configuration, as in clients.list */
  char *client;  /* the part of it before the first / */
  char *profile; /* canonical */
  char *version, *setting;
};

struct cures {
  struct cure *items;
  size_t count, capacity;
  char *path;
};

/* Reads the list at path, or the one that belongs to the program when path is NULL. Fails on a
 * broken line, naming it. */
void cures_read(struct cures *cures, const char *path);
void cures_done(struct cures *cures);
const struct cure *cures_find(const struct cures *cures, const char *name); /* or NULL */
/* The part of a configuration's name that is the client's, to be freed. */
char *cures_client(const char *name);

/* A sentence for each column, in the order of the table. */
struct consequences {
  char **texts;
  size_t count;
};
/* As cures_read; fails as well if a column has no line. */
void consequences_read(struct consequences *consequences, const char *path);
void consequences_done(struct consequences *consequences);

#endif
