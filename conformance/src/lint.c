#include "lint.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "lint_parts.h"
#include "options.h"
#include "sha256.h"

#define RUNS_MIN 2

static size_t files_seen, cases_seen;

void complain(struct lint *lint, const char *place, const char *text, ...) {
  va_list list;
  va_start(list, text);
  fprintf(stderr, "%s:%s: ", lint->file, place);
  vfprintf(stderr, text, list);
  fputc('\n', stderr);
  va_end(list);
  lint->problems++;
}

static const char *type_name(json_type type) {
  static const char *const names[] = {
      [JSON_OBJECT] = "an object",    [JSON_ARRAY] = "an array",     [JSON_STRING] = "a string",
      [JSON_INTEGER] = "an integer",  [JSON_REAL] = "a real number", [JSON_TRUE] = "true or false",
      [JSON_FALSE] = "true or false", [JSON_NULL] = "null"};
  return names[type];
}

static bool has_type(const json_t *value, json_type type) {
  return type == JSON_TRUE ? json_is_boolean(value) : json_typeof(value) == type;
}

bool check_shape(struct lint *lint, const char *place, json_t *value, const struct field *fields) {
  size_t before = lint->problems;
  if (!json_is_object(value)) {
    complain(lint, place, "an object is expected");
    return false;
  }
  for (const struct field *f = fields; f->name; f++) {
    json_t *found = json_object_get(value, f->name);
    if (!found && f->required) complain(lint, place, "the field \"%s\" is missing", f->name);
    if (!found) continue;
    if (!has_type(found, f->type))
      complain(lint, place, "\"%s\" is %s, not %s", f->name, type_name(json_typeof(found)),
               type_name(f->type));
    else if (json_is_string(found) && !*json_string_value(found) && strcmp(f->name, "key"))
      complain(lint, place, "\"%s\" is empty", f->name);
  }
  const char *name;
  json_t *ignored;
  json_object_foreach(value, name, ignored) {
    const struct field *f = fields;
    while (f->name && strcmp(f->name, name)) f++;
    if (!f->name) complain(lint, place, "the field \"%s\" is unknown", name);
  }
  return lint->problems == before;
}

bool check_strings(struct lint *lint, const char *place, json_t *array) {
  size_t i, before = lint->problems;
  json_t *item;
  if (!json_array_size(array)) complain(lint, place, "it is empty");
  json_array_foreach(array, i, item) if (!json_is_string(item))
      complain(lint, place, "item %zu is no string", i);
  return lint->problems == before;
}

const char *string_at(json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));
  return text ? text : "";
}

json_int_t integer_at(json_t *object, const char *name) {
  return json_integer_value(json_object_get(object, name));
}

/* Provenance. */

static const char *provenance_of(const polyring_profile *profile) {
  for (size_t c = 0; polyring_column_name(c); c++)
    if (!strcmp(polyring_column_name(c), "provenance")) return polyring_profile_value(profile, c);
  return "observed";
}

static void check_client(struct lint *lint, const char *place, json_t *object) {
  const char *client = string_at(object, "client");
  if (!strncasecmp(client, "polyring", strlen("polyring")))
    complain(lint, place, "the client is \"%s\": Polyring is never the source of its own vectors",
             client);
}

static void check_observed(struct lint *lint, const char *place, json_t *object) {
  static const char *const ways[] = {"located", "landed", "looked"};
  const char *way = string_at(object, "observed");
  for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
    if (!strcmp(way, ways[i])) return;
  complain(lint, place, "\"observed\" is \"%s\", not located, landed or looked", way);
}

static void check_witnesses(struct lint *lint) {
  static const struct field fields[] = {{"client", JSON_STRING, true},
                                        {"version", JSON_STRING, true},
                                        {"configuration", JSON_STRING, false},
                                        {"observed", JSON_STRING, true},
                                        {"agreed", JSON_INTEGER, true},
                                        {"refused", JSON_INTEGER, true},
                                        {NULL, JSON_NULL, false}};
  size_t i;
  json_t *witness;
  json_array_foreach(json_object_get(lint->root, "witnesses"), i, witness) {
    char *place = format("witnesses[%zu]", i);
    if (check_shape(lint, place, witness, fields)) {
      check_client(lint, place, witness);
      check_observed(lint, place, witness);
    }
    free(place);
  }
}

void check_source(struct lint *lint) {
  json_t *source = json_object_get(lint->root, "source");
  static const struct field always[] = {
      {"kind", JSON_STRING, true},           {"client", JSON_STRING, true},
      {"version", JSON_STRING, true},        {"library", JSON_STRING, false},
      {"runtime", JSON_STRING, false},       {"package", JSON_STRING, false},
      {"configuration", JSON_STRING, false}, {"observed", JSON_STRING, false},
      {"server", JSON_STRING, false},        {"tool", JSON_STRING, true},
      {"date", JSON_STRING, true},           {"adapter_sha256", JSON_STRING, false},
      {"runs", JSON_INTEGER, false},         {NULL, JSON_NULL, false}};
  check_witnesses(lint);
  if (!check_shape(lint, "source", source, always)) return;
  check_client(lint, "source.client", source);
  const char *kind = string_at(source, "kind");
  if (!strcmp(kind, "derived")) {
    bool ours = !strcmp(string_at(lint->root, "on_dead"), "next");
    if (!ours && lint->profile && !strcmp(provenance_of(lint->profile), "observed"))
      complain(lint, "source.kind", "vectors of an observed row come from its client");
    if (strcmp(string_at(source, "client"), "tests/reference"))
      complain(lint, "source.client", "only tests/reference derives vectors");
  } else if (!strcmp(kind, "observed")) {
    if (!strcmp(string_at(lint->root, "on_dead"), "next"))
      complain(lint, "source.kind", "what becomes of keys by on_dead=next is only derived");
    check_observed(lint, "source.observed", source);
    if (integer_at(source, "runs") < RUNS_MIN)
      complain(lint, "source.runs", "an observation is made at least %d times", RUNS_MIN);
    if (strspn(string_at(source, "adapter_sha256"), "0123456789abcdef") != 64)
      complain(lint, "source.adapter_sha256", "the SHA-256 of the adapter is missing");
  } else {
    complain(lint, "source.kind", "\"%s\" is neither observed nor derived", kind);
  }
}

void check_seal(struct lint *lint) {
  json_t *cases = json_object_get(lint->root, "cases"), *ids = json_object(), *test;
  char *text = json_dumps(cases, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII), hex[65];
  sha256_of(text, strlen(text), hex);
  free(text);
  if (strcmp(hex, string_at(lint->root, "cases_sha256")))
    complain(lint, "cases_sha256", "the cases were edited: their SHA-256 is %s", hex);
  size_t i;
  json_array_foreach(cases, i, test) {
    const char *id = string_at(test, "id");
    if (json_object_get(ids, id)) complain(lint, "cases", "the id \"%s\" is there twice", id);
    json_object_set_new(ids, id, json_true());
  }
  json_decref(ids);
  cases_seen += i;
}

/* Files. */

static int lint_file(const char *path) {
  static const struct {
    const char *name;
    void (*run)(struct lint *lint);
  } schemas[] = {{"polyring-placement-1", lint_placement},
                 {"polyring-failover-1", lint_failover},
                 {"polyring-stand-in-1", lint_stand_in},
                 {"polyring-hash-1", lint_hash}};
  struct lint lint = {.file = path};
  json_error_t error;
  files_seen++;
  lint.root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (!lint.root) {
    char place[32];
    snprintf(place, sizeof(place), "%d:%d", error.line, error.column);
    complain(&lint, place, "%s", error.text);
  } else {
    const char *name = string_at(lint.root, "schema");
    size_t s = 0, count = sizeof(schemas) / sizeof(*schemas);
    while (s < count && strcmp(schemas[s].name, name)) s++;
    if (s < count)
      schemas[s].run(&lint);
    else
      complain(&lint, "schema", "\"%s\" is unknown", name);
  }
  for (size_t m = 0; m < lint.mutant_count; m++) polyring_ring_free(lint.mutants[m].ring);
  free(lint.mutants);
  json_decref(lint.root);
  polyring_ring_free(lint.ring);
  polyring_profile_free(lint.profile);
  return lint.problems ? EXIT_USAGE : EXIT_AGREED;
}

static int by_name(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

/* Of a folder all .json files, in the order of their names. Schemas are no vectors, and those of
 * topologies are of our own making, not observed: the tests of each language read them. */
static int lint_path(const char *path, bool named) {
  struct stat about;
  if (stat(path, &about)) {
    fprintf(stderr, "%s:0: %s\n", path, strerror(errno));
    return EXIT_USAGE;
  }
  size_t length = strlen(path);
  if (!S_ISDIR(about.st_mode)) {
    bool json = length > 5 && !strcmp(path + length - 5, ".json");
    return json || named ? lint_file(path) : EXIT_AGREED;
  }
  struct dirent **entries;
  int count = scandir(path, &entries, NULL, by_name), code = EXIT_AGREED;
  if (count < 0) fail(EXIT_ENVIRONMENT, "%s: %s", path, strerror(errno));
  for (int i = 0; i < count; i++) {
    if (entries[i]->d_name[0] != '.' && strcmp(entries[i]->d_name, "schema") &&
        strcmp(entries[i]->d_name, "topology")) {
      char *inner = format("%s/%s", path, entries[i]->d_name);
      code = exit_worse(code, lint_path(inner, false));
      free(inner);
    }
    free(entries[i]);
  }
  free(entries);
  return code;
}

static error_t option(int key, char *argument, struct argp_state *state) {
  int *code = state->input;
  if (key == ARGP_KEY_NO_ARGS) argp_usage(state);
  if (key != ARGP_KEY_ARG) return ARGP_ERR_UNKNOWN;
  *code = exit_worse(*code, lint_path(argument, true));
  return 0;
}

int lint_main(int argc, char **argv) {
  static const struct argp argp = {
      .parser = option,
      .args_doc = "FILE|FOLDER...",
      .doc =
          "Checks vector files: shape, provenance, that nobody edited them, that the core "
          "agrees with every case, and that edge keys kill what they say they kill."};
  int code = EXIT_AGREED;
  options_parse(&argp, argc, argv, &code);
  if (!files_seen && code == EXIT_AGREED) code = EXIT_NOTHING;
  printf("%zu files, %zu cases: %s\n", files_seen, cases_seen,
         code == EXIT_AGREED    ? "sound"
         : code == EXIT_NOTHING ? "nothing to check"
                                : "not sound");
  return code;
}
