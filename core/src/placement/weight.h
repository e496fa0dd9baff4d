/* Weights: what each server's share of slots or labels is. */
#ifndef POLYRING__WEIGHT_H
#define POLYRING__WEIGHT_H

#include "placement/columns.h"
#include "placement/servers.h"

/* Whether the column heavy applies to these servers. */
int polyring__weights_heavy(const polyring__columns *columns, const polyring__servers *servers);

/* Replaces the given weights by the effective ones, checked against the columns. Where the columns
 * say that weights have no effect on these servers, *plain is set and the weights are all 1. OK or
 * INVALID_SERVERS. */
polyring_status polyring__weights_settle(const polyring__columns *columns,
                                         polyring__servers *servers, int *plain,
                                         polyring_error *error);

/* The number of labels of a server with this effective weight, where all the weights add up to
 * total and n servers count. */
uint64_t polyring__weight_labels(const polyring__columns *columns, int plain, double weight,
                                 double total, size_t n);

#endif
