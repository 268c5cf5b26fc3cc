/* SPDX-License-Identifier: MIT
 * Commands: the only way anything changes.  One line of text with a grammar; keys, the palette,
 * --at, lessons and recordings all produce the same lines.
 *
 *   set KEY VALUE            a parameter of the table
 *   strategy NAME on|off     enforce, or stop enforcing
 *   observe NAME on|off      collect what it needs while it is off
 *   next                     end this task now and go on to the next
 *   task LETTER              end this task now and visit that one
 *   consolidate              do the end-of-task work now
 *   plug | unplug            LoRA's adapter in or out
 *   silence UNITS|off        hidden units give nothing from now on, in training and answers:
 *                            A@1, A/E@1, A+E@1, neither@1, 3,7-9@1 (silence.h)
 *   pause | resume           stop and go on
 *   speed STEPS|max          steps a second
 *   rewind                   back to the start of this task, with what is on and set now
 *   rewind STEP              back to that step, everything as it was then
 *   restart                  back to the start of the session, with what is on and set now
 *   fork [NAME[: SETTINGS]]  a copy of the selected learner, from here on with settings of its own
 *   sweep KEY [LOW..HIGH] [COUNT]
 *                            copies of the selected learner with other values of that knob: as many
 *                            as there is room, each named by its value (sweep.h)
 *   sweep off                they go, but for the selected one
 *   add NAME[: SETTINGS]     a learner that has been there from the start: trained up to here first
 *   rename [OLD] NEW         the selected learner, or the one called OLD
 *   remove [NAME]            the selected learner, or that one, goes
 *   note TEXT                a marker
 *   probe NAME|all on|off    take that measurement from now on, or not (probe.h): no matter of the
 *                            past, for it changes nothing that trains
 *   learner NAME|all         whom set, strategy, observe, consolidate, plug and unplug reach from
 *                            now on, and whom the heatmap shows (a view: changes nothing itself)
 *   map LAYER WHAT SINCE [ROWSxCOLS] [STEP]
 *                            which numbers the snapshot's heatmap holds; STEP: as they were then (a
 *                            view, too)
 *   teach TEXT               train on this text now, as a task of its own, then go on (text only)
 *   show WHAT [ROWSxCOLS [CHARACTER]]
 *                            the snapshot holds an exhibit (exhibits.h), in so many cells (a view);
 *                            CHARACTER: of `attention`, the one that is chosen, from 1
 *   hide WHAT                not any more (a view)
 *   save FILE                the weights of the selected learner, as they answer now, to a file
 *                            (weights.h; it changes nothing that trains, so it is a view; no
 *                            script and no recording may have it, for it writes)
 *   ask [TEXT]               what it would write after this; without, nothing more (a view)
 *
 * SETTINGS: strategy=ewc+replay lr=0.05 ewc.lambda=100 ...; see learner_spec.h.  What they do not
 * name, a fork has from its parent as it is now, and a learner that is added as the session began:
 * what --strategy and the other options said for all (strategy=none: without). */
#ifndef OUBLI_LAB_COMMAND_H
#define OUBLI_LAB_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/param.h"
#include "lab/command_list.h"
#include "lab/config.h"
#include "lab/exhibits.h"

enum { COMMAND_TEXT_MAX = 240 };

#define COMMAND_ID(id, ...) COMMAND_##id,
enum command_kind { COMMAND_LIST(COMMAND_ID) COMMAND_COUNT };
#undef COMMAND_ID

enum command_flag {
    COMMAND_VIEWS = 1, /* it changes only what is looked at */
    COMMAND_PACES = 2, /* it changes only when training goes on */
    /* Whom it concerns; else the session. */
    COMMAND_REACHES = 4,    /* whom switches and knobs reach: the selected learner, or all */
    COMMAND_SELECTED = 8,   /* the selected learner */
    COMMAND_NAMED = 16,     /* the one with that name, else the selected one */
    COMMAND_RETURNS = 32,   /* it takes steps again, and is not carried out again on such a way */
    COMMAND_LOOKS = 64,     /* other numbers answer from then on: it ends in a look at all tasks */
    COMMAND_MEASURES = 128, /* it changes only what is measured */
};

/* What the heatmap of a part of the network shows. */
enum map_what {
    MAP_WHAT_DRIFT,    /* |w - reference| */
    MAP_WHAT_WEIGHT,   /* w */
    MAP_WHAT_GRADIENT, /* |g| of the last step */
    MAP_WHAT_FISHER,   /* importance to old tasks */
    MAP_WHAT_UPDATE,   /* |change| in the last step */
    MAP_WHAT_COUNT
};

/* References of the drift: the initial weights, the start of this stage, or the end of the last
 * visit of task number >= 0. */
enum { MAP_SINCE_START = -2, MAP_SINCE_TASK = -1 };

struct map_request {
    int part; /* of the network: 0 .. parts-1 */
    enum map_what what;
    int since;
    int rows, cols; /* the most cells that can be shown */
    long step;      /* the moment that is looked at; MAP_STEP_NOW = the present */
};

enum { MAP_STEP_NOW = -1 };

struct command {
    enum command_kind kind;
    int index;    /* strategy; task; parameter; exhibit; probe, PROBE_COUNT: all */
    bool on;      /* strategy, observe, probe, sweep; a rename by the lab, after what the learner
                     does */
    long step;    /* of rewind; -1 = the start of this task */
    double speed; /* steps a second; 0 = as fast as it can */
    struct map_request map;
    struct exhibit_request shown; /* of show and hide */
    char name[LEARNER_NAME_MAX];  /* learner, rename (OLD), remove; "" = the selected one */
    char text[COMMAND_TEXT_MAX];  /* value of `set`, text of `note`, "NAME: SETTINGS", NEW, values
                                     of `sweep` */
};

/* What is known of a command. */
struct command_row {
    const char *usage; /* "set KEY VALUE" */
    const char *help;  /* one line */
    unsigned flags;    /* enum command_flag */
};

/* The row of a command; NULL past the last. */
const struct command_row *command_at(int kind);

/* Reads one line.  ERR_USAGE says what was expected and what was found.  Tasks are not checked
 * against a suite, nor values against what is fixed at the start: lab_apply does that. */
bool command_parse(const char *line, struct command *command, struct err *err)
    __attribute__((warn_unused_result));

/* Writes the line that reads back as the same command.  Returns buf. */
char *command_format(const struct command *command, char *buf, size_t size);

/* True if the command changes only what is looked at (not logged, not part of a session's
 * identity). */
bool command_is_view(const struct command *command);

/* True if it is something that was done to the training: no view, and more than its pace and what
 * is measured. */
bool command_is_deed(const struct command *command);

/* The probes that are on after a command, of those before it. */
uint32_t command_probes(const struct command *command, uint32_t before);

/* "drift", "weights" ...; NULL past the last. */
const char *map_what_name(enum map_what what);

#endif
