/* Modes look and many: every server holds every key, and the value says which server it is. */
#ifndef LOOK_H
#define LOOK_H

#include "scene.h"

/* Fills the servers, each key under the bytes that the claimed profile sends for it and with the
 * flags that the client itself writes, watches them, and gets each key. COPIED is one that more
 * than one server was asked for, LOST one that the client calls a miss after it asked, REFUSED one
 * that it calls a miss without asking, ALTERED one for which it gives something else. */
void look_ask(struct scene *scene);
void look_judge(struct scene *scene);

/* The same in batches; the facts say how many servers each batch went to. */
void many_ask(struct scene *scene);
void many_judge(struct scene *scene);

#endif
