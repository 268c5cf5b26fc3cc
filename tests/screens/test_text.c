/* SPDX-License-Identifier: MIT
 * A session of text on whole screens, against golden text: a played one, what it writes made by
 * hand. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/scene.h"

/* ---- what is written --------------------------------------------------------------------------
 */

/* What stands between underscores is strange. */
static struct passage passage_of(const char *text)
{
    struct passage passage = {0};
    bool is_strange = false;
    for (; *text && passage.n < WRITING_TEXT_MAX; text++) {
        if (*text == '_') {
            is_strange = !is_strange;
        } else {
            passage.text[passage.n] = *text;
            passage.strange[passage.n++] = is_strange;
        }
    }
    return passage;
}

static void add_row(struct fixture *fixture, int task, const char *prompt, const char *now,
                    const char *then)
{
    struct writing *writing = &fixture->snapshot->exhibits.writing;
    struct written *row = &writing->rows[writing->n++];
    *row = (struct written){.task = task, .now = passage_of(now), .has_then = then != NULL};
    snprintf(row->prompt, sizeof row->prompt, "%s", prompt);
    if (then) {
        row->then = passage_of(then);
    }
    fixture->snapshot->exhibits.has[EXHIBIT_WRITING] = true;
}

static void add_bits(struct fixture *fixture, int task, double bits)
{
    const struct entry entry = {.kind = ENTRY_MEASURE,
                                .probe = PROBE_BITS,
                                .learner = fixture->snapshot->learners[0].id,
                                .stage = fixture->snapshot->stage,
                                .task = task,
                                .step = fixture->snapshot->step,
                                .value = bits};
    cr_assert(timeline_add(&fixture->timeline, &entry));
}

/* ---- what has happened ------------------------------------------------------------------------
 */

static struct fixture *of_text(int n_tasks)
{
    static const char *const names[] = {"code", "support", "prose"};
    struct fixture *fixture = fixture_play("kinds", n_tasks, n_tasks);
    fixture->facts.data = "text";
    fixture->facts.form = DATA_TEXT;
    fixture->facts.optimizer = "adam";
    fixture->facts.gallery = NULL; /* of text nothing is drawn */
    fixture_use_net(fixture, (int[]){256, 256, 256, 64});
    for (int t = 0; t < n_tasks; t++) {
        snprintf(fixture->names[t], sizeof *fixture->names, "%s", names[t % 3]);
    }
    return fixture;
}

/* The same learned by a transformer. */
static struct fixture *of_transformer(int n_tasks, long steps)
{
    struct fixture *fixture = of_text(n_tasks);
    struct learner_state *learner = &fixture->snapshot->learners[0];
    learner->params.value[PARAM_MODEL] = MODEL_TRANSFORMER;
    learner->n_parts = network_n_parts(&learner->params);
    snprintf(fixture->facts.net, sizeof fixture->facts.net, "2 blocks · width 64 · heads 4");
    fixture_steps(fixture, steps);
    return fixture;
}

static struct fixture *transformer_in_b(void)
{
    return of_transformer(3, FIXTURE_STEPS + 200);
}

static struct fixture *at_start(void)
{
    return of_text(3);
}

static struct fixture *in_c(void)
{
    struct fixture *fixture = of_text(3);
    fixture_steps(fixture, 2 * FIXTURE_STEPS + 300);
    add_bits(fixture, 0, 4.81);
    add_bits(fixture, 1, 2.6);
    add_bits(fixture, 2, 0.52);
    add_row(fixture, 0, "int add(", "_ the snow_ int a_ fisherman wandered_ + b_ by the sea._\n",
            "int a, int b) { return a + b; }\n");
    add_row(fixture, 1, "i am sorry ", "that your _boat_ was _still in the silent snow_.\n",
            "that your parcel arrived late. we will send a new one today, free of charge, and\n");
    add_row(fixture, 2, "the old ",
            "fisherman wandered along the river at dawn, and the sea was cold.\n", NULL);
    return fixture;
}

static struct fixture *with_nine(void)
{
    struct fixture *fixture = of_text(9);
    fixture_steps(fixture, 8 * FIXTURE_STEPS + 100);
    for (int t = 1; t < 9; t++) {
        add_bits(fixture, t, 0.5 * t);
        add_row(fixture, t, "the old ", "captain had lost the letter.\n",
                t < 8 ? "king remembered the golden ring.\n" : NULL);
    }
    return fixture;
}

/* ---- what is done with the screen -------------------------------------------------------------
 */

static void none(struct fixture *fixture)
{
    (void)fixture;
}

static void asked(struct fixture *fixture)
{
    add_row(fixture, WRITING_ASKED, "where is my ", "parcel? i am sorry that your order is late.\n",
            NULL);
}

static void talking(struct fixture *fixture)
{
    static const char *const said[][2] = {
        {"do you sell tea?", " yes, since spring. it costs two coins.\n"},
        {"when do you open in spring?", " in summer we open at seven in the morning.\n"},
        {"how do you send it?", " we send it by boat, it is there the same day.\n"}};
    asked(fixture);
    struct writing *writing = &fixture->snapshot->exhibits.writing;
    writing->n_turns = 3;
    writing->turns_at = 2 * FIXTURE_STEPS + 20;
    for (int i = 0; i < 3; i++) {
        snprintf(writing->turns[i].said, sizeof writing->turns[i].said, "%s", said[i][0]);
        writing->turns[i].answer = passage_of(said[i][1]);
    }
}

static void enlarged(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_WRITING;
    fixture->frame.view.is_enlarged = true;
}

static void cursor(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_ACCURACY;
    fixture->frame.view.has_cursor = true;
    fixture->frame.view.cursor = 700;
    fixture->snapshot->exhibits.writing.step = 695; /* of the checkpoint before */
}

/* Whole words, and where the next one comes. */
static void typing(struct fixture *fixture)
{
    fixture->frame.view.is_typing = true;
    fixture->frame.view.typed = 12;
}

static void other_data(struct fixture *fixture)
{
    fixture->facts.form = DATA_TABLE;
    fixture->snapshot->exhibits.has[EXHIBIT_WRITING] = false;
    enlarged(fixture);
}

static void block_two(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_LAYERS;
    fixture->frame.view.map.part = 9; /* its keys */
}

/* Eight heads that look at what came before, each in its own way. */
static void attend(struct fixture *fixture)
{
    static const char text[] = "ne your reply tomorrow.\nwhere is my order? it is on its way.\n"
                               "i am sorry that your parcel is late. we will send a";
    struct attending *attending = &fixture->snapshot->exhibits.attending;
    *attending = (struct attending){.step = fixture->snapshot->step,
                                    .task = 1,
                                    .n_heads = 4,
                                    .n_rows = 8,
                                    .n_given = 72,
                                    .n = sizeof text - 1,
                                    .at = sizeof text - 2,
                                    .from = sizeof text - 2 - 64};
    memcpy(attending->text, text, sizeof text - 1);
    for (int i = 0; i < 8 * 64; i++) {
        int head = i / 64, back = 64 - i % 64;
        attending->weight[head][i % 64] = (uint8_t)(back == head + 1         ? 150
                                                    : back % (head + 4) == 0 ? 60 / (1 + back / 10)
                                                                             : 0);
    }
    fixture->snapshot->exhibits.has[EXHIBIT_ATTENDING] = true;
    fixture->frame.view.focus = PANEL_ATTENTION;
}

static void one_head(struct fixture *fixture)
{
    attend(fixture);
    fixture->snapshot->exhibits.attending.at = 90;
    fixture->snapshot->exhibits.attending.from = 26;
    fixture->frame.view.attending_head = 7;
    fixture->frame.view.attending_place = 91;
}

static void one_enlarged(struct fixture *fixture)
{
    one_head(fixture);
    fixture->frame.view.is_enlarged = true;
}

static void explain_attention(struct fixture *fixture)
{
    attend(fixture);
    fixture->frame.view.overlay = OVERLAY_EXPLAIN;
}

static void no_attention(struct fixture *fixture)
{
    fixture->frame.view.focus = PANEL_ATTENTION;
}

static const struct scene scenes[] = {
    {"attention-120x36", transformer_in_b, attend, 120, 36, NULL, false},
    {"attention-80x24", transformer_in_b, one_head, 80, 24, NULL, false},
    {"attention-200x60", transformer_in_b, attend, 200, 60, NULL, false},
    {"attention-ascii-mono-120x36", transformer_in_b, one_head, 120, 36, "ascii", true},
    {"attention-enlarged-60x16", transformer_in_b, one_enlarged, 60, 16, NULL, false},
    {"attention-explained-120x36", transformer_in_b, explain_attention, 120, 36, NULL, false},
    {"attention-none-80x24", in_c, no_attention, 80, 24, NULL, false},
    {"text-blocks-80x24", transformer_in_b, block_two, 80, 24, NULL, false},
    {"text-blocks-120x36", transformer_in_b, block_two, 120, 36, NULL, false},
    {"text-blocks-ascii-mono-80x24", transformer_in_b, block_two, 80, 24, "ascii", true},
    {"text-start-120x36", at_start, none, 120, 36, NULL, false},
    {"text-c-80x50", in_c, none, 80, 50, NULL, false},
    {"text-c-ascii-mono-120x36", in_c, none, 120, 36, "ascii", true},
    {"text-asked-120x36", in_c, asked, 120, 36, NULL, false},
    {"text-talk-80x24", in_c, talking, 80, 24, NULL, false},
    {"text-talk-120x36", in_c, talking, 120, 36, NULL, false},
    {"text-cursor-120x36", in_c, cursor, 120, 36, NULL, false},
    {"text-beside-120x36", in_c, enlarged, 120, 36, NULL, false},
    {"text-typing-120x36", in_c, typing, 120, 36, NULL, false},
    {"text-nine-200x60", with_nine, none, 200, 60, NULL, false},
    {"text-none-80x24", in_c, other_data, 80, 24, NULL, false},
};

Test(screens_text, look_as_they_did)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        char why[4096];
        cr_expect(scene_looks_as_it_did(&scenes[i], why, sizeof why), "%s", why);
    }
}

/* Whatever there is to be written and wherever: no cell outside the panel is touched. */
Test(screens_text, any_size_and_any_writing_is_drawn)
{
    struct fixture *fixture = with_nine();
    struct writing *writing = &fixture->snapshot->exhibits.writing;
    srand(1);
    for (int i = 0; i < 300; i++) {
        for (int k = 0; k < writing->n; k++) {
            struct passage *now = &writing->rows[k].now;
            now->n = rand() % (WRITING_TEXT_MAX + 1);
            for (int c = 0; c < now->n; c++) {
                now->text[c] = "ab \n(}"[rand() % 6];
                now->strange[c] = rand() % 2;
            }
        }
        writing->n = rand() % 10;
        fixture->frame.view.focus = PANEL_WRITING;
        fixture->frame.view.is_enlarged = rand() % 2;
        char *text = scene_draw(
            fixture,
            &(struct scene){.cols = 1 + rand() % 210, .rows = 1 + rand() % 70, .glyphs = "ascii"});
        cr_expect(scene_is_seven_bits(text), "%s", text);
        free(text);
    }
    fixture_destroy(fixture);
}
