/* SPDX-License-Identifier: MIT
 * Styles: what a cell means, not which colour it has.  A theme turns roles into colours when the
 * grid is presented, so the same grid serves every theme, every colour depth and every
 * presenter. */
#ifndef OUBLI_UI_SCREEN_STYLE_H
#define OUBLI_UI_SCREEN_STYLE_H

#include <stdbool.h>
#include <stdint.h>

enum { STYLE_TASKS = 8, STYLE_HEATS = 12, STYLE_SIGNS = 13, STYLE_SCORES = 5, STYLE_GREYS = 16 };
enum { STYLE_CLASSES = 8, STYLE_SHADES = 2 };

enum role {
    ROLE_DEFAULT, /* the terminal's own foreground or background */
    ROLE_TEXT,    /* what you read: values, keys, names that are on */
    ROLE_BODY,    /* sentences: the narrator, explanations */
    ROLE_DIM,     /* what names it: labels, units, axis numbers */
    ROLE_FAINT,   /* guides, dotted lines, what is still to come; not for text that must be read */
    ROLE_FRAME,   /* what frames it */
    ROLE_FRAME_FOCUS, /* the frame of the panel that has the keys */
    ROLE_TITLE,       /* the title in a frame */
    ROLE_ACCENT,      /* the thing under the cursor, the knob that moves */
    ROLE_GOOD,        /* on, gained */
    ROLE_BAD,         /* lost, recording, not finite */
    ROLE_WARN,        /* nearly too much; the star of the ideal */
    ROLE_REPLAYED,    /* what is trained on again */
    ROLE_GHOST,       /* the curve of another learner or of an earlier run */
    ROLE_ON_TASK,     /* text on a task's colour as background */
    ROLE_ON_SCORE,    /* text on a score's background */
    ROLE_ON_LOW,      /* the cursor's mark on a heat cell near zero */
    ROLE_ON_HIGH,     /* the same on a cell near the ramp's end */
    ROLE_TASK0,       /* one colour per task, cycled: style_task() */
    ROLE_HEAT0 =
        ROLE_TASK0 + STYLE_TASKS, /* a ramp whose lightness moves one way only: style_heat() */
    ROLE_SIGN0 = ROLE_HEAT0 + STYLE_HEATS,    /* diverging, the middle is zero: style_sign() */
    ROLE_SCORE0 = ROLE_SIGN0 + STYLE_SIGNS,   /* backgrounds from bad to good: style_score() */
    ROLE_CLASS0 = ROLE_SCORE0 + STYLE_SCORES, /* a thing of a class: style_class() */
    ROLE_CLASS_DIM0 = ROLE_CLASS0 + STYLE_CLASSES,
    ROLE_GROUND_BARE = ROLE_CLASS_DIM0 + STYLE_CLASSES,
    ROLE_GROUND0, /* the ground it stands on: style_ground() */
    ROLE_GREY0 = ROLE_GROUND0 + STYLE_CLASSES * STYLE_SHADES, /* pixels, from the ground to ink */
    ROLE_TASK_DIM0 = ROLE_GREY0 + STYLE_GREYS, /* a task that is half lost: style_task_dim() */
    ROLE_COUNT = ROLE_TASK_DIM0 + STYLE_TASKS,
};

enum {
    ATTR_BOLD = 1,
    ATTR_REVERSE = 2,
    ATTR_UNDERLINE = 4,
};

/* How a cell is drawn: roles of its foreground and background, attributes. */
struct style {
    uint8_t fg;   /* enum role */
    uint8_t bg;   /* enum role; ROLE_DEFAULT keeps the terminal's own background */
    uint8_t attr; /* ATTR_... */
};

/* Plain text in a role. */
static inline struct style style_of(enum role fg)
{
    return (struct style){.fg = (uint8_t)fg};
}

/* The same in bold. */
static inline struct style style_bold(enum role fg)
{
    return (struct style){.fg = (uint8_t)fg, .attr = ATTR_BOLD};
}

/* Text on a coloured background. */
static inline struct style style_on(enum role fg, enum role bg)
{
    return (struct style){.fg = (uint8_t)fg, .bg = (uint8_t)bg};
}

/* The role of a task; any index, negative gives ROLE_DIM. */
static inline enum role style_task(int i_task)
{
    return i_task < 0 ? ROLE_DIM : (enum role)(ROLE_TASK0 + i_task % STYLE_TASKS);
}

/* The same colour, faded. */
static inline enum role style_task_dim(int i_task)
{
    return i_task < 0 ? ROLE_DIM : (enum role)(ROLE_TASK_DIM0 + i_task % STYLE_TASKS);
}

/* The letter of a task as a badge: bold on the task's colour. */
static inline struct style style_badge(int i_task)
{
    return (struct style){.fg = ROLE_ON_TASK, .bg = (uint8_t)style_task(i_task), .attr = ATTR_BOLD};
}

/* level 0 .. 11, clamped. */
static inline enum role style_heat(int level)
{
    int last = STYLE_HEATS - 1;
    return (enum role)(ROLE_HEAT0 + (level < 0 ? 0 : level > last ? last : level));
}

/* level 0 .. 15, clamped. */
static inline enum role style_grey(int level)
{
    int last = STYLE_GREYS - 1;
    return (enum role)(ROLE_GREY0 + (level < 0 ? 0 : level > last ? last : level));
}

/* level -6 .. 6, clamped; 0 is zero. */
static inline enum role style_sign(int level)
{
    int half = STYLE_SIGNS / 2;
    return (enum role)(ROLE_SIGN0 + half + (level < -half ? -half : level > half ? half : level));
}

/* The background of an accuracy 0 .. 1, clamped: below 0.3, 0.5, 0.65, 0.85, above; NaN is the
 * worst. */
static inline enum role style_score(double accuracy)
{
    int level = (accuracy >= 0.3) + (accuracy >= 0.5) + (accuracy >= 0.65) + (accuracy >= 0.85);
    return (enum role)(ROLE_SCORE0 + level);
}

/* The colour of a class 0, 1 ..., cycled: of what is of that class, or dim. */
static inline enum role style_class(int i_class, bool is_dim)
{
    return (enum role)((is_dim ? ROLE_CLASS_DIM0 : ROLE_CLASS0) + i_class % STYLE_CLASSES);
}

/* The background where that class is the answer: 1 perhaps, 2 surely; 0 nobody's. */
static inline enum role style_ground(int i_class, int shade)
{
    int first = ROLE_GROUND0 + i_class % STYLE_CLASSES * STYLE_SHADES;
    return shade <= 0 ? ROLE_GROUND_BARE
                      : (enum role)(first + (shade < STYLE_SHADES ? shade : STYLE_SHADES) - 1);
}

#endif
