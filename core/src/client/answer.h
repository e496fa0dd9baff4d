/* What replies make of an operation, and the memory that values lie in. */
#ifndef POLYRING__ANSWER_H
#define POLYRING__ANSWER_H

#include "client/call.h"

/* Takes over what the reply says. Until the call is over a value is known by its offset in the
 * results, kept in place of its address. */
void polyring__op_take(polyring__op *op, polyring__results *results, const polyring__reply *reply);
/* Forgets all that replies said. */
void polyring__op_forget(polyring__op *op);

/* Whether it changes nothing on the server, so that it may be sent a second time. */
int polyring__op_is_read(const polyring__op *op);

#endif
