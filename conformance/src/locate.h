/* Mode locate: the client's own opinion. */
#ifndef LOCATE_H
#define LOCATE_H

#include "scene.h"

void locate_ask(struct scene *scene);

#endif
