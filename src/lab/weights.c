/* SPDX-License-Identifier: MIT */
#include "lab/weights.h"

#include <stdio.h>
#include <string.h>

#include "net/safetensors.h"

enum { NOTES = 3, VALUE_MAX = 24 };

_Static_assert((int)SAFETENSORS_TENSORS_MAX >= (int)NETWORK_TENSORS_MAX, "all tensors fit");

/* A network as a file has it. */
struct described {
    struct safetensor tensors[NETWORK_TENSORS_MAX];
    struct safetensors_note notes[NOTES];
    char value[NOTES][VALUE_MAX];
    struct safetensors file;
};

static void note(struct described *described, const struct params *params, enum param_id id)
{
    int i = described->file.n_notes++;
    param_format(params, id, described->value[i], VALUE_MAX);
    described->notes[i] = (struct safetensors_note){param_at(id)->name, described->value[i]};
}

static void describe(struct described *described, const struct network *net,
                     const struct params *params)
{
    *described = (struct described){.file = {.tensors = described->tensors,
                                             .n_tensors = net->n_tensors,
                                             .notes = described->notes}};
    for (int i = 0; i < net->n_tensors; i++) {
        const struct tensor *tensor = &net->tensors[i];
        bool is_vector = tensor->rows == 1 && tensor->role != TENSOR_WEIGHT;
        described->tensors[i] = (struct safetensor){
            .name = tensor->name,
            .n_dims = is_vector ? 1 : 2,
            .shape = {is_vector ? tensor->cols : tensor->rows, is_vector ? 0 : tensor->cols},
            .at = tensor->at};
    }
    note(described, params, PARAM_MODEL);
    if (network_n_heads(params) > 0) {
        note(described, params, PARAM_HEADS);
    } else {
        note(described, params, PARAM_ACTIVATION);
    }
}

bool weights_write(const char *path, const struct network *net, const struct params *params,
                   const real *theta, struct err *err)
{
    struct described described;
    describe(&described, net, params);
    return safetensors_write(path, &described.file, theta, err);
}

bool weights_put(FILE *out, const struct network *net, const struct params *params,
                 const real *theta, struct err *err)
{
    struct described described;
    describe(&described, net, params);
    return safetensors_put(out, &described.file, theta, err);
}

bool weights_read(const char *path, const struct network *net, const struct params *params,
                  real *theta, struct err *err)
{
    struct described described;
    describe(&described, net, params);
    return safetensors_read(path, &described.file, theta, err);
}
