#include "client/source.h"

#include <errno.h>
#include <stdio.h>

#include "base/allocator.h"
#include "base/error.h"
#include "polyring/profile.h"
#include "topology/topology.h"

static const char SCHEME[] = "memcached://";
enum { SCHEME_SIZE = sizeof SCHEME - 1 };

/* What is read, for whom. */
typedef struct source {
  polyring_client *client;
  const polyring_topology *base; /* NULL: it is the first */
  char *kept;
  size_t kept_size;
  polyring_error *error;
} source;

static polyring_status no_memory(polyring_error *error) {
  return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a client");
}

static int is_document(polyring__span text) {
  size_t at = 0;
  while (at < text.size && strchr(" \t\r\n", text.at[at]) && text.at[at]) at++;
  return at < text.size && text.at[at] == '{';
}

/* The base with other servers and the next epoch, or a first one. */
static polyring_status with_servers(const source *of, polyring__span servers,
                                    polyring_topology **topology) {
  if (of->base)
    return polyring_topology_with_servers(&of->client->allocator, of->base, servers.at,
                                          servers.size, topology, of->error);
  const char *profile = of->client->settings.of[POLYRING__SET_profile].text;
  return polyring_topology_new(&of->client->allocator, profile, strlen(profile), servers.at,
                               servers.size, 0, topology, of->error);
}

/* A topology brings its own profile. Where the client was given one, that is a promise of where
 * its keys lie, which no topology may break. */
static polyring_status check_profile(const source *of, const polyring_topology *topology) {
  const char *wanted = of->client->settings.of[POLYRING__SET_profile].text;
  const char *brought = polyring_topology_profile(topology);
  polyring_profile *profile;
  if (of->client->settings.of[POLYRING__SET_profile].source == POLYRING__BY_DEFAULT)
    return POLYRING_OK;
  if (!*wanted) wanted = POLYRING_PROFILE_DEFAULT;
  polyring_status status =
      polyring_profile_new(&of->client->allocator, wanted, strlen(wanted), &profile, of->error);
  if (status < 0) return status;
  if (strcmp(polyring_profile_name(profile), brought) != 0)
    status = polyring__fail(of->error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                            "the topology has the profile %q, the client was made with profile=%s",
                            (const void *)brought, strlen(brought), polyring_profile_name(profile));
  polyring_profile_free(profile);
  return status;
}

static polyring_status check_epoch(const source *of, const polyring_topology *topology) {
  char epochs[2][24];
  uint64_t epoch = polyring_topology_epoch(topology);
  uint64_t own = of->base ? polyring_topology_epoch(of->base) : 0;
  if (epoch >= own) return POLYRING_OK;
  snprintf(epochs[0], sizeof epochs[0], "%llu", (unsigned long long)epoch);
  snprintf(epochs[1], sizeof epochs[1], "%llu", (unsigned long long)own);
  return polyring__fail(of->error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                        "the topology's epoch %s is before the client's own, %s", epochs[0],
                        epochs[1]);
}

/* A setting of a topology that came later than the client. */
static void note_kept(const source *of, const polyring__setting *setting) {
  size_t used = strlen(of->kept);
  snprintf(of->kept + used, of->kept_size - used, "%s%.40s=%.40s",
           used ? ", " : "; for clients made from now on: ", setting->name.at, setting->value.at);
}

/* The settings of a topology: the first one's become the client's, later ones are looked at. */
static polyring_status read_settings(const source *of, polyring__span text,
                                     const polyring_topology *topology) {
  polyring_error inner;
  for (size_t i = 0; i < topology->setting_count; i++) {
    const polyring__setting *setting = &topology->settings[i];
    polyring_status status = polyring__settings_propose(&of->client->settings, setting->name,
                                                        setting->value, !of->base, &inner);
    if (status == POLYRING_NO_MEMORY) return no_memory(of->error);
    if (status < 0)
      return polyring__setting_refuse(text, topology, i, !inner.position, inner.text, of->error);
    if (status == POLYRING_MISS) note_kept(of, setting);
  }
  return POLYRING_OK;
}

/* The text of a topology, or a list of servers. */
static polyring_status read_text(const source *of, polyring__span text,
                                 polyring_topology **topology) {
  if (of->kept_size) *of->kept = '\0';
  if (!is_document(text)) return with_servers(of, text, topology);
  polyring_status status =
      polyring_topology_parse(&of->client->allocator, text.at, text.size, topology, of->error);
  if (status < 0) return status;
  status = check_profile(of, *topology);
  if (status >= 0) status = check_epoch(of, *topology);
  if (status >= 0) status = read_settings(of, text, *topology);
  if (status >= 0) return status;
  polyring_topology_free(*topology);
  *topology = NULL;
  return status;
}

/* Puts the file's name before the reason. */
static polyring_status blame(const char *path, polyring_error *error) {
  if (!error) return POLYRING_OK;
  polyring_error inner = *error;
  polyring__fail(error, inner.status, inner.position, "the topology %q: %s", (const void *)path,
                 strlen(path), inner.text);
  error->system_error = inner.system_error;
  memcpy(error->server, inner.server, sizeof inner.server);
  return inner.status;
}

static polyring_status read_file(const source *of, polyring_topology **topology) {
  const char *path = of->client->settings.of[POLYRING__SET_topology].text;
  polyring_buffer text;
  polyring_status status;
  polyring_buffer_init(&text, &of->client->allocator);
  int fault = polyring__file_read(path, POLYRING_TOPOLOGY_MAX, &text);
  if (fault) {
    status =
        polyring__fail(of->error, POLYRING_INVALID_TOPOLOGY, POLYRING_NOWHERE,
                       "cannot read the topology %q: %s", (const void *)path, strlen(path),
                       fault == -EPERM ? "anybody may write to it (chmod o-w)" : strerror(-fault));
    if (of->error) of->error->system_error = -fault;
  } else {
    status = read_text(of, (polyring__span){(const char *)text.at, text.size}, topology);
    if (status < 0) blame(path, of->error);
  }
  polyring_buffer_done(&text);
  return status;
}

static polyring_status read_url(const source *of, polyring__span servers,
                                polyring_topology **topology) {
  polyring_error *error = of->error;
  char *list = polyring__allocate(&of->client->allocator, servers.size + 1);
  if (!list) return no_memory(error);
  for (size_t i = 0; i < servers.size; i++) list[i] = servers.at[i] == ',' ? ' ' : servers.at[i];
  polyring_status status = with_servers(of, (polyring__span){list, servers.size}, topology);
  if (status < 0 && error && error->status == POLYRING_INVALID_SERVERS &&
      error->position != POLYRING_NOWHERE)
    error->position += SCHEME_SIZE;
  polyring__release(&of->client->allocator, list, servers.size + 1);
  return status;
}

int polyring__is_url(polyring__span text) {
  return text.size >= SCHEME_SIZE && memcmp(text.at, SCHEME, SCHEME_SIZE) == 0;
}

void polyring__cut_url(polyring__span *servers, polyring__span *settings) {
  const char *question = memchr(servers->at, '?', servers->size);
  *settings = (polyring__span){"", 0};
  if (question) {
    size_t size = (size_t)(question - servers->at);
    *settings = (polyring__span){question + 1, servers->size - size - 1};
    servers->size = size;
  }
  servers->at += SCHEME_SIZE;
  servers->size -= SCHEME_SIZE;
  if (servers->size && servers->at[servers->size - 1] == '/') servers->size--;
}

polyring_status polyring__source_first(polyring_client *client, polyring__span servers, int of_url,
                                       polyring_topology **topology, polyring_error *error) {
  const char *path = client->settings.of[POLYRING__SET_topology].text;
  source of = {.client = client, .error = error};
  if (*path && servers.size)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                          "servers are given, and a file with a topology too");
  if (*path) { /* looked at before it is read: what changes between is read again */
    polyring__file_look(path, &client->stamp);
    return read_file(&of, topology);
  }
  return of_url ? read_url(&of, servers, topology) : read_text(&of, servers, topology);
}

polyring_status polyring__source_text(polyring_client *client, polyring__span text,
                                      polyring_topology **topology, char *kept, size_t kept_size,
                                      polyring_error *error) {
  source of = {client, client->now->topology, kept, kept_size, error};
  return read_text(&of, text, topology);
}

polyring_status polyring__source_file(polyring_client *client, polyring_topology **topology,
                                      char *kept, size_t kept_size, polyring_error *error) {
  source of = {client, client->now->topology, kept, kept_size, error};
  return read_file(&of, topology);
}
