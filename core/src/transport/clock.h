/* The two clocks. */
#ifndef POLYRING__CLOCK_H
#define POLYRING__CLOCK_H

#include <stdint.h>

int64_t polyring__clock_now(void);  /* microseconds that only go forward */
int64_t polyring__clock_date(void); /* microseconds since 1970 */

#endif
