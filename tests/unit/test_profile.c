/* The table of profiles, and overrides. */
#include "placement/columns.h"
#include "unit.h"

static polyring_profile *profile_of(const char *text) {
  polyring_profile *profile;
  polyring_error error;
  if (polyring_profile_new(NULL, text, strlen(text), &profile, &error) < 0)
    fail_msg("%s: %s", text, error.text);
  return profile;
}

static void canonical(const char *text, const char *expected) {
  polyring_profile *profile = profile_of(text);
  assert_string_equal(polyring_profile_name(profile), expected);
  polyring_profile *again = profile_of(polyring_profile_name(profile));
  assert_string_equal(polyring_profile_name(again), expected);
  polyring_profile_free(again);
  polyring_profile_free(profile);
}

/* Every row must parse, and its values must make the same row again as overrides of any other. */
static void every_row_is_sound(void **state) {
  (void)state;
  const char *name;
  size_t rows = 0;
  for (; (name = polyring_profile_name_at(rows)); rows++) {
    char overrides[4096] = "libmemcached/modula";
    polyring_profile *profile = profile_of(name);
    assert_string_equal(polyring_profile_name(profile), name);
    assert_true(strlen(polyring_profile_about(profile)) > 10);
    for (size_t c = 0; polyring_column_name(c); c++)
      snprintf(overrides + strlen(overrides), sizeof overrides - strlen(overrides), ",%s=%s",
               polyring_column_name(c), polyring_profile_value(profile, c));
    polyring_profile *copy = profile_of(overrides);
    for (size_t c = 0; polyring_column_name(c); c++)
      assert_string_equal(polyring_profile_value(profile, c), polyring_profile_value(copy, c));
    assert_null(polyring_profile_value(profile, 99));
    polyring_profile_free(copy);
    polyring_profile_free(profile);
  }
  assert_true(rows >= 10);
}

static void columns_explain_themselves(void **state) {
  (void)state;
  size_t c = 0;
  for (; polyring_column_name(c); c++) {
    assert_true(strlen(polyring_column_about(c)) > 10);
    for (size_t v = 0; polyring_column_choice(c, v); v++) continue;
  }
  assert_null(polyring_column_about(c));
  assert_null(polyring_column_choice(c, 0));
  assert_string_equal(polyring_column_choice(0, 0), "observed");
  assert_null(polyring_column_choice(0, 3));
  assert_null(polyring_column_choice(1, 0));
}

static void names_become_canonical(void **state) {
  (void)state;
  canonical("", "libmemcached/ketama-weighted");
  canonical("ketama", "libmemcached/ketama-weighted");
  canonical("ketama,hash=md5", "libmemcached/ketama-weighted");
  canonical("libmemcached/modula,hash=crc", "libmemcached/modula,hash=crc");
  canonical("libmemcached/modula,fold=or_one,hash=crc", "libmemcached/modula,hash=crc,fold=or_one");
  canonical("libmemcached/modula,hash=crc,hash=md5", "libmemcached/modula,hash=md5");
  canonical("php-memcached/libketama-compatible,refuse=",
            "php-memcached/libketama-compatible,refuse=");
  canonical("libmemcached/ketama,points=007", "libmemcached/ketama,points=7");
}

static void bad_profiles_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *words;
    size_t position;
  } bad[] = {
      {"libmemcached/ketema", "did you mean libmemcached/ketama?", 0},
      {"ketamaa", "did you mean libmemcached/ketama-weighted?", 0},
      {"dalli", "did you mean dalli/ring?", 0},
      {"%00\x01", "there is no profile \"%00%01\"", 0},
      {",hash=md5", "there is no profile \"\"", 0},
      {"ketama,", "no override follows the comma", 6},
      {"ketama,hash=md5,", "\"\" is no override", 16},
      {"ketama,,hash=md5", "\"\" is no override", 7},
      {"ketama,hash", "\"hash\" is no override: write column=value", 7},
      {"ketama,hash=md4", "\"md4\" is no value of column hash: it takes one_at_a_time, md5", 12},
      {"ketama,hsah=md5", "there is no column \"hsah\"", 7},
      {"ketama,points=1000001", "it takes a number from 0 to 1000000", 14},
      {"ketama,points=", "\"\" is no value of column points", 14},
      {"ketama,points=-1", "\"-1\" is no value of column points", 14},
      {"ketama,points=99999999999999999999", "is no value of column points", 14},
      {"ketama,words=0", "it takes a number from 1 to 12", 13},
      {"ketama,words=5", "words is above what the point hash gives", POLYRING_NOWHERE},
      {"ketama,point_hash=crc32", "words is above", POLYRING_NOWHERE},
      {"ketama,points=162", "no multiple of column words", POLYRING_NOWHERE},
      {"ketama,fractions=yes", "are whole", POLYRING_NOWHERE},
      {"python-memcached/default,fractions=yes", "are whole", POLYRING_NOWHERE},
      {"ketama,refuse=0", "is no value of column refuse", POLYRING_NOWHERE},
      {"ketama,refuse=00-", "is no value of column refuse", POLYRING_NOWHERE},
      {"ketama,refuse=20-00", "is no value of column refuse", POLYRING_NOWHERE},
      {"ketama,refuse=00+", "is no value of column refuse", POLYRING_NOWHERE},
      {"ketama,refuse=00 01", "is no value of column refuse", POLYRING_NOWHERE},
      {"ketama,label=", "column label is empty", POLYRING_NOWHERE},
      {"ketama,label={hots}", "is no token of a label", POLYRING_NOWHERE},
      {"ketama,label={key}", "needs the rendezvous layout", POLYRING_NOWHERE},
      {"ketama,label={i}{i}{i}{i}{i}{i}{i}{i}{i}{i}{i}{i}{i}{i}{i}{i}{i}", "at most 16 tokens",
       POLYRING_NOWHERE},
      {"ketama,heavy=heavy=heavy=points=1", "heavy cannot set column heavy", POLYRING_NOWHERE},
      {"ketama,heavy=words=5", "words is above", POLYRING_NOWHERE},
      {"ketama,heavy=colour=5", "there is no column \"colour\"", POLYRING_NOWHERE},
      {"pymemcache/hash-client,label={host}", "needs {key} once", POLYRING_NOWHERE},
      {"pymemcache/hash-client,label={key}{key}", "needs {key} once", POLYRING_NOWHERE},
      {"libmemcached/modula,search=above", "column search means nothing in this layout",
       POLYRING_NOWHERE},
      {"libmemcached/modula,zero_weight=refused", "column zero_weight means nothing",
       POLYRING_NOWHERE},
      {"libmemcached/modula,weights=times", "column weights: this value needs a ring",
       POLYRING_NOWHERE},
      {"ketama,weights=repeat", "column weights: repeat needs slots", POLYRING_NOWHERE},
      {"ketama,bits=64", "column words is above", POLYRING_NOWHERE},
      {"dalli/ring,bits=128", "column bits is above", POLYRING_NOWHERE},
      {"ketama,slots=8", "column slots needs", POLYRING_NOWHERE},
      {"ketama,fold=slots", "column fold: slots needs", POLYRING_NOWHERE},
      {"ketama,prefix=%4", "column prefix takes", POLYRING_NOWHERE},
      {"ketama,tag={", "column tag takes two bytes", POLYRING_NOWHERE},
      {"ketama,empty_tag=hashed", "column empty_tag needs", POLYRING_NOWHERE},
      {"ketama,order_by={host}", "column order_by needs", POLYRING_NOWHERE},
      {"twemproxy/ketama,order_by={i}", "column order_by cannot", POLYRING_NOWHERE},
      {"mcrouter/ch3,hash=crc32", "column bits is above", POLYRING_NOWHERE},
      {"mcrouter/ch3,hash=xxh3", "column hash must be murmur64a", POLYRING_NOWHERE},
      {"guide/ring-160,fold=or_one", "column fold means nothing", POLYRING_NOWHERE},
      {"pymemcache/hash-client,text=utf16", "has no place in the labels", POLYRING_NOWHERE}};
  for (size_t i = 0; i < COUNT(bad); i++) {
    polyring_profile *profile;
    polyring_error error;
    polyring_status status =
        polyring_profile_new(NULL, bad[i].text, strlen(bad[i].text), &profile, &error);
    if (status != POLYRING_INVALID_PROFILE || profile || !strstr(error.text, bad[i].words) ||
        error.position != bad[i].position)
      fail_msg("%s: %d at %zu, %s", bad[i].text, status, error.position, error.text);
  }
}

static void long_and_binary_texts_are_refused(void **state) {
  (void)state;
  polyring_profile *profile;
  polyring_error error;
  char text[8192];
  memset(text, 'k', sizeof text);
  assert_int_equal(polyring_profile_new(NULL, text, sizeof text, &profile, &error),
                   POLYRING_INVALID_PROFILE);
  assert_int_equal(polyring_profile_new(NULL, "ketama\0x", 8, &profile, &error),
                   POLYRING_INVALID_PROFILE);
  assert_int_equal(polyring_profile_new(NULL, text, 300, &profile, NULL), POLYRING_INVALID_PROFILE);
  polyring_profile_free(NULL);
}

static void refused_bytes_are_ranges(void **state) {
  (void)state;
  uint8_t bits[32];
  assert_int_equal(polyring__refuse_parse((polyring__span){"00+09-0d+7F-ff", 14}, bits),
                   POLYRING_NOWHERE);
  for (int c = 0; c < 256; c++)
    assert_int_equal(bits[c / 8] >> c % 8 & 1, c == 0 || (c >= 9 && c <= 13) || c >= 0x7F);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_is_sound),
                                     cmocka_unit_test(columns_explain_themselves),
                                     cmocka_unit_test(names_become_canonical),
                                     cmocka_unit_test(bad_profiles_are_refused),
                                     cmocka_unit_test(long_and_binary_texts_are_refused),
                                     cmocka_unit_test(refused_bytes_are_ranges)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
