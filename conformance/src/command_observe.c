/* polyring-check observe: where clients put keys. */
#include <stdio.h>
#include <stdlib.h>

#include "commands.h"
#include "json.h"
#include "options.h"
#include "polyring/version.h"
#include "progress.h"

struct input {
  struct client_options clients;
  struct key_options keys;
  const char *servers;
  struct words names;
};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  switch (key) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &input->clients;
      state->child_inputs[1] = &input->keys;
      return 0;
    case 's':
      input->servers = value;
      return 0;
    case ARGP_KEY_ARG:
      words_add(&input->names, value);
      return 0;
    case ARGP_KEY_NO_ARGS:
      argp_error(state, "the name of a client is missing");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

static void print_keys(const struct client *client, const struct keys *keys,
                       const struct observation *seen) {
  for (size_t i = 0; i < seen->count; i++) {
    const struct outcome *outcome = &seen->outcomes[i];
    bool at = outcome->status == SAME || outcome->status == ALTERED;
    char *key = keys_text(keys, i);
    json_t *line = json_object();
    json_put(line, "client", json_text(client->name));
    json_put(line, "key", json_text(key));
    json_put(line, "status", json_text(status_name(outcome->status, false)));
    if (at) json_put(line, "at", json_integer((json_int_t)outcome->at));
    if (outcome->why) json_put(line, "why", json_text(outcome->why));
    json_line(stdout, line);
    free(key);
  }
}

static json_t *summary(const struct client *client, const struct observation *seen) {
  json_t *object = json_object(), *counts = json_object();
  json_put(object, "profile", json_text(client->profile));
  json_put(object, "mode", json_text(mode_name(seen->mode)));
  json_put(object, "name", json_text(seen->hello.client));
  json_put(object, "version", json_text(seen->hello.version));
  json_put(object, "language", json_text(seen->hello.language));
  for (int i = 0; i < STATUSES; i++)
    if (i != DIFFERENT)
      json_put(counts, status_name((enum status)i, false),
               json_integer((json_int_t)seen->counts[i]));
  json_put(object, "counts", counts);
  return object;
}

static int observe_all(const struct input *input, const struct clients *clients,
                       const struct places *places, const struct keys *keys) {
  json_t *all = json_object();
  int code = EXIT_AGREED;
  for (size_t i = 0; i < input->names.count; i++) {
    const struct client *client = clients_find(clients, input->names.items[i]);
    struct observation seen;
    observe(&input->clients.observer, client, places, keys, &seen);
    progress_clear();
    print_keys(client, keys, &seen);
    fflush(stdout);
    json_put(all, client->name, summary(client, &seen));
    code = exit_worse(code, seen.missing ? EXIT_ENVIRONMENT : observation_exit(&seen));
    observation_done(&seen);
  }
  json_line(stdout, json_pack("{s:o, s:i}", "clients", all, "exit", code));
  return code;
}

int observe_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"servers", 's', "LIST", 0, "The servers, as one blank-separated list", 0}, {0}};
  static const struct argp_child children[] = {
      {&client_argp, 0, NULL, 0}, {&key_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      table,
      parse,
      "NAME...",
      "Lets each client place the keys, on fresh servers of its own, and prints lines of JSON: a "
      "header, one line a key and client, a footer with the counts of each client.",
      children,
      NULL,
      NULL};
  struct input input = {.clients = CLIENT_OPTIONS_STANDARD, .keys = {.seed = 1}};
  struct clients clients;
  struct places places;
  struct keys keys;
  options_parse(&argp, argc, argv, &input);
  if (input.clients.observer.mode == MODE_BOTH)
    fail(EXIT_USAGE, "observe takes one mode at a time");
  clients_read(&clients, input.clients.list);
  for (size_t i = 0; i < input.names.count; i++) clients_find(&clients, input.names.items[i]);
  option_servers(input.servers, &places);
  key_options_read(&input.keys, &keys);
  char *date = clock_date();
  json_line(stdout, json_pack("{s:s, s:s, s:s, s:o, s:s}", "tool", TOOL, "version",
                              POLYRING_VERSION, "mode", mode_name(input.clients.observer.mode),
                              "servers", places_json(&places), "date", date));
  int code = observe_all(&input, &clients, &places, &keys);
  free(date);
  free(input.names.items);
  keys_done(&keys);
  places_done(&places);
  clients_done(&clients);
  return code;
}
