/* The forms of a list of servers, and what is left of the one before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smoke.h"

#define SPREAD 120 /* keys that show whether weights matter */

/* Sets a key, or asks for it: its place. False after a verdict, or if it was refused. */
static bool place_key(struct smoke *smoke, enum check check, const char *key, size_t first,
                      size_t *at) {
  struct smoke_item item = {(const uint8_t *)key, strlen(key), (const uint8_t *)"x", 1};
  char *reply;
  if (smoke->landing) return smoke_set(smoke, check, &item, at);
  if (smoke_locate(smoke, key, at, &reply)) {
    *at += first;
    return true;
  }
  if (!reply)
    smoke_broke(smoke, check);
  else
    smoke_not(smoke, check, EXIT_DIFFERS, NULL, "the key has no place in this list");
  return false;
}

/* Whether keys go to the servers of the list alone, which are count of ours from first on. */
static bool stays_inside(struct smoke *smoke, enum check check, size_t first, size_t count) {
  for (int i = 0; i < 12; i++) {
    char key[40];
    size_t at;
    snprintf(key, sizeof key, "smoke-list-%zu", smoke->lists++);
    if (!place_key(smoke, check, key, first, &at)) return false;
    if (at >= first && at < first + count) continue;
    smoke_not(smoke, check, EXIT_DIFFERS, NULL, "%s went to %s, which is not in the list: %s", key,
              smoke->places.items[at].word, smoke->list);
    return false;
  }
  return true;
}

static void forgets(struct smoke *smoke) {
  char *first = smoke_words(smoke, 0, 2), *second = smoke_words(smoke, 2, 1);
  if (smoke_ready(smoke, first) && stays_inside(smoke, CHECK_FORGETS, 0, 2) &&
      smoke_list(smoke, CHECK_FORGETS, second) && stays_inside(smoke, CHECK_FORGETS, 2, 1)) {
    smoke_ok(smoke, CHECK_FORGETS, "%s", "");
    smoke->forgets = true;
  }
  free(first);
  free(second);
}

/* Makes sure that an adapter runs, whatever list it has. */
static bool up(struct smoke *smoke) {
  char *list = smoke_words(smoke, 0, 3);
  bool ready =
      !smoke->over && ((smoke->open && !smoke->adapter.broken) || smoke_ready(smoke, list));
  free(list);
  return ready;
}

static void form(struct smoke *smoke, enum check check, size_t first, size_t count) {
  if (first == NO_KEY) {
    smoke_skip(smoke, check, "this machine has none");
    return;
  }
  if (!up(smoke)) return;
  char *list = smoke_words(smoke, first, count);
  if (smoke_list(smoke, check, list) && stays_inside(smoke, check, first, count))
    smoke_ok(smoke, check, "%s", "");
  free(list);
}

/* The share of keys that go to the last of three servers; negative after a verdict. */
static double last_share(struct smoke *smoke, const char *weights) {
  size_t at, there = 0;
  char *list =
      format("%s:%c %s:%c %s:%c", smoke->places.items[0].word, weights[0],
             smoke->places.items[1].word, weights[1], smoke->places.items[2].word, weights[2]);
  bool good = smoke_list(smoke, CHECK_WEIGHTS, list);
  for (int i = 0; i < SPREAD && good; i++) {
    char key[40];
    snprintf(key, sizeof key, "smoke-weight-%s-%d", weights, i);
    good = place_key(smoke, CHECK_WEIGHTS, key, 0, &at);
    there += at == 2;
  }
  free(list);
  return good ? (double)there / SPREAD : -1;
}

static void weights(struct smoke *smoke) {
  if (!up(smoke)) return;
  double light = last_share(smoke, "991"), heavy = light < 0 ? -1 : last_share(smoke, "119");
  if (heavy < 0) return;
  if (heavy - light > 0.2)
    smoke_ok(smoke, CHECK_WEIGHTS, "weight 1 of 19 gets %.0f %% of the keys, 9 of 11 %.0f %%",
             100 * light, 100 * heavy);
  else
    smoke_ok(smoke, CHECK_WEIGHTS,
             "HINT: they change nothing (%.0f %% and %.0f %% of the keys): if the client ignores "
             "them, well; if the adapter drops them, it should say skip",
             100 * light, 100 * heavy);
}

static void names(struct smoke *smoke) {
  if (!up(smoke)) return;
  char *list = format("smoke=%s", smoke->places.items[0].word);
  if (smoke_list(smoke, CHECK_NAMES, list) && stays_inside(smoke, CHECK_NAMES, 0, 1))
    smoke_ok(smoke, CHECK_NAMES, "%s", "");
  free(list);
}

/* Last, with an /etc/hosts of its own. */
static void host_names(struct smoke *smoke) {
  size_t at = smoke_place(smoke, "smoke1.example");
  char *text = places_hosts(&smoke->places), *hosts = process_file(text), *why = NULL;
  if (!hosts) {
    smoke_skip(smoke, CHECK_HOSTS, "there can be no temporary file");
  } else if (!smoke_open(smoke, hosts, &why)) {
    if (why)
      smoke_skip(smoke, CHECK_HOSTS, "%s", why);
    else
      smoke_broke(smoke, CHECK_HOSTS);
  } else {
    char *list = smoke_words(smoke, at, 1);
    if (smoke_list(smoke, CHECK_HOSTS, list) && stays_inside(smoke, CHECK_HOSTS, at, 1))
      smoke_ok(smoke, CHECK_HOSTS, "%s", "");
    free(list);
  }
  free(why);
  free(text);
  process_file_done(hosts);
}

void smoke_lists(struct smoke *smoke) {
  forgets(smoke);
  if (smoke->forgets) {
    form(smoke, CHECK_PORTS, smoke_place(smoke, "127.77.8.4"), 2);
    weights(smoke);
    names(smoke);
    form(smoke, CHECK_IPV6, smoke_place(smoke, "[::1]"), 1);
    form(smoke, CHECK_PATHS, smoke_place(smoke, "unix:"), 1);
  }
  for (enum check check = CHECK_PORTS; !smoke->forgets && check <= CHECK_PATHS; check++)
    smoke_skip(smoke, check, "servers does not make a new client");
  if (up(smoke)) smoke_end_of_input(smoke);
  if (!smoke->over) host_names(smoke);
}
