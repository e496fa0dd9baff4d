/* What an unknown client may be: each row of the table, and each row with one column changed. */
#ifndef CANDIDATES_H
#define CANDIDATES_H

#include "judge.h"

/* Columns that mean something on some lists only. */
#define CANDIDATE_PARTS 6

struct candidate {
  char *name; /* canonical: "row" or "row,column=value" */
  bool is_row;
  size_t row;        /* its own, among the candidates */
  bool only_refuses; /* other keys than its row, and places all that both take alike */
  bool prefixed; /* it sends more than the key, and Polyring refuses what gets too long by that */
  bool by_luck;  /* its client leaves equal points to chance */
  bool splits;   /* of some of the servers, each keeps the keys that it has among all of them */
  bool splits_counted; /* the same on a list without weights, if each keeps its number of points */
  uint64_t form;       /* of the columns that decide about plain keys on every list */
  uint64_t parts[CANDIDATE_PARTS];
  uint64_t points, heavy; /* of the columns that decide about points; of those about weights */
  uint64_t counts;        /* of those that decide how many points a server has */
  polyring_profile *profile;
};

struct candidates {
  struct candidate *items; /* the rows first */
  size_t count, capacity, rows;
};

void candidates_make(struct candidates *candidates);
void candidates_done(struct candidates *candidates);

/* NULL if it refuses the list. */
polyring_ring *candidate_ring(const struct candidate *candidate, const char *servers);

/* What a list has that a column may speak of. */
struct list_traits {
  bool matter[CANDIDATE_PARTS];
  bool weighted;
};
void list_traits(const struct places *places, struct list_traits *traits);

/* Rings of candidates on one list. Some are kept, for others that have the same points. */
struct bench {
  const char *servers;
  bool weighted;
  polyring_ring *first, **kept;
  uint64_t *forms;
  size_t mask, points;
};
void bench_open(struct bench *bench, const struct candidates *candidates, const char *servers,
                bool weighted);
void bench_done(struct bench *bench);
/* NULL if it refuses the list. To be given back before the bench is done. */
polyring_ring *bench_ring(struct bench *bench, const struct candidate *candidate);
void bench_return(struct bench *bench, const struct candidate *candidate, polyring_ring *ring);

/* Candidates of one form place every plain key alike on such a list, unless they refuse it or the
 * list. */
uint64_t candidate_form(const struct candidate *candidate, const struct list_traits *traits);

/* ASCII letters and digits, and not many of them: no rule of any client for special keys applies.
 */
#define PLAIN_KEY_MAX 30
bool is_plain_key(const uint8_t *key, size_t size);

#endif
