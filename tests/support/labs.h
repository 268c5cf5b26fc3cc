/* SPDX-License-Identifier: MIT
 * Labs for tests: made from a line of settings and the learners' lines, told what to do in words,
 * and compared bit for bit.  A failure of making or telling fails the test. */
#ifndef OUBLI_TESTS_SUPPORT_LABS_H
#define OUBLI_TESTS_SUPPORT_LABS_H

#include "lab/lab.h"
#include "lab/learner.h"

/* A transformer that learns text in no time, as settings or as a learner's line; and a session of
 * one, as all that is true of a perceptron's. */
#define LABS_TRANSFORMER "model=transformer blocks=1 heads=2 width=16"
#define LABS_TRANSFORMER_SESSION                                                                   \
    "data=text " LABS_TRANSFORMER " context=16 batch=4 ewc.samples=10 replay.memory=50"

/* A session of sparse features; lr before what may say another. */
#define LABS_FEATURES "data=features net=2 lr=0.02 batch=32 steps=80 "

/* Permuted digits, hidden layer of 6, 40 steps of 8 examples a task, unless `settings` ("lr=3
 * net=5 suite=split scenario=class data=plane seed=2", or data=text) say otherwise; one learner per
 * line ("a: strategy=ewc"), ended by NULL.  All probes are on but for those that "probes=none" or
 * "probes=cka" leaves out. */
struct lab *labs_open(int n_tasks, const char *settings, const char *const *learners,
                      const struct lab_options *options);

/* With history, nothing else. */
struct lab *labs_open_plain(int n_tasks, const char *settings, const char *const *learners);

/* The kinds of text inside the program, with history and the looks of a pace; else as above. */
struct lab *labs_open_text(enum scenario scenario, const char *settings,
                           const char *const *learners);

/* Carries out the line; it must work. */
void labs_tell(struct lab *lab, const char *line);

/* Tries the line; err says why not. */
bool labs_try(struct lab *lab, const char *line, struct err *err);

/* Advances, at most `cut` steps at a time, until `step` steps are done or the lab stops. */
void labs_run(struct lab *lab, long step, long cut);

/* Index of the learner with that name, -1 = none. */
int labs_find(const struct lab *lab, const char *name);

/* Weights, switches and knobs in one number. */
uint64_t labs_hash(const struct lab *lab, int learner);
uint64_t labs_hash_of(const struct lab *lab, const char *name);

/* What is in the journal about a learner and still holds (nothing that was abandoned by going
 * back); owned by the caller. */
struct entry *labs_measures(const struct lab *lab, int id, long *n);

/* The measures of one learner are those of another, at steps from `from` on. */
bool labs_same_measures(const struct lab *lab, const char *name, const struct lab *other,
                        const char *other_name, long from);

/* The whole journals are equal. */
bool labs_same_journal(const struct lab *lab, const struct lab *other);

/* Characters of lessons. */
int labs_taught(const struct lab *lab);

/* How many entries of that kind there are. */
long labs_count(const struct lab *lab, enum entry_kind kind);
long labs_count_measures(const struct lab *lab, enum probe_id probe);

/* Borrowed for the process's life: overwritten by the next call. */
const struct snapshot *labs_look(struct lab *lab);

#endif
