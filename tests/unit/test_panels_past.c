/* SPDX-License-Identifier: MIT
 * With the cursor in the past every panel says of which step it shows what it shows. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/labs.h"
#include "ui/app/facts.h"
#include "ui/app/still.h"
#include "ui/panels/panel.h"

enum { STEPS = 40, HERE = 2 * STEPS, THEN = STEPS + 15, COLUMNS = 110 };

struct session {
    struct lab *lab;
    struct facts facts;
    struct timeline timeline;
    struct view view;
};

static void look(struct session *session, const char *line)
{
    labs_tell(session->lab, line);
    session->view.snapshot = labs_look(session->lab);
    timeline_read(&session->timeline, lab_journal(session->lab));
    still_settle(&session->view);
}

static void open_session(struct session *session, struct lab *lab)
{
    struct err err = {0};
    session->lab = lab;
    cr_assert(facts_init(&session->facts, lab, &err), "%s", err.msg);
    cr_assert(timeline_init(&session->timeline, session->facts.n_tasks, NULL));
    session->view = still_view(&session->facts);
    session->view.timeline = &session->timeline;
    labs_tell(lab, "speed 100000");
    labs_run(lab, HERE, 1);
    for (int i = 0; i < EXHIBIT_COUNT; i++) {
        char line[64], rule[] = " held";
        bool is_weight = i == EXHIBIT_MICROSCOPE;
        snprintf(line, sizeof line, "show %s%s", exhibit_at((enum exhibit)i)->name,
                 is_weight ? rule : " 20x60");
        labs_tell(lab, line);
    }
}

static void close_session(struct session *session)
{
    timeline_fini(&session->timeline);
    facts_fini(&session->facts);
    lab_destroy(session->lab);
}

/* The step in its top line, -1 if none is there. */
static long step_said(const struct view *view, const struct panel *panel)
{
    char note[PANEL_NOTE_MAX];
    const char *at = strstr(panel_note(panel, view, COLUMNS, note), "at step ");
    return at ? atol(at + strlen("at step ")) : -1;
}

/* What is of the weights of then is of the checkpoint before, as the heatmap; what takes steps
 * again comes to the very step (of why it stands inside, as a window).  Returns whose exhibits
 * there were, a bit each. */
static unsigned expect_said(struct session *session)
{
    struct view *view = &session->view;
    unsigned seen = 0;
    look(session, "map 1 drift task 6x6");
    for (int i = 0; i < PANEL_COUNT; i++) {
        const struct panel *panel = panel_at((enum panel_id)i);
        cr_expect(!panel->room || step_said(view, panel) < 0, "%s: step %ld", panel->name,
                  step_said(view, panel));
    }
    char line[64];
    snprintf(line, sizeof line, "map 1 drift task 6x6 %d", THEN);
    view->has_cursor = true;
    view->cursor = THEN;
    look(session, line);
    long kept = view->snapshot->map.step;
    cr_assert(kept > 0 && kept <= THEN, "%ld", kept);
    for (int i = 0; i < PANEL_COUNT; i++) {
        const struct panel *panel = panel_at((enum panel_id)i);
        bool is_there = panel->room && view->snapshot->exhibits.has[panel->exhibit];
        bool is_exact = i == PANEL_WHY || i == PANEL_MICROSCOPE;
        if (is_there) {
            long said = i == PANEL_WHY ? view->snapshot->exhibits.why.end : step_said(view, panel);
            seen |= 1u << panel->exhibit;
            cr_expect_eq(said, is_exact ? THEN : kept, "%s: %ld, not %ld", panel->name, said,
                         is_exact ? THEN : kept);
        }
    }
    cr_expect_eq(step_said(view, &panel_drift), kept);
    return seen;
}

Test(past, panels_say_of_which_step_it_is_what_they_show)
{
    static const char *const ewc[] = {"a: strategy=ewc", NULL};
    struct lab *labs[] = {
        labs_open_plain(2, "", ewc), labs_open_plain(2, "data=plane", ewc),
        labs_open_text(SCENARIO_DOMAIN, LABS_TRANSFORMER " context=16 batch=4", ewc),
        labs_open_plain(2, LABS_FEATURES "steps=40", ewc)};
    unsigned seen = 0;
    for (size_t i = 0; i < sizeof labs / sizeof *labs; i++) {
        struct session session = {0};
        open_session(&session, labs[i]);
        seen |= expect_said(&session);
        close_session(&session);
    }
    cr_expect_eq(seen, (1u << EXHIBIT_COUNT) - 1, "%x", seen);
}
