#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "vector.h"

const char *view_value(const struct view *view, const char *column) {
  for (size_t c = 0; polyring_column_name(c); c++)
    if (!strcmp(polyring_column_name(c), column)) return polyring_profile_value(view->row, c);
  return "";
}

/* The fingerprint of the same profile where it takes as many keys as it can. */
static void taken_set(struct view *view, const struct places *places) {
  const char *text = strcmp(view_value(view, "text"), "bytes") ? "" : ",text=utf8";
  char *why, *name = format("%s,refuse=,longest=250,long_key=refused%s", view->name, text);
  polyring_ring *ring = judge_ring(name, places, &why);
  if (!ring || polyring_ring_fingerprint(ring, view->taken) < 0)
    memcpy(view->taken, view->fingerprint, sizeof view->taken);
  polyring_ring_free(ring);
  free(why);
  free(name);
}

struct view *explainer_view(struct explainer *explainer, const char *profile) {
  polyring_profile *row;
  if (polyring_profile_new(NULL, profile, strlen(profile), &row, NULL) < 0) return NULL;
  const char *name = polyring_profile_name(row);
  for (size_t i = 0; i < explainer->count; i++)
    if (!strcmp(explainer->views[i]->name, name)) {
      polyring_profile_free(row);
      return explainer->views[i];
    }
  struct view *view = zeroed(1, sizeof *view);
  ROOM(explainer->views, explainer->count, explainer->capacity);
  explainer->views[explainer->count++] = view;
  view->name = copy(name);
  view->row = row;
  view->ring = judge_ring(name, explainer->places, &view->refusal);
  if (!view->ring) return view;
  if (polyring_ring_fingerprint(view->ring, view->fingerprint) < 0)
    fail(EXIT_ENVIRONMENT, "out of memory");
  taken_set(view, explainer->places);
  return view;
}

static void view_done(struct view *view) {
  polyring_profile_free(view->row);
  polyring_ring_free(view->ring);
  free(view->name);
  free(view->refusal);
  free(view->at);
  free(view->sent);
  free(view);
}

void explainer_start(struct explainer *explainer, const struct places *places, const char *cures,
                     const char *consequences) {
  *explainer = (struct explainer){.places = places};
  cures_read(&explainer->cures, cures);
  consequences_read(&explainer->consequences, consequences);
  explainer->cured = zeroed(explainer->cures.count, sizeof *explainer->cured);
  keys_add_mixed(&explainer->keys, EXPLAIN_KEYS, 1, false);
}

void explainer_done(struct explainer *explainer) {
  for (size_t i = 0; i < explainer->count; i++) view_done(explainer->views[i]);
  free(explainer->views);
  free(explainer->cured);
  keys_done(&explainer->keys);
  cures_done(&explainer->cures);
  consequences_done(&explainer->consequences);
}

static bool equal(const struct view *a, const struct view *b, const char *column) {
  return !strcmp(view_value(a, column), view_value(b, column));
}

enum alike view_alike(const struct view *a, const struct view *b) {
  if (a == b) return ALIKE_NAME;
  if (!a->ring || !b->ring) return ALIKE_NOT;
  if (!strcmp(a->fingerprint, b->fingerprint)) return ALIKE_LIST;
  if (strcmp(a->taken, b->taken)) return ALIKE_NOT;
  /* What each makes of a key that is too long was left out; it is no matter if one refuses it. */
  bool refused = !strcmp(view_value(a, "long_key"), "refused") ||
                 !strcmp(view_value(b, "long_key"), "refused");
  bool same = equal(a, b, "long_key") && equal(a, b, "longest") && equal(a, b, "from");
  return refused || same ? ALIKE_TAKEN : ALIKE_NOT;
}

const char *alike_name(enum alike alike) {
  static const char *const names[] = {"no", "taken", "list", "profile"};
  return names[alike];
}

static void client_add(struct side *side, char *client) {
  for (size_t i = 0; i < side->clients.count; i++)
    if (!strcmp(side->clients.items[i], client)) {
      free(client);
      return;
    }
  words_add(&side->clients, client);
}

/* Every client that can be brought to the side's profile, or is listed with it. */
static void clients_add(struct explainer *explainer, const struct clients *clients,
                        struct side *side) {
  for (size_t i = 0; i < clients->count; i++) {
    const struct client *client = &clients->items[i];
    char *why, *profile = profile_canonical(client->profile, &why);
    bool own = !strncmp(client->name, "polyring", 8);
    if (profile && !own && !strcmp(profile, side->view->name))
      client_add(side, cures_client(client->name));
    free(profile);
    free(why);
  }
  for (size_t i = 0; i < explainer->cures.count; i++)
    if (!strcmp(explainer->cures.items[i].profile, side->view->name))
      client_add(side, copy(explainer->cures.items[i].client));
}

char *side_read(struct explainer *explainer, const struct clients *clients, const char *text,
                struct side *side) {
  const struct client *client = NULL;
  for (size_t i = 0; i < clients->count && !client; i++)
    if (!strcmp(clients->items[i].name, text)) client = &clients->items[i];
  *side = (struct side){.text = copy(text)};
  struct view *profile = explainer_view(explainer, text);
  side->view = client ? explainer_view(explainer, client->profile) : profile;
  if (!side->view) {
    char *why, *name = profile_canonical(client ? client->profile : text, &why);
    char *said =
        client ? format("%s: its profile %s: %s", text, client->profile, why)
               : format("%s has no client %s, and as a profile: %s", clients->path, text, why);
    free(name);
    free(why);
    side_done(side);
    return said;
  }
  if (client) client_add(side, cures_client(client->name));
  if (profile == side->view) clients_add(explainer, clients, side);
  return NULL;
}

void side_narrow(struct side *side) {
  while (side->clients.count > 1) free(side->clients.items[--side->clients.count]);
}

void side_done(struct side *side) {
  for (size_t i = 0; i < side->clients.count; i++) free(side->clients.items[i]);
  free(side->clients.items);
  free(side->text);
  *side = (struct side){0};
}
