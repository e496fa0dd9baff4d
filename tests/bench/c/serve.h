/* What the C programs of the benchmark share. A contestant is a process that answers questions, one
 * a line, for as long as the run lasts:
 *
 *     JOB WAY SERVERS KEYS PASSES PROFILE       locate one 10 100000 2 libmemcached/ketama-weighted
 *     FIGURE SUM                                173.4 449823
 *
 * The figure is CPU nanoseconds for one key, one build or one change of a ring, or bytes. The sum
 * is that of the servers' indexes over the first KEYS keys: contestants that did the same work
 * agree on it. "skip REASON" answers what a contestant does not do. Its first line of all is its
 * name and version. The one argument is a file of keys of KEY_SIZE bytes, without ends of line.
 *
 * A client is asked with places instead of a number of servers:
 *
 *     get cpu 127.0.0.1:21001,127.0.0.1:21002 1000 20 libmemcached/ketama-weighted
 *     gets wall unix:/tmp/server 1000 50 libmemcached/ketama-weighted
 *
 * The jobs are get and set, one key a call; gets, calls of 100 keys; sets, calls of 1,000 keys that
 * tell of each whether it was stored; get/8 and get/64, so many threads on one client. The figure
 * is nanoseconds an item: of CPU, the whole process, or of the clock on the wall. Before that, and
 * unmeasured, it connects, stores the keys with values of 100 bytes, and does the job once. The sum
 * is the number of bytes that were read, or of keys that were stored, in the last pass. */
#ifndef BENCH_SERVE_H
#define BENCH_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_SIZE 20
#define SERVER_SIZE 24 /* holds the longest that server_text writes, and a NUL */

typedef struct question {
  char job[16], way[16], profile[128], places[512];
  size_t servers, passes; /* servers is 0, and sum is to be set, where there are places */
  uint64_t *sum;
  size_t key_count;
  const char *keys;
  uint16_t *indexes; /* room for the servers of the keys, to be filled */
} question;

/* Gives the figure, or a negative number for what it does not do. */
typedef double answerer(const question *asked);

/* Whether a client is asked. */
static inline bool has_places(const question *asked) { return asked->places[0] != 0; }

double cpu_nanoseconds(void);

/* The i-th server of every contestant's list, as 10.0.0.1. */
void server_text(size_t i, char out[SERVER_SIZE]);

/* Answers until there are no more questions. What main returns. */
int serve(const char *name, int argc, char **argv, answerer *answer);

#endif
