/* A line on the terminal that tells what is going on when it takes longer than two seconds. */
#ifndef PROGRESS_H
#define PROGRESS_H

void progress(const char *text, ...) __attribute__((format(printf, 1, 2)));
void progress_clear(void); /* before anything else is printed */

#endif
