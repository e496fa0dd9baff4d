/* polyring: the shell's binding of the core. This file finds the subcommand. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

typedef struct command {
  const char *name;
  int (*run)(int argc, char **argv);
} command;

static const command commands[] = {
    {"locate", run_locate},   {"explain", run_explain},   {"profiles", run_profiles},
    {"ring", run_ring},       {"topology", run_topology}, {"plan", run_plan},
    {"resolve", run_resolve}, {"get", run_get},           {"set", run_set},
    {"add", run_add},         {"delete", run_delete},     {"touch", run_touch},
    {"incr", run_incr},       {"stats", run_stats},       {"version", run_version},
    {"flush", run_flush},     {"ping", run_ping},
};

#define COMMAND_COUNT (sizeof commands / sizeof *commands)

static const char about[] =
    "Says on which memcached server a key lives, as the client and configuration that a profile "
    "names would place it, and speaks to the servers."
    "\v"
    "Commands:\n"
    "  locate     where keys live, one line a key\n"
    "  explain    how a key came to its server, step by step\n"
    "  profiles   the profiles there are, and what each is made of\n"
    "  ring       points, shares of the key space and load spread; a plot as SVG\n"
    "  topology   checks, compares, prints and changes a pool's topology\n"
    "  plan       what moves if one topology is replaced by another\n"
    "  resolve    writes the address of each server beside its name\n"
    "  get        prints values\n"
    "  set        stores a value\n"
    "  add        stores a value where there is none\n"
    "  delete     deletes items\n"
    "  touch      gives items a new time to live\n"
    "  incr       counts up, or down\n"
    "  stats      what servers say about themselves\n"
    "  version    which memcached servers are\n"
    "  flush      deletes all items of servers\n"
    "  ping       asks servers for a sign of life\n"
    "\n"
    "`polyring COMMAND --help' says more about each.\n"
    "\n"
    "Example:\n"
    "  polyring locate --servers \"10.0.0.1 10.0.0.2 10.0.0.3\" user:17\n";

static const char names[] =
    "locate, explain, profiles, ring, topology, plan, resolve, get, set, add, delete, touch, incr, "
    "stats, version, flush and ping";

typedef struct choice {
  const command *command;
  int first; /* index of the command's own word */
} choice;

static error_t parse_choice(int key, char *word, struct argp_state *state) {
  choice *chosen = state->input;
  if (key == ARGP_KEY_NO_ARGS) argp_error(state, "which command? %s", names);
  if (key != ARGP_KEY_ARG) return key == ARGP_KEY_INIT ? 0 : ARGP_ERR_UNKNOWN;
  for (size_t i = 0; i < COMMAND_COUNT; i++)
    if (strcmp(commands[i].name, word) == 0) chosen->command = &commands[i];
  if (!chosen->command) argp_error(state, "no command \"%s\"; there are %s", word, names);
  chosen->first = state->next - 1;
  state->next = state->argc; /* the rest is the command's */
  return 0;
}

static void print_version(FILE *stream, struct argp_state *state) {
  (void)state;
  fprintf(stream, "polyring %s\n", polyring_version());
}

int main(int argc, char **argv) {
  static const struct argp argp = {NULL, parse_choice, "COMMAND [ARGUMENT...]", about, NULL,
                                   NULL, NULL};
  output_start();
  signal(SIGPIPE, SIG_IGN); /* a reader that went away is an exit status, not a death */
  argp_program_version_hook = print_version;
  argp_err_exit_status = EXIT_BAD;

  char program[] = "polyring", name[32]; /* what argp's complaints begin with */
  if (argc > 0) argv[0] = program;
  choice chosen = {NULL, 0};
  if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &chosen) != 0 || !chosen.command)
    return EXIT_BAD;
  snprintf(name, sizeof name, "polyring %s", chosen.command->name);
  argv[chosen.first] = name;
  return chosen.command->run(argc - chosen.first, argv + chosen.first);
}
