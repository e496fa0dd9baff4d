/* Floats as decimal text, whatever the locale says: the C library is only shown numbers without a
 * decimal point. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "value/dialect.h"

enum { DIGITS = 17, LONGEST = 400 }; /* digits that tell any float; characters that are read */

/* digits * 10^exponent */
typedef struct decimal {
  uint64_t digits;
  int exponent;
} decimal;

static double value_of(decimal number) {
  char text[48];
  snprintf(text, sizeof text, "%" PRIu64 "e%d", number.digits, number.exponent);
  return strtod(text, NULL);
}

static decimal rounded(double number, int digits) {
  char text[64];
  decimal result = {0, 0};
  snprintf(text, sizeof text, "%.*e", digits - 1, number);
  const char *c = text;
  for (; *c != 'e'; c++) /* over the point, whatever it is here */
    if (polyring__is_digit(*c)) result.digits = result.digits * 10 + (uint64_t)(*c - '0');
  result.exponent = atoi(c + 1) - (digits - 1);
  return result;
}

/* The fewest digits that read back equal; of those the closest. */
static decimal shortest(double number) {
  /* 15 digits survive the way through a normal float, so that fewer are these 15 and zeros. */
  int digits = number < DBL_MIN ? 1 : 15;
  for (; digits < DIGITS; digits++) {
    decimal result = rounded(number, digits);
    if (value_of(result) == number) return result;
    /* Below a power of two the floats are closer than above it: the nearest number of so many
     * digits may lie below and be another float's, and the next one be this float's. */
    result.digits++;
    if (value_of(result) == number) return result;
  }
  return rounded(number, DIGITS);
}

static char *add(char *at, const char *text, int size) {
  memcpy(at, text, (size_t)size);
  return at + size;
}

size_t polyring__float_print(double number, char out[POLYRING__FLOAT_ROOM]) {
  static const char zeros[] = "0000000000000000";
  char digits[24], *at = out;
  if (signbit(number)) *at++ = '-';
  decimal value = number ? shortest(fabs(number)) : (decimal){0, 0};
  while (value.digits && value.digits % 10 == 0) {
    value.digits /= 10;
    value.exponent++;
  }
  int count = snprintf(digits, sizeof digits, "%" PRIu64, value.digits);
  int point = count + value.exponent; /* how many digits stand before the decimal point */
  if (point < -3 || point > 16) {
    at = add(at, digits, 1);
    if (count > 1) at = add(add(at, ".", 1), digits + 1, count - 1);
    return (size_t)(at + sprintf(at, "e%+03d", point - 1) - out);
  }
  if (point <= 0)
    at = add(add(at, "0.000", 2 - point), digits, count);
  else if (point < count)
    at = add(add(add(at, digits, point), ".", 1), digits + point, count - point);
  else
    at = add(add(add(at, digits, count), zeros, point - count), ".0", 2);
  return (size_t)(at - out);
}

static int read_word(const char *text, size_t size, double *number) {
  polyring__span span = {text, size};
  static const struct {
    const char *word;
    double number;
  } words[] = {{"NaN", NAN}, {"Infinity", INFINITY}, {"-Infinity", -INFINITY}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    if (!polyring__span_is(span, words[i].word)) continue;
    *number = words[i].number;
    return 1;
  }
  return 0;
}

int polyring__float_read(const char *text, size_t size, double *number) {
  char plain[LONGEST + 24];
  size_t used = 0, i = 0, digits = 0;
  long exponent = 0, moved = 0;
  if (size > LONGEST) return 0;
  if (i < size && text[i] == '-') plain[used++] = text[i++];
  for (; i < size && polyring__is_digit(text[i]); i++, digits++) plain[used++] = text[i];
  if (i < size && text[i] == '.')
    for (i++; i < size && polyring__is_digit(text[i]); i++, digits++, moved++)
      plain[used++] = text[i];
  if (!digits) return read_word(text, size, number);
  if (i < size && (text[i] == 'e' || text[i] == 'E')) {
    int is_negative = ++i < size && text[i] == '-';
    if (i < size && (text[i] == '-' || text[i] == '+')) i++;
    size_t start = i;
    for (; i < size && polyring__is_digit(text[i]) && exponent < 100000; i++)
      exponent = exponent * 10 + (text[i] - '0');
    if (i == start) return 0;
    if (is_negative) exponent = -exponent;
  }
  if (i < size) return 0;
  snprintf(plain + used, sizeof plain - used, "e%ld", exponent - moved);
  *number = strtod(plain, NULL);
  return isfinite(*number) != 0;
}
