/* Topologies from files, and what commands need of their servers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* Reads a whole file, "-" being standard input; one byte more than a topology may have tells that
 * it is too large. NULL after a complaint. */
static char *read_file(const char *path, size_t *size) {
  bool is_input = strcmp(path, "-") == 0;
  FILE *file = is_input ? stdin : fopen(path, "rb");
  char *text = malloc(POLYRING_TOPOLOGY_MAX + 1);
  errno = text ? errno : ENOMEM;
  if (file && text) {
    errno = 0;
    *size = fread(text, 1, POLYRING_TOPOLOGY_MAX + 1, file);
  }
  if (!file || !text || ferror(file)) {
    complain("%s: %s", path, strerror(errno ? errno : EIO));
    free(text);
    text = NULL;
  }
  if (file && !is_input) fclose(file);
  return text;
}

polyring_topology *topology_read(const char *path) {
  polyring_topology *topology = NULL;
  polyring_error error;
  size_t size = 0;
  char *text = read_file(path, &size);
  if (text && polyring_topology_parse(NULL, text, size, &topology, &error) < 0)
    complain("%s: %s", path, error.text);
  free(text);
  return topology;
}

polyring_ring *topology_open(const polyring_topology *topology, const char *path) {
  polyring_ring *ring;
  polyring_error error;
  if (polyring_topology_ring(NULL, topology, &ring, &error) < 0)
    complain("%s: %s", path, error.text);
  return ring;
}

char *topology_servers(const polyring_topology *topology, size_t without) {
  size_t size = 0, count = polyring_topology_server_count(topology);
  for (size_t i = 0; i < count; i++) size += strlen(polyring_topology_server(topology, i)) + 1;
  char *list = malloc(size + 1), *at = list;
  if (!list) {
    complain("no memory");
    return NULL;
  }
  *at = '\0';
  for (size_t i = 0; i < count; i++)
    if (i != without)
      at += sprintf(at, "%s%s", at > list ? " " : "", polyring_topology_server(topology, i));
  return list;
}

size_t topology_find(const polyring_topology *topology, const polyring_ring *ring,
                     const char *wanted) {
  size_t size = strlen(wanted), found = SIZE_MAX, matches = 0;
  for (size_t i = 0; i < polyring_topology_server_count(topology); i++) {
    const char *text = polyring_topology_server(topology, i);
    bool is_name =
        strncmp(text, wanted, size) == 0 && text[size] == '=' && strcspn(text, ":/[;") > size;
    if (!is_name && strcmp(polyring_ring_server(ring, i, NULL), wanted) != 0) continue;
    if (!matches++) found = i;
  }
  if (matches == 1) return found;
  complain(matches ? "there is more than one server \"%s\"" : "there is no server \"%s\"", wanted);
  return SIZE_MAX;
}
