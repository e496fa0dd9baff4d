#include "client/client.h"

#include <stdio.h>

#include "base/allocator.h"
#include "base/error.h"
#include "placement/ring.h"
#include "topology/topology.h"
#include "transport/clock.h"

static const char SCHEME[] = "memcached://";
enum { SCHEME_SIZE = sizeof SCHEME - 1, LOOK_EVERY = 1000000 };

static polyring_status no_memory(polyring_error *error) {
  return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a client");
}

/* --- a topology from a text --- */

static int is_document(polyring__span text) {
  size_t at = 0;
  while (at < text.size && strchr(" \t\r\n", text.at[at]) && text.at[at]) at++;
  return at < text.size && text.at[at] == '{';
}

/* base with other servers and the next epoch, or (base is NULL) a first one. */
static polyring_status with_servers(polyring_client *client, const polyring_topology *base,
                                    polyring__span servers, polyring_topology **topology,
                                    polyring_error *error) {
  if (base)
    return polyring_topology_with_servers(&client->allocator, base, servers.at, servers.size,
                                          topology, error);
  const char *profile = client->settings.of[POLYRING__SET_profile].text;
  return polyring_topology_new(&client->allocator, profile, strlen(profile), servers.at,
                               servers.size, 0, topology, error);
}

/* The text of a topology, or a list of servers for with_servers. */
static polyring_status read_topology(polyring_client *client, const polyring_topology *base,
                                     polyring__span text, polyring_topology **topology,
                                     polyring_error *error) {
  const char *name, *value;
  if (!is_document(text)) return with_servers(client, base, text, topology, error);
  polyring_status status =
      polyring_topology_parse(&client->allocator, text.at, text.size, topology, error);
  if (status < 0) return status;
  if ((name = polyring_topology_setting(*topology, 0, &value)))
    status = polyring__fail(error, POLYRING_INVALID_TOPOLOGY, POLYRING_NOWHERE,
                            "the client does not know the setting %s=%q of the topology", name,
                            (const void *)value, strlen(value));
  else if (client->settings.of[POLYRING__SET_profile].given)
    status = polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                            "a topology brings its own profile: the setting profile is one too "
                            "many");
  else if (base && polyring_topology_epoch(*topology) < polyring_topology_epoch(base))
    status = polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                            "the topology's epoch %u is before the client's own, %u",
                            (unsigned)polyring_topology_epoch(*topology),
                            (unsigned)polyring_topology_epoch(base));
  if (status >= 0) return status;
  polyring_topology_free(*topology);
  return status;
}

static polyring_status read_file(polyring_client *client, const polyring_topology *base,
                                 polyring_topology **topology, polyring_error *error) {
  const char *path = client->settings.of[POLYRING__SET_topology].text;
  polyring_buffer text;
  polyring_status status;
  polyring_buffer_init(&text, &client->allocator);
  int fault = polyring__file_look(path, &client->stamp);
  if (!fault) fault = polyring__file_read(path, POLYRING_TOPOLOGY_MAX, &text);
  if (fault) {
    status = polyring__fail(error, POLYRING_INVALID_TOPOLOGY, POLYRING_NOWHERE,
                            "cannot read the topology %q: %s", (const void *)path, strlen(path),
                            strerror(-fault));
    if (error) error->system_error = -fault;
  } else {
    status = read_topology(client, base, (polyring__span){(const char *)text.at, text.size},
                           topology, error);
  }
  polyring_buffer_done(&text);
  return status;
}

/* --- making --- */

static int is_url(polyring__span text) {
  return text.size >= SCHEME_SIZE && memcmp(text.at, SCHEME, SCHEME_SIZE) == 0;
}

/* Cuts a URL into servers, with commas, and settings. */
static void cut_url(polyring__span *servers, polyring__span *settings) {
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

static polyring_status topology_of_url(polyring_client *client, polyring__span servers,
                                       polyring_topology **topology, polyring_error *error) {
  char *list = polyring__allocate(&client->allocator, servers.size + 1);
  if (!list) return no_memory(error);
  for (size_t i = 0; i < servers.size; i++) list[i] = servers.at[i] == ',' ? ' ' : servers.at[i];
  polyring_status status =
      with_servers(client, NULL, (polyring__span){list, servers.size}, topology, error);
  if (status < 0 && error && error->status == POLYRING_INVALID_SERVERS &&
      error->position != POLYRING_NOWHERE)
    error->position += SCHEME_SIZE;
  polyring__release(&client->allocator, list, servers.size + 1);
  return status;
}

static polyring_status first_topology(polyring_client *client, polyring__span servers, int of_url,
                                      polyring_topology **topology, polyring_error *error) {
  int has_file = client->settings.of[POLYRING__SET_topology].text[0] != '\0';
  if (has_file && servers.size)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                          "servers are given, and a file with a topology too");
  if (has_file) return read_file(client, NULL, topology, error);
  if (of_url) return topology_of_url(client, servers, topology, error);
  return read_topology(client, NULL, servers, topology, error);
}

static void take_settings(polyring_client *client) {
  const polyring__settings *settings = &client->settings;
  int64_t both = settings->of[POLYRING__SET_timeout].number;
  client->read_time = settings->of[POLYRING__SET_read_timeout].number;
  client->change_time = settings->of[POLYRING__SET_write_timeout].number;
  client->connect_time = settings->of[POLYRING__SET_connect_timeout].number;
  if (both && !settings->of[POLYRING__SET_read_timeout].given) client->read_time = both;
  if (both && !settings->of[POLYRING__SET_write_timeout].given) client->change_time = both;
  client->value_options = (polyring__value_options){
      .dialect = settings->of[POLYRING__SET_dialect].text,
      .compress = settings->of[POLYRING__SET_compress].text,
      .compress_from = (size_t)settings->of[POLYRING__SET_compress_from].number,
      .decode_text = settings->of[POLYRING__SET_decode_text].number != 0};
}

/* What cannot be built is said when the client is made, not by the first value. */
static polyring_status check_values(polyring_client *client, polyring_error *error) {
  polyring__value_codec *codec;
  polyring_status status =
      polyring__value_codec_new(&client->allocator, &client->value_options, &codec, error);
  polyring__value_codec_free(codec);
  return status;
}

static polyring_status fill(polyring_client *client, polyring__span servers,
                            polyring__span settings, polyring_error *error) {
  polyring__span of_url = {"", 0};
  polyring_topology *topology;
  int has_scheme = is_url(servers);
  if (has_scheme) {
    const char *start = servers.at;
    cut_url(&servers, &of_url);
    polyring_status status =
        polyring__settings_read(&client->settings, of_url, (size_t)(of_url.at - start), error);
    if (status < 0) return status;
  }
  polyring_status status = polyring__settings_read(&client->settings, settings, 0, error);
  if (status < 0) return status;
  take_settings(client);
  status = check_values(client, error);
  if (status >= 0) status = first_topology(client, servers, has_scheme, &topology, error);
  if (status >= 0) status = polyring__snapshot_make(client, topology, NULL, &client->now, error);
  return status;
}

polyring_status polyring_client_new(const polyring_allocator *allocator, const char *servers,
                                    size_t servers_size, const char *settings, size_t settings_size,
                                    polyring_client **client, polyring_error *error) {
  polyring_allocator memory = polyring__allocator_or_libc(allocator);
  polyring_client *made = polyring__allocate(&memory, sizeof *made);
  *client = NULL;
  if (!made) return no_memory(error);
  memset(made, 0, sizeof *made);
  made->allocator = memory;
  pthread_mutex_init(&made->lock, NULL);
  pthread_mutex_init(&made->change, NULL);
  atomic_init(&made->next_look, polyring__clock_now() + LOOK_EVERY);
  polyring_status status = polyring__settings_init(&made->settings, &memory, error);
  if (status >= 0)
    status = fill(made, (polyring__span){servers ? servers : "", servers_size},
                  (polyring__span){settings ? settings : "", settings_size}, error);
  if (status >= 0)
    *client = made;
  else
    polyring_client_free(made);
  return status;
}

void polyring_client_free(polyring_client *client) {
  if (!client) return;
  polyring_allocator memory = client->allocator;
  for (polyring_results *results = client->all, *next; results; results = next) {
    next = results->next;
    polyring__results_free(results);
  }
  polyring__snapshot_release(&memory, client->now);
  polyring__settings_done(&client->settings);
  if (client->events)
    polyring__release(&memory, client->events, POLYRING__EVENTS_MAX * sizeof *client->events);
  pthread_mutex_destroy(&client->lock);
  pthread_mutex_destroy(&client->change);
  polyring__release(&memory, client, sizeof *client);
}

const char *polyring_client_setting(const polyring_client *client, const char *name) {
  const char *known;
  for (size_t i = 0; (known = polyring_setting_name(i)); i++)
    if (strcmp(known, name) == 0) return client->settings.of[i].text;
  return NULL;
}

/* --- changing --- */

/* Takes the topology over, also on failure. Under client->change. */
static polyring_status adopt(polyring_client *client, polyring_topology *topology,
                             polyring_error *error) {
  polyring__snapshot *made, *old;
  uint64_t epoch = polyring_topology_epoch(topology);
  polyring_status status = polyring__snapshot_make(client, topology, client->now, &made, error);
  if (status < 0) return status;
  pthread_mutex_lock(&client->lock);
  old = client->now;
  client->now = made;
  pthread_mutex_unlock(&client->lock);
  polyring__snapshot_release(&client->allocator, old);
  polyring__event(client, POLYRING_EVENT_TOPOLOGY_CHANGED, "", "epoch %llu, %zu servers",
                  (unsigned long long)epoch, made->count);
  return status;
}

polyring_status polyring_client_set_topology(polyring_client *client, const char *text, size_t size,
                                             polyring_error *error) {
  polyring_topology *topology;
  if (is_url((polyring__span){text, size}))
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, 0,
                          "a topology or a list of servers is wanted, not a URL");
  pthread_mutex_lock(&client->change);
  polyring_status status =
      read_topology(client, client->now->topology, (polyring__span){text, size}, &topology, error);
  if (status >= 0) status = adopt(client, topology, error);
  pthread_mutex_unlock(&client->change);
  return status;
}

/* The list without server `left_out` (-1: with all) and one more at its end. 0: there is no memory;
 * the list is to be given back in any case. */
static int write_list(const polyring_topology *topology, int left_out, polyring__span more,
                      polyring_buffer *list) {
  size_t count = polyring_topology_server_count(topology);
  int all = 1;
  for (size_t i = 0; i < count && all; i++) {
    const char *server = polyring_topology_server(topology, i);
    if ((int)i == left_out) continue;
    all = polyring_buffer_add(list, server, strlen(server)) && polyring_buffer_add(list, " ", 1);
  }
  return all && polyring_buffer_add(list, more.at, more.size);
}

/* Under client->change. */
static polyring_status change_list(polyring_client *client, int left_out, polyring__span more,
                                   polyring_error *error) {
  polyring_topology *topology = client->now->topology;
  polyring_buffer list;
  polyring_buffer_init(&list, &client->allocator);
  polyring_status status =
      write_list(topology, left_out, more, &list)
          ? polyring_topology_with_servers(&client->allocator, topology, (const char *)list.at,
                                           list.size, &topology, error)
          : no_memory(error);
  size_t before = list.size - more.size;
  if (status < 0 && error && error->position != POLYRING_NOWHERE && more.size)
    error->position = error->position > before ? error->position - before : 0;
  polyring_buffer_done(&list);
  return status < 0 ? status : adopt(client, topology, error);
}

polyring_status polyring_client_add_server(polyring_client *client, const char *server, size_t size,
                                           polyring_error *error) {
  for (size_t i = 0; i < size; i++)
    if (server[i] == ' ' || (server[i] >= '\t' && server[i] <= '\r'))
      return polyring__fail(error, POLYRING_INVALID_SERVERS, i, "one server is added at a time: %q",
                            (const void *)server, size);
  if (!size) return polyring__fail(error, POLYRING_INVALID_SERVERS, 0, "there is no server to add");
  pthread_mutex_lock(&client->change);
  polyring_status status = change_list(client, -1, (polyring__span){server, size}, error);
  pthread_mutex_unlock(&client->change);
  return status;
}

polyring_status polyring_client_remove_server(polyring_client *client, const char *server,
                                              size_t size, polyring_error *error) {
  polyring_status status;
  pthread_mutex_lock(&client->change);
  int at = polyring__snapshot_find(client->now, (polyring__span){server, size});
  if (at < 0)
    status = polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE, "%s %q",
                            at == -1 ? "there is no server" : "there are several servers",
                            (const void *)server, size);
  else
    status = change_list(client, at, (polyring__span){"", 0}, error);
  pthread_mutex_unlock(&client->change);
  return status;
}

polyring_status polyring_client_topology(polyring_client *client, polyring_topology **topology,
                                         polyring_error *error) {
  polyring__snapshot *now = polyring__snapshot_take(client);
  polyring__fault ignored;
  polyring_buffer list;
  polyring_status status;
  *topology = NULL;
  polyring_buffer_init(&list, &client->allocator);
  if (write_list(now->topology, -1, (polyring__span){"", 0}, &list)) {
    polyring__draft draft = {now->topology->epoch,
                             {now->topology->profile, strlen(now->topology->profile)},
                             {(const char *)list.at, list.size, NULL, 0},
                             now->topology->settings,
                             now->topology->setting_count};
    status = polyring__topology_make(&client->allocator, &draft, topology, &ignored, error);
  } else {
    status = no_memory(error);
  }
  polyring_buffer_done(&list);
  polyring__snapshot_release(&client->allocator, now);
  return status;
}

polyring_status polyring_client_ring(polyring_client *client, polyring_ring **ring,
                                     polyring_error *error) {
  polyring__snapshot *now = polyring__snapshot_take(client);
  polyring_status status = polyring_topology_ring(&client->allocator, now->topology, ring, error);
  polyring__snapshot_release(&client->allocator, now);
  return status;
}

void polyring__client_look(polyring_client *client, int64_t now) {
  int_least64_t due = atomic_load_explicit(&client->next_look, memory_order_relaxed);
  const char *path = client->settings.of[POLYRING__SET_topology].text;
  if (now < due || !*path) return;
  if (!atomic_compare_exchange_strong(&client->next_look, &due, now + LOOK_EVERY)) return;
  polyring__file_stamp stamp = {0};
  polyring_topology *topology;
  polyring_error error;
  pthread_mutex_lock(&client->change);
  polyring__file_look(path, &stamp);
  if (memcmp(&stamp, &client->stamp, sizeof stamp) != 0) {
    polyring_status status = read_file(client, client->now->topology, &topology, &error);
    if (status >= 0) status = adopt(client, topology, &error);
    client->stamp = stamp;
    if (status < 0) polyring__event(client, POLYRING_EVENT_TOPOLOGY_REFUSED, "", "%s", error.text);
  }
  pthread_mutex_unlock(&client->change);
}
