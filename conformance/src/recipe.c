#include "recipe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static void add_key(struct recipe *recipe, const char *place, const char *key, json_t *extra) {
  size_t known = recipe->keys.count, i = keys_add_text(&recipe->keys, key);
  if (i == NO_KEY) fail(EXIT_USAGE, "%s: the key %s cannot be read", place, key);
  if (i < known) fail(EXIT_USAGE, "%s: the key %s is there already", place, key);
  ROOM(recipe->extras, i, recipe->capacity);
  recipe->extras[i] = extra;
}

static json_t *split(char *list) {
  json_t *array = json_array();
  char *item;
  while ((item = strsep(&list, ",")))
    if (*item) json_array_append_new(array, json_text(item));
  return array;
}

static void read_line(struct recipe *recipe, const char *place, char *line) {
  if (line[strspn(line, " \t\r")] == '#') return;
  struct words words = words_split(line);
  json_t *extra = json_object();
  for (size_t i = 1; i < words.count; i++) {
    char *word = words.items[i];
    if (!strncmp(word, "flags=", 6))
      json_put(extra, "flags", split(word + 6));
    else if (!strncmp(word, "kills=", 6))
      json_put(extra, "kills", split(word + 6));
    else if (!strcmp(word, "may_refuse"))
      json_put(extra, "may_refuse", json_true());
    else
      fail(EXIT_USAGE, "%s: %s is none of flags=, kills= and may_refuse", place, word);
  }
  if (words.count)
    add_key(recipe, place, words.items[0], extra);
  else
    json_decref(extra);
  free(words.items);
}

static bool is_text_list(const json_t *list) {
  for (size_t i = 0; i < json_array_size(list); i++)
    if (!json_is_string(json_array_get(list, i))) return false;
  return json_is_array(list);
}

static void read_object(struct recipe *recipe, const char *place, json_t *object) {
  const char *key = json_string_value(json_object_get(object, "key")), *name;
  json_t *extra = json_object(), *value;
  if (!key) fail(EXIT_USAGE, "%s: there is no \"key\"", place);
  json_object_foreach(object, name, value) {
    bool list = !strcmp(name, "flags") || !strcmp(name, "kills");
    if (!strcmp(name, "key")) continue;
    if (list ? !is_text_list(value) : strcmp(name, "may_refuse") || !json_is_boolean(value))
      fail(EXIT_USAGE, "%s: \"%s\" is not what a key may have", place, name);
    json_put(extra, name, json_incref(value));
  }
  add_key(recipe, place, key, extra);
}

static void read_json(const char *path, struct recipe *recipe, const char *text, size_t size) {
  json_error_t error;
  json_t *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error), *object;
  size_t i;
  if (!root) fail(EXIT_USAGE, "%s:%d:%d: %s", path, error.line, error.column, error.text);
  json_object_update(recipe->notes, json_object_get(root, "notes"));
  json_array_foreach(json_object_get(root, "keys"), i, object) {
    char *place = format("%s: key %zu", path, i);
    read_object(recipe, place, object);
    free(place);
  }
  json_decref(root);
}

void recipe_read(const char *path, struct recipe *recipe) {
  size_t size, number = 0;
  char *text = file_read(path, &size), *rest = text, *line;
  if (!text) fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
  if (!recipe->notes) recipe->notes = json_object();
  if (text[strspn(text, " \t\r\n")] == '{') {
    read_json(path, recipe, text, size);
    free(text);
    return;
  }
  if (memchr(text, 0, size)) fail(EXIT_USAGE, "%s: a zero byte, which no line of text has", path);
  while ((line = strsep(&rest, "\n"))) {
    char *place = format("%s:%zu", path, ++number);
    read_line(recipe, place, line);
    free(place);
  }
  free(text);
}

void recipe_read_notes(const char *path, struct recipe *recipe) {
  size_t size, number = 0;
  char *text = file_read(path, &size), *rest = text, *line;
  if (!text) fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
  if (!recipe->notes) recipe->notes = json_object();
  while ((line = strsep(&rest, "\n"))) {
    number++;
    char *flag = strtok(line, " \t\r"), *column = strtok(NULL, " \t\r"),
         *effect = strtok(NULL, "\r");
    if (!flag || *flag == '#') continue;
    if (!effect) fail(EXIT_USAGE, "%s:%zu: a line is FLAG COLUMN EFFECT", path, number);
    json_t *note = json_object();
    json_put(note, "effect", json_text(effect + strspn(effect, " \t")));
    json_put(note, "column", json_text(column));
    json_put(recipe->notes, flag, note);
  }
  free(text);
}

void recipe_done(struct recipe *recipe) {
  for (size_t i = 0; i < recipe->keys.count; i++) json_decref(recipe->extras[i]);
  free(recipe->extras);
  json_decref(recipe->notes);
  keys_done(&recipe->keys);
}

json_t *recipe_notes(const struct recipe *recipe) {
  json_t *notes = json_object(), *flag;
  size_t f;
  for (size_t i = 0; i < recipe->keys.count; i++)
    json_array_foreach(json_object_get(recipe->extras[i], "flags"), f, flag) {
      const char *name = json_string_value(flag);
      json_t *note = json_object_get(recipe->notes, name);
      if (!note) fail(EXIT_USAGE, "the flag %s has no note: give --flags FILE", name);
      json_put(notes, name, json_incref(note));
    }
  return notes;
}
