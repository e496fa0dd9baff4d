/* One client on one list of servers while it is being observed: what the modes share. */
#ifndef SCENE_H
#define SCENE_H

#include "fleet.h"
#include "observe.h"
#include "sent.h"
#include "watch.h"

#define NOWHERE ((size_t)-1)

struct scene {
  const struct observer *observer;
  const struct client *client;
  const struct places *places;
  const struct keys *keys;   /* of this round */
  struct outcome *outcomes;  /* one a key */
  struct observation *seen;  /* the whole, for facts and the note */
  const polyring_ring *ring; /* of the claimed profile; NULL if Polyring refuses the list */
  struct fleet fleet;        /* only in modes with servers */
  struct watch watch;        /* only where a mode has started it */
  struct adapter adapter;
};

/* Sends a request, which it frees. NULL when the answer is no, skip, or none at all: the outcome
 * then says so. */
char *scene_ask(struct scene *scene, struct outcome *outcome, char *request);

/* The request "VERB KEY" for key i. */
char *scene_line(const struct scene *scene, const char *verb, size_t i);

/* As scene_ask for each key in turn: request makes the line, read makes of a reply the outcome and
 * returns why it is none, to be freed, or NULL. */
struct question {
  char *(*request)(const struct scene *scene, size_t i);
  char *(*read)(struct scene *scene, size_t i, char *reply);
};
void scene_ask_each(struct scene *scene, const struct question *question);

/* Replaces an outcome; takes why, which may be NULL. */
void outcome_set(struct outcome *outcome, enum status status, char *why);

/* A fact of this mode: a line of the report beside those of the keys. id and status are put into
 * each; the caller adds to it what it likes. */
json_t *scene_fact(struct scene *scene, char *id, enum status status);

#endif
