/* Mode land: what the servers tell about the keys that a client said it had set. */
#ifndef LAND_H
#define LAND_H

#include "scene.h"

/* Sets each key to its number in decimal. */
void land_ask(struct scene *scene);

/* Turns "the client said ok" (SAME without a server) into where each key lies, LOST, COPIED or
 * ALTERED. Keys that the claimed profile sends under other bytes must lie there under those. */
void land_judge(struct scene *scene);

#endif
