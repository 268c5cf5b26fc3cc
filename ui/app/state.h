/* SPDX-License-Identifier: MIT
 * The state of the live program, shared by the loop (app.c) and what keys do (actions.c).  UI
 * thread only. */
#ifndef OUBLI_UI_APP_STATE_H
#define OUBLI_UI_APP_STATE_H

#include "lab/trainer.h"
#include "ui/app/follow.h"
#include "ui/app/frame.h"
#include "ui/app/leaving.h"
#include "ui/app/still.h"
#include "ui/app/typing.h"
#include "ui/screen/key.h"
#include "ui/screen/theme.h"

enum { RECORD_PATH_MAX = 512 };

struct player;   /* session/player.h */
struct recorder; /* session/recorder.h */

/* The weight that the heatmap has gone to, and the cells it had then. */
struct found_weight {
    bool has;
    int part, row, col;
    int rows, cols;
};

struct app {
    struct frame frame; /* what is drawn, with the view in it */
    struct facts facts;
    struct timeline timeline;
    struct trainer *trainer;   /* NULL while a recording is played */
    struct player *player;     /* else NULL */
    struct snapshot played;    /* what it shows, with the learner chosen here */
    int shown_learner;         /* its id; -1: the one chosen when it was recorded */
    struct follow follow;      /* how whoever recorded it looked at it */
    struct look_state looked;  /* what the recording that is made knows of the screen */
    struct recorder *recorder; /* NULL while nothing is recorded */
    struct exhibit_request asked[EXHIBIT_COUNT]; /* of the lab */
    uint64_t n_sent;                             /* commands sent so far */
    double speed_before_max;                     /* where [ comes back to */
    struct {
        bool has;
        int id;
        struct params params;
        bool is_on[STRATEGIES_MAX];
    } starts[LEARNERS_MAX]; /* by slot: knobs and strategies as first seen, for `reset` */
    struct still_memory memory;
    struct typing typing;
    struct found_weight found;
    int n_saved; /* times that weights were saved, as far as it was said */
    const struct theme *theme;
    const struct glyphs *glyphs;
    int cols, rows;
    bool has_mouse;
    int64_t message_until_ns;
    struct leaving leaving;
    /* What the loop must do next; actions only ask. */
    bool is_quitting, wants_redraw, wants_theme, wants_mouse, wants_recording;
    char record_path[RECORD_PATH_MAX]; /* where to, when that is wanted; "" = a name by the time */
};

#endif
