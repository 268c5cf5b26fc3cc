/* SPDX-License-Identifier: MIT
 * Nothing false: many short sessions of all suites and strategies, every sentence that the narrator
 * says of them - as they train, in pauses, of any moment under the cursor, at the end - and every
 * page of explanations.  Each number is compared with the journal, and there are things that nobody
 * may claim. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strategies/table.h"
#include "support/claims.h"
#include "support/fixture.h"
#include "support/labs.h"
#include "ui/app/facts.h"
#include "ui/app/still.h"
#include "ui/panels/narrator.h"
#include "ui/panels/panel.h"

enum { TEXT_MAX = 320, CURSORS = 6 };

#define MLP  "net=24,16 steps=60 batch=16 lr=0.2 "
#define TEXT "data=text steps=24 "
#define GPT  "a: model=transformer blocks=1 heads=2 width=16"

/* A session; `at_half` is done in the middle of its second task, undone by `later`. */
struct session {
    const char *settings, *learner, *other;
    int n_tasks;
    const char *at_half, *later;
};

static const struct session sessions[] = {
    {MLP, "a:", NULL, 4, NULL, NULL},
    {MLP "lr=0.4", "a:", NULL, 3, "strategy replay on", "strategy replay off"},
    {MLP, "a: strategy=ewc", NULL, 4, NULL, NULL},
    {MLP, "a: strategy=ewc ewc.form=explicit", NULL, 3, "set ewc.lambda 3", NULL},
    {MLP, "a: strategy=replay", NULL, 4, "strategy replay off", "strategy replay on"},
    {MLP, "a: strategy=lora", NULL, 3, "unplug", "plug"},
    {MLP, "a: strategy=lora lora.mode=shared", NULL, 3, "unplug", "plug"},
    {MLP, "a: strategy=lora lora.mode=per-task", NULL, 3, NULL, NULL},
    {MLP, "a: strategy=l2", NULL, 3, "consolidate", NULL},
    {MLP, "a: strategy=freeze", NULL, 3, "set freeze.layers 1", NULL},
    {MLP, "a: strategy=decay", NULL, 4, NULL, NULL},
    {MLP, "a: strategy=lowlr", NULL, 3, NULL, NULL},
    {MLP, "a: strategy=joint", NULL, 3, NULL, NULL},
    {MLP, "a: strategy=ewc+replay", NULL, 3, "note look", "rewind"},
    {MLP "suite=rotated", "a:", NULL, 4, NULL, "rewind 80"},
    {MLP "suite=rotated", "a: strategy=replay", NULL, 3, NULL, NULL},
    {MLP "suite=repeat", "a:", NULL, 5, NULL, NULL},
    {MLP "suite=repeat", "a: strategy=ewc", NULL, 4, "next", NULL},
    {MLP "suite=split", "a:", NULL, 5, NULL, NULL},
    {MLP "suite=split scenario=class", "a:", NULL, 5, NULL, NULL},
    {MLP "suite=split scenario=class", "a: strategy=ewc", NULL, 4, NULL, NULL},
    {MLP "suite=split scenario=class", "a: strategy=replay", NULL, 4, "strategy replay off", NULL},
    {MLP "suite=split scenario=domain", "a:", NULL, 5, NULL, NULL},
    {MLP "suite=split scenario=task", "a: strategy=l2", NULL, 4, NULL, NULL},
    {MLP "scenario=class", "a:", NULL, 3, NULL, NULL},
    {MLP "suite=stream", "a:", NULL, 4, "strategy replay on", NULL},
    {MLP "suite=stream", "a: strategy=ewc", NULL, 3, NULL, NULL},
    {LABS_FEATURES, "a:", NULL, 2, NULL, "rewind 100"},
    {LABS_FEATURES, "a: strategy=replay", "b: strategy=ewc", 2, NULL, NULL},
    {LABS_FEATURES, "a:", NULL, 5, "strategy replay on", NULL},
    {"data=plane net=16 steps=90 batch=16 lr=0.2", "a:", NULL, 4, NULL, NULL},
    {MLP, "a:", "b: strategy=replay", 3, "fork c: strategy=ewc", "remove c"},
    {MLP "lr=0.001", "a:", NULL, 2, NULL, NULL},
    {MLP, "a:", NULL, 4, "sweep ewc.lambda 1..1e4 3", NULL},
    {MLP, "a:", NULL, 3, "sweep lr 0.001..0.1 3", NULL},
    {MLP, "a: strategy=ewc ewc.mode=online", NULL, 3, "sweep ewc.gamma 0.9..1 3", NULL},
    {TEXT "context=16 batch=8", GPT, NULL, 2, NULL, NULL},
    {TEXT "context=16 batch=8", GPT " strategy=replay", NULL, 2, NULL, NULL},
};
enum { N_SESSIONS = sizeof sessions / sizeof *sessions };

/* A session as it is looked at. */
struct looked {
    struct lab *lab;
    struct facts facts;
    struct timeline timeline;
    struct snapshot *snapshot;
    struct view view;
    const struct session *session;
    struct claims claims;
    int n_said;
};

/* What is shown is made each time, whatever the clock says: the same sentences every time. */
static void look(struct looked *looked)
{
    labs_tell(looked->lab, "show why 1x4");
    lab_snapshot(looked->lab, looked->snapshot);
    timeline_read(&looked->timeline, lab_journal(looked->lab));
    looked->view.snapshot = looked->snapshot;
    looked->view.compare = looked->n_said % 2 ? COMPARE_AVERAGE : COMPARE_NOT; /* both are said */
}

static void expect_true(struct looked *looked)
{
    char text[TEXT_MAX], why[200] = "";
    narrator_say(&looked->view, text, sizeof text);
    looked->claims.view = &looked->view;
    cr_expect(claims_hold(&looked->claims, text, why, sizeof why),
              "%s %s, step %ld, cursor %g: '%s': %s", looked->session->settings,
              looked->session->learner, looked->snapshot->step,
              looked->view.has_cursor ? looked->view.cursor : -1, text, why);
    const char *forbidden = claims_forbidden(text);
    cr_expect_null(forbidden, "'%s' claims '%s'", text, forbidden);
    bool is_drowning = strcmp(looked->facts.scenario, "class") == 0;
    cr_expect(!is_drowning || !strstr(text, "the weights it needs now serve"), "'%s'", text);
    looked->n_said++;
}

static void tell(struct looked *looked, const char *line)
{
    struct err err = {0};
    if (line) {
        labs_try(looked->lab, line, &err); /* what is refused is told, too */
        look(looked);
    }
}

/* The cursor goes over the past. */
static void look_back(struct looked *looked)
{
    long last = looked->snapshot->step;
    for (int i = 0; i < CURSORS && last > 0; i++) {
        char line[64];
        long step = (last * (2 * i + 1) / (2 * CURSORS) + 7 * i) % last;
        snprintf(line, sizeof line, "map 1 drift task 4x4 %ld", step);
        tell(looked, line);
        looked->view.has_cursor = true;
        looked->view.cursor = (double)step;
        expect_true(looked);
    }
    looked->view.has_cursor = false;
    tell(looked, "map 1 drift task 4x4");
}

/* In a pause, with what is done in it. */
static void pause(struct looked *looked)
{
    tell(looked, "pause");
    expect_true(looked);
    look_back(looked);
    tell(looked, "resume");
    expect_true(looked);
}

static void run(struct looked *looked)
{
    long stage = lab_total_steps(looked->lab) / 2, step = 0;
    bool has_done = false, has_undone = false;
    for (int turn = 0; lab_state(looked->lab) == LAB_TRAINING && turn < 400; turn++) {
        labs_run(looked->lab, lab_steps_done(looked->lab) + 3, 3);
        look(looked);
        expect_true(looked);
        step = lab_steps_done(looked->lab);
        if (!has_done && step >= stage * 2 / 3) {
            has_done = true;
            tell(looked, looked->session->at_half);
            expect_true(looked);
        } else if (!has_undone && step >= stage * 4 / 3) {
            has_undone = true;
            tell(looked, looked->session->later);
            expect_true(looked);
        }
        if (turn % 9 == 8) {
            pause(looked);
        }
    }
    expect_true(looked);
    look_back(looked);
}

static struct lab *open_session(const struct session *session)
{
    const char *const learners[] = {session->learner, session->other, NULL};
    bool is_text = strstr(session->settings, "data=text") != NULL;
    struct lab *lab =
        is_text ? labs_open_text(SCENARIO_DOMAIN, session->settings, learners)
                : labs_open(session->n_tasks, session->settings, learners,
                            &(struct lab_options){.speed = 100000, .keeps_history = true});
    return lab;
}

ParameterizedTestParameters(truth, what_is_said_of_a_session_is_in_its_journal)
{
    static int numbers[N_SESSIONS];
    for (int i = 0; i < N_SESSIONS; i++) {
        numbers[i] = i;
    }
    return cr_make_param_array(int, numbers, N_SESSIONS);
}

ParameterizedTest(const int *number, truth, what_is_said_of_a_session_is_in_its_journal)
{
    struct looked looked = {.session = &sessions[*number]};
    struct err err = {0};
    looked.lab = open_session(looked.session);
    looked.snapshot = calloc(1, sizeof *looked.snapshot);
    cr_assert(looked.snapshot && facts_init(&looked.facts, looked.lab, &err), "%s", err.msg);
    cr_assert(timeline_init(&looked.timeline, suite_n_tasks(lab_suite(looked.lab)), &err));
    looked.view = still_view(&looked.facts);
    looked.view.timeline = &looked.timeline;
    looked.claims.lab = looked.lab;
    look(&looked);
    run(&looked);
    cr_expect_gt(looked.n_said, 30);
    cr_expect_gt(looked.claims.n_checked, 20, "%s: %d numbers", looked.session->settings,
                 looked.claims.n_checked);
    timeline_fini(&looked.timeline);
    facts_fini(&looked.facts);
    free(looked.snapshot);
    lab_destroy(looked.lab);
}

/* ---- pages ----------------------------------------------------------------------------------- */

Test(truth, no_page_claims_what_is_false)
{
    char text[PANEL_ABOUT_MAX];
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, FIXTURE_STEPS + 200);
    const struct view *view = &fixture->frame.view;
    for (int i = 0; i < PANEL_COUNT; i++) {
        const char *forbidden = claims_forbidden(panel_about(view, (enum panel_id)i, text));
        cr_expect_null(forbidden, "%s claims '%s'", panel_at((enum panel_id)i)->name, forbidden);
    }
    fixture_destroy(fixture);
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        const char *const all[] = {strategy->about, strategy->summary, strategy->then,
                                   strategy->cost};
        for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
            cr_expect_null(all[k] ? claims_forbidden(all[k]) : NULL, "%s: %s", strategy->name,
                           all[k]);
        }
    }
}

/* ---- the check itself ------------------------------------------------------------------------ */

/* A sentence with another number, and one with a claim of no kind, are found. */
Test(truth, what_is_not_so_is_found)
{
    static const char *const learners[] = {"a:", NULL};
    static const char *const lies[] = {
        "*A* fell from *99* to *1 %*: the weights",
        "*A* fell *13* points in 10 steps: *layer 1* moved for *B* (*78 %* of it)",
        "no old task fell in these 9 steps",
        "*A* fell *32* points since *B* began: several layers moved together",
        "*10* keeps best (*99 %*), *1* learns best (*97 %*)",
        "*10* keeps best and learns best (*99*, *97 %*)",
        "all 3 values of *EWC lambda* keep and learn within 3 points of each other",
        "Since *B* began *layer 1* has *76 %* of its fall",
        "*B* is being learned (*3 %*), and the old tasks hold",
        "*layer 2* holds *40 %* of it",
        "among its own two it is still right *97 %*",
    };
    struct looked looked = {.session = &sessions[0]};
    struct err err = {0};
    char why[200];
    looked.lab = labs_open_plain(2, MLP, learners);
    looked.snapshot = calloc(1, sizeof *looked.snapshot);
    cr_assert(looked.snapshot && facts_init(&looked.facts, looked.lab, &err));
    cr_assert(timeline_init(&looked.timeline, 2, &err));
    looked.view = still_view(&looked.facts);
    looked.view.timeline = &looked.timeline;
    labs_run(looked.lab, 90, 5);
    look(&looked);
    looked.claims = (struct claims){.lab = looked.lab, .view = &looked.view};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        cr_expect_not(claims_hold(&looked.claims, lies[i], why, sizeof why), "%s", lies[i]);
    }
    cr_expect_not_null(claims_forbidden("this neuron knows *A*."));
    cr_expect_not_null(claims_forbidden("more units are shared, and more is forgotten"));
    cr_expect_not_null(claims_forbidden("the gradient of B points against A"));
    cr_expect_not_null(claims_forbidden("A was erased"));
    cr_expect_not_null(claims_forbidden("the push equals the pull"));
    cr_expect_not_null(claims_forbidden("EWC and a low learning rate keep the curves low"));
    timeline_fini(&looked.timeline);
    facts_fini(&looked.facts);
    free(looked.snapshot);
    lab_destroy(looked.lab);
}
