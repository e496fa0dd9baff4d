/* An audit for people and for programs. */
#ifndef AUDIT_REPORT_H
#define AUDIT_REPORT_H

#include <stdio.h>

#include "audit.h"

/* seconds: how long reading took. standard: nobody named the profile. */
void audit_print(const struct audit *audit, double seconds, bool standard);

/* Lines of JSON: a header, a line a server, a finding and a misplaced key, a footer. */
void audit_json(const struct audit *audit, FILE *file, int code);

/* The misplaced keys as KEY<TAB>SERVER, which identify reads. */
void audit_list(const struct audit *audit, FILE *file);

/* 0, 1, 4 or 5. */
int audit_exit(const struct audit *audit);

#endif
