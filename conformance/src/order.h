/* Mode order: the same servers in other orders. */
#ifndef ORDER_H
#define ORDER_H

#include "observe.h"

/* Observes the list as it is, reversed and rotated (in mode auto), and judges each by the claimed
 * profile over that very list. Indexes are those of the list as it is. The note and the facts say
 * whether keys moved, and whether the profile says so. */
void order_observe(const struct observer *observer, const struct client *client,
                   const struct places *places, const struct keys *keys, struct observation *seen);

#endif
