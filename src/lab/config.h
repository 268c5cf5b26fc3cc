/* SPDX-License-Identifier: MIT
 * What a session is made of: data, suite, learner, seed.  Plain values, filled from the command
 * line. */
#ifndef OUBLI_LAB_CONFIG_H
#define OUBLI_LAB_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/param.h"
#include "base/sha256.h"
#include "lab/learner_name.h"
#include "tasks/dataset.h"
#include "tasks/suite.h"

enum { LEARNERS_MAX = 8, EVAL_EVERY_MAX = 100000000 };

struct learner_config {
    char name[LEARNER_NAME_MAX];
    bool is_named; /* by a person; else by what it does, as soon as the config is resolved */
    struct params params;
    uint32_t on;       /* strategies that enforce from the start: bit i = strategy_at(i) */
    uint32_t observed; /* strategies that observe while off */
};

struct config {
    const char *data; /* what --data says; lives as long as the config, as all texts do */
    struct data_reading reading; /* how it is to be read */
    const char *suite;           /* NULL = the dataset's own */
    int n_tasks;                 /* 0 = the suite's own */
    int scenario;                /* enum scenario, -1 = the suite's own */
    uint64_t seed;
    long eval_every;   /* steps between two regular looks; 0 = as schedule.h says */
    const char *start; /* a file with the weights that learners begin with; NULL = they are drawn */
    char start_sha256[SHA256_TEXT_MAX]; /* of that file; "" = whatever it is */
    bool is_complete;   /* it says all values, as a recording does: no default is put in any more */
    uint32_t probes;    /* that are on from the start: a set of probe.h */
    bool can_be_taught; /* texts have a task for a person's lessons */
    bool has_base;
    struct learner_config base; /* what added learners begin from; else it is the first one */
    int n_learners;
    struct learner_config learners[LEARNERS_MAX];
};

/* The default session: digits, permuted, one learner without a strategy, seed 0, nothing
 * observed. */
struct config config_default(void);

/* Puts in the defaults that depend on other choices, where nothing was named: the dataset's
 * network, batch and epochs, and its settings for that kind of network; learning rate and EWC
 * lambda by optimizer; names of learners that have none. */
void config_resolve(struct config *config, const struct dataset_kind *kind);

/* The kind of network whose defaults all learners share: a transformer, if there is one. */
enum model config_model(const struct config *config);

/* Names those that no person has named by what they do, no two alike; as often as one likes. */
void config_name_learners(struct config *config);

/* The set of strategies in "ewc+replay" ("none" and "" are the empty one).  ERR_USAGE lists the
 * known names. */
bool config_parse_strategies(const char *text, uint32_t *set, struct err *err)
    __attribute__((warn_unused_result));

/* The strategies that observe by default. */
uint32_t config_observed_by_default(void);

#endif
