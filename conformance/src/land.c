#include "land.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"

#define SETTLE_MS 1000 /* a client may send without waiting for the reply */

/* A key on a server that is none of those that the client was asked to set. */
struct stray {
  size_t server, for_key; /* whose value it holds, or NO_KEY */
  uint8_t *key;
  size_t key_size;
};

struct landing {
  size_t at, also; /* servers that hold the key, or NOWHERE */
};

struct landings {
  const struct keys *keys;
  struct landing *items; /* one a key */
  struct stray *strays;
  size_t stray_count, stray_capacity, unknown;
  size_t *by_key; /* for each key the stray that holds its value, + 1, or 0 */
};

static void stray_add(struct landings *landings, size_t server, size_t for_key, const uint8_t *key,
                      size_t key_size) {
  ROOM(landings->strays, landings->stray_count, landings->stray_capacity);
  struct stray *stray = &landings->strays[landings->stray_count++];
  *stray = (struct stray){server, for_key, grow(NULL, key_size, 1), key_size};
  memcpy(stray->key, key, key_size);
}

static void found(void *context, size_t server, const uint8_t *key, size_t key_size) {
  struct landings *landings = context;
  size_t i = keys_find(landings->keys, key, key_size);
  if (i == NO_KEY) {
    stray_add(landings, server, NO_KEY, key, key_size);
    return;
  }
  struct landing *landing = &landings->items[i];
  if (landing->at == NOWHERE)
    landing->at = server;
  else if (landing->at != server)
    landing->also = server;
}

static void landings_done(struct landings *landings) {
  for (size_t i = 0; i < landings->stray_count; i++) free(landings->strays[i].key);
  free(landings->strays);
  free(landings->items);
  free(landings->by_key);
}

static size_t whose_value(struct fleet *fleet, const struct landings *landings, size_t server,
                          const uint8_t *key, size_t key_size) {
  struct item item;
  uint64_t number;
  bool known = fleet_item(fleet, server, key, key_size, &item) && landings->keys->count &&
               number_read((const char *)item.bytes, landings->keys->count - 1, &number);
  free(item.bytes);
  return known ? (size_t)number : NO_KEY;
}

static void landings_read(struct fleet *fleet, const struct keys *keys, struct landings *landings) {
  *landings = (struct landings){.keys = keys};
  landings->items = grow(NULL, keys->count, sizeof *landings->items);
  landings->by_key = zeroed(keys->count, sizeof *landings->by_key);
  for (size_t i = 0; i < keys->count; i++) landings->items[i] = (struct landing){NOWHERE, NOWHERE};
  fleet_dump(fleet, found, landings);
  for (size_t i = 0; i < landings->stray_count; i++) {
    struct stray *stray = &landings->strays[i];
    stray->for_key = whose_value(fleet, landings, stray->server, stray->key, stray->key_size);
    if (stray->for_key == NO_KEY)
      landings->unknown++;
    else
      landings->by_key[stray->for_key] = i + 1;
  }
}

/* Whether each key lies somewhere, in one shape. */
static bool all_there(const struct landings *landings, const struct outcome *outcomes) {
  for (size_t i = 0; i < landings->keys->count; i++)
    if (outcomes[i].status == SAME &&
        (landings->items[i].at == NOWHERE) == (landings->by_key[i] == 0))
      return false;
  return true;
}

/* A client that alters keys may turn one key that it was asked to set into another one. What lies
 * under a key but holds another key's value is not that key. */
static void disown(struct fleet *fleet, struct landings *landings) {
  for (size_t i = 0; i < landings->keys->count; i++) {
    size_t *places[] = {&landings->items[i].also, &landings->items[i].at}, size;
    const uint8_t *key = keys_at(landings->keys, i, &size);
    for (int p = 0; p < 2; p++) {
      size_t owner =
          *places[p] == NOWHERE ? NO_KEY : whose_value(fleet, landings, *places[p], key, size);
      if (owner == NO_KEY || owner == i) continue;
      stray_add(landings, *places[p], owner, key, size);
      landings->by_key[owner] = landings->stray_count;
      *places[p] = NOWHERE;
    }
    if (landings->items[i].at == NOWHERE) {
      landings->items[i].at = landings->items[i].also;
      landings->items[i].also = NOWHERE;
    }
  }
}

static void judge_stray(struct outcome *outcome, const struct stray *stray, size_t key_at,
                        bool expected) {
  char *text = percent(stray->key, stray->key_size);
  outcome->at = stray->server;
  if (key_at != NOWHERE) {
    outcome->status = COPIED;
    outcome->why =
        format("as it is on server %zu and as %s on server %zu", key_at, text, stray->server);
  } else if (!expected) {
    outcome->status = ALTERED;
    outcome->why = format("it lies there as %s", text);
  }
  free(text);
}

static void judge(struct outcome *outcome, const struct landings *landings, size_t i,
                  const struct stray *stray, const polyring_ring *ring) {
  const struct landing *landing = &landings->items[i];
  struct sent sent;
  size_t size;
  const uint8_t *key = keys_at(landings->keys, i, &size);
  sent_key(ring, key, size, &sent);
  outcome->at = landing->at;
  if (stray) {
    judge_stray(outcome, stray, landing->at,
                sent.size == stray->key_size && !memcmp(sent.bytes, stray->key, sent.size));
  } else if (landing->also != NOWHERE) {
    outcome->status = COPIED;
    outcome->why = format("on servers %zu and %zu", landing->at, landing->also);
  } else if (landing->at == NOWHERE) {
    outcome->status = landings->unknown ? ALTERED : LOST;
    outcome->why = landings->unknown
                       ? format("it is on no server, but %zu keys are that were not asked for",
                                landings->unknown)
                       : copy("the client said ok, and it is on no server");
  } else if (sent.size != size || memcmp(sent.bytes, key, size)) {
    char *text = percent(sent.bytes, sent.size);
    outcome->status = ALTERED;
    outcome->why = format("it lies there as it is; the profile sends %s", text);
    free(text);
  }
}

static char *set_request(const struct scene *scene, size_t i) {
  char *key = keys_text(scene->keys, i), *line = format("set %s %zu\n", key, i);
  free(key);
  return line;
}

static char *set_read(struct scene *scene, size_t i, char *reply) {
  (void)scene, (void)i;
  return strcmp(reply, "ok") ? format("set was answered by: %.80s", reply) : NULL;
}

void land_ask(struct scene *scene) {
  static const struct question question = {set_request, set_read};
  scene_ask_each(scene, &question);
}

void land_judge(struct scene *scene) {
  int64_t deadline = clock_ms() + SETTLE_MS;
  struct landings landings;
  landings_read(&scene->fleet, scene->keys, &landings);
  while (!all_there(&landings, scene->outcomes) && clock_ms() < deadline) {
    landings_done(&landings);
    process_wait(NULL, 0, clock_ms() + 50);
    landings_read(&scene->fleet, scene->keys, &landings);
  }
  if (!all_there(&landings, scene->outcomes)) disown(&scene->fleet, &landings);
  for (size_t i = 0; i < scene->keys->count; i++) {
    size_t stray = landings.by_key[i];
    if (scene->outcomes[i].status == SAME)
      judge(&scene->outcomes[i], &landings, i, stray ? &landings.strays[stray - 1] : NULL,
            scene->ring);
  }
  landings_done(&landings);
}
