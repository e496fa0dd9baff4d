/* polyring plan: what its parts share. */
#ifndef POLYRING_PLAN_H
#define POLYRING_PLAN_H

#include "cli.h"

/* A plan with the two rings that it is about. */
typedef struct plan_view {
  polyring_ring *rings[2];
  polyring_plan *plan;
  char fingerprints[2][POLYRING_FINGERPRINT_SIZE];
  double spread[2]; /* the greatest share, divided by the mean of those servers that have any */
  size_t server_count, flow_count;
} plan_view;

/* The standard error of a share that comes from a sample; 0 if the plan is exact. */
double plan_error(const polyring_plan *plan, double share);

/* False on failure. */
bool plan_print_json(const plan_view *view);
bool plan_write_svg(const plan_view *view, const char *path);

#endif
