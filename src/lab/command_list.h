/* SPDX-License-Identifier: MIT
 * The list of commands: their grammar, and what else is known of each. */
#ifndef OUBLI_LAB_COMMAND_LIST_H
#define OUBLI_LAB_COMMAND_LIST_H

/* What is not obvious of them:
 *
 *   rewind        back to the start of this task, with what is on and set now
 *   rewind STEP   back to that step, everything as it was then
 *   restart       back to the start of the session, with what is on and set now
 *   fork          of the selected learner; with settings of its own from here on
 *   sweep         as many copies of the selected learner as there is room, each named by its value
 *                 (sweep.h); off: they go, but for the selected one
 *   add           trained up to here first
 *   putback       the weights of a layer (a module of network.h, counted from 1) become what they
 *                 were when that task had last been learned
 *   silence       in training and answers: A@1, A/E@1, A+E@1, neither@1, 3,7-9@1 (silence.h)
 *   probe         no matter of the past, for it changes nothing that trains (probe.h)
 *   learner       whom set, strategy, observe, consolidate, plug, unplug, putback and silence reach
 *                 from now on, and whom the heatmap shows
 *   map LAYER WHAT SINCE [ROWSxCOLS] [STEP]
 *                 which numbers the snapshot's heatmap holds; STEP: as they were then
 *   teach         as a task of its own, then go on (text only)
 *   show, hide    the snapshot holds an exhibit (exhibits.h), in so many cells; NUMBER: what is
 *                 chosen of it, from 1; WEIGHT: of `microscope` (microscope.h)
 *   save          the weights of the selected learner, as they answer now (weights.h): not from a
 *                 script or a recording, for it writes
 *   ask           what it would write after this; without, nothing more
 *
 * SETTINGS: strategy=ewc+replay lr=0.05 ewc.lambda=100 ...; see learner_spec.h.  What they do not
 * name, a fork has from its parent as it is now, and a learner that is added as the session began:
 * what --strategy and the other options said for all (strategy=none: without). */

/* ROW(ID, usage, help, words, flags, arguments): at least so many words, with the name; flags are
 * bits of enum command_flag; arguments are those of command_argument.h. */
#define COMMAND_LIST(ROW)                                                                          \
    ROW(SET, "set KEY VALUE", "change a parameter", 3, COMMAND_REACHES, ARG_PARAM, ARG_VALUE)      \
    ROW(STRATEGY, "strategy NAME on|off", "switch a strategy on or off", 3, COMMAND_REACHES,       \
        ARG_STRATEGY, ARG_SWITCH)                                                                  \
    ROW(OBSERVE, "observe NAME on|off", "let a strategy that is off collect what it needs", 3,     \
        COMMAND_REACHES, ARG_STRATEGY, ARG_SWITCH)                                                 \
    ROW(NEXT, "next", "end this task now and go on to the next", 1, 0, ARG_NONE)                   \
    ROW(TASK, "task LETTER", "end this task now and train that one", 2, 0, ARG_TASK)               \
    ROW(CONSOLIDATE, "consolidate", "do the end-of-task work of the strategies now", 1,            \
        COMMAND_REACHES, ARG_NONE)                                                                 \
    ROW(PLUG, "plug", "put LoRA's adapter back", 1, COMMAND_REACHES | COMMAND_LOOKS, ARG_NONE)     \
    ROW(UNPLUG, "unplug", "take LoRA's adapter out: the base answers", 1,                          \
        COMMAND_REACHES | COMMAND_LOOKS, ARG_NONE)                                                 \
    ROW(PUTBACK, "putback TASK LAYER|all",                                                         \
        "a layer becomes what it was when that task had been learned", 3,                          \
        COMMAND_REACHES | COMMAND_LOOKS, ARG_TASK, ARG_MODULE)                                     \
    ROW(SILENCE, "silence UNITS|off", "silence hidden units: A@1, A/E@1, neither@1, 3,7-9@1", 2,   \
        COMMAND_REACHES | COMMAND_LOOKS, ARG_SILENCE)                                              \
    ROW(PAUSE, "pause", "stop training", 1, COMMAND_PACES, ARG_NONE)                               \
    ROW(RESUME, "resume", "go on training", 1, COMMAND_PACES, ARG_NONE)                            \
    ROW(SPEED, "speed STEPS|max", "steps a second, or as fast as it can", 2, COMMAND_PACES,        \
        ARG_SPEED)                                                                                 \
    ROW(REWIND, "rewind [STEP]", "back to the start of this task, or to a step as it was", 1,      \
        COMMAND_SELECTED | COMMAND_RETURNS, ARG_STEP)                                              \
    ROW(RESTART, "restart", "back to the start, keeping what is on and set", 1, COMMAND_RETURNS,   \
        ARG_NONE)                                                                                  \
    ROW(FORK, "fork [NAME[: SETTINGS]]", "a copy of the learner: what if, from here on?", 1,       \
        COMMAND_SELECTED, ARG_SPEC)                                                                \
    ROW(SWEEP, "sweep KEY [LOW..HIGH] [COUNT]|off",                                                \
        "what does this knob do? copies with other values of it", 2, COMMAND_SELECTED, ARG_KNOB,   \
        ARG_VALUES)                                                                                \
    ROW(ADD, "add NAME[: SETTINGS]", "a learner that has been there from the start", 2,            \
        COMMAND_RETURNS, ARG_SPEC)                                                                 \
    ROW(RENAME, "rename [OLD] NEW", "give a learner another name", 2, COMMAND_NAMED, ARG_NAMES)    \
    ROW(REMOVE, "remove [NAME]", "let a learner go", 1, COMMAND_NAMED, ARG_NAME)                   \
    ROW(NOTE, "note TEXT", "put a marker with a title at this step", 2, 0, ARG_TEXT)               \
    ROW(PROBE, "probe NAME|all on|off", "take a measurement from now on, or not", 3,               \
        COMMAND_MEASURES, ARG_PROBE, ARG_SWITCH)                                                   \
    ROW(LEARNER, "learner NAME|all", "whom switches and knobs reach, and whom you see", 2,         \
        COMMAND_VIEWS, ARG_LEARNER)                                                                \
    ROW(MAP, "map LAYER WHAT SINCE", "what the heatmap shows: map 1 drift task", 4, COMMAND_VIEWS, \
        ARG_LAYER, ARG_WHAT, ARG_SINCE, ARG_CELLS, ARG_MOMENT)                                     \
    ROW(SHOW, "show WHAT [ROWSxCOLS [NUMBER|WEIGHT]]",                                             \
        "let snapshots hold an exhibit: writing, surface, network, putback ...", 2, COMMAND_VIEWS, \
        ARG_EXHIBIT, ARG_ROOM, ARG_PLACE)                                                          \
    ROW(HIDE, "hide WHAT", "let them not hold it any more", 2, COMMAND_VIEWS, ARG_EXHIBIT)         \
    ROW(ASK, "ask [TEXT]", "see how the network goes on from a text of yours", 1, COMMAND_VIEWS,   \
        ARG_TEXT)                                                                                  \
    ROW(SAVE, "save FILE", "write the learner's weights to a file, for --start and others", 2,     \
        COMMAND_VIEWS, ARG_TEXT)                                                                   \
    ROW(TEACH, "teach TEXT", "train on this text now; does it cost the old skills?", 2, 0, ARG_TEXT)

/* ROW(ID, sentence): what the narrator says of it once it is done, with {step}, {task} and {text}
 * in it.  For what depends on more: ui/panels/narrator_commands.c. */
#define COMMAND_SAID(ROW)                                                                          \
    ROW(CONSOLIDATE,                                                                               \
        "*consolidated at step {step}:* the strategies now hold what {task} has learned so far")   \
    ROW(PLUG, "*LoRA is plugged in:* base and adapter answer together")                            \
    ROW(NOTE, "*note:* {text}")

#endif
