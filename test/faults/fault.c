/*
 * A library for LD_PRELOAD that makes one file-system call of a process go wrong.
 *
 * It counts the calls of all threads that touch one directory, and acts at the k-th. It removes LD_PRELOAD from the
 * environment at once, so that programs started by the process are not affected.
 *
 *   FAULT_DIR=/abs/dir   only calls on paths and open files below it count
 *   FAULT=MODE:K         what happens at call K (from 1); without it nothing goes wrong
 *     kill-before        SIGKILL instead of the call
 *     kill-after         the call, then SIGKILL
 *     torn               half of the bytes are written, then SIGKILL
 *     fail=EIO           an error (any name of errno) instead of the call
 *     done-fail=EIO      the call, but an error as its answer: the answer was lost
 *     twice              the call twice, with the second answer: what an NFS client gives if the first was lost
 *     delay=MS           a wait, then the call
 *     stop               SIGSTOP, then the call: the host was suspended
 *   FAULT_OPS=a,b        the kinds of calls that count: open (one that creates or truncates) mkdir rename link symlink
 *                        unlink rmdir write sync truncate; reads: openr stat list readlink; default: all but reads
 *   FAULT_LOG=file       gets one line for each call that counts: k, kind, path below the directory, result; `done` is
 *                        written before a kill, wait or stop, so that a reader knows that the fault has come
 *
 * Node makes its calls through libc, from its main thread and its thread pool, and some through syscall(). Calls
 * through io_uring would not be seen, hence UV_USE_IO_URING=0.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum mode { NONE, KILL_BEFORE, KILL_AFTER, TORN, FAIL, DONE_FAIL, TWICE, DELAY, STOP };
static const char *const MODES[] = {"none",      "kill-before", "kill-after", "torn", "fail",
                                    "done-fail", "twice",       "delay",      "stop"};
static const char *const READS = "openr,stat,list,readlink";

static const char *directory, *kinds, *log_path;
static size_t directory_length;
static enum mode mode;
static int argument; /* an errno, or milliseconds */
static long faulty_call;
static atomic_long calls;

/* The syscall() of libc, which ours hides. */
static long (*kernel)(long, ...);
static void find_kernel(void) {
  if (!kernel) kernel = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
}

static int error_number(const char *name) {
  for (int e = 1; e < 134; e++) {
    const char *known = strerrorname_np(e);
    if (known && !strcmp(known, name)) return e;
  }
  return EIO;
}

static const char *kept(const char *name) {
  const char *value = getenv(name);
  return value ? strdup(value) : NULL;
}

__attribute__((constructor)) static void start(void) {
  find_kernel();
  directory = kept("FAULT_DIR");
  kinds = kept("FAULT_OPS");
  log_path = kept("FAULT_LOG");
  char *fault = (char *)kept("FAULT");
  unsetenv("LD_PRELOAD");
  if (!directory) return;
  directory_length = strlen(directory);
  char *colon = fault ? strrchr(fault, ':') : NULL;
  if (!colon) return;
  *colon = 0;
  faulty_call = atol(colon + 1);
  char *equals = strchr(fault, '=');
  if (equals) *equals++ = 0;
  for (int m = 1; m <= STOP; m++) if (!strcmp(fault, MODES[m])) mode = m;
  if (equals) argument = mode == DELAY ? atoi(equals) : error_number(equals);
}

/*
 * Whether `path`, relative to the open directory `at`, is below FAULT_DIR. Writes its absolute path into `out`. An
 * empty path means the open file `at` itself.
 */
static int is_below(int at, const char *path, char *out) {
  if (!directory) return 0;
  if (path && path[0] == '/') {
    snprintf(out, PATH_MAX, "%s", path);
  } else {
    char link[64], base[PATH_MAX];
    if (at == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", at);
    long length = kernel(SYS_readlinkat, AT_FDCWD, link, base, (long)PATH_MAX - 1);
    if (length < 0) return 0;
    base[length] = 0;
    if (path && *path) snprintf(out, PATH_MAX, "%.2000s/%.2000s", base, path);
    else snprintf(out, PATH_MAX, "%s", base);
  }
  return !strncmp(out, directory, directory_length) && (out[directory_length] == '/' || !out[directory_length]);
}

/* Whether a list, separated by commas, has this kind. */
static int has_kind(const char *list, const char *kind) {
  size_t length = strlen(kind);
  for (const char *at = list; (at = strstr(at, kind)); at += length) {
    if ((at == list || at[-1] == ',') && (!at[length] || at[length] == ',')) return 1;
  }
  return 0;
}

static int counts(const char *kind) { return kinds ? has_kind(kinds, kind) : !has_kind(READS, kind); }

static void note(long call, const char *kind, const char *path, long result) {
  if (!log_path) return;
  int saved = errno;
  char line[PATH_MAX + 200];
  const char *answer = result < 0 ? strerrorname_np(saved) : "done";
  int length = snprintf(line, sizeof line, "%ld %s %s %s\n", call, kind, path + directory_length, answer);
  int file = (int)kernel(SYS_openat, (long)AT_FDCWD, log_path, (long)(O_CREAT | O_APPEND | O_WRONLY), 0644L);
  if (file >= 0) {
    kernel(SYS_write, (long)file, line, (long)length);
    kernel(SYS_close, (long)file);
  }
  errno = saved;
}

static void signal_self(int which) { kernel(SYS_kill, (long)getpid(), (long)which); }

static void die(void) {
  signal_self(SIGKILL);
  for (;;) pause();
}

static void wait_ms(long ms) {
  struct timespec left = {ms / 1000, ms % 1000 * 1000000L};
  while (nanosleep(&left, &left) && errno == EINTR);
}

/* One call: `real` makes it; `half` does as much of it as a writer that is killed in the middle. */
#define CALL(kind, below, path, real, half) ({ \
  long result_; \
  if (!(below) || !counts(kind)) result_ = (real); \
  else { \
    long call_ = atomic_fetch_add(&calls, 1) + 1; \
    enum mode now_ = call_ == faulty_call ? mode : NONE; \
    if (now_ == KILL_BEFORE) { note(call_, kind, path, 0); die(); } \
    if (now_ == TORN) { note(call_, kind, path, 0); (void)(half); die(); } \
    if (now_ == STOP) { note(call_, kind, path, 0); signal_self(SIGSTOP); } \
    if (now_ == DELAY) { note(call_, kind, path, 0); wait_ms(argument); } \
    if (now_ == FAIL) { result_ = -1; errno = argument; } \
    else result_ = (real); \
    if (now_ == TWICE) result_ = (real); \
    if (now_ == DONE_FAIL) { result_ = -1; errno = argument; } \
    if (now_ != STOP && now_ != DELAY) note(call_, kind, path, result_); \
    if (now_ == KILL_AFTER) die(); \
  } \
  result_; })

/* A call on a name, on two names (it counts if either is below), on an open file. */
#define ON_NAME(kind, at, path, real) \
  char a_[PATH_MAX]; int below_ = is_below(at, path, a_); \
  return CALL(kind, below_, a_, real, real)
#define ON_NAMES(kind, at, path, to, other, real) \
  char a_[PATH_MAX], b_[PATH_MAX]; int below_ = is_below(at, path, a_) | is_below(to, other, b_); \
  return CALL(kind, below_, b_, real, real)
#define ON_FILE(kind, file, real, half) \
  char a_[PATH_MAX]; int saved_ = errno, below_ = (file) > 2 && is_below(file, NULL, a_); errno = saved_; \
  return CALL(kind, below_, a_, real, half)

#define HERE ((long)AT_FDCWD)

static int open_at(int at, const char *path, int flags, int permissions) {
  const char *kind = flags & (O_CREAT | O_TRUNC) ? "open" : "openr";
  ON_NAME(kind, at, path, kernel(SYS_openat, (long)at, path, (long)flags, (long)permissions));
}
#define PERMISSIONS(flags) ({ \
  int p_ = 0; \
  if ((flags) & O_CREAT) { va_list rest_; va_start(rest_, flags); p_ = va_arg(rest_, int); va_end(rest_); } \
  p_; })
int open(const char *path, int flags, ...) { return open_at(AT_FDCWD, path, flags, PERMISSIONS(flags)); }
int open64(const char *path, int flags, ...) { return open_at(AT_FDCWD, path, flags, PERMISSIONS(flags)); }
int openat(int at, const char *path, int flags, ...) { return open_at(at, path, flags, PERMISSIONS(flags)); }
int openat64(int at, const char *path, int flags, ...) { return open_at(at, path, flags, PERMISSIONS(flags)); }

int mkdir(const char *path, mode_t m) { ON_NAME("mkdir", AT_FDCWD, path, kernel(SYS_mkdirat, HERE, path, (long)m)); }
int rmdir(const char *path) {
  ON_NAME("rmdir", AT_FDCWD, path, kernel(SYS_unlinkat, HERE, path, (long)AT_REMOVEDIR));
}
int unlink(const char *path) { ON_NAME("unlink", AT_FDCWD, path, kernel(SYS_unlinkat, HERE, path, 0L)); }
int symlink(const char *target, const char *path) {
  ON_NAME("symlink", AT_FDCWD, path, kernel(SYS_symlinkat, target, HERE, path));
}
int link(const char *from, const char *to) {
  ON_NAMES("link", AT_FDCWD, from, AT_FDCWD, to, kernel(SYS_linkat, HERE, from, HERE, to, 0L));
}
int rename(const char *from, const char *to) {
  ON_NAMES("rename", AT_FDCWD, from, AT_FDCWD, to, kernel(SYS_renameat2, HERE, from, HERE, to, 0L));
}

ssize_t write(int file, const void *bytes, size_t n) {
  ON_FILE("write", file, kernel(SYS_write, (long)file, bytes, n), kernel(SYS_write, (long)file, bytes, n / 2));
}
static ssize_t write_at(int file, const void *bytes, size_t n, off_t position) {
  ON_FILE("write", file, kernel(SYS_pwrite64, (long)file, bytes, n, position),
    kernel(SYS_pwrite64, (long)file, bytes, n / 2, position));
}
ssize_t pwrite(int file, const void *bytes, size_t n, off_t position) { return write_at(file, bytes, n, position); }
ssize_t pwrite64(int file, const void *bytes, size_t n, off_t position) { return write_at(file, bytes, n, position); }
ssize_t writev(int file, const struct iovec *parts, int n) {
  ON_FILE("write", file, kernel(SYS_writev, (long)file, parts, (long)n),
    kernel(SYS_write, (long)file, parts[0].iov_base, parts[0].iov_len / 2));
}
static ssize_t writev_at(int file, const struct iovec *parts, int n, off_t position) {
  ON_FILE("write", file, kernel(SYS_pwritev, (long)file, parts, (long)n, position, 0L),
    kernel(SYS_pwrite64, (long)file, parts[0].iov_base, parts[0].iov_len / 2, position));
}
ssize_t pwritev(int file, const struct iovec *parts, int n, off_t position) {
  return writev_at(file, parts, n, position);
}
ssize_t pwritev64(int file, const struct iovec *parts, int n, off_t position) {
  return writev_at(file, parts, n, position);
}
int fsync(int file) { ON_FILE("sync", file, kernel(SYS_fsync, (long)file), 0); }
int fdatasync(int file) { ON_FILE("sync", file, kernel(SYS_fdatasync, (long)file), 0); }
int ftruncate(int file, off_t length) { ON_FILE("truncate", file, kernel(SYS_ftruncate, (long)file, length), 0); }
int ftruncate64(int file, off_t length) { ON_FILE("truncate", file, kernel(SYS_ftruncate, (long)file, length), 0); }

ssize_t readlink(const char *path, char *out, size_t n) {
  ON_NAME("readlink", AT_FDCWD, path, kernel(SYS_readlinkat, HERE, path, out, n));
}
int statx(int at, const char *path, int flags, unsigned mask, struct statx *out) {
  ON_NAME("stat", at, path, kernel(SYS_statx, (long)at, path, (long)flags, (long)mask, out));
}

typedef int (*chosen)(const struct dirent *);
typedef int (*order)(const struct dirent **, const struct dirent **);
static int list(const char *path, struct dirent ***out, chosen choose, order compare) {
  static int (*libc)(const char *, struct dirent ***, chosen, order);
  if (!libc) libc = (int (*)(const char *, struct dirent ***, chosen, order))dlsym(RTLD_NEXT, "scandir");
  ON_NAME("list", AT_FDCWD, path, libc(path, out, choose, compare));
}
int scandir(const char *path, struct dirent ***out, chosen choose, order compare) {
  return list(path, out, choose, compare);
}
int scandir64(const char *path, struct dirent64 ***out, int (*choose)(const struct dirent64 *),
              int (*compare)(const struct dirent64 **, const struct dirent64 **)) {
  return list(path, (struct dirent ***)out, (chosen)choose, (order)compare);
}

/* Some calls of libuv come through syscall(), by number. */
long syscall(long number, ...) {
  va_list rest;
  va_start(rest, number);
  long x[6];
  for (int i = 0; i < 6; i++) x[i] = va_arg(rest, long);
  va_end(rest);
  find_kernel();
  if (number == SYS_openat) return open_at((int)x[0], (const char *)x[1], (int)x[2], (int)x[3]);
  if (number == SYS_statx) return statx((int)x[0], (const char *)x[1], (int)x[2], (unsigned)x[3], (struct statx *)x[4]);
  if (number == SYS_renameat2) {
    ON_NAMES("rename", (int)x[0], (const char *)x[1], (int)x[2], (const char *)x[3],
      kernel(number, x[0], x[1], x[2], x[3], x[4]));
  }
  return kernel(number, x[0], x[1], x[2], x[3], x[4], x[5]);
}
