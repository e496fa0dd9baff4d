/* polyring-check: does a memcached client put keys where its profile says? */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "lint.h"
#include "polyring/version.h"
#include "process.h"
#include "support.h"

const char *argp_program_version = TOOL " " POLYRING_VERSION;

static const struct command {
  const char *name;
  int (*main)(int argc, char **argv);
} commands[] = {{"run", run_main},         {"report", report_main},     {"compare", compare_main},
                {"agree", agree_main},     {"explain", explain_main},   {"cures", cures_main},
                {"observe", observe_main}, {"identify", identify_main}, {"audit", audit_main},
                {"record", record_main},   {"lint", lint_main},         {"kill", kill_main},
                {"install", install_main}, {"smoke", smoke_main},       {"selftest", selftest_main}};

static const char documentation[] =
    "Shows on which servers memcached clients put their keys, and whether it is where their "
    "profiles say.\v"
    "Subcommands, each with a --help of its own:\n"
    "  run       compare clients with the recorded vectors of their profiles\n"
    "  report    render a stored run: a page, a picture, TAP, JUnit\n"
    "  compare   compare clients with Polyring itself\n"
    "  agree     compare clients with each other\n"
    "  explain   say why two profiles place keys otherwise, and what cures it\n"
    "  cures     check that each cure does on the real client what is said of it\n"
    "  observe   print where clients put keys, as lines of JSON\n"
    "  identify  name the profile of a client from where its keys are\n"
    "  record    write a vector file from a client\n"
    "  lint      check vector files\n"
    "  kill      check that the vectors notice every change of a profile\n"
    "  audit     find the keys of a running pool that lie on other servers than they should\n"
    "  install   install the clients that are to be checked\n"
    "  smoke     tell the author of an adapter what is wrong with it\n"
    "  selftest  check that this program can fail\n"
    "\n"
    "Exit status: 0 agreed, 1 something differs, 2 bad usage or vector file, 3 an adapter broke "
    "the protocol, 4 the environment lacks something, 5 nothing was compared.";

struct choice {
  const struct command *command;
  int at;
};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct choice *choice = state->input;
  switch (key) {
    case ARGP_KEY_ARG:
      for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (!strcmp(value, commands[i].name)) choice->command = &commands[i];
      if (!choice->command) argp_error(state, "there is no subcommand %s", value);
      choice->at = state->next - 1;
      state->next = state->argc; /* the rest is the subcommand's */
      return 0;
    case ARGP_KEY_NO_ARGS:
      argp_error(state, "a subcommand is missing");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

int main(int argc, char **argv) {
  static const struct argp argp = {NULL, parse, "SUBCOMMAND [ARGUMENT...]", documentation, NULL,
                                   NULL, NULL};
  struct choice choice = {NULL, 0};
  argp_err_exit_status = EXIT_USAGE;
  process_setup();
  argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &choice);
  int code = choice.command->main(argc - choice.at, argv + choice.at);
  if (fflush(stdout) != 0 || ferror(stdout)) fail(EXIT_ENVIRONMENT, "standard output is closed");
  return code;
}
