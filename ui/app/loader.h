/* SPDX-License-Identifier: MIT
 * The loader: a thread that makes the session while the screen is up already.  It reads the data,
 * makes suite and learners, or trains an interrupted session again.  It ends when that is done;
 * who gives it up waits for no more than the piece that is being read. */
#ifndef OUBLI_UI_APP_LOADER_H
#define OUBLI_UI_APP_LOADER_H

#include "lab/lab.h"
#include "lab/timeline.h"
#include "ui/panels/view.h"

struct loader; /* opaque */

/* What is to be made; borrowed until the loader is destroyed. */
struct loader_config {
    const struct config *session; /* a session, or ... */
    const char *resume;           /* ... the interrupted recording to go on with; NULL = none */
    const struct script *script;  /* may be NULL */
    struct save_wish save;        /* of a session */
};

/* What it has made; owned by whoever takes it.  Zero is nothing. */
struct loaded {
    struct lab *lab;
    struct facts facts;
    struct timeline timeline; /* empty */
    double pace;              /* steps a second that count as x1 */
};

enum loader_state { LOADER_BUSY, LOADER_DONE, LOADER_FAILED };

/* Starts the thread.  All signals but faults are blocked in
 * it. */
struct loader *loader_create(const struct loader_config *config, struct err *err)
    __attribute__((warn_unused_result));

/* How much is done, 0 .. 1; NAN while that is not known.  UI, as all that follows. */
double loader_part(const struct loader *loader);

/* Whether it has ended, and with what: `loaded` is taken over once, or err says why there is
 * nothing.  Never waits. */
enum loader_state loader_take(struct loader *loader, struct loaded *loaded, struct err *err);

/* Becomes readable when there is more of it, and at the end. */
int loader_wake_fd(const struct loader *loader);

/* Gives up what is not done, waits for the thread, and frees what nobody has taken.  NULL is
 * allowed. */
void loader_destroy(struct loader *loader);

void loaded_fini(struct loaded *loaded);

#endif
