/* The options that say which ring, and the ring that they make. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define SERVERS_FILE_MAX ((size_t)64 << 20)

static const struct argp_option ring_option_list[] = {
    {"profile", 'p', "PROFILE", 0,
     "Place keys as this profile does (default: " POLYRING_PROFILE_DEFAULT
     "); overrides are appended, as in libmemcached/modula,hash=crc",
     0},
    {"servers", 's', "SERVERS", 0,
     "The servers, separated by blanks, each [name=]place[:weight][;attribute=value]; repeated, "
     "the lists are joined",
     0},
    {"servers-file", 'f', "FILE", 0, "Read servers from this file, separated by blanks or lines",
     0},
    {"topology", 't', "FILE", 0,
     "Take profile and servers from this topology; its servers join those of other options", 0},
    {"json", 'j', NULL, 0, "Print JSON", 0},
    {NULL, 0, NULL, 0, NULL, 0}};

/* Appends a blank, if there is something before it, and a text. Returns an errno. */
static error_t add_servers(ring_options *options, const char *text) {
  size_t size = strlen(text);
  char *grown = realloc(options->servers, options->servers_size + size + 2);
  if (!grown) return ENOMEM;
  options->servers = grown;
  if (options->servers_size) grown[options->servers_size++] = ' ';
  memcpy(grown + options->servers_size, text, size);
  options->servers_size += size;
  grown[options->servers_size] = '\0';
  return 0;
}

/* Reads a whole file behind the servers. Returns an errno. */
static error_t read_servers(ring_options *options, FILE *file) {
  enum { BLOCK = 65536 };
  for (;;) {
    if (options->servers_size > SERVERS_FILE_MAX) return EFBIG;
    char *grown = realloc(options->servers, options->servers_size + BLOCK + 2);
    if (!grown) return ENOMEM;
    options->servers = grown;
    errno = 0;
    size_t got = fread(grown + options->servers_size, 1, BLOCK, file);
    options->servers_size += got;
    grown[options->servers_size] = '\0';
    if (got == 0) return ferror(file) ? (errno ? errno : EIO) : 0;
  }
}

static void add_servers_file(ring_options *options, const char *path, struct argp_state *state) {
  FILE *file = fopen(path, "rb");
  error_t problem = file ? add_servers(options, "") : errno;
  if (!problem) problem = read_servers(options, file);
  if (file) fclose(file);
  if (problem) argp_failure(state, EXIT_BAD, problem, "%s", path);
}

static void add_topology(ring_options *options, const char *path, struct argp_state *state) {
  polyring_topology *topology = topology_read(path);
  char *servers = topology ? topology_servers(topology, SIZE_MAX) : NULL;
  if (!servers || add_servers(options, servers) == ENOMEM) exit(EXIT_BAD);
  if (!options->profile)
    options->profile = options->topology_profile = strdup(polyring_topology_profile(topology));
  if (!options->profile) argp_failure(state, EXIT_BAD, ENOMEM, "%s", path);
  free(servers);
  polyring_topology_free(topology);
}

static error_t parse_ring(int key, char *value, struct argp_state *state) {
  ring_options *options = state->input;
  switch (key) {
    case 'p':
      options->profile = value;
      return 0;
    case 's':
      if (add_servers(options, value) == ENOMEM) argp_failure(state, EXIT_BAD, ENOMEM, "servers");
      return 0;
    case 'f':
      add_servers_file(options, value, state);
      return 0;
    case 't':
      add_topology(options, value, state);
      return 0;
    case 'j':
      options->json = true;
      return 0;
    case ARGP_KEY_END:
      if (!options->servers) argp_error(state, "no servers; give them with --servers");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

const struct argp ring_argp = {ring_option_list, parse_ring, NULL, NULL, NULL, NULL, NULL};

polyring_ring *ring_open(ring_options *options, bool keep_servers) {
  const char *profile = options->profile ? options->profile : POLYRING_PROFILE_DEFAULT;
  polyring_ring *ring;
  polyring_error error;
  polyring_status status = polyring_ring_new(NULL, profile, strlen(profile), options->servers,
                                             options->servers_size, &ring, &error);
  if (status == POLYRING_INVALID_PROFILE)
    complain_of(&error, profile, strlen(profile));
  else if (status < 0)
    complain_of(&error, options->servers, options->servers_size);
  free(options->topology_profile);
  options->profile = options->topology_profile = NULL;
  if (status < 0 || !keep_servers) {
    free(options->servers);
    options->servers = NULL;
  }
  return status < 0 ? NULL : ring;
}

const char *profile_column(const polyring_profile *profile, const char *name) {
  for (size_t c = 0; polyring_column_name(c); c++)
    if (strcmp(polyring_column_name(c), name) == 0) return polyring_profile_value(profile, c);
  return "";
}
