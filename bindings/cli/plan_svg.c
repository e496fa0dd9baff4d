/* A picture of a plan: the servers before and after as two columns, and between them, as bands,
 * what stays and what moves. */
#include "plan.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 1080
#define MARGIN 40
#define TOP 136
#define BOTTOM 40
#define PLOT_HEIGHT 440.0
#define GAP 6.0 /* between two servers, if there is room */
#define LEFT 330.0
#define RIGHT 750.0
#define COLUMN_WIDTH 18.0
#define FAINT 0.002       /* thinner bands could not be seen */
#define LABEL_SHARE 0.012 /* below it a label would lie on its neighbour */

typedef struct plan_picture {
  FILE *out;
  const plan_view *view;
  double *tops[2];  /* of each server in each column */
  double *nexts[2]; /* where the next band begins */
  double *stays;    /* the share of each server that stays there */
  double scale;
} plan_picture;

static const polyring_planned_server *server_at(const plan_picture *self, size_t i) {
  return polyring_plan_server(self->view->plan, i);
}

static double share_of(const plan_picture *self, int side, size_t i) {
  return side ? server_at(self, i)->after : server_at(self, i)->before;
}

static bool lay_out(plan_picture *self) {
  size_t count = self->view->server_count;
  double gap = fmin(GAP, PLOT_HEIGHT / 4 / (double)count);
  self->scale = PLOT_HEIGHT - gap * (double)count;
  self->stays = malloc(count * sizeof *self->stays);
  if (!self->stays) return false;
  for (size_t i = 0; i < count; i++) self->stays[i] = share_of(self, 0, i);
  for (size_t f = 0; f < self->view->flow_count; f++) {
    const polyring_flow *flow = polyring_plan_flow(self->view->plan, f);
    self->stays[flow->from] -= flow->share;
  }
  for (int side = 0; side < 2; side++) {
    double y = TOP;
    self->tops[side] = malloc(count * sizeof *self->tops[side]);
    self->nexts[side] = malloc(count * sizeof *self->nexts[side]);
    if (!self->tops[side] || !self->nexts[side]) return false;
    for (size_t i = 0; i < count; i++) {
      double share = share_of(self, side, i);
      self->tops[side][i] = self->nexts[side][i] = y;
      y += share > 0 ? share * self->scale + gap : 0;
    }
  }
  return true;
}

static void put_head(const plan_picture *self) {
  const plan_view *view = self->view;
  FILE *out = self->out;
  double moved = 100 * polyring_plan_moved(view->plan), height = TOP + PLOT_HEIGHT + BOTTOM;
  fprintf(out,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" width=\"%d\" "
          "height=\"%.0f\" role=\"img\" aria-labelledby=\"title about\">\n<title id=\"title\">"
          "%.3f %% of the keys move</title>\n<desc id=\"about\">The servers before on the left, "
          "after on the right, as large as their shares of the keys; bands between them for what "
          "stays and what moves.</desc>\n",
          WIDTH, height, WIDTH, height, moved);
  svg_put_style(out);
  fputs("<style>.band{stroke:none}.stays{fill-opacity:.16}.moves{fill-opacity:.62}</style>\n", out);
  fprintf(out,
          "<rect class=\"page\" width=\"%d\" height=\"%.0f\"/>\n<text class=\"title\" x=\"%d\" "
          "y=\"54\">%.3f %% of the keys move</text>\n<text class=\"muted\" x=\"%d\" y=\"80\">",
          WIDTH, height, MARGIN, moved, MARGIN);
  svg_put_escaped(out, polyring_ring_profile(view->rings[0]));
  fprintf(out, ", %zu servers, max/mean %.3f → ", polyring_ring_server_count(view->rings[0]),
          view->spread[0]);
  svg_put_escaped(out, polyring_ring_profile(view->rings[1]));
  fprintf(out, ", %zu servers, max/mean %.3f</text>\n", polyring_ring_server_count(view->rings[1]),
          view->spread[1]);
  fprintf(out,
          "<text class=\"muted end\" x=\"%.0f\" y=\"%d\">before</text><text class=\"muted\" "
          "x=\"%.0f\" y=\"%d\">after</text>\n",
          LEFT + COLUMN_WIDTH, TOP - 14, RIGHT, TOP - 14);
}

/* A band from one server to another, which takes its part of both. */
static void put_band(plan_picture *self, size_t from, size_t to, double share) {
  double height = share * self->scale, middle = (LEFT + COLUMN_WIDTH + RIGHT) / 2;
  double left = self->nexts[0][from], right = self->nexts[1][to], start = LEFT + COLUMN_WIDTH;
  self->nexts[0][from] += height;
  self->nexts[1][to] += height;
  if (share < FAINT) return;
  fprintf(
      self->out,
      "<path class=\"c%zu band %s\" d=\"M%.1f %.2fC%.1f %.2f %.1f %.2f %.1f %.2fV%.2fC%.1f %.2f "
      "%.1f %.2f %.1f %.2fZ\"><title>",
      from % SVG_COLOURS, from == to ? "stays" : "moves", start, left, middle, left, middle, right,
      RIGHT, right, right + height, middle, right + height, middle, left + height, start,
      left + height);
  svg_put_escaped(self->out, server_at(self, from)->text);
  if (from != to) {
    fputs(" → ", self->out);
    svg_put_escaped(self->out, server_at(self, to)->text);
  }
  fprintf(self->out, ": %.3f %%</title></path>\n", 100 * share);
}

static void put_bands(plan_picture *self) {
  const plan_view *view = self->view;
  for (size_t i = 0; i < view->server_count; i++)
    if (self->stays[i] > 0) put_band(self, i, i, self->stays[i]);
  for (size_t f = 0; f < view->flow_count; f++) {
    const polyring_flow *flow = polyring_plan_flow(view->plan, f);
    put_band(self, flow->from, flow->to, flow->share);
  }
}

static void put_columns(const plan_picture *self) {
  for (int side = 0; side < 2; side++)
    for (size_t i = 0; i < self->view->server_count; i++) {
      double share = share_of(self, side, i), top = self->tops[side][i];
      double x = side ? RIGHT : LEFT, height = share * self->scale;
      if (share <= 0) continue;
      fprintf(self->out,
              "<rect class=\"c%zu bar\" x=\"%.1f\" y=\"%.2f\" width=\"%.1f\" height=\"%.2f\"/>\n",
              i % SVG_COLOURS, x, top, COLUMN_WIDTH, height);
      if (share < LABEL_SHARE) continue;
      char label[30];
      snprintf(label, sizeof label, "%s", server_at(self, i)->text);
      fprintf(self->out, "<text class=\"label%s\" x=\"%.1f\" y=\"%.2f\">", side ? "" : " end",
              side ? x + COLUMN_WIDTH + 8 : x - 8, top + height / 2 + 4);
      svg_put_escaped(self->out, label);
      fprintf(self->out, " %.2f %%</text>\n", 100 * share);
    }
}

bool plan_write_svg(const plan_view *view, const char *path) {
  plan_picture self = {.view = view};
  bool ready = lay_out(&self), written = false;
  if (!ready) complain("no memory");
  self.out = ready ? fopen(path, "w") : NULL;
  if (self.out) {
    put_head(&self);
    put_bands(&self);
    put_columns(&self);
    fputs("</svg>\n", self.out);
    written = !ferror(self.out);
    written = fclose(self.out) == 0 && written;
  }
  if (ready && !written) complain("cannot write %s: %s", path, strerror(errno));
  free(self.stays);
  for (int side = 0; side < 2; side++) {
    free(self.tops[side]);
    free(self.nexts[side]);
  }
  return written;
}
