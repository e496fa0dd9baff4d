#include "observe.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mode.h"
#include "scene.h"

const char *status_name(enum status status, bool compared) {
  static const char *const names[] = {"placed", "DIFFERENT", "REFUSED", "LOST",
                                      "COPIED", "ALTERED",   "SKIPPED", "BROKEN"};
  return status == SAME && compared ? "SAME" : names[status];
}

static void set_all(struct scene *scene, enum status status, const char *why) {
  for (size_t i = 0; i < scene->keys->count; i++)
    outcome_set(&scene->outcomes[i], status, copy(why));
}

/* Hands the list of servers over. False if the client has none now; every key says why. */
static bool give_servers(struct scene *scene) {
  struct outcome outcome = {0};
  char *reply = scene_ask(scene, &outcome, format("servers %s\n", scene->places->text));
  if (reply && !strcmp(reply, "ok")) return true;
  if (reply) outcome_set(&outcome, BROKEN, format("servers was answered by: %.80s", reply));
  set_all(scene, outcome.status, outcome.why);
  free(outcome.why);
  return false;
}

/* False if there is nobody to talk to; every key says why. */
static bool say_hello(struct scene *scene) {
  struct outcome outcome = {0};
  struct hello hello;
  char *reply = scene_ask(scene, &outcome, copy("hello polyring-adapter/1\n"));
  if (reply && hello_read(&scene->adapter, reply, &hello)) {
    hello_done(&scene->seen->hello);
    scene->seen->hello = hello;
    return true;
  }
  if (reply) outcome_set(&outcome, BROKEN, copy(scene->adapter.broken));
  set_all(scene, outcome.status == SKIPPED ? SKIPPED : BROKEN, outcome.why);
  free(outcome.why);
  return false;
}

static enum mode mode_for(enum mode mode, const struct hello *hello, size_t servers) {
  if (mode != MODE_AUTO) return mode;
  mode = servers > LAND_MAX ? MODE_LOCATE : MODE_LAND;
  if (mode == MODE_LOCATE && !hello_can(hello, "locate")) return MODE_LAND;
  if (mode == MODE_LAND && !hello_can(hello, "set")) return MODE_LOCATE;
  return mode;
}

/* From servers to bye, and what is to be seen after it. */
static void converse(struct scene *scene, const struct mode_row *row) {
  if (row->servers) fleet_start(&scene->fleet, scene->places, scene->keys->count);
  if (row->prepare) row->prepare(scene);
  bool placed = give_servers(scene);
  if (placed) row->ask(scene);
  bool broken_before = scene->adapter.broken != NULL;
  adapter_stop(&scene->adapter);
  if (placed && row->judge) row->judge(scene);
  watch_done(&scene->watch);
  if (row->servers) fleet_stop(&scene->fleet);
  if (placed && scene->adapter.broken && !broken_before)
    set_all(scene, BROKEN, scene->adapter.broken); /* which reply was to which request? */
}

/* Why a mode cannot be had from this client on this list, to be freed; or NULL. */
static char *unable(const struct scene *scene, const struct mode_row *row) {
  if (row->needs && !hello_can(&scene->seen->hello, row->needs))
    return format("the adapter has no %s", row->needs);
  return row->servers ? places_local(scene->places) : NULL;
}

/* One client process and its keys. The mode is known after its hello. */
static void observe_once(struct scene *scene, const char *hosts) {
  char *why = adapter_start(&scene->adapter, scene->client, hosts, scene->observer->timeout);
  if (why) {
    set_all(scene, SKIPPED, why);
    scene->seen->missing = true;
  } else if (say_hello(scene)) {
    scene->seen->mode = mode_for(scene->seen->mode, &scene->seen->hello, scene->places->count);
    const struct mode_row *row = mode_row(scene->seen->mode);
    why = unable(scene, row);
    if (why)
      set_all(scene, SKIPPED, why);
    else
      converse(scene, row);
  }
  adapter_stop(&scene->adapter);
  process_sweep();
  free(scene->adapter.broken);
  free(why);
}

/* Observes those keys that are dealt to a round, and puts their outcomes back. */
static void observe_round(struct scene *whole, const char *hosts, const size_t *rounds,
                          size_t round) {
  struct scene scene = *whole;
  struct keys keys = {0};
  for (size_t i = 0; i < whole->keys->count; i++) {
    size_t size;
    const uint8_t *key = keys_at(whole->keys, i, &size);
    if (rounds[i] == round) keys_add(&keys, key, size);
  }
  scene.keys = &keys;
  scene.outcomes = zeroed(keys.count, sizeof *scene.outcomes);
  observe_once(&scene, hosts);
  for (size_t i = 0, next = 0; i < whole->keys->count; i++)
    if (rounds[i] == round) whole->outcomes[i] = scene.outcomes[next++];
  free(scene.outcomes);
  keys_done(&keys);
}

/* Keys that are sent alike would overwrite each other: each round has fresh servers. */
static void observe_rounds(struct scene *scene, const char *hosts) {
  size_t *rounds = zeroed(scene->keys->count, sizeof *rounds);
  size_t count =
      scene->seen->mode == MODE_LOCATE ? 1 : sent_rounds(scene->ring, scene->keys, rounds);
  for (size_t round = 0; round < count; round++) observe_round(scene, hosts, rounds, round);
  free(rounds);
}

static void observe_mode(const struct observer *observer, const struct client *client,
                         const struct places *places, const struct keys *keys,
                         struct observation *seen) {
  struct scene scene = {.observer = observer, .client = client, .places = places, .keys = keys};
  char *text = places->named ? places_hosts(places) : NULL;
  char *hosts = text ? process_file(text) : NULL;
  const char *profile = client->profile;
  polyring_ring *ring = NULL;
  if (text && !hosts) fail(EXIT_ENVIRONMENT, "no temporary file for names of servers");
  if (polyring_ring_new(NULL, profile, strlen(profile), places->text, strlen(places->text), &ring,
                        NULL) < 0)
    ring = NULL;
  scene.ring = ring;
  scene.seen = seen;
  scene.outcomes = seen->outcomes;
  observe_rounds(&scene, hosts);
  if (seen->mode == MODE_AUTO) seen->mode = places->count > LAND_MAX ? MODE_LOCATE : MODE_LAND;
  polyring_ring_free(ring);
  process_file_done(hosts);
  free(text);
}

void observe(const struct observer *observer, const struct client *client,
             const struct places *places, const struct keys *keys, struct observation *seen) {
  const struct mode_row *row = mode_row(observer->mode);
  *seen = (struct observation){.mode = observer->mode, .count = keys->count};
  seen->outcomes = zeroed(keys->count, sizeof *seen->outcomes);
  (row->compose ? row->compose : observe_mode)(observer, client, places, keys, seen);
  for (size_t i = 0; i < seen->count; i++) seen->counts[seen->outcomes[i].status]++;
}

void observation_done(struct observation *seen) {
  for (size_t i = 0; i < seen->count; i++) free(seen->outcomes[i].why);
  free(seen->outcomes);
  free(seen->note);
  json_decref(seen->facts);
  hello_done(&seen->hello);
  *seen = (struct observation){0};
}

int observation_exit(const struct observation *seen) {
  if (seen->counts[BROKEN]) return EXIT_BROKEN;
  if (seen->counts[DIFFERENT] || seen->counts[LOST] || seen->counts[COPIED] ||
      seen->counts[ALTERED])
    return EXIT_DIFFERS;
  return seen->counts[SAME] ? EXIT_AGREED : EXIT_NOTHING;
}
