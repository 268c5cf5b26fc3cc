/* SPDX-License-Identifier: MIT
 * One sample alone: large, with the probability of every answer and the accuracy on each class. */
#include <math.h>
#include <stdio.h>

#include "ui/panels/samples.h"
#include "ui/widgets/bar.h"
#include "ui/widgets/picture.h"
#include "ui/widgets/text.h"

enum { NAME_MOST = 14, PERCENT_W = 6, SCORE_W = 6, LINES_LEAST = 6 };
enum { HEADS = 3 /* rows of the title, the verdict and the head of the answers */ };

/* A line: an answer and what is known of it. */
struct line {
    char name[40];
    double probability;
    double accuracy; /* on that class of the task; NAN = not known, or it is another task's */
    bool is_truth, is_given;
};

/* ---- which answers ---- */

/* True if no two outputs stand for the same class: then classes can be told by their names. */
static bool is_by_class(const struct gallery *gallery, int task)
{
    const struct gallery_task *of = &gallery->tasks[task];
    for (int t = 0; t < gallery->n_tasks && gallery->has_own_outputs; t++) {
        const struct gallery_task *other = &gallery->tasks[t];
        bool meets = other->first_class < of->first_class + of->n_classes &&
                     of->first_class < other->first_class + other->n_classes;
        if (meets && other->shift != of->shift) {
            return false;
        }
    }
    return true;
}

static double probability_of(const struct sample *sample, int output)
{
    for (int i = 0; i < sample->n; i++) {
        if (sample->output[i] == output) {
            return (double)sample->probability[i] / SAMPLES_CERTAIN;
        }
    }
    return 0;
}

static struct line line_of(const struct gallery *gallery, int task, int i, int output,
                           const struct sampled_task *answers)
{
    const struct gallery_task *of = &gallery->tasks[task];
    struct line line = {.accuracy = (double)NAN};
    int whose, class = gallery_class(gallery, task, output, &whose);
    gallery_answer(gallery, task, output, line.name, sizeof line.name);
    line.is_truth = output == of->label[i] + of->shift;
    if (answers) {
        const struct sample *sample = &answers->samples[i];
        line.probability = probability_of(sample, output);
        line.is_given = sample->n > 0 && sample->output[0] == output;
        line.accuracy =
            whose == task && class >= 0 ? (double)answers->accuracy[class] : line.accuracy;
    }
    return line;
}

/* The answers in the order of classes if there is room for all, else the likeliest first, and the
 * right one in any case. */
static int list_answers(struct line *lines, int most, const struct gallery *gallery, int task,
                        int i, const struct sampled_task *answers)
{
    const struct gallery_task *of = &gallery->tasks[task];
    bool is_all = gallery->has_own_outputs;
    int first = is_all ? 0 : of->first_class, n = is_all ? gallery->n_classes : of->n_classes;
    int n_lines = 0;
    bool has_truth = false;
    if (n <= most && is_by_class(gallery, task)) {
        for (int k = first; k < first + n; k++) {
            lines[n_lines++] = line_of(gallery, task, i, k + of->shift, answers);
        }
        return n_lines;
    }
    for (int j = 0; answers && j < answers->samples[i].n && n_lines < most; j++) {
        lines[n_lines] = line_of(gallery, task, i, answers->samples[i].output[j], answers);
        has_truth |= lines[n_lines++].is_truth;
    }
    if (!has_truth && most > 0) {
        n_lines = n_lines < most ? n_lines : most - 1;
        lines[n_lines++] = line_of(gallery, task, i, of->label[i] + of->shift, answers);
    }
    return n_lines;
}

/* ---- drawing ---- */

static void draw_line(const struct pen *pen, int y, int name_w, const struct line *line)
{
    int bar_x = name_w + 2, bar_w = pen->area.w - bar_x - PERCENT_W - SCORE_W;
    enum role role = !line->is_given ? ROLE_DIM : line->is_truth ? ROLE_GOOD : ROLE_BAD;
    struct style style =
        line->is_truth || line->is_given ? style_bold(ROLE_TEXT) : style_of(ROLE_DIM);
    pen_text_max(pen, 0, y, name_w, style, line->name);
    if (line->is_truth) {
        pen_glyph(pen, name_w, y, style_bold(ROLE_ACCENT), GLYPH_LEFT);
    }
    struct bar bar = {.value = line->probability, .max = 1, .role = role, .is_bare = true};
    bar_draw(pen, bar_x, y, bar_w, &bar);
    pen_printf(pen, bar_x + bar_w + 1, y, line->is_given ? style_bold(role) : style_of(ROLE_DIM),
               "%3.0f %%", 100 * line->probability);
    if (isfinite(line->accuracy)) {
        pen_printf(pen, pen->area.w - SCORE_W + 1, y,
                   style_on(ROLE_ON_SCORE, style_score(line->accuracy)), " %3.0f ",
                   100 * line->accuracy);
    }
}

/* The answers from row y on, with their titles. */
static void draw_lines(const struct pen *pen, int y, const struct view *view, int task, int i,
                       const struct sampled_task *answers)
{
    struct line lines[GALLERY_CLASSES_MAX];
    char letter[4], title[24];
    int room = pen->area.h - y - 1, name_w = 1;
    room = room < GALLERY_CLASSES_MAX ? room : GALLERY_CLASSES_MAX;
    int n = list_answers(lines, room, view->facts->gallery, task, i, answers);
    for (int k = 0; k < n; k++) {
        int w = pen_columns(pen, lines[k].name) + 1;
        name_w = w > name_w ? w : name_w;
    }
    name_w = name_w < NAME_MOST ? name_w : NAME_MOST;
    int used = pen_text(pen, name_w + 2, y, style_of(ROLE_DIM), "how likely") + name_w + 2;
    task_letter(task, letter);
    snprintf(title, sizeof title, pen->area.w - used >= 20 ? "accuracy on %s" : "on %s", letter);
    pen_text_right(pen, pen->area.w, y, style_of(ROLE_DIM), title);
    for (int k = 0; k < n; k++) {
        draw_line(pen, y + 1 + k, name_w, &lines[k]);
    }
}

/* The picture as large as it can be in the rows there are; as the task sees it, and beside it as
 * the data has it, where these differ.  Returns the rows it takes. */
static int draw_pictures(const struct pen *pen, int y, int rows, const struct view *view, int task,
                         int i)
{
    const struct gallery *gallery = view->facts->gallery;
    const struct gallery_task *of = &gallery->tasks[task];
    bool is_pair = of->seen >= 0 && of->plain >= 0 && of->seen != of->plain;
    int w = gallery->width, h = (gallery->height + 1) / 2, n = 1;
    int columns = is_pair ? (pen->area.w - 2) / 2 : pen->area.w;
    while (2 * w * n <= 2 * columns && w * (n + 1) <= columns && h * (n + 1) <= rows) {
        n++;
    }
    if (w > columns || h > rows) { /* too large at a pixel a column: halved */
        w = (w + 1) / 2;
        h = (h + 1) / 2;
    }
    struct picture picture = {samples_picture(view, task, i, !is_pair && view->shows_plain),
                              gallery->width, gallery->height};
    picture_draw(pen, 0, y, w * n, h * n, &picture);
    if (is_pair && 2 * w * n + 2 <= pen->area.w) {
        picture.levels = samples_picture(view, task, i, true);
        picture_draw(pen, w * n + 2, y, w * n, h * n, &picture);
    }
    return h * n;
}

/* All features, for a table.  Returns the rows they take. */
static int draw_features(const struct pen *pen, int y, int rows, const struct view *view, int task,
                         int i)
{
    const struct gallery *gallery = view->facts->gallery;
    const float *values = gallery_row(gallery, gallery->tasks[task].plain, i);
    int n = values ? gallery->n_columns : 0;
    n = n < rows ? n : rows;
    for (int j = 0; j < n; j++) {
        char text[24];
        samples_value_text(gallery, j, values[j], text, sizeof text);
        pen_text_max(pen, 0, y + j, pen->area.w - 12, style_of(ROLE_DIM), gallery->column_names[j]);
        pen_text_right(pen, pen->area.w, y + j, style_of(ROLE_BODY), text);
    }
    return n;
}

/* "it is Sandal, the network says ✗ Sneaker". */
static void draw_verdict(const struct pen *pen, int y, const struct view *view, int task, int i,
                         const struct sampled_task *answers)
{
    const struct gallery *gallery = view->facts->gallery;
    int x = pen_text(pen, 0, y, style_of(ROLE_DIM), "it is ");
    x += pen_text(pen, x, y, style_bold(ROLE_TEXT),
                  gallery->class_names[gallery->tasks[task].label[i]]);
    if (samples_is_answered(answers, i)) {
        x += pen_text(pen, x, y, style_of(ROLE_DIM), ", it says ");
        char name[40];
        gallery_answer(gallery, task, answers->samples[i].output[0], name, sizeof name);
        int w = pen_columns(pen, name) + 3;
        w = w < pen->area.w - x ? w : pen->area.w - x;
        samples_draw_answer(pen, x, y, w, view, task, i, answers);
    }
}

void samples_draw_detail(const struct pen *pen, const struct view *view, int task, int i,
                         const struct sampled_task *answers)
{
    const struct gallery *gallery = view->facts->gallery;
    char letter[4], badge[8];
    if (i < 0) {
        return;
    }
    snprintf(badge, sizeof badge, " %s ", task_letter(task, letter));
    int x = pen_text(pen, 0, 0, style_badge(task), badge) + 1;
    pen_printf(pen, x, 0, style_of(ROLE_DIM), "test example %d", gallery->tasks[task].index[i] + 1);
    /* Air above and below the verdict where all answers have their line all the same. */
    int wanted = gallery->has_own_outputs ? gallery->n_classes : gallery->tasks[task].n_classes;
    int rows = pen->area.h - HEADS - wanted, most = pen->area.h - HEADS - LINES_LEAST;
    int quarter = pen->area.h / 4, air = rows >= quarter + 2 ? 1 : 0;
    rows -= 2 * air;
    rows = rows < quarter ? quarter : rows;
    rows = rows > most && most > 0 ? most : rows;
    int y = 1 + (gallery->width > 0 ? draw_pictures(pen, 1, rows, view, task, i)
                                    : draw_features(pen, 1, rows, view, task, i));
    draw_verdict(pen, y + air, view, task, i, answers);
    draw_lines(pen, y + 1 + 2 * air, view, task, i, answers);
}
