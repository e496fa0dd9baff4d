/* What commands that speak to servers share: their options, the client, and what they exit with. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { OPTION_SET = 256, OPTION_ON, OPTION_TIMEOUT };

static const struct argp_option option_list[] = {
    {"on", OPTION_ON, "SERVER", 0,
     "Speak to this server of the list alone, named by its name or place, wherever keys live", 0},
    {"set", OPTION_SET, "NAME=VALUE", 0,
     "A setting of the client, such as protocol=text; the servers may also be an URL that has some",
     0},
    {"timeout", OPTION_TIMEOUT, "TIME", 0,
     "How long each call to the servers may take, connecting included, such as 250ms or 2s", 0},
    {NULL, 0, NULL, 0, NULL, 0}};

/* Appends name=value, percent-encoded. False: no memory. */
static bool add_setting(talk *self, const char *name, size_t name_size, const char *value) {
  size_t old = self->settings ? strlen(self->settings) : 0, size = strlen(value);
  size_t room = old + 3 * (name_size + size) + 4;
  char *grown = realloc(self->settings, room);
  if (!grown) return false;
  self->settings = grown;
  if (old) grown[old++] = '&';
  old += polyring_percent_encode(name, name_size, grown + old, room - old);
  grown[old++] = '=';
  polyring_percent_encode(value, size, grown + old, room - old);
  return true;
}

/* Whether a text of settings has this one. */
static bool has_setting(const char *at, const char *name) {
  size_t size = strlen(name);
  for (; at && *at; at += *at == '&') {
    if (strncmp(at, name, size) == 0 && at[size] == '=') return true;
    at += strcspn(at, "&");
  }
  return false;
}

static error_t parse(int option, char *value, struct argp_state *state) {
  talk *self = state->input;
  const char *equals;
  switch (option) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &self->ring;
      return 0;
    case OPTION_ON:
      self->on = value;
      return 0;
    case OPTION_TIMEOUT:
      self->timeout = value;
      return 0;
    case OPTION_SET:
      equals = strchr(value, '=');
      if (!equals) argp_error(state, "\"%s\" is no NAME=VALUE", value);
      if (!add_setting(self, value, (size_t)(equals - value), equals + 1))
        argp_failure(state, EXIT_BAD, ENOMEM, "settings");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

static const struct argp_child children[] = {{&ring_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
const struct argp talk_argp = {option_list, parse, NULL, NULL, children, NULL, NULL};

static bool is_url(const ring_options *ring) {
  static const char scheme[] = "memcached:";
  return strncmp(ring->servers, scheme, sizeof scheme - 1) == 0;
}

/* A setting, unless the command line or the URL has it. False: no memory. */
static bool by_default(talk *self, const char *name, const char *value) {
  if (!value || has_setting(self->settings, name)) return true;
  const char *query = is_url(&self->ring) ? strchr(self->ring.servers, '?') : NULL;
  if (query && has_setting(query + 1, name)) return true;
  return add_setting(self, name, strlen(name), value);
}

/* A command is a visitor: it tells no server what its topology should be. Of one server alone it
 * knows less than there is, and does not compare either. */
static bool complete_settings(talk *self) {
  const char *profile = self->ring.profile;
  return (!profile || add_setting(self, "profile", 7, profile)) &&
         (!self->timeout || add_setting(self, "timeout", 7, self->timeout)) &&
         by_default(self, "connect_timeout", self->timeout) &&
         by_default(self, "announce", "false") &&
         by_default(self, "on_mismatch", self->on ? "ignore" : NULL);
}

/* Leaves the client the one server that --on names. */
static bool narrow(talk *self) {
  polyring_topology *topology = NULL;
  polyring_ring *ring = NULL;
  polyring_error error;
  bool fine = polyring_client_topology(self->client, &topology, &error) >= 0 &&
              polyring_client_ring(self->client, &ring, &error) >= 0;
  if (!fine) complain("%s", error.text);
  size_t index = fine ? topology_find(topology, ring, self->on) : SIZE_MAX;
  fine = index != SIZE_MAX;
  if (fine) {
    const char *server = polyring_topology_server(topology, index);
    fine = polyring_client_set_topology(self->client, server, strlen(server), &error) >= 0;
    if (!fine) complain("%s", error.text);
  }
  polyring_ring_free(ring);
  polyring_topology_free(topology);
  return fine;
}

bool talk_open(talk *self) {
  polyring_error error;
  self->exit = EXIT_BAD;
  if (!complete_settings(self)) {
    complain("no memory");
    return false;
  }
  if (polyring_client_new(NULL, self->ring.servers, self->ring.servers_size, self->settings,
                          self->settings ? strlen(self->settings) : 0, &self->client, &error) < 0) {
    complain("%s", error.text);
    return false;
  }
  if (self->on && !narrow(self)) return false;
  self->results = polyring_results_borrow(self->client);
  if (!self->results) {
    complain("no memory");
    return false;
  }
  self->exit = 0;
  return true;
}

int talk_close(talk *self) {
  polyring_event event;
  while (self->client && polyring_client_next_event(self->client, &event))
    if (event.kind == POLYRING_EVENT_MISMATCH)
      complain("warning: %s: %s", event.server, event.text);
  polyring_results_return(self->results);
  polyring_client_free(self->client);
  free(self->settings);
  free(self->ring.topology_profile);
  free(self->ring.servers);
  return self->exit;
}

void talk_worsen(talk *self, int exit) {
  if (exit > self->exit) self->exit = exit;
}

/* What a caller can mend is a usage error. What lies on a server and cannot be read is not. */
static int exit_of(const polyring_operation *op) {
  if (op->status >= 0) return op->status == POLYRING_OK ? 0 : EXIT_MISS;
  switch (op->status) {
    case POLYRING_INVALID_ARGUMENT:
    case POLYRING_INVALID_KEY:
    case POLYRING_NOT_SUPPORTED:
      return EXIT_BAD;
    case POLYRING_INVALID_VALUE:
    case POLYRING_TOO_LARGE:
      return op->verb == POLYRING_GET ? EXIT_SERVER : EXIT_BAD;
    default:
      return EXIT_SERVER;
  }
}

static bool is_item(const polyring_operation *op) { return op->verb < POLYRING_FLUSH; }

bool talk_judge(talk *self, const polyring_operation *op) {
  talk_worsen(self, exit_of(op));
  if (op->status == POLYRING_OK) return true;
  const char *server = polyring_results_server(self->results, op->server);
  char key[128] = "";
  if (is_item(op)) printable(op->key, op->key_size, key, sizeof key);
  if (op->status > 0) {
    complain("%s%s%s: %s", key, *key && *server ? " on " : "", server,
             polyring_status_text(op->status));
    return false;
  }
  polyring_error error;
  polyring_results_explain(self->results, op, &error);
  bool named = op->status == POLYRING_INVALID_KEY || strstr(error.text, key);
  const char *before = named ? "" : key;
  complain("%s%s%s", before, *before ? ": " : "", error.text);
  return false;
}

json_t *talk_json(const talk *self, const polyring_operation *op) {
  json_t *object = json_object();
  int bad = 0;
  if (is_item(op)) bad |= json_object_set_new(object, "key", json_bytes(op->key, op->key_size));
  const char *server = polyring_results_server(self->results, op->server);
  bad |= json_object_set_new(object, "server", *server ? json_text(server) : json_null());
  bad |= json_object_set_new(object, "status", json_text(polyring_status_name(op->status)));
  if (op->status < 0) {
    polyring_error error;
    polyring_results_explain(self->results, op, &error);
    bad |= json_object_set_new(object, "stage", json_text(polyring_stage_name(op->stage)));
    bad |= json_object_set_new(object, "text", json_text(error.text));
  }
  if (!bad) return object;
  json_decref(object);
  return NULL;
}
