/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "base/clock.h"
#include "lab/lab.h"
#include "lab/lab_inside.h"

/* An exhibit takes at most one part of so many of the time that goes into all else, unless it says
 * so itself. */
enum { SHARE = 50 };

#define EXHIBIT_ROW(id, name) [EXHIBIT_##id] = &exhibit_##name,
static const struct exhibit_kind *const kinds[EXHIBIT_COUNT] = {EXHIBIT_LIST(EXHIBIT_ROW)};

const struct exhibit_kind *exhibit_at(enum exhibit exhibit)
{
    return kinds[exhibit];
}

void lab_show(struct lab *lab, enum exhibit exhibit, const struct exhibit_request *request)
{
    lab->showing[exhibit].request = *request;
    lab->showing[exhibit].due_ns = 0;
}

/* While it trains when its time has come; at once where it would else be missed: after a command,
 * or where training has stopped. */
static bool is_due(const struct lab *lab, const struct showing *showing, int64_t now)
{
    bool is_stale = lab_state(lab) != LAB_TRAINING && showing->step != lab->now.run->at.step;
    return now >= showing->due_ns || is_stale || showing->n_commands != lab->n_commands ||
           showing->learner != lab->now.selected;
}

void lab_exhibit(struct lab *lab, struct exhibits *exhibits)
{
    for (int i = 0; i < EXHIBIT_COUNT; i++) {
        const struct exhibit_kind *kind = exhibit_at((enum exhibit)i);
        struct showing *showing = &lab->showing[i];
        int64_t begin = clock_ns();
        if (!showing->request.is_shown) {
            lab->exhibits.has[i] = false;
        } else if (is_due(lab, showing, begin)) {
            showing->step = lab->now.run->at.step;
            showing->n_commands = lab->n_commands;
            lab->exhibits.has[i] = kind->make(lab, &showing->request, &lab->exhibits);
            showing->learner = lab->now.selected;
            int64_t end = clock_ns(), rest = (end - begin) * (kind->share ? kind->share : SHARE);
            showing->due_ns = end + (rest > kind->period_ns ? rest : kind->period_ns);
        }
    }
    *exhibits = lab->exhibits;
}
