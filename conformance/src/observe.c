#include "observe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "land.h"
#include "polyring/bytes.h"
#include "progress.h"

const char *status_name(enum status status, bool compared) {
  static const char *const names[] = {"placed", "DIFFERENT", "REFUSED", "LOST",
                                      "COPIED", "ALTERED",   "SKIPPED", "BROKEN"};
  return status == SAME && compared ? "SAME" : names[status];
}

static const char *const modes[] = {"auto", "land", "locate", "both"};

const char *mode_name(enum mode mode) { return modes[mode]; }

bool mode_read(const char *text, enum mode *mode) {
  for (int i = 0; i < 4; i++)
    if (!strcmp(text, modes[i])) return *mode = (enum mode)i, true;
  return false;
}

static void set_all(struct observation *seen, enum status status, const char *why) {
  for (size_t i = 0; i < seen->count; i++)
    seen->outcomes[i] = (struct outcome){.status = status, .why = copy(why)};
}

/* "no" and "skip" are answers that any request may get. */
static bool declined(char *reply, enum status *status, char **why) {
  char *skip = reply_is(reply, "skip"), *no = reply_is(reply, "no");
  if (skip) *status = SKIPPED;
  if (no) *status = REFUSED;
  *why = skip ? skip : no;
  return *why != NULL;
}

/* What a reply to locate or set says. Returns why the reply is none at all, to be freed. */
static char *outcome_read(struct outcome *outcome, char *reply, const struct observation *seen,
                          const struct places *places) {
  char *why, *rest;
  uint64_t index;
  if (declined(reply, &outcome->status, &why)) {
    outcome->why = copy(why);
    return NULL;
  }
  if (seen->mode == MODE_LAND)
    return strcmp(reply, "ok") ? format("set was answered by: %.80s", reply) : NULL;
  rest = reply_is(reply, "at");
  if (!rest) return format("locate was answered by: %.80s", reply);
  rest[strcspn(rest, " ")] = 0;
  if (!number_read(rest, places->count - 1, &index))
    return format("at %.40s, but there are %zu servers", rest, places->count);
  outcome->at = places->items[index].same_as;
  return NULL;
}

static void place_keys(struct adapter *adapter, struct observation *seen,
                       const struct places *places, const struct keys *keys) {
  size_t capacity = 0;
  char *line = NULL;
  for (size_t i = 0; i < seen->count; i++) {
    size_t size;
    const uint8_t *key = keys_at(keys, i, &size);
    if (3 * size + 40 > capacity) line = grow(line, capacity = 2 * (3 * size + 40), 1);
    int length = sprintf(line, "%s ", seen->mode == MODE_LAND ? "set" : "locate");
    length += (int)polyring_percent_encode(key, size, line + length, 3 * size + 1);
    length += seen->mode == MODE_LAND ? sprintf(line + length, " %zu\n", i)
                                      : sprintf(line + length, "\n");
    struct outcome *outcome = &seen->outcomes[i];
    char *reply = adapter_ask(adapter, line, (size_t)length);
    char *why = reply ? outcome_read(outcome, reply, seen, places) : copy(adapter->broken);
    if (why) *outcome = (struct outcome){.status = BROKEN, .why = why};
    if (i % 256 == 0) progress("%s: %zu of %zu keys", seen->hello.client, i, seen->count);
  }
  free(line);
}

/* Hands the list of servers over. False if the client has none now; every key says why. */
static bool give_servers(struct adapter *adapter, struct observation *seen,
                         const struct places *places) {
  char *line = format("servers %s\n", places->text), *why;
  char *reply = adapter_ask(adapter, line, strlen(line));
  enum status status;
  bool taken = reply && !strcmp(reply, "ok");
  free(line);
  if (taken) return true;
  if (!reply) {
    set_all(seen, BROKEN, adapter->broken);
  } else if (declined(reply, &status, &why)) {
    set_all(seen, status, why);
  } else {
    why = format("servers was answered by: %.80s", reply);
    set_all(seen, BROKEN, why);
    free(why);
  }
  return false;
}

/* False if there is nobody to talk to; every key says why. */
static bool say_hello(struct adapter *adapter, struct observation *seen) {
  static const char line[] = "hello polyring-adapter/1\n";
  char *reply = adapter_ask(adapter, line, sizeof line - 1), *why;
  enum status status;
  if (reply && declined(reply, &status, &why)) {
    set_all(seen, status == SKIPPED ? SKIPPED : BROKEN, why);
    return false;
  }
  if (reply && hello_read(adapter, reply, &seen->hello)) return true;
  set_all(seen, BROKEN, adapter->broken);
  return false;
}

static enum mode mode_for(enum mode mode, const struct hello *hello, size_t servers) {
  if (mode != MODE_AUTO) return mode;
  mode = servers > LAND_MAX ? MODE_LOCATE : MODE_LAND;
  if (mode == MODE_LOCATE && !hello_can(hello, "locate")) return MODE_LAND;
  if (mode == MODE_LAND && !hello_can(hello, "set")) return MODE_LOCATE;
  return mode;
}

/* The conversation, from hello to bye, and what the servers hold after it. */
static void converse(struct adapter *adapter, struct observation *seen, enum mode mode,
                     const struct client *client, const struct places *places,
                     const struct keys *keys) {
  if (!say_hello(adapter, seen)) {
    adapter_stop(adapter);
    return;
  }
  seen->mode = mode_for(mode, &seen->hello, places->count);
  char *far = seen->mode == MODE_LAND ? places_local(places) : NULL;
  if (far) set_all(seen, SKIPPED, far);
  struct fleet fleet;
  bool land = seen->mode == MODE_LAND && !far;
  if (land) fleet_start(&fleet, places, keys->count);
  bool placed = !far && give_servers(adapter, seen, places);
  if (placed) place_keys(adapter, seen, places, keys);
  bool broken_before = adapter->broken != NULL;
  adapter_stop(adapter);
  if (land && placed) land_judge(&fleet, client, keys, seen);
  if (land) fleet_stop(&fleet);
  if (placed && adapter->broken && !broken_before) {
    for (size_t i = 0; i < seen->count; i++) free(seen->outcomes[i].why);
    set_all(seen, BROKEN, adapter->broken); /* nobody knows which reply was to which request */
  }
  free(far);
}

void observe(const struct observer *observer, const struct client *client,
             const struct places *places, const struct keys *keys, struct observation *seen) {
  struct adapter adapter;
  char *text = places->named ? places_hosts(places) : NULL;
  char *hosts = text ? process_file(text) : NULL;
  *seen = (struct observation){.mode = observer->mode, .count = keys->count};
  seen->outcomes = zeroed(keys->count, sizeof *seen->outcomes);
  if (text && !hosts) fail(EXIT_ENVIRONMENT, "no temporary file for names of servers");
  char *why = adapter_start(&adapter, client, hosts, observer->timeout);
  if (why) {
    set_all(seen, SKIPPED, why);
    seen->missing = true;
    adapter_stop(&adapter);
  } else {
    converse(&adapter, seen, observer->mode, client, places, keys);
  }
  if (seen->mode == MODE_AUTO) seen->mode = places->count > LAND_MAX ? MODE_LOCATE : MODE_LAND;
  for (size_t i = 0; i < seen->count; i++) seen->counts[seen->outcomes[i].status]++;
  free(adapter.broken);
  process_file_done(hosts);
  free(text);
  free(why);
}

void observation_done(struct observation *seen) {
  for (size_t i = 0; i < seen->count; i++) free(seen->outcomes[i].why);
  free(seen->outcomes);
  hello_done(&seen->hello);
  *seen = (struct observation){0};
}

int observation_exit(const struct observation *seen) {
  if (seen->counts[BROKEN]) return EXIT_BROKEN;
  if (seen->counts[LOST] || seen->counts[COPIED] || seen->counts[ALTERED]) return EXIT_DIFFERS;
  return seen->counts[SAME] ? EXIT_AGREED : EXIT_NOTHING;
}
