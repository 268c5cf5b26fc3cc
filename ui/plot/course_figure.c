/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/suite.h"
#include "ui/plot/figures.h"
#include "ui/widgets/line_plot.h"
#include "ui/widgets/text.h"

/* What the line plot borrows: of each task its x, mean, low and high. */
struct drawing {
    double numbers[COURSE_TASKS_MAX][4][COURSE_STAGES_MAX];
    char letters[COURSE_TASKS_MAX][4];
    struct plot_series series[COURSE_TASKS_MAX];
    struct plot_span spans[COURSE_STAGES_MAX];
};

/* 0 .. 1; what is no number stays none. */
static double kept_inside(double share)
{
    return isnan(share) ? share : fmin(fmax(share, 0), 1);
}

/* From the stage on in which the task was first learned. */
static void fill_task(struct drawing *drawing, const struct course *course, int t)
{
    double(*numbers)[COURSE_STAGES_MAX] = drawing->numbers[t];
    for (int i = 0; i < course->n_stages; i++) {
        const struct spread *spread = &course->accuracy[t][i];
        double mean = i >= course->begins[t] ? spread->mean : (double)NAN;
        numbers[0][i] = i;
        numbers[1][i] = mean;
        numbers[2][i] = kept_inside(mean - spread->std);
        numbers[3][i] = kept_inside(mean + spread->std);
    }
    task_letter(t, drawing->letters[t]);
    drawing->series[t] = (struct plot_series){.x = numbers[0],
                                              .y = numbers[1],
                                              .low = numbers[2],
                                              .high = numbers[3],
                                              .n = course->n_stages,
                                              .role = style_task(t),
                                              .band_role = style_task_dim(t),
                                              .label = drawing->letters[t],
                                              .value = (double)NAN,
                                              .sign = (uint32_t)drawing->letters[t][0],
                                              .has_points = true};
}

static void draw(const struct pen *pen, const struct course *course)
{
    struct drawing *drawing = calloc(1, sizeof *drawing);
    if (!drawing) {
        return;
    }
    for (int t = 0; t < course->n_tasks; t++) {
        fill_task(drawing, course, t);
    }
    for (int i = 0; i < course->n_stages; i++) {
        drawing->spans[i] =
            (struct plot_span){.x0 = i, .label = course->letters[i], .role = ROLE_DIM};
    }
    struct line_plot plot = {.x1 = course->n_stages > 1 ? course->n_stages - 1 : 1,
                             .series = drawing->series,
                             .n_series = course->n_tasks,
                             .spans = drawing->spans,
                             .n_spans = course->n_stages,
                             .is_gradual = true};
    line_plot_draw(pen, &plot);
    free(drawing);
}

void figure_course(const struct pen *pen, const struct plan *plan, int line,
                   const struct course *course)
{
    char title[160], note[32];
    plan_best_text(plan, line, title, sizeof title);
    snprintf(note, sizeof note, "after each task, %%");
    struct pen inside = pen_box(pen, pen_rect(pen), &(struct box){.title = title, .note = note});
    int cell = plan_cell(plan, line);
    const char *why = cell < 0              ? "no run has a number here"
                      : course->n_runs == 0 ? "its runs hold no matrix"
                                            : NULL;
    if (why) {
        text_draw(&inside, 0, 0, style_of(ROLE_DIM), why);
    } else {
        draw(&inside, course);
    }
}
