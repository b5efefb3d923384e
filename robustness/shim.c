/* Preloaded into a process that makes a data set: calls fail, or the clock jumps.
 *
 * MNISTSEQ_FAULT_FOLDER  calls that change files below this folder are counted
 * MNISTSEQ_FAULT_AT      this one of them fails with EIO; 0: none does
 * MNISTSEQ_FAULT_COUNT   a file, to which their number is written at the end
 * MNISTSEQ_FAULT_CLOCK   the clock jumps to and fro by this number of seconds, at each look
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static atomic_long calls;

static int counted(const char *path) {
    const char *folder = getenv("MNISTSEQ_FAULT_FOLDER"), *at = getenv("MNISTSEQ_FAULT_AT");
    if (!folder || !path || strncmp(path, folder, strlen(folder))) return 0;
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (!at || number != atol(at)) return 0;
    errno = EIO;
    return 1;
}

static int open_counted(int handle) {
    char link[64], path[PATH_MAX];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    ssize_t size = readlink(link, path, sizeof path - 1);
    errno = before;
    if (size < 0) return 0;
    path[size] = 0;
    return counted(path);
}

/* A path may be relative to the working folder. */
static int path_counted(const char *path) {
    char whole[2 * PATH_MAX];
    if (path[0] == '/') return counted(path);
    if (!getcwd(whole, PATH_MAX)) return 0;
    strcat(strcat(whole, "/"), path);
    return counted(whole);
}

#define REPLACED(type, name, parameters, arguments, failing)                       \
    type name parameters {                                                         \
        static type (*real) parameters;                                            \
        if (!real) real = (type(*) parameters)dlsym(RTLD_NEXT, #name);             \
        if (failing) return -1;                                                    \
        return real arguments;                                                     \
    }

REPLACED(ssize_t, write, (int h, const void *b, size_t n), (h, b, n), open_counted(h))
REPLACED(ssize_t, writev, (int h, const struct iovec *v, int n), (h, v, n), open_counted(h))
REPLACED(ssize_t, pwrite, (int h, const void *b, size_t n, off_t o), (h, b, n, o), open_counted(h))
REPLACED(ssize_t, pwrite64, (int h, const void *b, size_t n, off64_t o), (h, b, n, o), open_counted(h))
REPLACED(int, fsync, (int h), (h), open_counted(h))
REPLACED(int, fdatasync, (int h), (h), open_counted(h))
REPLACED(int, ftruncate, (int h, off_t n), (h, n), open_counted(h))
REPLACED(int, ftruncate64, (int h, off64_t n), (h, n), open_counted(h))
REPLACED(int, rename, (const char *a, const char *b), (a, b), path_counted(b))
REPLACED(int, link, (const char *a, const char *b), (a, b), path_counted(b))
REPLACED(int, mkdir, (const char *p, mode_t m), (p, m), path_counted(p))
REPLACED(int, unlink, (const char *p), (p), path_counted(p))

__attribute__((destructor)) static void report(void) {
    const char *path = getenv("MNISTSEQ_FAULT_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld", atomic_load(&calls));
        fclose(file);
    }
}

static long jump(void) {
    static atomic_long looks;
    const char *seconds = getenv("MNISTSEQ_FAULT_CLOCK");
    return seconds ? atol(seconds) * (atomic_fetch_add(&looks, 1) % 3 - 1) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, now);
    if (clock == CLOCK_REALTIME) now->tv_sec += jump();
    return result;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}
