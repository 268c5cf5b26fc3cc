/* SPDX-License-Identifier: MIT
 * The command line's options: one const table, which is parsed (command_line.h), and shown by help
 * and the man page. */
#ifndef OUBLI_UI_CLI_OPTIONS_H
#define OUBLI_UI_CLI_OPTIONS_H

#include <stdbool.h>

#include "base/err.h"
#include "lab/config.h"
#include "lab/lab.h"
#include "lab/script.h"
#include "ui/cli/sweep_options.h"
#include "ui/export/format.h"

#define SEED_LAST (UINT64_C(1) << 53) /* JSON readers hold whole numbers up to here exactly */

enum { SEEDS_MAX = 1000, FPS_MAX = 60, SIZE_MIN = 10, SIZE_MAX_CELLS = 1000, IDLE_MAX = 86400 };
enum { ARGUMENTS_MAX = 64 };

/* The forms of oubli plot beside the terminal. */
enum plot_form { PLOT_SVG, PLOT_HTML, PLOT_GNUPLOT, PLOT_COUNT };

/* The subcommands an option belongs to, as bits. */
enum use {
    USE_LIVE = 1,
    USE_RUN = 2,
    USE_LIST = 4,
    USE_HELP = 8,
    USE_BENCH = 16,
    USE_PLAY = 32,
    USE_VERIFY = 64,
    USE_EXPORT = 128,
    USE_RESUME = 256,
    USE_SWEEP = 512,
    USE_MERGE = 1024,
    USE_PLOT = 4096,
    USE_ONE = USE_LIVE | USE_RUN,                                    /* of one session */
    USE_SESSION = USE_ONE | USE_SWEEP,                               /* and of each of a sweep */
    USE_SCREEN = USE_SESSION | USE_PLAY | USE_RESUME,                /* what a screen is like */
    USE_RECORDING = USE_PLAY | USE_VERIFY | USE_EXPORT | USE_RESUME, /* who is given one */
    USE_ALL = USE_SESSION | USE_LIST | USE_HELP | USE_BENCH | USE_RECORDING | USE_PLOT | USE_MERGE,
};

/* What the command line says.  Texts are borrowed from argv. */
struct options {
    struct like *like;    /* the run that the session is like, or NULL; owned: options_close */
    struct config config; /* nothing observed until options_observe */
    struct script script;
    int n_learners;                      /* --learner: as they stand on the line ... */
    const char *learners[LEARNERS_MAX];  /* ... read over the other options at its end */
    unsigned says_observe;               /* bit i: learner i says by itself what it observes */
    int n_seeds;                         /* config.seed, config.seed + 1 ... */
    char save_path[COMMAND_TEXT_MAX];    /* where the weights go; "" = nowhere; ... */
    long save_step;                      /* ... after so many steps, LONG_MAX = at the end */
    const char *record;                  /* file to record into; NULL = none */
    bool is_headless;                    /* of resume: without a screen */
    const char *json;                    /* of run and bench: a path, "-" = stdout; NULL = none */
    bool is_json;                        /* of list */
    const char *metric, *x;              /* of plot: names; NULL = the usual */
    const char *plots[PLOT_COUNT];       /* of plot, where to: a path, "-" = stdout; NULL = none */
    bool is_quiet;                       /* how far it is, is not said */
    const char *exports[EXPORT_COUNT];   /* where to: a path, "-" = stdout; NULL = not wanted */
    char weights_path[COMMAND_TEXT_MAX]; /* exports' path of weights, without ... */
    long weights_step;                   /* ... their step; -1 = the end */
    const char *exported;                /* --learner of export: a name; NULL = the selected one */
    long step;                           /* of a picture; -1 = the end */
    int cast_version, cast_fps;          /* of an asciicast; 0 = not said */
    double idle;                         /* of it, seconds; 0 = not shortened, -1 = not said */
    int cols, rows;                      /* of the screen; 0 = the terminal's */
    int fps;                             /* 1 .. FPS_MAX */
    const char *color;                   /* NULL = auto */
    const char *glyphs;                  /* NULL = auto */
    const char *theme;                   /* NULL = the default one */
    bool has_no_mouse;
    bool wants_help, wants_version; /* what comes after it was not read */
    struct sweep_options sweep;
    const char *output; /* of merge; NULL = not said */
    int n_arguments;    /* a file, the topic of list and help, sections of bench: */
    const char *arguments[ARGUMENTS_MAX + 1]; /* NULL behind the last */
    int argc; /* the line as it stands behind the subcommand; borrowed */
    char *const *argv;
};

struct option {
    const char *name;     /* "seeds", without the dashes */
    char letter;          /* 'h' of -h; 0 = none */
    unsigned uses;        /* enum use */
    const char *argument; /* "N"; NULL = it takes none */
    const char *initial;  /* the default, in words; NULL = none to speak of */
    const char *help;     /* one line */
    bool (*take)(struct options *options, const char *value, struct err *err);
};

/* The path of an export that is wanted; NULL = it is not. */
const char *options_export(const struct options *options, enum export_id format);

/* What --save says; borrows. */
struct save_wish options_save(const struct options *options);

/* The table, ended by a NULL name. */
const struct option *option_table(void);

/* What the options are when none is given. */
struct options options_default(void);

void options_close(struct options *options);

/* The session becomes that of a run (like.h); what the line says beside it is said over it. */
bool options_take_like(struct options *options, const char *run, struct err *err)
    __attribute__((warn_unused_result));

/* Takes the value of a parameter, for all learners that say nothing else. */
bool options_take_param(struct options *options, enum param_id id, const char *value,
                        struct err *err) __attribute__((warn_unused_result));

/* Lets the learners that do not say it themselves observe what is cheap to observe if somebody may
 * want it later: in a live session, or when the script switches a strategy on, consolidates or
 * forks a learner with strategies of its own.  Observing changes no number, it only takes time. */
void options_observe(struct options *options, bool is_live);

#endif
