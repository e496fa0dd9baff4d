/* What the C programs of the benchmark share. A contestant is a process that answers questions, one
 * a line, for as long as the run lasts:
 *
 *     JOB WAY SERVERS KEYS PASSES PROFILE       locate one 10 100000 2 libmemcached/ketama-weighted
 *     FIGURE SUM                                173.4 449823
 *
 * The figure is CPU nanoseconds for one key, one build or one change of a ring, or bytes. The sum
 * is that of the servers' indexes over the first KEYS keys: contestants that did the same work
 * agree on it. "skip REASON" answers what a contestant does not do. Its first line of all is its
 * name and version. The one argument is a file of keys of KEY_SIZE bytes, without ends of line. */
#ifndef BENCH_SERVE_H
#define BENCH_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_SIZE 20
#define SERVER_SIZE 24 /* holds the longest that server_text writes, and a NUL */

typedef struct question {
  char job[16], way[16], profile[128];
  size_t servers, passes;
  size_t key_count;
  const char *keys;
  uint16_t *indexes; /* room for the servers of the keys, to be filled */
} question;

/* Gives the figure, or a negative number for what it does not do. */
typedef double answerer(const question *asked);

double cpu_nanoseconds(void);

/* The i-th server of every contestant's list, as 10.0.0.1. */
void server_text(size_t i, char out[SERVER_SIZE]);

/* Answers until there are no more questions. What main returns. */
int serve(const char *name, int argc, char **argv, answerer *answer);

#endif
