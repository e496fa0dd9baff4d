/* The golden files, read by the C tests. */
#ifndef POLYRING_TESTS_VECTORS_H
#define POLYRING_TESTS_VECTORS_H

#include <ftw.h>
#include <jansson.h>

#include "unit.h"

static inline const char *text_of(json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));
  if (!text) fail_msg("a vector lacks the text \"%s\"", name);
  return text;
}

enum { KEY_ROOM = 1100 };

/* The key of a case, decoded; key has room for KEY_ROOM bytes. */
static inline size_t key_of(json_t *test, char *key) {
  const char *text = text_of(test, "key");
  assert_in_range(strlen(text), 1, 3 * KEY_ROOM);
  char copy[3 * KEY_ROOM + 1];
  size_t size = polyring_percent_decode(text, strlen(text), copy, NULL);
  assert_in_range(size, 1, KEY_ROOM);
  memcpy(key, copy, size);
  return size;
}

/* The ring of a file's profile and servers. */
static inline polyring_ring *ring_of_file(json_t *file) {
  char list[16384] = "";
  json_t *server;
  size_t i;
  json_array_foreach(json_object_get(file, "servers"), i, server) {
    assert_true(strlen(list) + json_string_length(server) + 2 < sizeof list);
    strcat(strcat(list, json_string_value(server)), " ");
  }
  return ring_of(text_of(file, "profile"), list);
}

static void (*vector_check)(const char *path, json_t *file);
static int vector_count;

static int visit(const char *path, const struct stat *status, int type) {
  (void)status;
  size_t size = strlen(path);
  if (type != FTW_F || size < 5 || strcmp(path + size - 5, ".json") != 0) return 0;
  json_error_t error;
  json_t *file = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (!file) fail_msg("%s:%d: %s", path, error.line, error.text);
  vector_check(path, file);
  json_decref(file);
  vector_count++;
  return 0;
}

/* Calls check for each file in this folder of the vectors; returns their number. */
static inline int for_each_vector(const char *folder,
                                  void (*check)(const char *path, json_t *file)) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", getenv("POLYRING_VECTORS"), folder);
  vector_check = check;
  vector_count = 0;
  if (ftw(path, visit, 8) != 0) fail_msg("%s: cannot be walked", path);
  return vector_count;
}

#endif
