/* What the page of a run is made of. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "matrix.h"

/* Everything that the page shows, as one value; its script renders it, and computes what differs
 * between two profiles. */
json_t *report_page(const struct report *report, const struct matrix *matrix, const char *data);

#endif
