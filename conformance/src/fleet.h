/* The memcached servers that a client is let loose on, and what it left there. */
#ifndef FLEET_H
#define FLEET_H

#include "places.h"
#include "process.h"

struct fleet {
  const struct places *places;
  struct process *processes; /* one a place; none where a place is the same as an earlier one */
  int *links;                /* our own connection to each, for the dumps */
  int turn;                  /* holds other checkers off */
};

/* Starts fresh servers on the places of a list and waits until they accept; keys is how many
 * keys they should hold with room to spare. Fails when memcached is missing or an address is in
 * use. */
void fleet_start(struct fleet *fleet, const struct places *places, size_t keys);
void fleet_stop(struct fleet *fleet);

/* Calls found for each key that lies on each server. */
typedef void (*fleet_found)(void *context, size_t server, const uint8_t *key, size_t key_size);
void fleet_dump(struct fleet *fleet, fleet_found found, void *context);

/* The value of a key on a server as text of at most size - 1 bytes; false if it cannot be had. */
bool fleet_value(struct fleet *fleet, size_t server, const uint8_t *key, size_t key_size,
                 char *value, size_t size);

/* What memcached says of its version, to be freed: "memcached 1.6.18". Fails when it is missing. */
char *fleet_version(void);

#endif
