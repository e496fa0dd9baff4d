/* Options that several subcommands take. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <argp.h>

#include "observe.h"

/* Which clients, and how they are observed: --clients --timeout --mode --how. */
struct client_options {
  const char *list; /* path of clients.list, or NULL */
  struct observer observer;
  bool any_mode; /* not only those that tell where keys go */
};
#define CLIENT_OPTIONS_STANDARD \
  { NULL, OBSERVER_STANDARD, false }
#define CLIENT_OPTIONS_ANY_MODE \
  { NULL, OBSERVER_STANDARD, true }
extern const struct argp client_argp;

/* Which keys: --keys, or --count with --pattern, or --seed and --ascii. */
struct key_options {
  const char *file, *pattern;
  uint64_t count, seed;
  bool ascii;
};
extern const struct argp key_argp;
/* Fails when there are none. */
void key_options_read(const struct key_options *options, struct keys *keys);

/* A number option; a usage error when it is none or above max. */
uint64_t option_number(const char *text, uint64_t max, const char *what, struct argp_state *state);

/* The servers of a list, or the end with the reason. */
void option_servers(const char *text, struct places *places);

/* Parses in the way of all subcommands: arguments that are no options may stand anywhere, the
 * program's name includes the subcommand's. */
void options_parse(const struct argp *argp, int argc, char **argv, void *input);

#endif
