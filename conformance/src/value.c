#include "value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#define SETTLE_MS 1000 /* a client may send without waiting for the reply */
#define SHOWN 200      /* bytes of an item, and characters of a value, that a fact shows */
#define LONG 20480

/* Texts are as bytes are: encoded on the way. A NULL text is a long one. */
static const struct typed {
  const char *name, *type, *text;
} typed_values[] = {
    {"bytes", "bytes", "raw\x80\xff\x01"},
    {"text", "text", "hello"},
    {"text-utf8", "text", "h\xc3\xa9"},
    {"text-empty", "text", ""},
    {"text-digits", "text", "42"},
    {"text-long", "text", NULL},
    {"int", "int", "42"},
    {"int-negative", "int", "-7"},
    {"int-2^40", "int", "1099511627776"},
    {"int-2^63-1", "int", "9223372036854775807"},
    {"float", "float", "1.5"},
    {"float-negative-zero", "float", "-0.0"},
    {"float-1e300", "float", "1e300"},
    {"true", "bool", "true"},
    {"false", "bool", "false"},
    {"null", "null", ""},
    {"list", "list", "[1,2]"},
    {"map", "map", "{\"a\":1}"},
};
enum { TYPED = sizeof typed_values / sizeof *typed_values };

/* Items as clients write them. None of them runs code where it is read. */
#define BYTES(text) (text), sizeof(text) - 1
static const struct raw {
  const char *layout;
  uint32_t flags;
  const char *bytes;
  size_t size;
} raw_items[] = {
    {"plain/digits", 0, BYTES("42")},
    {"plain/utf8", 0, BYTES("h\xc3\xa9")},
    {"plain/bytes", 0, BYTES("raw\x80\xff\0")},
    {"pylibmc/bool", 2, BYTES("1")},
    {"pylibmc/int", 4, BYTES("42")},
    {"pylibmc/text", 16, BYTES("h\xc3\xa9")},
    {"pylibmc/text-zlib", 24, BYTES("\x78\x9c\xcb\x48\xcd\xc9\xc9\x07\0\x06\x2c\x02\x15")},
    {"pylibmc/pickle", 1,
     BYTES("\x80\x02]q\0(K\x01K\x02"
           "e.")},
    {"bmemcached/bytes", 16, BYTES("raw\xff")},
    {"libmc/bool", 8, BYTES("1")},
    {"php-memcached/long", 1, BYTES("42")},
    {"php-memcached/double", 2, BYTES("1.5")},
    {"php-memcached/true", 3, BYTES("1")},
    {"php-memcached/false", 3, BYTES("")},
    {"php-memcached/serialized", 4, BYTES("a:2:{i:0;i:1;i:1;i:2;}")},
    {"php-memcached/json", 6, BYTES("[1,2]")},
    {"php-memcache/serialized", 1, BYTES("a:2:{i:0;i:1;i:1;i:2;}")},
    {"php-memcache/bool", 0x100, BYTES("1")},
    {"php-memcache/long", 0x300, BYTES("42")},
    {"php-memcache/double", 0x700, BYTES("1.5")},
    {"spymemcached/boolean", 0x100, BYTES("1")},
    {"spymemcached/integer", 0x200, BYTES("*")},
    {"spymemcached/long", 0x300, BYTES("*")},
    {"spymemcached/double", 0x700, BYTES("\x3f\xf8\0\0\0\0\0\0")},
    {"spymemcached/bytes", 0x800, BYTES("raw\xff")},
    {"whalin/integer", 4, BYTES("\0\0\0*")},
    {"whalin/string", 32, BYTES("hello")},
    {"dalli/marshal", 1, BYTES("\x04\x08i\x2f")},
    {"dalli/text", 4, BYTES("h\xc3\xa9")},
    {"npm-memcached/json", 2, BYTES("[1,2]")},
    {"npm-memcached/binary", 4, BYTES("raw\xff")},
    {"npm-memcached/numeric", 8, BYTES("42")},
    {"enyim/raw", 0xfa52, BYTES("raw\xff")},
    {"enyim/int32", 0x109, BYTES("*\0\0\0")},
    {"nobody/high-bit", 0x80000000u, BYTES("hello")},
};
enum { RAW = sizeof raw_items / sizeof *raw_items };

void value_keys(struct keys *keys) {
  for (size_t i = 0; i < TYPED + RAW; i++) {
    char *key = i < TYPED ? format("polyring/value/%s", typed_values[i].name)
                          : format("polyring/raw/%s", raw_items[i - TYPED].layout);
    keys_add(keys, key, strlen(key));
    free(key);
  }
}

static void key_sent(const struct scene *scene, size_t i, struct sent *sent) {
  size_t size;
  const uint8_t *key = keys_at(scene->keys, i, &size);
  sent_key(scene->ring, key, size, sent);
}

void value_prepare(struct scene *scene) {
  struct sent sent;
  for (size_t n = 0; n < RAW; n++) {
    struct item item = {raw_items[n].flags, (uint8_t *)raw_items[n].bytes, raw_items[n].size};
    key_sent(scene, TYPED + n, &sent);
    for (size_t server = 0; server < scene->places->count; server++)
      if (scene->fleet.links[server] >= 0)
        fleet_store(&scene->fleet, server, sent.bytes, sent.size, &item);
  }
}

/* The item of a key, wherever it is. */
static bool find_item(struct scene *scene, size_t i, int64_t deadline, size_t *server,
                      struct item *item) {
  struct sent sent;
  key_sent(scene, i, &sent);
  for (;;) {
    for (*server = 0; *server < scene->places->count; ++*server)
      if (scene->fleet.links[*server] >= 0 &&
          fleet_item(&scene->fleet, *server, sent.bytes, sent.size, item))
        return true;
    if (clock_ms() >= deadline) return false;
    process_wait(NULL, 0, clock_ms() + 20);
  }
}

static char *shortened(char *text) {
  size_t size = strlen(text);
  if (size <= SHOWN) return text;
  char *shorter = format("%.*s... (%zu characters)", SHOWN, text, size);
  free(text);
  return shorter;
}

static void put_item(json_t *fact, const struct item *item) {
  char *bytes = percent(item->bytes, item->size > SHOWN ? SHOWN : item->size);
  json_put(fact, "flags", json_integer((json_int_t)item->flags));
  json_put(fact, "bytes", json_text(bytes));
  json_put(fact, "size", json_integer((json_int_t)item->size));
  free(bytes);
}

/* What the client reads under a key: "TYPE TEXT", "miss" or "no WHY"; NULL when it cannot say. To
 * be freed. A client that stores, but does not fetch, is no worse for it. */
static char *fetch(struct scene *scene, size_t i) {
  struct outcome *outcome = &scene->outcomes[i], answer = {0};
  char *key = keys_text(scene->keys, i), *said = NULL;
  char *reply = scene_ask(scene, &answer, format("fetch %s\n", key));
  char *typed = reply ? reply_is(reply, "typed") : NULL;
  if (typed)
    said = shortened(copy(typed));
  else if (reply && !strcmp(reply, "miss"))
    said = copy(reply);
  else if (reply)
    outcome_set(outcome, BROKEN, format("fetch was answered by: %.80s", reply));
  else if (answer.status == REFUSED)
    said = format("no %s", answer.why);
  else if (answer.status == BROKEN || i >= TYPED)
    outcome_set(outcome, answer.status, copy(answer.why));
  free(answer.why);
  free(key);
  return said;
}

static json_t *value_fact(struct scene *scene, size_t i, const char *op, const char *says) {
  char *key = keys_text(scene->keys, i);
  json_t *fact = scene_fact(
      scene, format("value/%s", i < TYPED ? typed_values[i].name : raw_items[i - TYPED].layout),
      scene->outcomes[i].status);
  json_put(fact, "key", json_text(key));
  json_put(fact, "op", json_text(op));
  if (says) json_put(fact, "reads_as", json_text(says));
  free(key);
  return fact;
}

/* As it goes into a request. */
static char *value_text(const struct typed *value) {
  if (value->text) return percent(value->text, strlen(value->text));
  char *text = zeroed(LONG + 1, 1);
  memset(text, 'x', LONG);
  return text;
}

static void store(struct scene *scene, size_t i) {
  struct outcome *outcome = &scene->outcomes[i];
  char *text = value_text(&typed_values[i]), *key = keys_text(scene->keys, i);
  char *reply =
      scene_ask(scene, outcome, format("store %s %s %s\n", key, typed_values[i].type, text));
  if (reply && strcmp(reply, "ok"))
    outcome_set(outcome, BROKEN, format("store was answered by: %.80s", reply));
  free(text);
  free(key);
}

/* What a stored value is on the server, and what the client reads there. */
static void read_stored(struct scene *scene, size_t i, int64_t deadline) {
  struct outcome *outcome = &scene->outcomes[i];
  struct item item = {0};
  bool stored = outcome->status == SAME;
  bool found = stored && find_item(scene, i, deadline, &outcome->at, &item);
  if (stored && !found)
    outcome_set(outcome, LOST, copy("the client said ok, and it is on no server"));
  char *said = found ? fetch(scene, i) : NULL;
  char *text = shortened(value_text(&typed_values[i]));
  json_t *fact = value_fact(scene, i, "store", said);
  json_put(fact, "type", json_text(typed_values[i].type));
  json_put(fact, "text", json_text(text));
  if (found) put_item(fact, &item);
  if (outcome->why) json_put(fact, "why", json_text(outcome->why));
  free(item.bytes);
  free(said);
  free(text);
}

static void fetch_raw(struct scene *scene, size_t i) {
  const struct raw *raw = &raw_items[i - TYPED];
  const struct item item = {raw->flags, (uint8_t *)raw->bytes, raw->size};
  char *said = fetch(scene, i);
  json_t *fact = value_fact(scene, i, "fetch", said);
  json_put(fact, "layout", json_text(raw->layout));
  put_item(fact, &item);
  if (scene->outcomes[i].why) json_put(fact, "why", json_text(scene->outcomes[i].why));
  free(said);
}

void value_ask(struct scene *scene) {
  for (size_t i = 0; i < scene->keys->count; i++) scene->outcomes[i].judged = true;
  for (size_t i = 0; i < TYPED; i++) store(scene, i);
  int64_t deadline = clock_ms() + SETTLE_MS;
  for (size_t i = 0; i < TYPED; i++) read_stored(scene, i, deadline);
  for (size_t i = TYPED; i < scene->keys->count; i++) fetch_raw(scene, i);
}
