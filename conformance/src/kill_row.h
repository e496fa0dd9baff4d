/* One profile, its vectors, and what they say to mutants. */
#ifndef KILL_ROW_H
#define KILL_ROW_H

#include "kill_keys.h"
#include "vector.h"

/* The keys of digests, which lists share. */
struct kill_digest {
  char *pattern;
  uint64_t from, count;
  struct batch batch;
};

/* A vector file as far as mutants are concerned. */
struct kill_list {
  char *topology, *servers;
  size_t server_count;
  polyring_ring *ring; /* the profile's own */
  struct batch cases;  /* without those that the client leaves to chance */
  uint16_t *cases_at;
  char **ids;
  struct batch labels;
  uint16_t *places, *labels_at; /* of the row's keys and of the labels; made when needed */
  char *digest;                 /* or NULL */
  size_t digest_keys;           /* of the row's digests */
  uint16_t *digest_at;          /* made when needed */
};

struct kill_row {
  const char *profile;
  struct kill_list *lists; /* the short ones first */
  size_t count;
  struct batch keys; /* to find out whether a mutant has an effect */
  struct kill_digest *digests;
  size_t digest_count, digest_capacity;
  size_t unfit; /* files and digests that the profile contradicts, each named on standard error */
};

enum kill_outcome { CANNOT_APPLY, NO_EFFECT, KILLED, SURVIVES, EQUIVALENT, KILL_OUTCOMES };

/* outcome, and what it is known by: the topology, and there the case, the digest, that the list is
 * refused, or the key that no vector has. Without vectors all strings are NULL. */
struct kill_verdict {
  enum kill_outcome outcome;
  const char *topology;
  char *by; /* to be freed */
};

/* Reads the vectors of a profile: the files of FOLDER/PROFILE. */
void kill_row_open(struct kill_row *row, const char *profile, const char *folder);
void kill_row_close(struct kill_row *row);
struct kill_verdict kill_row_judge(struct kill_row *row, const char *mutant);

#endif
