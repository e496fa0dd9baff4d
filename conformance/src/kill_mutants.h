/* Every profile that differs from one in a single column. */
#ifndef KILL_MUTANTS_H
#define KILL_MUTANTS_H

#include "polyring/polyring.h"
#include "support.h"

/* column=value, for each other value that a column of the profile can take: all choices, numbers
 * near and usual ones, texts that some client uses. Which of them contradict the rest of the
 * profile is for the profile's parser to say. words.items and each text are to be freed. */
struct words mutants_of(const polyring_profile *profile);

#endif
