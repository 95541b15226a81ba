/* SPDX-License-Identifier: MIT */
/*
 * A process whose system calls fail by plan: the kernel stops it at each one (seccomp user
 * notification), and the test decides what becomes of it. So none is missed, be it the dynamic
 * loader's or one that the C library makes by itself.
 */
#ifndef PORTDB_TESTS_FAULTS_H
#define PORTDB_TESTS_FAULTS_H

#include <stdbool.h>

/* What may happen in an errno's place. */
enum {
	FAULT_KILL = -1,  /* SIGKILL, before the call does anything */
	FAULT_SHORT = -2, /* half of what read(2) or write(2) was to do; no fault in other calls */
};

/*
 * A file system that has no modes and owners of its own, as vfat, 9p, and NFS for root: every
 * regular file has these, and chmod(2) fails or does nothing.
 */
struct fixed_modes {
	unsigned mode;
	unsigned owner;
	int chmod_error; /* 0 if it does nothing */
	int lock_error;  /* of flock(2); 0 if there are locks */
};

/* Call number `number` fails, counted from 1; none does if that is 0. */
struct fault {
	unsigned number;
	int error; /* an errno, or one of the above */
	/* Count, and fail, only what is between faults_begin and faults_end. */
	bool is_between;
	int only; /* calls of this number (SYS_write) alone count; 0 for all */
	/* close(2) does not fail. In truth it closes all the same, which cannot be done here. */
	bool spares_close;
	const struct fixed_modes *fixed; /* NULL for what the file system says */
};

struct faulty_run {
	int status;     /* of exit, or 128 + the signal */
	unsigned calls; /* how many were counted */
	bool has_failed;
	int call; /* the number of the system call that did */
};

/*
 * Runs `start` in a child process with this fault, and exits with what it returns; it may as well
 * become another program. False if this kernel, or who started this process, does not allow it.
 */
bool run_with_fault(struct faulty_run *run, const struct fault *fault,
		    int (*start)(const void *argument), const void *argument);

/* getpriority(2) of that does nothing. By it a process says where it is: 1 to begin, 0 to end. */
#define FAULTS_MARK 471147

/* For `start`. They are no calls themselves. */
void faults_begin(void);
void faults_end(void);

/* For cr_skip_test. */
#define FAULTS_ARE_NOT_ALLOWED "this process may not stop another at its system calls"

#endif
