/* A running pool against a topology: which keys lie where it does not put them, and who would. */
#ifndef AUDIT_H
#define AUDIT_H

#include "dump.h"
#include "polyring/polyring.h"

#define NO_OWNER ((uint32_t)-1)   /* the profile sends no such key */
#define NO_FINDING ((uint32_t)-1) /* not looked at yet */

/* A key that lies where it does not belong. */
struct misplaced {
  uint32_t at, item; /* the source, and its item */
  uint32_t owner;    /* a server, or NO_OWNER */
  uint32_t finding;
  bool copied; /* on another server too */
};

/* Misplaced keys that have something in common. */
struct finding {
  struct words names; /* what puts all of them where they are; owned texts */
  size_t rows;        /* so many of them are rows, the first ones */
  size_t *groups;     /* of each name: those of one group place every key of this list alike */
  char *nearest;      /* if nothing does: what puts most of them there, or NULL */
  char *splitter;     /* a key that would tell the first name from another one, or NULL */
  size_t keys, explained;
  double chance;  /* that another client would put a key where it is */
  double by_luck; /* how many profiles would put all of these keys there by luck */
};

struct key_place { /* one of the places where a key is */
  uint32_t at, item, next;
};

struct audit {
  const struct dump *dump;
  const struct places *places;
  const polyring_ring *ring;
  uint32_t *owners;        /* of each key */
  uint32_t *firsts;        /* of each key: index + 1 in key_places, or 0 */
  struct key_place *spots; /* .next is the same */
  size_t spot_count;
  size_t *at_home; /* of each source: keys that belong there, and lie there */
  size_t *strange; /* of each source: keys that do not */
  struct misplaced *misplaced;
  size_t misplaced_count, misplaced_capacity;
  size_t doubles;           /* keys that are on two or more servers, */
  size_t owned;             /* so many of them on their own too */
  size_t unknown;           /* keys that the profile does not send */
  struct finding *findings; /* the largest first */
  size_t finding_count, finding_capacity;
};

void audit(struct audit *audit, const struct dump *dump, const polyring_ring *ring);
void audit_done(struct audit *audit);

/* Fills findings, and .finding of all that is misplaced. */
void audit_explain(struct audit *audit);

const struct dump_item *audit_item(const struct audit *audit, const struct misplaced *misplaced);

#endif
