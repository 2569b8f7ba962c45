/*
 * Preloaded into one process (LD_PRELOAD), changes what it sees of the machine while it runs, as two 64-bit integers at
 * the beginning of the file SURROUNDINGS_FILE say: by how many seconds its wall clock is forward, and whether its disk has
 * no room (any number but 0). The machine itself is left alone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct surroundings {
  int64_t seconds_forward;
  int64_t disk_full;
};
static volatile struct surroundings *around;

__attribute__((constructor)) static void map_file(void) {
  const char *path = getenv("SURROUNDINGS_FILE");
  int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (file == -1) return;
  void *page = mmap(NULL, sizeof *around, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (page != MAP_FAILED) around = page;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = syscall(SYS_clock_gettime, clock, now);
  if (result == 0 && around != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += around->seconds_forward;
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec precise;
  if (clock_gettime(CLOCK_REALTIME, &precise) != 0) return -1;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *result) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  if (result != NULL) *result = precise.tv_sec;
  return precise.tv_sec;
}

/* Positioned writes go to files; sockets and logs have none. */
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t position) {
  if (around != NULL && around->disk_full) {
    errno = ENOSPC;
    return -1;
  }
  return syscall(SYS_pwrite64, file, bytes, count, position);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t position) {
  return pwrite64(file, bytes, count, position);
}
