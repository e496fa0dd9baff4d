/* What a client does of its own accord for a server that failed: probes, and undoing what was
 * missed. Errands ride along with calls and ticks, which never wait for them. */
#ifndef POLYRING__ERRAND_H
#define POLYRING__ERRAND_H

#include "client/client.h"
#include "client/exchange.h"

typedef struct polyring__errand polyring__errand;

/* Errands may be due from then on. */
void polyring__errands_wake(polyring_client *client, int64_t due);

/* Has the client told what becomes of the server. */
void polyring__errands_watch(polyring_client *client, polyring__pool *pool);

/* Takes those that are due, and that no other call has, and lets them begin; they go into the
 * company. now is the time. */
void polyring__errands_take(polyring_client *client, polyring__snapshot *snapshot, int64_t now,
                            polyring__company *company);
/* The call is over. */
void polyring__errands_leave(polyring_client *client, polyring__company *company);

/* In a child: what was on its way is the parent's, and begins anew here. */
void polyring__errands_forked(polyring__snapshot *snapshot);
void polyring__errand_free(polyring__errand *errand, const polyring_allocator *memory);

#endif
