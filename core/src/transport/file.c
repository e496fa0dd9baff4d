#define _POSIX_C_SOURCE 200809L
#include "transport/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int polyring__file_look(const char *path, polyring__file_stamp *stamp) {
  struct stat found;
  if (stat(path, &found) < 0) return -errno;
  *stamp = (polyring__file_stamp){found.st_dev, found.st_ino, (uint64_t)found.st_size,
                                  found.st_ctim.tv_sec, found.st_ctim.tv_nsec};
  return 0;
}

int polyring__file_read(const char *path, size_t most, polyring_buffer *out) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), error = 0;
  struct stat found;
  if (file < 0) return -errno;
  if (fstat(file, &found) < 0)
    error = -errno;
  else if (found.st_mode & S_IWOTH)
    error = -EPERM;
  for (ssize_t got = 1; got && !error;) {
    uint8_t *at = polyring_buffer_more(out, 1 << 16);
    got = at ? read(file, at, 1 << 16) : -1;
    if (!at)
      error = -ENOMEM;
    else if (got < 0 && errno != EINTR)
      error = -errno;
    if (got > 0) out->size += (size_t)got;
    if (out->size > most) error = -EFBIG;
  }
  close(file);
  return error;
}
