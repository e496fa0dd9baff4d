/* Reading a topology from JSON. */
#include "base/allocator.h"
#include "base/error.h"
#include "topology/topology.h"

#ifdef POLYRING_JSON

#include <jansson.h>
#include <stdio.h>

/* What reading needs: the text for positions, and the draft that grows. A path leads to the value
 * that is looked at. */
typedef struct reader {
  const char *text;
  size_t size;
  size_t path[4];
  size_t depth;
  polyring_allocator allocator;
  polyring__draft draft;
  size_t servers_at; /* which member of the document is the servers */
  size_t profile_at;
  char *server_text;
  size_t server_text_size, server_used;
  uint32_t *ends;
  polyring__setting *settings;
  char *numbers; /* the texts of settings that are numbers */
  size_t setting_room;
  polyring_error *error;
} reader;

enum { NUMBER_ROOM = 24 };

/* Puts line and column before the reason in *inner, and hands it on. */
static polyring_status fail_at(const reader *in, size_t position, const polyring_error *inner) {
  unsigned line = 1, column = 1;
  for (size_t i = 0; i < position && i < in->size; i++) {
    if (in->text[i] == '\n') {
      line++;
      column = 0;
    }
    column += ((uint8_t)in->text[i] & 0xC0) != 0x80; /* characters, not bytes */
  }
  polyring_status status = polyring__fail(in->error, inner->status, position,
                                          "line %u, column %u: %s", line, column, inner->text);
  if (in->error) memcpy(in->error->server, inner->server, sizeof inner->server);
  return status;
}

/* INVALID_TOPOLOGY about what the path leads to: its name, or its value. name may be NULL. */
static polyring_status refuse(const reader *in, int at_name, const char *name, const char *rule) {
  polyring_error inner = {0};
  if (name)
    polyring__fail(&inner, POLYRING_INVALID_TOPOLOGY, 0, "%q: %s", name, strlen(name), rule);
  else
    polyring__fail(&inner, POLYRING_INVALID_TOPOLOGY, 0, "%s", rule);
  return fail_at(in, polyring__json_position(in->text, in->path, in->depth, at_name), &inner);
}

static polyring_status no_memory(const reader *in) {
  return polyring__fail(in->error, POLYRING_NO_MEMORY, POLYRING_NOWHERE,
                        "no memory for a topology");
}

/* --- servers --- */

static void put(reader *in, const char *text, size_t size) {
  memcpy(in->server_text + in->server_used, text, size);
  in->server_used += size;
}

static void put_encoded(reader *in, const char *text, size_t size, const char *extra) {
  char *end = polyring__topology_encode(text, size, extra, in->server_text + in->server_used);
  in->server_used = (size_t)(end - in->server_text);
}

static void put_attribute(reader *in, const char *name, json_t *value) {
  put(in, ";", 1);
  put_encoded(in, name, strlen(name), "/");
  put(in, "=", 1);
  put_encoded(in, json_string_value(value), json_string_length(value), "/+");
}

static polyring_status put_weight(reader *in, json_t *weight) {
  char text[NUMBER_ROOM];
  size_t size = polyring__decimal_print(json_number_value(weight), text);
  if (!size) return refuse(in, 0, NULL, "a weight is from 0 to 4294967295, of at most 15 digits");
  put(in, ":", 1);
  put(in, text, size);
  return POLYRING_OK;
}

static polyring_status check_attributes(reader *in, json_t *attributes) {
  const char *name;
  json_t *value;
  polyring_status status = POLYRING_OK;
  in->path[in->depth++] = 0;
  json_object_foreach(attributes, name, value) {
    if (!*name) status = refuse(in, 1, NULL, "an attribute has a name");
    if (!json_is_string(value)) status = refuse(in, 0, name, "an attribute's value is a text");
    if (status < 0) return status;
    in->path[in->depth - 1]++;
  }
  in->depth--;
  return status;
}

/* The members of a server that is an object. */
typedef struct server_members {
  json_t *name, *place, *weight, *attributes;
} server_members;

static polyring_status read_members(reader *in, json_t *object, server_members *members) {
  static const char rule[] =
      "no such member of a server: there are name, place, weight and attributes";
  const char *name;
  json_t *value;
  polyring_status status = POLYRING_OK;
  in->path[in->depth++] = 0;
  json_object_foreach(object, name, value) {
    int is_text = json_is_string(value) && json_string_length(value);
    if (strcmp(name, "name") == 0) {
      members->name = value;
      if (!is_text) status = refuse(in, 0, name, "a server's name is a text, and not empty");
    } else if (strcmp(name, "place") == 0) {
      members->place = value;
      if (!is_text) status = refuse(in, 0, name, "a server's place is a text, and not empty");
    } else if (strcmp(name, "weight") == 0) {
      members->weight = value;
      if (!json_is_number(value)) status = refuse(in, 0, name, "a weight is a number");
    } else if (strcmp(name, "attributes") == 0) {
      members->attributes = value;
      status = json_is_object(value) ? check_attributes(in, value)
                                     : refuse(in, 0, name, "attributes are an object of texts");
    } else {
      status = refuse(in, 1, name, rule);
    }
    if (status < 0) return status;
    in->path[in->depth - 1]++;
  }
  in->depth--;
  return members->place ? status : refuse(in, 0, NULL, "this server has no place");
}

/* A place must not bring what has a member of its own. */
static polyring_status check_place(reader *in, const server_members *members) {
  const char *place = json_string_value(members->place);
  int is_path = strncmp(place, "unix:", 5) == 0;
  if (strpbrk(place, ";= \t\r\n"))
    return refuse(in, 0, "place", "a place has no blanks, no name and no attributes");
  const char *colon = is_path ? strchr(place + 5, ':') : NULL;
  if (colon && !members->weight)
    return refuse(in, 0, "place", "behind a path stands its port, which needs a weight");
  if (!is_path) {
    const char *bracket = strrchr(place, ']');
    colon = strchr(bracket ? bracket : place, ':');
  }
  if (colon && strchr(colon + 1, ':'))
    return refuse(in, 0, "place", "a place has no weight: write it as the member weight");
  if (!is_path && !colon && members->weight)
    return refuse(in, 0, "place", "a host with a weight needs its port too: write host:port");
  return POLYRING_OK;
}

static polyring_status read_server_object(reader *in, json_t *object) {
  server_members members = {0};
  polyring_status status = read_members(in, object, &members);
  if (status >= 0) status = check_place(in, &members);
  if (status < 0) return status;
  if (members.name) {
    put_encoded(in, json_string_value(members.name), json_string_length(members.name), "");
    put(in, "=", 1);
  }
  put(in, json_string_value(members.place), json_string_length(members.place));
  if (members.weight) status = put_weight(in, members.weight);
  const char *name;
  json_t *value;
  if (status >= 0 && members.attributes)
    json_object_foreach(members.attributes, name, value) put_attribute(in, name, value);
  return status;
}

/* The room that the texts of all servers need at most. */
static size_t measure_servers(json_t *servers) {
  size_t i, size = 0;
  json_t *server, *value;
  const char *name;
  json_array_foreach(servers, i, server) {
    size += json_string_length(server) + 2 * NUMBER_ROOM;
    json_object_foreach(server, name, value) size += 3 * json_string_length(value) + NUMBER_ROOM;
    json_object_foreach(json_object_get(server, "attributes"), name, value) size +=
        3 * (strlen(name) + json_string_length(value)) + 2;
  }
  return size;
}

static polyring_status read_servers(reader *in, json_t *servers) {
  size_t i, count = json_array_size(servers);
  json_t *server;
  if (!count) return refuse(in, 0, "servers", "servers are a list of at least one server");
  if (count > POLYRING_SERVERS_MAX)
    return polyring__fail(in->error, POLYRING_TOO_LARGE, POLYRING_NOWHERE,
                          "the list has %u servers, the limit is 65535", (unsigned)count);
  in->server_text_size = measure_servers(servers);
  in->server_text = polyring__allocate(&in->allocator, in->server_text_size);
  in->draft.servers.count = count;
  in->ends = polyring__allocate(&in->allocator, count * sizeof *in->ends);
  if (!in->server_text || !in->ends) return no_memory(in);
  polyring_status status = POLYRING_OK;
  in->depth = 2;
  json_array_foreach(servers, i, server) {
    in->path[1] = i;
    if (json_is_object(server))
      status = read_server_object(in, server);
    else if (json_string_length(server))
      put(in, json_string_value(server), json_string_length(server));
    else
      status = refuse(in, 0, NULL, "a server is a text, not empty, or an object");
    if (status < 0) return status;
    in->ends[i] = (uint32_t)in->server_used;
  }
  in->depth = 1;
  in->draft.servers.at = in->server_text;
  in->draft.servers.ends = in->ends;
  return status;
}

/* --- settings --- */

static int is_setting_name(const char *name) {
  size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.");
  return *name >= 'a' && *name <= 'z' && !name[size] && size <= POLYRING__SETTING_NAME_MAX;
}

static polyring_status read_setting(reader *in, const char *name, json_t *value) {
  polyring__setting *setting = &in->settings[in->draft.setting_count];
  char *number = in->numbers + in->draft.setting_count++ * NUMBER_ROOM;
  setting->name = (polyring__span){name, strlen(name)};
  setting->number = in->path[1];
  if (!is_setting_name(name))
    return refuse(in, 1, name,
                  "a setting's name has a-z, 0-9, _ and ., begins with a letter and has at most "
                  "64 characters");
  if (json_is_string(value)) {
    setting->kind = POLYRING__SETTING_TEXT;
    setting->value = (polyring__span){json_string_value(value), json_string_length(value)};
    return POLYRING_OK;
  }
  if (json_is_integer(value)) {
    snprintf(number, NUMBER_ROOM, "%lld", (long long)json_integer_value(value));
    setting->kind = POLYRING__SETTING_NUMBER;
  } else if (json_is_boolean(value)) {
    snprintf(number, NUMBER_ROOM, "%s", json_is_true(value) ? "true" : "false");
    setting->kind = POLYRING__SETTING_TRUTH;
  } else {
    return refuse(in, 0, name,
                  "a setting is a text, a whole number, true or false (a fraction is written as a "
                  "text: readers differ in what they make of it)");
  }
  setting->value = (polyring__span){number, strlen(number)};
  return POLYRING_OK;
}

static polyring_status read_settings(reader *in, json_t *settings) {
  const char *name;
  json_t *value;
  polyring_status status = POLYRING_OK;
  if (!json_is_object(settings)) return refuse(in, 0, "settings", "settings are an object");
  in->setting_room = json_object_size(settings);
  in->settings =
      polyring__allocate(&in->allocator, in->setting_room * (sizeof *in->settings + NUMBER_ROOM));
  if (!in->settings) return no_memory(in);
  in->numbers = (char *)(in->settings + in->setting_room);
  in->draft.settings = in->settings;
  in->draft.settings_at = in->path[0];
  in->depth = 2;
  in->path[1] = 0;
  json_object_foreach(settings, name, value) {
    status = read_setting(in, name, value);
    if (status < 0) return status;
    in->path[1]++;
  }
  in->depth = 1;
  return status;
}

/* --- the document --- */

static polyring_status read_epoch(reader *in, json_t *epoch) {
  json_int_t number = json_is_integer(epoch) ? json_integer_value(epoch) : -1;
  if (number < 0 || number > (json_int_t)POLYRING_EPOCH_MAX)
    return refuse(in, 0, "epoch", "an epoch is a whole number from 0 to 9007199254740991");
  in->draft.epoch = (uint64_t)number;
  return POLYRING_OK;
}

static polyring_status read_profile(reader *in, json_t *profile) {
  if (!json_string_length(profile))
    return refuse(in, 0, "profile", "a profile is a text, and not empty");
  in->profile_at = in->path[0];
  in->draft.profile = (polyring__span){json_string_value(profile), json_string_length(profile)};
  return POLYRING_OK;
}

static polyring_status read_member(reader *in, const char *name, json_t *value) {
  if (strcmp(name, "polyring") == 0)
    return json_is_integer(value) && json_integer_value(value) == 1
               ? POLYRING_OK
               : refuse(in, 0, name, "the format of this topology is not 1");
  if (strcmp(name, "epoch") == 0) return read_epoch(in, value);
  if (strcmp(name, "profile") == 0) return read_profile(in, value);
  if (strcmp(name, "servers") == 0) {
    in->servers_at = in->path[0];
    return read_servers(in, value);
  }
  if (strcmp(name, "settings") == 0) return read_settings(in, value);
  return refuse(in, 1, name,
                "no such member of a topology: there are polyring, epoch, profile, servers and "
                "settings");
}

static polyring_status read_document(reader *in, json_t *document) {
  static const char *const required[] = {"polyring", "profile", "servers"};
  const char *name;
  json_t *value;
  if (!json_is_object(document)) return refuse(in, 0, NULL, "a topology is an object");
  in->depth = 0;
  for (size_t i = 0; i < sizeof required / sizeof *required; i++)
    if (!json_object_get(document, required[i]))
      return refuse(in, 0, required[i], "a topology must have this member");
  in->depth = 1;
  in->path[0] = 0;
  json_object_foreach(document, name, value) {
    polyring_status status = read_member(in, name, value);
    if (status < 0) return status;
    in->path[0]++;
  }
  return POLYRING_OK;
}

static polyring_status make(reader *in, polyring_topology **topology) {
  polyring__fault fault;
  polyring_error error = {0};
  polyring_status status =
      polyring__topology_make(&in->allocator, &in->draft, topology, &fault, &error);
  if (status >= 0) return status;
  in->depth = fault.part == POLYRING__FAULT_SERVER ? 2 : 1;
  in->path[0] = fault.part == POLYRING__FAULT_PROFILE ? in->profile_at : in->servers_at;
  in->path[1] = fault.server;
  return fail_at(in, polyring__json_position(in->text, in->path, in->depth, 0), &error);
}

/* What the JSON library says, in printable characters. */
static polyring_status refuse_json(const reader *in, json_error_t *problem) {
  polyring_error inner = {0};
  for (char *c = problem->text; *c; c++)
    if ((uint8_t)*c < 0x20 || (uint8_t)*c > 0x7E) *c = '?';
  polyring__fail(&inner, POLYRING_INVALID_TOPOLOGY, 0, "no valid JSON: %s", problem->text);
  /* The position is behind the offence; at the end of the text it is the offence. */
  size_t behind = problem->position > 0 ? (size_t)problem->position : 0;
  int at_end = json_error_code(problem) == json_error_premature_end_of_input;
  return fail_at(in, at_end || !behind ? behind : behind - 1, &inner);
}

polyring_status polyring_topology_parse(const polyring_allocator *allocator, const char *text,
                                        size_t size, polyring_topology **topology,
                                        polyring_error *error) {
  reader in = {.text = text, .size = size, .error = error};
  json_error_t problem;
  *topology = NULL;
  if (size > POLYRING_TOPOLOGY_MAX)
    return polyring__fail(error, POLYRING_TOO_LARGE, POLYRING_NOWHERE,
                          "a topology has at most 8388608 bytes");
  in.allocator = polyring__allocator_or_libc(allocator);
  json_t *document = json_loadb(text, size, JSON_REJECT_DUPLICATES, &problem);
  if (!document)
    return json_error_code(&problem) == json_error_out_of_memory ? no_memory(&in)
                                                                 : refuse_json(&in, &problem);
  polyring_status status = read_document(&in, document);
  if (status >= 0) status = make(&in, topology);
  polyring__release(&in.allocator, in.server_text, in.server_text_size);
  polyring__release(&in.allocator, in.ends, in.draft.servers.count * sizeof *in.ends);
  polyring__release(&in.allocator, in.settings,
                    in.setting_room * (sizeof *in.settings + NUMBER_ROOM));
  json_decref(document);
  return status;
}

polyring_status polyring__setting_refuse(polyring__span text, const polyring_topology *topology,
                                         size_t i, int name, const char *reason,
                                         polyring_error *error) {
  reader in = {.text = text.at, .size = text.size, .depth = 2, .error = error};
  in.path[0] = topology->settings_at;
  in.path[1] = topology->settings[i].number;
  return refuse(&in, name, NULL, reason);
}

#else

polyring_status polyring_topology_parse(const polyring_allocator *allocator, const char *text,
                                        size_t size, polyring_topology **topology,
                                        polyring_error *error) {
  (void)allocator, (void)text, (void)size;
  *topology = NULL;
  return polyring__fail(error, POLYRING_NOT_SUPPORTED, POLYRING_NOWHERE,
                        "this library was built without JSON (POLYRING_JSON)");
}

polyring_status polyring__setting_refuse(polyring__span text, const polyring_topology *topology,
                                         size_t i, int name, const char *reason,
                                         polyring_error *error) {
  (void)text, (void)topology, (void)i, (void)name;
  return polyring__fail(error, POLYRING_INVALID_TOPOLOGY, POLYRING_NOWHERE, "%s", reason);
}

#endif
