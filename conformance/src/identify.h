/* Which profile an unknown client follows, from where its keys were seen. */
#ifndef IDENTIFY_H
#define IDENTIFY_H

#include "candidates.h"

/* In at: a key that the client refused. It is no proof, as adapters and servers refuse keys too,
 * but names that refuse the same keys come first. */
#define KEY_REFUSED ((size_t)-2)

struct identity {
  struct words names; /* every candidate that puts all keys there: rows first, then one-column
                         changes "row,column=value"; canonical names */
  size_t rows;        /* how many of names are rows */
  size_t *groups;     /* of each name; names of one group provably place every key alike on this
                         list; that of the first name is 0 */
  size_t group_count;
  size_t seen, refused;   /* keys that were compared, and that the client refused */
  char *nearest;          /* the best candidate when none fits; NULL if every one refuses the list */
  size_t nearest_same;    /* how many keys it explains */
  char *deviation;        /* what the keys that it does not explain have in common, or NULL */
  double chance;          /* the share of keys that an unrelated client would match by luck */
  double by_luck;         /* how many candidates would fit by luck alone */
  char *splitter;         /* percent-encoded key that would tell the first name from another one of
                             the class; NULL if none is needed or known */
  struct keys splitters;  /* for each other group the first one that is known, each once */
  char **split;           /* of each group: its key, NULL if none is known */
  char **hints;           /* of each group without one: a key at which it differs from the first,
                             but which not every client takes; or NULL */
};

/* at[i] is the index of a server of places, KEY_REFUSED, or NOT_PLACED for a key that was not seen.
 */
void identify(const struct places *places, const struct keys *keys, const size_t *at,
              struct identity *identity);
/* The same among candidates that are there already. */
void identify_among(const struct candidates *candidates, const struct places *places,
                    const struct keys *keys, const size_t *at, struct identity *identity);
/* The same without groups and splitters; and without any short cut: what the tests compare with. */
void identify_names(const struct candidates *candidates, const struct places *places,
                    const struct keys *keys, const size_t *at, struct identity *identity);
void identify_plainly(const struct candidates *candidates, const struct places *places,
                      const struct keys *keys, const size_t *at, struct identity *identity);
void identity_done(struct identity *identity);

/* Keys that tell the candidates apart on this list: plain ones first, then such that show the
 * changes that plain ones do not. The same ones for the same list. */
#define IDENTIFY_KEYS 200
#define IDENTIFY_PLAIN 64
void identify_keys(const struct candidates *candidates, const struct places *places, size_t count,
                   struct keys *keys);

/* Of identify_split.c: groups, splitters and the order of the names. */
void identity_split(const struct places *places, const struct keys *keys, const size_t *at,
                    struct identity *identity);
/* Whether a key can be given to any client: without blanks and control bytes, and not endless. */
bool is_giveable(const uint8_t *key, size_t size);
/* Of identify_deviation.c: what the keys that the profile does not explain have in common. */
char *identity_deviation(const char *profile, const struct places *places, const struct keys *keys,
                         const size_t *at);

#endif
