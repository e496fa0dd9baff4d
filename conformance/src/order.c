#include "order.h"

#include <stdio.h>
#include <stdlib.h>

#include "json.h"
#include "judge.h"

static const char *const order_names[] = {"given", "reversed", "rotated"};
enum { ORDERS = 3 };

/* The place of the given list that stands at i in another order. */
static size_t given_index(int order, size_t i, size_t count) {
  return order == 1 ? count - 1 - i : order == 2 ? (i + 1) % count : i;
}

static size_t given(int order, const struct places *places, size_t i) {
  return places->items[given_index(order, i, places->count)].same_as;
}

/* The list in another order. */
static void reorder(int order, const struct places *places, struct places *other) {
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  for (size_t i = 0; i < places->count; i++)
    fprintf(file, "%s%s", i ? " " : "", places->items[given_index(order, i, places->count)].word);
  fclose(file);
  char *why = places_read(text, other);
  if (why) fail(EXIT_USAGE, "%s: %s", text, why);
  free(text);
}

/* Where the client and the profile have each key, in indexes of the given list. */
struct ordered {
  size_t *at, *wanted;
  size_t moved, wanted_moved;
};

static void judge_order(int order, const struct places *places, const struct places *other,
                        const polyring_ring *ring, const struct keys *keys,
                        const struct observation *one, struct ordered *ordered,
                        struct observation *seen) {
  for (size_t i = 0; i < keys->count; i++) {
    const struct outcome *outcome = &one->outcomes[i];
    struct outcome *whole = &seen->outcomes[i];
    size_t wanted = judge_wanted(ring, other, keys, i);
    bool placed = outcome->status == SAME;
    size_t at = placed ? given(order, places, outcome->at) : NOT_PLACED;
    if (wanted != NOT_PLACED) wanted = given(order, places, wanted);
    if (order == 0) {
      ordered->at[i] = at;
      ordered->wanted[i] = wanted;
    }
    if (placed && ordered->at[i] != NOT_PLACED && at != ordered->at[i]) ordered->moved++;
    if (wanted != ordered->wanted[i]) ordered->wanted_moved++;
    if (whole->status != SAME) continue; /* the first order that shows something is told */
    bool right = placed && judge_right(ring, other, keys, i, outcome->at);
    if (order && right) continue;
    *whole = (struct outcome){.status = placed && !right ? DIFFERENT : outcome->status,
                              .at = at,
                              .judged = true,
                              .has_wanted = wanted != NOT_PLACED,
                              .wanted = right ? at : wanted};
    if (placed && !right)
      whole->why = format("%s: on server %zu of the list as it was given, wanted on %zd",
                          order_names[order], at, (ssize_t)wanted);
    else if (outcome->why)
      whole->why = format("%s: %s", order_names[order], outcome->why);
  }
}

static void add_fact(struct observation *seen, int order, size_t keys,
                     const struct ordered *ordered) {
  json_t *fact = json_object();
  bool same = (ordered->moved > 0) == (ordered->wanted_moved > 0);
  char *id = format("order/%s", order_names[order]);
  json_put(fact, "id", json_text(id));
  json_put(fact, "status", json_text(status_name(same ? SAME : DIFFERENT, true)));
  json_put(fact, "op", json_text("order"));
  json_put(fact, "phase", json_text(order_names[order]));
  json_put(fact, "keys", json_integer((json_int_t)keys));
  json_put(fact, "moved", json_integer((json_int_t)ordered->moved));
  json_put(fact, "moved_wanted", json_integer((json_int_t)ordered->wanted_moved));
  if (!seen->facts) seen->facts = json_array();
  json_array_append_new(seen->facts, fact);
  free(id);
}

/* One order. False if Polyring refuses it; every key says why. */
static bool observe_order(int order, const struct observer *observer, const struct client *client,
                          const struct places *places, const struct keys *keys,
                          struct ordered *ordered, struct observation *seen) {
  struct observer in_auto = *observer;
  struct observation one;
  struct places other;
  char *why;
  in_auto.mode = MODE_AUTO;
  reorder(order, places, &other);
  polyring_ring *ring = judge_ring(client->profile, &other, &why);
  if (ring) {
    observe(&in_auto, client, &other, keys, &one);
    judge_order(order, places, &other, ring, keys, &one, ordered, seen);
    if (order) add_fact(seen, order, keys->count, ordered);
    seen->missing = one.missing;
    hello_done(&seen->hello);
    seen->hello = one.hello;
    one.hello = (struct hello){0};
    observation_done(&one);
  } else {
    for (size_t i = 0; i < keys->count; i++) {
      free(seen->outcomes[i].why);
      seen->outcomes[i] = (struct outcome){
          .status = SKIPPED, .judged = true, .why = format("Polyring refuses the list: %s", why)};
    }
  }
  bool done = ring != NULL;
  polyring_ring_free(ring);
  places_done(&other);
  free(why);
  return done;
}

void order_observe(const struct observer *observer, const struct client *client,
                   const struct places *places, const struct keys *keys, struct observation *seen) {
  struct ordered ordered = {grow(NULL, keys->count, sizeof *ordered.at),
                            grow(NULL, keys->count, sizeof *ordered.wanted), 0, 0};
  size_t moved = 0, wanted_moved = 0;
  int order = 0;
  for (; order < ORDERS; order++) {
    ordered.moved = ordered.wanted_moved = 0;
    if (!observe_order(order, observer, client, places, keys, &ordered, seen)) break;
    if (seen->missing) break;
    if (ordered.moved > moved) moved = ordered.moved;
    if (ordered.wanted_moved > wanted_moved) wanted_moved = ordered.wanted_moved;
  }
  if (order == ORDERS)
    seen->note =
        format("placement %s the order of the list (%zu of %zu keys move); by the profile it %s",
               moved ? "depends on" : "does not depend on", moved, keys->count,
               wanted_moved ? "does" : "does not");
  free(ordered.at);
  free(ordered.wanted);
}
