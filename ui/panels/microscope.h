/* SPDX-License-Identifier: MIT
 * What the files of the panel *weight* share, and where the keys lead from it. */
#ifndef OUBLI_UI_PANELS_MICROSCOPE_H
#define OUBLI_UI_PANELS_MICROSCOPE_H

#include "ui/panels/panel.h"

/* What is looked at: a weight, and which point of its way; NULL: there is nothing yet. */
struct sighting {
    const struct microscope *of;
    const struct seen_weight *weight;
    int at;
    bool is_asked; /* it is the one that is asked for; else the one that there is */
};
struct sighting microscope_sighting(const struct view *view);

/* The choice that is looked at: a person's, else the weight that is held best. */
struct weight_choice microscope_choice(const struct view *view);

/* "pixel 43", "unit 7", "character e"; and where it leads: "unit 68", "answer 3". */
void microscope_from(const struct view *view, const struct seen_weight *weight, char *buf,
                     size_t size);
void microscope_to(const struct view *view, const struct seen_weight *weight, char *buf,
                   size_t size);

/* Who pushes: "B", "B and replay", "what came". */
void microscope_pusher(const struct view *view, const struct sighting *seen, char *buf,
                       size_t size);

/* A move, as a person reads it: "−0.78", with as many digits as all of a weight's need. */
enum { MOVE_TEXT_MAX = 24 };
char *microscope_move(double move, const struct forces *forces, char buf[MOVE_TEXT_MAX]);

/* "pushed −0.78 by B, pulled back +0.69 by EWC, moved −0.09"; markup of ui/widgets/text.h. */
void microscope_sentence(const struct view *view, const struct sighting *seen, char *text,
                         size_t size);

/* What the weight is among the best of now: of that rule, of any if it is -1; NULL: none of them.
 */
const struct seen_weight *microscope_best(const struct sighting *seen, int rule);

/* The lines that bring another weight under the microscope: the best of the next rule, or the next
 * best of this one.  Nothing where there is none. */
struct panel_lines microscope_jump(const struct view *view, bool is_next_rule);

/* The cell of the heatmap in which a weight of its part lies. */
void microscope_cell(const struct view *view, const struct seen_weight *weight, int cell[2]);

#endif
