/* polyring-check run: clients against the vectors of their profiles. */
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
  const char *vectors, *profile, *servers, *json, *tap, *junit, *expect;
  struct words names, topologies;
  bool skips_as_fails;
};

struct run {
  const struct input *input;
  struct clients clients;
  struct vector *vectors;
  size_t vector_count, vector_capacity;
  struct expectations expectations;
  struct report report;
  bool to_stdout; /* a report goes there, so the lines for people do not */
};

enum {
  OPTION_VECTORS = 400,
  OPTION_RANDOM,
  OPTION_RUN_SEED,
  OPTION_DIGEST,
  OPTION_JSON,
  OPTION_TAP,
  OPTION_JUNIT,
  OPTION_EXPECT,
  OPTION_SKIPS
};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  const char **files[] = {&input->json, &input->tap, &input->junit, &input->expect};
  switch (key) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &input->clients;
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
    case OPTION_TAP:
    case OPTION_JUNIT:
    case OPTION_EXPECT:
      *files[key - OPTION_JSON] = value;
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
    if (!strncmp(base, name, strlen(name)) && !strcmp(base + strlen(name), ".json")) return true;
  }
  return !input->topologies.count;
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

static void run_group(struct run *run, const struct client *client, const struct vector *vector,
                      enum mode mode) {
  struct report *report = &run->report;
  struct observer observer = run->input->clients.observer;
  observer.mode = mode;
  ROOM(report->groups, report->count, report->capacity);
  struct group *group = &report->groups[report->count++];
  group_run(&observer, client, vector, &run->input->extras, group);
  expectations_apply(&run->expectations, group);
  progress_clear();
  if (!run->to_stdout) {
    report_line(stdout, group);
    fflush(stdout);
  }
}

static void run_client(struct run *run, const struct client *client) {
  char *why, *profile = profile_canonical(client->profile, &why);
  enum mode mode = run->input->clients.observer.mode;
  if (!profile) fail(EXIT_USAGE, "%s: %s: %s", run->clients.path, client->name, why);
  for (size_t i = 0; i < run->vector_count; i++) {
    if (strcmp(profile, run->vectors[i].profile)) continue;
    run_group(run, client, &run->vectors[i], mode == MODE_BOTH ? MODE_LAND : mode);
    if (mode != MODE_BOTH) continue;
    run_group(run, client, &run->vectors[i], MODE_LOCATE);
    group_compare(&run->report.groups[run->report.count - 2],
                  &run->report.groups[run->report.count - 1]);
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
  int code = EXIT_AGREED;
  bool compared = false, skipped = false;
  for (size_t i = 0; i < run->report.count; i++) {
    const struct group *group = &run->report.groups[i];
    int one = group_exit(group);
    if (group->missing && run->input->names.count) code = exit_worse(code, EXIT_ENVIRONMENT);
    if (group->counts[SKIPPED]) skipped = true;
    if (one != EXIT_NOTHING) compared = true;
    if (one != EXIT_NOTHING) code = exit_worse(code, one);
  }
  if (skipped && run->input->skips_as_fails) code = exit_worse(code, EXIT_DIFFERS);
  return compared ? code : exit_worse(code, EXIT_NOTHING);
}

static void run_done(struct run *run) {
  for (size_t i = 0; i < run->report.count; i++) group_done(&run->report.groups[i]);
  for (size_t i = 0; i < run->vector_count; i++) vector_done(&run->vectors[i]);
  free(run->report.groups);
  free(run->vectors);
  expectations_done(&run->expectations);
  clients_done(&run->clients);
  free(run->input->names.items);
  free(run->input->topologies.items);
}

static int run_all(const struct input *input) {
  struct run run = {.input = input};
  const char *paths[] = {input->json, input->tap, input->junit};
  for (int i = 0; i < 3; i++)
    if (paths[i] && !strcmp(paths[i], "-")) run.to_stdout = true;
  clients_read(&run.clients, input->clients.list);
  for (size_t i = 0; i < input->names.count; i++) clients_find(&run.clients, input->names.items[i]);
  if (input->expect) expectations_read(input->expect, &run.expectations);
  read_vectors(&run);
  for (size_t i = 0; i < run.clients.count; i++)
    if (chosen(input, &run.clients.items[i])) run_client(&run, &run.clients.items[i]);
  int code = run.report.code = run_exit(&run);
  if (!run.to_stdout) report_summary(stdout, &run.report);
  if (input->json) report_json(input->json, &run.report);
  if (input->tap) report_tap(input->tap, &run.report);
  if (input->junit) report_junit(input->junit, &run.report);
  run_done(&run);
  return code;
}

int run_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"client", 'c', "NAME", 0, "Only this one (may be repeated)", 0},
      {"profile", 'p', "PROFILE", 0, "Only clients that claim this one", 0},
      {"servers", 's', "LIST", 0, "Only vectors over this list of servers", 0},
      {"topology", 't', "NAME", 0, "Only vectors of this name, such as 4-equal (may be repeated)",
       0},
      {"vectors", OPTION_VECTORS, "PATH", 0,
       "A vector file or a folder of them (standard: those of this program)", 0},
      {"digest", OPTION_DIGEST, NULL, 0, "Place the keys of each vector's digest as well", 0},
      {"keys", OPTION_RANDOM, "N", 0, "Place N random keys as well, and compare them with Polyring",
       0},
      {"seed", OPTION_RUN_SEED, "S", 0, "Of the random keys (standard: 1)", 0},
      {"json", OPTION_JSON, "FILE", 0, "Write lines of JSON there; - is standard output", 0},
      {"tap", OPTION_TAP, "FILE", 0, "Write TAP there", 0},
      {"junit", OPTION_JUNIT, "FILE", 0, "Write JUnit's XML there", 0},
      {"expect", OPTION_EXPECT, "FILE", 0,
       "Expected differences, lines of CLIENT TOPOLOGY KEY STATUS REASON", 0},
      {"skips-as-fails", OPTION_SKIPS, NULL, 0, "What is skipped has failed", 0},
      {0}};
  static const struct argp_child children[] = {{&client_argp, 0, NULL, 0}, {0}};
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
