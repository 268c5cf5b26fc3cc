/* SPDX-License-Identifier: MIT
 * Why an old task fell just here: the exhibit `why` in a sentence, and only where its numbers bear
 * it.
 *
 * A module (a layer; of a transformer a half of a block) is named where it has at least 60 % of a
 * fall of at least 2 points, in accuracy and in the probability of the right answer, and the shares
 * of all sum to the fall within a tenth. */
#ifndef OUBLI_UI_PANELS_NARRATOR_WHY_H
#define OUBLI_UI_PANELS_NARRATOR_WHY_H

#include "ui/panels/view.h"

/* The exhibit, if it is of the learner and the moment that are looked at and speaks of a task;
 * NULL. */
const struct why *narrator_window(const struct view *view);

/* What can be said of a window: at most one of these. */
enum why_finding {
    WHY_NOTHING,
    WHY_MODULE,  /* one module has most of a fall ... */
    WHY_SEVERAL, /* ... or none has */
    WHY_DROWNED, /* nothing moved much: other outputs are louder */
    WHY_BACK,    /* it came back */
    WHY_HELD,    /* no old task fell */
};
struct why_found {
    enum why_finding finding;
    int module;   /* of WHY_MODULE, and ... */
    double share; /* ... its share of the fall */
    int since;    /* the module that has most of the fall since the stage began, and ... */
    double since_share;
    bool is_since;   /* ... that fall bears a cause: without a module several have it */
    int healer;      /* with this module as it was when the stage began most of what
                        was lost since would be back; -1: with none */
    bool is_drowned; /* among its own outputs it is right much more often */
    bool is_noise;   /* of WHY_BACK: unrelated tasks, no strategy: nothing but noise brings it */
};
struct why_found narrator_find(const struct view *view, const struct why *why);

/* "*A* fell *13* points in 10 steps: *layer 1* moved for *B* (*78 %* of it). Put back, *A* would be
 * at *84 %*"; "no old task fell in these 10 steps. *A* fell *32* points since *B* began: *layer 1*
 * moved for *B* (*76 %* of it)"; false where nothing can be said. */
bool narrator_why(const struct view *view, char *text, size_t size, enum role *role);

/* "no old task fell in these 10 steps" of a window of which that is so; else false. */
bool narrator_held(const struct view *view, char *text, size_t size);

/* "its outputs are drowned, among its own two it is still right *97 %*" of a task in the present;
 * false where that is not known or not so. */
bool narrator_drowned(const struct view *view, int task, char *text, size_t size);

#endif
