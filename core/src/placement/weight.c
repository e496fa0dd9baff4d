#include "placement/weight.h"

#include <math.h>

int polyring__weights_heavy(const polyring__columns *columns, const polyring__servers *servers) {
  double limit = columns->heavy_when == POLYRING__HEAVY_WHEN_GIVEN ? -1 : 1;
  for (size_t i = 0; i < servers->count; i++)
    if (servers->at[i].has_weight && servers->at[i].weight > limit) return 1;
  return 0;
}

static polyring_status settle_one(const polyring__columns *columns, polyring__server *server,
                                  polyring_error *error) {
  if (!server->has_weight) {
    if (columns->no_weight == POLYRING__NO_WEIGHT_REFUSED)
      return polyring__server_refuse(server, error, "it has no weight, and this profile needs one");
    server->weight = columns->no_weight == POLYRING__NO_WEIGHT_HALF ? 0.5 : 1;
    return POLYRING_OK;
  }
  if (!columns->fractions && server->weight != floor(server->weight))
    return polyring__server_refuse(server, error, "this profile takes whole weights only");
  if (server->weight == 0) {
    if (columns->zero_weight == POLYRING__ZERO_WEIGHT_REFUSED)
      return polyring__server_refuse(server, error, "this profile takes no weight of 0");
    server->weight = columns->zero_weight == POLYRING__ZERO_WEIGHT_ONE;
  }
  return POLYRING_OK;
}

polyring_status polyring__weights_settle(const polyring__columns *columns,
                                         polyring__servers *servers, int *plain,
                                         polyring_error *error) {
  size_t given = 0;
  *plain = !polyring__columns_use_weights(columns);
  for (size_t i = 0; i < servers->count; i++) {
    given += servers->at[i].has_weight;
    if (servers->at[i].has_weight && columns->weights == POLYRING__WEIGHTS_REFUSED)
      return polyring__server_refuse(&servers->at[i], error, "this profile's client takes no weights");
  }
  if (!*plain && columns->no_weight == POLYRING__NO_WEIGHT_PLAIN && given < servers->count) {
    *plain = !given;
    for (size_t i = 0; given && i < servers->count; i++)
      if (!servers->at[i].has_weight)
        return polyring__server_refuse(
            &servers->at[i], error,
            "it has no weight; this profile takes a weight for all servers or for none");
  }
  for (size_t i = 0; i < servers->count; i++) {
    polyring_status status = *plain ? POLYRING_OK : settle_one(columns, &servers->at[i], error);
    if (status < 0) return status;
    if (*plain) servers->at[i].weight = 1;
  }
  return POLYRING_OK;
}

/* The clients' formulas, rounded where they round: each assignment to a float is one rounding to
 * single precision (the core is compiled without contraction). */
uint64_t polyring__weight_labels(const polyring__columns *columns, int plain, double weight,
                                 double total, size_t n) {
  uint32_t labels = columns->points / columns->words;
  if (plain) return labels;
  if (total == 0) return 0;
  float x;
  switch (columns->weights) {
    case POLYRING__WEIGHTS_TIMES:
      return (uint64_t)(columns->points * weight + 0.5) / columns->words;
    case POLYRING__WEIGHTS_SHARE_SINGLE:
    case POLYRING__WEIGHTS_SHARE_MIXED:
      x = (float)(uint64_t)weight / (float)(uint64_t)total;
      x = x * (float)columns->points;
      x = x / (float)columns->words;
      x = x * (float)n;
      x = columns->weights == POLYRING__WEIGHTS_SHARE_MIXED ? (float)(x + 0.0000000001)
                                                            : x + 0.0000000001f;
      return (uint64_t)floorf(x);
    case POLYRING__WEIGHTS_SHARE_KETAMA:
      x = (float)(uint64_t)weight / (float)(uint64_t)total;
      x = (float)((double)x * (double)labels * (double)n);
      return (uint64_t)floorf(x);
    case POLYRING__WEIGHTS_SHARE_LEFT:
      return (uint64_t)floor(weight / total * (double)labels * (double)n);
    case POLYRING__WEIGHTS_SHARE_DOUBLE:
      return (uint64_t)floor((double)((uint64_t)n * labels) * weight / total);
    default:
      return labels; /* no weights of the ring's */
  }
}
