/* Where operations go while servers fail, and which keys are in doubt. */
#ifndef POLYRING__ROUTE_H
#define POLYRING__ROUTE_H

#include "client/client.h"

/* The servers that are not spoken to, as they were when the call first asked. NULL: no memory. */
const polyring__dead *polyring__route_dead(polyring_results *results);

/* Leaves an operation with its home, gives it to a stand-in, or fails it at once. key is as it was
 * given. */
void polyring__route(polyring_results *results, polyring__span key, polyring__op *op);

/* The server that stands in for the home of an operation's key when that is not spoken to, or
 * POLYRING_NO_SERVER. */
uint16_t polyring__route_stand_in(polyring_results *results, const polyring__op *op);

/* An operation on a key failed: what a change leaves behind is in doubt. */
void polyring__route_failed(polyring_results *results, const polyring__op *op);

#endif
