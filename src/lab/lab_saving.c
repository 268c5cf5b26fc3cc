/* SPDX-License-Identifier: MIT
 * Weights into files. */
#include <limits.h>
#include <math.h>
#include <stdio.h>

#include "lab/lab.h"
#include "lab/lab_inside.h"
#include "lab/weights.h"

static bool are_finite(const real *theta, size_t n)
{
    size_t i = 0;
    while (i < n && isfinite(theta[i])) {
        i++;
    }
    return i == n;
}

static bool save(const struct lab *lab, const char *path, struct err *err)
{
    const struct member *member = lab_selected(lab);
    const struct network *net = learner_network(member->learner);
    const real *theta = learner_answer(member->learner, lab->now.run->at.task);
    if (member->facts.has_diverged) {
        return err_set(err, ERR_FAILED, "save: %s has diverged, so nothing was saved to %.120s",
                       member->facts.name, path);
    }
    if (!are_finite(theta, net->n_params)) {
        return err_set(err, ERR_FAILED, "save: finite weights expected, those of %s are not",
                       member->facts.name);
    }
    return weights_write(path, net, learner_params(member->learner), theta, err);
}

bool lab_save(struct lab *lab, const char *path, struct err *err)
{
    struct err why = {0};
    struct saved *saved = &lab->saved;
    const struct member *member = lab_selected(lab);
    saved->n++;
    saved->has_failed = !save(lab, path, &why);
    if (saved->has_failed) {
        snprintf(saved->text, sizeof saved->text, "%s", why.msg);
        return err_set(err, why.code, "%s", why.msg);
    }
    snprintf(saved->text, sizeof saved->text, "%.100s has the %zu weights of %s, after %ld steps",
             path, learner_network(member->learner)->n_params, member->facts.name,
             lab->now.run->at.step);
    return true;
}

long lab_steps_to_save(const struct lab *lab)
{
    long left = lab->save_step - lab->now.run->at.step;
    bool is_to_come = lab->save[0] != '\0' && lab->save_step != LONG_MAX && left > 0;
    return is_to_come ? left : LONG_MAX;
}

void lab_save_in_time(struct lab *lab)
{
    const struct run *run = lab->now.run;
    bool is_due =
        lab->save_step == LONG_MAX ? run_state(run) == RUN_OVER : lab->save_step <= run->at.step;
    if (lab->save[0] != '\0' && !lab->is_save_over && is_due) {
        lab->is_save_over = true;
        (void)!lab_save(lab, lab->save, &lab->save_err);
    }
}

bool lab_has_kept_wish(const struct lab *lab, struct err *err)
{
    if (lab->save[0] == '\0' || (lab->is_save_over && lab->save_err.code == ERR_NONE)) {
        return true;
    }
    if (lab->is_save_over) {
        return err_set(err, lab->save_err.code, "%s", lab->save_err.msg);
    }
    if (lab->save_step != LONG_MAX) {
        return err_set(err, ERR_FAILED,
                       "--save: step %ld was never reached, so nothing was saved to %.120s",
                       lab->save_step, lab->save);
    }
    return err_set(err, ERR_FAILED, "--save: it %s before the end, so nothing was saved to %.120s",
                   run_state(lab->now.run) == RUN_DIVERGED ? "diverged" : "was left", lab->save);
}
