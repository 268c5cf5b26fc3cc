/* SPDX-License-Identifier: MIT */
#include "ui/screen/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { N_ORDERLY = 7, N_FATAL = 5, ALT_STACK_SIZE = 64 * 1024 };
/* How long a terminal is given to take what gives it back: so many turns of so many ms. */
enum { TURNS = 8, TURN_MS = 50 };

/* Signals that set a flag, signals after which only the terminal is given back. */
static const int orderly[N_ORDERLY] = {SIGINT,   SIGTERM, SIGHUP, SIGQUIT,
                                       SIGWINCH, SIGTSTP, SIGCONT};
static const int fatal[N_FATAL] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};

/* A signal handler has no argument, so what it needs stands here: the program's only mutable file
 * static. The flags are written by handlers, in whichever thread, and read by the UI thread; all
 * else is written before the handlers are installed.  `wake` may be written to by any thread. */
static struct {
    atomic_int stop, is_resized, is_suspend, is_resumed, is_shown; /* lock-free, as handlers need */
    atomic_int is_cut;                                             /* `out` leads nowhere */
    bool is_guarded;
    bool has_saved;
    int fd;               /* the terminal as it was handed over; waits when it is written to */
    int direct;           /* the terminal, not waiting; -1 where it cannot be opened anew */
    int nowhere;          /* /dev/null */
    const char *farewell; /* of this terminal, behind what all need; may be NULL */
    FILE *out;            /* what is drawn goes through it */
    int out_fd;           /* its descriptor, of its own */
    int wake[2];          /* read end, write end */
    struct termios saved;
    pthread_t thread; /* that draws */
    struct sigaction old_orderly[N_ORDERLY], old_fatal[N_FATAL], old_pipe;
    void *alt_stack;
} guard = {.fd = -1, .direct = -1, .nowhere = -1, .wake = {-1, -1}};

/* What a cut-off frame left open is cancelled (CAN).  Mouse off, bracketed paste off, synchronized
 * output off, keypad off, colours off, wrap on, cursor on, all rows scroll (curses narrows that for
 * a moment while it draws), alternate screen off.  The palette is never redefined, so it needs no
 * reset. */
static const char restore_sequence[] =
    "\030\033[?1006l\033[?1003l\033[?1002l\033[?1000l\033[?2004l\033[?2026l"
    "\033[?1l\033>\033(B\033[0m\033[?7h\033[?25h\033[r\033[?1049l";

bool terminal_check(int fd_in, int fd_out, const char *term, struct err *err)
{
    if (!isatty(fd_in) || !isatty(fd_out)) {
        return err_set(err, ERR_FAILED,
                       "screen: %s is not a terminal; `oubli run` does the same without one",
                       isatty(fd_in) ? "the output" : "the input");
    }
    if (!term || !term[0]) {
        return err_set(err, ERR_FAILED,
                       "screen: TERM is not set; set it (xterm-256color) or use `oubli run`");
    }
    if (strcmp(term, "dumb") == 0 || strcmp(term, "unknown") == 0) {
        return err_set(err, ERR_FAILED,
                       "screen: TERM=%s cannot show a picture; set the terminal's real name "
                       "(xterm-256color) or use `oubli run`",
                       term);
    }
    return true;
}

bool terminal_blame(struct err *err, const char *what, int reason)
{
    return err_set(err, ERR_FAILED, "screen: %s: %s%s", what, strerror(reason),
                   reason == EMFILE ? "; allow more of them: ulimit -n 64" : "");
}

bool terminal_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

const char *terminal_glyphs(const char *term)
{
    static const char *const consoles[] = {"linux", "cons25", "wsvt25", "hurd", "mach"};
    bool is_console = false;
    for (size_t i = 0; term && i < sizeof consoles / sizeof consoles[0]; i++) {
        is_console |= strncmp(term, consoles[i], strlen(consoles[i])) == 0;
    }
    return is_console || !terminal_is_utf8() ? "ascii" : "braille";
}

void terminal_wake(void)
{
    int saved_errno = errno;
    if (guard.wake[1] >= 0) {
        /* A full pipe is readable already, so a write that fails loses nothing. */
        ssize_t n = write(guard.wake[1], "!", 1);
        (void)n;
    }
    errno = saved_errno;
}

/* From here on whatever is drawn is lost.  A write that hangs in the terminal is interrupted by the
 * signal, and goes on into nothing.  For handlers: dup2 is safe there. */
static void cut(void)
{
    if (guard.out) {
        dup2(guard.nowhere, guard.out_fd);
        guard.is_cut = 1;
    }
}

static void on_orderly(int signal_number)
{
    int saved_errno = errno;
    switch (signal_number) {
    case SIGWINCH:
        guard.is_resized = 1;
        break;
    case SIGTSTP:
        guard.is_suspend = 1;
        cut();
        break;
    case SIGCONT:
        guard.is_resumed = 1;
        break;
    default:
        guard.stop = signal_number;
        cut();
        break;
    }
    terminal_wake();
    errno = saved_errno;
}

/* The program tidies up, which must come to its end, so that a signal is only remembered; but
 * whoever is at the keyboard and asks again does not want to wait. */
static void on_leaving(int signal_number)
{
    bool is_typed = signal_number == SIGINT || signal_number == SIGQUIT;
    if (is_typed && guard.stop != 0) {
        signal(signal_number, SIG_DFL);
        raise(signal_number); /* blocked in here: it ends the process on return */
    }
    guard.stop = signal_number;
}

/* Writes without waiting for long.  A terminal that takes nothing has its queue emptied: what gives
 * it back must be the next thing it reads.  Only calls that are safe in a handler. */
static void write_impatiently(const char *sequence)
{
    const char *at = sequence;
    size_t left = strlen(sequence);
    struct pollfd fd = {.fd = guard.direct >= 0 ? guard.direct : guard.fd, .events = POLLOUT};
    bool is_emptied = false;
    for (int turn = 0; left > 0 && turn < TURNS; turn++) {
        bool is_ready = poll(&fd, 1, TURN_MS) == 1 && !(fd.revents & (POLLERR | POLLNVAL));
        ssize_t n = is_ready ? write(fd.fd, at, left) : 0;
        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            return;
        }
        at += n > 0 ? n : 0;
        left -= n > 0 ? (size_t)n : 0;
        if (n <= 0 && !is_emptied) {
            tcflush(fd.fd, TCOFLUSH);
            is_emptied = true;
            at = sequence;
            left = strlen(sequence);
        }
    }
}

static void take_down_picture(void)
{
    write_impatiently(restore_sequence);
    if (guard.farewell) {
        write_impatiently(guard.farewell);
    }
}

/* Only calls that are safe in a handler: pthread_kill, poll, write, tcflush, tcsetattr, signal,
 * raise.  The default is put back, so that raise ends the process with the right status and
 * core. */
static void on_fatal(int signal_number)
{
    if (!pthread_equal(pthread_self(), guard.thread)) {
        /* The thread that draws must not draw over what gives the terminal back: it is the one to
         * do it, and to die of the signal; this one goes no further. */
        pthread_kill(guard.thread, signal_number);
        for (;;) {
            pause();
        }
    }
    if (guard.is_shown) {
        take_down_picture();
    }
    if (guard.has_saved) {
        tcsetattr(guard.fd, TCSANOW, &guard.saved);
    }
    signal(signal_number, SIG_DFL);
    raise(signal_number); /* blocked in here: it ends the process on return */
}

static bool make_pipe(struct err *err)
{
    if (pipe(guard.wake) != 0) {
        guard.wake[0] = guard.wake[1] = -1;
        return terminal_blame(err, "no pipe for signals", errno);
    }
    for (int i = 0; i < 2; i++) {
        fcntl(guard.wake[i], F_SETFL, O_NONBLOCK);
        fcntl(guard.wake[i], F_SETFD, FD_CLOEXEC);
    }
    return true;
}

static void install(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, &guard.old_pipe);
    for (int i = 0; i < N_ORDERLY; i++) {
        struct sigaction action = {.sa_handler = on_orderly, .sa_flags = SA_RESTART};
        sigfillset(&action.sa_mask);
        sigaction(orderly[i], &action, &guard.old_orderly[i]);
        /* Who started us with nohup or in the background wants that signal ignored. */
        bool keeps_ignoring = orderly[i] == SIGHUP && guard.old_orderly[i].sa_handler == SIG_IGN;
        if (keeps_ignoring) {
            sigaction(orderly[i], &guard.old_orderly[i], NULL);
        }
    }
    guard.alt_stack = malloc(ALT_STACK_SIZE);
    if (guard.alt_stack) {
        stack_t stack = {.ss_sp = guard.alt_stack, .ss_size = ALT_STACK_SIZE};
        sigaltstack(&stack, NULL);
    }
    for (int i = 0; i < N_FATAL; i++) {
        struct sigaction action = {.sa_handler = on_fatal, .sa_flags = SA_ONSTACK};
        sigfillset(&action.sa_mask); /* a second one waits until the first has done its work */
        sigaction(fatal[i], &action, &guard.old_fatal[i]);
    }
}

static void close_one(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

static void close_all(void)
{
    if (guard.out) {
        fclose(guard.out);
    }
    guard.out = NULL;
    close_one(&guard.direct);
    close_one(&guard.nowhere);
    close_one(&guard.wake[0]);
    close_one(&guard.wake[1]);
    guard.fd = -1;
}

/* A description of the terminal of its own, which does not wait: who shares `fd` still does.  -1
 * where it cannot be had. */
static int open_direct(int fd)
{
    const char *name = ttyname(fd);
    return name ? open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
}

void terminal_write(int fd, const char *text, int patience_ms)
{
    int own = open_direct(fd);
    struct pollfd out = {.fd = own >= 0 ? own : fd, .events = POLLOUT};
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t n = write(out.fd, text, left);
        if (n < 0 && errno == EAGAIN) {
            n = poll(&out, 1, patience_ms) == 1 ? 0 : n;
        } else if (n < 0 && errno == EINTR) {
            n = 0;
        }
        if (n < 0) {
            break;
        }
        text += n;
        left -= (size_t)n;
    }
    if (own >= 0) {
        close(own);
    }
}

/* The descriptors of the terminal `fd` that are ours alone. */
static bool open_out(int fd, struct err *err)
{
    guard.fd = fd;
    guard.direct = open_direct(fd);
    guard.nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    guard.out_fd = guard.nowhere < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
    guard.out = guard.out_fd < 0 ? NULL : fdopen(guard.out_fd, "w");
    if (guard.out) {
        return true;
    }
    terminal_blame(err, "no descriptor for the terminal", errno);
    close_one(&guard.out_fd);
    return false;
}

bool terminal_guard(int fd, struct err *err)
{
    if (guard.is_guarded) {
        return true;
    }
    if (!make_pipe(err) || (fd >= 0 && !open_out(fd, err))) {
        close_all();
        return false;
    }
    guard.is_cut = 0;
    guard.thread = pthread_self();
    guard.has_saved = tcgetattr(fd, &guard.saved) == 0;
    install();
    guard.is_guarded = true;
    return true;
}

FILE *terminal_out(void)
{
    return guard.out;
}

/* A process in the background would be stopped (SIGTTOU) for touching the terminal. */
static void restore_state(void)
{
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &set, &before);
    tcsetattr(guard.fd, TCSANOW, &guard.saved);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* What is drawn reaches the terminal again.  No handler may run between the two halves. */
static void connect_out(void)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    if (guard.is_cut && !guard.stop) {
        dup2(guard.fd, guard.out_fd);
        guard.is_cut = 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void terminal_set_farewell(const char *sequence)
{
    guard.farewell = sequence;
}

void terminal_set_shown(bool is_shown)
{
    bool was_shown = guard.is_shown;
    if (is_shown) {
        connect_out();
    }
    if (was_shown && !is_shown && guard.is_cut) {
        take_down_picture();
        if (guard.has_saved) {
            restore_state();
        }
    }
    guard.is_shown = is_shown;
}

int terminal_wake_fd(void)
{
    return guard.wake[0];
}

struct terminal_events terminal_take(void)
{
    /* The pipe first: a signal that comes after it is emptied leaves a byte for the next poll. */
    char bytes[64];
    while (guard.wake[0] >= 0 && read(guard.wake[0], bytes, sizeof bytes) > 0) {
    }
    return (struct terminal_events){
        .stop = atomic_exchange(&guard.stop, 0),
        .is_resized = atomic_exchange(&guard.is_resized, 0),
        .is_suspend = atomic_exchange(&guard.is_suspend, 0),
        .is_resumed = atomic_exchange(&guard.is_resumed, 0),
    };
}

void terminal_suspend(void)
{
    struct sigaction standard = {.sa_handler = SIG_DFL}, ours;
    sigset_t only, before;
    sigemptyset(&only);
    sigaddset(&only, SIGTSTP);
    sigaction(SIGTSTP, &standard, &ours);
    pthread_sigmask(SIG_UNBLOCK, &only, &before);
    raise(SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &ours, NULL);
}

static bool is_stop(int signal_number)
{
    return signal_number != SIGWINCH && signal_number != SIGTSTP && signal_number != SIGCONT;
}

void terminal_leave(void)
{
    for (int i = 0; guard.is_guarded && i < N_ORDERLY; i++) {
        struct sigaction action = {.sa_handler = on_leaving, .sa_flags = SA_RESTART};
        bool is_ours = is_stop(orderly[i]) && guard.old_orderly[i].sa_handler != SIG_IGN;
        sigfillset(&action.sa_mask);
        sigaction(orderly[i], is_ours ? &action : &guard.old_orderly[i], NULL);
    }
    if (guard.has_saved) {
        restore_state();
        guard.has_saved = false;
    }
}

void terminal_release(void)
{
    if (!guard.is_guarded) {
        return;
    }
    guard.is_guarded = false;
    for (int i = 0; i < N_ORDERLY; i++) {
        sigaction(orderly[i], &guard.old_orderly[i], NULL);
    }
    for (int i = 0; i < N_FATAL; i++) {
        sigaction(fatal[i], &guard.old_fatal[i], NULL);
    }
    sigaction(SIGPIPE, &guard.old_pipe, NULL);
    if (guard.alt_stack) {
        stack_t none = {.ss_flags = SS_DISABLE};
        sigaltstack(&none, NULL);
        free(guard.alt_stack);
        guard.alt_stack = NULL;
    }
    if (guard.has_saved) {
        restore_state();
        guard.has_saved = false;
    }
    close_all();
}

bool terminal_size(int fd, int *cols, int *rows)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        *cols = size.ws_col;
        *rows = size.ws_row;
        return true;
    }
    *cols = 80;
    *rows = 24;
    return false;
}
