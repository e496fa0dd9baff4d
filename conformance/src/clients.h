/* conformance/clients.list: one line a configuration of a client. */
#ifndef CLIENTS_H
#define CLIENTS_H

#include "support.h"

struct client {
  char *name, *profile, *packages;
  char *configuration;  /* the command as it is written in the list */
  struct words command; /* the same with the folders filled in */
  const char *adapters; /* the folder of the adapters */
  char *lacks; /* what of its packages or which interpreter is not here, in words; or NULL */
};

struct folders {
  char *adapters, *build, *source, *controls; /* what commands may name */
  char *packages;          /* the folder of the scripts that install clients of package managers */
  char *clients, *vectors; /* the list of clients, the folder of placement vectors */
};

struct clients {
  struct client *items;
  size_t count, capacity;
  struct folders folders;
  char *path;
};

/* Where the program lies says where everything else is: BUILD/bin in a build tree, which knows
 * its source, or PREFIX/bin with PREFIX/share/polyring, which then is build and source. */
void folders_find(struct folders *folders);
void folders_done(struct folders *folders);

/* The words of a command with {adapters} {build} {source} {controls} filled in. */
struct words command_fill(const struct words *words, const struct folders *folders);
void command_done(struct words *command);

/* Reads the list at path, or the one that belongs to the program when path is NULL. Fails on a
 * list that cannot be read. */
void clients_read(struct clients *clients, const char *path);
void clients_done(struct clients *clients);
/* Fails, naming those that there are, when there is none of that name. */
const struct client *clients_find(const struct clients *clients, const char *name);

/* Whether there is a program of that name, on PATH if it is no path. */
bool program_found(const char *name);

/* SHA-256 of the adapter that a configuration runs: the first word of its command that is a file
 * of the folder of adapters. False if there is none. */
bool client_adapter_sha256(const struct client *client, char hex[65]);

#endif
