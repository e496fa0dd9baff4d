/* Client x profile: where each client of a run put its keys, against where each row of the table
 * has them. */
#ifndef MATRIX_H
#define MATRIX_H

#include "polyring/polyring.h"
#include "report.h"

/* How far a client and a profile agree. Unrelated ones share 1 of N keys on N servers, so
 * anything that luck explains is one letter. */
enum letter {
  LETTER_ALL,    /* A: every key that was compared */
  LETTER_NEARLY, /* N: at least 9 of 10 */
  LETTER_PART,   /* P: more than chance explains */
  LETTER_CHANCE, /* C */
  LETTER_NONE,   /* -: nothing was compared, or the profile does not take this list */
  LETTERS
};
char letter_sign(enum letter letter);
const char *letter_meaning(enum letter letter);

struct matrix_cell {
  size_t compared, same;
  size_t first; /* of the group's lines, the first that differs; compared and same differ then */
  enum letter letter;
};

/* A profile over the servers of the matrix. */
struct matrix_column {
  char *name;          /* canonical */
  polyring_ring *ring; /* NULL if Polyring refuses the list */
  char *refusal;       /* then why */
  size_t *wanted;      /* where each key of the matrix is wanted, or NOT_PLACED */
  bool *tied;          /* the original leaves this key to chance */
};

/* A configuration. */
struct matrix_row {
  const struct report_group *group;
  size_t *keys;              /* index of each line's key in the matrix, or NO_KEY */
  struct matrix_cell *cells; /* one a column */
  size_t claim; /* the column of the profile that it claims; columns if there is none */
};

struct matrix {
  char *topology;
  struct places places;
  struct keys keys;
  struct matrix_column *columns; /* the rows of the table, then what else is claimed */
  size_t rows_of_table, columns_count, columns_capacity;
  struct matrix_row *rows;
  size_t count, capacity;
};

/* Scores the comparisons of a run over one list of servers; with an empty matrix when it has none
 * of that name, or does not say its servers. */
void matrix_make(struct matrix *matrix, const struct report *report, const char *topology);
void matrix_done(struct matrix *matrix);

/* Whether a configuration follows a column, with every key. */
bool matrix_follows(const struct matrix *matrix, size_t row, size_t column);
/* What comes before the slash of a name, to be freed. */
char *client_of(const char *name);

void matrix_print(FILE *file, const struct matrix *matrix);
void matrix_write_svg(FILE *file, const struct report *report, const struct matrix *matrix);

/* One page with everything in it. data is the folder of report/page.html and the lists. */
void report_write_html(FILE *file, const struct report *report, const struct matrix *matrix,
                       const char *data);

#endif
