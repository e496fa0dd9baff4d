#include "scene.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "progress.h"

void outcome_set(struct outcome *outcome, enum status status, char *why) {
  free(outcome->why);
  outcome->status = status;
  outcome->why = why;
}

/* "no" and "skip" are answers that any request may get. */
static bool declined(char *reply, enum status *status, char **why) {
  char *skip = reply_is(reply, "skip"), *no = reply_is(reply, "no");
  if (skip) *status = SKIPPED;
  if (no) *status = REFUSED;
  *why = skip ? skip : no;
  return *why != NULL;
}

char *scene_ask(struct scene *scene, struct outcome *outcome, char *request) {
  char *reply = adapter_ask(&scene->adapter, request, strlen(request));
  free(request);
  if (!reply) {
    outcome_set(outcome, BROKEN, copy(scene->adapter.broken));
    return NULL;
  }
  enum status status;
  char *why;
  if (!declined(reply, &status, &why)) return reply;
  outcome_set(outcome, status, copy(why));
  return NULL;
}

char *scene_line(const struct scene *scene, const char *verb, size_t i) {
  char *key = keys_text(scene->keys, i), *line = format("%s %s\n", verb, key);
  free(key);
  return line;
}

void scene_ask_each(struct scene *scene, const struct question *question) {
  for (size_t i = 0; i < scene->keys->count; i++) {
    struct outcome *outcome = &scene->outcomes[i];
    char *reply = scene_ask(scene, outcome, question->request(scene, i));
    char *why = reply ? question->read(scene, i, reply) : NULL;
    if (why) outcome_set(outcome, BROKEN, why);
    if (i % 256) continue;
    progress("%s: %zu of %zu keys", scene->seen->hello.client, i, scene->keys->count);
    if (scene->watch.watchers) watch_drain(&scene->watch);
  }
}

json_t *scene_fact(struct scene *scene, char *id, enum status status) {
  json_t *fact = json_object();
  json_put(fact, "id", json_text(id));
  json_put(fact, "status", json_text(status_name(status, true)));
  if (!scene->seen->facts) scene->seen->facts = json_array();
  json_array_append_new(scene->seen->facts, fact);
  free(id);
  return fact;
}
