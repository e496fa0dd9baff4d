/* One client against one vector file in one mode: what run reports and selftest looks at. */
#ifndef GROUP_H
#define GROUP_H

#include "observe.h"
#include "vector.h"

/* One key, or all keys of a digest, or all random keys. */
struct result {
  char *id, *key;               /* key is NULL if there are many */
  const struct vector_case *of; /* the case of the vector, or NULL */
  enum status status;
  bool allowed; /* the vector or the file of expected differences lets it pass */
  bool has_at, has_wanted;
  size_t at, wanted;
  char *why; /* or NULL */
};

struct group {
  const struct client *client;
  char *profile, *topology, *path;
  char *version, *language; /* what the client says of itself, or NULL */
  char *servers;            /* the words of the list, separated by one blank */
  enum mode mode;
  struct result *results;
  size_t count, counts[STATUSES];
  bool missing;      /* the client's command is not installed */
  char *explanation; /* of the first key that differs, or NULL */
  json_t *facts;     /* NULL, or an array: more lines of the report, each with id and status */
  char *note;        /* NULL, or a sentence about all keys, from the mode */
  double seconds;
};

/* What to place beside the listed cases. */
struct group_extras {
  bool digest;
  uint64_t random, seed;
};

void group_run(const struct observer *observer, const struct client *client,
               const struct vector *vector, const struct group_extras *extras, struct group *group);
void group_done(struct group *group);

/* Marks in what a client said (mode locate) where it did otherwise (mode land). */
void group_compare(const struct group *landed, struct group *located);

/* Counts anew, after results were changed. */
void group_count(struct group *group);

/* The first result that fails, or NULL. Those that skip do not. */
const struct result *group_failure(const struct group *group);
/* 0, 1, 3 or 5. */
int group_exit(const struct group *group);

#endif
