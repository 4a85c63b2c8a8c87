/*
 * What a disk and a power cut can do to a process, below everything that it knows of.
 *
 * Preloaded, this stands before the calls of the C library that change files and send. From `watch` on it
 *   - keeps, in a shadow folder, every file as it was at its last fsync, and every folder's names as they were at that
 *     folder's last fsync: what a power cut is sure to leave. A file or folder goes by its inode and the moment of its
 *     birth; `names/KEY` holds lines "KEY NAME", a folder's KEY with a slash at its end, and `content/KEY` a file;
 *   - counts those calls, and at one of them, or from one of them on, does what `plan` has asked for.
 * Before `watch` it does nothing.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOTHING, KILL, FAIL_ONCE, FAIL_FROM_THERE };

static char root[PATH_MAX], shadow[PATH_MAX];
static int planned, planned_error;
static long planned_at, passed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

/* The shadow */

static void key_of(int at, const char *path, char *key) {
    struct statx found;
    memset(&found, 0, sizeof found);
    if (statx(at, path, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &found)) abort();
    sprintf(key, "%llu-%lld-%u%s", (unsigned long long)found.stx_ino, (long long)found.stx_btime.tv_sec,
            found.stx_btime.tv_nsec, S_ISDIR(found.stx_mode) ? "/" : "");
}

static int create(const char *into, const char *what, const char *key) {
    char path[PATH_MAX + 300];
    snprintf(path, sizeof path, "%s/%s/%s", into, what, key);
    if (path[strlen(path) - 1] == '/') path[strlen(path) - 1] = 0;
    int made = REAL(open)(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (made < 0) abort();
    return made;
}

static void put(int to, const char *text, size_t length) {
    while (length) {
        ssize_t put = REAL(write)(to, text, length);
        if (put <= 0) abort();
        text += put, length -= put;
    }
}

static void keep_content(const char *into, const char *path) {
    char key[100], block[1 << 16];
    ssize_t got;
    int from = REAL(open)(path, O_RDONLY | O_CLOEXEC);
    if (from < 0) return; /* gone meanwhile */
    key_of(from, "", key);
    int to = create(into, "content", key);
    while ((got = read(from, block, sizeof block)) > 0) put(to, block, got);
    close(to), close(from);
}

static void keep_names(const char *into, const char *path) {
    char key[100], line[PATH_MAX];
    struct dirent *one;
    DIR *folder = opendir(path);
    if (!folder) return;
    key_of(dirfd(folder), "", key);
    int to = create(into, "names", key);
    while ((one = readdir(folder)))
        if (strcmp(one->d_name, ".") && strcmp(one->d_name, "..")) {
            key_of(dirfd(folder), one->d_name, key);
            put(to, line, snprintf(line, sizeof line, "%s %s\n", key, one->d_name));
        }
    close(to), closedir(folder);
}

/* Keep everything below `path` in the folder `into`, as it is now. */
void snapshot(const char *path, const char *into) {
    struct dirent *one;
    struct stat found;
    char below[PATH_MAX];
    DIR *folder = opendir(path);
    if (!folder) abort();
    keep_names(into, path);
    while ((one = readdir(folder))) {
        if (!strcmp(one->d_name, ".") || !strcmp(one->d_name, "..")) continue;
        snprintf(below, sizeof below, "%s/%s", path, one->d_name);
        if (lstat(below, &found)) continue;
        if (S_ISDIR(found.st_mode)) snapshot(below, into);
        else if (S_ISREG(found.st_mode)) keep_content(into, below);
    }
    closedir(folder);
}

/* Begin, with a shadow in `into`: a snapshot of it as it is, or what an earlier process has left of it. */
void watch(const char *path, const char *into) {
    strcpy(shadow, into);
    strcpy(root, path);
}

/* The key of a folder, for whoever reads the shadow. */
void key_of_folder(const char *path, char *key) {
    key_of(AT_FDCWD, path, key);
    key[strlen(key) - 1] = 0;
}

/* The plan */

void plan(int what, long at, int error) { planned = what, planned_at = at, planned_error = error; }

long calls(void) { return passed; }

static int below(const char *path) {
    size_t length = strlen(root);
    return length && !strncmp(path, root, length) && (path[length] == '/' || !path[length]);
}

static int watched_path(int at, const char *path) {
    char whole[PATH_MAX];
    if (!root[0]) return 0;
    if (path[0] == '/') return below(path);
    if (at == AT_FDCWD && getcwd(whole, sizeof whole)) return below(whole);
    return 0;
}

static int watched(int fd, char *path) {
    char link[40];
    if (!root[0]) return 0;
    sprintf(link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
    return below(path);
}

/* Count one call, before it is made. True where it is to fail. Only what writes can fail; a process can be killed at
 * what sends, too. */
static int pass(int may_fail) {
    pthread_mutex_lock(&lock);
    long number = planned == KILL || may_fail ? ++passed : passed;
    pthread_mutex_unlock(&lock);
    if (planned == KILL && number == planned_at) kill(getpid(), SIGKILL);
    int fails = may_fail && ((planned == FAIL_ONCE && number == planned_at) ||
                             (planned == FAIL_FROM_THERE && number >= planned_at));
    if (fails) errno = planned_error;
    return fails;
}

#define WRITES(is_watched, call) \
    { \
        char path[PATH_MAX]; \
        (void)path; \
        if ((is_watched) && pass(1)) return -1; \
        return call; \
    }

ssize_t write(int fd, const void *data, size_t size) WRITES(watched(fd, path), REAL(write)(fd, data, size))
ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
    WRITES(watched(fd, path), REAL(pwrite)(fd, data, size, at))
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
    WRITES(watched(fd, path), REAL(pwrite64)(fd, data, size, at))
int ftruncate(int fd, off_t size) WRITES(watched(fd, path), REAL(ftruncate)(fd, size))
int ftruncate64(int fd, off64_t size) WRITES(watched(fd, path), REAL(ftruncate64)(fd, size))
int rename(const char *from, const char *to) WRITES(watched_path(AT_FDCWD, to), REAL(rename)(from, to))
int unlink(const char *name) WRITES(watched_path(AT_FDCWD, name), REAL(unlink)(name))
int mkdir(const char *name, mode_t mode) WRITES(watched_path(AT_FDCWD, name), REAL(mkdir)(name, mode))

ssize_t send(int fd, const void *data, size_t size, int flags) {
    if (root[0]) pass(0);
    return REAL(send)(fd, data, size, flags);
}

ssize_t recv(int fd, void *data, size_t size, int flags) {
    if (root[0]) pass(0);
    return REAL(recv)(fd, data, size, flags);
}

static int synced(int fd, int (*sync)(int)) {
    char path[PATH_MAX];
    struct stat found;
    if (!watched(fd, path)) return sync(fd);
    if (pass(1)) return -1;
    /* no real fsync: only the shadow outlives this power cut */
    if (fstat(fd, &found)) return -1;
    if (S_ISDIR(found.st_mode)) keep_names(shadow, path);
    else keep_content(shadow, path);
    pass(0);
    return 0;
}

int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

#define OPENS(name, flag) \
    int name(const char *path, int flags, ...) { \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; \
        va_end(more); \
        if (flags & O_CREAT && watched_path(AT_FDCWD, path) && pass(1)) return -1; \
        return REAL(name)(path, flags, mode); \
    }

OPENS(open, 0)
OPENS(open64, 0)
