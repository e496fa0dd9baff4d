/* Between sequences and bodies: what the dialects' table says, done. */
#include <stdio.h>
#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "value/dialect.h"

enum { KEPT_ROOM = 4 << 20 }; /* what a buffer may keep between two calls */

static const polyring__dialect dialects[] = {
#define DIALECT(text, ...) {.name = text, __VA_ARGS__},
#include "value/dialects.def"
#undef DIALECT
};

enum { DIALECTS = sizeof dialects / sizeof *dialects };

const char *polyring__value_dialect_name(size_t i) {
  return i < DIALECTS ? dialects[i].name : NULL;
}

const polyring__dialect *polyring__dialect_find(const char *name) {
  for (size_t i = 0; i < DIALECTS; i++)
    if (strcmp(dialects[i].name, name) == 0) return &dialects[i];
  return NULL;
}

polyring_status polyring__value_no_memory(polyring_error *error) {
  return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a value");
}

/* --- the object --- */

static polyring_status refuse_option(polyring_error *error, const char *what, const char *name) {
  return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE, "no such %s: %q", what,
                        (const void *)name, strlen(name));
}

static polyring_status choose(const polyring__value_options *options, polyring__value_codec *codec,
                              polyring_error *error) {
  const char *dialect = options->dialect ? options->dialect : dialects[0].name;
  codec->dialect = polyring__dialect_find(dialect);
  if (!codec->dialect) return refuse_option(error, "dialect", dialect);
  codec->packing = PACKING_ZLIB;
  if (!polyring__packing_is_built(PACKING_ZLIB)) codec->packing = PACKING_NONE;
  if (options->compress) codec->packing = polyring__packing_find(options->compress);
  if (codec->packing == PACKINGS || codec->packing == PACKING_FASTLZ)
    return refuse_option(error, "compression to write with", options->compress);
  if (!polyring__packing_is_built(codec->packing))
    return polyring__fail(error, POLYRING_NOT_SUPPORTED, POLYRING_NOWHERE,
                          "this library was built without %s", options->compress);
  codec->compress_from =
      options->compress_from ? options->compress_from : POLYRING__VALUE_COMPRESS_FROM;
  codec->most = options->most ? options->most : POLYRING__VALUE_MOST;
  codec->decode_text = options->decode_text;
  if (codec->most > POLYRING_VALUE_MAX)
    return polyring__fail(error, POLYRING_TOO_LARGE, POLYRING_NOWHERE,
                          "the largest value may have 1073741824 bytes at most");
  return POLYRING_OK;
}

polyring_status polyring__value_codec_new(const polyring_allocator *allocator,
                                          const polyring__value_options *options,
                                          polyring__value_codec **codec, polyring_error *error) {
  static const polyring__value_options defaults;
  polyring__value_codec made = {.allocator = polyring__allocator_or_libc(allocator)};
  *codec = NULL;
  polyring_status status = choose(options ? options : &defaults, &made, error);
  if (status < 0) return status;
  polyring__packer_init(&made.packer, &made.allocator);
  polyring_buffer_init(&made.plain, &made.allocator);
  polyring_buffer_init(&made.small, &made.allocator);
  polyring_buffer_init(&made.scratch, &made.allocator);
  *codec = polyring__allocate(&made.allocator, sizeof made);
  if (!*codec) return polyring__value_no_memory(error);
  **codec = made;
  return POLYRING_OK;
}

void polyring__value_codec_free(polyring__value_codec *codec) {
  if (!codec) return;
  polyring_allocator allocator = codec->allocator;
  polyring__packer_done(&codec->packer);
  polyring_buffer_done(&codec->plain);
  polyring_buffer_done(&codec->small);
  polyring_buffer_done(&codec->scratch);
  polyring__release(&allocator, codec, sizeof *codec);
}

static polyring_status too_large(const polyring__value_codec *codec, polyring_error *error) {
  return polyring__fail(error, POLYRING_TOO_LARGE, POLYRING_NOWHERE,
                        "the value has more than %u bytes, the limit", (unsigned)codec->most);
}

/* --- writing --- */

/* Where the plain body is: bytes and texts lie in the sequence, the rest is made in `to`. */
static polyring_status write_form(const polyring__form_row *form, const void *sequence, size_t size,
                                  polyring_buffer *to, polyring__value_body *body,
                                  polyring_error *error) {
  polyring_value item;
  size_t position = 0, before = to->size;
  polyring_value_next(sequence, size, &position, &item, NULL);
  if (item.at) {
    body->at = item.at;
    body->size = item.size;
    return POLYRING_OK;
  }
  polyring_status status = form->write(sequence, size, to, error);
  if (status < 0) return status;
  body->at = to->at + before;
  body->size = to->size - before;
  return POLYRING_OK;
}

static polyring_status pack(polyring__value_codec *codec, polyring_buffer *out,
                            polyring__value_body *body, polyring_error *error) {
  size_t before = out->size;
  int packed = 0;
  if (body->size >= codec->compress_from &&
      polyring__pack(&codec->packer, codec->packing, body->at, body->size, out, &packed) < 0)
    return polyring__value_no_memory(error);
  if (packed) {
    body->flags |= codec->dialect->packed_bit | codec->dialect->packing_bits[codec->packing];
  } else {
    if (codec->plain.size && !polyring_buffer_add(out, codec->plain.at, codec->plain.size))
      return polyring__value_no_memory(error);
    if (!codec->plain.size) return POLYRING_OK; /* it stays in the sequence */
  }
  body->at = out->at + before;
  body->size = out->size - before;
  return POLYRING_OK;
}

static polyring_status write_checked(polyring__value_codec *codec, const void *sequence,
                                     size_t size, polyring_buffer *out, polyring__value_body *body,
                                     polyring_error *error) {
  const polyring__dialect *dialect = codec->dialect;
  polyring__kind kind = polyring__kind_of(*(const uint8_t *)sequence);
  const polyring__form_row *form = &polyring__forms[dialect->writes[kind].form];
  if (!form->write)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, 0, "the dialect %s has no form for %s",
                          dialect->name, polyring__kind_text(kind));
  int may_pack = form->packs && dialect->packed_bit && codec->packing != PACKING_NONE;
  body->flags = dialect->writes[kind].type;
  if (dialect->writes[kind].is_text) body->flags |= dialect->text_bit;
  polyring_status status =
      write_form(form, sequence, size, may_pack ? &codec->plain : out, body, error);
  if (status < 0) return status;
  if (body->size > codec->most) return too_large(codec, error);
  return may_pack ? pack(codec, out, body, error) : POLYRING_OK;
}

polyring_status polyring__value_write_plain(polyring__value_codec *codec,
                                            const polyring_value *value, polyring_buffer *out,
                                            polyring__value_body *body, polyring_error *error) {
  const polyring__dialect *dialect = codec->dialect;
  polyring__kind kind = polyring__kind_of(value->tag);
  size_t before = out->size;
  *body = (polyring__value_body){dialect->writes[kind].type, value->at, value->size};
  if (dialect->writes[kind].is_text) body->flags |= dialect->text_bit;
  if (value->size > codec->most) return too_large(codec, error);
  if (!dialect->packed_bit || codec->packing == PACKING_NONE) return POLYRING_OK;
  polyring_status status = pack(codec, out, body, error);
  if (status < 0) out->size = before;
  return status;
}

polyring_status polyring__value_write(polyring__value_codec *codec, const void *sequence,
                                      size_t size, polyring_buffer *out, polyring__value_body *body,
                                      polyring_error *error) {
  size_t before = out->size;
  polyring_status status = polyring_value_check(sequence, size, &codec->scratch, error);
  if (status >= 0) status = write_checked(codec, sequence, size, out, body, error);
  if (status < 0) out->size = before;
  polyring_buffer_reset(&codec->plain, KEPT_ROOM);
  polyring_buffer_reset(&codec->scratch, KEPT_ROOM);
  return status;
}

/* --- reading --- */

/* Fails with the flags in the text. */
static polyring_status refuse_flags(polyring_status status, uint32_t flags, const char *why,
                                    polyring_error *error) {
  char number[16];
  snprintf(number, sizeof number, "0x%x", (unsigned)flags);
  return polyring__fail(error, status, POLYRING_NOWHERE, "a value with the flags %s: %s", number,
                        why);
}

/* How a body is packed; its bits are taken out of *flags. */
static polyring_status find_packing(const polyring__dialect *dialect, uint32_t *flags,
                                    polyring__packing *packing, polyring_error *error) {
  uint32_t all = 0, whole = *flags;
  *packing = PACKING_NONE;
  for (int i = 0; i < PACKINGS; i++) {
    all |= dialect->packing_bits[i];
    if (!(whole & dialect->packing_bits[i])) continue;
    if (*packing)
      return refuse_flags(POLYRING_INVALID_ARGUMENT, whole, "it would be packed twice", error);
    *packing = (polyring__packing)i;
  }
  *flags &= ~(all | dialect->packed_bit);
  if (!(whole & dialect->packed_bit) != !*packing)
    return refuse_flags(POLYRING_INVALID_ARGUMENT, whole,
                        *packing ? "a packing, and the bit for packed is not set"
                                 : "it is packed, and no bit says by what",
                        error);
  return POLYRING_OK;
}

/* Which form a body has; foreign ones are refused by their names. */
static polyring_status find_form(const polyring__dialect *dialect, uint32_t flags, uint32_t whole,
                                 const polyring__form_row **form, polyring_error *error) {
  uint32_t type = flags & dialect->type_bits;
  char text[80];
  *form = &polyring__forms[dialect->reads[type].form];
  if (dialect->any_flags) return POLYRING_OK;
  if (flags & ~(dialect->type_bits | dialect->text_bit))
    return refuse_flags(POLYRING_NOT_SUPPORTED, whole,
                        "they have bits that this dialect does not know; another library or "
                        "application wrote it",
                        error);
  if (!(*form)->read) {
    const char *name = dialect->reads[type].name;
    if (name)
      snprintf(text, sizeof text, "it is %s, which is not read here", name);
    else
      snprintf(text, sizeof text, "no library is known that writes the type %u", (unsigned)type);
    return refuse_flags(POLYRING_NOT_SUPPORTED, whole, text, error);
  }
  if (flags & dialect->text_bit && dialect->reads[type].form != FORM_PLAIN)
    return refuse_flags(POLYRING_NOT_SUPPORTED, whole,
                        "the bit for text beside another type; another application wrote it",
                        error);
  return POLYRING_OK;
}

static polyring_status read_body(polyring__value_codec *codec, uint32_t whole, const uint8_t *body,
                                 size_t size, polyring_buffer *out, polyring_error *error) {
  const polyring__dialect *dialect = codec->dialect;
  const polyring__form_row *form;
  polyring__packing packing;
  uint32_t flags = whole;
  polyring_status status = find_packing(dialect, &flags, &packing, error);
  if (status >= 0) status = find_form(dialect, flags, whole, &form, error);
  if (status >= 0 && packing != PACKING_NONE) {
    status =
        polyring__unpack(&codec->packer, packing, body, size, codec->most, &codec->plain, error);
    body = codec->plain.at;
    size = codec->plain.size;
  }
  if (status < 0) return status;
  if (size > codec->most) return too_large(codec, error);
  return form->read(codec, body, size, (flags & dialect->text_bit) != 0, out, error);
}

polyring_status polyring__value_read(polyring__value_codec *codec, uint32_t flags, const void *body,
                                     size_t size, polyring_buffer *out, polyring_error *error) {
  size_t before = out->size;
  polyring_status status = read_body(codec, flags, body, size, out, error);
  if (status < 0) out->size = before;
  polyring_buffer_reset(&codec->plain, KEPT_ROOM);
  return status;
}
