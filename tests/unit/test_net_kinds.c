/* SPDX-License-Identifier: MIT
 * What every kind of network owes to those who go by its tables: tensors that fill the flat vector,
 * parts inside it, layers in their order, products that can be counted. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/blas.h"
#include "net/network.h"

enum { SYMBOLS = 11, CONTEXT = 8, ROOM = 1 << 20 };

static struct params params_of(const char *settings)
{
    struct params params = params_default();
    struct err err = {0};
    char text[160], *rest = text;
    snprintf(text, sizeof text, "%s", settings);
    for (char *word; (word = strtok_r(rest, " ", &rest));) {
        enum param_id id;
        char *value = strchr(word, '=');
        *value = '\0';
        cr_assert(param_find(word, &id) && param_parse(&params, id, value + 1, &err), "%s: %s",
                  word, err.msg);
    }
    return params;
}

static bool lay_out(struct network *net, const struct params *params, struct err *err)
{
    bool is_tied = params->value[PARAM_MODEL] == MODEL_TIED; /* says numbers again */
    return network_init(net, CONTEXT, is_tied ? 0 : SYMBOLS, is_tied ? CONTEXT : SYMBOLS, params,
                        ROOM, err);
}

static const char *const kinds[] = {
    "net=7,5 embedding=3", "net=0", "model=transformer blocks=2 heads=3 width=12",
    "model=transformer blocks=1 heads=1 width=5", "model=tied net=3"};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* True if element `at` of the vector belongs to a tensor of that role. */
static bool is_in(const struct network *net, size_t at, enum tensor_role role)
{
    for (int i = 0; i < net->n_tensors; i++) {
        const struct tensor *tensor = &net->tensors[i];
        size_t n = (size_t)tensor->rows * (size_t)tensor->cols;
        if (at >= tensor->at && at < tensor->at + n) {
            return tensor->role == role;
        }
    }
    return false;
}

/* As many as the parameters alone say, each with a name of its own. */
Test(kinds, modules_fill_the_vector_in_whole_tensors)
{
    for (int k = 0; k < KINDS; k++) {
        struct network net;
        struct params params = params_of(kinds[k]);
        char names[NETWORK_MODULES_MAX][NETWORK_NAME_MAX];
        size_t end = 0;
        int i = 0;
        cr_assert(lay_out(&net, &params, NULL));
        cr_expect_eq(network_n_modules(&params), net.n_modules);
        for (int m = 0; m < net.n_modules; m++) {
            cr_expect_eq(net.modules[m].at, end, "%s", kinds[k]);
            end += net.modules[m].n;
            while (i < net.n_tensors && net.tensors[i].at < end) {
                i++;
            }
            cr_expect_eq(i < net.n_tensors ? net.tensors[i].at : net.n_params, end, "%s", kinds[k]);
            network_module_name(&params, m, names[m], sizeof names[m]);
            for (int n = 0; n < m; n++) {
                cr_expect_str_neq(names[n], names[m]);
            }
        }
        cr_expect_eq(end, net.n_params, "%s", kinds[k]);
    }
}

Test(kinds, modules_are_called_by_what_they_are)
{
    struct params params = params_of("model=transformer blocks=2");
    static const char *const names[] = {"embeddings",    "block 1 · attention",
                                        "block 1 · MLP", "block 2 · attention",
                                        "block 2 · MLP", "last norm"};
    char name[NETWORK_NAME_MAX];
    cr_assert_eq(network_n_modules(&params), 6);
    for (int m = 0; m < 6; m++) {
        cr_expect_str_eq(network_module_name(&params, m, name, sizeof name), names[m]);
    }
    params = params_of("net=7,5");
    cr_assert_eq(network_n_modules(&params), 3);
    cr_expect_str_eq(network_module_name(&params, 2, name, sizeof name), "layer 3");
}

Test(kinds, tensors_fill_the_vector_one_behind_the_other)
{
    for (int k = 0; k < KINDS; k++) {
        struct network net;
        struct params params = params_of(kinds[k]);
        cr_assert(lay_out(&net, &params, NULL));
        size_t end = 0;
        for (int i = 0; i < net.n_tensors; i++) {
            cr_assert_eq(net.tensors[i].at, end, "%s, tensor %d", kinds[k], i);
            cr_assert(net.tensors[i].name[0] != '\0');
            end += (size_t)net.tensors[i].rows * (size_t)net.tensors[i].cols;
            for (int j = 0; j < i; j++) {
                cr_assert_str_neq(net.tensors[j].name, net.tensors[i].name);
            }
        }
        cr_expect_eq(end, net.n_params);
    }
}

Test(kinds, parts_are_weights_or_embeddings_and_have_names)
{
    for (int k = 0; k < KINDS; k++) {
        struct network net;
        struct params params = params_of(kinds[k]);
        cr_assert(lay_out(&net, &params, NULL));
        cr_assert_eq(network_n_parts(&params), net.n_parts);
        char *is_seen = calloc(net.n_params, 1);
        for (int i = 0; i < net.n_parts; i++) {
            const struct part *part = &net.parts[i];
            char name[NETWORK_NAME_MAX], other[NETWORK_NAME_MAX];
            network_part_name(&params, i, name, sizeof name);
            cr_assert(name[0] != '\0' && strlen(name) + 1 < sizeof name, "'%s'", name);
            cr_assert(i == 0 ||
                      strcmp(name, network_part_name(&params, i - 1, other, sizeof other)) != 0);
            for (int cell = 0; cell < part->rows * part->cols; cell++) {
                size_t at = part->at + (size_t)(cell / part->cols) * part->stride +
                            (size_t)(cell % part->cols);
                cr_assert(is_in(&net, at, TENSOR_WEIGHT) || is_in(&net, at, TENSOR_EMBEDDING));
                cr_assert_not(is_seen[at], "%s stands in another part as well", name);
                is_seen[at] = 1;
            }
        }
        for (size_t at = 0; at < net.n_params; at++) {
            cr_assert(is_seen[at] || !is_in(&net, at, TENSOR_WEIGHT), "every weight is in a part");
        }
        free(is_seen);
    }
}

Test(kinds, layers_begin_one_behind_the_other_at_tensors)
{
    for (int k = 0; k < KINDS; k++) {
        struct network net;
        struct params params = params_of(kinds[k]);
        cr_assert(lay_out(&net, &params, NULL));
        cr_assert(net.n_layers >= 1 && net.n_layers <= NETWORK_LAYERS_MAX);
        for (int l = 0; l < net.n_layers; l++) {
            bool is_begin = false;
            for (int i = 0; i < net.n_tensors; i++) {
                is_begin |= net.tensors[i].at == net.layers[l];
            }
            cr_assert(is_begin && (l == 0 || net.layers[l] > net.layers[l - 1]));
        }
    }
}

/* ---- the transformer ------------------------------------------------------------------------ */

Test(transformer_kind, is_laid_out_as_the_reference)
{
    struct network net;
    struct params params = params_of(kinds[2]);
    char name[NETWORK_NAME_MAX];
    cr_assert(lay_out(&net, &params, NULL));
    cr_expect_eq(net.n_params, 4020);
    cr_expect(net.n_positions == CONTEXT && net.n_layers == 2 && net.n_parts == 14);
    cr_expect_eq(net.layers[0], (SYMBOLS + CONTEXT) * 12);
    cr_expect_str_eq(network_part_name(&params, 0, name, sizeof name), "characters");
    cr_expect_str_eq(network_part_name(&params, 3, name, sizeof name), "block 1 · keys");
    cr_expect_str_eq(network_part_name(&params, 13, name, sizeof name), "block 2 · down");
    cr_expect(network_part_rows(&params, 0) == PART_SYMBOLS);
    cr_expect(network_part_rows(&params, 1) == PART_POSITIONS);
    cr_expect(network_part_rows(&params, 2) == PART_INPUTS);
    cr_expect(net.parts[3].cols == 12 && net.parts[3].stride == 36);
    cr_expect_not(network_has_squares(&net));
}

static void expect_refused(const char *settings, int n_symbols, int n_outputs, const char *why)
{
    struct network net;
    struct err err = {0};
    struct params params = params_of(settings);
    cr_expect_not(network_init(&net, CONTEXT, n_symbols, n_outputs, &params, 4019, &err));
    cr_expect(err.code == ERR_USAGE && strstr(err.msg, why), "%s", err.msg);
}

Test(transformer_kind, refuses_shapes_that_make_no_sense)
{
    expect_refused(kinds[2], 0, SYMBOLS, "reads symbols");
    expect_refused(kinds[2], SYMBOLS, 3 * SYMBOLS, "33 outputs");
    expect_refused("model=transformer heads=5", SYMBOLS, SYMBOLS, "5 heads");
    expect_refused(kinds[2], SYMBOLS, SYMBOLS, "4.02e+03 parameters");
}

/* Whatever is kept, logits are those of a pass over the symbols that are not forgotten. */
Test(transformer_kind, writes_what_a_pass_over_the_same_symbols_says)
{
    enum { TEXT = 5 * CONTEXT };
    struct network net;
    struct params params = params_of(kinds[2]);
    struct arena arena = {0};
    struct workspace ws;
    size_t size = 0;
    cr_assert(blas_setup(NULL, NULL) && lay_out(&net, &params, NULL) && network_writes(&net));
    cr_assert(workspace_size_add(&size, &net, 1) && network_writer_size_add(&size, &net) &&
              arena_init(&arena, size, NULL));
    workspace_init(&ws, &net, 1, &arena);
    void *writer = network_writer_init(&net, &arena);
    real *theta = calloc(net.n_params, sizeof *theta), text[TEXT];
    network_draw(&net, theta, 5);
    for (int i = 0; i < TEXT; i++) {
        text[i] = (real)((7 * i + i * i) % SYMBOLS);
    }
    for (int n_given = 1; n_given <= CONTEXT + 2; n_given += CONTEXT / 2) {
        int seen = 0;
        for (int n = n_given; n <= TEXT; n++) {
            const real *z = n == n_given ? network_write_begin(&net, theta, text, n, writer)
                                         : network_write(&net, theta, (int)text[n - 1], writer);
            seen = n == n_given      ? (n < CONTEXT ? n : CONTEXT)
                   : seen == CONTEXT ? CONTEXT - CONTEXT / 2
                                     : seen + 1;
            real window[CONTEXT] = {0};
            memcpy(window, text + n - seen, (size_t)seen * sizeof *window);
            network_forward(&net, theta, window, 1, &ws);
            const real *wanted = ws.logits + (size_t)(seen - 1) * SYMBOLS;
            cr_assert_arr_eq(z, wanted, SYMBOLS * sizeof *z, "%d given, %d seen", n_given, n);
        }
    }
    free(theta);
    arena_fini(&arena);
}

static void count(void *context, const struct product *product)
{
    *(double *)context += 2.0 * product->m * product->k * product->n;
}

/* 3 B T (L (24 d^2 + 4 T d) + 2 d V), attention in full. */
Test(transformer_kind, products_of_a_step_are_all_there)
{
    enum { B = 3, D = 12, L = 2 };
    struct network net;
    struct params params = params_of(kinds[2]);
    struct arena arena = {0};
    struct workspace ws;
    size_t size = 0;
    double n = 0;
    cr_assert(blas_setup(NULL, NULL) && lay_out(&net, &params, NULL));
    cr_assert(workspace_size_add(&size, &net, B) && arena_init(&arena, size, NULL));
    workspace_init(&ws, &net, B, &arena);
    real *theta = calloc(net.n_params, sizeof *theta), *grad = calloc(net.n_params, sizeof *grad);
    real x[B * CONTEXT] = {0};
    network_products(&net, theta, x, B, &ws, grad, count, &n);
    cr_expect_eq(n, 3.0 * B * CONTEXT * (L * (24 * D * D + 4 * CONTEXT * D) + 2 * D * SYMBOLS));
    free(theta);
    free(grad);
    arena_fini(&arena);
}

/* ---- attention --------------------------------------------------------------------------------
 */

Test(kinds, heads_of_those_that_attend_look_at_everything_once)
{
    struct network net;
    struct params params = params_of(kinds[2]);
    cr_assert(blas_setup(NULL, NULL) && lay_out(&net, &params, NULL));
    cr_assert_eq(network_n_heads(&params), 6);
    struct params other = params_of(kinds[0]);
    cr_expect_eq(network_n_heads(&other), 0);
    size_t size = 0;
    struct arena arena;
    cr_assert(network_writer_size_add(&size, &net) &&
              arena_size_add(&size, net.n_params, sizeof(real)));
    cr_assert(arena_init(&arena, size, NULL));
    real *theta = arena_alloc(&arena, net.n_params, sizeof(real));
    void *writer = network_writer_init(&net, &arena);
    network_draw(&net, theta, 5);
    for (size_t i = 0; i < net.n_params; i++) {
        theta[i] *= 10; /* so that heads have a preference */
    }
    real symbols[CONTEXT], weights[6 * CONTEXT], first[4 * CONTEXT];
    for (int i = 0; i < CONTEXT; i++) {
        symbols[i] = (real)(i * 7 % SYMBOLS);
    }
    for (int n = 1; n <= CONTEXT; n++) {
        network_write_begin(&net, theta, symbols, n, writer);
        network_attention(&net, writer, 6, weights);
        network_attention(&net, writer, 4, first);
        cr_expect_eq(memcmp(weights, first, sizeof first), 0);
        for (int head = 0; head < 6; head++) {
            double sum = 0;
            for (int i = 0; i < CONTEXT; i++) {
                sum += (double)weights[head * CONTEXT + i];
                cr_expect(i < n || weights[head * CONTEXT + i] == 0, "nothing of what is to come");
            }
            cr_expect_float_eq(sum, 1, 1e-5);
        }
    }
    cr_expect_neq(memcmp(weights, weights + CONTEXT, sizeof *weights * CONTEXT), 0);
    arena_fini(&arena);
}
