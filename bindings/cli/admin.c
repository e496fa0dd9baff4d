/* polyring stats, version, flush and ping: what is asked of servers, not of keys. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"


enum { OPTION_DELAY = 512 };

typedef struct admin {
  talk talk;
  polyring_operation like;
  bool yes;
  polyring_operation *all; /* one a server */
  size_t count;
} admin;

static const struct argp_option flush_options[] = {
    {"delay", OPTION_DELAY, "SECONDS", 0, "Let the items live for so long", 0},
    {"yes", 'y', NULL, 0, "Do not ask", 0},
    {NULL, 0, NULL, 0, NULL, 0}};

static error_t parse(int option, char *value, struct argp_state *state) {
  admin *self = state->input;
  char *end;
  switch (option) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &self->talk;
      return 0;
    case 'y':
      self->yes = true;
      return 0;
    case OPTION_DELAY:
      errno = 0;
      self->like.ttl = strtoll(value, &end, 10);
      self->like.marks |= POLYRING_HAS_TTL;
      if (errno || end == value || *end || self->like.ttl < 0)
        argp_error(state, "\"%s\" is no number of seconds", value);
      return 0;
    case ARGP_KEY_ARG:
      if (self->like.verb != POLYRING_STATS || state->arg_num) argp_error(state, "too many words");
      self->like.value =
          (polyring_value){.tag = POLYRING_VALUE_TEXT, .at = value, .size = strlen(value)};
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child admin_children[] = {{&talk_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};

static const char *server_of(const admin *self, size_t i) {
  return polyring_results_server(self->talk.results, self->all[i].server);
}

/* --- stats --- */

typedef struct span {
  const char *at;
  int size;
} span;

/* The first line of a text "name value\n"...; moves *text behind it. False: there is none. */
static bool next_line(span *text, span *name, span *value) {
  if (text->size <= 0) return false;
  const char *newline = memchr(text->at, '\n', (size_t)text->size);
  int size = newline ? (int)(newline - text->at) : text->size;
  const char *blank = memchr(text->at, ' ', (size_t)size);
  *name = (span){text->at, blank ? (int)(blank - text->at) : size};
  *value = (span){text->at + name->size + (blank != NULL), size - name->size - (blank != NULL)};
  text->at += size + 1;
  text->size -= size + 1;
  return true;
}

static span found_text(const polyring_operation *op) {
  return op->status == POLYRING_OK ? (span){op->found.at, (int)op->found.size} : (span){"", 0};
}

/* What a server says under a name. The servers mostly say the same names in the same order, so the
 * search goes on where it ended. */
static span look_up(const polyring_operation *op, span *at, span name) {
  span found, value, whole = found_text(op), next = *at;
  for (int round = 0; round < 2; round++, next = whole)
    while (next_line(&next, &found, &value))
      if (found.size == name.size && memcmp(found.at, name.at, (size_t)name.size) == 0) {
        *at = next;
        return value;
      }
  return (span){"-", 1};
}

/* Whether an earlier server had the name. */
static bool seen_before(const admin *self, size_t server, span name) {
  for (size_t i = 0; i < server; i++) {
    span whole = found_text(&self->all[i]);
    if (*look_up(&self->all[i], &whole, name).at != '-') return true;
  }
  return false;
}

enum { COLUMN = 20 };

static void print_row(admin *self, span name, span *places) {
  char shown[200];
  printf("%-28s", printable(name.at, (size_t)name.size, shown, sizeof shown));
  for (size_t i = 0; i < self->count; i++) {
    span value = look_up(&self->all[i], &places[i], name);
    printf("  %*s", COLUMN, printable(value.at, (size_t)value.size, shown, sizeof shown));
  }
  putchar('\n');
}

/* A row a name, a column a server. */
static bool print_table(admin *self) {
  span *places = calloc(self->count + 1, sizeof *places), name, value;
  if (!places) {
    complain("no memory");
    return false;
  }
  printf("%-28s", "");
  for (size_t i = 0; i < self->count; i++) printf("  %*s", COLUMN, server_of(self, i));
  putchar('\n');
  for (size_t i = 0; i < self->count; i++) {
    span rest = found_text(&self->all[i]);
    while (next_line(&rest, &name, &value))
      if (!seen_before(self, i, name)) print_row(self, name, places);
  }
  free(places);
  return true;
}

static json_t *stats_json(const polyring_operation *op) {
  json_t *stats = json_object();
  span rest = found_text(op), name, value;
  char shown[1024];
  while (next_line(&rest, &name, &value)) {
    printable(name.at, (size_t)name.size, shown, sizeof shown);
    json_t *text = json_stringn(value.at, (size_t)value.size);
    json_object_set_new(stats, shown, text ? text : json_bytes(value.at, (size_t)value.size));
  }
  return stats;
}

/* --- what they share --- */

static bool print_json(const admin *self, const polyring_operation *op) {
  json_t *object = talk_json(&self->talk, op);
  if (op->status == POLYRING_OK && op->verb == POLYRING_STATS)
    json_object_set_new(object, "stats", stats_json(op));
  if (op->status == POLYRING_OK && op->verb == POLYRING_ASK_VERSION)
    json_object_set_new(object, "version", json_bytes(op->found.at, op->found.size));
  return json_print(object, JSON_COMPACT);
}

static void print_plain(const admin *self, size_t i) {
  char shown[200];
  const polyring_operation *op = &self->all[i];
  if (op->verb == POLYRING_ASK_VERSION)
    printf("%s\t%s\n", server_of(self, i),
           printable(op->found.at, op->found.size, shown, sizeof shown));
  if (op->verb == POLYRING_PING) printf("%s\tOK\n", server_of(self, i));
}

/* Asks all servers of the client, which --on has narrowed to one. */
static bool ask(admin *self) {
  talk *to = &self->talk;
  polyring_error error;
  if (polyring_client_run_everywhere(to->client, &self->like, 0, to->results, &self->all,
                                     &self->count, &error) < 0) {
    complain("%s", error.text);
    talk_worsen(to, EXIT_SERVER);
    return false;
  }
  bool answered = false;
  for (size_t i = 0; i < self->count; i++) {
    bool done = talk_judge(to, &self->all[i]);
    answered |= done;
    if (to->ring.json && !print_json(self, &self->all[i])) return false;
    if (done && !to->ring.json) print_plain(self, i);
  }
  return self->like.verb != POLYRING_STATS || to->ring.json || !answered || print_table(self);
}

/* Whether a person at a terminal says yes. */
static bool confirmed(admin *self) {
  if (self->yes) return true;
  char answer[16] = "";
  if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
    complain("flush deletes all items, and there is no terminal to ask at; --yes does it");
    talk_worsen(&self->talk, EXIT_BAD);
    return false;
  }
  fprintf(stderr, "Delete all items of %s%s? [y/N] ",
          self->talk.on ? "the server " : "the servers ",
          self->talk.on ? self->talk.on : self->talk.ring.servers);
  if (fgets(answer, sizeof answer, stdin) &&
      (strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0))
    return true;
  complain("nothing was deleted");
  talk_worsen(&self->talk, EXIT_MISS);
  return false;
}

static int run(admin *self, const struct argp *argp, int argc, char **argv) {
  if (argp_parse(argp, argc, argv, 0, NULL, self) != 0) return EXIT_BAD;
  if (talk_open(&self->talk) && (self->like.verb != POLYRING_FLUSH || confirmed(self))) ask(self);
  return talk_close(&self->talk);
}

#define ABOUT                                                                                    \
  "\vAll servers of the list are asked at once, or the one that --on names.\n\nExit status: 0; " \
  "2 after any usage error; 3 if a server failed or the time was over.\n\n"                      \
  "With --json: one object a server and line, {\"server\", \"status\"}, of failures also "       \
  "\"stage\" and \"text\""

int run_stats(int argc, char **argv) {
  static const struct argp argp = {
      NULL,
      parse,
      "[ARGUMENT]",
      "Prints what servers say about themselves, a column a server. ARGUMENT is the sub-command of "
      "stats, such as items or slabs." ABOUT ", of the others \"stats\".\n",
      admin_children,
      NULL,
      NULL};
  admin self = {.like.verb = POLYRING_STATS};
  return run(&self, &argp, argc, argv);
}

int run_version(int argc, char **argv) {
  static const struct argp argp = {
      NULL,
      parse,
      "",
      "Prints the version of each server: the server, a tab, the version." ABOUT
      ", of the others \"version\".\n",
      admin_children,
      NULL,
      NULL};
  admin self = {.like.verb = POLYRING_ASK_VERSION};
  return run(&self, &argp, argc, argv);
}

int run_flush(int argc, char **argv) {
  static const struct argp argp = {
      flush_options,
      parse,
      "",
      "Deletes all items of the servers. It asks before; where there is no terminal to ask at, it "
      "refuses, unless --yes is given. Exits with 1 if the answer is no." ABOUT ".\n",
      admin_children,
      NULL,
      NULL};
  admin self = {.like.verb = POLYRING_FLUSH};
  return run(&self, &argp, argc, argv);
}

int run_ping(int argc, char **argv) {
  static const struct argp argp = {
      NULL,
      parse,
      "",
      "Asks each server for a sign of life, and prints those that give it: the server, a tab, "
      "OK." ABOUT ".\n",
      admin_children,
      NULL,
      NULL};
  admin self = {.like.verb = POLYRING_PING};
  return run(&self, &argp, argc, argv);
}
