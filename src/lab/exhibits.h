/* SPDX-License-Identifier: MIT
 * Exhibits: what the selected learner does now, to be looked at rather than measured.  Plain values
 * in the snapshot, each made only while somebody asks for it (`show`, `hide`), and so seldom that
 * it takes at most a fiftieth of the time. */
#ifndef OUBLI_LAB_EXHIBITS_H
#define OUBLI_LAB_EXHIBITS_H

#include <stdbool.h>

#include "lab/attending.h"
#include "lab/samples.h"
#include "lab/surface.h"
#include "lab/writing.h"

enum exhibit {
    EXHIBIT_WRITING,   /* what it writes, of data that is text */
    EXHIBIT_SURFACE,   /* what it answers everywhere, of data in the plane */
    EXHIBIT_SAMPLES,   /* what it answers to fixed test examples */
    EXHIBIT_ATTENTION, /* what its heads look at, of a network that attends to text */
    EXHIBIT_COUNT
};

/* "writing", "surface", "samples", "attention"; NULL past the last. */
const char *exhibit_name(enum exhibit exhibit);

/* Asked for with `show`; rows and cols are the cells there are for it. */
struct exhibit_request {
    bool is_shown;
    int rows, cols;
    int place; /* attention: the character that is chosen, from 1; 0 = the one that was written last
                */
};

struct exhibits {
    bool has[EXHIBIT_COUNT];
    struct writing writing;
    struct surface surface;
    struct samples samples;
    struct attending attending;
};

#endif
