/* Files of expected differences: what is known to differ passes, and has to go on differing. */
#ifndef EXPECT_H
#define EXPECT_H

#include "group.h"

struct expectation {
  char *client, *topology, *key; /* key: its id, percent-encoded, or * for all that have it */
  enum status status;
  char *place; /* the file and the line */
};

struct expectations {
  struct expectation *items;
  size_t count, capacity;
};

/* Adds lines of CLIENT TOPOLOGY KEY STATUS REASON..., # begins a comment. Fails on others. */
void expectations_read(const char *path, struct expectations *expectations);
/* Adds the .expect files of the folder expect in a folder. */
void expectations_read_shipped(const char *folder, struct expectations *expectations);
void expectations_done(struct expectations *expectations);

/* Lets the expected differences of a group pass; what no longer differs becomes DIFFERENT.
 * Nothing is expected of a client that was skipped. */
void expectations_apply(const struct expectations *expectations, struct group *group);

#endif
