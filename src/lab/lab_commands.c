/* SPDX-License-Identifier: MIT
 * Commands between two steps: what concerns the session and what is shown of it is done here, the
 * rest is the run's. */
#include <string.h>

#include "base/subnormal.h"
#include "lab/lab.h"
#include "lab/lab_inside.h"
#include "lab/run_commands.h"
#include "tasks/alphabet.h"

/* The end of what is asked, as it is folded to the alphabet. */
static bool apply_ask(struct lab *lab, const struct command *command, struct err *err)
{
    uint8_t symbols[3 * COMMAND_TEXT_MAX];
    const char *text = command->text;
    if (suite_dataset(lab->course.suite)->n_symbols == 0) {
        return err_set(err, ERR_FAILED, "ask: data that is text expected (--data text), found %s",
                       suite_dataset(lab->course.suite)->name);
    }
    int n = (int)alphabet_fold(text, strlen(text), symbols, sizeof symbols, NULL), used = 0;
    lab_take_turn(lab, text);
    for (int i = n < WRITING_PROMPT_MAX ? 0 : n - WRITING_PROMPT_MAX + 1; i < n; i++) {
        lab->asked[used++] = alphabet_char(symbols[i]);
    }
    lab->asked[used] = '\0';
    lab->showing[EXHIBIT_WRITING].due_ns = 0; /* answered at once */
    return true;
}

static bool apply_map(struct lab *lab, const struct command *command, struct err *err)
{
    int n_parts = learner_network(lab_selected(lab)->learner)->n_parts;
    if (command->map.part >= n_parts) {
        return err_set(err, ERR_USAGE, "map: layer 1 to %d expected, found %d", n_parts,
                       command->map.part + 1);
    }
    lab->request = command->map;
    return true;
}

static bool apply_resume(struct lab *lab, struct err *err)
{
    bool ok = run_can_go_on(lab->now.run, "resume", err);
    lab->now.is_paused = lab->now.is_paused && !ok;
    return ok;
}

static bool carry_out(struct lab *lab, const struct command *command, int target, struct err *err)
{
    switch (command->kind) {
    case COMMAND_REWIND:
        return command->step >= 0 ? lab_rewind(lab, command->step, err)
                                  : lab_rewind_stage(lab, target, err);
    case COMMAND_RESTART:
        return lab_restart(lab, err);
    case COMMAND_ADD:
        return lab_add(lab, command, err);
    case COMMAND_FORK:
        return lab_fork(lab, command, target, err);
    case COMMAND_SWEEP:
        return lab_sweep(lab, command, target, err);
    case COMMAND_RENAME:
        return lab_rename(lab, command, target, err);
    case COMMAND_REMOVE:
        return lab_remove(lab, command, target, err);
    case COMMAND_LEARNER:
        return lab_select(lab, command, err);
    case COMMAND_MAP:
        return apply_map(lab, command, err);
    case COMMAND_SHOW:
    case COMMAND_HIDE:
        lab_show(lab, (enum exhibit)command->index, &command->shown);
        return true;
    case COMMAND_ASK:
        return apply_ask(lab, command, err);
    case COMMAND_PROBE:
        lab->course.probes = command_probes(command, lab->course.probes);
        return true;
    case COMMAND_SAVE:
        lab_save(lab, command->text, NULL); /* how that went is in the snapshot */
        return true;
    case COMMAND_RESUME:
        if (!apply_resume(lab, err)) {
            return false;
        }
        break;
    case COMMAND_PAUSE:
        lab->now.is_paused |= run_state(lab->now.run) == RUN_TRAINING;
        break;
    default:
        break;
    }
    return lab_carry_out_order(lab, &(struct order){*command, target, -1}, err);
}

/* Whom a command concerns. */
static int target_of(const struct lab *lab, const struct command *command)
{
    unsigned flags = command_at((int)command->kind)->flags;
    const struct member *named = flags & COMMAND_NAMED ? lab_known_as(lab, command->name) : NULL;
    if (command->kind == COMMAND_REWIND && command->step >= 0) {
        return LEARNER_ALL; /* without a step back to where it was good, if it has diverged */
    }
    bool is_one = flags & (COMMAND_SELECTED | COMMAND_NAMED) ||
                  (flags & COMMAND_REACHES && !lab->now.is_to_all);
    return named ? named->facts.id : is_one ? lab->now.selected : LEARNER_ALL;
}

static bool apply(struct lab *lab, const struct command *command, int learner, struct err *err)
{
    const struct run *run = lab->now.run;
    struct err why = {0};
    char line[JOURNAL_TEXT_MAX];
    bool is_view = command_is_view(command);
    if (!run->is_begun && !is_view) {
        lab_begin_session(lab);
    }
    lab_pass_line(lab, command);
    if (!is_view) { /* written first, so that what it brings about stands after it */
        lab_add_entry(lab, ENTRY_COMMAND, learner, run->at.task, 0,
                      command_format(command, line, sizeof line));
    }
    bool ok = carry_out(lab, command, learner, &why);
    if (!ok && err) {
        *err = why;
    }
    if (why.code == ERR_STOPPED) {
        return false; /* it is still to be carried out, and nothing is to stand after it */
    }
    if (!ok) {
        lab_add_entry(lab, ENTRY_REFUSED, learner, lab->now.run->at.task, is_view, why.msg);
    }
    lab_name_by_deeds(lab);
    lab_catch_up(lab);
    lab->n_commands++;
    lab->n_settled = journal_length(lab->journal);
    lab_hand_over(lab, false);
    return ok;
}

void lab_refuse_again(struct lab *lab, const struct entry *entry)
{
    journal_add(lab->journal, *entry);
    lab->n_settled = journal_length(lab->journal);
    lab_hand_over(lab, false);
}

bool lab_apply_to(struct lab *lab, const struct command *command, int learner, struct err *err)
{
    uint64_t state = subnormal_flush();
    bool ok = apply(lab, command, learner, err);
    subnormal_restore(state);
    return ok;
}

bool lab_apply(struct lab *lab, const struct command *command, struct err *err)
{
    return lab_apply_to(lab, command, target_of(lab, command), err);
}
