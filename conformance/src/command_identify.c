/* polyring-check identify: which profile an unknown client follows. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "identify_observed.h"
#include "json.h"
#include "options.h"
#include "progress.h"
#include "vector.h"

#define ROUNDS 4 /* the first one, and those with keys that split */

/* Servers that differ in all that clients look at; without weights where the client has none. */
static const char *const standard[] = {
    "127.77.0.1:11211:1 127.77.0.2:11212:2 127.77.0.3:11311:3 127.77.0.4:22122:5",
    "127.77.0.1:11211 127.77.0.2:11212 127.77.0.3:11311 127.77.0.4:22122"};

enum { OPTION_KEYS = 700, OPTION_OBSERVED, OPTION_WANTED, OPTION_ANY_ORDER };

struct input {
  struct client_options clients;
  const char *servers, *observed, *wanted, *json, *name;
  size_t keys;
  bool any_order;
  char **command; /* what stands behind --, or NULL */
};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  switch (key) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &input->clients;
      return 0;
    case 's':
      input->servers = value;
      return 0;
    case 'j':
      input->json = value;
      return 0;
    case OPTION_KEYS:
      input->keys = option_number(value, 100000, "--keys", state);
      if (!input->keys) argp_error(state, "--keys: at least one");
      return 0;
    case OPTION_OBSERVED:
      input->observed = value;
      return 0;
    case OPTION_WANTED:
      input->wanted = value;
      return 0;
    case OPTION_ANY_ORDER:
      input->any_order = true;
      return 0;
    case ARGP_KEY_ARG:
      if (input->name) argp_error(state, "one client at a time");
      input->name = value;
      return 0;
    case ARGP_KEY_END:
      if ((input->name != NULL) + (input->observed != NULL) + (input->command != NULL) != 1)
        argp_error(state, "give one of -- COMMAND, CLIENT, --observed FILE");
      if (input->observed && !input->servers)
        argp_error(state, "--observed goes with --servers LIST");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

/* What is known so far. */
struct finding {
  struct places places;
  struct keys keys;
  size_t *at, unseen;
  struct identity identity;
  bool identified;
  int code; /* of the observations */
  char *broken;
};

/* Where the observation has a key; what is not there in one shape is not seen. */
static size_t place_of(const struct finding *finding, const struct outcome *outcome) {
  if (outcome->status == REFUSED) return KEY_REFUSED;
  bool there = outcome->status == SAME || outcome->status == ALTERED;
  return there && outcome->at < finding->places.count ? outcome->at : NOT_PLACED;
}

/* Lets the client place more keys. */
static void observe_more(struct finding *finding, const struct input *input,
                         const struct client *client, const struct keys *keys) {
  struct observation seen;
  observe(&input->clients.observer, client, &finding->places, keys, &seen);
  progress_clear();
  for (size_t i = 0; i < keys->count; i++) {
    size_t size;
    const uint8_t *key = keys_at(keys, i, &size);
    size_t index = keys_add(&finding->keys, key, size);
    finding->at = grow(finding->at, finding->keys.count, sizeof *finding->at);
    finding->at[index] = place_of(finding, &seen.outcomes[i]);
    finding->unseen += finding->at[index] == NOT_PLACED;
    bool tells = seen.outcomes[i].status == BROKEN || seen.outcomes[i].status == SKIPPED;
    if (tells && seen.outcomes[i].why && !finding->broken)
      finding->broken = copy(seen.outcomes[i].why);
  }
  if (seen.counts[BROKEN]) finding->code = exit_worse(finding->code, EXIT_BROKEN);
  if (seen.missing) finding->code = exit_worse(finding->code, EXIT_ENVIRONMENT);
  observation_done(&seen);
}

/* The servers asked for, or the first standard list that the client takes. */
static void choose_servers(struct finding *finding, const struct input *input,
                           const struct client *client) {
  struct keys one = {0};
  if (input->servers) {
    option_servers(input->servers, &finding->places);
    return;
  }
  keys_add(&one, "polyring", 8);
  for (size_t i = 0; i < sizeof standard / sizeof *standard; i++) {
    struct observation seen;
    if (i) places_done(&finding->places);
    option_servers(standard[i], &finding->places);
    observe(&input->clients.observer, client, &finding->places, &one, &seen);
    bool skipped = (seen.counts[SKIPPED] || seen.counts[REFUSED]) && !seen.missing;
    observation_done(&seen);
    if (!skipped) break;
  }
  keys_done(&one);
}

static void name(struct finding *finding, const struct candidates *candidates) {
  if (finding->identified) identity_done(&finding->identity);
  identify_among(candidates, &finding->places, &finding->keys, finding->at, &finding->identity);
  finding->identified = true;
}

static void ask_client(struct finding *finding, const struct input *input,
                       const struct client *client, const struct candidates *candidates) {
  struct keys keys;
  choose_servers(finding, input, client);
  identify_keys(candidates, &finding->places, input->keys, &keys);
  observe_more(finding, input, client, &keys);
  keys_done(&keys);
  name(finding, candidates);
  for (int round = 1; round < ROUNDS && finding->identity.splitters.count; round++) {
    keys = finding->identity.splitters;
    finding->identity.splitters = (struct keys){0};
    observe_more(finding, input, client, &keys);
    keys_done(&keys);
    name(finding, candidates);
  }
}

/* A client that is in no list: the program that was given. */
static void ask_command(struct finding *finding, const struct input *input,
                        const struct candidates *candidates) {
  struct folders folders;
  struct words words = {0};
  folders_find(&folders);
  for (char **word = input->command; *word; word++) words_add(&words, *word);
  struct client client = {.name = input->command[0],
                          .profile = "libmemcached/modula", /* it sends keys as they are */
                          .command = command_fill(&words, &folders),
                          .adapters = folders.adapters};
  ask_client(finding, input, &client, candidates);
  command_done(&client.command);
  free(words.items);
  folders_done(&folders);
}

static int exit_of(const struct finding *finding, const struct telling *telling) {
  const struct identity *identity = &finding->identity;
  bool named = identity->names.count || (telling->order->servers && !telling->wanted);
  int code = named ? EXIT_AGREED : EXIT_DIFFERS;
  size_t same;
  char *why = NULL;
  if (!identity->seen) code = EXIT_NOTHING;
  if (code == EXIT_AGREED && telling->wanted && !wanted_fits(telling, &same, &why))
    code = EXIT_DIFFERS;
  free(why);
  return exit_worse(code, finding->code);
}

static int tell(const struct finding *finding, const struct input *input,
                const struct order *order) {
  struct telling telling = {.client = input->name      ? input->name
                                      : input->command ? input->command[0]
                                                       : input->observed,
                            .places = &finding->places,
                            .keys = &finding->keys,
                            .at = finding->at,
                            .identity = &finding->identity,
                            .order = order,
                            .wanted = input->wanted,
                            .unseen = finding->unseen};
  int code = exit_of(finding, &telling);
  FILE *json = output_open(input->json);
  if (json != stdout) telling_print(&telling);
  if (json != stdout && finding->broken) printf("  %s\n", finding->broken);
  if (json) json_line(json, telling_json(&telling, code));
  output_close(input->json, json);
  return code;
}

static int identify_run(const struct input *input) {
  struct finding finding = {.code = EXIT_AGREED};
  struct candidates candidates;
  struct order order = {0};
  char *error;
  char *wanted = input->wanted ? profile_canonical(input->wanted, &error) : NULL;
  if (input->wanted && !wanted) fail(EXIT_USAGE, "--wanted: %s", error);
  free(wanted);
  if (input->observed) option_servers(input->servers, &finding.places);
  if (input->observed)
    observed_read(input->observed, &finding.places, &finding.keys, &finding.at);
  candidates_make(&candidates);
  if (input->command) {
    ask_command(&finding, input, &candidates);
  } else if (input->name) {
    struct clients clients;
    clients_read(&clients, input->clients.list);
    ask_client(&finding, input, clients_find(&clients, input->name), &candidates);
    clients_done(&clients);
  } else {
    name(&finding, &candidates);
  }
  if (input->any_order && finding.identity.seen && !finding.identity.names.count)
    identify_orders(&candidates, &finding.places, &finding.keys, finding.at, &order);
  int code = tell(&finding, input, &order);
  order_done(&order);
  identity_done(&finding.identity);
  candidates_done(&candidates);
  keys_done(&finding.keys);
  places_done(&finding.places);
  free(finding.at);
  free(finding.broken);
  return code;
}

int identify_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"servers", 's', "LIST", 0,
       "The servers, as one blank-separated list (standard: four unequal ones on the loopback)", 0},
      {"keys", OPTION_KEYS, "N", 0, "How many keys a client is given (standard: 200)", 0},
      {"observed", OPTION_OBSERVED, "FILE", 0,
       "Lines KEY<TAB>SERVER in place of a client, with --servers; - is standard input", 0},
      {"wanted", OPTION_WANTED, "PROFILE", 0, "Say how it differs from this profile", 0},
      {"any-order", OPTION_ANY_ORDER, NULL, 0,
       "Where no profile fits, try the list (of up to 6 servers) in each order", 0},
      {"json", 'j', "FILE", 0, "Write one object of JSON there; - is standard output", 0},
      {0}};
  static const struct argp_child children[] = {{&client_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      table,
      parse,
      "CLIENT\n-- COMMAND...\n--observed=FILE --servers=LIST",
      "Names the profile of a client from where its keys are: every row of the table, and every "
      "row with one column changed, that puts all of them there. CLIENT is a configuration of the "
      "list of clients, COMMAND an adapter.\v"
      "Keys in FILE are percent-encoded. SERVER is an index from 0, a server as the list has it, "
      "its name, or host:port. Exit status: 0 named, 1 no profile fits (or not the wanted one), 2 "
      "bad usage or file, 3 an adapter broke the protocol, 4 the environment lacks something, 5 "
      "nothing was seen.",
      children,
      NULL,
      NULL};
  struct input input = {.clients = CLIENT_OPTIONS_STANDARD, .keys = IDENTIFY_KEYS};
  for (int i = 1; i < argc && !input.command; i++)
    if (!strcmp(argv[i], "--") && argv[i + 1]) {
      input.command = argv + i + 1;
      argv[i] = NULL;
      argc = i;
    }
  options_parse(&argp, argc, argv, &input);
  return identify_run(&input);
}
