#include "outage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "polyring/bytes.h"
#include "progress.h"

#define STEP_MS 5000 /* for one step: all reads, or all writes, of one phase */
#define SETTLE_MS 20 /* for writes that nobody waited for */

/* What a client said about one key in one step. */
struct answer {
  const char *says; /* "ok", "no", "skip", "miss"; "value": of the last write that was
                      acknowledged, "stale": an older one, "unacknowledged": a newer one; or NULL */
  char *why;
  bool *servers; /* that saw it */
};

struct step {
  struct scene *scene;
  const char *phase, *verb;
  size_t version; /* what a write stores with the key's number */
  size_t *stored; /* of each key, the version of the last write that was acknowledged */
  struct answer *answers;
  enum sight sight;
  struct keys sent;
};

void outage_prepare(struct scene *scene) { watch_start(&scene->watch, &scene->fleet); }

/* "KEY.VERSION" as it was stored. */
static char *read_value(struct step *step, size_t i, const char *text) {
  size_t size = strlen(text), key, version;
  char *value = grow(NULL, size + 1, 1), more;
  size_t length = polyring_percent_decode(text, size, value, NULL);
  value[length == POLYRING_NOWHERE ? 0 : length] = 0;
  bool read = sscanf(value, "%zu.%zu%c", &key, &version, &more) == 2;
  free(value);
  if (!read) return format("%s: it gives \"%.80s\", which nobody stored", step->phase, text);
  if (key == i) {
    step->answers[i].says = version == step->stored[i]  ? "value"
                            : version < step->stored[i] ? "stale"
                                                        : "unacknowledged";
    return NULL;
  }
  if (key >= step->scene->keys->count) key = 0;
  char *other = keys_text(step->scene->keys, key);
  char *why = format("%s: it gives the value of %s", step->phase, other);
  free(other);
  return why;
}

static void read_reply(struct step *step, size_t i, char *reply) {
  struct outcome *outcome = &step->scene->outcomes[i];
  char *value = reply_is(reply, "value"), *why = NULL;
  bool reads = step->sight == SIGHT_GET;
  if (reads && value) {
    why = read_value(step, i, value);
    if (why) step->answers[i].says = "other";
    if (why) outcome_set(outcome, ALTERED, why);
  } else if (reads && !strcmp(reply, "miss")) {
    step->answers[i].says = "miss";
  } else if (!reads && !strcmp(reply, "ok")) {
    step->answers[i].says = "ok";
    step->stored[i] = step->version;
  } else {
    outcome_set(outcome, BROKEN, format("%s was answered by: %.80s", step->verb, reply));
  }
}

static void ask_key(struct step *step, size_t i) {
  struct outcome answer = {0}, *outcome = &step->scene->outcomes[i];
  char *key = keys_text(step->scene->keys, i);
  char *line = step->sight == SIGHT_GET ? format("get %s\n", key)
                                        : format("set %s %zu.%zu\n", key, i, step->version);
  char *reply = scene_ask(step->scene, &answer, line);
  free(key);
  if (reply) {
    read_reply(step, i, reply);
  } else if (answer.status == BROKEN) {
    outcome_set(outcome, BROKEN, format("%s: %s: %s", step->phase, step->verb, answer.why));
  } else {
    step->answers[i].says = answer.status == REFUSED ? "no" : "skip";
    step->answers[i].why = copy(answer.why);
  }
  free(answer.why);
}

static void saw(void *context, size_t server, enum sight sight, const uint8_t *key,
                size_t key_size) {
  struct step *step = context;
  size_t i = sight == step->sight ? keys_find(&step->sent, key, key_size) : NO_KEY;
  if (i != NO_KEY) step->answers[i].servers[server] = true;
}

static void add_fact(struct step *step, size_t i) {
  struct scene *scene = step->scene;
  const struct answer *answer = &step->answers[i];
  char *key = keys_text(scene->keys, i);
  json_t *fact = scene_fact(scene, format("fail/%s/%s/%s", step->phase, step->verb, key),
                            scene->outcomes[i].status);
  json_t *servers = json_array();
  size_t count = 0, at = 0;
  for (size_t server = 0; server < scene->places->count; server++) {
    if (!answer->servers[server]) continue;
    json_array_append_new(servers, json_integer((json_int_t)(at = server)));
    count++;
  }
  json_put(fact, "key", json_text(key));
  json_put(fact, "phase", json_text(step->phase));
  json_put(fact, "op", json_text(step->verb));
  json_put(fact, "says", json_text(answer->says));
  if (count == 1) json_put(fact, "at", json_integer((json_int_t)at));
  json_put(fact, "servers", servers);
  if (answer->why) json_put(fact, "why", json_text(answer->why));
  free(key);
}

/* No longer than one reply may take. */
static int64_t step_ms(const struct scene *scene) {
  return scene->observer->timeout < STEP_MS ? scene->observer->timeout : STEP_MS;
}

static void add_cut(struct step *step, size_t asked) {
  struct scene *scene = step->scene;
  json_t *fact = scene_fact(scene, format("fail/%s/%s", step->phase, step->verb), SKIPPED);
  char *why = format("cut off after %zu of %zu keys: %g s are over", asked, scene->keys->count,
                     (double)step_ms(scene) / 1000);
  json_put(fact, "phase", json_text(step->phase));
  json_put(fact, "op", json_text(step->verb));
  json_put(fact, "why", json_text(why));
  free(why);
}

/* Lets the client read or write every key that it stored at first, as far as there is time. */
static void run_step(struct step *step, const char *phase, const char *verb) {
  struct scene *scene = step->scene;
  size_t count = scene->keys->count, i = 0;
  int64_t deadline = clock_ms() + step_ms(scene);
  step->phase = phase;
  step->verb = verb;
  step->sight = strcmp(verb, "get") ? SIGHT_STORE : SIGHT_GET;
  for (size_t k = 0; k < count; k++) {
    free(step->answers[k].why);
    step->answers[k].says = step->answers[k].why = NULL;
    memset(step->answers[k].servers, 0, scene->places->count);
  }
  for (; i < count && clock_ms() < deadline && !scene->adapter.broken; i++) {
    progress("%s: %s, %s %zu of %zu keys", scene->seen->hello.client, phase, verb, i, count);
    if (scene->outcomes[i].status == SAME) ask_key(step, i);
  }
  process_wait(NULL, 0, clock_ms() + SETTLE_MS);
  watch_read(&scene->watch, saw, step);
  for (size_t k = 0; k < count; k++)
    if (step->answers[k].says) add_fact(step, k);
  if (i < count && !scene->adapter.broken) add_cut(step, i);
  if (step->sight == SIGHT_STORE) step->version++;
}

/* The server that saw most of the keys. */
static size_t most_keys(const struct step *step) {
  const struct scene *scene = step->scene;
  size_t *counts = zeroed(scene->places->count, sizeof *counts), most = 0;
  for (size_t i = 0; i < scene->keys->count; i++)
    for (size_t server = 0; server < scene->places->count; server++)
      counts[server] += step->answers[i].servers[server];
  for (size_t server = 0; server < scene->places->count; server++)
    if (counts[server] > counts[most]) most = server;
  free(counts);
  return most;
}

/* Where each key went at first. What the client refuses while all is well, it is not asked
 * again. */
static void leave_out(struct step *step) {
  struct scene *scene = step->scene;
  for (size_t i = 0; i < scene->keys->count; i++) {
    const struct answer *answer = &step->answers[i];
    for (size_t server = 0; server < scene->places->count; server++)
      if (answer->servers[server]) scene->outcomes[i].at = server;
    if (answer->says && strcmp(answer->says, "ok"))
      outcome_set(&scene->outcomes[i], strcmp(answer->says, "no") ? SKIPPED : REFUSED,
                  copy(answer->why));
  }
}

static void read_and_write(struct step *step, const char *phase) {
  const struct scene *scene = step->scene;
  if (!scene->adapter.broken && hello_can(&scene->seen->hello, "get")) run_step(step, phase, "get");
  if (!scene->adapter.broken) run_step(step, phase, "set");
}

static void step_init(struct step *step, struct scene *scene) {
  struct sent sent;
  size_t size, count = scene->keys->count;
  *step = (struct step){.scene = scene};
  step->stored = zeroed(count, sizeof *step->stored);
  step->answers = zeroed(count, sizeof *step->answers);
  for (size_t i = 0; i < count; i++) {
    const uint8_t *key = keys_at(scene->keys, i, &size);
    sent_key(scene->ring, key, size, &sent);
    keys_add(&step->sent, sent.bytes, sent.size);
    step->answers[i].servers = zeroed(scene->places->count, sizeof(bool));
    scene->outcomes[i].judged = true;
  }
}

static void step_done(struct step *step) {
  for (size_t i = 0; i < step->scene->keys->count; i++) {
    free(step->answers[i].servers);
    free(step->answers[i].why);
  }
  free(step->answers);
  free(step->stored);
  keys_done(&step->sent);
}

void outage_ask(struct scene *scene) {
  enum outage how = scene->observer->outage;
  struct step step;
  step_init(&step, scene);
  run_step(&step, "before", "set");
  leave_out(&step);
  size_t server = most_keys(&step);
  fleet_interrupt(&scene->fleet, server, how);
  watch_renew(&scene->watch, server);
  read_and_write(&step, "down");
  fleet_resume(&scene->fleet, server, how);
  watch_renew(&scene->watch, server);
  read_and_write(&step, "back");
  scene->seen->note =
      format("server %zu %s", server,
             how == OUTAGE_STOP ? "hung and went on" : "was killed and came back empty");
  step_done(&step);
}
