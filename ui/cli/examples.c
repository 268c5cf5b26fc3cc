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
        {"oubli run --data iris.csv --label species --suite split --tasks 3",
         "a table of your own, one class a task"},
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
        {"128+n", "stopped by signal n, as in 130 after Ctrl-C"},
        {NULL, NULL},
    };
    return table;
}

const struct example *json_fields(void)
{
    static const struct example table[] = {
        {"learner, seed", "whose run it is"},
        {"data, label, suite, scenario", "what was learned"},
        {"tasks, task_names", "how many tasks, and what each is called"},
        {"net, layers", "hidden units as --net takes them; all widths, inputs first"},
        {"optimizer, lr, batch", "how it was trained, at the start"},
        {"strategies, strategies_end", "what was on at the start, and at the end"},
        {"task_given",
         "true where the task is told at test time: not comparable with where it is not"},
        {"parameters", "every parameter by its name, at the start"},
        {"commands", "what --at did: step, task, command, and why it was refused (null)"},
        {"steps, diverged_step", "steps trained; where the loss was no longer finite (null)"},
        {"stages", "task, first step and end of each stage"},
        {"initial_accuracy", "on each task, before the first step"},
        {"R", "R[i][j]: accuracy on task j after stage i, 0 to 1"},
        {"average_accuracy", "mean of the last row of R"},
        {"forgetting", "how far below its best each earlier task ended, mean"},
        {"backward_transfer", "how later tasks changed earlier ones, mean"},
        {"forward_transfer", "what a task gained before its own training, mean"},
        {"learning_accuracy", "accuracy just after its own training, mean"},
        {"curve", "step, task in training, accuracy on each task (null where not measured)"},
        {"drift", "of each layer's weights since the end of the first stage, relative"},
        {"seconds_training", "time spent in steps"},
        {"samples_per_second", "samples of the batches, per second of training"},
        {"version, build, blas_core", "the program; equal ones give equal bits"},
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
        {NULL, NULL},
    };
    return table;
}
