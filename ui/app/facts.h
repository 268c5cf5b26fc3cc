/* SPDX-License-Identifier: MIT
 * The facts of a session, taken from its lab before anything trains. */
#ifndef OUBLI_UI_APP_FACTS_H
#define OUBLI_UI_APP_FACTS_H

#include "lab/lab.h"
#include "ui/panels/view.h"

/* Fills the facts; texts are borrowed from the lab, the array of task names is owned by the
 * facts. */
bool facts_init(struct facts *facts, const struct lab *lab, struct err *err)
    __attribute__((warn_unused_result));
void facts_fini(struct facts *facts);

#endif
