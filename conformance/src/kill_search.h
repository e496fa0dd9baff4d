/* Keys that show what a profile is, on one list of servers: for recording. */
#ifndef KILL_SEARCH_H
#define KILL_SEARCH_H

#include "support.h"

/* Prints the mutants of a profile, one a line. */
void print_mutants(const char *profile);

/* Prints lines of JSON: for each of the mutants that the list shows, the keys that it places
 * elsewhere, those of the file keys (may be NULL) first, or none if it refuses the list; and for
 * each edge of the ring, keys that are there. Returns an exit code. */
int search_keys(const char *profile, const struct words *mutants, const char *servers,
                const char *keys);

#endif
