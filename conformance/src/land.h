/* What the servers tell about the keys that a client said it had set. */
#ifndef LAND_H
#define LAND_H

#include "fleet.h"
#include "observe.h"

/* Turns "the client said ok" (SAME without a server) into where each key lies, LOST, COPIED or
 * ALTERED. The value of key i was i in decimal. Keys that the claimed profile sends under other
 * bytes must lie there under those. */
void land_judge(struct fleet *fleet, const struct client *client, const struct keys *keys,
                struct observation *seen);

#endif
