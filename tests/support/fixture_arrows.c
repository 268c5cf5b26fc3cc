/* SPDX-License-Identifier: MIT
 * The arrows of a played stage: made by hand, so that they are the same everywhere. */
#include <stdio.h>

#include "strategies/table.h"
#include "support/fixture_inside.h"

enum { FEATURES = 5, FIRST_OF_B = 2 };

/* Nobody has learned anything; A has; B has written over A; all five share the plane. */
enum look { LOOK_BEGIN, LOOK_A, LOOK_B, LOOK_PENTAGON };
static const struct played_arrow {
    float to[2], bias, kept;
} looks[][FEATURES] = {
    [LOOK_BEGIN] = {{{0.31F, 0.12F}, 0, 0.14F},
                    {{-0.1F, 0.4F}, 0, 0.2F},
                    {{-0.25F, -0.08F}, 0, 0.1F},
                    {{0.1F, -0.3F}, 0, 0.12F},
                    {{0.28F, -0.2F}, 0, 0.13F}},
    [LOOK_A] = {{{0.97F, 0.24F}, 0, 1},
                {{-0.24F, 0.97F}, 0, 1},
                {{-0.25F, -0.08F}, 0, 0.1F},
                {{0.1F, -0.3F}, 0, 0.12F},
                {{0.28F, -0.2F}, 0, 0.13F}},
    [LOOK_B] = {{{0.3F, 0.15F}, -0.5F, 0},
                {{-0.3F, 0.28F}, -0.4F, 0.06F},
                {{-0.7F, 0.72F}, 0, 1},
                {{-0.1F, -1}, 0, 0.99F},
                {{0.88F, 0.47F}, -0.01F, 1}},
    [LOOK_PENTAGON] = {{{1.08F, 0.35F}, -0.25F, 0.95F},
                       {{0, 1.14F}, -0.24F, 0.94F},
                       {{-1.09F, 0.34F}, -0.25F, 0.94F},
                       {{-0.66F, -0.92F}, -0.26F, 0.95F},
                       {{0.67F, -0.93F}, -0.25F, 0.93F}},
};

static enum look look_of(const struct fixture *fixture)
{
    bool is_kept = view_learner(&fixture->frame.view)->strategies[strategy_find("replay")].is_on;
    return fixture->snapshot->step == 0   ? LOOK_BEGIN
           : fixture->snapshot->task == 0 ? LOOK_A
           : is_kept                      ? LOOK_PENTAGON
                                          : LOOK_B;
}

void fixture_played_arrows(struct fixture *fixture)
{
    struct exhibits *exhibits = &fixture->snapshot->exhibits;
    enum look look = look_of(fixture);
    exhibits->has[EXHIBIT_ARROWS] = fixture->facts.form == DATA_FEATURES;
    exhibits->arrows = (struct arrows){.step = MAP_STEP_NOW,
                                       .learner = view_learner(&fixture->frame.view)->id,
                                       .task = fixture->snapshot->task,
                                       .n_hidden = 2,
                                       .n = FEATURES};
    for (int i = 0; i < FEATURES; i++) {
        const struct played_arrow *of = &looks[look][i], *was = &looks[LOOK_A][i];
        exhibits->arrows.arrows[i] =
            (struct arrow){.task = i >= FIRST_OF_B,
                           .to = {of->to[0], of->to[1]},
                           .has_was = i < FIRST_OF_B && fixture->snapshot->task > 0,
                           .was = {was->to[0], was->to[1]},
                           .bias = of->bias,
                           .kept = of->kept};
    }
}

struct fixture *fixture_play_features(void)
{
    struct fixture *fixture = fixture_play("kinds", 2, 2);
    fixture->facts.data = "features";
    fixture->facts.form = DATA_FEATURES;
    fixture->facts.kind = dataset_kind_of("features", NULL);
    snprintf(fixture->facts.net, sizeof fixture->facts.net, "5-2-5");
    fixture_use_nothing(fixture);
    return fixture;
}
