/* SPDX-License-Identifier: MIT
 * Exhibits: what the selected learner does now, to be looked at rather than measured.  Plain values
 * in the snapshot, each made only while somebody asks for it (`show`, `hide`), and so seldom that
 * it takes at most a fiftieth of the time, or less. */
#ifndef OUBLI_LAB_EXHIBITS_H
#define OUBLI_LAB_EXHIBITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/archive.h"
#include "lab/arrows.h"
#include "lab/attending.h"
#include "lab/microscope.h"
#include "lab/putback.h"
#include "lab/samples.h"
#include "lab/surface.h"
#include "lab/units.h"
#include "lab/why.h"
#include "lab/writing.h"

/* ROW(ID, name) for each: `exhibit_name` is its struct exhibit_kind, and it is a `struct name` of
 * that name in the snapshot. */
#define EXHIBIT_LIST(ROW)                                                                          \
    ROW(WRITING, writing)                                                                          \
    ROW(SURFACE, surface)                                                                          \
    ROW(SAMPLES, samples)                                                                          \
    ROW(ATTENDING, attending)                                                                      \
    ROW(UNITS, units)                                                                              \
    ROW(WHY, why)                                                                                  \
    ROW(MICROSCOPE, microscope)                                                                    \
    ROW(PUTBACK, putback)                                                                          \
    ROW(ARROWS, arrows)

#define EXHIBIT_ID(id, name) EXHIBIT_##id,
enum exhibit { EXHIBIT_LIST(EXHIBIT_ID) EXHIBIT_COUNT };
#undef EXHIBIT_ID

/* Asked for with `show`; rows and cols are the cells there are for it. */
struct exhibit_request {
    bool is_shown;
    int rows, cols;
    struct weight_choice weight; /* of `microscope` */
    /* What is chosen, from 1: the character of `attention`, 0 = the one written last; the task of
     * `putback`, 0 = the one that has lost most; of `network` whom to tell apart (units.h). */
    int place;
};

#define EXHIBIT_MEMBER(id, name) struct name name;
struct exhibits {
    bool has[EXHIBIT_COUNT];
    EXHIBIT_LIST(EXHIBIT_MEMBER)
};
#undef EXHIBIT_MEMBER

struct lab;
struct exhibit_kind {
    const char *name;             /* for `show NAME` */
    unsigned forms;               /* what data is best seen in it: bits of enum data_form */
    struct exhibit_request usual; /* where no panel says how much room there is */
    int64_t period_ns;            /* made once in that time at the most */
    int share;                    /* it takes one part of so many of the time; 0 = 50 */
    /* Makes it, of the selected learner; false where there is none.  Changes nothing that trains.
     */
    bool (*make)(struct lab *lab, const struct exhibit_request *request, struct exhibits *exhibits);
    /* Both ways; safe for any bytes. */
    void (*archive)(struct exhibits *exhibits, struct archive *archive);
    /* The largest number of a task in it, -1 = none: whoever reads a file compares it. */
    int (*last_task)(const struct exhibits *exhibits);
};

const struct exhibit_kind *exhibit_at(enum exhibit exhibit);

#define EXHIBIT_EXTERN(id, name) extern const struct exhibit_kind exhibit_##name;
EXHIBIT_LIST(EXHIBIT_EXTERN)
#undef EXHIBIT_EXTERN

#endif
