#include "land.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "polyring/polyring.h"

#define SETTLE_MS 1000 /* a client may send without waiting for the reply */
#define NOWHERE ((size_t)-1)

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
  char value[32];
  uint64_t number;
  bool known = fleet_value(fleet, server, key, key_size, value, sizeof value) &&
               landings->keys->count && number_read(value, landings->keys->count - 1, &number);
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
static bool all_there(const struct landings *landings, const struct observation *seen) {
  for (size_t i = 0; i < seen->count; i++)
    if (seen->outcomes[i].status == SAME &&
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

/* The bytes that the claimed profile sends for a key, which is mostly the key. */
static bool sent_key(const polyring_ring *ring, const uint8_t *key, size_t size,
                     polyring_placement *placement) {
  if (ring && polyring_ring_explain(ring, key, size, placement, NULL) == POLYRING_OK) return true;
  if (size > sizeof placement->sent_key) return false;
  memcpy(placement->sent_key, key, size);
  placement->sent_key_size = (uint16_t)size;
  return true;
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
  polyring_placement sent;
  size_t size;
  const uint8_t *key = keys_at(landings->keys, i, &size);
  bool known = sent_key(ring, key, size, &sent);
  outcome->at = landing->at;
  if (stray) {
    judge_stray(outcome, stray, landing->at,
                known && sent.sent_key_size == stray->key_size &&
                    !memcmp(sent.sent_key, stray->key, stray->key_size));
  } else if (landing->also != NOWHERE) {
    outcome->status = COPIED;
    outcome->why = format("on servers %zu and %zu", landing->at, landing->also);
  } else if (landing->at == NOWHERE) {
    outcome->status = landings->unknown ? ALTERED : LOST;
    outcome->why = landings->unknown
                       ? format("it is on no server, but %zu keys are that were not asked for",
                                landings->unknown)
                       : copy("the client said ok, and it is on no server");
  } else if (known && (sent.sent_key_size != size || memcmp(sent.sent_key, key, size))) {
    char *text = percent(sent.sent_key, sent.sent_key_size);
    outcome->status = ALTERED;
    outcome->why = format("it lies there as it is; the profile sends %s", text);
    free(text);
  }
}

void land_judge(struct fleet *fleet, const struct client *client, const struct keys *keys,
                struct observation *seen) {
  const char *list = fleet->places->text, *profile = client->profile;
  polyring_ring *ring = NULL;
  int64_t deadline = clock_ms() + SETTLE_MS;
  struct landings landings;
  landings_read(fleet, keys, &landings);
  while (!all_there(&landings, seen) && clock_ms() < deadline) {
    landings_done(&landings);
    process_wait(NULL, 0, clock_ms() + 50);
    landings_read(fleet, keys, &landings);
  }
  if (!all_there(&landings, seen)) disown(fleet, &landings);
  /* Without a ring (the row does not take this list) every key is to lie there as it is. */
  if (polyring_ring_new(NULL, profile, strlen(profile), list, strlen(list), &ring, NULL) < 0)
    ring = NULL;
  for (size_t i = 0; i < seen->count; i++) {
    size_t stray = landings.by_key[i];
    if (seen->outcomes[i].status == SAME)
      judge(&seen->outcomes[i], &landings, i, stray ? &landings.strays[stray - 1] : NULL, ring);
  }
  landings_done(&landings);
  polyring_ring_free(ring);
}
