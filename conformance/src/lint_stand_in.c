/* Lint of polyring-stand-in-1: where keys go while servers are dead. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lint_parts.h"
#include "sha256.h"

#define KEYS_MIN 100
#define KEYS_MAX 1000000
#define SERVERS_MAX 12 /* all sets of them are tried */
#define CASES_MIN 6

/* As policies have it: the cap on redirection as usual, and none. */
enum { CAPPED = 0, UNCAPPED = 65535 };

/* A health in which the servers of these bits are down. */
static polyring_health *health_of(const struct lint *lint, unsigned dead, uint32_t most) {
  polyring_health_policy policy;
  polyring_health *health;
  polyring_error error;
  polyring_health_policy_init(&policy);
  policy.on_dead = POLYRING_ON_DEAD_NEXT;
  policy.dead_most = most;
  if (polyring_health_new(NULL, lint->ring, NULL, &policy, 1, &health, &error) < 0)
    fail(EXIT_ENVIRONMENT, "%s: %s", lint->file, error.text);
  for (size_t i = 0; i < polyring_ring_server_count(lint->ring); i++)
    if (dead >> i & 1) polyring_health_report(health, i, POLYRING_SEEN_UNREACHED, 0, 0);
  return health;
}

/* Whether it is an index, if it is there. */
static bool check_index(struct lint *lint, const char *place, json_t *test, const char *name) {
  json_t *index = json_object_get(test, name);
  json_int_t servers = (json_int_t)json_array_size(json_object_get(lint->root, "servers"));
  if (!index || (json_integer_value(index) >= 0 && json_integer_value(index) < servers))
    return true;
  complain(lint, place,
           "\"%s\" is %" JSON_INTEGER_FORMAT ", there are %" JSON_INTEGER_FORMAT " servers", name,
           json_integer_value(index), servers);
  return false;
}

/* The set as bits, 0 after a complaint. */
static unsigned check_dead(struct lint *lint, const char *place, json_t *test) {
  json_int_t servers = (json_int_t)json_array_size(json_object_get(lint->root, "servers"));
  json_int_t last = -1;
  unsigned bits = 0;
  size_t i;
  json_t *server;
  json_array_foreach(json_object_get(test, "dead"), i, server) {
    json_int_t index = json_integer_value(server);
    if (!json_is_integer(server) || index <= last || index >= servers) {
      complain(lint, place, "\"dead\" are ascending indexes of servers");
      return 0;
    }
    last = index;
    bits |= 1u << index;
  }
  if (!bits) complain(lint, place, "\"dead\" is empty");
  return bits;
}

/* Compares with the core; said < 0: nowhere. */
static void compare(struct lint *lint, const char *place, const char *name, json_int_t said,
                    uint16_t core) {
  if (core == POLYRING_NO_SERVER ? said < 0 : said == core) return;
  if (core == POLYRING_NO_SERVER)
    complain(lint, place, "\"%s\": the core says nowhere", name);
  else
    complain(lint, place, "\"%s\": the core says %d", name, core);
}

static void check_against_core(struct lint *lint, const char *place, json_t *test, unsigned dead) {
  size_t size;
  char *key = check_key(lint, place, test, &size);
  json_t *at = json_object_get(test, "at"), *free_at = json_object_get(test, "uncapped");
  json_int_t said = at ? json_integer_value(at) : -1;
  for (int i = 0; key && i < 2; i++) {
    polyring_health *health = health_of(lint, dead, i ? UNCAPPED : CAPPED);
    polyring_route route;
    if (polyring_health_route(health, key, size, 0, &route) < 0) {
      complain(lint, place, "the core refuses the key");
    } else {
      if (!i) compare(lint, place, "home", integer_at(test, "home"), route.home);
      compare(lint, place,
              i && free_at ? "uncapped"
              : at         ? "at"
                           : "nowhere",
              i && free_at ? json_integer_value(free_at) : said, route.server);
    }
    polyring_health_free(health);
  }
  free(key);
}

static void check_case(struct lint *lint, const char *place, json_t *test) {
  static const struct field fields[] = {
      {"id", JSON_STRING, true},         {"key", JSON_STRING, true},
      {"home", JSON_INTEGER, true},      {"dead", JSON_ARRAY, true},
      {"at", JSON_INTEGER, false},       {"nowhere", JSON_TRUE, false},
      {"uncapped", JSON_INTEGER, false}, {"withdrawn", JSON_STRING, false},
      {NULL, JSON_NULL, false}};
  static const char *const indexes[] = {"home", "at", "uncapped"};
  if (!check_shape(lint, place, test, fields)) return;
  json_t *at = json_object_get(test, "at"), *nowhere = json_object_get(test, "nowhere");
  bool good = true;
  if (!at == !nowhere || json_is_false(nowhere)) {
    complain(lint, place, "either \"at\" or \"nowhere\": true says where the key goes");
    good = false;
  }
  if (at && json_object_get(test, "uncapped")) {
    complain(lint, place, "\"uncapped\" stands only beside \"nowhere\"");
    good = false;
  }
  for (size_t i = 0; i < sizeof(indexes) / sizeof(*indexes); i++)
    good = check_index(lint, place, test, indexes[i]) && good;
  unsigned dead = check_dead(lint, place, test);
  if (good && dead && lint->ring && !json_object_get(test, "withdrawn"))
    check_against_core(lint, place, test, dead);
}

/* Adds where the numbered keys go. False after a complaint. */
static bool add_lines(struct lint *lint, struct sha256 *sha, const polyring_health *health,
                      json_t *digest) {
  const char *keys = string_at(digest, "keys"), *number = strstr(keys, "{n}");
  json_int_t from = integer_at(digest, "from");
  for (json_int_t n = from; n < from + integer_at(digest, "count"); n++) {
    char *key = format("%.*s%" JSON_INTEGER_FORMAT "%s", (int)(number - keys), keys, n,
                       number + strlen("{n}"));
    char line[16] = "-\n";
    polyring_route route;
    polyring_status status = polyring_health_route(health, key, strlen(key), 0, &route);
    if (status < 0) complain(lint, "digest.keys", "the core refuses the key \"%s\"", key);
    free(key);
    if (status < 0) return false;
    if (route.server != POLYRING_NO_SERVER) snprintf(line, sizeof(line), "%u\n", route.server);
    sha256_add(sha, line, strlen(line));
  }
  return true;
}

static void check_sum(struct lint *lint, json_t *digest, const char *name, uint32_t most) {
  unsigned sets = 1u << polyring_ring_server_count(lint->ring);
  bool good = true;
  struct sha256 sha;
  char hex[65];
  sha256_init(&sha);
  for (unsigned dead = 1; good && dead < sets; dead++) {
    polyring_health *health = health_of(lint, dead, most);
    good = add_lines(lint, &sha, health, digest);
    polyring_health_free(health);
  }
  sha256_hex(&sha, hex);
  if (good && strcmp(hex, string_at(digest, name))) {
    char *place = format("digest.%s", name);
    complain(lint, place, "the core's is %s", hex);
    free(place);
  }
}

static void check_digest(struct lint *lint, json_t *digest) {
  static const struct field fields[] = {
      {"keys", JSON_STRING, true}, {"from", JSON_INTEGER, true},  {"count", JSON_INTEGER, true},
      {"of", JSON_STRING, true},   {"capped", JSON_STRING, true}, {"uncapped", JSON_STRING, true},
      {NULL, JSON_NULL, false}};
  if (!check_shape(lint, "digest", digest, fields)) return;
  json_int_t count = integer_at(digest, "count"), from = integer_at(digest, "from");
  const char *keys = string_at(digest, "keys");
  if (!strstr(keys, "{n}")) {
    complain(lint, "digest.keys", "\"%s\" has no {n}", keys);
  } else if (from < 0 || from > INT32_MAX || count < KEYS_MIN || count > KEYS_MAX) {
    complain(lint, "digest.count", "at least %d keys are needed", KEYS_MIN);
  } else if (lint->ring) {
    check_sum(lint, digest, "capped", CAPPED);
    check_sum(lint, digest, "uncapped", UNCAPPED);
  }
}

void lint_stand_in(struct lint *lint) {
  static const struct field fields[] = {
      {"schema", JSON_STRING, true},       {"profile", JSON_STRING, true},
      {"on_dead", JSON_STRING, true},      {"about", JSON_ARRAY, true},
      {"servers", JSON_ARRAY, true},       {"source", JSON_OBJECT, true},
      {"cases", JSON_ARRAY, true},         {"digest", JSON_OBJECT, true},
      {"cases_sha256", JSON_STRING, true}, {NULL, JSON_NULL, false}};
  if (!check_shape(lint, "", lint->root, fields)) return;
  json_t *cases = json_object_get(lint->root, "cases"), *test;
  size_t i;
  if (strcmp(string_at(lint->root, "on_dead"), "next"))
    complain(lint, "on_dead", "\"%s\" is not next", string_at(lint->root, "on_dead"));
  check_strings(lint, "about", json_object_get(lint->root, "about"));
  check_source(lint);
  check_seal(lint);
  if (json_array_size(json_object_get(lint->root, "servers")) > SERVERS_MAX) {
    complain(lint, "servers", "there are more than %d", SERVERS_MAX);
    return;
  }
  open_ring(lint);
  json_array_foreach(cases, i, test) {
    char *place = format("cases[%zu]", i);
    check_case(lint, place, test);
    free(place);
  }
  if (i < CASES_MIN) complain(lint, "cases", "at least %d are needed", CASES_MIN);
  check_digest(lint, json_object_get(lint->root, "digest"));
}
