/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_commands.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "ui/panels/doing.h"
#include "ui/panels/narrator_putback.h"
#include "ui/widgets/percent.h"

/* A command that was carried out, and where its mark stands. */
struct done {
    const struct view *view;
    const struct mark *mark;
    const struct command *command;
};

/* ---- what has come of it ---- */

enum { RISE_LEAST = 3 }; /* points; less is noise */

/* The old task whose accuracy changed most since `step`. */
struct change {
    int task; /* -1: there is none that changed */
    double from, to;
};

static struct change biggest_change(const struct view *view, double step)
{
    const struct timeline *timeline = view->timeline;
    struct change best = {-1, 0, 0};
    for (int t = 0; t < timeline->n_tasks; t++) {
        const struct series *series = track_curve(view_track(view), PROBE_ACCURACY, t);
        double from = series_at(series, step), to = series_last(series);
        if (t != view->snapshot->task && isfinite(from) && isfinite(to) &&
            (best.task < 0 || fabs(to - from) > fabs(best.to - best.from))) {
            best = (struct change){t, from, to};
        }
    }
    return best;
}

/* "A fell from 95 to 61" or "A came back, 29 → 58 %"; "" where little moved. */
static void change_text(const struct change *change, char *text, size_t size)
{
    char letter[4];
    text[0] = '\0';
    int lost = change->task < 0 ? 0 : percent_lost(change->from, change->to);
    if (lost < LOST_LEAST && lost > -RISE_LEAST) {
        return;
    }
    task_letter(change->task, letter);
    if (lost > 0) {
        snprintf(text, size, "*%s* fell from *%d* to *%d %%*", letter, percent(change->from),
                 percent(change->to));
    } else {
        snprintf(text, size, "*%s* is coming back, *%d* → *%d %%*", letter, percent(change->from),
                 percent(change->to));
    }
}

/* ---- sentences that depend on more than the command; `role` is ROLE_GOOD unless they say
 * otherwise ---- */

/* What a switch has done since it was made. */
static bool say_switch(const struct done *done, char *text, size_t size, enum role *role)
{
    const struct view *view = done->view;
    const struct mark *mark = done->mark;
    int i = done->command->index;
    const struct strategy *strategy = strategy_at(i);
    const struct strategy_state *state = &view_learner(view)->strategies[i];
    struct change change = biggest_change(view, (double)mark->step);
    char what[80], letter[4], does[160];
    change_text(&change, what, sizeof what);
    task_letter(view->snapshot->task, letter);
    bool has_done = !state->is_on || !doing_waits(view, i);
    if (what[0] != '\0' && has_done) {
        snprintf(text, size, "*%s %s* since step %ld: %s while %s is learned", strategy->title,
                 state->is_on ? "on" : "off", mark->step, what, letter);
    } else if (state->is_on) {
        snprintf(text, size, "*%s on* since step %ld: it %s", strategy->title, mark->step,
                 doing_text(view, i, does, sizeof does));
    } else {
        snprintf(text, size, "*%s off* since step %ld%s", strategy->title, mark->step,
                 view->snapshot->stage > 0 ? ": nothing of it holds the old tasks now" : "");
    }
    *role = state->is_on ? ROLE_GOOD : ROLE_WARN;
    return true;
}

static bool say_set(const struct done *done, char *text, size_t size, enum role *role)
{
    const struct mark *mark = done->mark;
    const struct command *command = done->command;
    const struct param *param = param_at((enum param_id)command->index);
    struct change change = biggest_change(done->view, (double)mark->step);
    char what[80];
    (void)role;
    change_text(&change, what, sizeof what);
    snprintf(text, size, "*%s is %s* since step %ld: %s", param->title, command->text, mark->step,
             what[0] != '\0' ? what : param->help);
    return true;
}

/* The base brings back what the weights knew when they were frozen. */
static bool say_unplugged(const struct done *done, char *text, size_t size, enum role *role)
{
    struct change change = biggest_change(done->view, (double)done->mark->step);
    char what[80], when[32];
    (void)role;
    change_text(&change, what, sizeof what);
    snprintf(text, size,
             "*LoRA is unplugged:* the frozen base answers alone%s%s, what it knew when %s. *u* "
             "plugs it "
             "in again",
             what[0] != '\0' ? ": " : "", what, doing_base_text(done->view, when, sizeof when));
    return true;
}

static bool say_putback(const struct done *done, char *text, size_t size, enum role *role)
{
    (void)role;
    narrator_putback(done->view, done->mark, done->command, text, size);
    return true;
}

/* "A's units of layer 1", "unit 3 of layer 1"; what is neither stays as it was typed. */
static void units_text(const char *units, char *text, size_t size)
{
    char letter[4];
    int number, layer, used = 0;
    if (sscanf(units, "%3[A-Z]%*[/A-Z]@%d%n", letter, &layer, &used) == 2 ||
        sscanf(units, "%3[A-Z]@%d%n", letter, &layer, &used) == 2) {
        snprintf(text, size, "%s's units of layer %d", letter, layer);
    } else if (sscanf(units, "%d@%d%n", &number, &layer, &used) == 2) {
        snprintf(text, size, "unit %d of layer %d", number, layer);
    }
    if (used == 0 || units[used] != '\0') {
        snprintf(text, size, "%.60s", units);
    }
}

/* The task whose units they are comes first, then whichever changed most. */
static struct change silenced_change(const struct done *done)
{
    const struct view *view = done->view;
    double before = (double)done->mark->step - 1; /* before the look */
    char letter[4] = "";
    int task = sscanf(done->command->text, "%3[A-Z]", letter) == 1
                   ? task_from_letter(letter, view->timeline->n_tasks)
                   : -1;
    if (task >= 0) {
        const struct series *series = track_curve(view_track(view), PROBE_ACCURACY, task);
        double from = series_at(series, before), to = series_last(series);
        if (isfinite(from) && isfinite(to)) {
            return (struct change){task, from, to};
        }
    }
    return biggest_change(view, before);
}

/* What it costs is on the curves at once: the look at all tasks is part of the command. */
static bool say_silence(const struct done *done, char *text, size_t size, enum role *role)
{
    const struct mark *mark = done->mark;
    const char *units = done->command->text;
    struct change change = silenced_change(done);
    char what[80], name[64], letter[4];
    if (strcmp(units, "off") == 0) {
        snprintf(text, size, "*all units speak again* since step %ld", mark->step);
        return true;
    }
    what[0] = '\0';
    if (change.task >= 0 && percent(change.from) != percent(change.to)) {
        snprintf(what, sizeof what, ": without them *%s* has *%d %%*, with them *%d*",
                 task_letter(change.task, letter), percent(change.to), percent(change.from));
    }
    units_text(units, name, sizeof name);
    snprintf(text, size, "*silenced %s* at step %ld%s. *silence off* undoes it", name, mark->step,
             what);
    *role = ROLE_WARN;
    return true;
}

/* Until the lesson begins: then it is said what it costs. */
static bool say_teach(const struct done *done, char *text, size_t size, enum role *role)
{
    const struct view *view = done->view;
    const struct snapshot *snapshot = view->snapshot;
    double steps = view_learner(view)->params.value[PARAM_TEXT_LESSON];
    char letter[4];
    bool is_interrupted = snapshot->has_interrupted;
    (void)role;
    if (snapshot->task >= view->facts->n_tasks) {
        return false;
    }
    snprintf(text, size,
             "*your words come next:* learned for %.0f steps as a task of their own%s%s%s", steps,
             is_interrupted ? "; then " : "",
             is_interrupted ? task_letter(snapshot->interrupted, letter) : "",
             is_interrupted ? " goes on" : "");
    return true;
}

static bool say_fork(const struct done *done, char *text, size_t size, enum role *role)
{
    const struct view *view = done->view;
    const struct learner_state *learner = view_learner(view);
    const struct track *parent = timeline_track(view->timeline, learner->parent);
    bool is_it = parent && learner->born == done->mark->step;
    (void)role;
    if (is_it) {
        snprintf(text, size,
                 "*%d %s* is a copy of *%s* from step %ld on: what you switch now is its own%s",
                 learner->slot + 1, learner->name, parent->name, learner->born,
                 view->compare == COMPARE_NOT ? "; dotted: the other. *v* compares" : "");
    }
    return is_it;
}

static bool say_added(const struct done *done, char *text, size_t size, enum role *role)
{
    const struct command *command = done->command;
    const struct learner_state *learner = view_learner(done->view);
    size_t length = strcspn(command->text, ":");
    bool is_named =
        strlen(learner->name) == length && strncmp(command->text, learner->name, length) == 0;
    (void)role;
    if (done->mark->step == 0 || !is_named) {
        return false;
    }
    snprintf(text, size,
             "*%d %s* stands where it would be, had it been there from the start: the same "
             "weights, the same data",
             learner->slot + 1, learner->name);
    return true;
}

/* Without its unit: "dead units" of "dead units, %". */
static size_t title_length(const char *title)
{
    const char *comma = strrchr(title, ',');
    return comma ? (size_t)(comma - title) : strlen(title);
}

/* News for a while. */
static bool is_fresh(const struct done *done)
{
    const struct snapshot *snapshot = done->view->snapshot;
    return (snapshot->step - done->mark->step) * 8 < snapshot->stage_steps;
}

static bool say_sweep(const struct done *done, char *text, size_t size, enum role *role)
{
    const struct view *view = done->view;
    const struct mark *mark = done->mark;
    const struct command *command = done->command;
    const struct view_sweep sweep = view_sweep(view);
    const struct learner_state *learners = view->snapshot->learners;
    const char *name = param_at((enum param_id)command->index)->title;
    char low[40], high[40];
    (void)role;
    if (!command->on) {
        snprintf(text, size, "the other values are gone; *:rewind %ld* would bring them back",
                 mark->step > 0 ? mark->step - 1 : 0);
        return is_fresh(done);
    }
    bool is_over = view->snapshot->state == LAB_ENDED; /* what it has shown is said */
    if (sweep.n < 2 || (int)sweep.knob != command->index || is_over) {
        return false;
    }
    param_format(&learners[sweep.learners[0]].params, sweep.knob, low, sizeof low);
    param_format(&learners[sweep.learners[sweep.n - 1]].params, sweep.knob, high, sizeof high);
    snprintf(text, size,
             "*%s %s to %s*, side by side: *← →* choose one, *L* keeps it; all %d are equal until "
             "step %ld",
             name, low, high, sweep.n, mark->step);
    return true;
}

/* "*cka* is measured: likeness to a task's end (CKA), at ...". */
static bool say_probe(const struct done *done, char *text, size_t size, enum role *role)
{
    int index = done->command->index;
    const struct probe *probe = index < PROBE_COUNT ? probe_at((enum probe_id)index) : NULL;
    (void)role;
    if (!probe) {
        snprintf(text, size, "%s is %s: *:list probes* says what there is, *:probe NAME* draws one",
                 "all that can be measured", done->command->on ? "measured" : "measured no more");
    } else if (!done->command->on) {
        snprintf(text, size, "*%s* is measured no more: what it said stays, and looks old",
                 probe->name);
    } else {
        snprintf(text, size, "*%s* is measured: %.*s, %s%s; *:probe %s* draws it", probe->name,
                 (int)title_length(probe->title), probe->title, probe_when_words(probe->when),
                 probe->first_stage >= done->view->timeline->n_stages ? ", from the second task on"
                                                                      : "",
                 probe->name);
    }
    return is_fresh(done);
}

static bool say_renamed(const struct done *done, char *text, size_t size, enum role *role)
{
    (void)role;
    snprintf(text, size, "it is called *%s* from now on", done->command->text);
    return is_fresh(done);
}

static bool say_removed(const struct done *done, char *text, size_t size, enum role *role)
{
    const struct mark *mark = done->mark;
    const struct track *whom = timeline_track(done->view->timeline, mark->learner);
    (void)role;
    snprintf(text, size, "*%s* is gone; *:rewind %ld* would bring it back",
             whom ? whom->name : "a learner", mark->step > 0 ? mark->step - 1 : 0);
    return is_fresh(done);
}

typedef bool (*sentence)(const struct done *done, char *text, size_t size, enum role *role);
static const sentence sentences[COMMAND_COUNT] = {
    [COMMAND_STRATEGY] = say_switch,  [COMMAND_SET] = say_set,
    [COMMAND_UNPLUG] = say_unplugged, [COMMAND_SILENCE] = say_silence,
    [COMMAND_TEACH] = say_teach,      [COMMAND_FORK] = say_fork,
    [COMMAND_SWEEP] = say_sweep,      [COMMAND_ADD] = say_added,
    [COMMAND_RENAME] = say_renamed,   [COMMAND_REMOVE] = say_removed,
    [COMMAND_PUTBACK] = say_putback,  [COMMAND_PROBE] = say_probe,
};

/* ---- sentences of the rows ---- */

/* What stands for a word in braces; at most as much as there is room for in a line. */
static char *fill_in(const struct done *done, const char *word, char buf[128])
{
    char letter[4];
    snprintf(buf, 128, "%.120s", done->command->text);
    if (strncmp(word, "{step}", 6) == 0) {
        snprintf(buf, 128, "%ld", done->mark->step);
    } else if (strncmp(word, "{task}", 6) == 0) {
        snprintf(buf, 128, "%s", task_letter(done->view->snapshot->task, letter));
    }
    return buf;
}

static void say_row(const struct done *done, const char *said, char *text, size_t size)
{
    size_t used = 0;
    char buf[128];
    while (*said && used < size) {
        int length = (int)strcspn(said, "{");
        used += (size_t)snprintf(text + used, size - used, "%.*s", length, said);
        said += length;
        if (*said && used < size) {
            used += (size_t)snprintf(text + used, size - used, "%s", fill_in(done, said, buf));
            said += strcspn(said, "}") + 1;
        }
    }
}

bool narrator_command(const struct view *view, const struct mark *mark, char *text, size_t size,
                      enum role *role)
{
    struct command command;
    struct done done = {view, mark, &command};
    if (!command_parse(mark->text, &command, NULL)) {
        return false;
    }
    const char *said = command_said(command.kind);
    *role = ROLE_GOOD;
    if (said) {
        say_row(&done, said, text, size);
        return true;
    }
    return sentences[command.kind] && sentences[command.kind](&done, text, size, role);
}
