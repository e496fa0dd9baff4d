/* The conversation with one server of a dump, driven by whoever polls. */
#ifndef DUMP_LINK_H
#define DUMP_LINK_H

#include <poll.h>

#include "dump.h"

/* Begins it. It is over when source->link is NULL again: source->finished or source->why is set. */
void link_start(struct dump *dump, struct source *source);

/* What to wait for, and until when; no events while its rate is used up. */
void link_wants(const struct link *link, struct pollfd *fd, int64_t *until);

/* Does what can be done without waiting. */
void link_step(struct dump *dump, struct source *source, short events);

#endif
