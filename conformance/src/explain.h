/* Why two profiles place keys otherwise on a list of servers, and which settings cure it. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <jansson.h>

#include "clients.h"
#include "cures.h"
#include "judge.h"

/* The list where none is given. */
#define EXPLAIN_SERVERS "127.77.0.1:11211 127.77.0.2:11211 127.77.0.3:11211 127.77.0.4:11211"
#define EXPLAIN_KEYS 10000 /* those that shares are computed on, the same ones each time */

/* A profile over the list. */
struct view {
  char *name; /* canonical */
  polyring_profile *row;
  polyring_ring *ring; /* or NULL */
  char *refusal;       /* why there is none */
  char fingerprint[POLYRING_FINGERPRINT_SIZE];
  char taken[POLYRING_FINGERPRINT_SIZE]; /* without what only decides which keys are refused */
  size_t *at;                            /* of each key, or NOT_PLACED; NULL: not asked for yet */
  uint64_t *sent;                        /* a digest of each key as it is sent; NULL likewise */
};

struct explainer {
  const struct places *places;
  struct keys keys;
  struct cures cures;
  struct consequences consequences;
  struct view **views; /* a cache */
  size_t count, capacity;
  struct view **cured; /* the view of each cure; NULL: not asked for yet */
};

/* The lists at these paths, or those of the program when a path is NULL. */
void explainer_start(struct explainer *explainer, const struct places *places, const char *cures,
                     const char *consequences);
void explainer_done(struct explainer *explainer);
/* NULL if that is no profile. Lives as long as the explainer. */
struct view *explainer_view(struct explainer *explainer, const char *profile);
/* The value of a column, by its name. */
const char *view_value(const struct view *view, const char *column);

/* Whether a column says nothing about placements. */
bool column_is_idle(size_t c);

/* How far two profiles agree on the list. */
enum alike {
  ALIKE_NOT,   /* a key that both take goes, or may go, elsewhere */
  ALIKE_TAKEN, /* each key that both take is at the same place */
  ALIKE_LIST,  /* equal fingerprints */
  ALIKE_NAME   /* the same profile */
};
enum alike view_alike(const struct view *a, const struct view *b);
/* Whether the two may store a key under different names. */
bool view_may_rename(const struct view *a, const struct view *b);

/* One of the two that are compared: a configuration of a client, or a profile. */
struct side {
  char *text; /* as it was given */
  struct view *view;
  struct words clients; /* the clients that can be meant; the words are the side's own */
};
/* NULL, or what is wrong with the text, to be freed. */
char *side_read(struct explainer *explainer, const struct clients *clients, const char *text,
                struct side *side);
/* Of the clients that can be meant only the named one, which is the first. */
void side_narrow(struct side *side);
void side_done(struct side *side);

struct difference {
  const char *column, *consequence;
  const char *wanted, *found; /* the values */
  bool both;                  /* the column means something in both layouts */
  double alone;               /* the share of the keys that it moves by itself; -1: not known */
};

enum remedy_kind { MOVE_FOUND, MOVE_WANTED, MOVE_BOTH };

struct remedy {
  enum remedy_kind kind;
  enum alike alike;
  const struct cure *cure, *other; /* other: what the wanted client writes, for MOVE_BOTH */
};

struct explanation {
  const struct explainer *explainer;
  const struct side *wanted, *found;
  enum alike alike;
  struct difference *differences; /* those that move most keys by themselves first */
  size_t count, capacity;
  /* Of the keys that both take: how many differ in the server, or only in the name that they are
   * stored under. Those that one side alone takes. */
  size_t compared, different, renamed, only_wanted, only_found;
  double chance; /* the share that would differ if the two were unrelated */
  size_t first;  /* the first key that differs, or NO_KEY */
  char *trace;   /* the way of it on both sides, or NULL */
  struct remedy *remedies;
  size_t remedy_count, remedy_capacity;
};

/* alone: whether to find out what each column moves by itself. */
void explain(struct explainer *explainer, const struct side *wanted, const struct side *found,
             bool alone, struct explanation *explanation);
void explanation_done(struct explanation *explanation);

/* The best line of the list that brings a client to place keys as the view does, or NULL. */
const struct cure *cure_for(struct explainer *explainer, const char *client,
                            const struct view *wanted, enum alike *alike);

void explanation_print(FILE *file, const struct explanation *explanation);
void explanation_print_columns(FILE *file, const struct explanation *explanation);
void explanation_print_cures(FILE *file, const struct explanation *explanation);
json_t *explanation_json(const struct explanation *explanation);
const char *alike_name(enum alike alike);

#endif
