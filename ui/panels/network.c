/* SPDX-License-Identifier: MIT
 * The network: its units as dots by the tasks they serve, what has changed of what they give, or
 * what the first layer's weights look like. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/range.h"
#include "ui/panels/network.h"
#include "ui/panels/network_inside.h"
#include "ui/screen/utf8.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/picture.h"
#include "ui/widgets/text.h"

enum { WORDS_MAX = 1600, ROWS_OF_DOTS = 5, ROOMY = 12 };

static const double KEPT = 0.67; /* of what a task could: less is lost */

_Static_assert((int)UNITS_LEVELS == (int)STYLE_GREYS, "a level of the one is one of the other");

/* What is said below the dots: sentences, each on a line of its own. */
struct words {
    char text[WORDS_MAX];
};

static const struct units *units_of(const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    return exhibits->has[EXHIBIT_UNITS] ? &exhibits->units : NULL;
}

static char *letter_of(const struct units *units, int i, char letter[4])
{
    return task_letter(units->tasks[i], letter);
}

/* ---- words ---- */

static void add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct words *words, const char *format, ...)
{
    size_t used = strlen(words->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words->text + used, sizeof words->text - used, format, arguments);
    va_end(arguments);
}

/* "first-layer units", "units of layer 2", "hidden units of block 1". */
static void name_units(const struct view *view, int l, char *text, size_t size)
{
    char name[NETWORK_NAME_MAX];
    network_unit_layer_name(&view_learner(view)->params, l, name, sizeof name);
    int block = (int)strcspn(name, "\xC2"); /* before " · hidden" */
    if (strcmp(name, "layer 1") == 0) {
        snprintf(text, size, "first-layer units");
    } else if (name[block] != '\0' && block > 0) {
        snprintf(text, size, "hidden units of %.*s", block - 1, name);
    } else {
        snprintf(text, size, "units of %s", name);
    }
}

/* What the units of one task do: whether they serve it depends on how much is left of it. */
static void say_first(const struct view *view, const struct units *units, int l,
                      struct words *words)
{
    const struct unit_layer_seen *layer = &units->layers[l];
    char letter[4], name[48];
    letter_of(units, 0, letter);
    name_units(view, l, name, sizeof name);
    add(words, "about *%d* of %d %s ", layer->alone[0], layer->n, name);
    if (units->n_tasks == 1) {
        add(words, "carry *%s*, ", letter);
    } else if (network_kept(view, units, 0) >= KEPT) {
        add(words, "serve mostly *%s*, ", letter);
    } else {
        add(words, "run on *%s*'s inputs (*%s* fell from %d to %d %%), ", letter, letter,
            percent(view_best(view, units->tasks[0])),
            percent(view_accuracy(view, units->tasks[0])));
    }
}

static void say_apart(const struct view *view, const struct units *units, int l,
                      struct words *words)
{
    const struct unit_layer_seen *layer = &units->layers[l];
    char letter[4];
    say_first(view, units, l, words);
    for (int t = 1; t < units->n_tasks; t++) {
        add(words, "*%d* %s*%s*, ", layer->alone[t], t == 1 ? "mostly " : "",
            letter_of(units, t, letter));
    }
    if (units->n_tasks > 1) {
        add(words, "*%d* %s, ", layer->several, units->n_tasks == 2 ? "both" : "several");
    }
    add(words, "*%d* %s\n", layer->neither, units->n_tasks == 2 ? "neither" : "none");
}

static void say_shared(const struct view *view, const struct units *units, int l,
                       struct words *words)
{
    const struct unit_layer_seen *layer = &units->layers[l];
    char name[NETWORK_NAME_MAX];
    int n_one = 0;
    network_unit_layer_name(&view_learner(view)->params, l, name, sizeof name);
    for (int t = 0; t < units->n_tasks; t++) {
        n_one += layer->alone[t];
    }
    if (layer->is_heads) {
        add(words, "%s: shared, each serves every task\n", name);
    } else if (units->n_tasks == 1) {
        add(words, "%s: about %d of %d carry it\n", name, n_one, layer->n);
    } else {
        add(words, "%s is shared: *%d* serve %s, %d one, %d %s\n", name, layer->several,
            units->n_tasks == 2 ? "both" : "several", n_one, layer->neither,
            units->n_tasks == 2 ? "neither" : "none");
    }
}

static void say_silenced(const struct units *units, struct words *words)
{
    int n = 0;
    for (int l = 0; l < units->n_layers; l++) {
        n += units->layers[l].n_silenced;
    }
    if (n > 0) {
        add(words, "*%d silenced* (×): %s nothing, and training goes on without %s\n", n,
            n == 1 ? "it gives" : "they give", n == 1 ? "it" : "them");
    }
}

static void say_groups(const struct view *view, const struct units *units, struct words *words)
{
    for (int l = 0; l < units->n_layers && !units->layers[l].is_outputs; l++) {
        if (units->layers[l].is_told_apart) {
            say_apart(view, units, l, words);
        } else {
            say_shared(view, units, l, words);
        }
    }
}

static void say_change(const struct units *units, struct words *words)
{
    char letter[4];
    letter_of(units, 0, letter);
    if (!units->has_change) {
        add(words, "*%s* has not ended yet: there is nothing to compare with", letter);
        return;
    }
    add(words,
        "what each unit gives on *%s*, against what it gave at *%s*'s end; large ones shape its "
        "answers",
        letter, letter);
}

static void say_pictures(const struct units *units, struct words *words)
{
    char letter[4];
    int n = units->layers[0].n;
    letter_of(units, 0, letter);
    if (units->n_smooth_then >= 0) {
        add(words, "of %d pictures *%d* were smooth as *%s* sees them at its end, *%d* are now", n,
            units->n_smooth_then, letter, units->n_smooth);
    } else {
        add(words, "of %d pictures *%d* are smooth as *%s* sees them; untrained they are noise", n,
            units->n_smooth, letter);
    }
}

static struct words say(const struct view *view, const struct units *units)
{
    struct words words = {0};
    say_silenced(units, &words);
    if (view->network_look == NETWORK_SERVES) {
        say_groups(view, units, &words);
    } else if (view->network_look == NETWORK_CHANGE) {
        say_change(units, &words);
    } else if (units->n_pictures > 0) {
        say_pictures(units, &words);
    } else {
        add(&words, "the inputs are no picture: there is nothing to see of them");
    }
    size_t used = strlen(words.text);
    if (used > 0 && words.text[used - 1] == '\n') {
        words.text[used - 1] = '\0';
    }
    return words;
}

/* ---- pictures ---- */

/* Columns of a picture where two stand below each other: at most twice its pixels; 0 = no room. */
static int picture_columns(const struct pen *pen, const struct units *units)
{
    int high = (pen->area.h - 3) / 2;
    if (high < 1 || units->width < 1 || units->height < 1) {
        return 0;
    }
    return min_int(2 * high * units->width / units->height, min_int(2 * units->width, pen->area.w));
}

static void draw_picture(const struct pen *pen, const struct units *units, int i, int columns,
                         int k, int y)
{
    const struct unit_picture *of = &units->pictures[i];
    int x = i * (columns + 2), rows = max_int(columns * units->height / units->width / 2, 1);
    const struct picture picture = {of->levels[k], units->width, units->height};
    picture_draw(pen, x, y, columns, rows, &picture);
}

/* Each as the first task sees it, and below it as the second does. */
static void draw_pictures(const struct pen *pen, const struct units *units)
{
    int columns = picture_columns(pen, units);
    int n = min_int(units->n_pictures, (pen->area.w + 2) / (columns + 2));
    if (columns < 2) {
        return;
    }
    int rows = max_int(columns * units->height / units->width / 2, 1), kinds = units->n_tasks > 1;
    for (int k = 0; k <= kinds; k++) {
        int y = k * (rows + 1);
        char letter[4];
        letter_of(units, k == 0 ? 0 : units->n_tasks - 1, letter);
        pen_printf(pen, 0, y, style_of(ROLE_DIM), "as %s sees them", letter);
        for (int i = 0; i < n; i++) {
            draw_picture(pen, units, i, columns, k, y + 1);
        }
    }
}

/* ---- the panel ---- */

/* Where what stands: the dots, words, and in the last row what the dots mean (or nothing), which
 * therefore stays where it was clicked on, whatever is said; sentences that have no room are left
 * out from the end. */
struct parts {
    struct pen body, words, legend;
};

static struct parts parts_of(const struct pen *pen, const struct view *view,
                             const struct units *units, struct words *words)
{
    struct rect all = pen_rect(pen);
    bool has_legend = all.h > ROWS_OF_DOTS && network_has_legend(pen, view, units);
    int room = max_int(all.h - ROWS_OF_DOTS - has_legend, 0);
    char *last;
    while (text_rows(pen, words->text) > room && (last = strrchr(words->text, '\n'))) {
        *last = '\0';
    }
    int rows = min_int(text_rows(pen, words->text), room);
    struct parts parts = {.legend = pen_sub(pen, rect_cut_bottom(&all, has_legend))};
    parts.words = pen_sub(pen, rect_cut_bottom(&all, rows));
    rect_cut_bottom(&all, all.h > ROOMY);
    parts.body = pen_sub(pen, all);
    return parts;
}

static const char *lacks(const struct view *view)
{
    bool has_units = view->snapshot && view->snapshot->n_learners > 0 &&
                     network_n_unit_layers(&view_learner(view)->params) > 0;
    return has_units ? NULL : "There are no hidden units: --net 100,100 has some.";
}

static struct exhibit_request room(const struct pen *pen, const struct view *view)
{
    bool is_shown = pen->area.w > 0 && pen->area.h > 0;
    return (struct exhibit_request){.is_shown = is_shown,
                                    .rows = is_shown ? pen->area.h : 0,
                                    .cols = is_shown ? pen->area.w : 0,
                                    .place = is_shown ? view->network_place : 0};
}

static void draw(const struct pen *pen, const struct view *view)
{
    const struct units *units = units_of(view);
    if (!units) {
        const char *why = lacks(view);
        text_draw(pen, 0, 0, style_of(ROLE_DIM),
                  why                    ? why
                  : view->tape.is_played ? "It was not recorded here."
                                         : "Being measured ...");
        return;
    }
    struct words words = say(view, units);
    struct parts parts = parts_of(pen, view, units, &words);
    if (view->network_look != NETWORK_PICTURES) {
        network_dots_draw(&parts.body, view, units);
    } else if (units->n_pictures > 0) {
        draw_pictures(&parts.body, units);
    }
    if (!rect_is_empty(pen_rect(&parts.legend))) {
        network_legend_draw(&parts.legend, view, units);
    }
    text_draw(&parts.words, 0, 0, style_of(ROLE_BODY), words.text);
}

/* True if all of its units in the layer that are seen are silenced. */
static bool is_silent(const struct units *units, int layer, int group)
{
    const struct unit_layer_seen *of = &units->layers[layer];
    int n = 0, n_silent = 0;
    for (int i = of->first; i < of->first + of->n_shown; i++) {
        bool is_its = network_group(units, &units->units[i]) == group;
        n += is_its;
        n_silent += is_its && units->units[i].is_silenced;
    }
    return n > 0 && n_silent == n;
}

/* The units of a group are silenced, or if they are, all speak again. */
static void silence_group(const struct units *units, int group, struct panel_lines *lines)
{
    int layer = network_told_apart(units), last = units->n_tasks - 1;
    char one[4], other[4];
    if (is_silent(units, layer, group)) {
        panel_line(lines, "silence off");
    } else if (group == NETWORK_GROUP_NONE) {
        panel_line(lines, "silence neither@%d", layer + 1);
    } else if (group == NETWORK_GROUP_SEVERAL) {
        panel_line(lines, "silence %s+%s@%d", letter_of(units, 0, one),
                   letter_of(units, last, other), layer + 1);
    } else if (units->n_tasks == 2) {
        panel_line(lines, "silence %s/%s@%d", letter_of(units, group, one),
                   letter_of(units, 1 - group, other), layer + 1);
    } else {
        panel_line(lines, "silence %s@%d", letter_of(units, group, one), layer + 1);
    }
}

/* A unit is silenced, or all of a group; where it is, all speak again. */
static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    struct panel_lines lines = {0};
    const struct units *units = units_of(view);
    if (!units || view->network_look == NETWORK_PICTURES || !view_is_live(view)) {
        return lines;
    }
    struct words words = say(view, units);
    struct parts parts = parts_of(pen, view, units, &words);
    int layer, unit = network_dots_at(&parts.body, units, x, y, &layer);
    int legend_y = parts.legend.area.y - pen->area.y;
    bool is_legend = parts.legend.area.h > 0 && y == legend_y;
    int group = is_legend ? network_legend_at(&parts.legend, view, units, x) : -1;
    if (group >= 0) {
        silence_group(units, group, &lines);
    } else if (unit >= 0 && units->units[unit].is_silenced) {
        panel_line(&lines, "silence off");
    } else if (unit >= 0) {
        panel_line(&lines, "silence %d@%d", units->units[unit].number + 1, layer + 1);
    }
    return lines;
}

struct panel_lines network_silence_lines(const struct view *view)
{
    struct panel_lines lines = {0};
    const struct units *units = units_of(view);
    if (view_has_silenced(view)) { /* dots may be of before */
        panel_line(&lines, "silence off");
    } else if (units && network_told_apart(units) >= 0) {
        silence_group(units, 0, &lines);
    }
    return lines;
}

/* Tasks that units can be told apart by: the places a request can have, in order. */
static int next_place(const struct view *view, const struct units *units, int dy)
{
    int tasks[SUITE_TASKS_MAX + 1] = {0}, n = 0, at = 0;
    for (int t = 0; t < view->timeline->n_tasks && n < SUITE_TASKS_MAX; t++) {
        if (timeline_has_begun(view->timeline, t) && t != view->snapshot->task) {
            tasks[n++] = 1 + t;
        }
    }
    if (n > 1) {
        tasks[n++] = UNITS_ALL_TASKS;
    }
    int now = view->network_place != 0 ? view->network_place : 1 + units->tasks[0];
    for (int i = 0; i < n; i++) {
        at = tasks[i] == now ? i : at;
    }
    return n > 0 ? tasks[clamp_int(at + dy, 0, n - 1)] : 0;
}

static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    (void)pen;
    struct panel_lines lines = {0};
    const struct units *units = units_of(view);
    char letter[4];
    if (dx != 0) {
        int look = clamp_int((int)view->network_look + dx, 0, NETWORK_LOOKS - 1);
        panel_line(&lines, "dots %s", network_look_words[look]);
    } else if (units && dy != 0 && view_is_live(view)) { /* a recording has what was asked for */
        int place = next_place(view, units, dy);
        if (place == UNITS_ALL_TASKS) {
            panel_line(&lines, "serving all");
        } else if (place > 0) {
            panel_line(&lines, "serving %s", task_letter(place - 1, letter));
        }
    }
    return lines;
}

static long step(const struct view *view)
{
    const struct units *units = units_of(view);
    return units ? units->step : MAP_STEP_NOW;
}

/* Of which tasks, what is shown, and how to change that; what has no room is left out from
 * the end. */
static void note(const struct view *view, int columns, char *text, size_t size)
{
    static const char *const looks[] = {" · who serves what", " · what has changed",
                                        " · first-layer weights"};
    const struct units *units = units_of(view);
    char first[4], last[4];
    text[0] = '\0';
    if (!units) {
        return;
    }
    letter_of(units, 0, first);
    letter_of(units, units->n_tasks - 1, last);
    const char *words[] = {units->n_tasks > 1 ? units->n_tasks == 2 ? " and " : " to " : "",
                           units->n_tasks > 1 ? last : "", looks[view->network_look],
                           view_is_live(view) ? " · ← → ↑ ↓" : ""};
    for (int left_out = 0; left_out < 3; left_out++) {
        snprintf(text, size, "%s%s%s%s%s", first, words[0], words[1], left_out < 2 ? words[2] : "",
                 left_out < 1 ? words[3] : "");
        if (utf8_columns(text) <= columns) {
            return;
        }
    }
}

const char *const network_look_words[] = {"serve", "change", "pictures", NULL};

const struct panel panel_network = {
    .name = "network",
    .title = "network",
    .about =
        "*What you see.* Each dot is a hidden unit, layer by layer from the inputs; the larger, "
        "the "
        "more it shapes the answers. A unit has the colour of the task that it serves mostly; ◆ "
        "serves both (or several), · neither: silencing all of those costs next to nothing. "
        "Colours fade as their task is lost: such a unit still runs on the task's inputs, but its "
        "answers are wrong. Lines are the strongest connections: |weight| times what the lower "
        "unit gives on average; a transformer's blocks all write into one stream, so it has none. "
        "Counts are about: labels change when two looks in succession "
        "agree.\n\n"
        "*What to look for.* With replay or EWC the first layer divides: some units serve A, some "
        "E, some both. Layers above are shared, and so are the heads of a transformer: no unit "
        "there is anybody's specialist. Only where each task has outputs of its own and all "
        "compete (scenario class) is the second of two layers divided as well. More sharing is not "
        "more forgetting: what is lost is lost "
        "where units that A needs come to give something else (→ *what has changed*).\n\n"
        "*Is it so?* Silence them: *:silence A/E@1* takes away what A's units of layer 1 give, in "
        "training and in answers; A falls, E hardly. *:silence E/A@1* the other way round, "
        "*:silence neither@1* costs next to nothing. *:silence off* and going back undo it. While "
        "units are "
        "silenced, training goes on without them: their own weights get no gradient.\n\n"
        "*Pictures.* Rows of the first layer's weights, pixel by pixel as a task sees them. What a "
        "task has shaped is smooth in its own arrangement (Moran's I above 0.2) and noise in any "
        "other; learn B and A's pictures turn to noise.\n\n"
        "*Equation.* I = ½ E Σ_k p_k (h ∂(-log p_k)/∂h)² over 128 training examples, about "
        "KL(answers || answers without the unit); with more than two hidden layers and in "
        "transformers ½ E (h ∂loss/∂h)². s = I / Σ I; the carry set has 95 % of it; A: in a carry "
        "set and s_A > 2 s_E. Of more than two tasks: in the task's carry set and s at least half "
        "of its largest. Changed: 1 - correlation of what it gives, before and now, above 0.1 and "
        "0.3.\n\n"
        "*Keys here.* ← → groups, change, pictures · ↑ ↓ which task · h hush; a click on a dot or "
        "on a "
        "group's name silences it, another brings it back · Enter enlarges\n\n"
        "_Molchanov et al. 2019, arXiv:1906.10771; Theis et al. 2018, arXiv:1801.05787; Moran "
        "1950_",
    .step = step,
    .note = note,
    .draw = draw,
    .room = room,
    .exhibit = EXHIBIT_UNITS,
    .lacks = lacks,
    .click = click,
    .move = move,
};
