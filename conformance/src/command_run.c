/* polyring-check run: clients against the vectors of their profiles. */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "expect.h"
#include "options.h"
#include "progress.h"
#include "report.h"

struct input {
  struct client_options clients;
  struct group_extras extras;
  struct report_options report;
  const char *vectors, *profile, *servers, *json, *expect;
  struct words names, topologies;
  bool skips_as_fails, no_expect, missing_named; /* missing_named: one that was asked for by name */
};

/* Without a choice of one's own all clients run, on lists that tell most: even and weighted,
 * ports, names, orders, the standard port left out, unix paths, a map. All lists of all clients
 * take half an hour. */
static const char *const standard_topologies[] = {"4-equal", "7-weighted", "4-natural", "7-ports",
                                                  "3-named", "3-no-port",  "3-unix",    "3-map"};
#define STANDARD_TOPOLOGIES (sizeof standard_topologies / sizeof *standard_topologies)

struct run {
  struct input *input;
  struct clients clients;
  struct vector *vectors;
  size_t vector_count, vector_capacity;
  struct expectations expectations;
  struct report report;
  struct report_outputs outputs;
  size_t planned; /* comparisons */
  int64_t started;
};

enum {
  OPTION_VECTORS = 400,
  OPTION_RANDOM,
  OPTION_RUN_SEED,
  OPTION_DIGEST,
  OPTION_JSON,
  OPTION_EXPECT,
  OPTION_NO_EXPECT,
  OPTION_SKIPS
};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  switch (key) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &input->clients;
      state->child_inputs[1] = &input->report;
      return 0;
    case 'c':
      words_add(&input->names, value);
      return 0;
    case 'p':
      input->profile = value;
      return 0;
    case 's':
      input->servers = value;
      return 0;
    case 't':
      words_add(&input->topologies, value);
      return 0;
    case OPTION_VECTORS:
      input->vectors = value;
      return 0;
    case OPTION_RANDOM:
      input->extras.random = option_number(value, 1000000, "--keys", state);
      return 0;
    case OPTION_RUN_SEED:
      input->extras.seed = option_number(value, UINT32_MAX, "--seed", state);
      return 0;
    case OPTION_DIGEST:
      input->extras.digest = true;
      return 0;
    case OPTION_JSON:
      input->json = value;
      return 0;
    case OPTION_EXPECT:
      input->expect = value;
      return 0;
    case OPTION_NO_EXPECT:
      input->no_expect = true;
      return 0;
    case OPTION_SKIPS:
      input->skips_as_fails = true;
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

/* The lists are compared as lists of words. */
static bool servers_wanted(const struct input *input, const struct vector *vector) {
  struct places places;
  if (!input->servers) return true;
  option_servers(input->servers, &places);
  bool same = !strcmp(places.text, vector->places.text);
  places_done(&places);
  return same;
}

/* A file goes by the name of its topology. */
static bool file_wanted(const struct input *input, const char *path) {
  const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
  for (size_t i = 0; i < input->topologies.count; i++) {
    const char *name = input->topologies.items[i];
    if (!strcmp(name, "all")) return true;
    if (!strncmp(base, name, strlen(name)) && !strcmp(base + strlen(name), ".json")) return true;
  }
  return !input->topologies.count;
}

/* Whoever chooses nothing gets the standard lists; a matrix of another one joins them. */
static void choose_topologies(struct input *input) {
  if (input->names.count || input->topologies.count) return;
  if (input->profile || input->servers || input->vectors) return;
  for (size_t i = 0; i < STANDARD_TOPOLOGIES; i++)
    words_add(&input->topologies, (char *)standard_topologies[i]);
  if (input->report.matrix) words_add(&input->topologies, (char *)input->report.matrix);
}

static void read_vectors(struct run *run) {
  const char *path = run->input->vectors ? run->input->vectors : run->clients.folders.vectors;
  struct words files = vector_files(path);
  for (size_t i = 0; i < files.count; i++) {
    ROOM(run->vectors, run->vector_count, run->vector_capacity);
    struct vector *vector = &run->vectors[run->vector_count];
    if (file_wanted(run->input, files.items[i]) && vector_read(files.items[i], vector)) {
      if (servers_wanted(run->input, vector))
        run->vector_count++;
      else
        vector_done(vector);
    }
    free(files.items[i]);
  }
  if (!run->vector_count) fail(EXIT_USAGE, "%s: there are no placement vectors", path);
  free(files.items);
}

/* How long it still takes, if the rest is like what is done. */
static void tell_progress(const struct run *run, const struct client *client,
                          const struct vector *vector) {
  size_t done = run->report.count, left = run->planned > done ? run->planned - done : 0;
  int64_t spent = clock_ms() - run->started;
  if (done < 10)
    progress("%zu of %zu comparisons: %s %s", done, run->planned, client->name, vector->topology);
  else
    progress("%zu of %zu comparisons, about %zu s left: %s %s", done, run->planned,
             (size_t)spent * left / done / 1000, client->name, vector->topology);
}

static void run_group(struct run *run, const struct client *client, const struct vector *vector,
                      enum mode mode, struct group *group) {
  struct observer observer = run->input->clients.observer;
  observer.mode = mode;
  tell_progress(run, client, vector);
  group_run(&observer, client, vector, &run->input->extras, group);
  expectations_apply(&run->expectations, group);
  if (group->missing && run->input->names.count) run->input->missing_named = true;
}

static void add_group(struct run *run, const struct vector *vector, struct group *group) {
  const struct report_group *added = report_add(&run->report, group, &vector->places);
  group_done(group);
  progress_clear();
  if (run->outputs.to_stdout) return;
  report_print_group(stdout, &run->report, added);
  fflush(stdout);
}

static void run_vector(struct run *run, const struct client *client, const struct vector *vector) {
  enum mode mode = run->input->clients.observer.mode;
  struct group first, second;
  run_group(run, client, vector, mode == MODE_BOTH ? MODE_LAND : mode, &first);
  if (mode == MODE_BOTH) {
    run_group(run, client, vector, MODE_LOCATE, &second);
    group_compare(&first, &second);
  }
  add_group(run, vector, &first);
  if (mode == MODE_BOTH) add_group(run, vector, &second);
}

/* Runs the comparisons of a client, or only counts them. */
static void run_client(struct run *run, const struct client *client, bool count) {
  char *why, *profile = profile_canonical(client->profile, &why);
  enum mode mode = run->input->clients.observer.mode;
  if (!profile) fail(EXIT_USAGE, "%s: %s: %s", run->clients.path, client->name, why);
  for (size_t i = 0; i < run->vector_count; i++) {
    if (strcmp(profile, run->vectors[i].profile)) continue;
    if (count)
      run->planned += 1 + (mode == MODE_BOTH);
    else
      run_vector(run, client, &run->vectors[i]);
  }
  free(profile);
}

/* Whether a client is to run: by its name, by the profile wanted; "-" is no profile. */
static bool chosen(const struct input *input, const struct client *client) {
  char *why, *wanted, *claimed;
  bool same = true;
  for (size_t i = 0; i < input->names.count; i++)
    if (!strcmp(input->names.items[i], client->name))
      break;
    else if (i + 1 == input->names.count)
      return false;
  if (!strcmp(client->profile, "-")) return false;
  if (!input->profile) return true;
  wanted = profile_canonical(input->profile, &why);
  if (!wanted) fail(EXIT_USAGE, "--profile: %s", why);
  claimed = profile_canonical(client->profile, &why);
  same = claimed && !strcmp(wanted, claimed);
  free(wanted);
  free(claimed);
  free(why);
  return same;
}

static int run_exit(const struct run *run) {
  int code = run->input->missing_named ? EXIT_ENVIRONMENT : EXIT_AGREED;
  bool compared = false, skipped = false;
  for (size_t i = 0; i < run->report.count; i++) {
    const struct report_group *group = &run->report.groups[i];
    int one = report_exit(group);
    if (report_counted(group, SKIPPED)) skipped = true;
    if (one != EXIT_NOTHING) compared = true;
    if (one != EXIT_NOTHING) code = exit_worse(code, one);
  }
  if (skipped && run->input->skips_as_fails) code = exit_worse(code, EXIT_DIFFERS);
  return compared ? code : exit_worse(code, EXIT_NOTHING);
}

static void run_done(struct run *run) {
  report_done(&run->report);
  for (size_t i = 0; i < run->vector_count; i++) vector_done(&run->vectors[i]);
  free(run->vectors);
  expectations_done(&run->expectations);
  clients_done(&run->clients);
  free(run->input->names.items);
  free(run->input->topologies.items);
}

/* Reads everything that the run needs, and opens everything that it writes. */
static void run_prepare(struct run *run, char **data) {
  struct input *input = run->input;
  clients_read(&run->clients, input->clients.list);
  for (size_t i = 0; i < input->names.count; i++)
    clients_find(&run->clients, input->names.items[i]);
  char *list = copy(run->clients.folders.clients);
  *data = copy(dirname(list));
  free(list);
  if (input->expect)
    expectations_read(input->expect, &run->expectations);
  else if (!input->no_expect)
    expectations_read_shipped(*data, &run->expectations);
  choose_topologies(input);
  read_vectors(run);
  run->outputs = (struct report_outputs){.options = &input->report, .data = *data};
  report_outputs_open(&run->outputs);
  if (input->json && !strcmp(input->json, "-")) run->outputs.to_stdout = true;
  report_begin(&run->report, input->json, run->clients.folders.vectors);
}

static int run_all(struct input *input) {
  struct run run = {.input = input, .started = clock_ms()};
  char *data;
  run_prepare(&run, &data);
  for (int count = 1; count >= 0; count--)
    for (size_t i = 0; i < run.clients.count; i++)
      if (chosen(input, &run.clients.items[i])) run_client(&run, &run.clients.items[i], count);
  int code = run_exit(&run);
  report_end(&run.report, code);
  report_outputs_write(&run.outputs, &run.report);
  run_done(&run);
  free(data);
  return code;
}

int run_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"client", 'c', "NAME", 0, "Only this one (may be repeated)", 0},
      {"profile", 'p', "PROFILE", 0, "Only clients that claim this one", 0},
      {"servers", 's', "LIST", 0, "Only vectors over this list of servers", 0},
      {"topology", 't', "NAME", 0,
       "Only vectors of this name, such as 4-equal (may be repeated), or all (standard: a choice "
       "of them if everything else is left open, all if not)",
       0},
      {"vectors", OPTION_VECTORS, "PATH", 0,
       "A vector file or a folder of them (standard: those of this program)", 0},
      {"digest", OPTION_DIGEST, NULL, 0, "Place the keys of each vector's digest as well", 0},
      {"keys", OPTION_RANDOM, "N", 0, "Place N random keys as well, and compare them with Polyring",
       0},
      {"seed", OPTION_RUN_SEED, "S", 0, "Of the random keys (standard: 1)", 0},
      {"json", OPTION_JSON, "FILE", 0, "Write lines of JSON there; - is standard output", 0},
      {"expect", OPTION_EXPECT, "FILE", 0,
       "Expected differences, lines of CLIENT TOPOLOGY KEY STATUS REASON (standard: those of this "
       "program)",
       0},
      {"no-expect", OPTION_NO_EXPECT, NULL, 0, "Expect no differences", 0},
      {"skips-as-fails", OPTION_SKIPS, NULL, 0, "What is skipped has failed", 0},
      {0}};
  static const struct argp_child children[] = {
      {&client_argp, 0, NULL, 0}, {&report_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      table,
      parse,
      "",
      "Lets each client place the keys of the vectors of the profile that it claims, and compares "
      "with where the recorded client put them. --mode both does it in both modes.",
      children,
      NULL,
      NULL};
  struct input input = {.clients = CLIENT_OPTIONS_ANY_MODE, .extras = {.seed = 1}};
  options_parse(&argp, argc, argv, &input);
  return run_all(&input);
}
