/* polyring resolve: writes the address of each server beside its name. A ring never looks one up,
 * so that what it decides can be read; this command does, once. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define ADDRESSES_MAX 64

typedef struct resolve_arguments {
  const char *profile;
  const char *input;
  bool first;
} resolve_arguments;

static const struct argp_option option_list[] = {
    {"profile", 'p', "PROFILE", 0,
     "Also see to it that this profile takes the servers (default: a topology's own)", 0},
    {"first", '1', NULL, 0,
     "Of several addresses take the first: IPv4 before IPv6, then in numerical order", 0},
    {NULL, 0, NULL, 0, NULL, 0}};

static error_t parse(int key, char *value, struct argp_state *state) {
  resolve_arguments *arguments = state->input;
  switch (key) {
    case 'p':
      arguments->profile = value;
      return 0;
    case '1':
      arguments->first = true;
      return 0;
    case ARGP_KEY_ARG:
      if (arguments->input) argp_error(state, "one file or one list of servers, please");
      arguments->input = value;
      return 0;
    case ARGP_KEY_NO_ARGS:
      argp_error(state, "no servers; give a file or a list of servers");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

/* --- addresses --- */

typedef struct address {
  int family;
  uint8_t bytes[16];
  char text[INET6_ADDRSTRLEN + 2]; /* IPv6 in brackets */
} address;

static int compare_addresses(const void *left, const void *right) {
  const address *a = left, *b = right;
  if (a->family != b->family) return a->family == AF_INET ? -1 : 1;
  return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static address address_of(const struct sockaddr *socket) {
  address made = {.family = socket->sa_family};
  char text[INET6_ADDRSTRLEN];
  if (made.family == AF_INET)
    memcpy(made.bytes, &((const struct sockaddr_in *)(const void *)socket)->sin_addr, 4);
  else
    memcpy(made.bytes, &((const struct sockaddr_in6 *)(const void *)socket)->sin6_addr, 16);
  inet_ntop(made.family, made.bytes, text, sizeof text);
  snprintf(made.text, sizeof made.text, made.family == AF_INET ? "%s" : "[%s]", text);
  return made;
}

/* The different addresses of a host, sorted; their number, 0 after a complaint. */
static size_t look_up(const char *host, address *addresses) {
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
  int problem = getaddrinfo(host, NULL, &hints, &found);
  size_t count = 0, kept = 0;
  if (problem) {
    char shown[300];
    complain("%s: %s", printable(host, strlen(host), shown, sizeof shown), gai_strerror(problem));
    return 0;
  }
  for (struct addrinfo *at = found; at && count < ADDRESSES_MAX; at = at->ai_next)
    if (at->ai_family == AF_INET || at->ai_family == AF_INET6)
      addresses[count++] = address_of(at->ai_addr);
  freeaddrinfo(found);
  qsort(addresses, count, sizeof *addresses, compare_addresses);
  for (size_t i = 0; i < count; i++)
    if (!kept || compare_addresses(&addresses[kept - 1], &addresses[i]) != 0)
      addresses[kept++] = addresses[i];
  if (!kept) complain("%s has no address", host);
  return kept;
}

/* The one address of a host, or NULL after a complaint. */
static const address *choose(const char *host, bool first, address *addresses) {
  size_t count = look_up(host, addresses);
  if (count == 0) return NULL;
  if (count == 1 || first) return addresses;
  char list[600];
  size_t size = 0;
  for (size_t i = 0; i < count && size < sizeof list; i++)
    size += (size_t)snprintf(list + size, sizeof list - size, " %s", addresses[i].text);
  complain(
      "%s has %zu addresses:%s; write the one that is meant behind the name, as %s/%s, or "
      "take the first with --first",
      host, count, list, host, addresses[0].text);
  return NULL;
}

/* --- servers --- */

/* Where the host of a server, as a topology spells it, stands; 0 if nothing is to be looked up: for
 * paths, addresses, and names that have one beside them. */
static size_t host_of(const char *server, size_t *at) {
  size_t name = strcspn(server, "=:/[;");
  *at = server[name] == '=' ? name + 1 : 0;
  const char *place = server + *at;
  size_t size = strcspn(place, "/:;");
  if (*place == '[' || place[size] == '/' || strncmp(place, "unix:", 5) == 0) return 0;
  char host[512];
  struct in_addr ignored;
  snprintf(host, sizeof host, "%.*s", (int)size, place);
  return inet_pton(AF_INET, host, &ignored) == 1 ? 0 : size;
}

/* Writes one server with its address. */
static bool resolve(const char *server, bool first, FILE *out) {
  address addresses[ADDRESSES_MAX];
  size_t at, size = host_of(server, &at);
  if (!size) {
    fputs(server, out);
    return true;
  }
  char host[1024];
  size_t length = polyring_percent_decode(server + at, size, host, NULL);
  host[length] = '\0';
  const address *chosen = choose(host, first, addresses);
  if (!chosen) return false;
  fprintf(out, "%.*s/%s%s", (int)(at + size), server, chosen->text, server + at + size);
  return true;
}

/* The list with addresses, to be freed; NULL after complaints about all that have none. */
static char *resolve_all(const polyring_topology *topology, bool first) {
  char *list = NULL;
  size_t size;
  bool fine = true;
  FILE *out = open_memstream(&list, &size);
  if (!out) return NULL;
  for (size_t i = 0; i < polyring_topology_server_count(topology); i++) {
    if (i) fputc(' ', out);
    fine = resolve(polyring_topology_server(topology, i), first, out) && fine;
  }
  if (fclose(out) == 0 && fine) return list;
  free(list);
  return NULL;
}

/* --- the command --- */

/* A topology, from its file or around a list of servers. */
static polyring_topology *read_input(const resolve_arguments *arguments, bool *is_file) {
  const char *profile = arguments->profile ? arguments->profile : "", *input = arguments->input;
  polyring_topology *topology;
  polyring_error error;
  *is_file = strcmp(input, "-") == 0 || access(input, F_OK) == 0;
  if (*is_file) return topology_read(input);
  if (polyring_topology_new(NULL, profile, strlen(profile), input, strlen(input), 0, &topology,
                            &error) < 0)
    complain_of(&error, error.status == POLYRING_INVALID_PROFILE ? profile : input,
                strlen(error.status == POLYRING_INVALID_PROFILE ? profile : input));
  return topology;
}

/* Whether the profile, if there is one, takes the servers. */
static bool fits(const char *profile, const char *servers) {
  polyring_ring *ring;
  polyring_error error;
  if (!profile) return true;
  bool fine = polyring_ring_new(NULL, profile, strlen(profile), servers, strlen(servers), &ring,
                                &error) >= 0;
  if (!fine) complain("%s", error.text);
  polyring_ring_free(ring);
  return fine;
}

static bool print(const polyring_topology *topology, const char *servers, bool is_file) {
  if (!is_file) return puts(servers) >= 0;
  char *old = topology_servers(topology, SIZE_MAX);
  bool same = old && strcmp(old, servers) == 0;
  free(old);
  if (same) return topology_print(topology);
  polyring_topology *resolved;
  polyring_error error;
  if (polyring_topology_with_servers(NULL, topology, servers, strlen(servers), &resolved, &error) <
      0) {
    complain("%s", error.text);
    return false;
  }
  bool fine = topology_print(resolved);
  polyring_topology_free(resolved);
  return fine;
}

int run_resolve(int argc, char **argv) {
  static const struct argp argp = {
      option_list,
      parse,
      "FILE|SERVERS",
      "Prints a list of servers with the address of each host beside its name, for profiles whose "
      "clients place keys by the address."
      "\v"
      "FILE is a topology (- is standard input), which is printed whole; SERVERS is a list of "
      "servers. Addresses, paths and names that have an address already stay as they are. A host "
      "with several addresses is refused, unless --first says which one is meant.\n",
      NULL,
      NULL,
      NULL};
  resolve_arguments arguments = {0};
  if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0) return EXIT_BAD;
  bool is_file;
  polyring_topology *topology = read_input(&arguments, &is_file);
  if (!topology) return EXIT_BAD;
  const char *profile = arguments.profile;
  if (!profile && is_file) profile = polyring_topology_profile(topology);
  char *servers = resolve_all(topology, arguments.first);
  bool fine = servers && fits(profile, servers) && print(topology, servers, is_file);
  free(servers);
  polyring_topology_free(topology);
  return fine ? 0 : EXIT_BAD;
}
