/* Mode fail: a server fails and comes back. */
#ifndef OUTAGE_H
#define OUTAGE_H

#include "scene.h"

void outage_prepare(struct scene *scene);

/* Lets the client set all keys, then interrupts the server that has most of them; reads and
 * writes each key while it is away, and again when it is back. Where that went and what the
 * client said are facts; an outcome is only bad if the client gives another key's value, hangs
 * or dies. A step that takes too long is cut off. */
void outage_ask(struct scene *scene);

#endif
