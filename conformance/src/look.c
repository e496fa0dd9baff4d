#include "look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "polyring/bytes.h"

#define BATCH 25
#define SETTLE_MS 1000 /* a client may set without waiting for the reply */

/* What a client may only read back as bytes if the flags are its own: lets it set a key, and takes
 * the flags from there. 0 if it does not set, or not those bytes. */
static uint32_t own_flags(struct scene *scene) {
  static const char key[] = "polyring-check-flags";
  int64_t deadline = clock_ms() + SETTLE_MS;
  struct outcome outcome = {0};
  struct item item;
  struct sent sent;
  uint32_t flags = 0;
  bool found = false;
  if (!hello_can(&scene->seen->hello, "set")) return 0;
  char *reply = scene_ask(scene, &outcome, format("set %s 0-0\n", key));
  free(outcome.why);
  if (!reply || strcmp(reply, "ok")) return 0;
  sent_key(scene->ring, (const uint8_t *)key, sizeof key - 1, &sent);
  while (!found) {
    for (size_t server = 0; server < scene->places->count && !found; server++)
      found = scene->fleet.links[server] >= 0 &&
              fleet_item(&scene->fleet, server, sent.bytes, sent.size, &item);
    if (found || clock_ms() >= deadline) break;
    process_wait(NULL, 0, clock_ms() + 20);
  }
  if (found && item.size == 3 && !memcmp(item.bytes, "0-0", 3)) flags = item.flags;
  if (found) free(item.bytes);
  return flags;
}

/* Fills the servers, each key under the bytes that the claimed profile sends for it, and watches
 * them from then on. */
static void fill(struct scene *scene) {
  uint32_t flags = own_flags(scene);
  struct sent sent;
  for (size_t i = 0; i < scene->keys->count; i++) {
    size_t size;
    const uint8_t *key = keys_at(scene->keys, i, &size);
    sent_key(scene->ring, key, size, &sent);
    for (size_t server = 0; server < scene->places->count; server++) {
      char value[50];
      struct item item = {flags, (uint8_t *)value, 0};
      if (scene->fleet.links[server] < 0 || !fleet_sayable(sent.bytes, sent.size)) continue;
      item.size = (size_t)sprintf(value, "%zu-%zu", server, i);
      fleet_store(&scene->fleet, server, sent.bytes, sent.size, &item);
    }
  }
  watch_start(&scene->watch, &scene->fleet);
}

/* What the client gave for key i: "SERVER-KEY". */
static void read_value(struct scene *scene, size_t i, const char *text) {
  struct outcome *outcome = &scene->outcomes[i];
  size_t size = strlen(text), server = 0, key = 0;
  char *value = grow(NULL, size + 1, 1), more;
  size_t length = polyring_percent_decode(text, size, value, NULL);
  value[length == POLYRING_NOWHERE ? 0 : length] = 0;
  bool read = sscanf(value, "%zu-%zu%c", &server, &key, &more) == 2;
  free(value);
  if (read && key == i && server < scene->places->count) {
    outcome->at = server;
  } else if (read && key < scene->keys->count) {
    char *other = keys_text(scene->keys, key);
    outcome_set(outcome, ALTERED, format("it gives the value of %s", other));
    outcome->at = server < scene->places->count ? server : 0;
    free(other);
  } else {
    outcome_set(outcome, ALTERED, format("it gives \"%.80s\", which no server holds", text));
  }
}

/* A key that the profile refuses, or that cannot be said to a server, lies nowhere. */
static void read_miss(struct scene *scene, size_t i) {
  struct sent sent;
  size_t size;
  const uint8_t *key = keys_at(scene->keys, i, &size);
  sent_key(scene->ring, key, size, &sent);
  if (sent.accepted && fleet_sayable(sent.bytes, sent.size))
    outcome_set(&scene->outcomes[i], LOST, copy("it calls it a miss, and every server has it"));
  else
    outcome_set(&scene->outcomes[i], REFUSED, copy("a miss; no server can have this key"));
}

static char *get_request(const struct scene *scene, size_t i) {
  return scene_line(scene, "get", i);
}

static char *get_read(struct scene *scene, size_t i, char *reply) {
  char *value = reply_is(reply, "value");
  if (value)
    read_value(scene, i, value);
  else if (!strcmp(reply, "miss"))
    read_miss(scene, i);
  else
    return format("get was answered by: %.80s", reply);
  return NULL;
}

void look_ask(struct scene *scene) {
  static const struct question question = {get_request, get_read};
  fill(scene);
  scene_ask_each(scene, &question);
}

/* Which servers were asked for which key. */
struct asked {
  struct scene *scene;
  struct keys sent; /* key i is what is sent for key i of the scene */
  bool *servers;    /* of key i, from i * places */
  size_t *count;    /* of key i */
  size_t strangers; /* gets of other keys */
};

static void saw(void *context, size_t server, enum sight sight, const uint8_t *key,
                size_t key_size) {
  struct asked *asked = context;
  size_t i = keys_find(&asked->sent, key, key_size);
  if (sight != SIGHT_GET) return;
  if (i == NO_KEY) asked->strangers++;
  if (i == NO_KEY) return;
  bool *at = &asked->servers[i * asked->scene->places->count + server];
  if (!*at) asked->count[i]++;
  *at = true;
}

static void asked_read(struct scene *scene, struct asked *asked) {
  struct sent sent;
  *asked = (struct asked){.scene = scene};
  asked->servers = zeroed(scene->keys->count * scene->places->count, sizeof *asked->servers);
  asked->count = zeroed(scene->keys->count, sizeof *asked->count);
  for (size_t i = 0; i < scene->keys->count; i++) {
    size_t size;
    const uint8_t *key = keys_at(scene->keys, i, &size);
    sent_key(scene->ring, key, size, &sent);
    keys_add(&asked->sent, sent.bytes, sent.size);
  }
  watch_read(&scene->watch, saw, asked);
}

static void asked_done(struct asked *asked) {
  keys_done(&asked->sent);
  free(asked->servers);
  free(asked->count);
}

/* "0, 2 and 3", to be freed. */
static char *asked_text(const struct asked *asked, size_t i) {
  const size_t places = asked->scene->places->count;
  size_t left = asked->count[i];
  char *text = copy("");
  for (size_t server = 0; server < places; server++) {
    if (!asked->servers[i * places + server]) continue;
    left--;
    char *longer = format("%s%zu%s", text, server, left == 0 ? "" : left == 1 ? " and " : ", ");
    free(text);
    text = longer;
  }
  return text;
}

static void judge_asked(const struct asked *asked) {
  struct scene *scene = asked->scene;
  for (size_t i = 0; i < scene->keys->count; i++) {
    struct outcome *outcome = &scene->outcomes[i];
    if (outcome->status != SAME && outcome->status != LOST) continue;
    char *servers = asked_text(asked, i);
    if (outcome->status == SAME && asked->count[i] > 1)
      outcome_set(outcome, COPIED, format("servers %s were asked for it", servers));
    else if (outcome->status == LOST && !asked->count[i])
      outcome_set(outcome, asked->strangers ? LOST : REFUSED,
                  copy("it calls it a miss, and asked no server for these bytes"));
    else if (outcome->status == LOST)
      outcome_set(outcome, LOST, format("it calls it a miss; server %s was asked for it", servers));
    free(servers);
  }
}

void look_judge(struct scene *scene) {
  struct asked asked;
  asked_read(scene, &asked);
  judge_asked(&asked);
  asked_done(&asked);
}

/* Keys that the profile refuses would take their batch with them, so they are asked alone. */
static size_t batch_end(const struct scene *scene, size_t from) {
  size_t end = from;
  for (; end < scene->keys->count && end - from < BATCH; end++) {
    struct sent sent;
    size_t size;
    const uint8_t *key = keys_at(scene->keys, end, &size);
    sent_key(scene->ring, key, size, &sent);
    if (!sent.accepted) return end == from ? end + 1 : end;
  }
  return end;
}

static char *many_read(struct scene *scene, size_t from, size_t end, char *reply) {
  char *rest = reply_is(reply, "many"), *why = NULL;
  if (!rest) return format("many was answered by: %.80s", reply);
  struct words words = words_split(rest);
  if (words.count != end - from)
    why = format("many was answered by %zu words for %zu keys", words.count, end - from);
  for (size_t i = from; i < end && !why; i++) {
    const char *word = words.items[i - from];
    if (word[0] == '+')
      read_value(scene, i, word + 1);
    else if (!strcmp(word, "-"))
      read_miss(scene, i);
    else
      why = format("many was answered by the word %.80s", word);
  }
  free(words.items);
  return why;
}

static char *many_request(const struct scene *scene, size_t from, size_t end) {
  char *line = NULL;
  size_t size;
  FILE *file = open_memstream(&line, &size);
  fputs("many", file);
  for (size_t i = from; i < end; i++) {
    char *key = keys_text(scene->keys, i);
    fprintf(file, " %s", key);
    free(key);
  }
  fputc('\n', file);
  fclose(file);
  return line;
}

/* A refused batch is asked again key by key, so that each one has its own answer. */
static void ask_batch(struct scene *scene, size_t from, size_t end) {
  struct outcome outcome = {0};
  char *reply = scene_ask(scene, &outcome, many_request(scene, from, end));
  if (!reply && outcome.status == REFUSED && end - from > 1) {
    free(outcome.why);
    for (size_t i = from; i < end; i++) ask_batch(scene, i, i + 1);
    return;
  }
  char *why = reply ? many_read(scene, from, end, reply) : NULL;
  if (why) outcome_set(&outcome, BROKEN, why);
  for (size_t i = from; i < end && outcome.status != SAME; i++)
    outcome_set(&scene->outcomes[i], outcome.status, copy(outcome.why));
  free(outcome.why);
  watch_drain(&scene->watch);
}

void many_ask(struct scene *scene) {
  fill(scene);
  for (size_t from = 0, end; from < scene->keys->count; from = end)
    ask_batch(scene, from, end = batch_end(scene, from));
}

/* How many servers a batch went to, and on how many its keys are. */
static void fan_out(const struct asked *asked, size_t from, size_t end) {
  struct scene *scene = asked->scene;
  const size_t places = scene->places->count;
  size_t went = 0, are = 0;
  bool *wanted = zeroed(places, sizeof *wanted);
  for (size_t i = from; i < end && scene->ring; i++) {
    size_t size;
    const uint8_t *key = keys_at(scene->keys, i, &size);
    int32_t at = polyring_ring_locate(scene->ring, key, size);
    if (at >= 0) wanted[scene->places->items[at].same_as] = true;
  }
  for (size_t server = 0; server < places; server++) {
    bool seen = false;
    for (size_t i = from; i < end; i++) seen |= asked->servers[i * places + server];
    went += seen;
    are += wanted[server];
  }
  free(wanted);
  json_t *fact = scene_fact(scene, format("many/%zu", from), SAME);
  json_put(fact, "op", json_text("many"));
  json_put(fact, "keys", json_integer((json_int_t)(end - from)));
  json_put(fact, "servers", json_integer((json_int_t)went));
  if (scene->ring) json_put(fact, "servers_wanted", json_integer((json_int_t)are));
}

void many_judge(struct scene *scene) {
  struct asked asked;
  asked_read(scene, &asked);
  judge_asked(&asked);
  for (size_t from = 0, end; from < scene->keys->count; from = end)
    fan_out(&asked, from, end = batch_end(scene, from));
  asked_done(&asked);
}
