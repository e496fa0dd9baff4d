#include "locate.h"

#include <string.h>

static char *request(const struct scene *scene, size_t i) {
  return scene_line(scene, "locate", i);
}

static char *read_at(struct scene *scene, size_t i, char *reply) {
  char *rest = reply_is(reply, "at");
  uint64_t index;
  if (!rest) return format("locate was answered by: %.80s", reply);
  rest[strcspn(rest, " ")] = 0;
  if (!number_read(rest, scene->places->count - 1, &index))
    return format("at %.40s, but there are %zu servers", rest, scene->places->count);
  scene->outcomes[i].at = scene->places->items[index].same_as;
  return NULL;
}

void locate_ask(struct scene *scene) {
  static const struct question question = {request, read_at};
  scene_ask_each(scene, &question);
}
