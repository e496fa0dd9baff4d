/* The beacon: the item polyring:topo, which says on each server what topology it belongs to. */
#ifndef POLYRING__BEACON_H
#define POLYRING__BEACON_H

#include "client/client.h"

/* Makes the connections of a pool ask for it, as the client's settings say. */
void polyring__beacon_ask(polyring_client *client, polyring__pool *pool);

/* Writes it to the servers that were found without it, if there are any. */
void polyring__beacon_write(polyring_client *client, polyring_results *results, int64_t deadline);

#endif
