/* polyring ring: a ring as figures. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

typedef struct ring_arguments {
  ring_options ring;
  const char *svg;
  bool points;
} ring_arguments;

static const struct argp_option option_list[] = {
    {"svg", 'o', "FILE", 0, "Also write a plot of the ring to this file, as SVG", 0},
    {"points", 'P', NULL, 0,
     "Print the points in ascending order instead of the figures, each with its server; with "
     "--json, beside them",
     0},
    {NULL, 0, NULL, 0, NULL, 0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  ring_arguments *arguments = state->input;
  switch (key) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &arguments->ring;
      return 0;
    case 'o':
      arguments->svg = value;
      return 0;
    case 'P':
      arguments->points = true;
      return 0;
    case ARGP_KEY_ARG:
      argp_error(state, "what is \"%s\"? ring takes no keys", value);
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

/* --- the view --- */

/* A ring tells a server's place, but not its weight; that stands behind the place in the word
 * that gave the server. */
static void find_weight(server_load *load, const char *word, size_t size) {
  const char *end = memchr(word, ';', size);
  if (!end) end = word + size;
  const char *place = word;
  size_t place_size = strlen(load->server);
  size_t name_size = 0;
  while (name_size < size && !strchr("=:/[", word[name_size])) name_size++;
  if (name_size < size && word[name_size] == '=') place += name_size + 1;
  if ((size_t)(end - place) <= place_size || place[place_size] != ':') return;
  load->weight = place + place_size + 1;
  load->weight_size = (size_t)(end - load->weight);
}

static void find_weights(ring_view *view, const char *servers) {
  static const char blanks[] = " \t\n\r";
  const char *at = servers;
  for (size_t i = 0; i < view->server_count; i++) {
    at += strspn(at, blanks);
    size_t size = strcspn(at, blanks);
    find_weight(&view->servers[i], at, size);
    at += size;
  }
}

static double weight_of(const server_load *load) {
  return load->weight ? strtod(load->weight, NULL) : 1;
}

static void set_fair_shares(ring_view *view) {
  double total = 0, first = weight_of(&view->servers[0]);
  for (size_t i = 0; i < view->server_count; i++) {
    double weight = weight_of(&view->servers[i]);
    total += weight;
    if (weight != first) view->weighted = true;
  }
  for (size_t i = 0; i < view->server_count; i++) {
    server_load *load = &view->servers[i];
    load->fair = view->weighted ? weight_of(load) / total : 1.0 / (double)view->server_count;
  }
}

static load_spread spread_of(const ring_view *view, bool by_weight) {
  load_spread spread = {0, INFINITY, 0};
  double variance = 0;
  for (size_t i = 0; i < view->server_count; i++) {
    const server_load *server = &view->servers[i];
    double fair = by_weight ? server->fair : 1.0 / (double)view->server_count;
    if (fair <= 0) continue;
    double load = server->share / fair;
    spread.max = fmax(spread.max, load);
    spread.min = fmin(spread.min, load);
    variance += fair * (load - 1) * (load - 1);
  }
  spread.deviation = sqrt(variance);
  return spread;
}

static bool view_fill(ring_view *view, const char *servers) {
  view->server_count = polyring_ring_server_count(view->ring);
  view->point_count = polyring_ring_point_count(view->ring);
  view->servers = calloc(view->server_count, sizeof *view->servers);
  double *shares = malloc(view->server_count * sizeof *shares);
  if (view->servers && shares) {
    polyring_ring_shares(view->ring, shares);
    for (size_t i = 0; i < view->server_count; i++) {
      view->servers[i].server = polyring_ring_server(view->ring, i, NULL);
      view->servers[i].share = shares[i];
    }
    for (size_t i = 0; i < view->point_count; i++) {
      uint16_t server;
      polyring_ring_point(view->ring, i, &server);
      view->servers[server].points++;
    }
    find_weights(view, servers);
    set_fair_shares(view);
    view->equal = spread_of(view, false);
    view->by_weight = spread_of(view, true);
  }
  free(shares);
  return view->servers != NULL && shares != NULL;
}

/* --- text --- */

static void print_spread(const char *title, const load_spread *spread) {
  printf("%-10s max/mean %.3f, min/mean %.3f, standard deviation %.3f\n", title, spread->max,
         spread->min, spread->deviation);
}

static void print_figures(const ring_view *view) {
  printf("%-10s %s\n", "profile", polyring_profile_name(view->profile));
  printf("%-10s %s\n", "layout", profile_column(view->profile, "layout"));
  printf("%-10s %zu\n", "servers", view->server_count);
  printf("%-10s %zu\n", "points", view->point_count);
  print_spread("load", &view->equal);
  if (view->weighted) print_spread("by weight", &view->by_weight);
  printf("\n%8s  %6s  %8s  %8s  %s\n", "share", "load", "points", "weight", "server");
  for (size_t i = 0; i < view->server_count; i++) {
    const server_load *server = &view->servers[i];
    bool given = server->weight != NULL;
    printf("%7.3f%%  %6.3f  %8zu  %8.*s  %s\n", 100 * server->share,
           server->share * (double)view->server_count, server->points,
           given ? (int)server->weight_size : 1, given ? server->weight : "-", server->server);
  }
}

static void print_points(const ring_view *view) {
  for (size_t i = 0; i < view->point_count; i++) {
    uint16_t server;
    char point[POLYRING_NUMBER_SIZE];
    polyring_number_print(polyring_ring_point(view->ring, i, &server), point);
    printf("%s\t%s\n", point, view->servers[server].server);
  }
}

/* --- JSON --- */

static json_t *spread_json(const load_spread *spread) {
  return json_pack("{s:f, s:f, s:f}", "max_over_mean", spread->max, "min_over_mean", spread->min,
                   "standard_deviation", spread->deviation);
}

static json_t *servers_json(const ring_view *view) {
  json_t *servers = json_array();
  for (size_t i = 0; i < view->server_count; i++) {
    const server_load *server = &view->servers[i];
    json_t *weight =
        server->weight ? json_stringn(server->weight, server->weight_size) : json_null();
    json_array_append_new(
        servers,
        json_pack("{s:i, s:o, s:o, s:I, s:f, s:f}", "index", (int)i, "server",
                  json_text(server->server), "weight", weight, "points", (json_int_t)server->points,
                  "share", server->share, "load", server->share * (double)view->server_count));
  }
  return servers;
}

static json_t *points_json(const ring_view *view) {
  json_t *points = json_array();
  for (size_t i = 0; i < view->point_count; i++) {
    uint16_t server;
    char point[POLYRING_NUMBER_SIZE];
    polyring_number_print(polyring_ring_point(view->ring, i, &server), point);
    json_array_append_new(points, json_pack("[s, i]", point, (int)server));
  }
  return points;
}

static bool print_json(const ring_view *view, bool points) {
  json_t *document = json_pack(
      "{s:s, s:s, s:I, s:I, s:o, s:o, s:o}", "profile", polyring_profile_name(view->profile),
      "layout", profile_column(view->profile, "layout"), "server_count",
      (json_int_t)view->server_count, "point_count", (json_int_t)view->point_count, "load",
      spread_json(&view->equal), "load_by_weight",
      view->weighted ? spread_json(&view->by_weight) : json_null(), "servers", servers_json(view));
  if (points && document) json_object_set_new(document, "points", points_json(view));
  return json_print(document, points ? JSON_COMPACT : JSON_INDENT(2));
}

/* --- the command --- */

static bool show(ring_view *view, const ring_arguments *arguments) {
  const char *name = polyring_ring_profile(view->ring);
  polyring_error error;
  if (polyring_profile_new(NULL, name, strlen(name), &view->profile, &error) < 0) {
    complain_of(&error, NULL, 0);
    return false;
  }
  if (!view_fill(view, arguments->ring.servers)) {
    complain("no memory");
    return false;
  }
  if (arguments->ring.json && !print_json(view, arguments->points)) return false;
  if (!arguments->ring.json && arguments->points) print_points(view);
  if (!arguments->ring.json && !arguments->points) print_figures(view);
  return !arguments->svg || svg_write(view, arguments->svg);
}

int run_ring(int argc, char **argv) {
  static const struct argp_child children[] = {{&ring_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
  static const struct argp argp = {
      option_list,
      parse,
      NULL,
      "Prints how a ring shares the key space among its servers: points, shares (exact, not "
      "sampled) and the spread of the load, which is the share divided by the mean share."
      "\v"
      "With weights that differ, the spread is also given by weight: there the load is the share "
      "divided by the server's part of all weights.\n"
      "\n"
      "With --json: {\"profile\", \"layout\", \"server_count\", \"point_count\", \"load\", "
      "\"load_by_weight\", \"servers\": [{\"index\", \"server\", \"weight\", \"points\", "
      "\"share\", \"load\"}], \"points\": [[POINT, INDEX]]}.\n",
      children,
      NULL,
      NULL};
  ring_arguments arguments = {0};
  if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0) return EXIT_BAD;
  polyring_ring *ring = ring_open(&arguments.ring, true);
  if (!ring) return EXIT_BAD;
  ring_view view = {.ring = ring};
  bool fine = show(&view, &arguments);
  free(view.servers);
  polyring_profile_free(view.profile);
  polyring_ring_free(ring);
  free(arguments.ring.servers);
  return fine ? 0 : EXIT_BAD;
}
