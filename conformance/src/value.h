/* Mode value: what a client makes of typed values. */
#ifndef VALUE_H
#define VALUE_H

#include "scene.h"

/* A key for each typed value and each raw item. */
void value_keys(struct keys *keys);

/* Puts the raw items, as various clients write them, on every server. */
void value_prepare(struct scene *scene);

/* Lets the client store each typed value, reads its flags and bytes from the server, and lets the
 * client fetch it; then lets it fetch the raw items. All that is facts; LOST is what a client says
 * it has stored and no server has. */
void value_ask(struct scene *scene);

#endif
