/* SPDX-License-Identifier: MIT */
#include "ui/cli/examples.h"

#include <stddef.h>

const struct example *examples(void)
{
    static const struct example table[] = {
        {"oubli", "five permuted tasks of the digits, live"},
        {"oubli --strategy ewc+replay --set ewc.lambda=100",
         "the same with two strategies from the start"},
        {"oubli run --suite split --seeds 5 --strategy replay",
         "five runs without a screen: mean and standard deviation"},
        {"oubli run --at C:'strategy replay on' --json -", "replay from task C on, as JSON"},
        {"oubli --learner plain --learner 'ewc: strategy=ewc'",
         "two learners on the same batches, side by side"},
        {"oubli run --at C:'fork ewc: strategy=ewc'",
         "what if, from task C on? A copy with EWC, compared with the one that has none"},
        {"oubli run --data iris.csv --label species --suite split --tasks 3",
         "a table of your own, one class a task"},
        {"oubli sweep --over 'lr=0.01..1 log 5' --seeds 3 --dir DIR",
         "15 runs on all cores; again: only what is missing"},
        {"oubli merge DIR -o sweep.db", "all of them as one table"},
        {"oubli plot sweep.db", "what oubli merge has put together: tables, then a picture"},
        {"oubli live --like sweep.db:17", "job 17 of it, live"},
        {"oubli --data text", "kinds of text: see what it writes, and how it forgets to"},
        {"oubli --data text --texts mail.txt,my.grammar", "texts of your own, a task each"},
        {NULL, NULL},
    };
    return table;
}

const struct example *exit_codes(void)
{
    static const struct example table[] = {
        {"0", "done; also when a run diverged, which is a result"},
        {"1", "failed: a file, the terminal, the data, memory"},
        {"2", "the command line makes no sense"},
        {"3", "verify found a number that differs"},
        {"128+n", "stopped by signal n, as in 130 after Ctrl-C"},
        {NULL, NULL},
    };
    return table;
}

const char *json_written(void)
{
    return "The lines of a seed are written when it is done, in no order. A file is "
           "replaced when the first seed is done, and holds whole lines from then on: what was "
           "done is there even if the run is stopped.";
}

const struct example *json_fields(void)
{
    static const struct example table[] = {
        {"learner, seed", "whose run it is: a line for each learner of each seed"},
        {"data, label, suite, scenario", "what was learned"},
        {"reading", "what else was said of the data, by the names of the options"},
        {"eval_every", "steps between two looks, if --eval-every says so (null)"},
        {"is_stream", "true where one task fades into the next, unannounced"},
        {"tasks, task_names", "how many tasks, and what each is called"},
        {"net, layers", "hidden units as --net takes them; all widths, inputs first"},
        {"optimizer, lr, batch", "how it was trained, at its start"},
        {"strategies, strategies_end", "what was on at its start, and at the end"},
        {"task_given",
         "true where the task is told at test time: not comparable with where it is not"},
        {"parameters", "every parameter by its name, at its start"},
        {"config, script, arithmetic", "all that --like needs to make the run again"},
        {"notes", "those that still stand: step, task, note"},
        {"commands",
         "what --at did: step, task, command, why it was refused (null), and the learner it "
         "concerned (null: all, or none)"},
        {"parent, born", "of which learner it is a fork (null), and at which step it became one"},
        {"memory_bytes", "what the strategies keep that are on at the end"},
        {"steps, diverged_step", "steps trained; where the loss was no longer finite (null)"},
        {"stages", "task, first step and end of each stage"},
        {"initial_accuracy", "on each task, before the first step"},
        {"R", "R[i][j]: accuracy on task j after stage i, 0 to 1"},
        {"bits_per_character", "of text: the same in bits per character, how surprising it is"},
        {"average_accuracy", "mean of the last row of R"},
        {"forgetting",
         "what each earlier task has lost since its end: the best row of R less the last, mean"},
        {"backward_transfer", "how later tasks changed earlier ones, mean"},
        {"forward_transfer", "what a task gained before its own training, mean"},
        {"learning_accuracy", "accuracy just after its own training, mean"},
        {"validation", "R, average_accuracy, forgetting, backward_transfer, learning_accuracy of "
                       "what --validation "
                       "holds out (null: nothing): choose by these, tell those above"},
        {"average_over_time", "mean accuracy of all tasks, over all steps"},
        {"minimum_accuracy",
         "the least of each earlier task since its end, mean: how deep it fell (null without the "
         "probe stability)"},
        {"classes, per_class",
         "names; accuracy on each class of each task at the end (null: not in it)"},
        {"curve", "step, task in training, accuracy on each task (null where not measured)"},
        {"probes",
         "what the probes have said that are on (--probes), by name: step, task, tensor, layer, "
         "module, point, value, without what does not apply"},
        {"drift", "of each layer's weights since the end of the first stage, relative"},
        {"seconds_training", "time spent in steps"},
        {"samples_per_second", "samples of the batches, per second of training"},
        {"config, script, arithmetic",
         "settings and timed commands as a recording keeps them, for --like; which arithmetic"},
        {"version, build, blas_core", "the program; equal ones give equal bits"},
        {NULL, NULL},
    };
    return table;
}

const char *lessons_text(void)
{
    return "teach, where tasks are kinds of text: the task of the moment is interrupted, TEXT is "
           "trained for text.lesson steps (--set, 100 at first) as the last task, together with "
           "what was taught before and with the strategies that are on, which consolidate at its "
           "end; then the interrupted task goes on. So a lesson has a curve and a row of R, and "
           "what it costs the others is seen at theirs. In the palette TEXT may be the name of a "
           "file: each of its lines is a lesson, at most 100.";
}

const char *again_text(void)
{
    return "after rewind and restart timed commands of later steps are due again, but rewind, "
           "restart and add themselves; where the learners of now come along (restart, rewind "
           "without a step) fork, rename and remove are not due again either";
}

const char *learners_text(void)
{
    return "learners: networks that are trained on the same batches, in step, each with strategies "
           "and settings of its own; up to 8, on as many cores as there are. NAME: letters, digits "
           "or _ . + -, at most 23; left out before the colon, a learner is called by what it "
           "does, "
           "naive or ewc+replay, also when that changes. SETTINGS: strategy=NAMES, observe=NAMES "
           "and KEY=VALUE of any "
           "parameter that is not the same for all. Without --learner there is one, "
           "without a name of its own.";
}

const struct example *learner_forms(void)
{
    static const struct example table[] = {
        {"--learner plain", "a learner with what the other options say"},
        {"--learner 'low: lr=0.01'", "another, with settings of its own; up to 8"},
        {"--learner ': strategy=ewc'", "one that is called by what it does: ewc, for now"},
        {"--learner 'both: strategy=ewc+replay ewc.lambda=100'",
         "its strategies, in place of those of --strategy"},
        {"--learner 'late: observe=replay'", "what it collects while that is off"},
        {"--at B:'fork er: strategy=replay'", "a copy of the selected learner, from task B on"},
        {"--at 900:'fork what-if'", "a copy that goes on as it is; it is selected then"},
        {"--at 901:'strategy ewc on'", "so this is for the copy alone"},
        {"--at 950:'learner plain'", "from here on commands reach plain; learner all: everybody"},
        {"--at C:'add er: strategy=replay'",
         "one that has been there from the start: it is trained up to here first"},
        {"--at 999:'rewind 900'", "everything back to that step, also who was there"},
        {"--at D:'rename er replay' --at D:'remove plain'", "who stays, and under which name"},
        {NULL, NULL},
    };
    return table;
}

const struct example *environment(void)
{
    static const struct example table[] = {
        {"TERM", "what the terminal is; dumb or unknown: no screen, a headless run instead"},
        {"COLORTERM", "truecolor or 24bit: the terminal knows at least 256 colours"},
        {"NO_COLOR", "if not empty: no colours, unless --color asks for them"},
        {"LC_ALL, LC_CTYPE, LANG", "UTF-8 or not: without it texts and glyphs are ASCII"},
        {"OPENBLAS_CORETYPE",
         "kernels for the matrix products, as OpenBLAS calls them: Haswell, SkylakeX ...; unset: "
         "those of the recording for verify and resume, else the best for this processor (oubli "
         "--version says which)"},
        {NULL, NULL},
    };
    return table;
}
