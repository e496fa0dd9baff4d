/* polyring-check observe: where clients put keys. */
#include <stdio.h>
#include <stdlib.h>

#include "both.h"
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

static void print_facts(const struct client *client, const struct observation *seen) {
  json_t *fact;
  size_t i;
  json_array_foreach(seen->facts, i, fact) {
    json_t *line = json_object();
    json_put(line, "client", json_text(client->name));
    json_put(line, "mode", json_text(mode_name(seen->mode)));
    json_object_update(line, fact);
    json_line(stdout, line);
  }
}

static void print_keys(const struct client *client, const struct keys *keys,
                       const struct observation *seen) {
  for (size_t i = 0; i < seen->count; i++) {
    const struct outcome *outcome = &seen->outcomes[i];
    bool at = outcome->status == SAME || outcome->status == ALTERED || outcome->status == DIFFERENT;
    char *key = keys_text(keys, i);
    json_t *line = json_object();
    json_put(line, "client", json_text(client->name));
    json_put(line, "key", json_text(key));
    json_put(line, "status", json_text(status_name(outcome->status, false)));
    if (at) json_put(line, "at", json_integer((json_int_t)outcome->at));
    if (outcome->has_wanted) json_put(line, "wanted", json_integer((json_int_t)outcome->wanted));
    if (outcome->why) json_put(line, "why", json_text(outcome->why));
    json_line(stdout, line);
    free(key);
  }
  print_facts(client, seen);
  fflush(stdout);
}

static json_t *summary(const struct client *client, const struct observation *seen) {
  json_t *object = json_object(), *counts = json_object();
  json_put(object, "profile", json_text(client->profile));
  json_put(object, "mode", json_text(mode_name(seen->mode)));
  json_put(object, "name", json_text(seen->hello.client));
  json_put(object, "version", json_text(seen->hello.version));
  json_put(object, "language", json_text(seen->hello.language));
  for (int i = 0; i < STATUSES; i++)
    if (i != DIFFERENT || seen->counts[i])
      json_put(counts, status_name((enum status)i, false),
               json_integer((json_int_t)seen->counts[i]));
  json_put(object, "counts", counts);
  if (seen->note) json_put(object, "note", json_text(seen->note));
  return object;
}

/* Observes in one mode, or in land and then in locate, where what differs is marked. */
static int observe_client(const struct input *input, const struct client *client,
                          const struct places *places, const struct keys *keys, json_t *all) {
  struct observer observer = input->clients.observer;
  struct observation seen, landed = {0};
  int code = EXIT_AGREED;
  if (observer.mode == MODE_BOTH) {
    observer.mode = MODE_LAND;
    observe(&observer, client, places, keys, &landed);
    progress_clear();
    print_keys(client, keys, &landed);
    code = observation_exit(&landed);
    observer.mode = MODE_LOCATE;
  }
  observe(&observer, client, places, keys, &seen);
  progress_clear();
  if (landed.outcomes) both_compare(&landed, keys, &seen);
  print_keys(client, keys, &seen);
  json_put(all, client->name, summary(client, &seen));
  code = exit_worse(code, seen.missing ? EXIT_ENVIRONMENT : observation_exit(&seen));
  observation_done(&landed);
  observation_done(&seen);
  return code;
}

static int observe_all(const struct input *input, const struct clients *clients,
                       const struct places *places, const struct keys *listed) {
  json_t *all = json_object();
  struct keys keys;
  int code = EXIT_AGREED;
  mode_keys(input->clients.observer.mode, listed, &keys);
  for (size_t i = 0; i < input->names.count; i++)
    code = exit_worse(code, observe_client(input, clients_find(clients, input->names.items[i]),
                                           places, &keys, all));
  json_line(stdout, json_pack("{s:o, s:i}", "clients", all, "exit", code));
  keys_done(&keys);
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
  struct input input = {.clients = CLIENT_OPTIONS_ANY_MODE, .keys = {.seed = 1}};
  struct clients clients;
  struct places places;
  struct keys keys;
  options_parse(&argp, argc, argv, &input);
  clients_read(&clients, input.clients.list);
  for (size_t i = 0; i < input.names.count; i++) clients_find(&clients, input.names.items[i]);
  option_servers(input.servers, &places);
  if (mode_own_keys(input.clients.observer.mode))
    keys = (struct keys){0};
  else
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
