/* polyring-check cures: does each client do, as it is set, what the list of cures says? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "explain.h"
#include "json.h"
#include "options.h"
#include "progress.h"
#include "vector.h"

struct input {
  struct client_options clients;
  const char *servers, *json, *cures;
  uint64_t keys, seed;
  bool list, pairs;
  struct words names;
};

/* A cure is verified on the first of these that its profile and its client take. */
static const char *const lists[] = {
    EXPLAIN_SERVERS, "127.77.0.1:11211:1 127.77.0.2:11211:2 127.77.0.3:11211:3 127.77.0.4:11211:4",
    "127.77.0.1:11211;buckets=0-7 127.77.0.2:11211;buckets=8-15 127.77.0.3:11211;buckets=16-23 "
    "127.77.0.4:11211;buckets=24-31"};

enum verdict { CURED, FAILED, ABSENT, UNANSWERED, VERDICTS };
static const char *const verdicts[VERDICTS] = {"cured", "FAILED", "SKIPPED", "SKIPPED"};

struct check {
  const struct cure *cure;
  const struct client *client;
  struct places places;
  polyring_ring *ring;
  struct observation seen;
  enum verdict verdict;
  char *why; /* or NULL */
};

enum { OPTION_KEYS = 256, OPTION_SEED, OPTION_LIST, OPTION_PAIRS, OPTION_CURES };

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  switch (key) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &input->clients;
      return 0;
    case OPTION_KEYS:
      input->keys = option_number(value, 10000000, "--keys", state);
      if (!input->keys) argp_error(state, "--keys: 0 keys show nothing");
      return 0;
    case OPTION_SEED:
      input->seed = option_number(value, UINT32_MAX, "--seed", state);
      return 0;
    case OPTION_LIST:
      input->list = true;
      return 0;
    case OPTION_PAIRS:
      input->pairs = true;
      return 0;
    case OPTION_CURES:
      input->cures = value;
      return 0;
    case 's':
      input->servers = value;
      return 0;
    case 'j':
      input->json = value;
      return 0;
    case ARGP_KEY_ARG:
      words_add(&input->names, value);
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

/* The line's client, which must be listed with the same profile. */
static const struct client *client_of(const struct cures *cures, const struct cure *cure,
                                      const struct clients *clients) {
  const struct client *client = NULL;
  for (size_t i = 0; i < clients->count && !client; i++)
    if (!strcmp(clients->items[i].name, cure->name)) client = &clients->items[i];
  if (!client) fail(EXIT_USAGE, "%s: %s has no client %s", cures->path, clients->path, cure->name);
  char *why, *profile = profile_canonical(client->profile, &why);
  if (!profile || strcmp(profile, cure->profile))
    fail(EXIT_USAGE, "%s: %s has %s, but %s says %s", cures->path, cure->name, cure->profile,
         clients->path, client->profile);
  free(profile);
  return client;
}

/* Asks the client where that is possible: it is faster, and run compares both ways. */
static enum mode mode_of(const struct check *check, const struct observer *observer) {
  if (observer->mode != MODE_AUTO) return observer->mode;
  struct observer asking = {.mode = MODE_LOCATE, .timeout = observer->timeout};
  struct observation seen;
  struct keys one = {0};
  keys_add(&one, "a", 1);
  observe(&asking, check->client, &check->places, &one, &seen);
  enum mode mode = seen.counts[SKIPPED] && !seen.missing ? MODE_LAND : MODE_LOCATE;
  observation_done(&seen);
  keys_done(&one);
  return mode;
}

static void judge(struct check *check, const struct keys *keys) {
  struct observation *seen = &check->seen;
  size_t bad = NO_KEY, skipped = NO_KEY;
  free(check->why);
  check->why = NULL;
  judge_keys(check->ring, &check->places, keys, 0, seen);
  for (size_t i = seen->count; i-- > 0;) {
    enum status status = seen->outcomes[i].status;
    if (status == SKIPPED) skipped = i;
    if (status != SAME && status != REFUSED && status != SKIPPED) bad = i;
  }
  check->verdict = seen->missing        ? ABSENT
                   : bad != NO_KEY      ? FAILED
                   : seen->counts[SAME] ? CURED
                                        : UNANSWERED;
  size_t told = bad != NO_KEY ? bad : skipped;
  if (told == NO_KEY) return;
  char *key = keys_text(keys, told);
  check->why = format("key %s: %s: %s", key, status_name(seen->outcomes[told].status, true),
                      seen->outcomes[told].why ? seen->outcomes[told].why : "");
  if (check->verdict == ABSENT) {
    free(check->why);
    check->why = copy(seen->outcomes[told].why);
  }
  free(key);
}

/* A client may answer for keys that it would not send, or resort to what it does not tell when it
 * is asked: where it then differs, the keys are set, and what counts is where they lie. */
static void check_stored(struct check *check, const struct input *input, const struct keys *keys) {
  struct observer observer = {.mode = MODE_LAND, .timeout = input->clients.observer.timeout};
  if (check->verdict != FAILED || check->seen.counts[BROKEN] ||
      input->clients.observer.mode != MODE_AUTO || check->seen.mode != MODE_LOCATE ||
      !hello_can(&check->seen.hello, "set"))
    return;
  char *asked = check->why;
  check->why = NULL;
  observation_done(&check->seen);
  observe(&observer, check->client, &check->places, keys, &check->seen);
  progress_clear();
  judge(check, keys);
  if (check->verdict == CURED) check->why = format("when it is only asked it differs: %s", asked);
  free(asked);
}

/* On one list. Unanswered if the profile or the client does not take it. */
static void check_on(struct check *check, const struct input *input, const char *servers,
                     const struct keys *keys) {
  char *why;
  option_servers(servers, &check->places);
  check->verdict = UNANSWERED;
  check->ring = judge_ring(check->cure->profile, &check->places, &why);
  if (!check->ring) {
    free(check->why);
    check->why = why;
    return;
  }
  struct observer observer = input->clients.observer;
  observer.mode = mode_of(check, &observer);
  observe(&observer, check->client, &check->places, keys, &check->seen);
  progress_clear();
  judge(check, keys);
  check_stored(check, input, keys);
}

static void check_off(struct check *check) {
  observation_done(&check->seen);
  polyring_ring_free(check->ring);
  places_done(&check->places);
}

static int check_run(struct check *check, const struct input *input, const struct keys *keys) {
  size_t count = input->servers ? 1 : sizeof lists / sizeof *lists;
  for (size_t i = 0; i < count; i++) {
    if (i > 0) check_off(check);
    check_on(check, input, input->servers ? input->servers : lists[i], keys);
    if (check->verdict != UNANSWERED) break;
  }
  if (check->seen.counts[BROKEN]) return EXIT_BROKEN;
  if (check->verdict == ABSENT) return input->names.count ? EXIT_ENVIRONMENT : EXIT_NOTHING;
  return check->verdict == CURED    ? EXIT_AGREED
         : check->verdict == FAILED ? EXIT_DIFFERS
                                    : EXIT_NOTHING;
}

static void print(const struct check *check) {
  const struct observation *seen = &check->seen;
  const char *version = seen->hello.version;
  printf("%-8s %s %s", verdicts[check->verdict], check->cure->name, check->cure->profile);
  if (check->verdict <= FAILED) {
    printf(" %zu of %zu same, %zu refused, %s", seen->counts[SAME],
           seen->count - seen->counts[REFUSED], seen->counts[REFUSED], mode_name(seen->mode));
    printf(", %s", version ? version : "?");
  }
  putchar('\n');
  if (check->why) printf("         %s\n", check->why);
  if (check->verdict == CURED && version && strcmp(version, check->cure->version))
    printf("         the list says that it was verified with %s\n", check->cure->version);
  fflush(stdout);
}

static json_t *cure_json(const struct cure *cure) {
  json_t *object = json_object();
  json_put(object, "client", json_text(cure->name));
  json_put(object, "profile", json_text(cure->profile));
  json_put(object, "verified", json_text(cure->version));
  json_put(object, "setting", json_text(cure->setting));
  return object;
}

static json_t *to_json(const struct check *check) {
  const struct observation *seen = &check->seen;
  json_t *object = cure_json(check->cure), *counts = json_object();
  json_put(object, "verdict", json_text(verdicts[check->verdict]));
  if (check->why) json_put(object, "why", json_text(check->why));
  if (check->verdict <= FAILED) {
    json_put(object, "version", json_text(seen->hello.version));
    json_put(object, "mode", json_text(mode_name(seen->mode)));
    json_put(object, "servers", places_json(&check->places));
    for (int i = 0; i < STATUSES; i++)
      json_put(counts, status_name((enum status)i, true),
               json_integer((json_int_t)seen->counts[i]));
    json_put(object, "counts", counts);
  } else {
    json_decref(counts);
  }
  return object;
}

static bool asked_for(const struct input *input, const struct cure *cure) {
  if (!input->names.count) return true;
  for (size_t i = 0; i < input->names.count; i++)
    if (!strcmp(input->names.items[i], cure->name) || !strcmp(input->names.items[i], cure->client))
      return true;
  return false;
}

static int check_all(const struct input *input, const struct cures *cures,
                     const struct clients *clients, FILE *json) {
  struct keys keys = {0};
  size_t sums[VERDICTS] = {0};
  int code = EXIT_AGREED;
  keys_add_mixed(&keys, input->keys, input->seed, false);
  for (size_t i = 0; i < cures->count; i++)
    if (asked_for(input, &cures->items[i])) client_of(cures, &cures->items[i], clients);
  for (size_t i = 0; i < cures->count; i++) {
    struct check check = {.cure = &cures->items[i]};
    if (!asked_for(input, check.cure)) continue;
    check.client = client_of(cures, check.cure, clients);
    int now = check_run(&check, input, &keys);
    code = exit_worse(code, now == EXIT_NOTHING && !input->names.count ? EXIT_AGREED : now);
    sums[check.verdict]++;
    if (json != stdout) print(&check);
    if (json) json_line(json, to_json(&check));
    check_off(&check);
    free(check.why);
  }
  if (json != stdout)
    printf("%zu cures on %zu keys: %zu hold, %zu failed, %zu skipped\n",
           sums[CURED] + sums[FAILED] + sums[ABSENT] + sums[UNANSWERED], keys.count, sums[CURED],
           sums[FAILED], sums[ABSENT] + sums[UNANSWERED]);
  keys_done(&keys);
  return sums[CURED] + sums[FAILED] ? code : exit_worse(code, EXIT_NOTHING);
}

static void print_list(const struct input *input, const struct cures *cures, FILE *json) {
  for (size_t i = 0; i < cures->count; i++) {
    const struct cure *cure = &cures->items[i];
    if (!asked_for(input, cure)) continue;
    if (json != stdout)
      printf("%s %s (%s)\n    %s\n", cure->name, cure->profile, cure->version, cure->setting);
    if (json) json_line(json, cure_json(cure));
  }
}

/* One client against each row of the table. */
static void pair_client(struct explainer *explainer, const char *client, FILE *json,
                        size_t sums[ALIKE_NAME + 1]) {
  size_t own[ALIKE_NAME + 1] = {0}, rows = 0;
  const char *row;
  for (; (row = polyring_profile_name_at(rows)); rows++) {
    enum alike alike;
    const struct cure *cure = cure_for(explainer, client, explainer_view(explainer, row), &alike);
    own[alike]++;
    sums[alike]++;
    if (!json) continue;
    json_t *object = cure ? cure_json(cure) : json_object();
    if (cure) json_put(object, "configuration", json_text(cure->name));
    json_put(object, "client", json_text(client));
    json_put(object, "row", json_text(row));
    json_put(object, "alike", json_text(alike_name(alike)));
    json_line(json, object);
  }
  if (json != stdout)
    printf(
        "%-22s %3zu of %zu rows: %zu by name, %zu alike on this list, %zu for the keys that "
        "both take\n",
        client, rows - own[ALIKE_NOT], rows, own[ALIKE_NAME], own[ALIKE_LIST], own[ALIKE_TAKEN]);
}

static void pair_all(const struct input *input, FILE *json) {
  struct places places;
  struct explainer explainer;
  size_t sums[ALIKE_NAME + 1] = {0}, clients = 0;
  option_servers(input->servers ? input->servers : lists[0], &places);
  explainer_start(&explainer, &places, input->cures, NULL);
  for (size_t i = 0; i < explainer.cures.count; i++) {
    const struct cure *cure = &explainer.cures.items[i];
    size_t before = 0;
    while (strcmp(explainer.cures.items[before].client, cure->client) != 0) before++;
    if (before < i || !asked_for(input, cure)) continue;
    clients++;
    pair_client(&explainer, cure->client, json, sums);
  }
  if (json != stdout)
    printf(
        "%zu clients: %zu pairs with a row; %zu are reached by a setting of that name, %zu by "
        "one that is alike on this list, %zu for the keys that both take, %zu by none\n",
        clients, sums[0] + sums[1] + sums[2] + sums[3], sums[ALIKE_NAME], sums[ALIKE_LIST],
        sums[ALIKE_TAKEN], sums[ALIKE_NOT]);
  explainer_done(&explainer);
  places_done(&places);
}

static void names_check(const struct input *input, const struct cures *cures) {
  for (size_t n = 0; n < input->names.count; n++) {
    bool known = false;
    for (size_t i = 0; i < cures->count; i++)
      known |= !strcmp(cures->items[i].name, input->names.items[n]) ||
               !strcmp(cures->items[i].client, input->names.items[n]);
    if (!known) fail(EXIT_USAGE, "%s has no cure for %s", cures->path, input->names.items[n]);
  }
}

int cures_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"keys", OPTION_KEYS, "N", 0, "How many keys (standard: 100000)", 0},
      {"seed", OPTION_SEED, "S", 0, "Another choice of keys (standard: 1)", 0},
      {"servers", 's', "LIST", 0,
       "The servers, as one blank-separated list (standard: four, as the profile takes them)", 0},
      {"list", OPTION_LIST, NULL, 0, "Only print the cures", 0},
      {"pairs", OPTION_PAIRS, NULL, 0,
       "Only print which rows of the table each client can be brought to", 0},
      {"cures", OPTION_CURES, "FILE", 0, "The list of cures (standard: the one of this program)",
       0},
      {"json", 'j', "FILE", 0, "Write a line of JSON a cure, or a pair, there", 0},
      {0}};
  static const struct argp_child children[] = {{&client_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      table,
      parse,
      "[NAME...]",
      "Runs each client as the list of cures says, and compares with Polyring under the profile "
      "that it is to follow then. NAME is a configuration, or a client with all of its own; those "
      "that are not installed are skipped, unless they are named.",
      children,
      NULL,
      NULL};
  struct input input = {.clients = CLIENT_OPTIONS_STANDARD, .keys = 100000, .seed = 1};
  struct clients clients;
  struct cures cures;
  int code = EXIT_AGREED;
  options_parse(&argp, argc, argv, &input);
  clients_read(&clients, input.clients.list);
  cures_read(&cures, input.cures);
  names_check(&input, &cures);
  FILE *json = output_open(input.json);
  if (input.pairs)
    pair_all(&input, json);
  else if (input.list)
    print_list(&input, &cures, json);
  else
    code = check_all(&input, &cures, &clients, json);
  output_close(input.json, json);
  free(input.names.items);
  cures_done(&cures);
  clients_done(&clients);
  return code;
}
