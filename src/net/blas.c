/* SPDX-License-Identifier: MIT */
#include "net/blas.h"

#include <assert.h>
#include <cblas.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

extern char **environ;

#ifdef OUBLI_DOUBLE
typedef __typeof__(cblas_dgemm) gemm_function;
static const char GEMM[] = "cblas_dgemm";
#else
typedef __typeof__(cblas_sgemm) gemm_function;
static const char GEMM[] = "cblas_sgemm";
#endif

/* What OpenBLAS maps: its library with what that needs (40 MB of 0.3.21), and for each thread that
 * multiplies a work area of which few pages are ever touched. */
static const size_t LIBRARY_BYTES = (size_t)48 << 20, WORK_BYTES = (size_t)128 << 20;

enum { N_VARIABLES = 3, VARIABLE_MAX = 64 };

/* The library as it is loaded, of which a process has one.  Written under the lock, by the first
 * blas_setup; what is read without it does not change after that. */
static struct {
    pthread_mutex_t lock;
    bool is_ready;
    bool fuses;
    void *handle;
    gemm_function *gemm;
    void *(*take_work)(int);        /* NULL if this OpenBLAS does not show it */
    void (*give_work_back)(void *); /* ... */
    struct core_choice choice;
    char **environment; /* what OpenBLAS sees; kept, for another thread may still be reading it */
    char variables[N_VARIABLES][VARIABLE_MAX]; /* at its head */
} blas = {.lock = PTHREAD_MUTEX_INITIALIZER, .choice = {.name = "none"}};

/* ---- the environment that OpenBLAS sees ---- */

/* The person's own of these names are not for OpenBLAS to see; the last one names the kernels. */
static const char *const names[N_VARIABLES] = {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS",
                                               "OPENBLAS_CORETYPE"};

static bool is_ours(const char *variable)
{
    for (int i = 0; i < N_VARIABLES; i++) {
        size_t n = strlen(names[i]);
        if (strncmp(variable, names[i], n) == 0 && variable[n] == '=') {
            return true;
        }
    }
    return false;
}

/* The person's variables, but for those that are ours to set.  False if memory is short. */
static bool make_environment(struct err *err)
{
    size_t n = 0;
    while (environ && environ[n]) {
        n++;
    }
    free(blas.environment); /* of a call that failed */
    blas.environment = calloc(n + N_VARIABLES + 1, sizeof *blas.environment);
    if (!blas.environment) {
        return err_set(err, ERR_FAILED, "memory: no room for the environment of OpenBLAS");
    }
    for (size_t i = 0; i < N_VARIABLES; i++) {
        blas.environment[i] = blas.variables[i];
        snprintf(blas.variables[i], VARIABLE_MAX, "%s=1", names[i]);
    }
    for (size_t i = 0, at = N_VARIABLES; i < n; i++) {
        if (!is_ours(environ[i])) {
            blas.environment[at++] = environ[i];
        }
    }
    return true;
}

/* dlopen, in an environment that asks for one thread and for kernels, if any are named.  Exchanging
 * the whole of it needs no setenv, which may move what another thread is reading, and leaves the
 * person's own as it was, for children. */
static void *load(const char *core)
{
    char **own = environ, *variable = blas.variables[N_VARIABLES - 1];
    if (core) {
        snprintf(variable, VARIABLE_MAX, "%s=%s", names[N_VARIABLES - 1], core);
    } else { /* an empty one would be a name that OpenBLAS does not know */
        snprintf(variable, VARIABLE_MAX, "%s", blas.variables[0]);
    }
    environ = blas.environment;
    void *handle = dlopen(OUBLI_OPENBLAS, RTLD_LAZY | RTLD_LOCAL);
    environ = own;
    return handle;
}

/* ---- opening ---- */

/* ISO C knows no way from an object's address to a function's, POSIX says that they look alike. */
static bool find_function(void *function, const char *name)
{
    void *address = dlsym(blas.handle, name);
    memcpy(function, &address, sizeof address);
    return address != NULL;
}

static bool find_functions(struct core_opened *opened, struct err *err)
{
    __typeof__(openblas_get_corename) *core_name;
    __typeof__(openblas_get_config) *built_as;
    __typeof__(openblas_set_num_threads) *set_threads;
    if (!find_function(&blas.gemm, GEMM) || !find_function(&core_name, "openblas_get_corename") ||
        !find_function(&built_as, "openblas_get_config") ||
        !find_function(&set_threads, "openblas_set_num_threads")) {
        return err_set(err, ERR_FAILED,
                       "OpenBLAS: %s is another BLAS; install OpenBLAS (Debian: libopenblas0)",
                       OUBLI_OPENBLAS);
    }
    if (!find_function(&blas.take_work, "blas_memory_alloc") ||
        !find_function(&blas.give_work_back, "blas_memory_free")) {
        blas.take_work = NULL;
    }
    snprintf(opened->name, sizeof opened->name, "%s", core_name());
    opened->is_fixed = !strstr(built_as(), "DYNAMIC_ARCH");
    set_threads(1);
    return true;
}

static void close_library(void)
{
    if (blas.handle) {
        dlclose(blas.handle);
    }
    blas.handle = NULL;
    blas.gemm = NULL;
}

static bool open_library(void *context, const char *core, struct core_opened *opened,
                         struct err *err)
{
    (void)context;
    close_library();
    blas.handle = load(core);
    if (!blas.handle) {
        return err_set(err, ERR_FAILED,
                       "OpenBLAS: it cannot be opened (%s); install it (Debian: libopenblas0)",
                       dlerror());
    }
    return find_functions(opened, err);
}

/* ---- room ---- */

/* OpenBLAS asks for its work area again and again until it gets it, so we ask first. */
static bool has_room(size_t library, size_t work)
{
    void *a =
        library > 0 ? mmap(NULL, library, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) : NULL;
    void *b = mmap(NULL, work, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (a && a != MAP_FAILED) {
        munmap(a, library);
    }
    if (b != MAP_FAILED) {
        munmap(b, work);
    }
    return a != MAP_FAILED && b != MAP_FAILED;
}

static bool no_room(size_t bytes, struct err *err)
{
    return err_set(err, ERR_FAILED,
                   "memory: %zu MB of addresses expected for OpenBLAS, found less; raise the limit "
                   "(ulimit -v)",
                   bytes >> 20);
}

bool blas_reserve(int n_threads, struct err *err)
{
    void *taken[BLAS_THREADS_MAX];
    int n = 0;
    assert(blas.gemm && n_threads > 0 && n_threads <= BLAS_THREADS_MAX);
    if (!blas.take_work) {
        size_t bytes = (size_t)n_threads * WORK_BYTES;
        return has_room(0, bytes) || no_room(bytes, err);
    }
    /* They are given back to OpenBLAS alone, which keeps them. */
    while (n < n_threads && has_room(0, WORK_BYTES)) {
        taken[n++] = blas.take_work(0);
    }
    bool ok = n == n_threads;
    while (n > 0) {
        blas.give_work_back(taken[--n]);
    }
    return ok || no_room((size_t)n_threads * WORK_BYTES, err);
}

/* ---- set-up ---- */

static bool set_up(const char *recorded, struct err *err)
{
    struct core_wish wish = {
        .abilities = core_abilities(), .set = getenv("OPENBLAS_CORETYPE"), .recorded = recorded};
    if (!has_room(LIBRARY_BYTES, WORK_BYTES)) {
        return no_room(LIBRARY_BYTES + WORK_BYTES, err);
    }
    if (!make_environment(err)) {
        return false;
    }
    struct core_choice choice;
    if (!core_choose(&wish, open_library, NULL, &choice, err) || !blas_reserve(1, err)) {
        close_library();
        return false;
    }
    blas.choice = choice;
    blas.fuses = core_fuses(choice.name);
    return true;
}

bool blas_setup(const char *recorded, struct err *err)
{
    pthread_mutex_lock(&blas.lock);
    if (!blas.is_ready) { /* others read it without the lock once it is true */
        blas.is_ready = set_up(recorded, err);
    }
    bool ok = blas.is_ready;
    pthread_mutex_unlock(&blas.lock);
    return ok;
}

const char *blas_core(void)
{
    return blas.choice.name;
}

const struct core_choice *blas_choice(void)
{
    return &blas.choice;
}

bool blas_fuses(void)
{
    assert(blas.is_ready);
    return blas.fuses;
}

/* ---- products ---- */

void blas_columns(const struct product *p, int first, int end)
{
    CBLAS_TRANSPOSE ta = p->is_a_transposed ? CblasTrans : CblasNoTrans;
    CBLAS_TRANSPOSE tb = p->is_b_transposed ? CblasTrans : CblasNoTrans;
    real beta = p->start == PRODUCT_FROM_ZERO ? 0 : 1;
    int b_row = product_b_row(p);
    const real *b = p->b + (p->is_b_transposed ? (size_t)first * b_row : (size_t)first);
    assert(blas.gemm);
    blas.gemm(CblasRowMajor, ta, tb, p->m, end - first, p->k, 1, p->a, product_a_row(p), b, b_row,
              beta, p->c + first, product_c_row(p));
}
