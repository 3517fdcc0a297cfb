/*
 * Makes every sync of a file take longer, as on a disk further away: preloaded into a process (LD_PRELOAD), fsync and
 * fdatasync sleep for SYNC_DELAY_MICROS microseconds after they have done their work.
 *
 *     cc -shared -fPIC -O2 -o slow-sync.so slow-sync.c -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static void wait_as_told(void)
{
    const char *told = getenv("SYNC_DELAY_MICROS");
    long micros = told ? atol(told) : 0;
    int kept = errno;
    struct timespec left = { micros / 1000000, micros % 1000000 * 1000 };

    while (micros > 0 && nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
    errno = kept;
}

int fsync(int file)
{
    static int (*real)(int);
    int result;

    if (!real)
        real = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");
    result = real(file);
    wait_as_told();
    return result;
}

int fdatasync(int file)
{
    static int (*real)(int);
    int result;

    if (!real)
        real = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
    result = real(file);
    wait_as_told();
    return result;
}
