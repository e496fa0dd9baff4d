/* Warming up a server that is back: what it misses, its stand-in may still have. */
#ifndef POLYRING__WARM_H
#define POLYRING__WARM_H

#include "client/client.h"

/* A change of the key goes to its home: for a time the stand-in's copy is older. Only with
 * rejoin=warm. */
void polyring__warm_note(polyring_client *client, polyring__shared_pool *home, polyring__span key);

/* Asks stand-ins for what was missed at servers that are back, and adds it there, within the
 * deadline. */
void polyring__warm_up(polyring_results *results, size_t count, int64_t deadline);

#endif
