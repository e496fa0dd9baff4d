/* polyring-check kill: whether the vectors notice every change of a profile. */
#include <stdlib.h>

#include "commands.h"
#include "kill.h"
#include "kill_search.h"
#include "options.h"

enum {
  OPTION_VECTORS = 600,
  OPTION_JSON,
  OPTION_EQUIVALENT,
  OPTION_TABLE,
  OPTION_MUTANTS,
  OPTION_KEYS
};

struct input {
  struct kill_options kill;
  const char *mutants, *servers, *keys;
  struct words wanted;
};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  switch (key) {
    case 'p':
      input->kill.profile = value;
      return 0;
    case 's':
      input->servers = value;
      return 0;
    case OPTION_VECTORS:
      input->kill.vectors = value;
      return 0;
    case OPTION_JSON:
      input->kill.json = value;
      return 0;
    case OPTION_EQUIVALENT:
      input->kill.equivalent = value;
      return 0;
    case OPTION_TABLE:
      input->kill.table = true;
      return 0;
    case OPTION_MUTANTS:
      input->mutants = value;
      return 0;
    case OPTION_KEYS:
      input->keys = value;
      return 0;
    case ARGP_KEY_ARG:
      words_add(&input->wanted, value);
      return 0;
    case ARGP_KEY_END:
      if ((input->servers || input->keys || input->wanted.count) && !input->mutants)
        argp_error(state, "--servers, --keys and COLUMN=VALUE go with --mutants");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

int kill_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"profile", 'p', "PROFILE", 0, "Only this one (standard: each row of the table)", 0},
      {"vectors", OPTION_VECTORS, "FOLDER", 0,
       "The folder of vectors (standard: the one of this program)", 0},
      {"equivalent", OPTION_EQUIVALENT, "FILE", 0,
       "What no vector can notice, lines of PROFILE COLUMN=VALUE PROOF (standard: the list of this "
       "program)",
       0},
      {"table", OPTION_TABLE, NULL, 0, "Name what cannot apply and what has no effect as well", 0},
      {"json", OPTION_JSON, "FILE", 0, "Write lines of JSON there; - is standard output", 0},
      {"mutants", OPTION_MUTANTS, "PROFILE", 0, "Only print what differs from it in one column", 0},
      {"servers", 's', "LIST", 0,
       "With --mutants: print lines of JSON, with the keys that each COLUMN=VALUE places elsewhere "
       "on "
       "this list",
       0},
      {"keys", OPTION_KEYS, "FILE", 0, "With --servers: try these keys first", 0},
      {0}};
  static const struct argp argp = {
      table,
      parse,
      "",
      "Changes each column of each profile to each other value, and fails unless the recorded "
      "vectors of the profile notice it, by a listed key or by a digest.",
      NULL,
      NULL,
      NULL};
  struct input input = {0};
  options_parse(&argp, argc, argv, &input);
  if (!input.mutants) return kill_run(&input.kill);
  int code = EXIT_AGREED;
  if (input.servers)
    code = search_keys(input.mutants, &input.wanted, input.servers, input.keys);
  else
    print_mutants(input.mutants);
  free(input.wanted.items);
  return code;
}
