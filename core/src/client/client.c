#include "client/source.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "base/allocator.h"
#include "base/error.h"
#include "client/errand.h"
#include "client/rest.h"
#include "failover/policy.h"
#include "placement/ring.h"
#include "topology/topology.h"
#include "transport/clock.h"

typedef int64_t SETTING_AS_TIME;
typedef uint32_t SETTING_AS_NUMBER;

enum { LOOK_EVERY = 1000000, NOTE_SIZE = 200 };

static polyring_status no_memory(polyring_error *error) {
  return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a client");
}

/* --- making --- */

static void take_settings(polyring_client *client) {
  const polyring__settings *settings = &client->settings;
  client->read_time = settings->of[POLYRING__SET_read_timeout].number;
  client->change_time = settings->of[POLYRING__SET_write_timeout].number;
  client->warm_time = settings->of[POLYRING__SET_warm_time].number;
  client->connect_time = settings->of[POLYRING__SET_connect_timeout].number;
#define CHOICE(name, text, words) client->policy.name = settings->of[POLYRING__SET_##name].number;
#define SETTING(name, kind, number_, lowest, highest) \
  client->policy.name = (SETTING_AS_##kind)settings->of[POLYRING__SET_##name].number;
#include "failover/policy.def"
#undef CHOICE
#undef SETTING
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

static polyring_status check_policy(polyring_client *client, polyring_error *error) {
  int has_gutter = *client->settings.of[POLYRING__SET_gutter].text != 0;
  if ((client->policy.on_dead == POLYRING_ON_DEAD_GUTTER) != has_gutter)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                          has_gutter
                              ? "gutter=... is for on_dead=gutter"
                              : "on_dead=gutter needs the servers of the gutter: gutter=...");
  return polyring__policy_check(&client->policy, error);
}

static void told_of_fork(polyring__fork_witness *witness, polyring__fork_moment moment) {
  size_t offset = offsetof(polyring_client, witness);
  polyring_client *client = (polyring_client *)(void *)((char *)witness - offset);
  if (moment == POLYRING__FORK_BEGINS) {
    pthread_mutex_lock(&client->lock);
    return;
  }
  /* It is held for long, so it is not waited for; a change that another thread had begun has not
   * been made here. */
  if (moment == POLYRING__FORK_CHILD) pthread_mutex_init(&client->change, NULL);
  if (moment == POLYRING__FORK_CHILD && client->now) polyring__errands_forked(client->now);
  if (moment == POLYRING__FORK_CHILD) atomic_store(&client->errands_due, 0);
  pthread_mutex_unlock(&client->lock);
}

static polyring_status fill(polyring_client *client, polyring__span servers,
                            polyring__span settings, polyring_error *error) {
  polyring__span of_url = {"", 0};
  polyring_topology *topology = NULL;
  int has_scheme = polyring__is_url(servers);
  if (has_scheme) {
    const char *start = servers.at;
    polyring__cut_url(&servers, &of_url);
    polyring_status status = polyring__settings_read(&client->settings, POLYRING__BY_URL, of_url,
                                                     (size_t)(of_url.at - start), error);
    if (status < 0) return status;
  }
  polyring_status status =
      polyring__settings_read(&client->settings, POLYRING__BY_CALL, settings, 0, error);
  if (status >= 0) status = polyring__source_first(client, servers, has_scheme, &topology, error);
  if (status >= 0) status = polyring__settings_finish(&client->settings, error);
  if (status < 0) {
    polyring_topology_free(topology);
    return status;
  }
  take_settings(client);
  status = check_policy(client, error);
  if (status >= 0) status = check_values(client, error);
  if (status >= 0) return polyring__snapshot_make(client, topology, NULL, &client->now, error);
  polyring_topology_free(topology);
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
  made->witness.told = told_of_fork;
  polyring__fork_attend(&made->witness);
  made->rest_from = INT64_MIN;
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
  polyring__fork_leave(&client->witness);
  for (polyring_results *results = client->all, *next; results; results = next) {
    next = results->next;
    /* What is borrowed now is of a thread that this process lost as it was forked. */
    if (!results->borrowed) polyring__results_free(results);
  }
  polyring__snapshot_release(&memory, client->now);
  polyring__rest_release(client->rest);
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

/* Takes the topology over, also on failure; note is for the event. Under client->change. */
static polyring_status adopt(polyring_client *client, polyring_topology *topology, const char *note,
                             polyring_error *error) {
  polyring__snapshot *made, *old;
  char profile[120] = "";
  const char *before = polyring_topology_profile(client->now->topology);
  uint64_t epoch = polyring_topology_epoch(topology);
  size_t count = polyring_topology_server_count(topology);
  polyring_status status = polyring__snapshot_make(client, topology, client->now, &made, error);
  if (status < 0) return status;
  if (strcmp(before, polyring_topology_profile(topology)) != 0)
    snprintf(profile, sizeof profile, ", profile %.100s", polyring_topology_profile(topology));
  pthread_mutex_lock(&client->lock);
  old = client->now;
  client->now = made;
  pthread_mutex_unlock(&client->lock);
  polyring__snapshot_release(&client->allocator, old);
  for (size_t i = 0; i < made->all; i++) polyring__pool_greet_again(made->pools[i]);
  polyring__event(client, POLYRING_EVENT_TOPOLOGY_CHANGED, "", "epoch %llu, %zu servers%s%s",
                  (unsigned long long)epoch, count, profile, note);
  return status;
}

polyring_status polyring_client_set_topology(polyring_client *client, const char *text, size_t size,
                                             polyring_error *error) {
  polyring_topology *topology;
  char note[NOTE_SIZE] = "";
  if (polyring__is_url((polyring__span){text, size}))
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, 0,
                          "a topology or a list of servers is wanted, not a URL");
  pthread_mutex_lock(&client->change);
  polyring_status status = polyring__source_text(client, (polyring__span){text, size}, &topology,
                                                 note, sizeof note, error);
  if (status >= 0) status = adopt(client, topology, note, error);
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
  return status < 0 ? status : adopt(client, topology, "", error);
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
                             now->topology->setting_count,
                             0};
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

/* Whether reading failed for a reason that the file has not, so that it would not change when that
 * is over: this process lacks something, or the disk is away. */
static int may_be_good(const polyring_error *error) {
  switch (error->system_error) {
    case 0:
      return error->status == POLYRING_NO_MEMORY;
    case EACCES:
    case EFBIG:
    case EISDIR:
    case ENOENT:
    case ENOTDIR:
    case EPERM:
      return 0;
    default:
      return 1;
  }
}

/* The file is another one than before. Whether it was read, for better or worse. Under
 * client->change. */
static int read_again(polyring_client *client) {
  polyring_topology *topology;
  polyring_error error;
  char note[NOTE_SIZE] = "", digests[2][POLYRING_DIGEST_SIZE];
  polyring_status status = polyring__source_file(client, &topology, note, sizeof note, &error);
  if (status >= 0) {
    polyring_topology_digest(topology, digests[0]);
    polyring_topology_digest(client->now->topology, digests[1]);
    if (strcmp(digests[0], digests[1]) == 0)
      polyring_topology_free(topology); /* touched, or back again */
    else
      status = adopt(client, topology, note, &error);
  }
  if (status >= 0) return 1;
  polyring__event(client, POLYRING_EVENT_TOPOLOGY_REFUSED, "", "%s", error.text);
  return !may_be_good(&error);
}

void polyring__client_look(polyring_client *client, int64_t now) {
  int_least64_t due = atomic_load_explicit(&client->next_look, memory_order_relaxed);
  const char *path = client->settings.of[POLYRING__SET_topology].text;
  if (now < due || !*path) return;
  if (!atomic_compare_exchange_strong(&client->next_look, &due, now + LOOK_EVERY)) return;
  polyring__file_stamp stamp = {0};
  pthread_mutex_lock(&client->change);
  polyring__file_look(path, &stamp);
  if (memcmp(&stamp, &client->stamp, sizeof stamp) != 0 && read_again(client))
    client->stamp = stamp;
  pthread_mutex_unlock(&client->change);
}
