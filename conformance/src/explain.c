#include "explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where each key goes; asked for once. */
static const size_t *places_of(const struct explainer *explainer, struct view *view) {
  if (view->at) return view->at;
  view->at = zeroed(explainer->keys.count, sizeof *view->at);
  for (size_t i = 0; i < explainer->keys.count; i++)
    view->at[i] = judge_wanted(view->ring, explainer->places, &explainer->keys, i);
  return view->at;
}

static const uint64_t *names_of(const struct explainer *explainer, struct view *view) {
  if (view->sent) return view->sent;
  view->sent = zeroed(explainer->keys.count, sizeof *view->sent);
  for (size_t i = 0; i < explainer->keys.count; i++)
    view->sent[i] = judge_sent(view->ring, &explainer->keys, i);
  return view->sent;
}

bool view_may_rename(const struct view *a, const struct view *b) {
  static const char *const columns[] = {"encode", "route", "prefix", "longest", "long_key"};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
    if (strcmp(view_value(a, columns[i]), view_value(b, columns[i]))) return true;
  return false;
}

static void count_keys(struct explainer *explainer, struct explanation *explanation) {
  struct view *wanted = explanation->wanted->view, *found = explanation->found->view;
  size_t servers = explainer->places->count, *load = zeroed(2 * servers, sizeof *load);
  const size_t *a = places_of(explainer, wanted), *b = places_of(explainer, found);
  bool rename = view_may_rename(wanted, found);
  const uint64_t *as = rename ? names_of(explainer, wanted) : NULL;
  const uint64_t *bs = rename ? names_of(explainer, found) : NULL;
  for (size_t i = 0; i < explainer->keys.count; i++) {
    explanation->only_wanted += a[i] != NOT_PLACED && b[i] == NOT_PLACED;
    explanation->only_found += a[i] == NOT_PLACED && b[i] != NOT_PLACED;
    if (a[i] == NOT_PLACED || b[i] == NOT_PLACED) continue;
    explanation->compared++;
    load[a[i]]++;
    load[servers + b[i]]++;
    bool moved = a[i] != b[i], renamed = !moved && rename && as[i] != bs[i];
    explanation->different += moved;
    explanation->renamed += renamed;
    if ((moved || renamed) && explanation->first == NO_KEY) explanation->first = i;
  }
  double met = 0, all = (double)explanation->compared;
  for (size_t s = 0; s < servers; s++) met += (double)load[s] * (double)load[servers + s];
  explanation->chance = all > 0 ? 1 - met / (all * all) : 0;
  free(load);
}

static void trace(struct explainer *explainer, struct explanation *explanation) {
  size_t i = explanation->first;
  if (i == NO_KEY) return;
  struct outcome outcome = {.status = DIFFERENT, .at = explanation->found->view->at[i]};
  explanation->trace =
      judge_explain(explanation->wanted->view->ring, explanation->found->view->ring,
                    explainer->places, &explainer->keys, i, &outcome);
}

static bool means_something(size_t c, const char *layout) {
  const char *one;
  for (size_t v = 0; (one = polyring_column_layout(c, v)); v++)
    if (!strcmp(one, layout)) return true;
  return false;
}

static int by_effect(const void *a, const void *b) {
  const struct difference *x = a, *y = b;
  if (x->both != y->both) return x->both ? -1 : 1;
  return (x->alone < y->alone) - (x->alone > y->alone);
}

/* The share of the keys that go elsewhere if this column alone is changed. */
static double alone(struct explainer *explainer, const struct view *wanted, const char *column,
                    const char *value) {
  char *why, *name = format("%s,%s=%s", wanted->name, column, value);
  polyring_ring *ring = judge_ring(name, explainer->places, &why);
  size_t both = 0, moved = 0;
  for (size_t i = 0; ring && i < explainer->keys.count; i++) {
    size_t at = judge_wanted(ring, explainer->places, &explainer->keys, i);
    if (at == NOT_PLACED || wanted->at[i] == NOT_PLACED) continue;
    both++;
    moved += at != wanted->at[i];
  }
  polyring_ring_free(ring);
  free(why);
  free(name);
  return both ? (double)moved / (double)both : -1;
}

bool column_is_idle(size_t c) {
  const char *name = polyring_column_name(c);
  return !strcmp(name, "provenance") || !strcmp(name, "next");
}

static void find_differences(struct explainer *explainer, bool each,
                             struct explanation *explanation) {
  struct view *wanted = explanation->wanted->view, *found = explanation->found->view;
  const char *layout = view_value(wanted, "layout"), *other = view_value(found, "layout");
  const char *column;
  for (size_t c = 0; (column = polyring_column_name(c)); c++) {
    const char *a = polyring_profile_value(wanted->row, c);
    const char *b = polyring_profile_value(found->row, c);
    if (!strcmp(a, b) || column_is_idle(c)) continue;
    ROOM(explanation->differences, explanation->count, explanation->capacity);
    struct difference *difference = &explanation->differences[explanation->count++];
    *difference = (struct difference){
        .column = column,
        .consequence = explainer->consequences.texts[c],
        .wanted = a,
        .found = b,
        .both = means_something(c, layout) && means_something(c, other),
        .alone = -1,
    };
    if (each && difference->both && wanted->at)
      difference->alone = alone(explainer, wanted, column, b);
  }
  if (explanation->count)
    qsort(explanation->differences, explanation->count, sizeof *explanation->differences,
          by_effect);
}

/* How many columns of two profiles differ: the fewer, the nearer a cure is beyond this list. */
static size_t distance(const struct view *a, const struct view *b) {
  size_t count = 0;
  for (size_t c = 0; polyring_column_name(c); c++)
    count += strcmp(polyring_profile_value(a->row, c), polyring_profile_value(b->row, c)) != 0;
  return count;
}

static struct view *view_of(struct explainer *explainer, size_t cure) {
  struct view **view = &explainer->cured[cure];
  if (!*view) *view = explainer_view(explainer, explainer->cures.items[cure].profile);
  return *view;
}

const struct cure *cure_for(struct explainer *explainer, const char *client,
                            const struct view *wanted, enum alike *alike) {
  const struct cure *best = NULL;
  size_t nearest = 0;
  *alike = ALIKE_NOT;
  for (size_t i = 0; i < explainer->cures.count; i++) {
    const struct cure *cure = &explainer->cures.items[i];
    if (strcmp(cure->client, client)) continue;
    struct view *view = view_of(explainer, i);
    enum alike now = view_alike(wanted, view);
    if (now == ALIKE_NOT || now < *alike) continue;
    size_t far = distance(wanted, view);
    if (best && now == *alike && far >= nearest) continue;
    *alike = now;
    nearest = far;
    best = cure;
  }
  return best;
}

static void remedy_add(struct explanation *explanation, struct remedy remedy) {
  ROOM(explanation->remedies, explanation->remedy_count, explanation->remedy_capacity);
  explanation->remedies[explanation->remedy_count++] = remedy;
}

/* Lets the clients of one side go where the other one is. */
static void move_one(struct explainer *explainer, enum remedy_kind kind, const struct side *moves,
                     const struct side *stays, struct explanation *explanation) {
  for (size_t i = 0; i < moves->clients.count; i++) {
    struct remedy remedy = {.kind = kind};
    remedy.cure = cure_for(explainer, moves->clients.items[i], stays->view, &remedy.alike);
    if (remedy.cure) remedy_add(explanation, remedy);
  }
}

/* The better of two profiles to meet at: one that agrees further, then one that is a ring, for the
 * fewest keys move when its list changes. */
static bool better(const struct remedy *a, const struct remedy *b, bool ring, bool had_ring) {
  return !b->cure || a->alike > b->alike || (a->alike == b->alike && ring && !had_ring);
}

static void move_both(struct explainer *explainer, const char *found, const char *wanted,
                      struct explanation *explanation) {
  struct remedy best = {.kind = MOVE_BOTH};
  bool had_ring = false;
  for (size_t i = 0; i < explainer->cures.count; i++) {
    const struct cure *cure = &explainer->cures.items[i];
    if (strcmp(cure->client, found)) continue;
    struct view *view = view_of(explainer, i);
    bool ring = !strcmp(view_value(view, "layout"), "ring");
    struct remedy remedy = {.kind = MOVE_BOTH, .cure = cure};
    if (view->ring) remedy.other = cure_for(explainer, wanted, view, &remedy.alike);
    if (!remedy.other || !better(&remedy, &best, ring, had_ring)) continue;
    best = remedy;
    had_ring = ring;
  }
  if (best.cure) remedy_add(explanation, best);
}

static void find_remedies(struct explainer *explainer, struct explanation *explanation) {
  const struct side *wanted = explanation->wanted, *found = explanation->found;
  if (explanation->alike >= ALIKE_TAKEN || !wanted->view->ring || !found->view->ring) return;
  move_one(explainer, MOVE_FOUND, found, wanted, explanation);
  move_one(explainer, MOVE_WANTED, wanted, found, explanation);
  if (explanation->remedy_count) return;
  for (size_t i = 0; i < found->clients.count; i++)
    for (size_t j = 0; j < wanted->clients.count; j++)
      move_both(explainer, found->clients.items[i], wanted->clients.items[j], explanation);
}

void explain(struct explainer *explainer, const struct side *wanted, const struct side *found,
             bool each, struct explanation *explanation) {
  *explanation = (struct explanation){
      .explainer = explainer, .wanted = wanted, .found = found, .first = NO_KEY};
  explanation->alike = view_alike(wanted->view, found->view);
  if (wanted->view->ring && found->view->ring) count_keys(explainer, explanation);
  trace(explainer, explanation);
  find_differences(explainer, each, explanation);
  find_remedies(explainer, explanation);
}

void explanation_done(struct explanation *explanation) {
  free(explanation->differences);
  free(explanation->remedies);
  free(explanation->trace);
}
