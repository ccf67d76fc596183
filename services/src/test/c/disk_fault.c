/* A disk that fails when told to: preloaded into a venue under test. While the file named by BOURSE_FAULT_WHEN exists, calls fail: with BOURSE_FAULT=sync
 * fsync and fdatasync (EIO), with BOURSE_FAULT=write writes to recordings (EROFS). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int failing(const char *what) {
    const char *fault = getenv("BOURSE_FAULT");
    const char *when = getenv("BOURSE_FAULT_WHEN");
    return fault != NULL && when != NULL && strcmp(fault, what) == 0 && access(when, F_OK) == 0;
}

static int is_recording(int fd) {
    char link[64];
    char path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 4) {
        return 0;
    }
    path[length] = '\0';
    return strcmp(path + length - 4, ".rec") == 0;
}

int fsync(int fd) {
    static int (*real)(int);
    if (real == NULL) {
        real = (int (*)(int)) dlsym(RTLD_NEXT, "fsync");
    }
    if (failing("sync")) {
        errno = EIO;
        return -1;
    }
    return real(fd);
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (real == NULL) {
        real = (int (*)(int)) dlsym(RTLD_NEXT, "fdatasync");
    }
    if (failing("sync")) {
        errno = EIO;
        return -1;
    }
    return real(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (real == NULL) {
        real = (ssize_t (*)(int, const void *, size_t, off64_t)) dlsym(RTLD_NEXT, "pwrite64");
    }
    if (is_recording(fd) && failing("write")) {
        errno = EROFS;
        return -1;
    }
    return real(fd, bytes, count, offset);
}
