/* SPDX-License-Identifier: MIT
 * The exhibit `microscope`. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/range.h"
#include "lab/lab.h"
#include "lab/lab_inside.h"
#include "strategies/table.h"

enum { SETTLED = 32 }; /* steps of a stage after which the best of a rule are no accident */

/* Where the numbers come from. */
struct slide {
    struct lab *lab;
    struct trail_shown of;
    const struct network *net;
    const real *theta, *sum; /* (P) at the moment */
};

static bool prepare(struct lab *lab, struct slide *slide)
{
    if (!lab->now.run->is_begun || !lab_trail_shown(lab, &slide->of)) {
        return false;
    }
    const struct trail_shown *of = &slide->of;
    slide->lab = lab;
    slide->net = learner_network(of->member->learner);
    slide->theta = of->is_now ? learner_theta(of->member->learner) : of->trail->theta[of->at];
    slide->sum = of->is_now ? of->trail->pull.sum : of->trail->sum[of->at];
    return true;
}

static size_t place_of(const struct network *net, int part, int row, int col)
{
    return net->parts[part].at + (size_t)row * net->parts[part].stride + col;
}

/* ---- the moment ---- */

static void name_springs(const struct slide *slide, struct microscope *to)
{
    uint32_t by = slide->of.trail->pull.by | learner_springs(slide->of.member->learner);
    size_t used = 0;
    for (int i = 0; i < strategy_count(); i++) {
        if (by >> i & 1u && used < sizeof to->springs) {
            used += (size_t)snprintf(to->springs + used, sizeof to->springs - used, "%s%s",
                                     used ? ", " : "", strategy_at(i)->title);
        }
    }
}

/* The points, and behind them the present where it is none. */
static void tell_points(const struct slide *slide, struct microscope *to)
{
    const struct trail_shown *of = &slide->of;
    const struct trail *trail = of->trail;
    for (int i = 0; i < trail->n_points; i++) {
        to->done[to->n_points++] = i * trail->stride;
    }
    if (to->done[to->n_points - 1] < trail->n_done && of->is_of_present) {
        to->done[to->n_points++] = trail->n_done;
    }
    to->at = of->is_now ? to->n_points - 1 : of->at;
}

static bool has_pulled(const struct slide *slide)
{
    size_t i = 0;
    while (i < slide->net->n_params && slide->sum[i] == 0) {
        i++;
    }
    return i < slide->net->n_params;
}

/* The stage before whose beginning they had been learned. */
static int stage_after(const struct slide *slide, const struct microscope *to)
{
    return slide->of.is_now && slide->lab->now.run->is_over ? to->stage + 1 : to->stage;
}

static bool is_listed(const struct microscope *to, int task)
{
    int i = 0;
    while (i < to->n_ends && to->end_task[i] != task) {
        i++;
    }
    return i < to->n_ends;
}

/* The last of the tasks that had been learned before that moment, in the order in which they
 * were. */
static void list_ends(const struct slide *slide, struct microscope *to)
{
    const struct ends *ends = &slide->of.member->references.ends;
    for (int i = ends->n - 1; i >= 0 && to->n_ends < MICROSCOPE_ENDS_MAX; i--) {
        const struct end *end = &ends->list[i];
        if (end->stage < stage_after(slide, to) && !is_listed(to, end->task)) {
            memmove(to->end_task + 1, to->end_task, (size_t)to->n_ends * sizeof(int));
            to->end_task[0] = end->task;
            to->n_ends++;
        }
    }
}

static void list_others(const struct slide *slide, struct microscope *to)
{
    const struct run *run = slide->lab->now.run;
    bool is_known = slide->of.is_now && to->is_whole; /* of them no trail is kept */
    for (int i = 0; is_known && i < run->n_members && to->n_others < LEARNERS_MAX; i++) {
        if (run->members[i] != slide->of.member) {
            to->other[to->n_others++] = run->members[i]->facts.id;
        }
    }
}

/* ---- a weight ---- */

static void tell_end(const struct slide *slide, const struct microscope *to,
                     struct seen_weight *weight, int i)
{
    const struct member *member = slide->of.member;
    const struct end *end = member_learned_before(member, to->end_task[i], stage_after(slide, to));
    size_t at = place_of(slide->net, weight->part, weight->row, weight->col);
    const struct matters *matters = lab_matters(slide->lab, member, end->stage);
    weight->end[i] = (float)end->theta[at];
    weight->importance[i] = matters ? (float)matters->fisher[at] : NAN;
    weight->top[i] = matters ? (float)matters_top(matters, weight->importance[i]) : NAN;
}

static float moved_of(const struct slide *slide, int id, size_t at)
{
    const struct member *member = run_member(slide->lab->now.run, id);
    bool is_alike = learner_network(member->learner)->n_params == slide->net->n_params;
    return is_alike
               ? (float)(learner_theta(member->learner)[at] - member->references.stage_start[at])
               : NAN;
}

static void tell_weight(const struct slide *slide, struct microscope *to, int rule, int rank,
                        const struct spring_pick *pick)
{
    const struct trail *trail = slide->of.trail;
    const struct part *part = &slide->net->parts[pick->part];
    struct seen_weight *weight = &to->weights[to->n++];
    size_t at = place_of(slide->net, pick->part, pick->row, pick->col);
    *weight = (struct seen_weight){.rule = rule,
                                   .rank = rank,
                                   .part = pick->part,
                                   .row = pick->row,
                                   .col = pick->col,
                                   .n_rows = part->rows,
                                   .n_cols = part->cols};
    for (int i = 0; i < to->n_points; i++) {
        bool is_kept = i < trail->n_points;
        weight->value[i] =
            (float)(is_kept ? trail->theta[i][at] : learner_theta(slide->of.member->learner)[at]);
        weight->pull[i] = (float)(is_kept ? trail->sum[i][at] : trail->pull.sum[at]);
    }
    for (int i = 0; i < to->n_ends; i++) {
        tell_end(slide, to, weight, i);
    }
    for (int i = 0; i < to->n_others; i++) {
        weight->moved_of[i] = moved_of(slide, to->other[i], at);
    }
}

/* ---- which ---- */

/* The one of a block whose number is largest in the heatmap, if it is of that part; else the one
 * that has moved most. */
static struct spring_pick strongest(const struct slide *slide, const struct weight_choice *choice)
{
    struct lab *lab = slide->lab;
    const struct shown shown = lab_shown(lab);
    const struct part *part = &slide->net->parts[choice->part];
    struct mapped mapped = {slide->theta, slide->of.trail->theta[0]};
    struct spring_pick best = {.part = choice->part, .score = -1};
    if (lab->request.part == choice->part) {
        struct mapped map = lab_mapped(lab, lab_selected(lab), &shown);
        mapped = map.values ? map : mapped;
    }
    for (int row = choice->rows[0]; row <= min_int(choice->rows[1], part->rows - 1); row++) {
        for (int col = choice->cols[0]; col <= min_int(choice->cols[1], part->cols - 1); col++) {
            size_t at = place_of(slide->net, choice->part, row, col);
            double value = (double)mapped.values[at];
            value = fabs(value - (mapped.reference ? (double)mapped.reference[at] : 0));
            if (value > best.score) {
                best = (struct spring_pick){
                    .part = choice->part, .row = row, .col = col, .score = value};
            }
        }
    }
    return best;
}

/* The choice, within the network that there is. */
static struct weight_choice within(const struct network *net, struct weight_choice choice)
{
    choice.part = min_int(choice.part, net->n_parts - 1);
    for (int i = 0; i < 2; i++) {
        choice.rows[i] = min_int(choice.rows[i], net->parts[choice.part].rows - 1);
        choice.cols[i] = min_int(choice.cols[i], net->parts[choice.part].cols - 1);
    }
    return choice;
}

/* The best of a rule; where there is none the one that has moved most stands for it, for now. */
static struct spring_pick best(const struct slide *slide, const struct weight_choice *choice,
                               bool *is_one)
{
    struct spring_pick picks[MICROSCOPE_TOP] = {{0}};
    const real *start = slide->of.trail->theta[0];
    int n = springs_pick(choice->rule, slide->net, start, slide->theta, slide->sum, picks,
                         MICROSCOPE_TOP);
    *is_one = n > choice->rank && slide->of.trail->n_done >= SETTLED;
    if (n == 0) {
        springs_pick(SPRING_FREE, slide->net, start, slide->theta, slide->sum, picks,
                     MICROSCOPE_TOP);
    }
    return picks[n > choice->rank ? choice->rank : 0];
}

/* Once it is found it stays the same weight, whatever becomes of it, until another is asked for. */
static void tell_asked(const struct slide *slide, struct microscope *to)
{
    struct scope *scope = &slide->lab->scope;
    const struct weight_choice choice = within(slide->net, to->asked);
    struct spring_pick pick = scope->found;
    to->cell[0] = choice.is_by_rule ? 1 : choice.rows[1] - choice.rows[0] + 1;
    to->cell[1] = choice.is_by_rule ? 1 : choice.cols[1] - choice.cols[0] + 1;
    if (!scope->has_found || !weight_choice_equal(&scope->asked, &to->asked)) {
        scope->has_found = true;
        pick =
            choice.is_by_rule ? best(slide, &choice, &scope->has_found) : strongest(slide, &choice);
        scope->asked = to->asked;
        scope->found = pick;
    }
    const struct weight_choice at =
        within(slide->net, weight_choice_at(pick.part, pick.row, pick.col));
    pick = (struct spring_pick){.part = at.part, .row = at.rows[0], .col = at.cols[0]};
    tell_weight(slide, to, -1, 0, &pick);
}

static void tell_best(const struct slide *slide, struct microscope *to)
{
    for (int rule = 0; rule < SPRING_RULES; rule++) {
        struct spring_pick picks[MICROSCOPE_TOP];
        int n = springs_pick((enum spring_rule)rule, slide->net, slide->of.trail->theta[0],
                             slide->theta, slide->sum, picks, MICROSCOPE_TOP);
        for (int i = 0; i < n; i++) {
            tell_weight(slide, to, rule, i, &picks[i]);
        }
    }
}

static bool make(struct lab *lab, const struct exhibit_request *request, struct exhibits *exhibits)
{
    struct slide slide;
    struct microscope *to = &exhibits->microscope;
    if (!prepare(lab, &slide)) {
        return false;
    }
    const struct shown shown = lab_shown(lab);
    const struct trail_shown *of = &slide.of;
    *to = (struct microscope){.asked = request->weight,
                              .learner = of->member->facts.id,
                              .stage = of->trail->stage,
                              .task = shown.task,
                              .begin = of->begin,
                              .is_whole = of->trail->from == 0,
                              .is_through_adapter = of->trail->pull.is_through_adapter,
                              .has_pulled = has_pulled(&slide)};
    tell_points(&slide, to);
    to->step = to->begin + to->done[to->at];
    name_springs(&slide, to);
    list_ends(&slide, to);
    list_others(&slide, to);
    tell_asked(&slide, to);
    tell_best(&slide, to);
    return true;
}

/* ---- as bytes ---- */

static void archive_choice(struct weight_choice *choice, struct archive *archive)
{
    char text[WEIGHT_CHOICE_TEXT_MAX] = "";
    if (!archive->is_reading) {
        weight_choice_format(choice, text, sizeof text);
    }
    archive_text(archive, text, sizeof text);
    archive_check(archive, !archive->is_reading || weight_choice_parse(text, choice));
}

static void archive_weight(const struct microscope *microscope, struct seen_weight *weight,
                           struct archive *archive)
{
    archive_int(archive, &weight->rule, -1, SPRING_RULES - 1);
    archive_int(archive, &weight->rank, 0, MICROSCOPE_TOP - 1);
    archive_int(archive, &weight->part, 0, NETWORK_PARTS_MAX - 1);
    archive_int(archive, &weight->n_rows, 1, INT_MAX);
    archive_int(archive, &weight->n_cols, 1, INT_MAX);
    archive_int(archive, &weight->row, 0, weight->n_rows - 1);
    archive_int(archive, &weight->col, 0, weight->n_cols - 1);
    for (int i = 0; i < microscope->n_points && !archive->has_failed; i++) {
        archive_float(archive, &weight->value[i]);
        archive_float(archive, &weight->pull[i]);
    }
    for (int i = 0; i < microscope->n_ends && !archive->has_failed; i++) {
        archive_float(archive, &weight->end[i]);
        archive_float(archive, &weight->importance[i]);
        archive_float(archive, &weight->top[i]);
    }
    for (int i = 0; i < microscope->n_others && !archive->has_failed; i++) {
        archive_float(archive, &weight->moved_of[i]);
    }
}

static void archive_moment(struct microscope *microscope, struct archive *archive)
{
    archive_long(archive, &microscope->step, 0, LONG_MAX);
    archive_int(archive, &microscope->learner, 0, INT_MAX);
    archive_int(archive, &microscope->stage, 0, INT_MAX);
    archive_int(archive, &microscope->task, 0, SUITE_TASKS_MAX - 1);
    archive_long(archive, &microscope->begin, 0, LONG_MAX);
    archive_bool(archive, &microscope->is_whole);
    archive_bool(archive, &microscope->is_through_adapter);
    archive_bool(archive, &microscope->has_pulled);
    archive_text(archive, microscope->springs, sizeof microscope->springs);
    for (const char *at = microscope->springs; *at; at++) {
        archive_check(archive, *at >= ' ' && *at < 0x7f);
    }
    archive_int(archive, &microscope->cell[0], 1, INT_MAX);
    archive_int(archive, &microscope->cell[1], 1, INT_MAX);
    archive_int(archive, &microscope->n_points, 1, MICROSCOPE_POINTS_MAX);
    archive_int(archive, &microscope->at, 0, microscope->n_points - 1);
    for (int i = 0; i < microscope->n_points && !archive->has_failed; i++) {
        archive_long(archive, &microscope->done[i], 0, LONG_MAX);
        archive_check(archive, i == 0 || microscope->done[i] > microscope->done[i - 1]);
    }
}

static void archive_microscope(struct exhibits *exhibits, struct archive *archive)
{
    struct microscope *microscope = &exhibits->microscope;
    archive_choice(&microscope->asked, archive);
    archive_moment(microscope, archive);
    archive_int(archive, &microscope->n_ends, 0, MICROSCOPE_ENDS_MAX);
    for (int i = 0; i < microscope->n_ends && !archive->has_failed; i++) {
        archive_int(archive, &microscope->end_task[i], 0, SUITE_TASKS_MAX - 1);
    }
    archive_int(archive, &microscope->n_others, 0, LEARNERS_MAX);
    for (int i = 0; i < microscope->n_others && !archive->has_failed; i++) {
        archive_int(archive, &microscope->other[i], 0, INT_MAX);
    }
    archive_int(archive, &microscope->n, 1, MICROSCOPE_WEIGHTS_MAX);
    for (int i = 0; i < microscope->n && !archive->has_failed; i++) {
        archive_weight(microscope, &microscope->weights[i], archive);
    }
}

static int last_task(const struct exhibits *exhibits)
{
    const struct microscope *microscope = &exhibits->microscope;
    int last = microscope->task;
    for (int i = 0; i < microscope->n_ends; i++) {
        last = max_int(last, microscope->end_task[i]);
    }
    return last;
}

/* No data is best seen in it: it is made where somebody looks. */
const struct exhibit_kind exhibit_microscope = {
    .name = "microscope",
    .usual = {.is_shown = true,
              .rows = 16,
              .cols = 54,
              .weight = {.is_by_rule = true, .rule = SPRING_HELD}},
    .period_ns = 100000000,
    .share = 100,
    .make = make,
    .archive = archive_microscope,
    .last_task = last_task,
};
