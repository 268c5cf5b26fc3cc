/* SPDX-License-Identifier: MIT
 * What the network writes now after each task's prompt, beside what it wrote when it had just
 * learned the task. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/panels/panel.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/text.h"

enum { BESIDE_LEAST = 96, /* columns for two texts side by side */ LOST_MUCH = 10 };
enum { LABEL = 4, NEWLINE = 0x21B5 /* ↵ */, NEWLINE_ASCII = '$' /* no text has it */ };

/* A pen that writes characters into rows, broken between words where it can be. */
struct flow {
    const struct pen *pen;
    int x, y, rows; /* rows left, the present one included */
};

static void flow_break(struct flow *flow)
{
    flow->x = 0;
    flow->y++;
    flow->rows--;
}

static void flow_put(struct flow *flow, char c, struct style style)
{
    if (flow->x == flow->pen->area.w) {
        flow_break(flow);
    }
    if (flow->rows < 1 || (flow->x == 0 && c == ' ')) {
        return;
    }
    if (c == '\n') {
        bool is_ascii = flow->pen->glyphs->dots == DOTS_ASCII;
        pen_put(flow->pen, flow->x, flow->y, style_of(ROLE_FAINT),
                is_ascii ? NEWLINE_ASCII : NEWLINE);
    } else {
        pen_put(flow->pen, flow->x, flow->y, style, (uint32_t)(unsigned char)c);
    }
    flow->x++;
}

/* Columns until the next place where a row may be broken. */
static int word_columns(const char *text, int n)
{
    int length = 0;
    while (length < n && text[length] != ' ' && text[length] != '\n') {
        length++;
    }
    return length;
}

static void flow_text(struct flow *flow, const char *text, int n, const bool *strange,
                      struct style style)
{
    const struct style wrong = {.fg = ROLE_BAD, .attr = ATTR_UNDERLINE};
    for (int i = 0; i < n && flow->rows > 0; i++) {
        bool begins_word = text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
        int columns = begins_word ? word_columns(text + i, n - i) : 0;
        if (columns > flow->pen->area.w - flow->x && columns < flow->pen->area.w / 2) {
            flow_break(flow);
        }
        flow_put(flow, text[i], strange && strange[i] ? wrong : style);
    }
}

/* Characters of the passage that are there already: whole words. */
static int n_typed(const struct view *view, const struct passage *passage)
{
    int n = view->typed < passage->n ? view->typed : passage->n;
    return view->is_typing ? n + word_columns(passage->text + n, passage->n - n) : passage->n;
}

/* Prompt and what was written behind it. */
static void draw_now(const struct pen *pen, struct rect rect, const struct view *view,
                     const struct written *written)
{
    struct pen inside = pen_sub(pen, rect);
    struct flow flow = {.pen = &inside, .rows = rect.h};
    const struct passage *now = &written->now;
    int n = n_typed(view, now);
    flow_text(&flow, written->prompt, (int)strlen(written->prompt), NULL, style_of(ROLE_DIM));
    flow_text(&flow, now->text, n, now->strange, style_of(ROLE_TEXT));
    if (n < now->n) {
        flow_put(&flow, ' ', (struct style){.fg = ROLE_ACCENT, .attr = ATTR_REVERSE});
    }
}

static void draw_then(const struct pen *pen, struct rect rect, const struct written *written)
{
    struct pen inside = pen_sub(pen, rect);
    struct flow flow = {.pen = &inside, .rows = rect.h};
    flow_text(&flow, written->prompt, (int)strlen(written->prompt), NULL, style_of(ROLE_DIM));
    flow_text(&flow, written->then.text, written->then.n, NULL, style_of(ROLE_DIM));
}

/* Behind the label. */
static struct rect rect_inside(struct rect rect)
{
    return (struct rect){rect.x + LABEL, rect.y, rect.w - LABEL, rect.h};
}

/* "89 % right · 0.52 bits"; of what was lost "88 → 16 % right · 7.04 bits". */
static void value_text(const struct view *view, int task, char *text, size_t size)
{
    double accuracy = view_accuracy(view, task);
    char before[16] = "";
    text[0] = '\0';
    const struct series *bits = track_curve(view_track(view), PROBE_BITS, task);
    double now = view->has_cursor ? series_at(bits, view->cursor) : series_last(bits);
    if (view_lost(view, task) > 0) {
        snprintf(before, sizeof before, "%d → ", percent(view_best(view, task)));
    }
    if (isfinite(accuracy) && isfinite(now)) {
        snprintf(text, size, "%s%d %% right · %.2f bits", before, percent(accuracy), now);
    }
}

static void draw_head(const struct pen *pen, const struct view *view, int y,
                      const struct written *written)
{
    char letter[4], value[48];
    value_text(view, written->task, value, sizeof value);
    int x = pen_text(pen, 0, y, style_badge(written->task), task_letter(written->task, letter));
    const char *name = view->facts->task_names ? view->facts->task_names[written->task] : "";
    x += 1 + pen_text(pen, x + 1, y, style_bold(style_task(written->task)), name);
    if (x + 2 + pen_columns(pen, value) > pen->area.w) {
        value[strcspn(value, "%") + (value[0] != '\0')] = '\0'; /* without words and bits */
    }
    if (x + 2 + pen_columns(pen, value) <= pen->area.w) {
        bool is_lost = view_lost(view, written->task) >= LOST_MUCH;
        pen_text_right(pen, pen->area.w, y, style_of(is_lost ? ROLE_BAD : ROLE_DIM), value);
    }
}

/* What it wrote then stands beside what it writes now, or below it where the panel is narrow. */
static void draw_both(const struct pen *pen, const struct view *view, struct rect rect,
                      const struct written *written)
{
    struct rect then = rect;
    if (pen->area.w >= BESIDE_LEAST) {
        then = rect_cut_right(&rect, rect.w / 2);
        rect.w -= 2;
    } else {
        then = rect_cut_bottom(&rect, rect.h / 2);
    }
    pen_text(pen, rect.x, rect.y, style_of(ROLE_ACCENT), "now");
    draw_now(pen, rect_inside(rect), view, written);
    pen_text(pen, then.x, then.y, style_of(ROLE_DIM), "was");
    draw_then(pen, rect_inside(then), written);
}

/* One task in `rows` rows: a head, what it writes now, and if there is room what it wrote then. */
static void draw_written(const struct pen *pen, const struct view *view, int y, int rows,
                         const struct written *written)
{
    struct rect rect = {0, y + 1, pen->area.w, rows - 1};
    draw_head(pen, view, y, written);
    if (written->has_then && (rows >= 3 || pen->area.w >= BESIDE_LEAST)) {
        draw_both(pen, view, rect, written);
    } else {
        pen_text(pen, 0, y + 1, style_of(ROLE_ACCENT), "now");
        draw_now(pen, rect_inside(rect), view, written);
    }
}

/* ---- a conversation ---- */

/* A line of speech, said or answered; and how many rows it takes. */
struct speech {
    const char *text;
    int n;
    bool is_answer, is_typed;
    int rows;
};

enum { SPEECHES_MAX = 2 * (WRITING_TURNS_MAX + 1) };

/* Without the blank before an answer and the end of its line. */
static struct speech answer_of(const struct passage *passage, int n)
{
    int first = n > 0 && passage->text[0] == ' ';
    n -= n > first && passage->text[n - 1] == '\n';
    return (struct speech){.text = passage->text + first, .n = n - first, .is_answer = true};
}

static struct speech said_of(const char *said)
{
    return (struct speech){.text = said, .n = (int)strlen(said)};
}

static int fill_speeches(const struct view *view, const struct writing *writing,
                         struct speech speeches[SPEECHES_MAX])
{
    const struct written *asked = &writing->rows[writing->n - 1];
    int n = 0, typed = n_typed(view, &asked->now);
    for (int i = 0; i < writing->n_turns; i++) {
        const struct turn *turn = &writing->turns[i];
        speeches[n++] = said_of(turn->said);
        speeches[n++] = answer_of(&turn->answer, turn->answer.n);
    }
    speeches[n++] = said_of(asked->prompt);
    speeches[n] = answer_of(&asked->now, typed);
    speeches[n++].is_typed = typed < asked->now.n;
    return n;
}

/* In as many rows as the pen has, or where `is_drawn` is not set as it would take. */
static int draw_speech(const struct pen *pen, int y, int rows, const struct speech *speech,
                       bool is_drawn)
{
    struct pen inside = pen_sub(pen, (struct rect){LABEL, y, pen->area.w - LABEL, rows});
    struct pen nowhere = pen_sub(pen, (struct rect){0, 0, pen->area.w - LABEL, 0});
    struct flow flow = {.pen = is_drawn ? &inside : &nowhere, .rows = rows};
    struct style style = speech->is_answer ? style_of(ROLE_TEXT) : style_of(ROLE_DIM);
    flow_text(&flow, speech->text, speech->n, NULL, style);
    if (speech->is_typed) {
        flow_put(&flow, ' ', (struct style){.fg = ROLE_ACCENT, .attr = ATTR_REVERSE});
    }
    if (is_drawn) {
        const char *label = speech->is_answer ? "it" : "you";
        pen_text(pen, 0, y, style_bold(speech->is_answer ? ROLE_ACCENT : ROLE_DIM), label);
    }
    return flow.y + 1;
}

/* The last turns, as far as they fit. */
static void draw_speeches(const struct pen *pen, const struct view *view, int y,
                          const struct writing *writing)
{
    struct speech speeches[SPEECHES_MAX];
    int n = fill_speeches(view, writing, speeches), first = n, used = 0, room = pen->area.h - y;
    for (int i = 0; i < n; i++) {
        speeches[i].rows = draw_speech(pen, 0, room, &speeches[i], false);
    }
    while (first > 1 &&
           (first == n || used + speeches[first - 1].rows + speeches[first - 2].rows <= room)) {
        first -= 2;
        used += speeches[first].rows + speeches[first + 1].rows;
    }
    for (int i = first; i < n; i++) {
        y += draw_speech(pen, y, pen->area.h - y, &speeches[i], true);
    }
}

/* What the task was worth when the conversation began, and what it is now: "88 → 74 % right". */
static void draw_cost(const struct pen *pen, const struct view *view, int y, int task, long since)
{
    char letter[4], text[32];
    double now = view_accuracy(view, task);
    double then = series_at(track_curve(view_track(view), PROBE_ACCURACY, task), (double)since);
    int x = pen_text(pen, 0, y, style_badge(task), task_letter(task, letter));
    const char *name = view->facts->task_names ? view->facts->task_names[task] : "";
    pen_text(pen, x + 1, y, style_bold(style_task(task)), name);
    if (isfinite(now)) {
        int lost = isfinite(then) ? percent(then) - percent(now) : 0;
        bool has_changed = lost >= LOST_LEAST || -lost >= LOST_LEAST;
        snprintf(text, sizeof text, "%d → ", percent(isfinite(then) ? then : now));
        size_t used = has_changed ? strlen(text) : 0;
        snprintf(text + used, sizeof text - used, "%d %% right", percent(now));
        pen_text_right(pen, pen->area.w, y, style_of(lost >= LOST_MUCH ? ROLE_BAD : ROLE_DIM),
                       text);
    }
}

/* What all tasks are worth, in a row each, and below what was said. */
static void draw_talk(const struct pen *pen, const struct view *view, const struct writing *writing)
{
    int n = writing->n - 1, most = pen->area.h / 2 - 1, y = 0;
    for (int i = n > most ? n - most : 0; i < n; i++) {
        draw_cost(pen, view, y++, writing->rows[i].task, writing->turns_at);
    }
    draw_speeches(pen, view, y + (y > 0 && pen->area.h > 8), writing);
}

/* ---- the panel ---- */

static const char *lacks(const struct view *view)
{
    return view_picture(view) == PANEL_WRITING ? NULL
                                               : "This data is no text: --data text has some.";
}

static void draw(const struct pen *pen, const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    const struct writing *writing = &exhibits->writing;
    if (!exhibits->has[EXHIBIT_WRITING] || writing->n == 0) {
        const char *why = lacks(view);
        text_draw(pen, 0, 0, style_of(ROLE_DIM), why ? why : "It has written nothing yet.");
        return;
    }
    if (writing->rows[writing->n - 1].task == WRITING_ASKED) {
        draw_talk(pen, view, writing);
        return;
    }
    int most = pen->area.h / 2, n = writing->n < most ? writing->n : most;
    int first = writing->n - n;
    for (int i = 0; i < n; i++) {
        int y = pen->area.h * i / n, end = pen->area.h * (i + 1) / n;
        int rows = end - y - (pen->area.h >= 6 * n); /* a line of air where there is room */
        draw_written(pen, view, y, rows, &writing->rows[first + i]);
    }
}

static struct exhibit_request room(const struct pen *pen, const struct view *view)
{
    (void)view;
    bool is_shown = pen->area.w > 0 && pen->area.h > 1;
    return (struct exhibit_request){.is_shown = is_shown,
                                    .rows = is_shown ? pen->area.h : 0,
                                    .cols = is_shown ? pen->area.w : 0};
}

static long step(const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    bool is_then = exhibits->has[EXHIBIT_WRITING] && view_is_past(view);
    return is_then ? exhibits->writing.step : MAP_STEP_NOW;
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    double temperature = view_learner(view)->params.value[PARAM_TEXT_TEMPERATURE];
    const char *key = columns >= 34   ? "_ it would not have then · "
                      : columns >= 25 ? "_ unlike then · "
                                      : "";
    snprintf(text, size, "%stemp. %.1f", key, temperature);
}

const struct panel panel_writing = {
    .name = "writing",
    .title = "what it writes",
    .about = "*What you see.* The network is asked to go on with the beginning of a text of each "
             "task it has met, a character at a time, every few seconds. *now* is what it writes "
             "at this moment; "
             "*was* what it wrote when it had just learned that task. Underlined red characters "
             "are those that it would hardly have written then (less than one in fifty). At the "
             "right what it "
             "could when it had just learned the task → what it can now.\n\n"
             "*What to look for.* At a boundary the old tasks' texts turn into those of the new "
             "one: the same weights now say something else. With replay they stay what they "
             "were; with LoRA (4) on before the second task, unplugging it (u) in there brings the "
             "first back at once.\n\n"
             "*How.* The last 16 characters go through an embedding (a trained vector for each "
             "character) into the same kind of network as everywhere here, or the last 64 into a "
             "transformer, which attends to all of them; the next character is drawn from p^(1/T), "
             "T the temperature (a knob). The dice are the same for the same "
             "seed and step.\n\n"
             "*Keys here.* t say something: it answers, turn after turn, and beside each task "
             "stands what "
             "the conversation has cost it so far; where texts are questions and answers (--suite "
             "conversation) it is asked as they are · :teach TEXT trains on it · Esc ends it\n\n"
             "_Bengio et al. 2003, A neural probabilistic language model_",
    .step = step,
    .note = note,
    .draw = draw,
    .room = room,
    .exhibit = EXHIBIT_WRITING,
    .lacks = lacks,
};
