/* SPDX-License-Identifier: MIT
 * What the network writes now after each task's prompt, beside what it wrote when it had just
 * learned the task. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/panels/panel.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/text.h"

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

/* Prompt and what was written behind it, in at most `rows` rows from y on; returns how many. */
static int draw_passage(const struct pen *pen, int y, int rows, const char *prompt,
                        const struct passage *passage, bool is_now)
{
    struct pen inside = pen_sub(pen, (struct rect){LABEL, y, pen->area.w - LABEL, rows});
    struct flow flow = {.pen = &inside, .rows = rows};
    struct style style = style_of(is_now ? ROLE_TEXT : ROLE_DIM);
    flow_text(&flow, prompt, (int)strlen(prompt), NULL, style_of(ROLE_DIM));
    flow_text(&flow, passage->text, passage->n, is_now ? passage->strange : NULL, style);
    return flow.y + 1 < rows ? flow.y + 1 : rows;
}

/* "89 % right · 0.52 bits" */
static void value_text(const struct view *view, int task, char *text, size_t size)
{
    double accuracy = view_accuracy(view, task);
    text[0] = '\0';
    const struct series *bits = track_curve(view_track(view), PROBE_BITS, task);
    double now = view->has_cursor ? series_at(bits, view->cursor) : series_last(bits);
    if (isfinite(accuracy) && isfinite(now)) {
        snprintf(text, size, "%d %% right · %.2f bits", percent(accuracy), now);
    }
}

static void draw_head(const struct pen *pen, const struct view *view, int y,
                      const struct written *written)
{
    char letter[4], value[48];
    if (written->task == WRITING_ASKED) {
        pen_text(pen, 0, y, style_bold(ROLE_ACCENT), "you asked");
        return;
    }
    value_text(view, written->task, value, sizeof value);
    int x = pen_text(pen, 0, y, style_badge(written->task), task_letter(written->task, letter));
    const char *name = view->facts->task_names ? view->facts->task_names[written->task] : "";
    x += 1 + pen_text(pen, x + 1, y, style_bold(style_task(written->task)), name);
    if (x + 2 + pen_columns(pen, value) <= pen->area.w) {
        pen_text_right(pen, pen->area.w, y, style_of(ROLE_DIM), value);
    }
}

/* One task in `rows` rows: a head, what it writes now, and if there is room what it wrote then. */
static void draw_written(const struct pen *pen, const struct view *view, int y, int rows,
                         const struct written *written)
{
    bool has_then = written->has_then && rows >= 3;
    int then = has_then ? (rows - 1) / 2 : 0, now = rows - 1 - then;
    draw_head(pen, view, y, written);
    pen_text(pen, 0, y + 1, style_of(ROLE_ACCENT), "now");
    int used = 1 + draw_passage(pen, y + 1, now, written->prompt, &written->now, true);
    if (has_then) {
        pen_text(pen, 0, y + used, style_of(ROLE_DIM), "was");
        draw_passage(pen, y + used, then, written->prompt, &written->then, false);
    }
}

static void draw(const struct pen *pen, const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    const struct writing *writing = &exhibits->writing;
    if (!exhibits->has[EXHIBIT_WRITING] || writing->n == 0) {
        text_draw(pen, 0, 0, style_of(ROLE_DIM),
                  view->facts->form == DATA_TEXT ? "It has written nothing yet."
                                                 : "This data is no text: --data text has some.");
        return;
    }
    int most = pen->area.h / 2, n = writing->n < most ? writing->n : most;
    int first = writing->n - n;
    for (int i = 0; i < n; i++) {
        int y = pen->area.h * i / n, end = pen->area.h * (i + 1) / n;
        int rows = end - y - (pen->area.h >= 5 * n); /* a line of air where there is room */
        draw_written(pen, view, y, rows, &writing->rows[first + i]);
    }
}

static struct exhibit_request room(const struct pen *pen, const struct view *view)
{
    (void)view;
    bool is_shown = pen->area.w > 0 && pen->area.h > 1;
    return (struct exhibit_request){.is_shown = is_shown,
                                    .rows = is_shown ? pen->area.h / 2 : 0,
                                    .cols = is_shown ? pen->area.w : 0};
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    double temperature = view_learner(view)->params.value[PARAM_TEXT_TEMPERATURE];
    const char *key = columns >= 34   ? "_ it would not have then · "
                      : columns >= 25 ? "_ unlike then · "
                                      : "";
    snprintf(text, size, "%stemp. %.1f", key, temperature);
}

static bool offers(const struct view *view)
{
    return view_picture(view) == PANEL_WRITING;
}

const struct panel panel_writing = {
    .name = "writing",
    .title = "what it writes",
    .about = "*What you see.* The network is asked to go on with the beginning of a text of each "
             "task it has met, a character at a time. *now* is what it writes at this moment; "
             "*was* what it wrote when it had just learned that task. Underlined red characters "
             "are those that it would hardly have written then (less than one in fifty).\n\n"
             "*What to look for.* At a boundary the old tasks' texts turn into those of the new "
             "one: the same weights now say something else. With replay they stay what they "
             "were; with LoRA (4) on before the second task, unplugging it (u) in there brings the "
             "first back at once.\n\n"
             "*How.* The last 16 characters go through an embedding (a trained vector for each "
             "character) into the same kind of network as everywhere here; the next character is "
             "drawn from p^(1/T), T the temperature (a knob). The dice are the same for the same "
             "seed and step.\n\n"
             "*Keys here.* t type a beginning of your own · :teach TEXT trains on it\n\n"
             "_Bengio et al. 2003, A neural probabilistic language model_",
    .note = note,
    .draw = draw,
    .room = room,
    .exhibit = EXHIBIT_WRITING,
    .offers = offers,
};
