/* SPDX-License-Identifier: MIT
 * The state of the live program, shared by the loop (app.c) and what keys do (actions.c).  UI
 * thread only. */
#ifndef OUBLI_UI_APP_STATE_H
#define OUBLI_UI_APP_STATE_H

#include "lab/trainer.h"
#include "ui/app/frame.h"
#include "ui/screen/key.h"
#include "ui/screen/theme.h"

struct app {
    struct frame frame; /* what is drawn, with the view in it */
    struct facts facts;
    struct chronicle chronicle;
    struct trainer *trainer;
    uint64_t n_sent;         /* commands sent so far */
    double speed_before_max; /* where [ comes back to */
    struct {
        bool has;
        int id;
        struct params params;
    } starts[LEARNERS_MAX]; /* by slot: knobs as they were first seen, for `reset` */
    int n_learners;         /* at the last look */
    struct {
        bool has;
        double left, forgotten;
        char with[64];
    } ending;     /* how the last run ended */
    bool had_end; /* the summary has been shown for this end */
    const struct theme *theme;
    const struct glyphs *glyphs;
    int cols, rows;
    bool has_mouse;
    int64_t message_until_ns;
    /* What the loop must do next; actions only ask. */
    bool is_quitting, wants_redraw, wants_theme, wants_mouse;
};

#endif
