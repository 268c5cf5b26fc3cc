/* SPDX-License-Identifier: MIT
 * How a learner is written down: what is taken, and one clear line for what is not. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "lab/learner_spec.h"
#include "strategies/table.h"

static struct learner_config base(void)
{
    struct learner_config config = config_default().learners[0];
    config.on = 1u << strategy_find("lora");
    config.params.value[PARAM_LR] = 0.25;
    return config;
}

Test(learner_spec, changes_what_it_names_and_nothing_else)
{
    struct learner_config config = base(), before = config;
    cr_assert(learner_spec_parse("a", &config, NULL));
    cr_expect_str_eq(config.name, "a");
    cr_expect_eq(config.on, before.on);
    cr_expect_eq(memcmp(&config.params, &before.params, sizeof config.params), 0);
    cr_assert(learner_spec_parse(" \tb-2 : \tstrategy=ewc+replay  lr=0.05\tobserve=l2 "
                                 "ewc.form=explicit net=7,8 optimizer=adam ",
                                 &config, NULL));
    cr_expect_str_eq(config.name, "b-2");
    cr_expect_eq(config.on, 1u << strategy_find("ewc") | 1u << strategy_find("replay"));
    cr_expect_eq(config.observed, 1u << strategy_find("l2"));
    cr_expect_eq(config.params.value[PARAM_LR], 0.05);
    cr_expect_eq(config.params.value[PARAM_OPTIMIZER], OPTIMIZER_ADAM);
    cr_expect_eq(config.params.value[PARAM_MOMENTUM], before.params.value[PARAM_MOMENTUM]);
    cr_assert(learner_spec_parse("b-2: strategy=none observe=", &config, NULL));
    cr_expect_eq(config.on, 0);
    cr_expect_eq(config.observed, 0);
    cr_assert(learner_spec_parse("b:lr=1 lr=2", &config, NULL), "the last one holds");
    cr_expect_eq(config.params.value[PARAM_LR], 2);
}

Test(learner_spec, takes_every_name_that_is_one)
{
    static const char *const good[] = {"a",
                                       "Z9",
                                       "_",
                                       "-",
                                       "+",
                                       ".",
                                       "ewc+replay",
                                       "all-",
                                       "ALL",
                                       "0.05",
                                       "twenty-three-letters-xx"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct learner_config config = base();
        struct err err = {0};
        char line[80];
        cr_expect(learner_name_check(good[i], &err), "%s", err.msg);
        snprintf(line, sizeof line, "%s: lr=1", good[i]);
        cr_expect(learner_spec_parse(line, &config, &err), "%s", err.msg);
        cr_expect_str_eq(config.name, good[i]);
    }
}

Test(learner_spec, without_a_name_leaves_that_to_what_it_does)
{
    struct learner_config config = {.params = params_default()};
    cr_assert(learner_spec_parse(": strategy=ewc lr=1", &config, NULL));
    cr_expect_not(config.is_named);
    cr_expect_eq(config.params.value[PARAM_LR], 1);
    cr_assert(learner_spec_parse("mine:", &config, NULL));
    cr_expect(config.is_named);
}

Test(learner_spec, every_set_of_strategies_has_a_name_that_is_one)
{
    char name[LEARNER_NAME_MAX], other[LEARNER_NAME_MAX];
    uint32_t ewc = 1u << strategy_find("ewc"), replay = 1u << strategy_find("replay"),
             lowlr = 1u << strategy_find("lowlr"), lora = 1u << strategy_find("lora");
    learner_name_by_deeds(0, 1, name);
    cr_expect_str_eq(name, "naive");
    learner_name_by_deeds(ewc | replay | lowlr, 12, name);
    cr_expect_str_eq(name, "lowlr+ewc+replay-12");
    learner_name_by_deeds(ewc | replay | lowlr | lora, 1, name);
    cr_expect_str_eq(name, "lowlr+ewc+more");
    for (uint32_t on = 0; on < 1u << strategy_count(); on++) {
        static const int numbers[] = {1, 2, 9999};
        for (int i = 0; i < 3; i++) {
            learner_name_by_deeds(on, numbers[i], name);
            cr_expect(learner_name_check(name, NULL), "%s", name);
            cr_expect_eq(learner_number_by_deeds(on, name), numbers[i], "%s", name);
        }
        learner_name_by_deeds(on ^ ewc, 1, other);
        bool is_cut = strstr(other, "+more") != NULL;
        cr_expect(is_cut || learner_number_by_deeds(on, other) == 0, "%s", other);
    }
    cr_expect_eq(learner_number_by_deeds(ewc, "ewc-x"), 0);
    cr_expect_eq(learner_number_by_deeds(ewc, "ewc-"), 0);
    cr_expect_eq(learner_number_by_deeds(ewc, "ewcc"), 0);
}

/* What is wrong, and words that the message must have. */
static const char *const bad[][3] = {
    {"", "1 to 23", "''"},
    {"   ", "1 to 23", "''"},
    {"a b", "letters, digits", "'a b'"},
    {"a b: lr=1", "letters, digits", "'a b'"},
    {"a/b", "letters, digits", "'a/b'"},
    {"a,b: lr=1", "letters, digits", "'a,b'"},
    {"a=b", "letters, digits", "'a=b'"},
    {"\xc3\xa9t\xc3\xa9", "letters, digits", "\xc3\xa9t\xc3\xa9"},
    {"four-and-twenty-letters-", "1 to 23", "four-and-twenty-letters-"},
    {"all", "'all'", "another name"},
    {"all: lr=1", "'all'", "another name"},
    {"a: lr", "KEY=VALUE", "'lr'"},
    {"a: =1", "KEY=VALUE", "'=1'"},
    {"a: lr = 1", "KEY=VALUE", "'lr'"},
    {"a: lr=", "learner a", "lr"},
    {"a: lr=fast", "learner a", "fast"},
    {"a: lr=-1", "learner a", "-1"},
    {"a: lr=nan", "learner a", "nan"},
    {"a: lr=11", "learner a", "11"},
    {"a: speed=3", "parameter expected", "'speed'"},
    {"a: Lr=3", "parameter expected", "'Lr'"},
    {"a: net=5,,5", "learner a", "5,,5"},
    {"a: batch=16", "the same for all", "--batch"},
    {"a: steps=16", "the same for all", "--steps"},
    {"a: epochs=16", "the same for all", "--epochs"},
    {"a: history.megabytes=16", "the same for all", "--set history.megabytes"},
    {"a: strategy=ewx", "learner a", "'ewx'"},
    {"a: strategy=ewc+", "learner a", "''"},
    {"a: strategy=ewc,replay", "learner a", "'ewc,replay'"},
    {"a: observe=ewc+none", "learner a", "'none'"},
    {"a: lr=1 lr=x", "learner a", "x"},
};

Test(learner_spec, refuses_with_one_clear_line_and_changes_nothing)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct learner_config config = base(), before = config;
        struct err err = {0};
        cr_expect_not(learner_spec_parse(bad[i][0], &config, &err), "'%s'", bad[i][0]);
        cr_expect_eq(err.code, ERR_USAGE);
        cr_expect(strstr(err.msg, bad[i][1]) && strstr(err.msg, bad[i][2]), "'%s': %s", bad[i][0],
                  err.msg);
        cr_expect_null(strchr(err.msg, '\n'));
        cr_expect_eq(memcmp(&config, &before, sizeof config), 0, "'%s'", bad[i][0]);
        cr_expect_not(learner_spec_parse(bad[i][0], &config, NULL));
    }
}

Test(learner_spec, survives_endless_lines)
{
    static char line[5000];
    struct learner_config config = base();
    struct err err = {0};
    memset(line, 'x', sizeof line - 1);
    cr_expect_not(learner_spec_parse(line, &config, &err));
    memcpy(line, "a: lr=", 6);
    cr_expect_not(learner_spec_parse(line, &config, &err));
    memset(line + 6, '1', sizeof line - 7);
    cr_expect_not(learner_spec_parse(line, &config, &err), "11111...");
    line[6] = '0';
    line[7] = '.';
    cr_expect_not(learner_spec_parse(line, &config, &err), "a number is not cut: %s", err.msg);
}
