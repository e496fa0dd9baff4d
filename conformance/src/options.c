#include "options.h"

#include <stdlib.h>
#include <string.h>

uint64_t option_number(const char *text, uint64_t max, const char *what, struct argp_state *state) {
  uint64_t number = 0;
  if (!number_read(text, max, &number))
    argp_error(state, "%s: %s is no number from 0 to %llu", what, text, (unsigned long long)max);
  return number;
}

enum { OPTION_CLIENTS = 256, OPTION_TIMEOUT, OPTION_MODE, OPTION_HOW };

static error_t client_parse(int key, char *value, struct argp_state *state) {
  struct client_options *options = state->input;
  char *end;
  double seconds;
  switch (key) {
    case OPTION_CLIENTS:
      options->list = value;
      return 0;
    case OPTION_TIMEOUT:
      seconds = strtod(value, &end);
      if (*end || end == value || !(seconds >= 0.001 && seconds <= 3600))
        argp_error(state, "--timeout: %s is no number of seconds from 0.001 to 3600", value);
      options->observer.timeout = (int64_t)(seconds * 1000);
      return 0;
    case OPTION_MODE:
      if (!mode_read(value, &options->observer.mode))
        argp_error(state,
                   "--mode: %s is none of auto, land, locate, look, many, order, fail, "
                   "value, both",
                   value);
      if (!options->any_mode && !mode_places(options->observer.mode))
        argp_error(state, "--mode: %s is for run and observe: it does not tell where keys go",
                   value);
      return 0;
    case OPTION_HOW:
      if (strcmp(value, "kill") && strcmp(value, "stop"))
        argp_error(state, "--how: %s is neither kill nor stop", value);
      options->observer.outage = strcmp(value, "kill") ? OUTAGE_STOP : OUTAGE_KILL;
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option client_table[] = {
    {"clients", OPTION_CLIENTS, "FILE", 0,
     "The list of clients (standard: the one of this program)", 0},
    {"timeout", OPTION_TIMEOUT, "SECONDS", 0, "How long one reply may take (standard: 10)", 0},
    {"mode", OPTION_MODE, "MODE", 0,
     "land: set the keys, then read out of the servers where they lie; locate: ask the client; "
     "auto: land up to 10 servers, locate above (standard); look: every server has every key, see "
     "where the client gets it; many: the same, many keys at a time. Of run and observe: order: "
     "the list in other orders; fail: a server fails and comes back; value: typed values and raw "
     "items; both: land, then locate",
     0},
    {"how", OPTION_HOW, "HOW", 0,
     "In mode fail, kill: the server is gone and comes back empty (standard); stop: it hangs and "
     "goes on",
     0},
    {0}};

const struct argp client_argp = {client_table, client_parse, NULL, NULL, NULL, NULL, NULL};

enum { OPTION_KEYS = 300, OPTION_COUNT, OPTION_PATTERN, OPTION_SEED, OPTION_ASCII };

static error_t key_parse(int key, char *value, struct argp_state *state) {
  struct key_options *options = state->input;
  switch (key) {
    case OPTION_KEYS:
      options->file = value;
      return 0;
    case OPTION_COUNT:
      options->count = option_number(value, 10000000, "--count", state);
      return 0;
    case OPTION_PATTERN:
      if (!strstr(value, "{n}")) argp_error(state, "--pattern: %s has no {n}", value);
      options->pattern = value;
      return 0;
    case OPTION_SEED:
      options->seed = option_number(value, UINT32_MAX, "--seed", state);
      return 0;
    case OPTION_ASCII:
      options->ascii = true;
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_option key_table[] = {
    {"keys", OPTION_KEYS, "FILE", 0,
     "Percent-encoded keys, the first word of each line; - is standard input", 0},
    {"count", OPTION_COUNT, "N", 0, "Make that many keys", 0},
    {"pattern", OPTION_PATTERN, "TEXT", 0, "Make them of this, with 0, 1, 2... in place of {n}", 0},
    {"seed", OPTION_SEED, "S", 0,
     "Make them of all kinds, the same ones for the same seed (standard: 1)", 0},
    {"ascii", OPTION_ASCII, NULL, 0, "No key with a byte above 0x7F", 0},
    {0}};

const struct argp key_argp = {key_table, key_parse, NULL, NULL, NULL, NULL, NULL};

void key_options_read(const struct key_options *options, struct keys *keys) {
  *keys = (struct keys){0};
  if (options->file) keys_add_file(keys, options->file);
  if (options->pattern)
    keys_add_pattern(keys, options->pattern, 0, options->count);
  else
    keys_add_mixed(keys, options->count, options->seed, options->ascii);
  if (keys->count == 0) fail(EXIT_USAGE, "there are no keys: give --keys FILE or --count N");
}

void option_servers(const char *text, struct places *places) {
  if (!text) fail(EXIT_USAGE, "there are no servers: give --servers \"SERVER SERVER...\"");
  char *why = places_read(text, places);
  if (why) fail(EXIT_USAGE, "--servers: %s", why);
}

void options_parse(const struct argp *argp, int argc, char **argv, void *input) {
  char *name = format(TOOL " %s", argv[0]);
  argv[0] = name;
  error_t error = argp_parse(argp, argc, argv, 0, NULL, input);
  if (error) fail(EXIT_USAGE, "%s", strerror(error));
}
