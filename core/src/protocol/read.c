#include "protocol/read.h"

ptrdiff_t polyring__read_line(const char *bytes, size_t size, polyring__span *line) {
  size_t most = size < POLYRING__LINE_MAX + 2 ? size : POLYRING__LINE_MAX + 2;
  const char *end = most ? memchr(bytes, '\n', most) : NULL;
  if (!end) return most == POLYRING__LINE_MAX + 2 ? POLYRING__BAD : POLYRING__INCOMPLETE;
  size_t length = (size_t)(end - bytes);
  /* The lines of memcached's metadump, and no others, end without a carriage return. */
  int dumped = length > 4 && memcmp(bytes, "key=", 4) == 0;
  int returns = length && end[-1] == '\r';
  if (!returns && !dumped) return POLYRING__BAD;
  *line = (polyring__span){bytes, length - (size_t)returns};
  return (ptrdiff_t)length + 1;
}

/* What follows a word and a blank, or nothing where the line ends after the word. */
static int begins(polyring__span line, const char *word, polyring__span *rest) {
  size_t size = strlen(word);
  if (line.size < size || memcmp(line.at, word, size) != 0) return 0;
  if (line.size > size && line.at[size] != ' ') return 0;
  size_t taken = line.size > size ? size + 1 : size;
  *rest = (polyring__span){line.at + taken, line.size - taken};
  return 1;
}

int polyring__read_common(polyring__span line, polyring__reply *reply) {
  static const struct {
    const char *word;
    polyring__answer answer;
  } all[] = {{"SERVER_ERROR", POLYRING__ANSWER_FAILED}, {"CLIENT_ERROR", POLYRING__ANSWER_REFUSED},
             {"ERROR", POLYRING__ANSWER_REFUSED},       {"BUSY", POLYRING__ANSWER_FAILED},
             {"BADCLASS", POLYRING__ANSWER_REFUSED},    {"VERSION", POLYRING__ANSWER_VERSION}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (begins(line, all[i].word, &reply->text)) {
      reply->answer = all[i].answer;
      return 1;
    }
  return 0;
}
