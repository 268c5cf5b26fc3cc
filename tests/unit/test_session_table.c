/* SPDX-License-Identifier: MIT
 * A session as a table: what is in it, word for word. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/table.h"

static void add(struct timeline *timeline, struct entry entry)
{
    cr_assert(timeline_add(timeline, &entry), "entry of kind %d, step %ld", entry.kind, entry.step);
}

static void begin(struct timeline *timeline, const char *name)
{
    cr_assert(timeline_init(timeline, 2, NULL));
    add(timeline, (struct entry){.kind = ENTRY_LEARNER, .task = -1, .text = name});
    for (int t = 0; t < 2; t++) {
        add(timeline, (struct entry){.kind = ENTRY_BASELINE, .task = t, .value = 0.125});
    }
    add(timeline, (struct entry){.kind = ENTRY_STAGE, .learner = LEARNER_ALL});
}

/* A stage of `task` ends at `step` with these accuracies. */
static void end_stage(struct timeline *timeline, int stage, long step, double a, double b)
{
    const double row[] = {a, b};
    for (int t = 0; t < 2; t++) {
        add(timeline,
            (struct entry){
                .kind = ENTRY_MATRIX, .stage = stage, .task = t, .step = step, .value = row[t]});
    }
    add(timeline, (struct entry){.kind = ENTRY_STAGE_END,
                                 .learner = LEARNER_ALL,
                                 .stage = stage,
                                 .task = stage,
                                 .step = step});
}

static void measure(struct timeline *timeline, enum probe_id probe, int stage, int task, long step,
                    double value)
{
    add(timeline, (struct entry){.kind = ENTRY_MEASURE,
                                 .probe = probe,
                                 .stage = stage,
                                 .task = task,
                                 .step = step,
                                 .value = value});
}

/* One learner, with a network of that kind. */
static struct snapshot *learner_of(enum model model)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    cr_assert_not_null(snapshot);
    snapshot->n_learners = 1;
    snapshot->learners[0].params = params_default();
    snapshot->learners[0].params.value[PARAM_MODEL] = model;
    return snapshot;
}

static char *table_with(struct timeline *timeline, enum model model)
{
    struct snapshot *learner = learner_of(model);
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert(table_write(out, timeline, learner, 7));
    fclose(out);
    timeline_fini(timeline);
    free(learner);
    return text;
}

static char *table_of(struct timeline *timeline)
{
    return table_with(timeline, MODEL_MLP);
}

Test(session_table, holds_every_number_once)
{
    struct timeline timeline;
    begin(&timeline, "plain");
    measure(&timeline, PROBE_ACCURACY, 0, 0, 5, 0.5);
    measure(&timeline, PROBE_LOSS, 0, 0, 5, 1.0 / 3);
    measure(&timeline, PROBE_LOSS, 0, 0, 6, (double)INFINITY);
    measure(&timeline, PROBE_DRIFT, 0, 0, 5, 0.25);
    end_stage(&timeline, 0, 10, 1, 0.25);
    add(&timeline,
        (struct entry){
            .kind = ENTRY_STAGE, .learner = LEARNER_ALL, .stage = 1, .task = 1, .step = 10});
    end_stage(&timeline, 1, 20, 0.5, 1);
    char *text = table_of(&timeline);
    cr_expect_str_eq(text, "learner,seed,step,task,metric,value\n"
                           "plain,7,0,A,initial_accuracy,0.125\n"
                           "plain,7,0,B,initial_accuracy,0.125\n"
                           "plain,7,5,A,accuracy,0.5\n"
                           "plain,7,10,A,accuracy,1\n"
                           "plain,7,20,A,accuracy,0.5\n"
                           "plain,7,20,B,accuracy,1\n"
                           "plain,7,5,,average_accuracy,0.5\n"
                           "plain,7,10,,average_accuracy,1\n"
                           "plain,7,20,,average_accuracy,0.75\n"
                           "plain,7,5,,loss,0.3333333333333333\n"
                           "plain,7,5,,drift_layer_1,0.25\n"
                           "plain,7,10,A,R[after A],1\n"
                           "plain,7,10,B,R[after A],0.25\n"
                           "plain,7,10,,learning_accuracy,1\n"
                           "plain,7,20,A,R[after B],0.5\n"
                           "plain,7,20,B,R[after B],1\n"
                           "plain,7,20,,forgetting,0.5\n"
                           "plain,7,20,,learning_accuracy,1\n");
    free(text);
}

Test(session_table, quotes_what_would_break_a_line)
{
    struct timeline timeline;
    begin(&timeline, "a,\"b\"\n");
    char *text = table_of(&timeline);
    cr_expect(strstr(text, "\n\"a,\"\"b\"\"\n\",7,0,A,initial_accuracy,0.125\n"), "%s", text);
    free(text);
}

Test(session_table, has_no_formulas)
{
    static const char *const names[][2] = {{"-1+1", "\n'-1+1,7,"},
                                           {"+x", "\n'+x,7,"},
                                           {"=1,2", "\n\"'=1,2\",7,"},
                                           {"@a", "\n'@a,7,"},
                                           {"a-1", "\na-1,7,"}};
    for (int i = 0; i < 5; i++) {
        struct timeline timeline;
        begin(&timeline, names[i][0]);
        char *text = table_of(&timeline);
        cr_expect(strstr(text, names[i][1]), "%s", text);
        free(text);
    }
}

Test(session_table, leaves_out_what_a_rewind_has_abandoned_and_who_is_gone)
{
    struct timeline timeline;
    begin(&timeline, "kept");
    add(&timeline, (struct entry){.kind = ENTRY_LEARNER, .learner = 1, .task = -1, .text = "gone"});
    measure(&timeline, PROBE_ACCURACY, 0, 0, 4, 0.25);
    measure(&timeline, PROBE_ACCURACY, 0, 0, 8, 0.75);
    add(&timeline, (struct entry){.kind = ENTRY_REWIND, .learner = LEARNER_ALL, .step = 4});
    add(&timeline, (struct entry){.kind = ENTRY_LEARNER, .task = -1, .text = "kept"});
    char *text = table_of(&timeline);
    cr_expect(strstr(text, "kept,7,4,A,accuracy,0.25\n"), "%s", text);
    cr_expect_null(strstr(text, ",8,A"), "%s", text);
    cr_expect_null(strstr(text, "gone"), "%s", text);
    free(text);
}

/* A part is called what it is called on the screen. */
Test(session_table, names_the_parts_of_a_transformer)
{
    struct timeline timeline;
    begin(&timeline, "plain");
    measure(&timeline, PROBE_DRIFT, 0, 0, 5, 0.25);
    measure(&timeline, PROBE_DRIFT, 0, 8, 5, 0.5);
    char *text = table_with(&timeline, MODEL_TRANSFORMER);
    cr_expect(strstr(text, "\nplain,7,5,,drift_characters,0.25\n"), "%s", text);
    cr_expect(strstr(text, "\nplain,7,5,,drift_block_2_queries,0.5\n"), "%s", text);
    cr_expect_null(strstr(text, "layer"), "%s", text);
    free(text);
}
