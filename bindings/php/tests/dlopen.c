/* PHP loads its extensions with RTLD_DEEPBIND, which AddressSanitizer cannot live with. Preloaded
 * before its library, this takes the flag away. */
#define _GNU_SOURCE
#include <dlfcn.h>

void *dlopen(const char *name, int mode) {
  void *(*next)(const char *, int);
  *(void **)&next = dlsym(RTLD_NEXT, "dlopen");
  return next(name, mode & ~RTLD_DEEPBIND);
}
