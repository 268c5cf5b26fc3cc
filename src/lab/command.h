/* SPDX-License-Identifier: MIT
 * Commands: the only way anything changes.  One line of text with a grammar; keys, the palette,
 * --at, lessons and recordings all produce the same lines.  The list of them is command_list.h. */
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
    int module;   /* of putback; PUTBACK_ALL */
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

/* What the narrator says of it, with {step}, {task} and {text} in it; NULL: nothing, or more than
 * that. */
const char *command_said(enum command_kind kind);

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

#endif
