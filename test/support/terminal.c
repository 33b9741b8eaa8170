/*
 * A terminal for tests: opens a pseudo terminal and runs a command as the
 * leader of a new session on it.
 *
 *   terminal COMMAND [ARG...]
 *
 * Its own stdin is what is typed, its stdout what the screen shows. Lines on
 * descriptor 3 control it:
 *
 *   size ROWS COLUMNS   changes the window size
 *   hangup              closes the terminal, as a broken connection does
 *   foreground          answers with the number of the foreground process
 *                       group, a line on descriptor 4
 *
 * It exits as the command did. The terminal does not echo: what the screen
 * shows was written by a program, so that a test cannot mistake a command line
 * for its result. Whatever the command leaves behind is killed at the end; as a
 * child subreaper it finds all of it among its own children.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { TYPED = 0, SCREEN = 1, CONTROL = 3, ANSWERS = 4 };

static int master = -1;
static pid_t command;
static int status;
static int ended;

static void fail(const char *what)
{
    fprintf(stderr, "terminal: %s: %s\n", what, strerror(errno));
    exit(70);
}

static void write_all(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EAGAIN) {
            struct pollfd room = { .fd = file, .events = POLLOUT };
            poll(&room, 1, -1);
            continue;
        }
        if (written < 0)
            return;
        bytes += written;
        length -= written;
    }
}

static int open_terminal(void)
{
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    int locked = 0;
    if (master < 0 || ioctl(master, TIOCSPTLCK, &locked) < 0)
        fail("/dev/ptmx");
    /* Not by its name in /dev/pts: the mount there may be another one. */
    int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0)
        fail("TIOCGPTPEER");

    struct termios settings;
    tcgetattr(slave, &settings);
    settings.c_lflag &= ~(tcflag_t)ECHO;
    settings.c_oflag &= ~(tcflag_t)OPOST;
    tcsetattr(slave, TCSANOW, &settings);
    struct winsize size = { .ws_row = 24, .ws_col = 80 };
    ioctl(slave, TIOCSWINSZ, &size);
    return slave;
}

static void start(char **argv, const sigset_t *mask)
{
    int slave = open_terminal();
    command = fork();
    if (command < 0)
        fail("fork");
    if (command == 0) {
        if (setsid() < 0 || ioctl(slave, TIOCSCTTY, 0) < 0)
            fail("TIOCSCTTY");
        dup2(slave, 0);
        dup2(slave, 1);
        dup2(slave, 2);
        close(CONTROL);
        close(ANSWERS);
        sigprocmask(SIG_SETMASK, mask, NULL);
        execvp(argv[0], argv);
        fail(argv[0]);
    }
    close(slave);
}

static void obey(const char *line)
{
    struct winsize size = { 0 };
    if (sscanf(line, "size %hu %hu", &size.ws_row, &size.ws_col) == 2) {
        ioctl(master, TIOCSWINSZ, &size);
    } else if (strcmp(line, "hangup") == 0) {
        close(master);
        master = -1;
    } else if (strcmp(line, "foreground") == 0) {
        /* On the master this is the group of the slave, whoever asks. */
        int group = -1;
        if (master >= 0 && ioctl(master, TIOCGPGRP, &group) < 0)
            group = -1;
        char answer[32];
        write_all(ANSWERS, answer, snprintf(answer, sizeof answer, "%d\n", group));
    } else {
        fprintf(stderr, "terminal: not understood: %s\n", line);
        exit(70);
    }
}

/* False at the end of file: whoever controlled the terminal is gone. */
static int read_control(void)
{
    static char line[256];
    static size_t length;
    char byte;
    ssize_t count = read(CONTROL, &byte, 1);
    if (count <= 0)
        return count < 0 && (errno == EINTR || errno == EAGAIN);
    if (byte != '\n' && length < sizeof line - 1) {
        line[length++] = byte;
        return 1;
    }
    line[length] = 0;
    length = 0;
    obey(line);
    return 1;
}

static void reap(void)
{
    int how;
    pid_t pid;
    while ((pid = waitpid(-1, &how, WNOHANG)) > 0) {
        if (pid == command) {
            status = how;
            ended = 1;
        }
    }
}

/* True while there may be more to show. */
static int show(void)
{
    char bytes[4096];
    ssize_t count = read(master, bytes, sizeof bytes);
    if (count > 0) {
        write_all(SCREEN, bytes, count);
        return 1;
    }
    return count < 0 && (errno == EINTR || errno == EAGAIN);
}

static void run(int children)
{
    int typing = 1;
    int controlled = 1;
    /* A hung up session ends its output; the command may still run. */
    int showing = 1;
    while (!ended && controlled) {
        struct pollfd sources[] = {
            { .fd = children, .events = POLLIN },
            { .fd = CONTROL, .events = POLLIN },
            { .fd = showing ? master : -1, .events = POLLIN },
            { .fd = typing && master >= 0 ? TYPED : -1, .events = POLLIN },
        };
        if (poll(sources, 4, -1) < 0 && errno != EINTR)
            fail("poll");
        if (sources[0].revents) {
            struct signalfd_siginfo signal;
            if (read(children, &signal, sizeof signal) > 0)
                reap();
        }
        if (sources[1].revents)
            controlled = read_control();
        if (master < 0)
            showing = 0;
        if (showing && sources[2].revents)
            showing = show();
        if (typing && master >= 0 && sources[3].revents) {
            char bytes[4096];
            ssize_t count = read(TYPED, bytes, sizeof bytes);
            if (count > 0)
                write_all(master, bytes, count);
            else
                typing = count < 0 && errno == EINTR;
        }
    }
}

/* The kernel hangs the terminal up for all when the session's leader ends, so this has an end. */
static void show_the_rest(void)
{
    while (ended && master >= 0 && show())
        ;
    if (master >= 0)
        close(master);
}

/* One at a time: a child's own children become ours once it is gone. */
static void kill_what_is_left(void)
{
    for (;;) {
        FILE *list = fopen("/proc/thread-self/children", "re");
        int pid;
        int found = list && fscanf(list, "%d", &pid) == 1;
        if (list)
            fclose(list);
        if (!found)
            return;
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 70;
    /* A test that was killed leaves nothing running: descriptor 3 ends, too. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_DFL);
    sigset_t blocked, mask;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigprocmask(SIG_BLOCK, &blocked, &mask);
    int children = signalfd(-1, &blocked, SFD_CLOEXEC | SFD_NONBLOCK);

    start(argv + 1, &mask);
    run(children);
    show_the_rest();
    int how = ended ? status : SIGKILL;
    kill_what_is_left();

    if (WIFEXITED(how))
        return WEXITSTATUS(how);
    /* The same end, without a core file. */
    struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_CORE, &none);
    signal(WTERMSIG(how), SIG_DFL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    kill(getpid(), WTERMSIG(how));
    return 70;
}
