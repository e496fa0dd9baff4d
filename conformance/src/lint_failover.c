/* Vectors of keys whose servers are dead. */
#include <stdio.h>
#include <string.h>

#include "lint_parts.h"

#define KEYS_MIN 1000
#define DEAD_MOST 65535                   /* clients know no such limit as ours */
#define LONG_AFTER INT64_C(1000000000000) /* nor do they wait for what they stored elsewhere */

static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* Many numbered keys, and where they go by a text with one character for each. */
struct numbered {
  const char *before, *after;
  int before_size;
  json_int_t from, count;
};

static bool read_keys(struct lint *lint, struct numbered *numbered) {
  static const struct field fields[] = {{"keys", JSON_STRING, true},
                                        {"from", JSON_INTEGER, true},
                                        {"count", JSON_INTEGER, true},
                                        {NULL, JSON_NULL, false}};
  json_t *keys = json_object_get(lint->root, "keys");
  if (!check_shape(lint, "keys", keys, fields)) return false;
  const char *text = string_at(keys, "keys"), *number = strstr(text, "{n}");
  if (!number) {
    complain(lint, "keys.keys", "\"%s\" has no {n}", text);
    return false;
  }
  *numbered = (struct numbered){text, number + strlen("{n}"), (int)(number - text),
                                integer_at(keys, "from"), integer_at(keys, "count")};
  if (numbered->from >= 0 && numbered->count >= KEYS_MIN && numbered->count <= 1000 * KEYS_MIN)
    return true;
  complain(lint, "keys.count", "at least %d keys are needed", KEYS_MIN);
  return false;
}

static char letter_of(const polyring_health *health, const struct numbered *numbered,
                      json_int_t n) {
  polyring_route route;
  char *key = format("%.*s%" JSON_INTEGER_FORMAT "%s", numbered->before_size, numbered->before, n,
                     numbered->after);
  polyring_status status = polyring_health_route(health, key, strlen(key), LONG_AFTER, &route);
  free(key);
  return status < 0                           ? '?'
         : route.server == POLYRING_NO_SERVER ? '-'
         : route.server < sizeof digits - 1   ? digits[route.server]
                                              : '?';
}

static void check_places(struct lint *lint, const char *place, const polyring_health *health,
                         const struct numbered *numbered, const char *text) {
  if ((json_int_t)strlen(text) != numbered->count) {
    complain(lint, place, "%zu keys, not %" JSON_INTEGER_FORMAT, strlen(text), numbered->count);
    return;
  }
  for (json_int_t i = 0; i < numbered->count; i++) {
    char core = letter_of(health, numbered, numbered->from + i);
    if (core == text[i]) continue;
    complain(lint, place, "key %" JSON_INTEGER_FORMAT " is at %c, the core says %c",
             numbered->from + i, text[i], core);
    return;
  }
}

/* The row's own policy, or none where its client has none. */
static polyring_health *open_health(struct lint *lint) {
  polyring_health *health = NULL;
  polyring_health_policy policy;
  polyring_error error;
  polyring_health_policy_init(&policy);
  policy.on_dead = POLYRING_ON_DEAD_NATIVE;
  policy.dead_most = DEAD_MOST;
  polyring_status status = polyring_health_new(NULL, lint->ring, NULL, &policy, 0, &health, &error);
  policy.on_dead = POLYRING_ON_DEAD_MISS;
  if (status == POLYRING_NOT_SUPPORTED)
    status = polyring_health_new(NULL, lint->ring, NULL, &policy, 0, &health, &error);
  if (status < 0) complain(lint, "on_dead", "%s", error.text);
  return health;
}

static bool bury(struct lint *lint, const char *place, polyring_health *health, json_t *dead) {
  size_t i, before = lint->problems;
  json_t *index;
  if (!json_array_size(dead)) complain(lint, place, "nobody is dead");
  json_array_foreach(dead, i, index) {
    json_int_t server = json_is_integer(index) ? json_integer_value(index) : -1;
    if (server < 0 ||
        polyring_health_report(health, (size_t)server, POLYRING_SEEN_TAKEN_OUT, 0, 0) < 0)
      complain(lint, place, "there is no such server among the dead");
  }
  return lint->problems == before;
}

static void check_case(struct lint *lint, const char *place, json_t *test,
                       const struct numbered *numbered) {
  static const struct field fields[] = {{"id", JSON_STRING, true},
                                        {"dead", JSON_ARRAY, true},
                                        {"at", JSON_STRING, true},
                                        {NULL, JSON_NULL, false}};
  if (!check_shape(lint, place, test, fields)) return;
  polyring_health *health = open_health(lint);
  if (health && bury(lint, place, health, json_object_get(test, "dead")))
    check_places(lint, place, health, numbered, string_at(test, "at"));
  polyring_health_free(health);
}

static void check_homes(struct lint *lint, const struct numbered *numbered) {
  polyring_health *health = open_health(lint);
  if (health) check_places(lint, "home", health, numbered, string_at(lint->root, "home"));
  polyring_health_free(health);
}

void lint_failover(struct lint *lint) {
  static const struct field fields[] = {
      {"schema", JSON_STRING, true},       {"profile", JSON_STRING, true},
      {"on_dead", JSON_STRING, true},      {"servers", JSON_ARRAY, true},
      {"source", JSON_OBJECT, true},       {"keys", JSON_OBJECT, true},
      {"home", JSON_STRING, true},         {"cases", JSON_ARRAY, true},
      {"cases_sha256", JSON_STRING, true}, {NULL, JSON_NULL, false}};
  struct numbered numbered;
  if (!check_shape(lint, "", lint->root, fields)) return;
  if (strcmp(string_at(lint->root, "on_dead"), "native"))
    complain(lint, "on_dead", "\"%s\" is no policy of a client", string_at(lint->root, "on_dead"));
  open_ring(lint);
  check_source(lint);
  check_seal(lint);
  if (!read_keys(lint, &numbered) || !lint->ring) return;
  check_homes(lint, &numbered);
  size_t i;
  json_t *test;
  json_array_foreach(json_object_get(lint->root, "cases"), i, test) {
    char *place = format("cases[%zu]", i);
    check_case(lint, place, test, &numbered);
    free(place);
  }
}
