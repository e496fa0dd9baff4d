/* The memcached servers that a client is let loose on, and what it left there. */
#ifndef FLEET_H
#define FLEET_H

#include "places.h"
#include "process.h"

struct fleet {
  const struct places *places;
  struct process *processes; /* one a place; none where a place is the same as an earlier one */
  int *links; /* our own connection to each; -1 where there is no server, or none now */
  int turn;   /* holds other checkers off */
  size_t keys;
};

/* Starts fresh servers on the places of a list and waits until they accept; keys is how many
 * keys they should hold with room to spare. Fails when memcached is missing or an address is in
 * use. */
void fleet_start(struct fleet *fleet, const struct places *places, size_t keys);
void fleet_stop(struct fleet *fleet);

/* One more connection to a server, which does not block. */
int fleet_connect(struct fleet *fleet, size_t server);

/* What can become of a server: it is gone, and comes back empty; or it hangs, and goes on. */
enum outage { OUTAGE_KILL, OUTAGE_STOP };
void fleet_interrupt(struct fleet *fleet, size_t server, enum outage how);
void fleet_resume(struct fleet *fleet, size_t server, enum outage how);

/* Calls found for each key that lies on each server. */
typedef void (*fleet_found)(void *context, size_t server, const uint8_t *key, size_t key_size);
void fleet_dump(struct fleet *fleet, fleet_found found, void *context);

/* What a server holds under a key. */
struct item {
  uint32_t flags;
  uint8_t *bytes; /* to be freed */
  size_t size;
};
/* Whether memcached's text protocol can say this key. */
bool fleet_sayable(const uint8_t *key, size_t key_size);
/* False if there is none, or the key cannot be said. */
bool fleet_item(struct fleet *fleet, size_t server, const uint8_t *key, size_t key_size,
                struct item *item);
/* Stores an item; the key is sayable. */
void fleet_store(struct fleet *fleet, size_t server, const uint8_t *key, size_t key_size,
                 const struct item *item);

/* What memcached says of its version, to be freed: "memcached 1.6.18"; NULL when it is
 * missing. */
char *fleet_version(void);

#endif
