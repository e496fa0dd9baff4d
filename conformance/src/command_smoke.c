/* polyring-check smoke */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json.h"
#include "options.h"
#include "polyring/polyring.h"
#include "polyring/version.h"
#include "smoke.h"

struct input {
  struct client_options clients;
  const char *profile, *json;
  struct words names;
};

enum { OPTION_CLIENTS = 400, OPTION_TIMEOUT, OPTION_JSON };

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  double seconds;
  char *end;
  switch (key) {
    case OPTION_CLIENTS:
      input->clients.list = value;
      return 0;
    case OPTION_TIMEOUT:
      seconds = strtod(value, &end);
      if (end == value || *end || !(seconds >= 0.001 && seconds <= 3600))
        argp_error(state, "--timeout: %s is no number of seconds from 0.001 to 3600", value);
      input->clients.observer.timeout = (int64_t)(seconds * 1000);
      return 0;
    case 'p':
      input->profile = value;
      return 0;
    case OPTION_JSON:
      input->json = value;
      return 0;
    case ARGP_KEY_ARG:
      words_add(&input->names, value);
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

/* Takes what follows -- off the arguments. */
static struct words command_take(int *argc, char **argv) {
  struct words command = {0};
  for (int i = 1; i < *argc; i++) {
    if (strcmp(argv[i], "--")) continue;
    for (int word = i + 1; word < *argc; word++) words_add(&command, argv[word]);
    if (!command.count) fail(EXIT_USAGE, "smoke: there is no command after --");
    *argc = i;
  }
  return command;
}

static void check_profile(const char *profile) {
  polyring_ring *ring = NULL;
  polyring_error error;
  if (polyring_ring_new(NULL, profile, strlen(profile), "127.0.0.1:1", 11, &ring, &error) ==
      POLYRING_INVALID_PROFILE)
    fail(EXIT_USAGE, "--profile: %s", error.text);
  if (ring) polyring_ring_free(ring);
}

static char *joined(const struct words *words) {
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  for (size_t i = 0; i < words->count; i++) fprintf(file, "%s%s", i ? " " : "", words->items[i]);
  fclose(file);
  return text;
}

static int smoke_one(const struct input *input, const struct client *of_list, FILE *json,
                     size_t *number) {
  struct client client = *of_list;
  struct smoke smoke = {.client = &client,
                        .timeout = input->clients.observer.timeout,
                        .out = input->json && !strcmp(input->json, "-") ? stderr : stdout,
                        .json = json,
                        .number = *number};
  if (input->profile) client.profile = (char *)(uintptr_t)input->profile;
  if (client.profile && !strcmp(client.profile, "-")) client.profile = NULL;
  int code = smoke_run(&smoke);
  *number = smoke.number;
  return code;
}

static int smoke_command(const struct input *input, const struct words *command, FILE *json,
                         size_t *number) {
  struct folders folders;
  folders_find(&folders);
  struct client client = {.name = copy("adapter"),
                          .packages = copy("-"),
                          .configuration = joined(command),
                          .command = command_fill(command, &folders)};
  client.adapters = folders.adapters;
  int code = smoke_one(input, &client, json, number);
  command_done(&client.command);
  free(client.name);
  free(client.packages);
  free(client.configuration);
  folders_done(&folders);
  return code;
}

static int smoke_names(const struct input *input, FILE *json, size_t *number) {
  struct clients clients;
  int code = EXIT_AGREED;
  clients_read(&clients, input->clients.list);
  for (size_t i = 0; i < input->names.count; i++) clients_find(&clients, input->names.items[i]);
  for (size_t i = 0; i < input->names.count; i++)
    code = exit_worse(
        code, smoke_one(input, clients_find(&clients, input->names.items[i]), json, number));
  clients_done(&clients);
  return code;
}

int smoke_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"clients", OPTION_CLIENTS, "FILE", 0,
       "The list of clients (standard: the one of this program)", 0},
      {"json", OPTION_JSON, "FILE", 0,
       "Write a line of JSON a check there; - is standard output, and the text goes to standard "
       "error",
       0},
      {"profile", 'p', "PROFILE", 0,
       "What the client follows, if it changes keys: a prefix, an encoding", 0},
      {"timeout", OPTION_TIMEOUT, "SECONDS", 0,
       "How long one reply may take (standard: 2), and three times that the first one", 0},
      {0}};
  static const struct argp argp = {
      table,
      parse,
      "NAME...\n-- COMMAND...",
      "Tells the author of an adapter what is wrong with it: one line a check, as TAP, with what "
      "was sent, what came back, the rule and the cure.",
      NULL,
      NULL,
      NULL};
  struct input input = {.clients = CLIENT_OPTIONS_STANDARD};
  struct words command = command_take(&argc, argv);
  size_t number = 0, size;
  char *lines = NULL;
  input.clients.observer.timeout = 2000;
  options_parse(&argp, argc, argv, &input);
  if (!command.count == !input.names.count)
    fail(EXIT_USAGE, "smoke: give names of the list, or -- COMMAND...");
  if (input.profile) check_profile(input.profile);
  FILE *json = input.json ? open_memstream(&lines, &size) : NULL;
  char *date = clock_date();
  if (json)
    json_line(json, json_pack("{s:s, s:s, s:s}", "tool", TOOL, "version", POLYRING_VERSION, "date",
                              date));
  int code = command.count ? smoke_command(&input, &command, json, &number)
                           : smoke_names(&input, json, &number);
  fprintf(input.json && !strcmp(input.json, "-") ? stderr : stdout, "1..%zu\n", number);
  if (json) {
    json_line(json, json_pack("{s:i}", "exit", code));
    fclose(json);
    if (strcmp(input.json, "-"))
      file_write(input.json, lines, size);
    else
      fwrite(lines, 1, size, stdout);
  }
  free(lines);
  free(date);
  free(command.items);
  free(input.names.items);
  return code;
}
