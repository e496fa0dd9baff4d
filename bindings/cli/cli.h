/* The command polyring: what its subcommands share.
 *
 * A subcommand is a function that gets its own words (argv[0] is "polyring NAME") and returns the
 * exit status: 0, or EXIT_BAD after any usage, input or output error. */
#ifndef POLYRING_CLI_H
#define POLYRING_CLI_H

#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "polyring/polyring.h"

#define EXIT_BAD 2
#define EXIT_DIFFERENT 1 /* topology diff: something changes */
#define EXIT_MISS 1      /* of items: not there, or not stored */
#define EXIT_SERVER 3    /* a server failed, or the time was over */

int run_locate(int argc, char **argv);
int run_explain(int argc, char **argv);
int run_profiles(int argc, char **argv);
int run_ring(int argc, char **argv);
int run_topology(int argc, char **argv);
int run_plan(int argc, char **argv);
int run_resolve(int argc, char **argv);
int run_get(int argc, char **argv);
int run_set(int argc, char **argv);
int run_add(int argc, char **argv);
int run_delete(int argc, char **argv);
int run_touch(int argc, char **argv);
int run_incr(int argc, char **argv);
int run_stats(int argc, char **argv);
int run_version(int argc, char **argv);
int run_flush(int argc, char **argv);
int run_ping(int argc, char **argv);

/* --- output.c: what is written --- */

/* Writes "polyring: ", the message and a newline to standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The reason of a failed call; on a terminal, a caret below the place in the input. */
void complain_of(const polyring_error *error, const char *input, size_t input_size);

/* Hands on what was printed so far. False once standard output takes nothing more; the reason
 * is told when the program ends, and a reader that went away is none. */
bool output_flush(void);

/* To be called first: sees to it that standard output is closed, and failures told, at exit. */
void output_start(void);

/* Text for people and for JSON: bytes outside printable ASCII become %XX, and what does not fit
 * into the capacity is cut with "...". Returns out. */
char *printable(const char *bytes, size_t size, char *out, size_t capacity);

/* New JSON strings: bytes percent-encoded; a text as it stands. NULL when there is no memory,
 * which jansson's "o" formats pass on. */
json_t *json_bytes(const void *bytes, size_t size);
json_t *json_text(const char *text);

/* Prints a value (which may be NULL: no memory) with a newline, and drops it. False on failure. */
bool json_print(json_t *value, size_t flags);

/* --- options.c: the options that say which ring --- */

typedef struct ring_options {
  const char *profile;
  char *servers; /* of all --servers and --servers-file, joined by blanks, NUL-terminated */
  size_t servers_size;
  char *topology_profile; /* what profile points to, if it came from a topology */
  bool json;
} ring_options;

/* A child parser for --profile, --servers, --servers-file, --topology and --json; its input is a
 * ring_options. It insists on servers. */
extern const struct argp ring_argp;

/* The ring, or NULL after a complaint. Ends the use of the options' servers by freeing them
 * unless keep_servers. */
polyring_ring *ring_open(ring_options *options, bool keep_servers);

/* The value of a column by its name; "" if the table has no such column. */
const char *profile_column(const polyring_profile *profile, const char *name);

/* --- topology_file.c and topology.c: topologies --- */

/* The topology of a file, "-" being standard input; its ring. NULL after a complaint. */
polyring_topology *topology_read(const char *path);
polyring_ring *topology_open(const polyring_topology *topology, const char *path);

/* The list of its servers but one (SIZE_MAX: all), to be freed; NULL after a complaint. */
char *topology_servers(const polyring_topology *topology, size_t without);

/* The index of the server that has this name or place; SIZE_MAX after a complaint. */
size_t topology_find(const polyring_topology *topology, const polyring_ring *ring,
                     const char *wanted);

/* Prints its canonical text. False on failure. */
bool topology_print(const polyring_topology *topology);

/* --- keys.c: keys from the command line or standard input --- */

#define KEY_LINE_MAX 65536 /* longer lines are skipped; no client takes such keys */
#define KEY_BATCH_LINES 8192
#define KEY_BATCH_BYTES (1 << 20)

typedef enum key_problem { KEY_GOOD, KEY_LINE_TOO_LONG, KEY_BAD_PERCENT, KEY_RAW_BYTE } key_problem;

typedef struct key_line {
  const char *text; /* as it was received */
  uint32_t size;
  uint32_t position; /* of the problem in the text */
  uint64_t number;   /* of the line or argument, from 1 */
  key_problem problem;
} key_line;

typedef struct key_batch {
  key_line lines[KEY_BATCH_LINES];
  size_t line_count;
  char bytes[KEY_BATCH_BYTES]; /* the good lines' keys, decoded, one behind the other */
  uint32_t ends[KEY_BATCH_LINES];
  size_t key_count;
  uint64_t line_number;
  bool from_input; /* lines of standard input, else arguments */
  bool failed;     /* there was a complaint about a line */
} key_batch;

/* Gets a batch; returns false to end the reading. */
typedef bool key_taker(void *context, key_batch *batch);

/* Gives all keys to the taker, batch by batch, in order. Returns the exit status. */
int keys_each(char **keys, size_t count, key_taker *take, void *context);

/* Puts a file in place of standard input, for commands that read keys from a file. False after a
 * complaint. */
bool input_from(const char *path);

/* Complaints about a line: that it has a problem, and that the ring refused its key. */
void key_complain(key_batch *batch, const key_line *line);
void key_refused(key_batch *batch, const key_line *line, const polyring_error *error);

/* --- dead.c: where keys go while servers are dead --- */

typedef struct dead_options {
  char **servers; /* borrowed texts */
  size_t count;
  uint32_t most;       /* 0: as usual */
  const char *on_dead; /* NULL: next */
} dead_options;

/* A child parser for --dead, --dead-most and --on-dead; its input is a dead_options. */
extern const struct argp dead_argp;

/* *health gets the health of a ring in which these servers are down, NULL if there are none; list
 * is the text that the ring was made of. False after a complaint. */
bool dead_open(dead_options *options, const polyring_ring *ring, const char *list,
               polyring_health **health);

/* The index of the server where a key goes that the ring took; POLYRING_NO_SERVER: nowhere. */
uint16_t dead_route(const polyring_health *health, const char *key, size_t size);

/* Argp's handling of the words KEY...: collects them. */
typedef struct key_arguments {
  ring_options ring;
  dead_options dead;
  char **keys;
  size_t key_count;
} key_arguments;
error_t parse_keys(int option, char *value, struct argp_state *state);

/* --- talk.c: what commands that speak to servers share --- */

typedef struct talk {
  ring_options ring;
  char *settings; /* name=value&..., NUL-terminated, or NULL */
  const char *on, *timeout;
  polyring_client *client;
  polyring_results *results;
  int exit; /* the worst of what the operations came to */
} talk;

/* A child parser for which servers, and how to speak to them; its input is a talk. */
extern const struct argp talk_argp;

/* Makes the client. False after a complaint; talk_close is due in any case, and returns the exit
 * status. */
bool talk_open(talk *self);
int talk_close(talk *self);

void talk_worsen(talk *self, int exit);

/* Complains of an operation that was not done, and worsens the exit status. True if it was. The
 * operation is of an item, or of a server. */
bool talk_judge(talk *self, const polyring_operation *op);

/* What all objects of --json begin with: the key, if it is an item's; server, status; of failures
 * the stage and the text. NULL: no memory. */
json_t *talk_json(const talk *self, const polyring_operation *op);

/* --- typed.c: values --- */

/* Bytes as a value of a type, or if that is NULL as a text if they can be one; it lies in room or
 * in the bytes. False after a complaint. */
bool typed_read(const char *type, const char *bytes, size_t size, polyring_buffer *room,
                polyring_value *value);

/* Writes a value as it is; encoded: without what would end a line. False on failure. */
bool typed_print(const polyring_value *value, bool encoded);

/* Adds the members type and value to an object, which may be NULL. *digits grows to what its
 * floats need. */
json_t *typed_json(json_t *object, const polyring_value *value, int *digits);

/* --- ring.c and svg.c: a ring as figures and as a picture --- */

typedef struct server_load {
  const char *server;
  const char *weight; /* as it was given, not terminated; NULL if it was not */
  size_t weight_size;
  double fair; /* the share by weight */
  double share;
  size_t points;
} server_load;

/* Of the loads, a load being the share divided by the share that would be fair. */
typedef struct load_spread {
  double max, min, deviation;
} load_spread;

typedef struct ring_view {
  const polyring_ring *ring;
  polyring_profile *profile;
  server_load *servers;
  size_t server_count;
  size_t point_count;
  bool weighted;         /* whether the given weights differ */
  load_spread equal;     /* fair is the same for all */
  load_spread by_weight; /* fair is the part of the weights */
} ring_view;

/* Writes the picture. False after a complaint. */
bool svg_write(const ring_view *view, const char *path);

/* What all pictures share: the style sheet, with the classes c0 to c20 for colours (the last one
 * is grey), title, label, muted, end, middle, page, rail, bar; and text. */
#define SVG_COLOURS 20
void svg_put_style(FILE *out);
void svg_put_escaped(FILE *out, const char *text);

#endif
