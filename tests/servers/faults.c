/* Preloaded into a process, makes one of the calls by which something leaves it go wrong: the n-th since it was told to count.
 * SQLite and Python both make these calls through the C library, so that one place sees them all.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

enum harm { KILLED, KILLED_HALFWAY, DISK_FULL, BROKEN };
enum fate { GOES_WELL, ENDS_HALFWAY, FAILS };

static atomic_int counting, count;
static int wanted;
static enum harm harm;

/* Count from here on; the call with this number goes wrong in this way, none does if the number is 0. */
void faults_begin(int number, int way)
{
    wanted = number;
    harm = way;
    count = 0;
    counting = 1;
}

/* Stop counting and return how many calls there were. */
int faults_end(void)
{
    counting = 0;
    return count;
}

static _Noreturn void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static enum fate fate(int disk_full, int broken)
{
    if (!counting || atomic_fetch_add(&count, 1) + 1 != wanted)
        return GOES_WELL;
    if (harm == KILLED)
        die();
    if (harm == KILLED_HALFWAY)
        return ENDS_HALFWAY;
    errno = harm == DISK_FULL ? disk_full : broken;
    return FAILS;
}

/* A call with this name and these parameters; `half` is what is still done of it where the process
 * ends halfway, then come the two errors that it can return. */
#define CALL(type, name, parameters, arguments, half, disk_full, broken)        \
    type name parameters                                                        \
    {                                                                           \
        type(*real) parameters = (type(*) parameters)dlsym(RTLD_NEXT, #name);   \
        switch (fate(disk_full, broken)) {                                      \
        case FAILS:                                                             \
            return -1;                                                          \
        case ENDS_HALFWAY:                                                      \
            (void)!real half;                                                   \
            die();                                                              \
        default:                                                                \
            return real arguments;                                              \
        }                                                                       \
    }

CALL(ssize_t, write, (int fd, const void *bytes, size_t size), (fd, bytes, size), (fd, bytes, size / 2), ENOSPC, EIO)
CALL(ssize_t, pwrite, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at), (fd, bytes, size / 2, at), ENOSPC, EIO)
CALL(ssize_t, pwrite64, (int fd, const void *bytes, size_t size, off64_t at), (fd, bytes, size, at), (fd, bytes, size / 2, at), ENOSPC, EIO)
CALL(int, fsync, (int fd), (fd), (fd), ENOSPC, EIO)
CALL(int, fdatasync, (int fd), (fd), (fd), ENOSPC, EIO)
CALL(int, ftruncate, (int fd, off_t size), (fd, size), (fd, size), ENOSPC, EIO)
CALL(int, ftruncate64, (int fd, off64_t size), (fd, size), (fd, size), ENOSPC, EIO)
CALL(int, rename, (const char *from, const char *to), (from, to), (from, to), ENOSPC, EIO)
CALL(int, unlink, (const char *path), (path), (path), ENOSPC, EIO)
CALL(ssize_t, send, (int fd, const void *bytes, size_t size, int flags), (fd, bytes, size, flags), (fd, bytes, size / 2, flags), ECONNRESET, EPIPE)
CALL(ssize_t, recv, (int fd, void *bytes, size_t size, int flags), (fd, bytes, size, flags), (fd, bytes, size / 2, flags), ECONNRESET, EPIPE)
