/* Polyring: the version of the library.
 *
 * This file is the one place where the version is written; the build reads it from here. */
#ifndef POLYRING_VERSION_H
#define POLYRING_VERSION_H

#include "polyring/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define POLYRING_VERSION_MAJOR 0
#define POLYRING_VERSION_MINOR 1
#define POLYRING_VERSION_PATCH 0
#define POLYRING_VERSION "0.1.0"

/* The version of the library that is running, such as "0.1.0"; POLYRING_VERSION is the one
 * that the program was compiled against. Never NULL; static, not to be freed. */
POLYRING_API const char *polyring_version(void);

#ifdef __cplusplus
}
#endif

#endif
