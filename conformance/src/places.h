/* The words of a server list, as far as the checker must understand them: where each server can
 * be reached. What they mean for placement is the profile's business. */
#ifndef PLACES_H
#define PLACES_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "support.h"

struct place {
  char *word;     /* as it was given */
  char *host;     /* decoded: a name or a numeric address; NULL for a unix path */
  char *address;  /* numeric; given, or chosen on the loopback for a name; NULL for a path */
  char *path;     /* decoded, or NULL */
  bool named;     /* host is a name, which the client has to resolve */
  unsigned port;  /* 11211 if the word gives none */
  size_t same_as; /* the first server of the list that is the same process */
  struct sockaddr_storage socket;
  socklen_t socket_size;
};

struct places {
  char *text; /* the words, separated by one blank */
  struct place *items;
  size_t count, capacity;
  bool named; /* at least one */
};

/* NULL, or what is wrong with the list, to be freed; the list is then empty. */
char *places_read(const char *text, struct places *places);
void places_done(struct places *places);

/* The words of the list, as an array of texts. */
json_t *places_json(const struct places *places);

/* NULL, or why memcached servers cannot be started there (what is not on the loopback), to be
 * freed. */
char *places_local(const struct places *places);

/* The text of a hosts file for the names of the list, to be freed. */
char *places_hosts(const struct places *places);

#endif
