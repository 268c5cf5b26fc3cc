/* SPDX-License-Identifier: MIT
 * The table of ways of looking. */
#include "ui/app/look_arguments.h"

/* Of what is no matter of looking but of the program. */
static const struct look_argument nothing = {.take = NULL};
static const struct look_argument mouse = {.words = look_switches};
static const char *const listed[] = {"probes", "strategies", "knobs", NULL};
static const struct look_argument list = {.words = listed};

static const struct look_command commands[] = {
    {"focus PANEL", "the keys go to that panel", &look_focus},
    {"enlarge on|off", "the panel that has the keys fills the screen", &look_enlarge},
    {"zoom all|two|task", "how much of the run the curves show", &look_zoom},
    {"compare tasks|average|LETTER", "the curves: tasks of one learner, or all learners",
     &look_compare},
    {"sort COLUMN [back]", "the order of the learners: average, forgetting, name ...", &look_sort},
    {"run NUMBER|off", "scoreboard: the run that is chosen", &look_run},
    {"ghost NUMBER [NUMBER]|off", "a run that is over comes back as dotted curves, or two do",
     &look_ghost},
    {"cursor STEP|off", "the cursor on the curves: all panels show that step", &look_cursor},
    {"weight ROW COLUMN|off", "the cursor on the heatmap", &look_weight},
    {"microscope WEIGHT|off", "one weight: held, stretched, free:2, or LAYER:FROM:TO",
     &look_microscope},
    {"cell ROW COLUMN|off", "the cursor on the matrix R", &look_cell},
    {"sample TASK NUMBER|off", "the example that is chosen among the samples", &look_sample},
    {"character NUMBER|off", "attention: the character that is chosen", &look_character},
    {"head NUMBER|all", "attention: the head whose looks are shown", &look_head},
    {"dots serve|change|pictures", "network: whom units serve, what has changed, the weights",
     &look_units},
    {"serving LETTER|first|all", "network: the task whose units are told from the present one's",
     &look_serving},
    {"bar NUMBER|off", "put it back: the layer that is chosen", &look_bar},
    {"lost TASK|most", "put it back: the task whose layers are shown", &look_lost},
    {"pictures seen|plain", "samples as the task sees them, or as the data has them",
     &look_pictures},
    {"select STRATEGY", "the strategy whose line is chosen", &look_select},
    {"knob NAME", "the knob that is chosen", &look_knob},
    {"probe NAME", "the measurement whose curves are shown; on or off behind it takes it or not",
     &look_probe},
    {"summary on|off", "at the end: what was learned, in the drift's place", &look_summary},
    {"explain [ROW|off]", "explain the panel that has the keys", &look_explain},
    {"help [ROW|off]", "all keys", &look_help},
    {"theme NAME", "other colours", &look_theme},
    {"glyphs NAME", "braille, block or ascii", &look_glyphs},
    {"record [FILE]", "record into that file, or stop", &nothing},
    {"reset", "all knobs and strategies as they were at the start", &nothing},
    {"mouse on|off", "clicks, or the terminal's own selection", &mouse},
    {"list probes|strategies|knobs", "what there is of them, to choose from", &list},
    {"quit", "leave", &nothing},
    {0},
};

_Static_assert(sizeof commands / sizeof *commands <= LOOK_COMMANDS_MAX, "a state has room for all");

const struct look_command *look_commands(void)
{
    return commands;
}
