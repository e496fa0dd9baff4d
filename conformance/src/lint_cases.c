#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lint_parts.h"
#include "sha256.h"
#include "vector.h"

#define PLAIN_KEYS_MIN 24 /* an unrelated profile agrees on all of 4 servers' once in 10^14 */

/* There is one way to write a key. */
char *check_key(struct lint *lint, const char *place, json_t *test, size_t *size) {
  const char *text = string_at(test, "key");
  char *bytes = grow(NULL, strlen(text) + 1, 1);
  *size = polyring_percent_decode(text, strlen(text), bytes, NULL);
  char *again = *size == POLYRING_NOWHERE ? NULL : percent(bytes, *size);
  if (again && !strcmp(again, text)) {
    free(again);
    return bytes;
  }
  complain(lint, place, "the key \"%s\" should be written %s", text,
           again ? again : "with two hexadecimal digits after each %");
  free(again);
  free(bytes);
  return NULL;
}

static polyring_ring *ring_of(json_t *servers, const char *profile, polyring_error *error) {
  size_t count = json_array_size(servers), size = 0;
  uint32_t *ends = zeroed(count, sizeof(*ends));
  char *text = NULL;
  for (size_t i = 0; i < count; i++) {
    const char *server = json_string_value(json_array_get(servers, i));
    text = grow(text, size + strlen(server) + 1, 1);
    memcpy(text + size, server, strlen(server));
    ends[i] = (uint32_t)(size += strlen(server));
  }
  polyring_ring *ring;
  polyring_ring_new_from_list(NULL, profile, strlen(profile), text, ends, count, &ring, error);
  free(ends);
  free(text);
  return ring;
}

/* The ring of the file's profile with the change of columns; NULL if there is none. */
static polyring_ring *mutant_of(struct lint *lint, const char *change, polyring_error *error) {
  for (size_t m = 0; m < lint->mutant_count; m++)
    if (!strcmp(lint->mutants[m].change, change)) return lint->mutants[m].ring;
  char *profile = format("%s,%s", string_at(lint->root, "profile"), change);
  polyring_ring *ring = ring_of(json_object_get(lint->root, "servers"), profile, error);
  free(profile);
  if (!ring) return NULL;
  ROOM(lint->mutants, lint->mutant_count, lint->mutant_capacity);
  lint->mutants[lint->mutant_count++] = (struct mutant){change, ring};
  return ring;
}

static void check_kills(struct lint *lint, const char *place, json_t *test, const char *key,
                        size_t size) {
  json_t *kills = json_object_get(test, "kills");
  if (!kills || !check_strings(lint, place, kills)) return;
  size_t i;
  json_t *kill;
  json_array_foreach(kills, i, kill) {
    const char *change = json_string_value(kill);
    polyring_error error;
    polyring_ring *mutant = mutant_of(lint, change, &error);
    if (!mutant)
      complain(lint, place, "kills \"%s\": %s", change, error.text);
    else if (polyring_ring_locate(mutant, key, size) == polyring_ring_locate(lint->ring, key, size))
      complain(lint, place, "it does not kill \"%s\", which places the key alike", change);
  }
}

/* A derived field, as the core has it. */
static void check_derived(struct lint *lint, const char *place, json_t *test, const char *name,
                          const char *value) {
  json_t *field = json_object_get(test, name);
  if (field && strcmp(json_string_value(field), value))
    complain(lint, place, "\"%s\" is %s, the core says %s", name, json_string_value(field), value);
}

static bool among_ties(const polyring_placement *placement, json_int_t at) {
  for (size_t i = 0; i < placement->tie_count && i < POLYRING_TIES_MAX; i++)
    if (placement->ties[i] == at) return true;
  return false;
}

static void check_against_core(struct lint *lint, const char *place, json_t *test, const char *key,
                               size_t size) {
  polyring_placement placement;
  polyring_error error;
  polyring_status status = polyring_ring_explain(lint->ring, key, size, &placement, &error);
  json_int_t at = integer_at(test, "at");
  if (json_object_get(test, "refused")) {
    if (status >= 0) complain(lint, place, "refused, the core places it on %d", placement.server);
    return;
  }
  if (status < 0) { /* a client may place what it could not send */
    if (!json_is_true(json_object_get(test, "may_refuse")))
      complain(lint, place, "the core refuses the key: %s", error.text);
    return;
  }
  if (placement.server != at && !among_ties(&placement, at))
    complain(lint, place, "\"at\" is %" JSON_INTEGER_FORMAT ", the core says %d", at,
             placement.server);
  char hash[POLYRING_NUMBER_SIZE] = "none", point[POLYRING_NUMBER_SIZE] = "none";
  if (placement.has_hash) {
    polyring_number_print(placement.hash, hash);
    polyring_number_print(placement.point, point);
  }
  char *label = percent(placement.label, placement.label_size);
  check_derived(lint, place, test, "hash", hash);
  check_derived(lint, place, test, "point", point);
  check_derived(lint, place, test, "label", label);
  free(label);
}

static void check_flags(struct lint *lint, const char *place, json_t *test, json_t *used) {
  json_t *flags = json_object_get(test, "flags"), *flag;
  if (!flags || !check_strings(lint, place, flags)) return;
  size_t i;
  json_array_foreach(flags, i, flag) {
    const char *name = json_string_value(flag);
    if (!json_object_get(json_object_get(lint->root, "notes"), name))
      complain(lint, place, "the flag \"%s\" has no note", name);
    json_object_set_new(used, name, json_true());
  }
}

static void check_case(struct lint *lint, const char *place, json_t *test, json_t *used) {
  static const struct field fields[] = {
      {"id", JSON_STRING, true},         {"key", JSON_STRING, true},
      {"at", JSON_INTEGER, false},       {"refused", JSON_TRUE, false},
      {"may_refuse", JSON_TRUE, false},  {"hash", JSON_STRING, false},
      {"point", JSON_STRING, false},     {"label", JSON_STRING, false},
      {"flags", JSON_ARRAY, false},      {"kills", JSON_ARRAY, false},
      {"withdrawn", JSON_STRING, false}, {NULL, JSON_NULL, false}};
  if (!check_shape(lint, place, test, fields)) return;
  json_t *at = json_object_get(test, "at"), *refused = json_object_get(test, "refused");
  if (!at == !refused || json_is_false(refused))
    complain(lint, place, "either \"at\" or \"refused\": true says where the key went");
  json_int_t servers = (json_int_t)json_array_size(json_object_get(lint->root, "servers"));
  if (at && (json_integer_value(at) < 0 || json_integer_value(at) >= servers))
    complain(lint, place,
             "\"at\" is %" JSON_INTEGER_FORMAT ", there are %" JSON_INTEGER_FORMAT " servers",
             json_integer_value(at), servers);
  check_flags(lint, place, test, used);
  size_t size;
  char *key = check_key(lint, place, test, &size);
  if (key && lint->ring && !json_object_get(test, "withdrawn")) {
    check_against_core(lint, place, test, key, size);
    check_kills(lint, place, test, key, size);
  }
  free(key);
}

static void check_notes(struct lint *lint, json_t *used) {
  static const struct field fields[] = {
      {"effect", JSON_STRING, true}, {"column", JSON_STRING, true}, {NULL, JSON_NULL, false}};
  const char *name;
  json_t *note;
  json_object_foreach(json_object_get(lint->root, "notes"), name, note) {
    char *place = format("notes.%s", name);
    if (check_shape(lint, place, note, fields)) {
      size_t c = 0;
      while (polyring_column_name(c) && strcmp(polyring_column_name(c), string_at(note, "column")))
        c++;
      if (!polyring_column_name(c))
        complain(lint, place, "no profile has a column \"%s\"", string_at(note, "column"));
    }
    if (!json_object_get(used, name)) complain(lint, place, "no case has this flag");
    free(place);
  }
}

static void check_cases(struct lint *lint) {
  json_t *used = json_object(), *test;
  size_t i, plain = 0;
  json_array_foreach(json_object_get(lint->root, "cases"), i, test) {
    char *place = format("cases[%zu]", i);
    check_case(lint, place, test, used);
    plain += !json_object_get(test, "flags");
    free(place);
  }
  if (plain < PLAIN_KEYS_MIN)
    complain(lint, "cases", "%zu plain keys, at least %d are needed", plain, PLAIN_KEYS_MIN);
  check_notes(lint, used);
  json_decref(used);
}

/* The indexes of many numbered keys, as the core places them. */
static void check_digest(struct lint *lint, json_t *digest) {
  static const struct field fields[] = {{"keys", JSON_STRING, true},   {"from", JSON_INTEGER, true},
                                        {"count", JSON_INTEGER, true}, {"of", JSON_STRING, true},
                                        {"sha256", JSON_STRING, true}, {NULL, JSON_NULL, false}};
  if (!check_shape(lint, "digest", digest, fields)) return;
  const char *keys = string_at(digest, "keys"), *number = strstr(keys, "{n}");
  json_int_t from = integer_at(digest, "from"), count = integer_at(digest, "count");
  if (!number) complain(lint, "digest.keys", "\"%s\" has no {n}", keys);
  if (from < 0 || count < DIGEST_COUNT_MIN || count > 1000 * DIGEST_COUNT_MIN)
    complain(lint, "digest.count", "at least %d keys are needed", DIGEST_COUNT_MIN);
  else if (number && lint->ring) {
    struct sha256 sha;
    char hex[65], line[16];
    sha256_init(&sha);
    for (json_int_t n = from; n < from + count; n++) {
      char *key = format("%.*s%" JSON_INTEGER_FORMAT "%s", (int)(number - keys), keys, n,
                         number + strlen("{n}"));
      int32_t at = polyring_ring_locate(lint->ring, key, strlen(key));
      sha256_add(&sha, line, (size_t)snprintf(line, sizeof(line), "%d\n", at));
      free(key);
    }
    sha256_hex(&sha, hex);
    if (strcmp(hex, string_at(digest, "sha256")))
      complain(lint, "digest.sha256", "the core's is %s", hex);
  }
}

void open_ring(struct lint *lint) {
  polyring_error error;
  const char *text = string_at(lint->root, "profile");
  json_t *servers = json_object_get(lint->root, "servers");
  if (polyring_profile_new(NULL, text, strlen(text), &lint->profile, &error) < 0)
    complain(lint, "profile", "%s", error.text);
  else if (strcmp(polyring_profile_name(lint->profile), text))
    complain(lint, "profile", "the canonical name is %s", polyring_profile_name(lint->profile));
  if (!check_strings(lint, "servers", servers) || !lint->profile) return;
  lint->ring = ring_of(servers, text, &error);
  if (!lint->ring) complain(lint, "servers", "%s", error.text);
}

void lint_placement(struct lint *lint) {
  static const struct field fields[] = {
      {"schema", JSON_STRING, true}, {"profile", JSON_STRING, true},
      {"about", JSON_ARRAY, true},   {"servers", JSON_ARRAY, true},
      {"source", JSON_OBJECT, true}, {"witnesses", JSON_ARRAY, false},
      {"notes", JSON_OBJECT, false}, {"cases", JSON_ARRAY, true},
      {"digest", JSON_OBJECT, true}, {"cases_sha256", JSON_STRING, true},
      {NULL, JSON_NULL, false}};
  if (!check_shape(lint, "", lint->root, fields)) return;
  check_strings(lint, "about", json_object_get(lint->root, "about"));
  open_ring(lint);
  check_source(lint);
  check_seal(lint);
  check_cases(lint);
  check_digest(lint, json_object_get(lint->root, "digest"));
}

/* Hashes: the core shows its hash in the trace of a key under a row that has the function. Keys
 * that no row takes (empty, over-long) are for the tests of the functions themselves. */
static void open_hash(struct lint *lint) {
  char *profile = format("libmemcached/modula,refuse=,hash=%s,sign=%s,text=%s",
                         string_at(lint->root, "function"),
                         json_is_true(json_object_get(lint->root, "signed")) ? "yes" : "no",
                         string_at(lint->root, "text"));
  polyring_error error;
  static const char servers[] = "a b";
  if (polyring_ring_new(NULL, profile, strlen(profile), servers, strlen(servers), &lint->ring,
                        &error) < 0)
    complain(lint, "function", "%s", error.text);
  free(profile);
}

static void check_hash(struct lint *lint, const char *place, json_t *test) {
  size_t size;
  char *key = check_key(lint, place, test, &size);
  polyring_placement placement;
  if (key && lint->ring && polyring_ring_explain(lint->ring, key, size, &placement, NULL) >= 0) {
    char hash[POLYRING_NUMBER_SIZE];
    polyring_number_print(placement.hash, hash);
    check_derived(lint, place, test, "hash", hash);
  }
  free(key);
}

void lint_hash(struct lint *lint) {
  static const struct field fields[] = {
      {"schema", JSON_STRING, true}, {"function", JSON_STRING, true},
      {"signed", JSON_TRUE, true},   {"text", JSON_STRING, true},
      {"about", JSON_ARRAY, true},   {"source", JSON_OBJECT, true},
      {"cases", JSON_ARRAY, true},   {"cases_sha256", JSON_STRING, true},
      {NULL, JSON_NULL, false}};
  static const struct field case_fields[] = {{"id", JSON_STRING, true},
                                             {"key", JSON_STRING, true},
                                             {"hash", JSON_STRING, true},
                                             {NULL, JSON_NULL, false}};
  if (!check_shape(lint, "", lint->root, fields)) return;
  check_strings(lint, "about", json_object_get(lint->root, "about"));
  check_source(lint);
  open_hash(lint);
  check_seal(lint);
  size_t i;
  json_t *test;
  json_array_foreach(json_object_get(lint->root, "cases"), i, test) {
    char *place = format("cases[%zu]", i);
    if (check_shape(lint, place, test, case_fields)) check_hash(lint, place, test);
    free(place);
  }
}
