/* SPDX-License-Identifier: MIT
 * What the narrator says in each situation, from hand-made telemetry. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "strategies/ewc.h"
#include "strategies/lora.h"
#include "strategies/table.h"
#include "support/fixture.h"
#include "ui/panels/accuracy.h"
#include "ui/panels/doing.h"
#include "ui/panels/narrator.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/utf8.h"
#include "ui/widgets/percent.h"

enum { COLUMNS_MAX = 200 };

static struct learner_state *learner_of(struct fixture *fixture)
{
    return &fixture->snapshot->learners[0];
}

static struct fixture *after(long steps)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, steps);
    return fixture;
}

/* The sentence must hold for a reader: one line of words, no number that is none. */
static void expect_sound(const char *text)
{
    cr_expect_gt(strlen(text), 8, "'%s'", text);
    cr_expect_leq(utf8_columns(text), COLUMNS_MAX, "%d columns: '%s'", utf8_columns(text), text);
    cr_expect_null(strstr(text, "nan"), "'%s'", text);
    cr_expect_null(strstr(text, "inf "), "'%s'", text);
    cr_expect_null(strstr(text, "-0 "), "'%s'", text);
    cr_expect_null(strchr(text, '\n'), "'%s'", text);
    cr_expect_null(strstr(text, "(null)"), "'%s'", text);
}

/* Says it, checks it, expects its words and its role, and puts the stage away. */
static void expect_says(struct fixture *fixture, enum role role, const char *first,
                        const char *second)
{
    char text[320];
    enum role found = narrator_say(&fixture->frame.view, text, sizeof text);
    cr_expect_not_null(strstr(text, first), "'%s' expected in '%s'", first, text);
    cr_expect_not_null(strstr(text, second), "'%s' expected in '%s'", second, text);
    cr_expect_eq(found, role, "role %d of '%s'", (int)found, text);
    expect_sound(text);
    fixture_destroy(fixture);
}

Test(narrator, begins_with_nothing_to_forget)
{
    expect_says(after(60), ROLE_GOOD, "*A* is being learned", "nothing to forget yet");
}

Test(narrator, tells_of_forgetting)
{
    expect_says(after(FIXTURE_STEPS + 200), ROLE_BAD, "*A* fell from *97* to *34 %*",
                "the weights it needs now serve *B*. Press *3*: replay");
}

Test(narrator, tells_when_the_old_tasks_hold)
{
    expect_says(after(FIXTURE_STEPS + 1), ROLE_GOOD, "*B* is being learned", "the old tasks hold");
}

Test(narrator, explains_a_switch_that_has_not_done_anything_yet)
{
    struct fixture *fixture = after(60);
    fixture_command(fixture, "strategy replay on");
    expect_says(fixture, ROLE_GOOD, "*replay on* since step 60", "mixes them");
}

Test(narrator, tells_what_a_switch_has_done)
{
    struct fixture *fixture = after(3 * FIXTURE_STEPS + 6);
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 200);
    expect_says(fixture, ROLE_GOOD, "*replay on* since step 1356", "is coming back");
    fixture = after(2 * FIXTURE_STEPS + 6);
    fixture_command(fixture, "strategy ewc on");
    fixture_steps(fixture, 6);
    fixture_command(fixture, "strategy ewc off");
    expect_says(fixture, ROLE_WARN, "*EWC off* since step 912", "nothing of it holds");
}

Test(narrator, tells_what_was_set)
{
    struct fixture *fixture = after(100);
    fixture_command(fixture, "set lr 0.02");
    expect_says(fixture, ROLE_GOOD, "*learning rate is 0.02* since step 100", "each step");
}

Test(narrator, speaks_for_each_command_that_changes_something)
{
    static const struct {
        const char *line, *words;
    } cases[] = {{"unplug", "LoRA is unplugged"},
                 {"plug", "LoRA is plugged in"},
                 {"consolidate", "consolidated at step 500"},
                 {"note look here", "look here"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fixture = after(500);
        fixture_command(fixture, cases[i].line);
        expect_says(fixture, ROLE_GOOD, cases[i].words, cases[i].words);
    }
}

/* ---- what is lost ---------------------------------------------------------------------------- */

/* The triangle at the curve's end, the sentence and forgetting are one number, whatever happened
 * between two boundaries. */
Test(narrator, falls_from_what_the_matrix_says)
{
    struct fixture *fixture = after(FIXTURE_STEPS - 20);
    struct series *series = &fixture->timeline.tracks[0].curves[PROBE_ACCURACY][0];
    series->value[series->n - 1] = 0.99; /* a spike before the task's end */
    fixture_steps(fixture, 220);
    const struct track *track = view_track(&fixture->frame.view);
    double row = timeline_r(&fixture->timeline, track, 0, 0);
    double forgetting = timeline_metrics_now(&fixture->timeline, track).forgetting;
    cr_expect_eq(view_best(&fixture->frame.view, 0), row);
    cr_expect_float_eq(row - view_accuracy(&fixture->frame.view, 0), forgetting, 1e-12);
    cr_expect_eq(view_lost(&fixture->frame.view, 0), percent(forgetting));
    expect_says(fixture, ROLE_BAD, "*A* fell from *97* to *34 %*", "now serve");
}

Test(narrator, nothing_is_lost_of_a_task_before_its_end)
{
    struct fixture *fixture = after(300);
    struct series *series = &fixture->timeline.tracks[0].curves[PROBE_ACCURACY][0];
    series->value[series->n - 1] = 0.5;
    cr_expect_eq(view_lost(&fixture->frame.view, 0), 0);
    expect_says(fixture, ROLE_GOOD, "*A* is being learned: *50 %*", "nothing to forget");
}

Test(narrator, says_what_the_last_task_has_reached_before_it_falls)
{
    expect_says(after(FIXTURE_STEPS), ROLE_GOOD, "*B* begins, with *A* at *97 %*", "other data");
}

static void set_last(struct fixture *fixture, int task, double value)
{
    struct series *series = &fixture->timeline.tracks[0].curves[PROBE_ACCURACY][task];
    series->value[series->n - 1] = value;
}

/* In the third task: what A and B had, and have. */
static struct fixture *in_third(double a, double b)
{
    struct fixture *fixture = after(2 * FIXTURE_STEPS + 6);
    set_last(fixture, 0, a);
    set_last(fixture, 1, b);
    return fixture;
}

/* A stands at 28 after B: that is not C's doing. */
Test(narrator, speaks_of_who_fell_most_since_the_task_began)
{
    expect_says(in_third(0.28, 0.96), ROLE_WARN, "most is lost of *A*: *97* → *28 %*",
                "Press *3*: replay");
    expect_says(in_third(0.28, 0.95), ROLE_WARN, "most is lost of *A*", "*C* is being learned");
    expect_says(in_third(0.20, 0.96), ROLE_BAD,
                "*A* fell from *28* to *20 %* since C began (best *97*)", "now serve *C*");
    expect_says(in_third(0.20, 0.80), ROLE_BAD, "*B* fell from *97* to *80 %*: the weights",
                "Most is lost of *A*: *97* → *20 %*");
    expect_says(in_third(0.28, 0.60), ROLE_BAD, "*B* fell from *97* to *60 %*",
                "Most is lost of *A*: *97* → *28 %*");
    expect_says(in_third(0.28, 0.20), ROLE_BAD, "*B* fell from *97* to *20 %*", "Press *3*");
    expect_says(in_third(0.40, 0.96), ROLE_GOOD, "*A* is coming back, *28* → *40 %*", "*C*");
}

/* A point is no loss. */
Test(narrator, makes_no_drama_of_little)
{
    struct fixture *fixture = after(FIXTURE_STEPS + 6);
    set_last(fixture, 0, 0.955);
    expect_says(fixture, ROLE_GOOD, "the old tasks hold", "*B* is being learned");
    fixture = after(FIXTURE_STEPS + 6);
    set_last(fixture, 0, 0.93);
    expect_says(fixture, ROLE_GOOD, "*B* is being learned", "most is lost of *A*: *97* → *93 %*");
}

Test(narrator, names_no_key_where_nobody_is_at_them)
{
    char text[320];
    struct fixture *fixture = after(FIXTURE_STEPS + 200);
    fixture->frame.view.is_picture = true;
    narrator_say(&fixture->frame.view, text, sizeof text);
    cr_expect_null(strstr(text, "Press"), "'%s'", text);
    fixture_destroy(fixture);
}

/* ---- what is really done --------------------------------------------------------------------- */

static struct fixture *switched(const char *line, long before, long then)
{
    struct fixture *fixture = after(before);
    fixture_command(fixture, line);
    fixture_steps(fixture, then);
    return fixture;
}

Test(narrator, says_what_a_strategy_waits_for)
{
    expect_says(switched("strategy lora on", 60, 6), ROLE_GOOD, "*LoRA on* since step 60: it waits",
                "to be merged at its end: that protects nothing");
    expect_says(switched("strategy freeze on", 60, 6), ROLE_GOOD, "it waits: when B begins",
                "the first layers stop");
    expect_says(switched("strategy decay on", 60, 6), ROLE_GOOD, "it waits: when B begins",
                "the learning rate falls");
    expect_says(switched("strategy ewc on", 60, 6), ROLE_GOOD, "it waits for the end of A",
                "until then nothing is held");
    expect_says(switched("strategy l2 on", 60, 6), ROLE_GOOD, "it waits for the end of A",
                "until then nothing is held");
    expect_says(switched("strategy lora on", FIXTURE_STEPS + 6, 0), ROLE_GOOD, "it freezes",
                "the weights");
}

Test(narrator, tells_what_overwrites_where_weights_are_frozen)
{
    struct fixture *fixture = switched("strategy lora on", 60, FIXTURE_STEPS);
    set_last(fixture, 0, 0.5);
    expect_says(fixture, ROLE_BAD,
                "what is added for *B* overlays the base and is merged, which protects nothing",
                "Press *u*");
    fixture = switched("strategy lora on", 60, FIXTURE_STEPS);
    learner_of(fixture)->params.value[PARAM_LORA_MODE] = LORA_MODE_SHARED;
    set_last(fixture, 0, 0.5);
    expect_says(fixture, ROLE_BAD, "the base is frozen, what is added for *B* overlays it",
                "Press *u*");
    fixture = switched("strategy freeze on", 60, FIXTURE_STEPS);
    expect_says(fixture, ROLE_BAD, "the layers not frozen now serve *B*", "*A* fell");
}

Test(narrator, says_when_the_base_was_frozen)
{
    struct fixture *fixture = switched("strategy lora on", 60, 2 * FIXTURE_STEPS);
    fixture_command(fixture, "unplug");
    expect_says(fixture, ROLE_GOOD, "LoRA is unplugged", "what it knew when C began");
    fixture = switched("strategy lora on", 2 * FIXTURE_STEPS + 60, 60);
    fixture_command(fixture, "unplug");
    expect_says(fixture, ROLE_GOOD, "LoRA is unplugged", "what it knew when LoRA came on");
}

/* The same of the real engine: words and what is kept agree. */
Test(narrator, waits_as_long_as_the_engine_does)
{
    char text[320];
    struct fixture *fixture = fixture_train();
    fixture_command(fixture, "strategy lora on");
    fixture_command(fixture, "strategy l2 on");
    fixture_command(fixture, "strategy ewc on");
    static const char *const names[] = {"lora", "l2", "ewc"};
    for (size_t i = 0; i < 3; i++) {
        cr_expect(doing_waits(&fixture->frame.view, strategy_find(names[i])), "%s", names[i]);
    }
    fixture_steps(fixture, 20);
    fixture_command(fixture, "next");
    fixture_steps(fixture, 20);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_not(doing_waits(&fixture->frame.view, strategy_find(names[i])), "%s", names[i]);
    }
    cr_expect(doing_adapts(&fixture->frame.view));
    fixture_command(fixture, "unplug");
    cr_expect_not(doing_adapts(&fixture->frame.view));
    cr_expect_str_eq(doing_base_text(&fixture->frame.view, text, sizeof text), "B began");
    fixture_destroy(fixture);
}

Test(strategies, none_costs_nothing)
{
    for (int i = 0; i < strategy_count(); i++) {
        cr_expect_str_neq(strategy_at(i)->cost, "nothing", "%s", strategy_at(i)->name);
    }
}

/* A refusal stands behind the command, which has then not happened. */
Test(narrator, what_was_refused_is_not_told_as_done)
{
    struct fixture *fixture = after(100);
    fixture_command(fixture, "unplug");
    struct entry entry = {
        .kind = ENTRY_REFUSED, .step = 100, .text = "unplug: there is no adapter"};
    cr_assert(timeline_add(&fixture->timeline, &entry));
    fixture_steps(fixture, 200);
    expect_says(fixture, ROLE_GOOD, "*A* is being learned", "nothing to forget");
}

Test(narrator, tells_that_words_come_next)
{
    struct fixture *fixture = after(FIXTURE_STEPS + 50);
    fixture->snapshot->has_interrupted = true;
    fixture->snapshot->interrupted = 1;
    fixture_command(fixture, "teach hello there");
    fixture->snapshot->has_interrupted = true;
    fixture->snapshot->interrupted = 1;
    expect_says(fixture, ROLE_GOOD, "*your words come next:*", "then B goes on");
}

/* A lesson that costs nothing is told as that, one that does with its price. */
Test(narrator, tells_what_a_lesson_costs)
{
    struct fixture *fixture = after(FIXTURE_STEPS - 50);
    fixture_command(fixture, "strategy joint on");
    fixture_steps(fixture, 60);
    fixture->facts.n_tasks = 1; /* what is learned now is none of the suite's */
    expect_says(fixture, ROLE_GOOD, "*your words* are learned now", "nothing so far");
    fixture = after(FIXTURE_STEPS + 200);
    fixture->facts.n_tasks = 1;
    expect_says(fixture, ROLE_BAD, "*your words* are learned now", "fell from");
}

/* What was lost before has cost nothing of it. */
Test(narrator, a_lesson_costs_what_has_fallen_since_it_began)
{
    struct fixture *fixture = in_third(0.20, 0.60);
    fixture->facts.n_tasks = 2;
    expect_says(fixture, ROLE_BAD, "*your words* are learned now",
                "what does it cost? *B* fell from *97* to *60 %*");
    fixture = in_third(0.20, 0.96);
    fixture->facts.n_tasks = 2;
    expect_says(fixture, ROLE_BAD, "*your words* are learned now",
                "*A* fell from *28* to *20 %* since they came (best *97*)");
    fixture = in_third(0.28, 0.96);
    fixture->facts.n_tasks = 2;
    expect_says(fixture, ROLE_GOOD, "*your words* are learned now", "nothing so far");
}

Test(narrator, tells_of_a_rewind_until_the_task_is_well_on_its_way)
{
    struct fixture *fixture = after(FIXTURE_STEPS + 10);
    const struct entry entry = {.kind = ENTRY_REWIND, .stage = 1, .task = 1, .step = FIXTURE_STEPS};
    cr_assert(timeline_add(&fixture->timeline, &entry));
    expect_says(fixture, ROLE_GOOD, "back at the start of B", "same data");
    fixture = after(FIXTURE_STEPS + FIXTURE_STEPS / 2);
    cr_assert(timeline_add(&fixture->timeline, &entry));
    expect_says(fixture, ROLE_GOOD, "is being learned", "*B*");
}

Test(narrator, passes_over_commands_that_need_no_words)
{
    struct fixture *fixture = after(FIXTURE_STEPS + 200);
    fixture_command(fixture, "speed 100");
    fixture_command(fixture, "resume");
    expect_says(fixture, ROLE_BAD, "fell from", "now serve *B*");
}

Test(narrator, says_what_takes_long_at_a_boundary)
{
    struct fixture *fixture = after(200);
    fixture->snapshot->consolidated = 0.42;
    expect_says(fixture, ROLE_WARN, "*at the boundary:*", "*42 %*");
}

Test(narrator, says_why_a_command_was_refused)
{
    struct fixture *fixture = after(100);
    const struct entry entry = {
        .kind = ENTRY_REFUSED, .step = 100, .text = "unplug: there is no adapter"};
    cr_assert(timeline_add(&fixture->timeline, &entry));
    expect_says(fixture, ROLE_WARN, "there is no adapter", "unplug");
}

Test(narrator, says_what_to_do_when_the_loss_is_gone)
{
    struct fixture *fixture = after(500);
    fixture_command(fixture, "set lr 8");
    fixture_diverge(fixture);
    expect_says(fixture, ROLE_BAD, "the loss is not finite at learning rate 8", "*b*");
}

Test(narrator, blames_the_pull_of_explicit_ewc_not_the_rate)
{
    struct fixture *fixture = after(500);
    fixture_command(fixture, "strategy ewc on");
    learner_of(fixture)->strategies[strategy_find("ewc")].gauge = 3.12;
    fixture_diverge(fixture);
    expect_says(fixture, ROLE_BAD, "not finite at learning rate",
                "*b*"); /* proximal: it is not that */
    fixture = after(500);
    fixture_command(fixture, "strategy ewc on");
    fixture_command(fixture, "set ewc.form explicit");
    learner_of(fixture)->params.value[PARAM_EWC_FORM] = EWC_FORM_EXPLICIT;
    learner_of(fixture)->strategies[strategy_find("ewc")].gauge = 3.12;
    fixture_diverge(fixture);
    expect_says(fixture, ROLE_BAD, "η·λ·ΣF is 3.1 (stable below 2). Lower λ",
                "*:set ewc.form proximal*. *b* goes back to where B began");
}

/* Its adapters are what moves, by longer steps than the rate's. */
Test(narrator, names_the_scale_of_lora_where_that_diverges)
{
    struct fixture *fixture = after(60);
    fixture_command(fixture, "strategy lora on");
    fixture_steps(fixture, FIXTURE_STEPS);
    fixture_diverge(fixture);
    expect_says(fixture, ROLE_BAD, "rate 0.1 times LoRA's (α/r)², 4, is too much",
                "*b* goes back to where B began, at half the rate");
    fixture = after(60); /* it waits: the weights themselves moved */
    fixture_command(fixture, "strategy lora on");
    fixture_steps(fixture, 20);
    fixture_diverge(fixture);
    expect_says(fixture, ROLE_BAD, "not finite at learning rate 0.1. *b*", "where A began");
}

/* A network that learns nothing, and drifts as far. */
static struct fixture *collapsed(long steps, double drift)
{
    struct fixture *fixture = after(steps);
    struct track *track = &fixture->timeline.tracks[0];
    for (int t = 0; t < 5; t++) {
        track->initial[t] = 0.08;
        if (track->curves[PROBE_ACCURACY][t].n > 0) {
            set_last(fixture, t, 0.09);
        }
    }
    cr_assert(series_add(&track->curves[PROBE_DRIFT][0], (double)steps, drift));
    track->curves[PROBE_LOSS][0].n = 0;
    cr_assert(series_add(&track->curves[PROBE_LOSS][0], 1, 2.3));
    learner_of(fixture)->loss = 2.4;
    learner_of(fixture)->n_parts = 1;
    return fixture;
}

Test(narrator, warns_where_nothing_is_learned_though_the_loss_is_a_number)
{
    expect_says(collapsed(150, 11), ROLE_BAD,
                "*A is not being learned:* *9 %*, as little as at first: the steps are too long",
                "*-* lowers the rate (0.1), *b* goes back");
    expect_says(collapsed(FIXTURE_STEPS + 150, 11), ROLE_BAD, "*B is not being learned:*",
                "*R* begins anew");
    expect_says(collapsed(5 * FIXTURE_STEPS, 11), ROLE_BAD, "*E was not learned:*",
                "*R* begins anew");
    struct fixture *fixture = collapsed(150, 0.01);
    for (int part = 0; part < NETWORK_PARTS_MAX; part++) {
        fixture->timeline.tracks[0].curves[PROBE_DRIFT][part].n = 0;
    }
    expect_says(fixture, ROLE_BAD, "the steps are too short", "*+* raises the rate");
    fixture = collapsed(150, 0.01);
    for (int part = 0; part < NETWORK_PARTS_MAX; part++) {
        fixture->timeline.tracks[0].curves[PROBE_DRIFT][part].n = 0;
    }
    learner_of(fixture)->strategies[strategy_find("lowlr")].is_on = true;
    expect_says(fixture, ROLE_BAD, "what is on (*low lr*) holds the weights", "*b* goes back");
    fixture = collapsed(150, 11);
    fixture->frame.view.is_picture = true;
    char text[320];
    narrator_say(&fixture->frame.view, text, sizeof text);
    cr_expect_null(strstr(text, "*b*"), "%s", text);
    fixture_destroy(fixture);
    fixture = collapsed(60, 11); /* it has not had its time */
    expect_says(fixture, ROLE_GOOD, "*A* is being learned", "nothing to forget");
    fixture = collapsed(150, 11); /* by luck it knew as much */
    learner_of(fixture)->loss = 0.3;
    expect_says(fixture, ROLE_GOOD, "*A* is being learned", "nothing to forget");
    fixture = collapsed(150, 11); /* what was just done is told first */
    fixture_command(fixture, "set lr 0.02");
    expect_says(fixture, ROLE_GOOD, "*learning rate is 0.02* since step 150", "each step");
}

Test(narrator, warns_of_a_step_that_is_too_long)
{
    struct fixture *fixture = after(500);
    fixture_command(fixture, "strategy ewc on");
    learner_of(fixture)->params.value[PARAM_EWC_FORM] = EWC_FORM_EXPLICIT;
    learner_of(fixture)->strategies[strategy_find("ewc")].gauge = 2.31;
    expect_says(fixture, ROLE_BAD, "2.3", "lower λ");
}

Test(narrator, sums_up_at_the_end)
{
    expect_says(after(5 * FIXTURE_STEPS), ROLE_WARN, "*97 %* learned; no strategy. Switch",
                "*The end*, *48 %* left on average");
    struct fixture *fixture = fixture_play("permuted", 1, 1);
    fixture_steps(fixture, FIXTURE_STEPS);
    expect_says(fixture, ROLE_WARN, "The end", "97 %");
}

/* What was on for a part of the run has not made the whole of it. */
Test(narrator, says_since_when_what_was_on)
{
    struct fixture *fixture = after(FIXTURE_STEPS + 50);
    fixture_command(fixture, "strategy ewc on");
    fixture_steps(fixture, FIXTURE_STEPS);
    fixture_command(fixture, "strategy ewc off");
    fixture_steps(fixture, 2 * FIXTURE_STEPS);
    fixture_command(fixture, "strategy l2 on");
    fixture_steps(fixture, FIXTURE_STEPS);
    fixture_command(fixture, "strategy freeze on"); /* for the next run */
    char text[160];
    view_run_text(&fixture->frame.view, text, sizeof text);
    cr_expect_str_eq(text, "EWC from step 500 to 950, L2 anchor since step 1850");
    fixture_destroy(fixture);
    fixture = after(0);
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 100);
    fixture_command(fixture, "strategy replay off");
    fixture_command(fixture, "strategy decay on");
    fixture_command(fixture, "strategy decay off");
    fixture_steps(fixture, 5 * FIXTURE_STEPS);
    expect_says(fixture, ROLE_WARN, "; replay until step 100. ", "The end");
}

/* A rewind leaves on what is on, so that was on from there; what was on from the first step was so
 * all the time. */
Test(narrator, says_since_when_after_going_back)
{
    struct fixture *fixture = after(FIXTURE_STEPS + 100);
    fixture_command(fixture, "strategy replay on");
    fixture_steps(fixture, 50);
    fixture_command(fixture, "rewind");
    fixture_steps(fixture, 4 * FIXTURE_STEPS);
    expect_says(fixture, ROLE_WARN, "; replay since step 450. ", "The end");
    fixture = after(0);
    fixture_command(fixture, "strategy ewc on");
    fixture_steps(fixture, FIXTURE_STEPS + 100);
    fixture_command(fixture, "strategy replay on");
    fixture_command(fixture, "strategy replay off");
    fixture_command(fixture, "rewind");
    fixture_steps(fixture, 4 * FIXTURE_STEPS);
    expect_says(fixture, ROLE_WARN, "; EWC. ", "The end");
}

Test(narrator, finds_room_for_every_strategy_at_the_end)
{
    struct fixture *fixture = after(5 * FIXTURE_STEPS);
    for (int i = 0; i < strategy_count(); i++) {
        learner_of(fixture)->strategies[i].is_on = true;
    }
    expect_says(fixture, ROLE_WARN, "The end", "left on average");
}

Test(narrator, keeps_a_long_note_short)
{
    struct fixture *fixture = after(500);
    char line[COMMAND_TEXT_MAX] = "note ";
    memset(line + 5, 'n', sizeof line - 6);
    line[sizeof line - 1] = '\0';
    fixture_command(fixture, line);
    expect_says(fixture, ROLE_GOOD, "note", "nnnn");
}

/* ---- curves ---------------------------------------------------------------------------------- */

/* The values at the right end take the same room from the first picture to the last. */
Test(curves, stand_still_when_their_values_grow)
{
    static const long at[] = {0, 30, FIXTURE_STEPS - 1, FIXTURE_STEPS + 30, FIXTURE_STEPS + 300};
    struct fixture *fixture = after(0);
    struct grid none = {0};
    struct pen pen = pen_make(&none, glyphs_find("braille"), DEPTH_256);
    pen.area = (struct rect){0, 0, 70, 16};
    double columns = 0;
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        double window[2];
        fixture_steps(fixture, at[i] - fixture->snapshot->step);
        view_window(&fixture->frame.view, window);
        double now =
            (window[1] - window[0]) / accuracy_steps_per_column(&pen, &fixture->frame.view);
        cr_expect(i == 0 || fabs(now - columns) < 1e-9, "step %ld: %g columns, then %g", at[i],
                  columns, now);
        columns = now;
    }
    fixture_destroy(fixture);
}

/* ---- several learners ------------------------------------------------------------------------ */

static struct fixture *three_after(long steps)
{
    struct fixture *fixture = after(0);
    fixture_command(fixture, "rename none");
    fixture_command(fixture, "add ewc: strategy=ewc");
    fixture_command(fixture, "add replay: strategy=replay");
    fixture_command(fixture, "learner ewc");
    fixture->frame.view.compare = COMPARE_AVERAGE;
    fixture_steps(fixture, steps);
    return fixture;
}

Test(narrator, says_that_learners_differ_only_by_choice)
{
    expect_says(three_after(100), ROLE_GOOD, "*3 learners:*", "Only what you chose differs");
}

Test(narrator, compares_the_best_with_the_worst)
{
    expect_says(three_after(FIXTURE_STEPS + 200), ROLE_GOOD, "*3 replay* has", "*1 none* has");
    expect_says(three_after(5 * FIXTURE_STEPS), ROLE_WARN, "*The end:* *3 replay* has",
                "*R* begins anew");
}

Test(narrator, leaves_out_how_to_begin_again_where_the_cursor_is_in_the_past)
{
    struct fixture *fixture = three_after(5 * FIXTURE_STEPS);
    fixture->frame.view.has_cursor = true;
    fixture->frame.view.cursor = 2 * FIXTURE_STEPS + 100;
    expect_says(fixture, ROLE_GOOD, "*3 replay* has", "same start, same data, other choices");
}

Test(narrator, compares_as_they_were_at_the_cursor)
{
    struct fixture *fixture = three_after(2 * FIXTURE_STEPS + 200);
    fixture->frame.view.has_cursor = true;
    fixture->frame.view.cursor = 700;
    fixture_command(fixture, "pause"); /* whether it goes on or not */
    expect_says(fixture, ROLE_GOOD, "at step 700", "*1 none* has *64 %*");
}

Test(narrator, does_not_choose_a_winner_where_there_is_none)
{
    struct fixture *fixture = after(0);
    fixture_command(fixture, "add twin");
    fixture->frame.view.compare = COMPARE_AVERAGE;
    fixture_steps(fixture, FIXTURE_STEPS + 200);
    expect_says(fixture, ROLE_GOOD, "*the 2 learners*", "within 3 points");
}

Test(narrator, introduces_who_is_new_while_selected)
{
    struct fixture *fixture = three_after(FIXTURE_STEPS + 50);
    fixture_command(fixture, "fork bold: lr=0.3");
    expect_says(fixture, ROLE_GOOD, "*4 bold* is a copy of *ewc* from step 500", "its own");
    fixture = three_after(FIXTURE_STEPS + 50);
    fixture_command(fixture, "add late: strategy=l2");
    expect_says(fixture, ROLE_GOOD, "*4 late* stands where it would be", "same data");
    fixture = three_after(FIXTURE_STEPS + 50);
    fixture_command(fixture, "add late: strategy=l2");
    fixture_command(fixture, "learner none");
    expect_says(fixture, ROLE_GOOD, "*3 replay* has", "*1 none* has");
}

Test(narrator, says_who_stopped_and_that_the_others_go_on)
{
    struct fixture *fixture = three_after(FIXTURE_STEPS + 50);
    fixture_diverge(fixture);
    fixture_steps(fixture, 20);
    expect_says(fixture, ROLE_BAD, "*2 ewc diverged at step 500:*", "the others go on. *b*");
    fixture = three_after(FIXTURE_STEPS + 50);
    fixture_diverge(fixture);
    fixture_command(fixture, "learner none");
    fixture_steps(fixture, 20);
    expect_says(fixture, ROLE_BAD, "*2 ewc diverged at step 500:*", "*< >* select it");
    fixture_command(fixture = three_after(FIXTURE_STEPS + 50), "learner replay");
    fixture_diverge(fixture);
    fixture_command(fixture, "learner none");
    fixture_steps(fixture, FIXTURE_STEPS / 2);
    expect_says(fixture, ROLE_GOOD, "*2 ewc* has", "*1 none* has");
}

/* ---- anything at all ------------------------------------------------------------------------- */

static double strange(struct rng *rng)
{
    static const double values[] = {NAN, INFINITY, -INFINITY, 0, 0.004, 0.5, 1, 3};
    return values[rng_below(rng, sizeof values / sizeof *values)];
}

static void disturb(struct fixture *fixture, struct rng *rng)
{
    static const char *const lines[] = {"strategy ewc on",
                                        "strategy replay on",
                                        "strategy ewc off",
                                        "set lr 3",
                                        "set ewc.form explicit",
                                        "note x",
                                        "consolidate",
                                        "rewind",
                                        "plug",
                                        "unplug",
                                        "speed max",
                                        "set l2.lambda 7",
                                        "strategy joint on",
                                        "set lora.mode per-task",
                                        "fork",
                                        "learner all",
                                        "remove"};
    for (int i = rng_below(rng, 4); i > 0; i--) {
        const char *line = lines[rng_below(rng, sizeof lines / sizeof *lines)];
        if (strcmp(line, "remove") != 0 || view_has_learners(&fixture->frame.view)) {
            fixture_command(fixture, line);
        }
        fixture_steps(fixture, rng_below(rng, 20));
    }
    for (int t = 0; t < fixture->facts.n_tasks; t++) {
        struct series *series = &fixture->timeline.tracks[0].curves[PROBE_ACCURACY][t];
        if (series->n && rng_below(rng, 3) == 0) {
            series->value[series->n - 1] = strange(rng);
        }
    }
    learner_of(fixture)->strategies[strategy_find("ewc")].gauge = strange(rng);
    fixture->snapshot->learners[fixture->snapshot->n_learners - 1].has_diverged =
        !rng_below(rng, 4);
    fixture->frame.view.compare = (enum compare)rng_below(rng, COMPARE_COUNT);
    bool can_end = timeline_rows(&fixture->timeline) > 0;
    fixture->snapshot->state = (enum lab_state)rng_below(rng, can_end ? LAB_ENDED + 1 : LAB_ENDED);
}

Test(narrator, is_sound_whatever_comes)
{
    struct rng rng = rng_stream(8, 1);
    for (int round = 0; round < 400; round++) {
        struct fixture *fixture = after(rng_below(&rng, 5 * FIXTURE_STEPS));
        char text[320];
        disturb(fixture, &rng);
        narrator_say(&fixture->frame.view, text, sizeof text);
        expect_sound(text);
        fixture_destroy(fixture);
    }
}

/* A recording may hold a way back before any task. */
Test(narrator, has_words_for_a_way_back_to_before_the_first_task)
{
    struct fixture *fixture = after(60);
    fixture_command(fixture, "rewind 30");
    struct stage *stages = fixture->timeline.stages;
    fixture->timeline.stages = NULL;
    fixture->timeline.n_stages = 0;
    char text[320];
    narrator_say(&fixture->frame.view, text, sizeof text);
    cr_expect(strstr(text, "back at step 30"), "%s", text);
    free(stages);
    fixture_destroy(fixture);
}

/* ---- probes ---------------------------------------------------------------------------------- */

Test(narrator, says_what_is_measured_from_now_on_and_how_often)
{
    static const struct {
        const char *line, *said, *often;
    } cases[] = {
        {"probe cka on", "cka* is measured: likeness to a task's end (CKA), now and then",
         "*:probe cka* draws it"},
        {"probe stability on", "stability gap, at each of a task's first 100 steps", "draws it"},
        {"probe line on", "line* is measured", "at each task's end"},
        {"probe cka off", "cka* is measured no more", "looks old"},
        {"probe all on", "all that can be measured is measured", ":list probes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fixture = after(FIXTURE_STEPS + 100);
        fixture_command(fixture, cases[i].line);
        expect_says(fixture, ROLE_GOOD, cases[i].said, cases[i].often);
    }
}

/* ---- silenced units -------------------------------------------------------------------------- */

Test(narrator, says_what_is_silenced_and_that_all_speak_again)
{
    struct fixture *fixture = after(FIXTURE_STEPS + 100);
    cr_expect_not(view_has_silenced(&fixture->frame.view));
    fixture_command(fixture, "silence A/B@1");
    cr_expect(view_has_silenced(&fixture->frame.view));
    expect_says(fixture, ROLE_WARN, "silenced A's units of layer 1", "silence off");
    fixture = after(FIXTURE_STEPS + 100);
    fixture_command(fixture, "silence A/B@1");
    fixture_command(fixture, "silence off");
    cr_expect_not(view_has_silenced(&fixture->frame.view));
    expect_says(fixture, ROLE_GOOD, "all units speak again", "step 550");
}
