#pragma once
/* Linux calls that Swift's Glibc module lacks: variadic functions and system calls without a libc wrapper.
   Not with _GNU_SOURCE: it changes the members of fd_set, and a module that also imports Foundation would not build. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef O_PATH
#define O_PATH __O_PATH
#endif

static inline int linux_prctl(int option, unsigned long argument) {
    return prctl(option, argument, 0UL, 0UL, 0UL);
}

static inline int linux_openat(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags, mode);
}

/* Landlock: reading is free everywhere, writing only below allowed folders. Rights the kernel does not know are left
   out; without version 2 (LANDLOCK_ACCESS_FS_REFER) renames between folders fail, so callers ask for version 2. */
#define LINUX_LANDLOCK_WRITE_FILE (1ULL << 1)
#define LINUX_LANDLOCK_TRUNCATE (1ULL << 14)
/* REMOVE_DIR (4) to MAKE_SYM (12): all that changes a folder's entries; REFER (13): linking between folders. */
#define LINUX_LANDLOCK_FOLDER_WRITES (((1ULL << 14) - 1) & ~((1ULL << 4) - 1))

static inline long linux_landlock_version(void) {
    return syscall(444, (void *)0, (size_t)0, 1U);
}

static inline unsigned long long linux_landlock_write_rights(void) {
    unsigned long long rights = LINUX_LANDLOCK_WRITE_FILE | LINUX_LANDLOCK_FOLDER_WRITES;
    return linux_landlock_version() >= 3 ? rights | LINUX_LANDLOCK_TRUNCATE : rights;
}

static inline int linux_landlock_create_write_rules(void) {
    struct { unsigned long long handled_access_fs; } attributes = { linux_landlock_write_rights() };
    return (int)syscall(444, &attributes, sizeof attributes, 0U);
}

static inline int linux_landlock_allow_writing(int rules, int path) {
    struct stat status;
    if (fstat(path, &status) != 0) return -1;
    struct __attribute__((packed)) { unsigned long long allowed_access; int parent_fd; } rule = {
        linux_landlock_write_rights(), path
    };
    if (!S_ISDIR(status.st_mode)) rule.allowed_access &= ~LINUX_LANDLOCK_FOLDER_WRITES;
    return (int)syscall(445, rules, 1, &rule, 0U);
}

static inline int linux_landlock_restrict(int rules) {
    return (int)syscall(446, rules, 0U);
}

/* epoll_event is packed, which Swift lays out differently: it crosses the border as this struct. */
struct linux_readiness { uint64_t token; uint32_t events; };
enum { LINUX_READINESS_BATCH = 128 };
/* Bit 31 makes Swift import the enumerator as a signed number. */
static const uint32_t linux_edge_triggered = EPOLLET;

static inline int linux_epoll_control(int epoll, int change, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = { .events = events, .data = { .u64 = token } };
    return epoll_ctl(epoll, change, descriptor, &event);
}

/* Waits for at most LINUX_READINESS_BATCH ready descriptors. */
static inline int linux_epoll_wait(int epoll, struct linux_readiness *ready, int timeout_in_milliseconds) {
    struct epoll_event events[LINUX_READINESS_BATCH];
    int count = epoll_wait(epoll, events, LINUX_READINESS_BATCH, timeout_in_milliseconds);
    for (int index = 0; index < count; index++) {
        ready[index].token = events[index].data.u64;
        ready[index].events = events[index].events;
    }
    return count;
}

/* Copies bytes between files inside the kernel, as a clone where the file system can; both from their current place. */
static inline long linux_copy_file_range(int from, int to, size_t length) {
    return syscall(SYS_copy_file_range, from, (void *)0, to, (void *)0, length, 0U);
}
