/* polyring-check compare: clients against Polyring itself. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "explain.h"
#include "json.h"
#include "judge.h"
#include "options.h"
#include "progress.h"

struct input {
  struct client_options clients;
  struct key_options keys;
  const char *servers, *profile, *json;
  struct words names;
};

struct comparison {
  const struct client *client;
  const char *profile; /* the one that is wanted */
  struct observation seen;
  polyring_ring *ring;
  char *refusal; /* why there is no ring */
  char *first;   /* the explanation of the first key that differs, or NULL */
  char *cure;    /* and of the profiles, with what the client writes; or NULL */
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
    case 'p':
      input->profile = value;
      return 0;
    case 'j':
      input->json = value;
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

static bool wrong(enum status status) {
  return status == DIFFERENT || status == LOST || status == COPIED || status == ALTERED;
}

static void explain_first(struct comparison *comparison, const struct places *places,
                          const struct keys *keys) {
  const struct observation *seen = &comparison->seen;
  bool own = !strcmp(comparison->profile, comparison->client->profile);
  size_t i = 0;
  while (i < seen->count && !wrong(seen->outcomes[i].status)) i++;
  if (i == seen->count) return;
  char *why = NULL;
  polyring_ring *found_by = own ? NULL : judge_ring(comparison->client->profile, places, &why);
  comparison->first =
      judge_explain(comparison->ring, found_by, places, keys, i, &seen->outcomes[i]);
  polyring_ring_free(found_by);
  free(why);
}

/* If the client claims another profile than the wanted one: how the two differ. */
static void explain_profiles(struct comparison *comparison, const struct clients *clients,
                             struct explainer *explainer) {
  struct side wanted, found;
  struct explanation explanation;
  size_t size;
  char *why = side_read(explainer, clients, comparison->profile, &wanted);
  if (!why) why = side_read(explainer, clients, comparison->client->name, &found);
  if (why) {
    if (wanted.text) side_done(&wanted);
    free(why);
    return;
  }
  side_narrow(&found);
  explain(explainer, &wanted, &found, true, &explanation);
  FILE *file = open_memstream(&comparison->cure, &size);
  explanation_print_columns(file, &explanation);
  explanation_print_cures(file, &explanation);
  fclose(file);
  explanation_done(&explanation);
  side_done(&wanted);
  side_done(&found);
}

static int compare(struct comparison *comparison, const struct places *places,
                   const struct keys *keys) {
  struct observation *seen = &comparison->seen;
  int code = observation_exit(seen);
  comparison->ring = judge_ring(comparison->profile, places, &comparison->refusal);
  if (seen->missing) return EXIT_ENVIRONMENT;
  if (!comparison->ring) return seen->counts[BROKEN] ? EXIT_BROKEN : EXIT_NOTHING;
  judge_keys(comparison->ring, places, keys, 0, seen);
  explain_first(comparison, places, keys);
  if (seen->counts[DIFFERENT]) code = exit_worse(EXIT_DIFFERS, code);
  return code;
}

static void print(const struct comparison *comparison, const struct places *places) {
  const struct observation *seen = &comparison->seen;
  printf("%s %s %zu %zu %zu %zu %zu", comparison->client->name, comparison->profile, places->count,
         seen->count, comparison->ring ? seen->counts[SAME] : 0, seen->counts[DIFFERENT],
         seen->counts[REFUSED]);
  for (int i = LOST; i < STATUSES; i++)
    if (seen->counts[i]) printf(" %s=%zu", status_name((enum status)i, true), seen->counts[i]);
  putchar('\n');
  if (comparison->refusal) printf("  Polyring refuses the list: %s\n", comparison->refusal);
  if (comparison->first) fputs(comparison->first, stdout);
  if (comparison->cure) fputs(comparison->cure, stdout);
  for (size_t i = 0; i < seen->count; i++)
    if (seen->outcomes[i].status == SKIPPED || seen->outcomes[i].status == BROKEN) {
      printf("  %s: %s\n", status_name(seen->outcomes[i].status, true), seen->outcomes[i].why);
      break;
    }
  fflush(stdout);
}

static json_t *to_json(const struct comparison *comparison, const struct places *places) {
  const struct observation *seen = &comparison->seen;
  json_t *object = json_object(), *counts = json_object();
  json_put(object, "client", json_text(comparison->client->name));
  json_put(object, "version", json_text(seen->hello.version));
  json_put(object, "profile", json_text(comparison->profile));
  json_put(object, "mode", json_text(mode_name(seen->mode)));
  json_put(object, "servers", places_json(places));
  json_put(object, "keys", json_integer((json_int_t)seen->count));
  for (int i = comparison->ring ? 0 : REFUSED; i < STATUSES; i++)
    json_put(counts, status_name((enum status)i, true), json_integer((json_int_t)seen->counts[i]));
  json_put(object, "counts", counts);
  if (comparison->refusal) json_put(object, "refusal", json_text(comparison->refusal));
  if (comparison->first) json_put(object, "first", json_text(comparison->first));
  if (comparison->cure) json_put(object, "cure", json_text(comparison->cure));
  return object;
}

static int compare_all(const struct input *input, const struct clients *clients,
                       const struct places *places, const struct keys *keys) {
  struct explainer explainer;
  FILE *json = output_open(input->json);
  int code = EXIT_AGREED;
  explainer_start(&explainer, places, NULL, NULL);
  if (json != stdout && isatty(STDOUT_FILENO))
    puts("client profile servers keys same different refused");
  for (size_t i = 0; i < input->names.count; i++) {
    const struct client *client = clients_find(clients, input->names.items[i]);
    struct comparison comparison = {.client = client};
    comparison.profile = input->profile ? input->profile : client->profile;
    observe(&input->clients.observer, client, places, keys, &comparison.seen);
    progress_clear();
    code = exit_worse(code, compare(&comparison, places, keys));
    if (comparison.first && strcmp(comparison.profile, client->profile) != 0)
      explain_profiles(&comparison, clients, &explainer);
    if (json != stdout) print(&comparison, places);
    if (json) json_line(json, to_json(&comparison, places));
    polyring_ring_free(comparison.ring);
    free(comparison.refusal);
    free(comparison.first);
    free(comparison.cure);
    observation_done(&comparison.seen);
  }
  explainer_done(&explainer);
  output_close(input->json, json);
  return code;
}

int compare_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"servers", 's', "LIST", 0, "The servers, as one blank-separated list", 0},
      {"profile", 'p', "PROFILE", 0, "Compare with this one instead of the claimed one", 0},
      {"json", 'j', "FILE", 0, "Write a line of JSON a client there", 0},
      {0}};
  static const struct argp_child children[] = {
      {&client_argp, 0, NULL, 0}, {&key_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      table,
      parse,
      "NAME...",
      "Lets each client place keys and compares with Polyring under the profile that the client "
      "claims. Prints a line a client (its name, the profile, the numbers of servers, keys, same, "
      "different and refused ones) and explains the first key that differs.",
      children,
      NULL,
      NULL};
  struct input input = {.clients = CLIENT_OPTIONS_STANDARD, .keys = {.seed = 1, .count = 10000}};
  struct clients clients;
  struct places places;
  struct keys keys;
  options_parse(&argp, argc, argv, &input);
  if (input.keys.file) input.keys.count = input.keys.pattern ? input.keys.count : 0;
  clients_read(&clients, input.clients.list);
  for (size_t i = 0; i < input.names.count; i++) clients_find(&clients, input.names.items[i]);
  option_servers(input.servers, &places);
  key_options_read(&input.keys, &keys);
  int code = compare_all(&input, &clients, &places, &keys);
  free(input.names.items);
  keys_done(&keys);
  places_done(&places);
  clients_done(&clients);
  return code;
}
