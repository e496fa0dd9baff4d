/* polyring-check agree: do clients place keys alike? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "explain.h"
#include "json.h"
#include "options.h"
#include "progress.h"

struct input {
  struct client_options clients;
  struct key_options keys;
  const char *servers, *json;
  bool refusals_differ;
  struct words names; /* what begins with COMMAND_SIGN is a command */
};
#define COMMAND_SIGN '\1'

struct party {
  struct client client; /* a command's own; else it only points into the list */
  bool own;
  struct side side; /* view is NULL: nobody knows its profile */
  struct observation seen;
  size_t strange; /* keys that are not where its profile says */
};

/* The first party against another one. */
struct pairing {
  const struct party *a, *b;
  size_t both, different, renamed, only_a, only_b;
  size_t first; /* the first key that differs, or NO_KEY */
  double chance;
  struct explanation explanation;
  bool explained;
};

enum { OPTION_COMMAND = 256, OPTION_REFUSALS };

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  switch (key) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &input->clients;
      state->child_inputs[1] = &input->keys;
      return 0;
    case OPTION_COMMAND:
      words_add(&input->names, format("%c%s", COMMAND_SIGN, value));
      return 0;
    case OPTION_REFUSALS:
      input->refusals_differ = true;
      return 0;
    case 's':
      input->servers = value;
      return 0;
    case 'j':
      input->json = value;
      return 0;
    case ARGP_KEY_ARG:
      words_add(&input->names, copy(value));
      return 0;
    case ARGP_KEY_END:
      if (input->names.count < 2) argp_error(state, "at least two clients are to be given");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

static void party_read(struct party *party, const char *text, const struct clients *clients,
                       struct explainer *explainer) {
  *party = (struct party){.own = *text == COMMAND_SIGN};
  if (!party->own) {
    party->client = *clients_find(clients, text);
    char *why = side_read(explainer, clients, text, &party->side);
    free(why); /* without a profile it can be compared, but not explained */
    side_narrow(&party->side);
    return;
  }
  char *line = copy(text + 1);
  struct words words = words_split(line);
  if (!words.count) fail(EXIT_USAGE, "--command: there is no word in it");
  party->client = (struct client){
      .name = copy(text + 1),
      .profile = (char *)"-",
      .packages = (char *)"-",
      .configuration = (char *)text + 1,
      .command = command_fill(&words, &clients->folders),
      .adapters = clients->folders.adapters,
  };
  free(words.items);
  free(line);
}

static void party_done(struct party *party) {
  if (party->own) {
    free(party->client.name);
    command_done(&party->client.command);
  }
  if (party->side.text) side_done(&party->side);
  observation_done(&party->seen);
}

/* Lets the client place the keys, and looks whether it does what its profile says. */
static int party_run(struct party *party, const struct observer *observer,
                     const struct places *places, const struct keys *keys) {
  struct observation *seen = &party->seen;
  observe(observer, &party->client, places, keys, seen);
  progress_clear();
  const struct view *view = party->side.view;
  for (size_t i = 0; view && view->ring && i < seen->count; i++)
    if (seen->outcomes[i].status == SAME)
      party->strange += !judge_right(view->ring, places, keys, i, seen->outcomes[i].at);
  return seen->missing ? EXIT_ENVIRONMENT : observation_exit(seen);
}

static void pairing_count(struct pairing *pairing, const struct places *places,
                          const struct keys *keys) {
  const struct observation *a = &pairing->a->seen, *b = &pairing->b->seen;
  const struct view *x = pairing->a->side.view, *y = pairing->b->side.view;
  bool rename = x && y && x->ring && y->ring && view_may_rename(x, y);
  size_t *load = zeroed(2 * places->count, sizeof *load);
  for (size_t i = 0; i < keys->count; i++) {
    enum status s = a->outcomes[i].status, t = b->outcomes[i].status;
    size_t at = a->outcomes[i].at, to = b->outcomes[i].at;
    pairing->only_a += s == SAME && t == REFUSED;
    pairing->only_b += s == REFUSED && t == SAME;
    if (s != SAME || t != SAME) continue;
    pairing->both++;
    load[at]++;
    load[places->count + to]++;
    bool renamed =
        rename && at == to && judge_sent(x->ring, keys, i) != judge_sent(y->ring, keys, i);
    pairing->different += at != to;
    pairing->renamed += renamed;
    if ((at != to || renamed) && pairing->first == NO_KEY) pairing->first = i;
  }
  double met = 0, all = (double)pairing->both;
  for (size_t s = 0; s < places->count; s++)
    met += (double)load[s] * (double)load[places->count + s];
  pairing->chance = all > 0 ? 1 - met / (all * all) : 0;
  free(load);
}

static bool knows(const struct party *party) {
  return party->side.view && party->side.view->ring && !party->strange;
}

static int pairing_exit(const struct pairing *pairing, const struct input *input) {
  if (pairing->different + pairing->renamed) return EXIT_DIFFERS;
  if (input->refusals_differ && pairing->only_a + pairing->only_b) return EXIT_DIFFERS;
  return pairing->both ? EXIT_AGREED : EXIT_NOTHING;
}

static void print_party(const struct party *party, const struct observation *seen) {
  printf("%s: %zu keys, %zu placed, %zu refused", party->client.name, seen->count,
         seen->counts[SAME], seen->counts[REFUSED]);
  for (int i = LOST; i < STATUSES; i++)
    if (seen->counts[i]) printf(", %zu %s", seen->counts[i], status_name((enum status)i, true));
  printf(" (%s", mode_name(seen->mode));
  if (seen->hello.client) printf(", %s %s", seen->hello.client, seen->hello.version);
  puts(")");
  if (party->strange)
    printf("  %zu of them are not where its profile %s says\n", party->strange,
           party->side.view->name);
  for (size_t i = 0; i < seen->count; i++)
    if (seen->outcomes[i].status >= LOST) {
      printf("  %s: %s\n", status_name(seen->outcomes[i].status, true), seen->outcomes[i].why);
      break;
    }
}

static void print_first(const struct pairing *pairing, const struct places *places,
                        const struct keys *keys) {
  const struct party *a = pairing->a, *b = pairing->b;
  size_t i = pairing->first;
  char *key = keys_text(keys, i);
  if (knows(a) && knows(b)) {
    char *text = judge_explain(a->side.view->ring, b->side.view->ring, places, keys, i,
                               &(struct outcome){.status = DIFFERENT,
                                                  .at = b->seen.outcomes[i].at});
    fputs(text, stdout);
    free(text);
  } else {
    printf("  key %s\n", key);
    for (const struct party *party = a;; party = b) {
      size_t at = party->seen.outcomes[i].at;
      printf("  %s: server %zu, %s\n", party->client.name, at, places->items[at].word);
      if (party == b) break;
    }
  }
  free(key);
}

/* These keys do not show it, but the profiles are not the same. */
static void print_doubt(const struct explanation *explanation) {
  printf("  other keys may differ: the profiles %s and %s do in", explanation->wanted->view->name,
         explanation->found->view->name);
  for (size_t i = 0; i < explanation->count; i++) printf(" %s", explanation->differences[i].column);
  putchar('\n');
}

static void print(const struct pairing *pairing, const struct places *places,
                  const struct keys *keys) {
  const char *a = pairing->a->client.name, *b = pairing->b->client.name;
  size_t differ = pairing->different + pairing->renamed;
  const char *verdict = differ ? "differ" : pairing->both ? "same" : "nothing compared";
  printf("%s: %s (wanted) and %s (found)", verdict, a, b);
  if (differ)
    printf(": %zu of %zu keys, %.1f %% (two unrelated clients: %.1f %%)", differ, pairing->both,
           100 * (double)differ / (double)pairing->both, 100 * pairing->chance);
  else if (pairing->both)
    printf(": all of %zu keys", pairing->both);
  putchar('\n');
  if (pairing->only_b) printf("  %zu more keys are refused by %s alone\n", pairing->only_b, a);
  if (pairing->only_a) printf("  %zu more keys are refused by %s alone\n", pairing->only_a, b);
  if (pairing->renamed)
    printf("  %zu of them only in the name that they are stored under\n", pairing->renamed);
  if (!differ && pairing->explained && pairing->explanation.alike == ALIKE_NOT)
    print_doubt(&pairing->explanation);
  if (!differ) return;
  puts("the first key that differs");
  print_first(pairing, places, keys);
  if (pairing->explained) {
    explanation_print_columns(stdout, &pairing->explanation);
    explanation_print_cures(stdout, &pairing->explanation);
  } else {
    puts("No explanation: the profile of one is not known, or not followed. polyring-check identify finds it.");
  }
}

static json_t *party_json(const struct party *party) {
  const struct observation *seen = &party->seen;
  json_t *object = json_object(), *counts = json_object();
  json_put(object, "client", json_text(party->client.name));
  json_put(object, "version", json_text(seen->hello.version));
  if (party->side.view) json_put(object, "profile", json_text(party->side.view->name));
  json_put(object, "mode", json_text(mode_name(seen->mode)));
  for (int i = 0; i < STATUSES; i++)
    if (i != DIFFERENT)
      json_put(counts, status_name((enum status)i, false),
               json_integer((json_int_t)seen->counts[i]));
  json_put(object, "counts", counts);
  json_put(object, "elsewhere", json_integer((json_int_t)party->strange));
  return object;
}

static json_t *to_json(const struct pairing *pairing, const struct places *places,
                       const struct keys *keys, int code) {
  const struct {
    const char *name;
    size_t count;
  } counts[] = {{"keys", keys->count},
                {"compared", pairing->both},
                {"different", pairing->different},
                {"renamed", pairing->renamed},
                {"only_wanted", pairing->only_a},
                {"only_found", pairing->only_b}};
  json_t *object = json_object();
  json_put(object, "wanted", party_json(pairing->a));
  json_put(object, "found", party_json(pairing->b));
  json_put(object, "servers", places_json(places));
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    json_put(object, counts[i].name, json_integer((json_int_t)counts[i].count));
  json_put(object, "chance", json_real(pairing->chance));
  json_put(object, "same", json_boolean(pairing->both && !(pairing->different + pairing->renamed)));
  if (pairing->first != NO_KEY) {
    char *key = keys_text(keys, pairing->first);
    json_put(object, "first", json_text(key));
    free(key);
  }
  if (pairing->explained) json_put(object, "explanation", explanation_json(&pairing->explanation));
  json_put(object, "exit", json_integer(code));
  return object;
}

static int compare(const struct input *input, struct explainer *explainer, struct party *parties,
                   const struct keys *keys, int code, FILE *json) {
  for (size_t p = 1; p < input->names.count; p++) {
    struct pairing pairing = {.a = &parties[0], .b = &parties[p], .first = NO_KEY};
    pairing_count(&pairing, explainer->places, keys);
    pairing.explained = knows(pairing.a) && knows(pairing.b);
    if (pairing.explained)
      explain(explainer, &parties[0].side, &parties[p].side, true, &pairing.explanation);
    code = exit_worse(code, pairing_exit(&pairing, input));
    if (json != stdout) print(&pairing, explainer->places, keys);
    if (json) json_line(json, to_json(&pairing, explainer->places, keys, code));
    if (pairing.explained) explanation_done(&pairing.explanation);
  }
  return code;
}

static int agree(const struct input *input, const struct clients *clients,
                 struct explainer *explainer, const struct keys *keys) {
  struct party *parties = zeroed(input->names.count, sizeof *parties);
  int code = EXIT_AGREED;
  FILE *json = output_open(input->json);
  for (size_t p = 0; p < input->names.count; p++)
    party_read(&parties[p], input->names.items[p], clients, explainer);
  for (size_t p = 0; p < input->names.count; p++) {
    code =
        exit_worse(code, party_run(&parties[p], &input->clients.observer, explainer->places, keys));
    if (json != stdout) print_party(&parties[p], &parties[p].seen);
  }
  code = compare(input, explainer, parties, keys, code, json);
  for (size_t p = 0; p < input->names.count; p++) party_done(&parties[p]);
  free(parties);
  output_close(input->json, json);
  return code;
}

int agree_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"servers", 's', "LIST", 0,
       "The servers, as one blank-separated list (standard: four equal ones)", 0},
      {"command", OPTION_COMMAND, "COMMAND", 0,
       "A client that is not listed: the command of its adapter, blank-separated; commands come "
       "before names",
       0},
      {"refusals-differ", OPTION_REFUSALS, NULL, 0,
       "A key that one client alone refuses is a difference", 0},
      {"json", 'j', "FILE", 0, "Write a line of JSON a pair there", 0},
      {0}};
  static const struct argp_child children[] = {
      {&client_argp, 0, NULL, 0}, {&key_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      table,
      parse,
      "NAME NAME...",
      "Lets each client place the same keys and compares each with the first one. Says same, or "
      "how many keys differ, why, and what the clients write to agree.",
      children,
      NULL,
      NULL};
  struct input input = {.clients = CLIENT_OPTIONS_STANDARD,
                        .keys = {.seed = 1, .count = 10000},
                        .servers = EXPLAIN_SERVERS};
  struct clients clients;
  struct places places;
  struct keys keys;
  struct explainer explainer;
  options_parse(&argp, argc, argv, &input);
  if (input.keys.file) input.keys.count = input.keys.pattern ? input.keys.count : 0;
  clients_read(&clients, input.clients.list);
  option_servers(input.servers, &places);
  key_options_read(&input.keys, &keys);
  explainer_start(&explainer, &places, NULL, NULL);
  int code = agree(&input, &clients, &explainer, &keys);
  for (size_t i = 0; i < input.names.count; i++) free(input.names.items[i]);
  free(input.names.items);
  explainer_done(&explainer);
  keys_done(&keys);
  places_done(&places);
  clients_done(&clients);
  return code;
}
