#include "vector.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "polyring/polyring.h"
#include "sha256.h"

char *profile_canonical(const char *name, char **error) {
  polyring_profile *profile;
  polyring_error reason;
  *error = NULL;
  if (polyring_profile_new(NULL, name, strlen(name), &profile, &reason) < 0) {
    *error = copy(reason.text);
    return NULL;
  }
  char *canonical = copy(polyring_profile_name(profile));
  polyring_profile_free(profile);
  return canonical;
}

void cases_sha256(const json_t *cases, char hex[65]) {
  char *text = json_dumps(cases, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
  sha256_of(text ? text : "", text ? strlen(text) : 0, hex);
  free(text);
}

/* A field that has to be there. */
static json_t *field(const struct vector *vector, const json_t *object, const char *place,
                     const char *name, json_type type) {
  json_t *value = json_object_get(object, name);
  if (!value) fail(EXIT_USAGE, "%s: %s: there is no \"%s\"", vector->path, place, name);
  if (json_typeof(value) != type)
    fail(EXIT_USAGE, "%s: %s: \"%s\" has the wrong type", vector->path, place, name);
  return value;
}

static const char *text_field(const struct vector *vector, const json_t *object, const char *place,
                              const char *name) {
  return json_string_value(field(vector, object, place, name, JSON_STRING));
}

static void read_servers(struct vector *vector) {
  json_t *servers = field(vector, vector->root, "the file", "servers", JSON_ARRAY);
  char *text, *why;
  size_t size;
  FILE *list = open_memstream(&text, &size);
  for (size_t i = 0; i < json_array_size(servers); i++) {
    const char *word = json_string_value(json_array_get(servers, i));
    if (!word || !*word || strpbrk(word, " \t\r\n"))
      fail(EXIT_USAGE, "%s: servers: item %zu is no server", vector->path, i);
    fprintf(list, "%s ", word);
  }
  fclose(list);
  why = places_read(text, &vector->places);
  if (why) fail(EXIT_USAGE, "%s: servers: %s", vector->path, why);
  free(text);
}

static void read_case(struct vector *vector, const json_t *object, size_t i) {
  struct vector_case *one = &vector->cases[i];
  char place[32];
  snprintf(place, sizeof place, "case %zu", i);
  if (!json_is_object(object)) fail(EXIT_USAGE, "%s: %s is no object", vector->path, place);
  *one = (struct vector_case){.id = text_field(vector, object, place, "id"),
                              .key = text_field(vector, object, place, "key"),
                              .refused = json_is_true(json_object_get(object, "refused")),
                              .may_refuse = json_is_true(json_object_get(object, "may_refuse")),
                              .flags = json_object_get(object, "flags")};
  size_t known = vector->keys.count;
  one->key_index = keys_add_text(&vector->keys, one->key);
  if (one->key_index == NO_KEY)
    fail(EXIT_USAGE, "%s: %s: its key %s cannot be read", vector->path, place, one->key);
  if (one->key_index < known)
    fail(EXIT_USAGE, "%s: %s: the key %s is there already", vector->path, place, one->key);
  if (one->refused) return;
  json_int_t at = json_integer_value(field(vector, object, place, "at", JSON_INTEGER));
  if (at < 0 || (uint64_t)at >= vector->places.count)
    fail(EXIT_USAGE, "%s: %s: there is no server %" JSON_INTEGER_FORMAT, vector->path, place, at);
  one->at = vector->places.items[at].same_as;
}

static void read_cases(struct vector *vector) {
  json_t *cases = field(vector, vector->root, "the file", "cases", JSON_ARRAY);
  const char *wanted = text_field(vector, vector->root, "the file", "cases_sha256");
  char hex[65];
  cases_sha256(cases, hex);
  if (strcmp(hex, wanted))
    fail(EXIT_USAGE, "%s: cases_sha256 does not fit: the cases were edited by hand", vector->path);
  vector->count = json_array_size(cases);
  if (!vector->count) fail(EXIT_USAGE, "%s: there are no cases", vector->path);
  vector->cases = zeroed(vector->count, sizeof *vector->cases);
  for (size_t i = 0; i < vector->count; i++) read_case(vector, json_array_get(cases, i), i);
}

static void read_digest(struct vector *vector) {
  json_t *digest = json_object_get(vector->root, "digest");
  if (!digest) return;
  json_int_t from = json_integer_value(field(vector, digest, "digest", "from", JSON_INTEGER));
  json_int_t count = json_integer_value(field(vector, digest, "digest", "count", JSON_INTEGER));
  vector->digest_pattern = text_field(vector, digest, "digest", "keys");
  vector->digest = text_field(vector, digest, "digest", "sha256");
  if (from < 0 || count < 1 || count > 10000000 || !strstr(vector->digest_pattern, "{n}") ||
      strcmp(text_field(vector, digest, "digest", "of"), DIGEST_OF))
    fail(EXIT_USAGE, "%s: digest: this program cannot make it", vector->path);
  vector->digest_from = (uint64_t)from;
  vector->digest_count = (uint64_t)count;
}

bool vector_read(const char *path, struct vector *vector) {
  json_error_t error;
  const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
  *vector = (struct vector){.path = copy(path)};
  vector->root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (!vector->root) fail(EXIT_USAGE, "%s:%d:%d: %s", path, error.line, error.column, error.text);
  bool description = json_object_get(vector->root, "$schema") != NULL; /* of vector files */
  if (description ||
      strcmp(text_field(vector, vector->root, "the file", "schema"), PLACEMENT_SCHEMA)) {
    vector_done(vector);
    return false;
  }
  char *why;
  const char *profile = text_field(vector, vector->root, "the file", "profile");
  vector->topology = format("%.*s", (int)strcspn(base, "."), base);
  vector->profile = profile_canonical(profile, &why);
  if (!vector->profile) fail(EXIT_USAGE, "%s: %s", path, why);
  json_t *source = field(vector, vector->root, "the file", "source", JSON_OBJECT);
  if (!strncasecmp(text_field(vector, source, "source", "client"), "polyring", 8))
    fail(EXIT_USAGE, "%s: source: Polyring cannot be the measure of itself", path);
  read_servers(vector);
  read_cases(vector);
  read_digest(vector);
  return true;
}

void vector_done(struct vector *vector) {
  free(vector->path);
  free(vector->topology);
  free(vector->profile);
  free(vector->cases);
  json_decref(vector->root);
  places_done(&vector->places);
  keys_done(&vector->keys);
}

static int by_name(const FTSENT **a, const FTSENT **b) {
  return strcmp((*a)->fts_name, (*b)->fts_name);
}

struct words vector_files(const char *path) {
  char *folder = copy(path), *paths[] = {folder, NULL};
  struct words files = {0};
  struct stat info;
  if (stat(path, &info) != 0) fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
  FTS *walk = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, by_name);
  FTSENT *entry;
  while (walk && (entry = fts_read(walk))) {
    size_t length = entry->fts_namelen;
    bool json = length > 5 && !strcmp(entry->fts_name + length - 5, ".json");
    if (entry->fts_info == FTS_F && (json || entry->fts_level == 0))
      words_add(&files, copy(entry->fts_path));
  }
  if (walk) fts_close(walk);
  free(folder);
  return files;
}

static void write_value(FILE *file, const json_t *value) {
  char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
  fputs(text ? text : "null", file);
  free(text);
}

void vector_write(const char *path, const json_t *root) {
  char *text;
  const char *name, *between = "\n  ";
  size_t size;
  json_t *value;
  FILE *file = open_memstream(&text, &size);
  fputc('{', file);
  json_object_foreach((json_t *)root, name, value) {
    fprintf(file, "%s\"%s\": ", between, name);
    between = ",\n  ";
    if (!strcmp(name, "cases")) {
      for (size_t i = 0; i < json_array_size(value); i++) {
        fputs(i ? ",\n    " : "[\n    ", file);
        write_value(file, json_array_get(value, i));
      }
      fputs(json_array_size(value) ? "\n  ]" : "[]", file);
    } else {
      write_value(file, value);
    }
  }
  fputs("\n}\n", file);
  fclose(file);
  file_write(path, text, size);
  free(text);
}
