/* SPDX-License-Identifier: MIT
 * All panels of a sweep on one screen: what the terminal, SVG and pages show. */
#ifndef OUBLI_UI_PLOT_PICTURE_H
#define OUBLI_UI_PLOT_PICTURE_H

#include "ui/plot/course.h"
#include "ui/plot/plan.h"
#include "ui/screen/pen.h"

/* Where panels stand; empty: not shown. */
struct picture_layout {
    struct rect title, words; /* a row each */
    struct rect curves, bars, plane;
    int n_courses; /* 0 .. COURSE_MAX */
    struct rect courses[COURSE_MAX];
};

/* `has_curves`: there is a key for an axis; n_lines: of the plan, that are drawn. */
struct picture_layout picture_layout(struct rect screen, bool has_curves, int n_lines);

/* Which lines have their course shown at that size, best first; returns how many. */
int picture_courses(const struct plan *plan, struct rect screen, int lines[COURSE_MAX]);

/* courses: (picture_courses), of those lines. */
void picture_draw_sweep(const struct pen *pen, const struct plan *plan,
                        const struct course *courses);

/* "best average accuracy 91.2 ±0.8 %: ewc, ewc.lambda 100; clearly above replay ..." */
char *picture_words(const struct plan *plan, char *buf, size_t size);

#endif
