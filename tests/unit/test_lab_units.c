/* SPDX-License-Identifier: MIT
 * The exhibit `network`: it is what a naive look at the same weights finds, of then as of now, and
 * changes nothing that trains. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/unit_probe.h"
#include "support/labs.h"

enum { STEPS = 300, EACH = 128 };

static const char *const one[] = {"a: strategy=replay", NULL};

static struct lab *open_digits(void)
{
    struct lab *lab = labs_open_plain(3, "net=24,12 steps=300 batch=32", one);
    return lab;
}

/* Now, with the tasks that `place` means (units.h). */
static const struct units *look_at(struct lab *lab, int place)
{
    char line[40];
    snprintf(line, sizeof line, "show network 16x54 %d", place);
    labs_tell(lab, line);
    const struct snapshot *snapshot = labs_look(lab);
    return snapshot->exhibits.has[EXHIBIT_UNITS] ? &snapshot->exhibits.units : NULL;
}

static const struct units *look(struct lab *lab)
{
    return look_at(lab, 0);
}

static int sum_of(const struct unit_layer_seen *layer, int n_tasks)
{
    int sum = layer->several + layer->neither;
    for (int t = 0; t < n_tasks; t++) {
        sum += layer->alone[t];
    }
    return sum;
}

/* ---- what is in it --------------------------------------------------------------------------- */

/* serves (36): group by group as unit_groups_find says of the learner's own weights. */
static void find_groups(struct lab *lab, const struct units *units, uint8_t *serves)
{
    struct learner *learner = lab_learner(lab, 0);
    const struct network *net = learner_network(learner);
    struct unit_probe *probe = unit_probe_create(net, NULL);
    double influence[2][36], level[36], layer[2][24];
    for (int t = 0; t < 2; t++) {
        const struct probing_examples examples = probing_firsts(units->tasks[t], EACH);
        unit_probe_influence(probe, learner_theta(learner), lab_suite(lab), &examples, influence[t],
                             level);
    }
    for (int l = 0; l < 2; l++) {
        int n = net->unit_layers[l].n;
        memcpy(layer[0], influence[0] + net->unit_layers[l].first, (size_t)n * sizeof(double));
        memcpy((double *)layer + n, influence[1] + net->unit_layers[l].first,
               (size_t)n * sizeof(double));
        cr_assert(unit_groups_find((double *)layer, 2, n, serves + net->unit_layers[l].first));
    }
    unit_probe_destroy(probe);
}

Test(exhibit_network, tells_the_first_task_s_units_from_the_present_one_s)
{
    struct lab *lab = open_digits();
    cr_expect_null(look(lab), "nothing has begun");
    labs_run(lab, 100, 100);
    const struct units *units = look(lab);
    cr_assert_not_null(units);
    cr_expect(units->n_tasks == 1 && units->tasks[0] == 0 && !units->has_change);
    labs_run(lab, 2 * STEPS + 50, 100);
    units = look(lab);
    cr_assert(units && units->n_tasks == 2 && units->tasks[0] == 0 && units->tasks[1] == 2);
    cr_expect(units->n_layers == 3 && units->layers[2].is_outputs && units->n == 24 + 12 + 10);
    cr_expect(units->layers[0].is_told_apart && !units->layers[1].is_told_apart);
    cr_expect(units->has_change && units->n_links > 0);
    cr_expect(units->n_pictures > 0 && units->width == 8 && units->n_smooth_then >= 0);
    uint8_t serves[36];
    find_groups(lab, units, serves);
    for (int i = 0; i < 36; i++) {
        cr_expect_eq(units->units[i].serves, serves[i], "unit %d", i);
    }
    cr_expect(sum_of(&units->layers[0], 2) == 24 && sum_of(&units->layers[1], 2) == 12);
    units = look_at(lab, 2);
    cr_expect(units->n_tasks == 2 && units->tasks[0] == 1 && units->tasks[1] == 2);
    units = look_at(lab, 99);
    cr_expect(units->n_tasks == 3 && units->tasks[1] == 1);
    cr_expect_eq(sum_of(&units->layers[0], 3), 24);
    units = look_at(lab, 9);
    cr_expect(units->n_tasks == 2 && units->tasks[0] == 0, "I has not begun");
    lab_destroy(lab);
}

/* Points of accuracy that silencing a group costs the first and the last of five tasks. */
static void cost_of(struct lab *lab, const char *line, double cost[2])
{
    struct learner *learner = lab_learner(lab, 0);
    double before[2] = {learner_score(learner, 0, 1).accuracy,
                        learner_score(learner, 4, 1).accuracy};
    labs_tell(lab, line);
    for (int i = 0; i < 2; i++) {
        cost[i] = 100 * (before[i] - learner_score(learner, 4 * i, 1).accuracy);
    }
    labs_tell(lab, "silence off");
}

/* Where classes come the second layer has names, and they say what silencing does; elsewhere, and
 * in deeper networks, it has none. */
Test(exhibit_network, second_layers_are_told_apart_where_outputs_are_each_task_s_own)
{
    static const char *const learners[] = {"a: strategy=replay", NULL};
    double a[2], e[2], neither[2];
    struct lab *lab = labs_open_plain(
        5, "suite=split scenario=class net=100,100 batch=32 lr=0.1 steps=0 epochs=10 seed=1",
        learners);
    labs_run(lab, lab_total_steps(lab), 450);
    const struct units *units = look(lab);
    cr_assert(units && units->layers[0].is_told_apart && units->layers[1].is_told_apart);
    cost_of(lab, "silence A/E@2", a);
    cost_of(lab, "silence E/A@2", e);
    cost_of(lab, "silence neither@2", neither);
    cr_expect(a[0] > 10 && a[0] >= 2 * a[1], "A's units: A %g, E %g", a[0], a[1]);
    cr_expect(e[1] > 10 && e[1] >= 2 * e[0], "E's units: A %g, E %g", e[0], e[1]);
    cr_expect(neither[0] <= 5 && neither[1] <= 5, "neither: A %g, E %g", neither[0], neither[1]);
    lab_destroy(lab);
    static const char *const others[] = {"suite=split scenario=domain net=9,9 batch=32",
                                         "suite=split scenario=class net=9,9,9 batch=32"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        lab = labs_open_plain(5, others[i], learners);
        labs_run(lab, 60, 60);
        units = look(lab);
        cr_assert(units && units->layers[0].is_told_apart);
        cr_expect_not(units->layers[1].is_told_apart, "%s", others[i]);
        lab_destroy(lab);
    }
}

Test(exhibit_network, labels_change_when_two_looks_in_succession_agree)
{
    struct lab *lab = open_digits();
    labs_run(lab, STEPS + 5, 100);
    uint8_t shown[36], before[36], found[36];
    int n_held = 0, n_changed = 0;
    find_groups(lab, look(lab), shown);
    memcpy(before, shown, sizeof before);
    for (long step = STEPS + 15; step < 2 * STEPS; step += 10) {
        labs_run(lab, step, 100);
        const struct units *units = look(lab);
        find_groups(lab, units, found);
        for (int i = 0; i < 36; i++) {
            n_held += found[i] != shown[i] && found[i] != before[i];
            n_changed += found[i] != shown[i] && found[i] == before[i];
            shown[i] = found[i] == before[i] ? found[i] : shown[i];
            cr_assert_eq(units->units[i].serves, shown[i], "unit %d at %ld", i, step);
        }
        memcpy(before, found, sizeof before);
    }
    cr_expect(n_held > 0 && n_changed > 0, "%d held, %d changed", n_held, n_changed);
    lab_destroy(lab);
}

Test(exhibit_network, marks_what_is_silenced_and_keeps_its_label)
{
    struct lab *lab = open_digits();
    labs_run(lab, 2 * STEPS + 50, 100);
    struct units before = *look(lab);
    labs_tell(lab, "silence 3,5@1");
    const struct units *units = look(lab);
    for (int i = 0; i < units->n; i++) {
        bool is_meant = i == 2 || i == 4;
        cr_expect_eq(units->units[i].is_silenced, is_meant);
        cr_expect_eq(units->units[i].serves, before.units[i].serves);
    }
    cr_expect_eq(units->layers[0].n_silenced, 2);
    lab_destroy(lab);
}

/* The strongest weight times what its lower unit gives is the first link. */
Test(exhibit_network, links_are_the_strongest_in_their_order)
{
    struct lab *lab = open_digits();
    labs_run(lab, STEPS + 50, 100);
    const struct units *units = look(lab);
    for (int i = 1; i < units->n_links; i++) {
        const struct unit_link *a = &units->links[i - 1], *b = &units->links[i];
        bool is_same_layer = (a->from < 24) == (b->from < 24);
        cr_expect(!is_same_layer || a->strength >= b->strength);
        cr_expect(b->from < b->to && (b->from < 24) == (b->to < 36));
    }
    cr_expect_eq(units->links[0].strength, 255);
    lab_destroy(lab);
}

/* ---- then and now ---------------------------------------------------------------------------- */

Test(exhibit_network, of_a_moment_that_is_past_it_is_what_it_was)
{
    struct lab *lab = open_digits();
    labs_tell(lab, "speed 100000"); /* each look is kept */
    labs_run(lab, STEPS + 60, 7);
    labs_tell(lab, "silence 2@1");
    labs_run(lab, STEPS + 64, 1);
    struct units then = *look(lab);
    labs_tell(lab, "silence off");
    labs_run(lab, 3 * STEPS, 7);
    labs_tell(lab, "map 1 drift task 8x8 364");
    const struct units *units = look(lab);
    cr_assert_not_null(units);
    cr_assert_eq(units->step, STEPS + 64);
    cr_expect(units->n_tasks == 2 && units->tasks[1] == 1, "the task of then");
    cr_expect(units->units[1].is_silenced && units->layers[0].n_silenced == 1);
    for (int i = 0; i < units->n; i++) {
        cr_expect_eq(units->units[i].size, then.units[i].size, "unit %d", i);
        cr_expect_eq(units->units[i].change, then.units[i].change, "unit %d", i);
    }
    lab_destroy(lab);
}

/* Two learners with other networks, a fork, one that is removed; a transformer, a stream, text for
 * a perceptron, no hidden layer: whatever is selected is shown or nothing is, and no bit changes.
 */
Test(exhibit_network, changes_nothing_whatever_is_looked_at)
{
    static const struct {
        const char *settings, *learners[3];
        bool is_there;
    } cases[] = {
        {"", {"a: strategy=ewc+replay", "b: strategy=lora net=9,9", NULL}, true},
        {LABS_TRANSFORMER_SESSION, {"a: strategy=ewc", "b: strategy=lora", NULL}, true},
        {"suite=stream data=plane", {"a: strategy=replay", "b", NULL}, true},
        {"data=text net=7,5,6", {"a: model=mlp strategy=replay", "b: model=mlp", NULL}, true},
        {"net=0", {"a: strategy=ewc", "b", NULL}, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lab *lab = labs_open_plain(2, cases[i].settings, cases[i].learners);
        struct lab *plain = labs_open_plain(2, cases[i].settings, cases[i].learners);
        for (long step = 0; step < 80; step += 10) {
            labs_run(lab, step, 10);
            labs_tell(lab, step % 20 ? "learner a" : "learner b");
            const struct units *units = look_at(lab, UNITS_ALL_TASKS);
            cr_expect_eq(units != NULL, cases[i].is_there && step > 0, "%zu at %ld", i, step);
        }
        labs_run(lab, 80, 10);
        labs_run(plain, 80, 10);
        for (int k = 0; k < 2; k++) {
            cr_expect_eq(labs_hash(lab, k), labs_hash(plain, k), "%s", cases[i].settings);
        }
        labs_tell(lab, "fork c");
        labs_tell(lab, "learner c");
        cr_expect_eq(look(lab) != NULL, cases[i].is_there);
        labs_tell(lab, "remove c");
        cr_expect_eq(look(lab) != NULL, cases[i].is_there);
        lab_destroy(lab);
        lab_destroy(plain);
    }
}

/* ---- as bytes -------------------------------------------------------------------------------- */

Test(exhibit_network, reads_back_as_it_was_written_and_no_bytes_go_out_of_bounds)
{
    struct lab *lab = open_digits();
    labs_run(lab, STEPS + 50, 100);
    struct exhibits *from = calloc(1, sizeof *from), *to = calloc(1, sizeof *to);
    cr_assert_not_null(look(lab));
    from->units = *look(lab);
    struct archive archive = {0};
    exhibit_at(EXHIBIT_UNITS)->archive(from, &archive);
    cr_assert_not(archive.has_failed);
    struct archive reader = archive_reader(archive.bytes, archive.n);
    exhibit_at(EXHIBIT_UNITS)->archive(to, &reader);
    cr_assert(!reader.has_failed && archive_is_at_end(&reader));
    cr_expect_eq(to->units.n, from->units.n);
    cr_expect_eq(memcmp(to->units.layers, from->units.layers, sizeof to->units.layers), 0);
    cr_expect_eq(memcmp(to->units.links, from->units.links,
                        (size_t)to->units.n_links * sizeof *to->units.links),
                 0);
    for (size_t i = 0; i < archive.n; i += 3) { /* one byte is another */
        unsigned char was = archive.bytes[i];
        archive.bytes[i] = (unsigned char)(was ^ (0x81 + i % 64));
        reader = archive_reader(archive.bytes, archive.n);
        exhibit_at(EXHIBIT_UNITS)->archive(to, &reader);
        const struct units *units = &to->units;
        if (!reader.has_failed) {
            cr_assert(units->n >= 0 && units->n <= UNITS_MAX && units->n_tasks <= UNIT_TASKS_MAX);
            cr_assert(units->n_pictures == 0 || units->width * units->height <= UNITS_PIXELS_MAX);
            for (int k = 0; k < units->n_links; k++) {
                cr_assert(units->links[k].from < units->n && units->links[k].to < units->n);
            }
        }
        archive.bytes[i] = was;
    }
    archive_fini(&archive);
    free(from);
    free(to);
    lab_destroy(lab);
}
