/* polyring plan: what moves if one topology is replaced by another. */
#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FLOWS_SHOWN 20

typedef struct plan_arguments {
  const char *files[2];
  const char *profiles[2], *servers[2];
  const char *without, *keys, *svg;
  uint32_t sample;
  bool each, json;
} plan_arguments;

enum { FROM_PROFILE = 256, FROM_SERVERS, TO_PROFILE, TO_SERVERS };

static const struct argp_option option_list[] = {
    {"from-profile", FROM_PROFILE, "PROFILE", 0, "The old profile, instead of a file's", 0},
    {"from-servers", FROM_SERVERS, "SERVERS", 0, "The old servers, instead of a file's", 0},
    {"to-profile", TO_PROFILE, "PROFILE", 0, "The new profile, instead of a file's", 0},
    {"to-servers", TO_SERVERS, "SERVERS", 0, "The new servers, instead of a file's", 0},
    {"without", 'w', "SERVER", 0, "NEW is OLD without this server, known by its name or place", 0},
    {"each", 'e', NULL, 0, "Show what is lost without each server in turn", 0},
    {"keys", 'k', "FILE", 0,
     "Print those of the keys in this file that move, one a line: the key, its old and its new "
     "server (- is standard input)",
     0},
    {"sample", 'n', "NUMBER", 0, "How many keys are tried where shares cannot be computed", 0},
    {"svg", 'o', "FILE", 0, "Also write a picture of what moves to this file, as SVG", 0},
    {"json", 'j', NULL, 0, "Print JSON", 0},
    {NULL, 0, NULL, 0, NULL, 0}};

/* --- options --- */

static void set_sample(plan_arguments *arguments, const char *value, struct argp_state *state) {
  char *end;
  unsigned long sample = strtoul(value, &end, 10);
  if (*end || end == value || *value == '-' || sample < 1 || sample > UINT32_MAX)
    argp_error(state, "\"%s\" is no number of keys", value);
  arguments->sample = (uint32_t)sample;
}

static void check(const plan_arguments *arguments, struct argp_state *state) {
  bool alone = arguments->without || arguments->each;
  bool from = arguments->files[0] || arguments->servers[0];
  bool to = arguments->files[1] || arguments->servers[1] || arguments->profiles[1];
  if (!from) argp_error(state, "what is the old topology? give a file, or --from-servers");
  if (alone && to) argp_error(state, "--without and --each take one topology");
  if (!alone && !to)
    argp_error(state, "what is the new topology? give a file, or --to-servers or --to-profile");
  if (arguments->each && (arguments->without || arguments->keys || arguments->svg))
    argp_error(state, "--each stands alone");
  for (int side = 0; side < 2; side++)
    if (arguments->files[side] && (arguments->servers[side] || arguments->profiles[side]))
      argp_error(state, "a file has its profile and servers");
}

static error_t parse(int key, char *value, struct argp_state *state) {
  plan_arguments *arguments = state->input;
  switch (key) {
    case FROM_PROFILE:
    case TO_PROFILE:
      arguments->profiles[key == TO_PROFILE] = value;
      return 0;
    case FROM_SERVERS:
    case TO_SERVERS:
      arguments->servers[key == TO_SERVERS] = value;
      return 0;
    case 'w':
      arguments->without = value;
      return 0;
    case 'e':
      arguments->each = true;
      return 0;
    case 'k':
      arguments->keys = value;
      return 0;
    case 'n':
      set_sample(arguments, value, state);
      return 0;
    case 'o':
      arguments->svg = value;
      return 0;
    case 'j':
      arguments->json = true;
      return 0;
    case ARGP_KEY_ARG: {
      int side = arguments->servers[0] || arguments->files[0] ? 1 : 0;
      if (arguments->files[side]) argp_error(state, "two topologies, please");
      arguments->files[side] = value;
      return 0;
    }
    case ARGP_KEY_END:
      check(arguments, state);
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

/* --- the two sides --- */

static polyring_topology *make_topology(const char *profile, const char *servers) {
  polyring_topology *topology;
  polyring_error error;
  if (polyring_topology_new(NULL, profile, strlen(profile), servers, strlen(servers), 0, &topology,
                            &error) < 0) {
    const char *input = error.status == POLYRING_INVALID_PROFILE ? profile : servers;
    complain_of(&error, input, strlen(input));
  }
  return topology;
}

static polyring_topology *read_old(const plan_arguments *arguments) {
  const char *profile = arguments->profiles[0];
  if (arguments->files[0]) return topology_read(arguments->files[0]);
  return make_topology(profile ? profile : "", arguments->servers[0]);
}

/* What is not given of the new side is as on the old one. */
static polyring_topology *read_new(const plan_arguments *arguments, const polyring_topology *from) {
  const char *profile = arguments->profiles[1], *servers = arguments->servers[1];
  if (arguments->files[1]) return topology_read(arguments->files[1]);
  char *same = servers ? NULL : topology_servers(from, SIZE_MAX);
  if (!servers) servers = same;
  polyring_topology *to =
      servers ? make_topology(profile ? profile : polyring_topology_profile(from), servers) : NULL;
  free(same);
  return to;
}

/* A topology without one server; NULL after a complaint. */
static polyring_topology *remove_server(const polyring_topology *from, size_t server) {
  if (polyring_topology_server_count(from) == 1) {
    complain("there is only one server: nothing is left without it");
    return NULL;
  }
  char *servers = topology_servers(from, server);
  polyring_topology *to = servers ? make_topology(polyring_topology_profile(from), servers) : NULL;
  free(servers);
  return to;
}

/* --- the plan --- */

double plan_error(const polyring_plan *plan, double share) {
  double n = polyring_plan_sample(plan);
  return n > 0 ? sqrt(share * (1 - share) / n) : 0;
}

/* Shares of servers that are one count as one; servers without any are idle, and do not count. */
static void measure(plan_view *view) {
  const polyring_planned_server *server;
  size_t counts[2] = {0, 0};
  double greatest[2] = {0, 0};
  for (; (server = polyring_plan_server(view->plan, view->server_count)); view->server_count++) {
    double shares[2] = {server->before, server->after};
    for (int side = 0; side < 2; side++) {
      counts[side] += shares[side] > 0;
      greatest[side] = fmax(greatest[side], shares[side]);
    }
  }
  for (int side = 0; side < 2; side++) view->spread[side] = greatest[side] * (double)counts[side];
  while (polyring_plan_flow(view->plan, view->flow_count)) view->flow_count++;
}

static void view_close(plan_view *view) {
  polyring_plan_free(view->plan);
  polyring_ring_free(view->rings[0]);
  polyring_ring_free(view->rings[1]);
}

static bool view_open(plan_view *view, const polyring_topology *const *sides, uint32_t sample) {
  polyring_error error;
  bool fine = true;
  *view = (plan_view){.plan = NULL};
  for (int side = 0; side < 2 && fine; side++) {
    view->rings[side] = topology_open(sides[side], side ? "new topology" : "old topology");
    fine = view->rings[side] &&
           polyring_ring_fingerprint(view->rings[side], view->fingerprints[side]) >= 0;
  }
  if (fine &&
      polyring_plan_new(NULL, view->rings[0], view->rings[1], sample, &view->plan, &error) < 0)
    complain("%s", error.text);
  if (view->plan) {
    measure(view);
    return true;
  }
  view_close(view);
  return false;
}

/* --- text --- */

static const char *server_text(const plan_view *view, size_t i) {
  return polyring_plan_server(view->plan, i)->text;
}

static void print_pair(const char *title, const char *before, const char *after) {
  if (strcmp(before, after) == 0)
    printf("%-12s %s\n", title, before);
  else
    printf("%-12s %s -> %s\n", title, before, after);
}

static void print_head(const plan_view *view) {
  char texts[2][32];
  double moved = polyring_plan_moved(view->plan), error = plan_error(view->plan, moved);
  print_pair("profile", polyring_ring_profile(view->rings[0]),
             polyring_ring_profile(view->rings[1]));
  for (int side = 0; side < 2; side++)
    snprintf(texts[side], sizeof *texts, "%zu", polyring_ring_server_count(view->rings[side]));
  print_pair("servers", texts[0], texts[1]);
  for (int side = 0; side < 2; side++)
    snprintf(texts[side], sizeof *texts, "%.3f", view->spread[side]);
  print_pair("max/mean", texts[0], texts[1]);
  print_pair("fingerprint", view->fingerprints[0], view->fingerprints[1]);
  uint32_t sample = polyring_plan_sample(view->plan);
  if (sample)
    printf("%-12s %.3f %% of the keys, standard error %.3f (a sample of %u keys)\n", "moves",
           100 * moved, 100 * error, sample);
  else
    printf("%-12s %.3f %% of the keys (exact)\n", "moves", 100 * moved);
}

static void print_figures(const plan_view *view) {
  print_head(view);
  printf("\n%9s  %9s  %s\n", "before", "after", "server");
  for (size_t i = 0; i < view->server_count; i++) {
    const polyring_planned_server *server = polyring_plan_server(view->plan, i);
    char before[16] = "-", after[16] = "-";
    if (server->old_index >= 0) snprintf(before, sizeof before, "%.3f%%", 100 * server->before);
    if (server->new_index >= 0) snprintf(after, sizeof after, "%.3f%%", 100 * server->after);
    printf("%9s  %9s  %s\n", before, after, server->text);
  }
  if (!view->flow_count) return;
  printf("\n%9s  %s\n", "moves", "from -> to");
  for (size_t i = 0; i < view->flow_count && i < FLOWS_SHOWN; i++) {
    const polyring_flow *flow = polyring_plan_flow(view->plan, i);
    printf("%8.3f%%  %s -> %s\n", 100 * flow->share, server_text(view, flow->from),
           server_text(view, flow->to));
  }
  if (view->flow_count > FLOWS_SHOWN)
    printf("%9s  and %zu smaller ones (--json has all)\n", "...", view->flow_count - FLOWS_SHOWN);
}

/* --- keys that move --- */

typedef struct key_search {
  const plan_view *view;
  bool json;
  uint16_t indexes[2][KEY_BATCH_LINES];
} key_search;

static bool print_key(const key_search *self, const key_line *line, const char *key, size_t size,
                      uint32_t from, uint32_t to) {
  const char *before = server_text(self->view, from), *after = server_text(self->view, to);
  if (self->json)
    return json_print(json_pack("{s:o, s:o, s:o}", "key", json_bytes(key, size), "from",
                                json_text(before), "to", json_text(after)),
                      JSON_COMPACT);
  printf("%.*s\t%s\t%s\n", (int)line->size, line->text, before, after);
  return true;
}

static void refuse(const key_search *self, key_batch *batch, const key_line *line, const char *key,
                   size_t size, int side) {
  polyring_placement placement;
  polyring_error error;
  if (polyring_ring_explain(self->view->rings[side], key, size, &placement, &error) < 0)
    key_refused(batch, line, &error);
}

static bool find_moving(void *context, key_batch *batch) {
  key_search *self = context;
  const plan_view *view = self->view;
  for (int side = 0; side < 2; side++)
    polyring_ring_locate_many(view->rings[side], batch->bytes, batch->ends, batch->key_count,
                              self->indexes[side], NULL);
  size_t start = 0, k = 0;
  for (size_t i = 0; i < batch->line_count; i++) {
    const key_line *line = &batch->lines[i];
    if (line->problem != KEY_GOOD) {
      key_complain(batch, line);
      continue;
    }
    const char *key = batch->bytes + start;
    size_t size = batch->ends[k] - start;
    uint16_t from = self->indexes[0][k], to = self->indexes[1][k];
    start = batch->ends[k++];
    if (from == POLYRING_NO_SERVER || to == POLYRING_NO_SERVER) {
      refuse(self, batch, line, key, size, from != POLYRING_NO_SERVER);
      continue;
    }
    uint32_t old = polyring_plan_old(view->plan, from);
    uint32_t new = polyring_plan_new_server(view->plan, to);
    if (old != new && !print_key(self, line, key, size, old, new)) return false;
  }
  return !ferror(stdout);
}

static int print_moving(const plan_view *view, const plan_arguments *arguments) {
  static char dash[] = "-", *words[] = {dash};
  if (!input_from(arguments->keys)) return EXIT_BAD;
  key_search *self = malloc(sizeof *self);
  if (!self) {
    complain("no memory");
    return EXIT_BAD;
  }
  self->view = view;
  self->json = arguments->json;
  int status = keys_each(words, 1, find_moving, self);
  free(self);
  return status;
}

/* --- the command --- */

static int show(const plan_view *view, const plan_arguments *arguments) {
  int status = 0;
  if (arguments->keys)
    status = print_moving(view, arguments);
  else if (!arguments->json)
    print_figures(view);
  else if (!plan_print_json(view))
    status = EXIT_BAD;
  if (arguments->svg && !plan_write_svg(view, arguments->svg)) status = EXIT_BAD;
  return status;
}

static int compare(const polyring_topology *from, const plan_arguments *arguments) {
  polyring_topology *to = NULL;
  if (arguments->without) {
    polyring_ring *ring = topology_open(from, "old topology");
    size_t server = ring ? topology_find(from, ring, arguments->without) : SIZE_MAX;
    polyring_ring_free(ring);
    if (server != SIZE_MAX) to = remove_server(from, server);
  } else {
    to = read_new(arguments, from);
  }
  if (!to) return EXIT_BAD;
  const polyring_topology *const sides[2] = {from, to};
  plan_view view;
  int status = EXIT_BAD;
  if (view_open(&view, sides, arguments->sample)) {
    status = show(&view, arguments);
    view_close(&view);
  }
  polyring_topology_free(to);
  return status;
}

/* One line about what is lost without server i. */
static bool print_loss(const polyring_topology *from, size_t i, const plan_arguments *arguments) {
  polyring_topology *to = remove_server(from, i);
  const polyring_topology *const sides[2] = {from, to};
  plan_view view;
  if (!to) return false;
  bool fine = view_open(&view, sides, arguments->sample);
  if (fine) {
    const polyring_planned_server *server =
        polyring_plan_server(view.plan, polyring_plan_old(view.plan, i));
    double moved = polyring_plan_moved(view.plan), lost = server->before;
    if (server->new_index >= 0) lost = fmax(0, server->before - server->after);
    if (arguments->json)
      fine = json_print(
          json_pack("{s:o, s:i, s:f, s:f, s:f, s:f, s:I}", "server", json_text(server->text),
                    "index", (int)i, "lost", lost, "moved", moved, "standard_error",
                    plan_error(view.plan, moved), "max_over_mean", view.spread[1], "sample",
                    (json_int_t)polyring_plan_sample(view.plan)),
          JSON_COMPACT);
    else
      printf("%8.3f%%  %8.3f%%  %8.3f  %s\n", 100 * lost, 100 * moved, view.spread[1],
             server->text);
    view_close(&view);
  }
  polyring_topology_free(to);
  return fine;
}

static int show_each(const polyring_topology *from, const plan_arguments *arguments) {
  bool fine = true;
  if (!arguments->json)
    printf("%9s  %9s  %8s  %s\n", "lost", "moves", "max/mean", "without server");
  for (size_t i = 0; i < polyring_topology_server_count(from) && output_flush(); i++)
    fine = print_loss(from, i, arguments) && fine;
  return fine ? 0 : EXIT_BAD;
}

int run_plan(int argc, char **argv) {
  static const struct argp argp = {
      option_list,
      parse,
      "OLD NEW\nOLD --without=SERVER\nOLD --each",
      "Prints what moves if one topology is replaced by another: the share of the keys, from which "
      "server to which, and how even the load is before and after. OLD and NEW are files with "
      "topologies; - is standard input."
      "\v"
      "Servers are the same if they have the same name or, without names, the same place. Shares "
      "are computed exactly where both sides hash keys alike and use rings, slots or buckets; else "
      "they come from a sample of 1,000,000 keys, and the output says so. What moves is a miss at "
      "first; what is lost with a server are the keys that lived there, and the rest of what moves "
      "then is the profile's doing.\n"
      "\n"
      "With --json: {\"exact\", \"sample\", \"moved\", \"standard_error\", \"before\", \"after\", "
      "\"servers\": [{\"server\", \"old_index\", \"new_index\", \"before\", \"after\"}], "
      "\"flows\": [{\"from\", \"to\", \"share\"}]}; --each: one object a server and line, "
      "{\"server\", \"index\", \"lost\", \"moved\", \"standard_error\", \"max_over_mean\", "
      "\"sample\"}; --keys: one object a key and line, {\"key\", \"from\", \"to\"}.\n",
      NULL,
      NULL,
      NULL};
  plan_arguments arguments = {.sample = POLYRING_PLAN_KEYS};
  if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0) return EXIT_BAD;
  polyring_topology *from = read_old(&arguments);
  if (!from) return EXIT_BAD;
  int status = arguments.each ? show_each(from, &arguments) : compare(from, &arguments);
  polyring_topology_free(from);
  return status;
}
