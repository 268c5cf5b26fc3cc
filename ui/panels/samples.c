/* SPDX-License-Identifier: MIT
 * Test examples as pictures, and what the network says they are. */
#include "ui/panels/samples.h"

#include <math.h>
#include <stdio.h>

#include "base/range.h"
#include "ui/panels/panel.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/picture.h"

enum {
    SIDE = 7,         /* columns of what stands before a row: letter, count, accuracy */
    DETAIL_FROM = 66, /* columns of the panel from which the chosen one has room of its own */
    DETAIL_LEAST = 30,
    DETAIL_MOST = 64,
    TASKS_WANTED = 5, /* pictures are as large as they can be while so many fit ... */
    EACH_WANTED = 6,
    TASKS_LEAST = 3, /* ... and rather small than fewer than that */
    EACH_LEAST = 4,
    WIDTH_LEAST = 8,    /* columns of a picture and its answer */
    PLAIN_COLUMNS = 34, /* of the note, to say so */
};

/* ---- what is shown ---- */

/* The step of the cursor, or where the session stands. */
static long step_of(const struct view *view)
{
    return view->has_cursor ? (long)view->cursor : view->snapshot->step;
}

/* True if the task had begun then. */
static bool has_begun(const struct view *view, int task, long step)
{
    return timeline_had_begun(view->timeline, task, timeline_stage_at(view->timeline, step));
}

/* The answers of the learner that is looked at; NULL if there are none. */
static const struct samples *answers_of(const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    bool is_its =
        exhibits->has[EXHIBIT_SAMPLES] && exhibits->samples.learner == view_learner(view)->id;
    return is_its ? &exhibits->samples : NULL;
}

static struct samples_shown shown_of(const struct view *view, const struct samples_wall *wall)
{
    struct samples_shown shown = {0};
    const struct samples *samples = answers_of(view);
    int n_tasks = view->facts->gallery->n_tasks;
    for (int i = 0; samples && i < samples->n_tasks && shown.n < wall->n_tasks; i++) {
        int task = samples->tasks[i].task;
        if (task < n_tasks && has_begun(view, task, step_of(view))) {
            shown.tasks[shown.n] = task;
            shown.answers[shown.n++] = &samples->tasks[i];
        }
    }
    for (int t = 0; !samples && t < n_tasks && shown.n < wall->n_tasks; t++) {
        if (has_begun(view, t, step_of(view))) {
            shown.tasks[shown.n++] = t;
        }
    }
    return shown;
}

bool samples_is_answered(const struct sampled_task *answers, int i)
{
    return answers && answers->samples[i].n > 0;
}

bool samples_is_right(const struct view *view, int task, const struct sampled_task *answers, int i)
{
    const struct gallery_task *of = &view->facts->gallery->tasks[task];
    return samples_is_answered(answers, i) &&
           answers->samples[i].output[0] == of->label[i] + of->shift;
}

int samples_right(const struct view *view, int task, const struct sampled_task *answers, int n)
{
    int right = 0, answered = 0;
    for (int i = 0; i < n; i++) {
        answered += samples_is_answered(answers, i);
        right += samples_is_right(view, task, answers, i);
    }
    return answered == n ? right : -1;
}

const uint8_t *samples_picture(const struct view *view, int task, int i, bool is_plain)
{
    const struct gallery *gallery = view->facts->gallery;
    const struct gallery_task *of = &gallery->tasks[task];
    int set = is_plain || of->seen < 0 ? of->plain : of->seen;
    return gallery_picture(gallery, set, i);
}

bool samples_has_views(const struct view *view)
{
    const struct gallery *gallery = view->facts->gallery;
    for (int t = 0; gallery && gallery->width > 0 && t < gallery->n_tasks; t++) {
        if (gallery->tasks[t].seen >= 0 && gallery->tasks[t].seen != gallery->tasks[t].plain) {
            return true;
        }
    }
    return false;
}

/* ---- where it is shown ---- */

/* A picture at a scale, in sixths: 6 is a column and half a row a pixel. */
static void set_size(struct samples_wall *wall, const struct gallery *gallery, int sixths)
{
    wall->w = (gallery->width * sixths + 5) / 6;
    wall->h = (gallery->height * sixths + 11) / 12;
    wall->step_x = wall->w + 1;
    wall->step_y = wall->h + 1;
    wall->n_tasks = wall->rows.h / wall->step_y;
    wall->n_each = (wall->rows.w - SIDE + 1) / wall->step_x;
}

/* Pictures as large as they can be: at whole multiples, a half or a third. */
static void hang_pictures(struct samples_wall *wall, const struct gallery *gallery)
{
    static const int scales[] = {24, 18, 12, 6, 3, 2};
    enum { N_SCALES = sizeof scales / sizeof *scales };
    int tasks = min_int(gallery->n_tasks, TASKS_WANTED),
        each = min_int(gallery->n_each, EACH_WANTED);
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < N_SCALES; i++) {
            set_size(wall, gallery, scales[i]);
            if (wall->n_tasks >= tasks && wall->n_each >= each && wall->w >= WIDTH_LEAST) {
                return;
            }
        }
        tasks = min_int(tasks, TASKS_LEAST);
        each = min_int(each, EACH_LEAST);
    }
    for (int i = N_SCALES; i-- > 0;) { /* it is tight: the smallest that can be read */
        set_size(wall, gallery, scales[i]);
        if (wall->w >= WIDTH_LEAST) {
            return;
        }
    }
}

/* A line an example, a line of accuracies below, and air where there is room. */
static void hang_lines(struct samples_wall *wall, const struct gallery *gallery)
{
    enum { LINES_LEAST = 3 };
    int room = wall->rows.h - 1, tasks = min_int(gallery->n_tasks, SAMPLES_TASKS_MAX);
    while (tasks > 1 && room / tasks < LINES_LEAST + 1) {
        tasks--;
    }
    int block = room / tasks;
    wall->n_tasks = tasks;
    wall->n_each = block > LINES_LEAST + 2 ? block - 2 : block - 1;
    wall->n_each = wall->n_each < 1 ? 1 : min_int(wall->n_each, GALLERY_EACH_MAX);
    wall->w = wall->rows.w - SIDE;
    wall->h = 1;
    wall->step_x = 0;
    wall->step_y = min_int(block, wall->n_each + 2);
}

static struct samples_wall wall_of(const struct pen *pen, const struct view *view)
{
    const struct gallery *gallery = view->facts->gallery;
    struct samples_wall wall = {.rows = pen_rect(pen)};
    if (view->is_enlarged && wall.rows.w >= DETAIL_FROM) {
        int columns = wall.rows.w * 2 / 5;
        columns = columns < DETAIL_LEAST ? DETAIL_LEAST : min_int(columns, DETAIL_MOST);
        wall.detail = rect_cut_right(&wall.rows, columns);
        rect_cut_left(&wall.detail, 2);
    }
    if (gallery->width > 0) {
        hang_pictures(&wall, gallery);
    } else {
        hang_lines(&wall, gallery);
    }
    wall.n_tasks = min_int(wall.n_tasks, SAMPLES_TASKS_MAX);
    wall.n_each = min_int(wall.n_each, gallery->n_each);
    return wall;
}

static int n_of(const struct view *view, const struct samples_wall *wall, int task)
{
    return min_int(view->facts->gallery->tasks[task].n, wall->n_each);
}

static void put_choice(struct panel_lines *lines, int task, int i)
{
    char letter[4];
    panel_line(lines, "sample %s %d", task_letter(task, letter), i + 1);
}

static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    struct panel_lines lines = {0};
    if (!view->facts->gallery) {
        return lines;
    }
    struct samples_wall wall = wall_of(pen, view);
    struct samples_shown shown = shown_of(view, &wall);
    bool is_table = wall.step_x == 0;
    int line = is_table ? y - 1 : y;
    if (!rect_has(wall.rows, x, y) || x < SIDE || line < 0 || line / wall.step_y >= shown.n) {
        return lines;
    }
    int task = shown.tasks[line / wall.step_y];
    int i = is_table ? line % wall.step_y : (x - SIDE) / wall.step_x;
    if (i < n_of(view, &wall, task)) {
        put_choice(&lines, task, i);
    }
    return lines;
}

int samples_chosen_row(const struct view *view, const struct samples_shown *shown)
{
    for (int i = 0; view->has_sample && i < shown->n; i++) {
        if (shown->tasks[i] == view->sample_task) {
            return i;
        }
    }
    return 0;
}

static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    struct panel_lines lines = {0};
    if (!view->facts->gallery) {
        return lines;
    }
    struct samples_wall wall = wall_of(pen, view);
    struct samples_shown shown = shown_of(view, &wall);
    if (shown.n == 0) {
        return lines;
    }
    int row = samples_chosen_row(view, &shown), i = view->has_sample ? view->sample : 0;
    bool is_table = wall.step_x == 0, was_chosen = view->has_sample || view->is_enlarged;
    if (was_chosen && is_table) { /* lines go down through the tasks */
        int n = n_of(view, &wall, shown.tasks[row]), next = i + dy;
        bool is_next = next >= n && row + 1 < shown.n, is_last = next < 0 && row > 0;
        row += dx + is_next - is_last;
        i = is_next ? 0 : is_last ? wall.n_each - 1 : next;
    } else if (was_chosen) {
        row += dy;
        i += dx;
    }
    row = row < 0 ? 0 : min_int(row, shown.n - 1);
    put_choice(&lines, shown.tasks[row],
               i < 0 ? 0 : min_int(i, n_of(view, &wall, shown.tasks[row]) - 1));
    return lines;
}

static const char *lacks(const struct view *view)
{
    return !view->facts->gallery               ? "no pictures or rows to look at, or none recorded"
           : view_picture(view) == PANEL_DRIFT ? NULL
                                               : "points of the plane are seen on the surface";
}

static struct exhibit_request room(const struct pen *pen, const struct view *view)
{
    if (!view->facts->gallery || pen->area.w < 1 || pen->area.h < 1) {
        return (struct exhibit_request){0};
    }
    struct samples_wall wall = wall_of(pen, view);
    return (struct exhibit_request){
        .is_shown = wall.n_tasks > 0 && wall.n_each > 0, .rows = wall.n_tasks, .cols = wall.n_each};
}

/* ---- drawing ---- */

void samples_draw_answer(const struct pen *pen, int x, int y, int columns, const struct view *view,
                         int task, int i, const struct sampled_task *answers)
{
    char name[40];
    if (!samples_is_answered(answers, i)) {
        pen_glyph(pen, x, y, style_of(ROLE_DIM), GLYPH_MIDDLE_DOT);
        return;
    }
    bool is_right = samples_is_right(view, task, answers, i);
    struct style style = is_right ? style_of(ROLE_GOOD) : style_on(ROLE_ON_SCORE, style_score(0));
    if (!is_right) {
        style.attr = ATTR_BOLD | (pen->depth == DEPTH_MONO ? ATTR_REVERSE : 0);
        pen_fill(pen, (struct rect){x, y, columns, 1}, style, ' ');
    }
    gallery_answer(view->facts->gallery, task, answers->samples[i].output[0], name, sizeof name);
    pen_glyph(pen, x, y, style, is_right ? GLYPH_YES : GLYPH_NO);
    pen_text_max(pen, x + 2, y, columns - 2, style, name);
}

/* Letter, how many are right, and the accuracy on all of the test set. */
static void draw_side(const struct pen *pen, int y, int h, const struct view *view, int task, int n,
                      const struct sampled_task *answers)
{
    char letter[4], text[16];
    int right = samples_right(view, task, answers, n);
    double accuracy = view_accuracy(view, task);
    snprintf(text, sizeof text, " %s ", task_letter(task, letter));
    pen_text(pen, 0, y, style_badge(task), text);
    if (right >= 0 && h > 1) {
        pen_printf(pen, 0, y + 1, style_bold(right == n ? ROLE_GOOD : ROLE_TEXT), "%d/%d", right,
                   n);
    }
    if (isfinite(accuracy) && h > 2) {
        pen_printf(pen, 0, y + 2, style_of(ROLE_DIM), "%d %%", percent(accuracy));
    }
}

static void draw_frame(const struct pen *pen, int x, int y, const struct samples_wall *wall)
{
    struct style style = style_bold(ROLE_ACCENT);
    pen_vline(pen, x - 1, y, wall->step_y, style, GLYPH_V);
    pen_vline(pen, x + wall->w, y, wall->step_y, style, GLYPH_V);
}

static void draw_pictures(const struct pen *pen, const struct view *view,
                          const struct samples_wall *wall, const struct samples_shown *shown)
{
    const struct gallery *gallery = view->facts->gallery;
    struct picture picture = {.width = gallery->width, .height = gallery->height};
    bool has_choice = view->has_sample || view->is_enlarged;
    int chosen_row = has_choice ? samples_chosen_row(view, shown) : -1;
    int chosen = view->has_sample ? view->sample : 0;
    for (int row = 0; row < shown->n; row++) {
        int task = shown->tasks[row], n = n_of(view, wall, task), y = row * wall->step_y;
        draw_side(pen, y, wall->step_y, view, task, n, shown->answers[row]);
        for (int i = 0; i < n; i++) {
            int x = SIDE + i * wall->step_x;
            picture.levels = samples_picture(view, task, i, view->shows_plain);
            picture_draw(pen, x, y, wall->w, wall->h, &picture);
            samples_draw_answer(pen, x, y + wall->h, wall->w, view, task, i, shown->answers[row]);
            if (row == chosen_row && i == chosen) {
                draw_frame(pen, x, y, wall);
            }
        }
    }
}

/* Where the tasks to come will stand, if all have a place. */
static void draw_to_come(const struct pen *pen, const struct view *view,
                         const struct samples_wall *wall, int n_shown)
{
    int n_tasks = view->facts->gallery->n_tasks, top = wall->step_x == 0 ? 1 : 0;
    for (int t = n_shown; t < n_tasks && n_tasks <= wall->n_tasks; t++) {
        char letter[4];
        pen_text(pen, 1, top + t * wall->step_y, style_of(ROLE_DIM), task_letter(t, letter));
    }
}

static void draw(const struct pen *pen, const struct view *view)
{
    if (!view->facts->gallery) {
        pen_text_max(pen, 0, pen->area.h / 2, pen->area.w, style_of(ROLE_DIM), lacks(view));
        return;
    }
    struct samples_wall wall = wall_of(pen, view);
    struct samples_shown shown = shown_of(view, &wall);
    struct pen rows = pen_sub(pen, wall.rows);
    if (shown.n == 0) {
        pen_text_max(pen, 0, pen->area.h / 2, pen->area.w, style_of(ROLE_DIM),
                     "examples come with the first task");
        return;
    }
    if (view->facts->gallery->width > 0) {
        draw_pictures(&rows, view, &wall, &shown);
    } else {
        samples_draw_table(&rows, view, &wall, &shown);
    }
    draw_to_come(&rows, view, &wall, shown.n);
    if (!rect_is_empty(wall.detail)) {
        struct pen detail = pen_sub(pen, wall.detail);
        int row = samples_chosen_row(view, &shown), i = view->has_sample ? view->sample : 0;
        int n = view->facts->gallery->tasks[shown.tasks[row]].n;
        samples_draw_detail(&detail, view, shown.tasks[row], min_int(i, n - 1), shown.answers[row]);
    }
}

static long step(const struct view *view)
{
    const struct samples *answers = view->facts->gallery ? answers_of(view) : NULL;
    return answers ? answers->step : MAP_STEP_NOW;
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    char name[40];
    bool has_answers = view->facts->gallery && answers_of(view);
    bool is_picture = samples_has_views(view);
    view_learner_text(view, name, sizeof name);
    if (view->tape.is_played && !has_answers) {
        snprintf(text, size, "its answers were not recorded here");
    } else {
        const char *what = !is_picture ? ""
                           : view->shows_plain && columns >= PLAIN_COLUMNS
                               ? "pictures as the data has them"
                           : view->shows_plain        ? "plain"
                           : columns >= PLAIN_COLUMNS ? "as the task sees them"
                                                      : "";
        bool has_name = name[0] && columns >= 20;
        snprintf(text, size, "%s%s%s", has_name ? name : "", has_name && what[0] ? " · " : "",
                 what);
    }
}

const struct panel panel_samples = {
    .name = "samples",
    .title = "samples",
    .about = "*What you see.* The same few test examples all the time, a row a task, and what the "
             "network says they are now: ✓ right, ✗ wrong, on red. The network has never been "
             "trained on them. Beside a row: how many of those shown are right, and the accuracy "
             "on the whole test set.\n\n"
             "*What to look for.* When a new task begins, the answers of the old ones flip one by "
             "one: that is what a falling curve means. Tasks that see the same data in their own "
             "way show the same examples, so a column is one example in all of them: *p* shows "
             "them unpermuted. With replay answers flip back.\n\n"
             "*Enlarged.* One of them with the probability of every answer (the softmax of the "
             "outputs that compete) and the accuracy on each class of its task: classes are "
             "forgotten one by one, too.\n\n"
             "*Of a table* the rows show the features that tell its classes apart best (variance "
             "between the classes over that inside them), in the table's own units.\n\n"
             "*Keys here.* arrows choose one · Enter enlarges · p plain, or as the task sees "
             "them · Esc none",
    .step = step,
    .note = note,
    .draw = draw,
    .room = room,
    .exhibit = EXHIBIT_SAMPLES,
    .lacks = lacks,
    .click = click,
    .move = move,
};
