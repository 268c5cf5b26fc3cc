/* SPDX-License-Identifier: MIT */
#include "lab/start.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/weights.h"

void start_fini(struct start *start)
{
    free(start->theta);
    *start = (struct start){0};
}

/* What a file of the one is a file of the other, too. */
static bool is_alike(const struct start *start, const struct network *net,
                     const struct params *params)
{
    char own[128], other[128];
    return start->theta && start->net.kind == net->kind && start->net.n_params == net->n_params &&
           start->params.value[PARAM_ACTIVATION] == params->value[PARAM_ACTIVATION] &&
           strcmp(network_text(&start->net, own, sizeof own),
                  network_text(net, other, sizeof other)) == 0;
}

/* Which file it is: the one it must be, if that is known. */
static bool identify(const char *path, char sha256[SHA256_TEXT_MAX], struct err *err)
{
    char found[SHA256_TEXT_MAX];
    if (!sha256_file(path, found, err)) {
        return false;
    }
    if (sha256[0] != '\0' && strcmp(sha256, found) != 0) {
        return err_set(err, ERR_FAILED,
                       "%.60s: the file that the session began with expected (sha256 %.12s...), "
                       "found another (%.12s...)",
                       path, sha256, found);
    }
    memcpy(sha256, found, sizeof found);
    return true;
}

bool start_fill(struct start *start, const char *path, char sha256[SHA256_TEXT_MAX],
                const struct network *net, const struct params *params, real *theta,
                struct err *err)
{
    size_t size = net->n_params * sizeof *theta;
    if (is_alike(start, net, params)) {
        memcpy(theta, start->theta, size);
        return true;
    }
    if (!identify(path, sha256, err) || !weights_read(path, net, params, theta, err)) {
        return false;
    }
    start_fini(start);
    *start = (struct start){.theta = malloc(size), .net = *net, .params = *params};
    if (!start->theta) {
        return err_set(err, ERR_FAILED, "memory: no room for the weights of %.80s", path);
    }
    memcpy(start->theta, theta, size);
    return true;
}
