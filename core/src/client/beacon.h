/* The beacon: the item polyring:topo, which says on each server what topology it belongs to. */
#ifndef POLYRING__BEACON_H
#define POLYRING__BEACON_H

#include "client/client.h"

/* Makes the connections of a pool ask for it, as the client's settings say. */
void polyring__beacon_ask(polyring_client *client, polyring__pool *pool);

/* Writes it to the servers that were found without it, if there are any; to one that is not spoken
 * to when it is. */
void polyring__beacon_write(polyring_client *client, polyring_results *results, int64_t deadline);
/* The server may be spoken to again. */
void polyring__beacon_recall(polyring_client *client, polyring__pool *pool);

#endif
