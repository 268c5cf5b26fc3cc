/* SPDX-License-Identifier: MIT
 * Weights into files. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

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

/* NULL and err, with those there are. */
static const struct member *find_member(const struct lab *lab, const struct whose *whose,
                                        struct err *err)
{
    const struct run *run = lab->now.run;
    char names[160] = "";
    for (int i = 0; i < run->n_members; i++) {
        size_t used = strlen(names);
        const struct learner_facts *facts = &run->members[i]->facts;
        if (whose->name ? strcmp(facts->name, whose->name) == 0 : facts->id == whose->id) {
            return run->members[i];
        }
        snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "", facts->name);
    }
    err_set(err, ERR_FAILED, "save: a learner of step %ld expected (%s), found '%.40s'",
            run->at.step, names, whose->name ? whose->name : "one that came later");
    return NULL;
}

static bool save(const struct lab *lab, const struct member *member, const char *path, FILE *out,
                 struct err *err)
{
    const struct network *net = learner_network(member->learner);
    const struct params *params = learner_params(member->learner);
    const real *theta = learner_answer(member->learner, lab->now.run->at.task);
    if (member->facts.has_diverged) {
        return err_set(err, ERR_FAILED, "save: %s has diverged, so nothing was saved%s%.120s",
                       member->facts.name, out ? "" : " to ", path);
    }
    if (!are_finite(theta, net->n_params)) {
        return err_set(err, ERR_FAILED, "save: finite weights expected, those of %s are not",
                       member->facts.name);
    }
    return out ? weights_put(out, net, params, theta, err)
               : weights_write(path, net, params, theta, err);
}

bool lab_save(struct lab *lab, const char *path, struct err *err)
{
    struct err why = {0};
    struct saved *saved = &lab->saved;
    const struct member *member = lab_selected(lab);
    saved->n++;
    saved->has_failed = !save(lab, member, path, NULL, &why);
    if (saved->has_failed) {
        snprintf(saved->text, sizeof saved->text, "%s", why.msg);
        return err_set(err, why.code, "%s", why.msg);
    }
    snprintf(saved->text, sizeof saved->text, "%.100s has the %zu weights of %s, after %ld steps",
             path, learner_network(member->learner)->n_params, member->facts.name,
             lab->now.run->at.step);
    return true;
}

static bool has_wish(const struct lab *lab)
{
    return lab->save[0] != '\0' || lab->save_to;
}

long lab_steps_to_save(const struct lab *lab)
{
    long left = lab->save_step - lab->now.run->at.step;
    bool is_to_come = has_wish(lab) && lab->save_step != LONG_MAX && left > 0;
    return is_to_come ? left : LONG_MAX;
}

static bool save_wish(struct lab *lab, struct err *err)
{
    if (!lab->save_to) {
        return lab_save(lab, lab->save, err);
    }
    const struct member *member =
        find_member(lab, &(struct whose){lab->save_name, lab->save_id}, err);
    return member && save(lab, member, "", lab->save_to, err);
}

void lab_save_in_time(struct lab *lab)
{
    const struct run *run = lab->now.run;
    bool is_due =
        lab->save_step == LONG_MAX ? run_state(run) == RUN_OVER : lab->save_step <= run->at.step;
    if (has_wish(lab) && !lab->is_save_over && is_due) {
        lab->is_save_over = true;
        (void)!save_wish(lab, &lab->save_err);
    }
}

void lab_wish_weights(struct lab *lab, FILE *out, const struct whose *whose, long step)
{
    lab->save[0] = '\0';
    lab->save_to = out;
    lab->save_name = whose->name;
    lab->save_id = whose->id;
    lab->save_step = step;
    lab->is_save_over = false;
    lab->save_err = (struct err){0};
}

bool lab_has_kept_wish(const struct lab *lab, struct err *err)
{
    char where[140] = "";
    if (!has_wish(lab) || (lab->is_save_over && lab->save_err.code == ERR_NONE)) {
        return true;
    }
    if (lab->is_save_over) {
        return err_set(err, lab->save_err.code, "%s", lab->save_err.msg);
    }
    if (lab->save[0] != '\0') {
        snprintf(where, sizeof where, " to %.120s", lab->save);
    }
    if (lab->save_step != LONG_MAX) {
        return err_set(err, ERR_FAILED,
                       "--save: step %ld was never reached, so nothing was saved%s", lab->save_step,
                       where);
    }
    return err_set(err, ERR_FAILED, "--save: it %s before the end, so nothing was saved%s",
                   run_state(lab->now.run) == RUN_DIVERGED ? "diverged" : "was left", where);
}
