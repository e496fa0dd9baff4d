/* Where keys go while servers are dead: the options that say which, and the health that knows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { OPTION_DEAD_MOST = 256, OPTION_ON_DEAD };

static const struct argp_option dead_option_list[] = {
    {"dead", 'd', "SERVER", 0,
     "Say where keys go while this server, known by its name or place, is dead; may be repeated",
     0},
    {"on-dead", OPTION_ON_DEAD, "POLICY", 0,
     "By this setting of the client: next, the default, or native, which is what the profile's own "
     "client does",
     0},
    {"dead-most", OPTION_DEAD_MOST, "NUMBER", 0,
     "With more dead servers than these, their keys go nowhere (default: a third of the servers, "
     "rounded down, but at least 1)",
     0},
    {NULL, 0, NULL, 0, NULL, 0}};

static void add_dead(dead_options *options, char *server, struct argp_state *state) {
  char **grown = realloc(options->servers, (options->count + 1) * sizeof *grown);
  if (!grown) argp_failure(state, EXIT_BAD, ENOMEM, "dead");
  grown[options->count++] = server;
  options->servers = grown;
}

static error_t parse_dead(int key, char *value, struct argp_state *state) {
  dead_options *options = state->input;
  switch (key) {
    case 'd':
      add_dead(options, value, state);
      return 0;
    case OPTION_DEAD_MOST: {
      size_t digits = strspn(value, "0123456789");
      if (digits < 1 || digits > 5 || value[digits] || atoi(value) < 1 || atoi(value) > 65535)
        argp_error(state, "--dead-most is a number from 1 to 65535, not \"%s\"", value);
      options->most = (uint32_t)atoi(value);
      return 0;
    }
    case OPTION_ON_DEAD:
      if (strcmp(value, "next") != 0 && strcmp(value, "native") != 0)
        argp_error(state, "--on-dead is next or native, not \"%s\"", value);
      options->on_dead = value;
      return 0;
    case ARGP_KEY_END:
      if (options->most && !options->count) argp_error(state, "--dead-most needs --dead");
      if (options->on_dead && !options->count) argp_error(state, "--on-dead needs --dead");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

const struct argp dead_argp = {dead_option_list, parse_dead, NULL, NULL, NULL, NULL, NULL};

#define BLANKS " \t\r\n"

/* Reports all servers of the list that have this name or place: listed twice, a server is dead
 * twice. False after a complaint. */
static bool kill_server(polyring_health *health, const polyring_ring *ring, const char *list,
                        const char *wanted) {
  size_t size = strlen(wanted), found = 0, i = 0;
  const char *place;
  for (; (place = polyring_ring_server(ring, i, NULL)); i++) {
    list += strspn(list, BLANKS);
    bool is_name = strncmp(list, wanted, size) == 0 && list[size] == '=' &&
                   strcspn(list, ":/[;" BLANKS) > size;
    list += strcspn(list, BLANKS);
    if (!is_name && strcmp(place, wanted) != 0) continue;
    polyring_health_report(health, i, POLYRING_SEEN_UNREACHED, 0, 0);
    found++;
  }
  if (!found) complain("there is no server \"%s\"", wanted);
  return found > 0;
}

bool dead_open(dead_options *options, const polyring_ring *ring, const char *list,
               polyring_health **health) {
  *health = NULL;
  if (!options->count) return true;
  polyring_health_policy policy;
  polyring_health_policy_init(&policy);
  policy.on_dead = options->on_dead && strcmp(options->on_dead, "native") == 0
                       ? POLYRING_ON_DEAD_NATIVE
                       : POLYRING_ON_DEAD_NEXT;
  policy.dead_most = options->most;
  polyring_error error;
  bool fine = polyring_health_new(NULL, ring, NULL, &policy, 1, health, &error) == POLYRING_OK;
  if (!fine) complain("%s", error.text);
  for (size_t i = 0; fine && i < options->count; i++)
    fine = kill_server(*health, ring, list, options->servers[i]);
  if (!fine) polyring_health_free(*health);
  if (!fine) *health = NULL;
  free(options->servers);
  options->servers = NULL;
  return fine;
}

uint16_t dead_route(const polyring_health *health, const char *key, size_t size) {
  static const int64_t LONG_AFTER = 1000000000000; /* whatever waits has come to its end */
  polyring_route route;
  if (polyring_health_route(health, key, size, LONG_AFTER, &route) < 0) return POLYRING_NO_SERVER;
  return route.server;
}
