/* Keys: where they lie, and under which bytes. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "polyring/bytes.h"
#include "polyring/polyring.h"
#include "sent.h"
#include "smoke.h"

#define LOCATED 24 /* keys that are both set and located */

/* The bytes that the profile sends for a key; the key itself, as much as can be sent, where none
 * is known. False if nothing can be sent. */
static bool sent_by(const struct smoke *smoke, const struct smoke_item *item, struct sent *sent) {
  const char *profile = smoke->client->profile;
  polyring_ring *ring = NULL;
  if (profile)
    polyring_ring_new(NULL, profile, strlen(profile), smoke->list, strlen(smoke->list), &ring,
                      NULL);
  sent_key(ring, item->key, item->size, sent);
  bool known = ring && sent->accepted;
  polyring_ring_free(ring);
  if (known) return true;
  if (sent->size > POLYRING_KEY_MAX) sent->size = POLYRING_KEY_MAX;
  return item->size > 0 && item->size <= POLYRING_KEY_MAX;
}

static bool same(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size) {
  return a_size == b_size && !memcmp(a, b, a_size);
}

/* What an adapter that is wrong about percent-encoding or text makes of a key. */
static const char *altered_cure(const struct smoke_item *item, const struct look *look) {
  char *encoded = percent(item->key, item->size);
  uint8_t text[256], decoded[256];
  size_t size = 0;
  for (size_t i = 0; i < item->size && size < sizeof text - 2; i++) {
    if (item->key[i] >= 0x80) text[size++] = (uint8_t)(0xC0 | item->key[i] >> 6);
    text[size++] = item->key[i] < 0x80 ? item->key[i] : (uint8_t)(0x80 | (item->key[i] & 0x3F));
  }
  const char *cure = NULL;
  size_t twice =
      item->size <= sizeof decoded
          ? polyring_percent_decode((const char *)item->key, item->size, (char *)decoded, NULL)
          : POLYRING_NOWHERE;
  if (same(look->stray, look->stray_size, (uint8_t *)encoded, strlen(encoded)))
    cure =
        "decode %XX: the key lies there as the request spells it (a client that encodes keys "
        "itself needs --profile)";
  else if (same(look->stray, look->stray_size, text, size))
    cure =
        "the bytes were taken for Latin-1 text and sent as UTF-8: hand bytes over, or decode "
        "them as UTF-8";
  else if (twice != POLYRING_NOWHERE && same(look->stray, look->stray_size, decoded, twice))
    cure = "decode %XX once: the key was decoded twice";
  else if (look->stray_size < item->size && !memcmp(look->stray, item->key, look->stray_size))
    cure = "the key was cut: do not shorten it, and answer no for what the client refuses";
  free(encoded);
  return cure ? cure
              : "hand the key over as it is (a client that changes keys itself, a prefix say, "
                "needs --profile)";
}

static void value_wrong(struct smoke *smoke, enum check check, const struct smoke_item *item,
                        const uint8_t *value, size_t size) {
  size_t alike = 0;
  while (value && alike < size && alike < item->value_size && value[alike] == item->value[alike])
    alike++;
  smoke_not(smoke, check, EXIT_DIFFERS, NULL,
            "the value on the server has %zu bytes, not %zu, and differs from byte %zu on", size,
            item->value_size, alike);
}

/* What lies on the servers after a set that was answered by ok. */
static bool landed(struct smoke *smoke, enum check check, const struct smoke_item *item, size_t *at) {
  struct sent sent;
  struct look look;
  bool sendable = sent_by(smoke, item, &sent);
  smoke_settle(smoke, sent.bytes, sent.size, &look);
  if (!sendable && !look.count && look.stray_at != NO_KEY) {
    char *stray = percent(look.stray, look.stray_size);
    smoke_ok(smoke, check,
             "HINT: it is not refused, but lies there as %s: does the client do that?", stray);
    free(stray);
  } else if (!sendable && !look.count) {
    smoke_not(smoke, check, EXIT_DIFFERS, NULL,
              "the adapter says ok, and nothing lies on any server");
  } else if (!sendable) {
    smoke_not(smoke, check, EXIT_DIFFERS, altered_cure(item, &look),
              "the adapter says ok, and the first %u bytes of the key lie there",
              (unsigned)sent.size);
  } else if (!look.count && look.stray_at == NO_KEY) {
    smoke_not(smoke, check, EXIT_DIFFERS, NULL, "the adapter says ok, and the key is on no server");
  } else if (!look.count) {
    char *stray = percent(look.stray, look.stray_size);
    smoke_not(smoke, check, EXIT_DIFFERS, altered_cure(item, &look), "it lies there as %s", stray);
    free(stray);
  } else if (look.count > 1) {
    smoke_not(smoke, check, EXIT_DIFFERS, "store each key once, on the server of its own",
              "it lies on %zu servers", look.count);
  } else {
    size_t size = 0;
    uint8_t *value = smoke_value(smoke, look.at, sent.bytes, sent.size, &size);
    smoke->own_form = !value || !same(value, size, item->value, item->value_size);
    bool right = value && (!smoke->own_form || (smoke->gets && check >= CHECK_VALUE_EMPTY));
    if (!right) value_wrong(smoke, check, item, value, value ? size : 0);
    free(value);
    if (at) *at = look.at;
    return right;
  }
  return false;
}

static const char *value_cure(const char *reply, const char *wanted) {
  if (!strcasecmp(reply, wanted)) return "write the hexadecimal digits in upper case";
  if (strchr(reply, '+') && !strchr(wanted, '+'))
    return "write a blank as %20: what is made for web forms makes a plus sign of it";
  if (strchr(reply, ' ')) return "percent-encode the value: a blank separates words";
  return NULL;
}

/* Gets what was set. */
static bool got_back(struct smoke *smoke, enum check check, const char *key,
                     const struct smoke_item *item) {
  char *reply = smoke_ask(smoke, "get %s", key), *value = reply ? reply_is(reply, "value") : NULL;
  char *wanted = percent(item->value, item->value_size);
  bool right = value && !strcmp(value, wanted);
  if (!reply)
    smoke_broke(smoke, check);
  else if (!strcmp(reply, "miss"))
    smoke_not(smoke, check, EXIT_DIFFERS, "let get place and spell the key as set does",
              "the server has the key, and get says miss");
  else if (value && !right)
    smoke_not(smoke, check, EXIT_DIFFERS, value_cure(value, wanted),
              "the value that came back has %zu characters in percent-encoding, not %zu: it should "
              "be %.80s",
              strlen(value), strlen(wanted), wanted);
  else if (!right && !reply_is(reply, "no") && !reply_is(reply, "skip"))
    smoke_strange(smoke, check, reply);
  else if (!right)
    smoke_not(smoke, check, EXIT_DIFFERS, NULL, "the server has the key, and get declines");
  free(wanted);
  return right;
}

/* Odd keys and values are those of the client to refuse. */
static bool may_refuse(enum check check) {
  return (check >= CHECK_ENCODING && check < CHECK_BLANK) ||
         (check >= CHECK_VALUE_EMPTY && check <= CHECK_VALUE_BIG);
}

bool smoke_set(struct smoke *smoke, enum check check, const struct smoke_item *item, size_t *at) {
  char *key = percent(item->key, item->size), *value = percent(item->value, item->value_size), *why;
  char *reply = smoke_ask(smoke, *value ? "set %s %s" : "set %s%s", key, value);
  bool right = false;
  if (!reply)
    smoke_broke(smoke, check);
  else if (!strcmp(reply, "ok"))
    right = landed(smoke, check, item, at) && (!smoke->gets || got_back(smoke, check, key, item));
  else if (!may_refuse(check) && (reply_is(reply, "no") || reply_is(reply, "skip")))
    smoke_not(smoke, check, EXIT_DIFFERS,
              "set reaches the server at the address and port that the list gives; what the client "
              "cannot do is for servers to skip, or for hello not to name",
              "the key is plain, and the servers run: %s", smoke->list);
  else if ((why = reply_is(reply, "no")))
    smoke_skip(smoke, check, "the client refuses it: %s", why);
  else if ((why = reply_is(reply, "skip")))
    smoke_skip(smoke, check, "the adapter: %s", why);
  else
    smoke_strange(smoke, check, reply);
  free(key);
  free(value);
  return right;
}

void smoke_places(struct smoke *smoke) {
  char *path = format("/tmp/polyring-smoke-%d.sock", (int)getpid());
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool has_v6 = fd >= 0 && bind(fd, (struct sockaddr *)&v6, sizeof v6) == 0;
  if (fd >= 0) close(fd);
  char *text = format(
      "127.77.8.1:21231 127.77.8.2:21232 127.77.8.3:21233 127.77.8.4 127.77.8.5 "
      "unix:%s smoke1.example/127.77.8.6:21236%s",
      path, has_v6 ? " [::1]:21237" : "");
  char *why = places_read(text, &smoke->places);
  if (why) fail(EXIT_ENVIRONMENT, "%s", why);
  free(text);
  free(path);
}

static void plain_set(struct smoke *smoke) {
  static const struct smoke_item item = {(const uint8_t *)"smoke-plain", 11, (const uint8_t *)"a b~C.d",
                                   7};
  size_t at;
  if (!smoke_set(smoke, CHECK_SET, &item, &at)) {
    smoke_stop(smoke, "set does not work");
    return;
  }
  smoke_ok(smoke, CHECK_SET, "it lies on %s", smoke->places.items[at].word);
  if (!smoke_can(smoke, "get")) return;
  if (got_back(smoke, CHECK_GET, "smoke-plain", &item)) {
    smoke->gets = true;
    smoke_ok(smoke, CHECK_GET, "%s", "");
  }
}

static void miss(struct smoke *smoke, const char *list) {
  if (!smoke->gets || !smoke_ready(smoke, list)) return;
  char *reply = smoke_ask(smoke, "get smoke-nobody");
  if (!reply)
    smoke_broke(smoke, CHECK_MISS);
  else if (strcmp(reply, "miss"))
    smoke_not(smoke, CHECK_MISS, EXIT_DIFFERS, NULL, "nobody has set that key");
  else
    smoke_ok(smoke, CHECK_MISS, "%s", "");
}

bool smoke_locate(struct smoke *smoke, const char *key, size_t *at, char **reply) {
  uint64_t index;
  *reply = smoke_ask(smoke, "locate %s", key);
  char *rest = *reply ? reply_is(*reply, "at") : NULL;
  size_t count = 1;
  for (const char *c = smoke->list; *c; c++) count += *c == ' ';
  if (!rest) return false;
  char *word = format("%.*s", (int)strcspn(rest, " "), rest);
  bool good = number_read(word, count - 1, &index);
  free(word);
  *at = (size_t)index;
  return good;
}

/* A reply to locate that names no place, for a plain key. */
static void located_badly(struct smoke *smoke, char *reply) {
  char *at = reply ? reply_is(reply, "at") : NULL, *skip;
  if (!reply)
    smoke_broke(smoke, CHECK_LOCATE);
  else if (at && strspn(at, "0123456789") == strlen(at) && *at)
    smoke_not(smoke, CHECK_LOCATE, EXIT_BROKEN, "count the servers from 0",
              "the list has three servers: INDEX is 0, 1 or 2");
  else if (at)
    smoke_not(smoke, CHECK_LOCATE, EXIT_BROKEN,
              "print the place in the list, not the server's name", "INDEX is a number");
  else if ((skip = reply_is(reply, "skip")))
    smoke_skip(smoke, CHECK_LOCATE, "the adapter: %s", skip);
  else if (reply_is(reply, "no"))
    smoke_not(smoke, CHECK_LOCATE, EXIT_DIFFERS,
              "let hello name locate only if the client can tell without the network",
              "hello names locate, and the key is plain");
  else
    smoke_strange(smoke, CHECK_LOCATE, reply);
}

static void locate(struct smoke *smoke, const char *list) {
  size_t same_at = 0, shifted = 0, at, landed_at;
  char first[32] = "", *reply;
  if (!smoke_can(smoke, "locate") || !smoke_ready(smoke, list)) return;
  for (int i = 0; i < LOCATED; i++) {
    char key[32];
    struct smoke_item item = {(uint8_t *)key, (size_t)sprintf(key, "smoke-at-%d", i), (uint8_t *)"x", 1};
    if (smoke->landing && !smoke_set(smoke, CHECK_LOCATE, &item, &landed_at)) return;
    if (!smoke_locate(smoke, key, &at, &reply)) {
      located_badly(smoke, reply);
      return;
    }
    if (!smoke->landing || at == landed_at)
      same_at++;
    else if (!*first)
      sprintf(first, "%s", key);
    shifted += smoke->landing && at == (landed_at + 1) % 3;
  }
  smoke->locates = same_at == LOCATED;
  if (smoke->locates)
    smoke_ok(smoke, CHECK_LOCATE,
             smoke->landing ? "%d of %d keys"
                            : "%d keys have a place, nothing "
                              "is set: whether they go there is not known",
             LOCATED, LOCATED);
  else
    smoke_not(smoke, CHECK_LOCATE, EXIT_DIFFERS,
              shifted == LOCATED ? "count the servers from 0" : NULL,
              "%zu of %d keys lie where locate says; the first one that does not is %s", same_at,
              LOCATED, first);
}

/* What locate says to a key that set has refused, or has put on a server. */
static void alike(struct smoke *smoke, const char *list, const char *key, size_t at) {
  size_t where;
  char *reply;
  if (!smoke->locates || smoke->reported[CHECK_ALIKE] || !smoke_ready(smoke, list)) return;
  bool located = smoke_locate(smoke, key, &where, &reply);
  if (!reply)
    smoke_broke(smoke, CHECK_ALIKE);
  else if (located && at != NO_KEY && where != at)
    smoke_not(smoke, CHECK_ALIKE, EXIT_DIFFERS, NULL, "the key lies on server %zu", at);
  else if (located && at == NO_KEY)
    smoke_ok(smoke, CHECK_ALIKE, "HINT: locate has a place for a key that set refuses: %.60s",
             *key ? key : "the empty one");
}

/* A key that set may store or refuse. False if it is wrong about it. */
static bool odd_key(struct smoke *smoke, const char *list, enum check check, const char *bytes,
                    size_t size) {
  struct smoke_item item = {(const uint8_t *)bytes, size, (const uint8_t *)"odd", 3};
  size_t at = NO_KEY, wrong = smoke->counts[VERDICT_NOT];
  if (!smoke->landing || !smoke_ready(smoke, list)) return true;
  bool stored = smoke_set(smoke, check, &item, &at);
  if (stored) smoke_ok(smoke, check, "%s", "");
  if (wrong != smoke->counts[VERDICT_NOT]) return false;
  char *key = percent(bytes, size);
  if (stored || (smoke->got && reply_is(smoke->got, "no"))) alike(smoke, list, key, at);
  free(key);
  return true;
}

/* A key that no server takes. */
static void refused_key(struct smoke *smoke, const char *list, enum check check, const char *key) {
  struct smoke_item item = {(const uint8_t *)key, strlen(key), (const uint8_t *)"odd", 3};
  if (!smoke->landing || !smoke_ready(smoke, list)) return;
  char *reply = smoke_ask(smoke, "set %s odd", key), *why;
  if (!reply) {
    smoke_broke(smoke, check);
  } else if ((why = reply_is(reply, "no"))) {
    smoke_ok(smoke, check, "the client: %s", why);
    alike(smoke, list, key, NO_KEY);
  } else if ((why = reply_is(reply, "skip"))) {
    smoke_skip(smoke, check, "the adapter: %s", why);
  } else if (strcmp(reply, "ok")) {
    smoke_strange(smoke, check, reply);
  } else if (landed(smoke, check, &item, NULL)) {
    smoke_ok(smoke, check, "the profile sends it under other bytes");
  }
}

/* What becomes of plain keys after one that cannot be sent; no more than a hint, since some
 * clients read the server's complaint as the answer to what comes next. */
static void blank_key(struct smoke *smoke, const char *list) {
  struct look look;
  if (!smoke->landing || !smoke_ready(smoke, list)) return;
  char *reply = smoke_ask(smoke, "set smoke%%20blank odd");
  if (reply && strcmp(reply, "ok") && !reply_is(reply, "no") && !reply_is(reply, "skip"))
    smoke_strange(smoke, CHECK_BLANK, reply);
  if (reply && !strcmp(reply, "ok")) /* whatever it has put there is no part of what comes next */
    smoke_settle(smoke, (const uint8_t *)"smoke", 5, &look);
  for (int i = 0; i < 4 && reply && !smoke->reported[CHECK_BLANK]; i++) {
    bool get = i % 2 && smoke->gets;
    reply = get ? smoke_ask(smoke, "get smoke-after-%d", i - 1)
                : smoke_ask(smoke, "set smoke-after-%d odd", i);
    if (reply && strcmp(reply, get ? "value odd" : "ok"))
      smoke_ok(smoke, CHECK_BLANK, "HINT: %s was answered by %s; %s", smoke->sent, smoke->got,
               "where the client sends such keys, let the adapter refuse them");
  }
  if (!reply) smoke_broke(smoke, CHECK_BLANK);
  smoke_ok(smoke, CHECK_BLANK, "%s", "");
  smoke_close(smoke);
}

/* One fault is told once: what follows from it is skipped. */
static void odd_keys(struct smoke *smoke, const char *list) {
  static const char why[] = "keys are not handed over as they are";
  char longest[252];
  memset(longest, 'k', 251);
  longest[251] = 0;
  bool good = odd_key(smoke, list, CHECK_ENCODING, "smoke%25/100", 12) &&
              odd_key(smoke, list, CHECK_PLUS, "smoke+plus", 10) &&
              odd_key(smoke, list, CHECK_UTF8, "smoke\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80", 14) &&
              odd_key(smoke, list, CHECK_RAW, "smoke\x80\xFF\xFE\xC3", 9);
  for (enum check check = CHECK_PLUS; !good && check <= CHECK_RAW; check++)
    smoke_skip(smoke, check, "%s", why);
  good = odd_key(smoke, list, CHECK_LONG, longest + 1, 250);
  memset(longest, 'l', 251); /* what a client cuts off it must not be there already */
  if (good)
    refused_key(smoke, list, CHECK_TOO_LONG, longest);
  else
    smoke_skip(smoke, CHECK_TOO_LONG, "%s", why);
  refused_key(smoke, list, CHECK_EMPTY, "");
  if (smoke->landing && smoke->locates) smoke_ok(smoke, CHECK_ALIKE, "%s", "");
}

void smoke_keys(struct smoke *smoke) {
  char *list = smoke_words(smoke, 0, 3);
  if (smoke_can(smoke, "set")) {
    fleet_start(&smoke->fleet, &smoke->places, 1000);
    smoke->landing = true;
    if (smoke_ready(smoke, list)) plain_set(smoke);
    miss(smoke, list);
  }
  locate(smoke, list);
  odd_keys(smoke, list);
  blank_key(smoke, list);
  free(list);
}
