/* What comes into identify from elsewhere, and how its answer is told. */
#ifndef IDENTIFY_OBSERVED_H
#define IDENTIFY_OBSERVED_H

#include "identify.h"

/* Reads lines KEY<TAB>SERVER, "-" is standard input. KEY is percent-encoded; SERVER is an index
 * from 0, a word of the list, its name, or a place that is on it but once. Fails, naming the line,
 * on one that cannot be read, and on a key that was seen on two servers. *at is to be freed. */
void observed_read(const char *path, const struct places *places, struct keys *keys, size_t **at);

/* Where a list of few servers has them in another order than the client: tries each order among
 * the rows. */
#define ORDERS_MAX 6
struct order {
  char *servers; /* in the order in which a row fits, or NULL */
  struct identity identity;
};
void identify_orders(const struct candidates *candidates, const struct places *places,
                     const struct keys *keys, const size_t *at, struct order *order);
void order_done(struct order *order);

/* What is told beside the identity. */
struct telling {
  const char *client; /* what it is about, for people */
  const struct places *places;
  const struct keys *keys;
  const size_t *at;
  const struct identity *identity;
  const struct order *order; /* its servers are NULL if none was found */
  const char *wanted;        /* a profile, or NULL */
  size_t unseen;             /* keys that were given to the client and seen nowhere */
};
/* Lines for people. */
void telling_print(const struct telling *telling);
/* One object, for programs. */
json_t *telling_json(const struct telling *telling, int code);
/* Whether the wanted profile puts all keys there too; *same gets how many, *why, to be freed, why
 * there is no ring. */
bool wanted_fits(const struct telling *telling, size_t *same, char **why);

#endif
