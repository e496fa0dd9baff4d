/* polyring topology: checks, compares, prints and changes topologies. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

typedef struct topology_arguments topology_arguments;

typedef struct action {
  const char *name;
  int files; /* how many it takes; 0: one or more */
  int (*run)(const topology_arguments *arguments);
} action;

struct topology_arguments {
  const action *action;
  char **files;
  int file_count;
  const char *bucket, *to;
  bool json;
};

static const struct argp_option option_list[] = {
    {"bucket", 'b', "NUMBER", 0, "move: the bucket that gets another server", 0},
    {"to", 'T', "SERVER", 0, "move: that server, by its name or place", 0},
    {"json", 'j', NULL, 0, "check, diff, fingerprint: print JSON", 0},
    {NULL, 0, NULL, 0, NULL, 0}};

/* --- check, print, fingerprint --- */

/* A file's topology with its ring and digests. */
typedef struct opened {
  polyring_topology *topology;
  polyring_ring *ring;
  char fingerprint[POLYRING_FINGERPRINT_SIZE], digest[POLYRING_DIGEST_SIZE];
} opened;

static void close_topology(opened *self) {
  polyring_ring_free(self->ring);
  polyring_topology_free(self->topology);
}

static bool open_topology(opened *self, const char *path) {
  *self = (opened){.topology = topology_read(path)};
  if (self->topology) self->ring = topology_open(self->topology, path);
  if (self->ring && polyring_ring_fingerprint(self->ring, self->fingerprint) >= 0) {
    polyring_topology_digest(self->topology, self->digest);
    return true;
  }
  if (self->ring) complain("%s: no memory", path);
  close_topology(self);
  return false;
}

static bool print_json(const opened *self, const char *path) {
  return json_print(json_pack("{s:o, s:I, s:s, s:I, s:s, s:s}", "file", json_text(path), "epoch",
                              (json_int_t)polyring_topology_epoch(self->topology), "profile",
                              polyring_topology_profile(self->topology), "server_count",
                              (json_int_t)polyring_topology_server_count(self->topology),
                              "fingerprint", self->fingerprint, "digest", self->digest),
                    JSON_COMPACT);
}

static int each_file(const topology_arguments *arguments,
                     void (*print)(const opened *self, const char *path)) {
  int status = 0;
  for (int i = 0; i < arguments->file_count; i++) {
    opened self;
    const char *path = arguments->files[i];
    if (!open_topology(&self, path)) {
      status = EXIT_BAD;
      continue;
    }
    if (!arguments->json)
      print(&self, path);
    else if (!print_json(&self, path))
      status = EXIT_BAD;
    close_topology(&self);
  }
  return status;
}

static void print_check(const opened *self, const char *path) {
  size_t count = polyring_topology_server_count(self->topology);
  printf("%s: epoch %llu, %s, %zu server%s\n", path,
         (unsigned long long)polyring_topology_epoch(self->topology),
         polyring_topology_profile(self->topology), count, count == 1 ? "" : "s");
}

static void print_fingerprint(const opened *self, const char *path) {
  printf("%s  %s  %s\n", self->fingerprint, self->digest, path);
}

static int run_check(const topology_arguments *arguments) {
  return each_file(arguments, print_check);
}

static int run_fingerprint(const topology_arguments *arguments) {
  return each_file(arguments, print_fingerprint);
}

bool topology_print(const polyring_topology *topology) {
  size_t size = polyring_topology_text(topology, NULL, 0);
  char *text = malloc(size);
  if (!text) {
    complain("no memory");
    return false;
  }
  polyring_topology_text(topology, text, size);
  fwrite(text, 1, size, stdout);
  free(text);
  return !ferror(stdout);
}

static int run_print(const topology_arguments *arguments) {
  polyring_topology *topology = topology_read(arguments->files[0]);
  bool fine = topology && topology_print(topology);
  polyring_topology_free(topology);
  return fine ? 0 : EXIT_BAD;
}

/* --- diff --- */

static void print_change(const polyring_change *change) {
  char before[600], after[600], subject[600];
  bool is_presence =
      !change->before != !change->after && (change->kind == POLYRING_CHANGE_SERVER_ADDED ||
                                            change->kind == POLYRING_CHANGE_SERVER_REMOVED);
  printf("%s", polyring_change_text(change->kind));
  if (change->subject)
    printf(" %s", printable(change->subject, strlen(change->subject), subject, sizeof subject));
  if (!is_presence && (change->before || change->after)) {
    const char *from = change->before ? change->before : "(none)";
    const char *to = change->after ? change->after : "(none)";
    printf(": %s -> %s", printable(from, strlen(from), before, sizeof before),
           printable(to, strlen(to), after, sizeof after));
  }
  putchar('\n');
}

static json_t *text_or_null(const char *text) { return text ? json_text(text) : json_null(); }

static json_t *index_or_null(int32_t index) {
  return index < 0 ? json_null() : json_integer(index);
}

static bool print_changes_json(const polyring_difference *difference) {
  json_t *changes = json_array();
  const polyring_change *change;
  for (size_t i = 0; (change = polyring_difference_at(difference, i)); i++)
    json_array_append_new(
        changes,
        json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "change", polyring_change_text(change->kind),
                  "subject", text_or_null(change->subject), "before", text_or_null(change->before),
                  "after", text_or_null(change->after), "old_index",
                  index_or_null(change->old_index), "new_index", index_or_null(change->new_index)));
  return json_print(changes, JSON_INDENT(2));
}

static int run_diff(const topology_arguments *arguments) {
  polyring_topology *from = topology_read(arguments->files[0]);
  polyring_topology *to = topology_read(arguments->files[1]);
  polyring_difference *difference = NULL;
  int status = EXIT_BAD;
  if (from && to && polyring_difference_new(NULL, from, to, &difference, NULL) < 0)
    complain("no memory");
  if (difference) {
    const polyring_change *change;
    status = polyring_difference_count(difference) ? EXIT_DIFFERENT : 0;
    if (arguments->json && !print_changes_json(difference)) status = EXIT_BAD;
    for (size_t i = 0; !arguments->json && (change = polyring_difference_at(difference, i)); i++)
      print_change(change);
  }
  polyring_difference_free(difference);
  polyring_topology_free(from);
  polyring_topology_free(to);
  return status;
}

/* --- move --- */

static int run_move(const topology_arguments *arguments) {
  char *end;
  unsigned long bucket = strtoul(arguments->bucket, &end, 10);
  if (*end || end == arguments->bucket || *arguments->bucket == '-' || bucket > UINT32_MAX) {
    complain("\"%s\" is no number of a bucket", arguments->bucket);
    return EXIT_BAD;
  }
  polyring_topology *topology = topology_read(arguments->files[0]), *moved = NULL;
  polyring_error error;
  if (topology && polyring_topology_move(NULL, topology, (uint32_t)bucket, arguments->to,
                                         strlen(arguments->to), &moved, &error) < 0)
    complain("%s: %s", arguments->files[0], error.text);
  bool fine = moved && topology_print(moved);
  polyring_topology_free(moved);
  polyring_topology_free(topology);
  return fine ? 0 : EXIT_BAD;
}

/* --- the command --- */

static const action actions[] = {{"check", 0, run_check},
                                 {"diff", 2, run_diff},
                                 {"print", 1, run_print},
                                 {"fingerprint", 0, run_fingerprint},
                                 {"move", 1, run_move}};

static void take_words(topology_arguments *arguments, struct argp_state *state) {
  const char *name = state->argv[state->next];
  for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
    if (strcmp(actions[i].name, name) == 0) arguments->action = &actions[i];
  arguments->files = state->argv + state->next + 1;
  arguments->file_count = state->argc - state->next - 1;
  if (!arguments->action)
    argp_error(state, "what is \"%s\"? there are check, diff, print, fingerprint and move", name);
}

static void check_words(const topology_arguments *arguments, struct argp_state *state) {
  const action *chosen = arguments->action;
  if (!chosen) return;
  if (arguments->file_count < 1 || (chosen->files && arguments->file_count != chosen->files))
    argp_error(state, "%s takes %s", chosen->name,
               chosen->files == 2   ? "two files"
               : chosen->files == 1 ? "one file"
                                    : "files");
  int wanted = chosen->run == run_move ? 2 : 0;
  if ((arguments->bucket != NULL) + (arguments->to != NULL) != wanted)
    argp_error(state, "move, and nothing else, takes --bucket and --to");
}

static error_t parse(int key, char *value, struct argp_state *state) {
  topology_arguments *arguments = state->input;
  switch (key) {
    case 'b':
      arguments->bucket = value;
      return 0;
    case 'T':
      arguments->to = value;
      return 0;
    case 'j':
      arguments->json = true;
      return 0;
    case ARGP_KEY_ARGS:
      take_words(arguments, state);
      return 0;
    case ARGP_KEY_NO_ARGS:
      argp_error(state, "what? there are check, diff, print, fingerprint and move");
      return 0;
    case ARGP_KEY_END:
      check_words(arguments, state);
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

int run_topology(int argc, char **argv) {
  static const struct argp argp = {
      option_list,
      parse,
      "check FILE...\ndiff OLD NEW\nprint FILE\nfingerprint FILE...\nmove FILE --bucket=NUMBER "
      "--to=SERVER",
      "Checks, compares and prints topologies: the profile, servers and settings of a pool as one "
      "JSON document."
      "\v"
      "check reads each file and builds its ring. diff lists what changes, and exits with 1 if "
      "anything does. print writes the canonical text. fingerprint prints, for each file, the "
      "fingerprint of where keys live, the digest of the whole topology, and the file. move "
      "prints a topology in which one bucket belongs to another server, with the next epoch. "
      "The file - is standard input.\n"
      "\n"
      "With --json: check and fingerprint: one object a file and line, {\"file\", \"epoch\", "
      "\"profile\", \"server_count\", \"fingerprint\", \"digest\"}; diff: [{\"change\", "
      "\"subject\", \"before\", \"after\", \"old_index\", \"new_index\"}].\n",
      NULL,
      NULL,
      NULL};
  topology_arguments arguments = {0};
  if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0 || !arguments.action) return EXIT_BAD;
  return arguments.action->run(&arguments);
}
