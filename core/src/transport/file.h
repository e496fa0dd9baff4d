/* Files: whether one has changed, and what is in it. */
#ifndef POLYRING__FILE_H
#define POLYRING__FILE_H

#include "polyring/bytes.h"

/* All zero: no file. */
typedef struct polyring__file_stamp {
  uint64_t device, inode, size;
  int64_t seconds, nanoseconds; /* of its last change, its rights included */
} polyring__file_stamp;

/* 0, or an errno, negated. */
int polyring__file_look(const char *path, polyring__file_stamp *stamp);

/* Appends what is in the file to out. 0; -EFBIG: more than most bytes; -EPERM: anybody may write to
 * it; another errno, negated. */
int polyring__file_read(const char *path, size_t most, polyring_buffer *out);

#endif
