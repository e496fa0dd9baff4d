/* Values, and the verbs for many keys and typed values. */
#include <stdlib.h>
#include <string.h>

#include "smoke.h"

#define BIG 100000

static void value_check(struct smoke *smoke, const char *list, enum check check, const char *key,
                        const void *bytes, size_t size) {
  struct smoke_item item = {(const uint8_t *)key, strlen(key), bytes, size};
  if (!smoke_ready(smoke, list)) return;
  if (smoke_set(smoke, check, &item, NULL))
    smoke_ok(
        smoke, check, "%s",
        smoke->own_form ? "HINT: the client stores it in a form of its own, compressed say" : "");
}

static void many_check(struct smoke *smoke, const char *list) {
  static const struct smoke_item items[] = {{(const uint8_t *)"smoke-m1", 8, (const uint8_t *)"one", 3},
                                      {(const uint8_t *)"smoke-m2", 8, (const uint8_t *)"", 0},
                                      {(const uint8_t *)"smoke-m2", 8, (const uint8_t *)"2", 1}};
  const char *wanted = smoke->empties ? "many + - +one" : "many +2 - +one";
  if (!smoke_can(smoke, "many") || !smoke_ready(smoke, list)) return;
  if (!smoke_set(smoke, CHECK_MANY, &items[0], NULL) ||
      !smoke_set(smoke, CHECK_MANY, &items[smoke->empties ? 1 : 2], NULL))
    return;
  char *reply = smoke_ask(smoke, "many smoke-m2 smoke-nobody smoke-m1"), *why;
  if (!reply)
    smoke_broke(smoke, CHECK_MANY);
  else if (!strcmp(reply, wanted))
    smoke_ok(smoke, CHECK_MANY, "%s", "");
  else if ((why = reply_is(reply, "skip")))
    smoke_skip(smoke, CHECK_MANY, "the adapter: %s", why);
  else
    smoke_not(smoke, CHECK_MANY, reply_is(reply, "many") ? EXIT_DIFFERS : EXIT_BROKEN, NULL,
              "it should be: %s", wanted);
}

static void store_check(struct smoke *smoke, const char *list) {
  char *why, *reply;
  if (!smoke_can(smoke, "store") || !smoke_ready(smoke, list)) return;
  reply = smoke_ask(smoke, "store smoke-typed text caf%%C3%%A9");
  bool stored = reply && !strcmp(reply, "ok");
  if (stored && !smoke_can(smoke, "fetch")) {
    smoke_ok(smoke, CHECK_STORE, "there is no fetch");
    return;
  }
  if (stored) reply = smoke_ask(smoke, "fetch smoke-typed");
  if (!reply)
    smoke_broke(smoke, CHECK_STORE);
  else if ((why = reply_is(reply, "skip")))
    smoke_skip(smoke, CHECK_STORE, "the adapter: %s", why);
  else if (stored && (!strcmp(reply, "typed text caf%C3%A9") ||
                      !strcmp(reply, "typed bytes caf%C3%A9"))) /* one type for both */
    smoke_ok(smoke, CHECK_STORE, "%s", "");
  else if (stored && reply_is(reply, "typed")) /* some clients do, Cache::Memcached::Fast for one */
    smoke_ok(smoke, CHECK_STORE, "HINT: typed text caf%%C3%%A9 was stored, and %s was read", reply);
  else
    smoke_not(smoke, CHECK_STORE, EXIT_DIFFERS, NULL, "it should be: %s",
              stored ? "typed text caf%C3%A9" : "ok");
}

void smoke_values(struct smoke *smoke) {
  char *list = smoke_words(smoke, 0, 3);
  if (smoke->landing) {
    uint8_t *big = grow(NULL, BIG, 1);
    uint32_t state = 1; /* bytes that hardly compress, and none that an earlier check is about */
    for (size_t i = 0; i < BIG; i++) {
      state = state * 1664525 + 1013904223;
      big[i] = (uint8_t)(state >> 24);
      if (big[i] < 0x20) big[i] |= 0x20;
    }
    size_t good = smoke->counts[VERDICT_OK];
    value_check(smoke, list, CHECK_VALUE_EMPTY, "smoke-v0", "", 0);
    smoke->empties = smoke->counts[VERDICT_OK] > good;
    value_check(smoke, list, CHECK_VALUE_LINES, "smoke-v1", "a\r\nb\nEND\r\n", 10);
    value_check(smoke, list, CHECK_VALUE_ZERO, "smoke-v2", "a\0b\0", 4);
    value_check(smoke, list, CHECK_VALUE_BIG, "smoke-v3", big, BIG);
    many_check(smoke, list);
    store_check(smoke, list);
    free(big);
  }
  free(list);
}
