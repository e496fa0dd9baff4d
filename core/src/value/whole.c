/* Between values and bodies, without a sequence where there is none to read or write. */
#include "base/error.h"
#include "value/dialect.h"

/* What has no list or map in it, as a sequence in scratch. */
static int put(polyring_buffer *scratch, const polyring_value *value) {
  scratch->size = 0;
  switch (value->tag) {
    case POLYRING_VALUE_NONE:
      return polyring_value_put_none(scratch);
    case POLYRING_VALUE_INT:
      return polyring_value_put_int(scratch, value->integer);
    case POLYRING_VALUE_FLOAT:
      return polyring_value_put_float(scratch, value->number);
    default:
      return polyring_value_put_bool(scratch, value->tag == POLYRING_VALUE_TRUE);
  }
}

polyring_status polyring__value_put(polyring__value_codec *codec, const polyring_value *value,
                                    polyring_buffer *out, polyring__value_body *body,
                                    polyring_error *error) {
  size_t fault;
  switch (value->tag) {
    case POLYRING_VALUE_TEXT:
      fault = polyring__utf8_fault(value->at, value->size);
      if (fault < value->size)
        return polyring__fail(error, POLYRING_INVALID_ARGUMENT, fault,
                              "a text is no valid UTF-8: %q", value->at, value->size);
      return polyring__value_write_plain(codec, value, out, body, error);
    case POLYRING_VALUE_BYTES:
      return polyring__value_write_plain(codec, value, out, body, error);
    case POLYRING_VALUE_LIST:
    case POLYRING_VALUE_MAP:
      return polyring__value_write(codec, value->at, value->size, out, body, error);
    default:
      if (polyring__kind_of(value->tag) == KINDS)
        return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                              "there is no value to store");
      if (!put(&codec->small, value)) return polyring__value_no_memory(error);
      return polyring__value_write(codec, codec->small.at, codec->small.size, out, body, error);
  }
}

polyring_status polyring__value_get(polyring__value_codec *codec, uint32_t flags, const void *body,
                                    size_t size, polyring_buffer *out, polyring_value *value,
                                    polyring_error *error) {
  size_t before = out->size, position = 0;
  const polyring__dialect *dialect = codec->dialect;
  int is_text = dialect->text_bit && flags == dialect->text_bit;
  *value = (polyring_value){.tag = POLYRING_VALUE_BYTES, .at = body, .size = size};
  /* Most of what is there: bytes and texts of type 0 that are not packed. */
  if (size <= codec->most && (dialect->any_flags || is_text || (!flags && !codec->decode_text))) {
    if (is_text) value->tag = POLYRING_VALUE_TEXT;
    if (!is_text || polyring__utf8_fault(body, size) == size) return POLYRING_OK;
  }
  polyring_status status = polyring__value_read(codec, flags, body, size, out, error);
  if (status < 0) return status;
  size_t length = out->size - before;
  polyring_value_next(out->at + before, length, &position, value, NULL);
  if (value->tag == POLYRING_VALUE_LIST || value->tag == POLYRING_VALUE_MAP) {
    value->at = out->at + before;
    value->size = length;
  }
  return POLYRING_OK;
}
