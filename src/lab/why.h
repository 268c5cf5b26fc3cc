/* SPDX-License-Identifier: MIT
 * The exhibit `why`: what the last few steps up to the moment that is looked at did to an old task,
 * which module's moving did it (blame.h), and which test examples flipped.
 *
 * The window is of 10 steps, of 5 where new outputs have just begun to compete, and begins with the
 * stage at the earliest; it is halved where the sums are not sound, and where something was done in
 * it that moves answers without training.  Its steps are taken again in a run of their own, so that
 * nothing of it is paid for before it is asked for.  Beside it the same of the whole stage so far.
 *
 * The task it speaks of was learned once, better by 5 points than the initial weights knew it, and
 * is the one whose accuracy - the curve that one sees - fell most in the window.  If none fell by 2
 * points it is the one that came back most, and if none did that either, the one that fell most
 * since the stage began. */
#ifndef OUBLI_LAB_WHY_H
#define OUBLI_LAB_WHY_H

#include <stdint.h>

#include "lab/evaluator.h"
#include "tasks/gallery.h"

enum {
    WHY_FLIPS_MAX = 16,
    WHY_NAME_MAX = 16,
    WHY_TEXT_MAX = 24,
    WHY_PIXELS_MAX = GALLERY_SIDE_MAX * GALLERY_SIDE_MAX
};

/* A test example whose answer was right before and is wrong after, or the other way round. */
struct flip {
    bool is_lost;
    char label[WHY_NAME_MAX]; /* what it is, as a person reads it: "7"; of text a character */
    char before[WHY_NAME_MAX], after[WHY_NAME_MAX]; /* what was answered */
    char text[WHY_TEXT_MAX];        /* of text: what stands before it; else which row it is */
    uint8_t levels[WHY_PIXELS_MAX]; /* of pictures: as the data has it */
};

#define WHY_FALL 0.02 /* less is noise, in accuracy and in probability */

struct why_module {
    double moved;       /* its share of the change of p: Simpson's sum */
    double moved_since; /* the same of the change since the stage began; 0 unless that is told */
    double back;        /* accuracy after, were this module still as it was before; 0 .. 1 */
    double since;       /* the same, were it as it was when the stage began */
};

struct why {
    long asked;  /* the moment that was asked for; MAP_STEP_NOW = the present */
    int learner; /* id */
    int task;    /* the old one that is spoken of; -1: there is none */
    int present; /* the one in training */
    long begin, end;
    bool is_bare;   /* no strategy was on */
    bool is_shared; /* what was trained on was not the present task's alone: joint, a stream */
    /* Before and after. */
    double accuracy[2];    /* 0 .. 1, as the curve has it */
    double probability[2]; /* mean probability of the right answer */
    double own;            /* accuracy after, among its own outputs; NAN: they are all there are */
    int n_own;             /* so many */
    bool is_of_all;        /* every old task was looked at */
    double most_fell;      /* in accuracy, by the one that fell most in ten steps; < 0: all rose */
    bool has_first;        /* how the stage began is still kept: ... */
    long first_step;       /* ... where that is, ... */
    double first, first_probability; /* ... accuracy and probability then, ... */
    bool is_first_sound; /* ... and sums since then are within a tenth; only training moved it */
    bool is_sound;       /* the sums are within a tenth of the change */
    int n_modules;
    struct why_module modules[NETWORK_MODULES_MAX];
    int n_answers, n_lost, n_gained; /* all that were asked for, and those that flipped */
    int width, height;               /* of pictures; 0: there are none */
    int n_flips;                     /* the first of them */
    struct flip flips[WHY_FLIPS_MAX];
};

/* Fills flips, and their numbers, from the outputs that were answered before and after
 * (evaluator_n_answers), at most `most`. */
void why_flips(struct why *why, const struct evaluator *evaluator, const struct suite *suite,
               const uint16_t *before, const uint16_t *after, int stride, int most);

#endif
