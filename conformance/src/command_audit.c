/* polyring-check audit: a running pool against its topology, without a client, read-only. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_report.h"
#include "commands.h"
#include "options.h"
#include "progress.h"

enum {
  OPTION_STATE = 400,
  OPTION_RATE,
  OPTION_SAMPLE,
  OPTION_NO_FLAGS,
  OPTION_TOUCH,
  OPTION_TIMEOUT
};

struct input {
  const char *servers, *profile, *topology, *json, *list;
  struct dump_options dump;
};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  const char **texts[] = {['s'] = &input->servers,
                          ['p'] = &input->profile,
                          ['t'] = &input->topology,
                          ['j'] = &input->json,
                          ['l'] = &input->list};
  char *end;
  double seconds;
  switch (key) {
    case 's':
    case 'p':
    case 't':
    case 'j':
    case 'l':
      *texts[key] = value;
      return 0;
    case OPTION_STATE:
      input->dump.state = value;
      return 0;
    case OPTION_RATE:
      input->dump.rate = option_number(value, 1000000000, "--rate", state);
      return 0;
    case OPTION_SAMPLE:
      input->dump.sample = option_number(value, UINT32_MAX, "--sample", state);
      return 0;
    case OPTION_NO_FLAGS:
      input->dump.flags = false;
      return 0;
    case OPTION_TOUCH:
      input->dump.touch = true;
      return 0;
    case OPTION_TIMEOUT:
      seconds = strtod(value, &end);
      if (*end || end == value || !(seconds >= 0.001 && seconds <= 3600))
        argp_error(state, "--timeout: %s is no number of seconds from 0.001 to 3600", value);
      input->dump.timeout = (int64_t)(seconds * 1000);
      return 0;
    case ARGP_KEY_ARG:
      argp_error(state, "%s: audit takes options only", value);
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

static polyring_topology *topology_read(const char *path) {
  polyring_topology *topology;
  polyring_error error;
  size_t size;
  char *text = file_read(path, &size);
  if (!text) fail(EXIT_USAGE, "--topology: %s: %s", path, strerror(errno));
  if (polyring_topology_parse(NULL, text, size, &topology, &error) < 0)
    fail(EXIT_USAGE, "--topology: %s: %s", path, error.text);
  free(text);
  return topology;
}

static polyring_topology *topology_make(const struct input *input) {
  const char *profile = input->profile ? input->profile : POLYRING_PROFILE_DEFAULT;
  polyring_topology *topology;
  polyring_error error;
  if (polyring_topology_new(NULL, profile, strlen(profile), input->servers, strlen(input->servers),
                            0, &topology, &error) < 0)
    fail(EXIT_USAGE, "%s: %s", error.status == POLYRING_INVALID_PROFILE ? "--profile" : "--servers",
         error.text);
  return topology;
}

/* The servers of a topology as places, in its order. */
static void places_of(const polyring_topology *topology, struct places *places) {
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  for (size_t i = 0; i < polyring_topology_server_count(topology); i++)
    fprintf(file, "%s%s", i ? " " : "", polyring_topology_server(topology, i));
  if (fclose(file) != 0) fail(EXIT_ENVIRONMENT, "out of memory");
  char *why = places_read(text, places);
  if (why) fail(EXIT_USAGE, "%s", why);
  free(text);
}

static void write_to(const char *path, const char *option, const struct audit *done, int code) {
  if (!path) return;
  FILE *file = output_open(path);
  if (!strcmp(option, "--json"))
    audit_json(done, file, code);
  else
    audit_list(done, file);
  output_close(path, file);
}

static int audit_pool(const struct input *input, const polyring_topology *topology,
                      const polyring_ring *ring) {
  struct places places;
  struct dump dump;
  struct audit done;
  int64_t start = clock_ms();
  places_of(topology, &places);
  dump_read(&dump, &places, &input->dump);
  double seconds = (double)(clock_ms() - start) / 1000;
  audit(&done, &dump, ring);
  progress_clear();
  int code = audit_exit(&done);
  bool quiet =
      (input->json && !strcmp(input->json, "-")) || (input->list && !strcmp(input->list, "-"));
  if (!quiet) audit_print(&done, seconds, !input->profile && !input->topology);
  write_to(input->json, "--json", &done, code);
  write_to(input->list, "--list", &done, code);
  audit_done(&done);
  dump_done(&dump);
  places_done(&places);
  return code;
}

int audit_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"servers", 's', "LIST", 0, "The servers of the pool, as one blank-separated list", 0},
      {"profile", 'p', "PROFILE", 0,
       "The profile of its clients (standard: " POLYRING_PROFILE_DEFAULT ")", 0},
      {"topology", 't', "FILE", 0, "Both, as a topology file", 0},
      {"json", 'j', "FILE", 0, "Write lines of JSON there; - is standard output", 0},
      {"list", 'l', "FILE", 0, "Write the misplaced keys there, KEY<TAB>SERVER", 0},
      {"state", OPTION_STATE, "FILE", 0, "Keep what is done there, and go on from there", 0},
      {"rate", OPTION_RATE, "N", 0, "Read at most N items a second from each server", 0},
      {"sample", OPTION_SAMPLE, "N", 0, "Look at about N keys of each server only", 0},
      {"no-flags", OPTION_NO_FLAGS, NULL, 0, "Do not ask for flags: half of the load", 0},
      {"touch", OPTION_TOUCH, NULL, 0,
       "Where flags cannot be read without it, let it count as an access", 0},
      {"timeout", OPTION_TIMEOUT, "SECONDS", 0, "How long one reply may take (standard: 10)", 0},
      {0}};
  static const struct argp argp = {
      table,
      parse,
      "",
      "Reads out of the servers of a running pool which keys are where, changes nothing there, and "
      "tells which of them lie where the topology does not put them, which profile would, and "
      "which keys are on two servers.",
      NULL,
      NULL,
      NULL};
  struct input input = {.dump = DUMP_STANDARD};
  polyring_error error;
  polyring_ring *ring;
  options_parse(&argp, argc, argv, &input);
  if (!input.servers == !input.topology)
    fail(EXIT_USAGE, "either --servers \"SERVER SERVER...\" or --topology FILE is needed");
  if (input.topology && input.profile)
    fail(EXIT_USAGE, "--topology has a profile: --profile is for --servers");
  polyring_topology *topology =
      input.topology ? topology_read(input.topology) : topology_make(&input);
  if (polyring_topology_ring(NULL, topology, &ring, &error) < 0)
    fail(EXIT_USAGE, "%s: %s", input.topology ? "--topology" : "--servers", error.text);
  int code = audit_pool(&input, topology, ring);
  polyring_ring_free(ring);
  polyring_topology_free(topology);
  return code;
}
