/* What is wrong with an adapter: one line a check, with what was sent, what came back, the rule
 * and the cure. */
#ifndef SMOKE_H
#define SMOKE_H

#include <stdio.h>

#include "adapter.h"
#include "fleet.h"
#include "keys.h"

enum check {
#define CHECK(constant, ...) CHECK_##constant,
#include "smoke_checks.def"
#undef CHECK
  CHECKS
};

enum verdict { VERDICT_OK, VERDICT_NOT, VERDICT_SKIPPED, VERDICTS };

struct smoke {
  const struct client *client; /* profile is NULL where nobody knows */
  int64_t timeout;             /* milliseconds that one reply may take */
  FILE *out, *json;            /* lines for people; lines of JSON, or NULL */
  struct adapter adapter;
  bool open;          /* the adapter runs */
  struct hello hello; /* of the first start */
  char *hello_line;   /* the same as it came */
  char *sent, *got;   /* the last request and its reply, shortened */
  int64_t slowest;    /* milliseconds of the slowest reply after hello */
  char slowest_verb[16];
  struct places places; /* servers that run */
  struct fleet fleet;
  bool landing;      /* they do */
  struct keys known; /* what lies on them and is accounted for */
  char *list;        /* the last list that was handed over */
  bool own_form;     /* the last value on a server was not what had been set */
  bool gets, locates, empties, forgets, reported[CHECKS];
  size_t lists;  /* keys set to see where a list leads */
  size_t breaks; /* how often the protocol was broken */
  char *over;    /* why the rest is skipped, or NULL */
  size_t number, counts[VERDICTS];
  int code;
};

/* Runs all checks; number goes on from client to client. Returns an exit code. */
int smoke_run(struct smoke *smoke);

/* Verdicts. The text is a remark on what was seen. */
void smoke_ok(struct smoke *smoke, enum check check, const char *text, ...)
    __attribute__((format(printf, 3, 4)));
void smoke_skip(struct smoke *smoke, enum check check, const char *text, ...)
    __attribute__((format(printf, 3, 4)));
void smoke_not(struct smoke *smoke, enum check check, int code, const char *cure, const char *text,
               ...) __attribute__((format(printf, 5, 6)));
/* The adapter broke the protocol: says how, and ends it. */
void smoke_broke(struct smoke *smoke, enum check check);
/* A reply that is neither of those which the request may have. */
void smoke_strange(struct smoke *smoke, enum check check, const char *reply);
/* Skips what has no verdict at the end. */
void smoke_stop(struct smoke *smoke, const char *why);

/* Sends a request, without its newline; NULL when the protocol was broken. */
char *smoke_ask(struct smoke *smoke, const char *text, ...) __attribute__((format(printf, 2, 3)));
/* Starts the adapter and says hello. False, and nothing runs, if that was not answered; the cause
 * is in adapter.broken, or returned in why, to be freed. */
bool smoke_open(struct smoke *smoke, const char *hosts, char **why);
void smoke_close(struct smoke *smoke);
/* Whether an adapter runs that has taken this list; starts one if need be. */
bool smoke_ready(struct smoke *smoke, const char *list);
bool smoke_list(struct smoke *smoke, enum check check, const char *list);
bool smoke_can(const struct smoke *smoke, const char *verb);

/* The words of the places first, first + 1, ..., to be freed. */
char *smoke_words(const struct smoke *smoke, size_t first, size_t count);
/* The index of the place whose word starts so, or NO_KEY. */
size_t smoke_place(const struct smoke *smoke, const char *start);

/* Where a key lies. */
struct look {
  size_t at, count; /* a server that has it, and how many do */
  size_t stray_at;  /* one that has something else that was not there before, or NO_KEY */
  uint8_t stray[256];
  size_t stray_size;
};
void smoke_look(struct smoke *smoke, const uint8_t *key, size_t size, struct look *look);
/* Waits until the key, or anything, is there: not all clients wait for the server's answer. */
void smoke_settle(struct smoke *smoke, const uint8_t *key, size_t size, struct look *look);
/* The value of a key, to be freed; NULL if there is none. */
uint8_t *smoke_value(struct smoke *smoke, size_t server, const uint8_t *key, size_t size,
                     size_t *value_size);

/* The parts, in the order in which they are run. */
void smoke_protocol(struct smoke *smoke);
void smoke_keys(struct smoke *smoke);
void smoke_values(struct smoke *smoke);
void smoke_lists(struct smoke *smoke);

/* Ends the adapter by the end of its input. */
void smoke_end_of_input(struct smoke *smoke);

/* The servers that are there, as words: they run as soon as landing is true. */
void smoke_places(struct smoke *smoke);
/* Asks for a key that nobody else has set: whether the answer names a place, and which. */
bool smoke_locate(struct smoke *smoke, const char *key, size_t *at, char **reply);

/* Sets a key and looks where it lies; true if all is well. at is the place, if it is not NULL. */
struct smoke_item {
  const uint8_t *key;
  size_t size;
  const uint8_t *value;
  size_t value_size;
};
bool smoke_set(struct smoke *smoke, enum check check, const struct smoke_item *item, size_t *at);

#endif
