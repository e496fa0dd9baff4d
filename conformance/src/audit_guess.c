#include "audit_guess.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which flags libraries write: those that, cut to the mask, are the value. A library that may
 * write several kinds has several rows, one behind the other. Strings are 0 for most of them, which
 * is why a flag of 0 says nothing. */
static const struct layout {
  const char *libraries;
  uint32_t mask, value;
} layouts[] = {
#define ALL 0xFFFFFFFFu
    /* 1 pickle, 2 int, 4 long, 16 text; 8 zlib */
    {"pylibmc python-memcached pymemcache python-binary-memcached", ALL - 8, 0},
    {"pylibmc python-memcached pymemcache python-binary-memcached", ALL - 8, 1},
    {"pylibmc python-memcached pymemcache python-binary-memcached", ALL - 8, 2},
    {"pylibmc python-memcached pymemcache python-binary-memcached", ALL - 8, 4},
    {"pylibmc python-memcached pymemcache python-binary-memcached", ALL - 8, 16},
    {"meta-memcache-py", ALL - 8 - 32, 0}, /* 8 zlib, 32 zstd */
    {"meta-memcache-py", ALL - 8 - 32, 1},
    {"meta-memcache-py", ALL - 8 - 32, 2},
    {"meta-memcache-py", ALL - 8 - 32, 4},
    {"meta-memcache-py", ALL - 8 - 32, 16},
    {"libmc", ALL - 16, 0}, /* 16 zlib */
    {"libmc", ALL - 16, 1},
    {"libmc", ALL - 16, 2},
    {"libmc", ALL - 16, 4},
    {"libmc", ALL - 16, 8},
    {"libmc", ALL - 16, 32},
    {"libmc", ALL - 16, 4096},
    {"php-memcached", 0xFFF8, 0},    /* a number from 0 to 7; bits 16 to 31 are the user's */
    {"php-memcached", 0xFFF8, 0x30}, /* 16 compressed, with 32 zlib, 64 fastlz, 128 zstd */
    {"php-memcached", 0xFFF8, 0x50},
    {"php-memcached", 0xFFF8, 0x90},
    {"php-memcache", ALL - 0xF0003, 0}, /* 1 serialized, 2 compressed; 4 bits are the user's */
    {"php-memcache", ALL - 0xF0003, 0x100},
    {"php-memcache", ALL - 0xF0003, 0x300},
    {"php-memcache", ALL - 0xF0003, 0x700},
    {"spymemcached xmemcached", ALL - 3, 0}, /* 1 serialized, 2 gzip; a type in the second byte */
    {"spymemcached xmemcached", ALL - 2, 0x100},
    {"spymemcached xmemcached", ALL - 2, 0x200},
    {"spymemcached xmemcached", ALL - 2, 0x300},
    {"spymemcached xmemcached", ALL - 2, 0x400},
    {"spymemcached xmemcached", ALL - 2, 0x500},
    {"spymemcached xmemcached", ALL - 2, 0x600},
    {"spymemcached xmemcached", ALL - 2, 0x700},
    {"spymemcached xmemcached", ALL - 2, 0x800},
    {"whalin", ALL - 2, 1}, /* and the transcoder of this name in spymemcached and xmemcached */
    {"whalin", ALL - 2, 4},
    {"whalin", ALL - 2, 8},
    {"whalin", ALL - 2, 16},
    {"whalin", ALL - 2, 32},
    {"whalin", ALL - 2, 64},
    {"whalin", ALL - 2, 128},
    {"whalin", ALL - 2, 256},
    {"whalin", ALL - 2, 512},
    {"whalin", ALL - 2, 1024},
    {"whalin", ALL - 2, 2048},
    {"whalin", ALL - 2, 4096},
    {"whalin", ALL - 2, 8192},
    {"whalin", ALL - 2, 16384},
    {"whalin-v1", ALL - 2 - 8, 0},
    {"dalli", ALL - 2, 0}, /* 1 Marshal, 2 zlib, 4 text */
    {"dalli", ALL - 2, 1},
    {"dalli", ALL - 2, 4},
    {"npm-memcached", ALL, 0}, /* 2 JSON, 4 binary, 8 number */
    {"npm-memcached", ALL, 2},
    {"npm-memcached", ALL, 4},
    {"npm-memcached", ALL, 8},
    {"gomemcache", ALL, 0},
    {"perl", ALL - 7, 0}, /* 1 Storable, 2 gzip, 4 UTF-8 */
    {"enyim", ALL, 0xFA52},
    {"enyim", ALL - 0x1F, 0x100},  /* and .NET's number of the type */
    {"mcrouter", ALL - 3, 0x8000}, /* a value that it split */
#undef ALL
};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

/* The row behind the last one of a library. */
static size_t library_end(size_t row) {
  const char *libraries = layouts[row].libraries;
  while (row < LAYOUTS && !strcmp(layouts[row].libraries, libraries)) row++;
  return row;
}

static bool writes(size_t row, size_t end, uint32_t flags) {
  for (; row < end; row++)
    if ((flags & layouts[row].mask) == layouts[row].value) return true;
  return false;
}

char *guess_libraries(const uint32_t *flags, size_t count) {
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  for (size_t row = 0, end; row < LAYOUTS; row = end) {
    size_t i = 0;
    end = library_end(row);
    while (i < count && writes(row, end, flags[i])) i++;
    if (i == count) fprintf(file, "%s%s", ftell(file) > 0 ? " " : "", layouts[row].libraries);
  }
  if (fclose(file) != 0) fail(EXIT_ENVIRONMENT, "out of memory");
  return text;
}

static size_t words(const char *text) {
  size_t count = *text != 0;
  for (; *text; text++) count += *text == ' ';
  return count;
}

size_t guess_count(void) {
  size_t count = 0;
  for (size_t row = 0; row < LAYOUTS; row = library_end(row))
    count += words(layouts[row].libraries);
  return count;
}
