/* SPDX-License-Identifier: MIT */
#include "faults.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "counting.h"
#include "listener.h"

/* What a short call passes on at most. */
#define SHORT_LIMIT 65536

struct supervisor {
	const struct fault *fault;
	struct faulty_run *run;
	int listener;
	pid_t child;
	bool is_counting;
};

/* Stops this process at every call but those that it needs to say so, and to end. */
static int install_filter(void)
{
	struct sock_filter filter[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, 2, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof filter / sizeof *filter, filter};

	return listener_install(&program);
}

static _Noreturn void be_the_child(int channel, int (*start)(const void *), const void *argument)
{
	child_settle();
	int listener = install_filter();

	listener_hand_over(channel, listener);
	if (listener < 0)
		_exit(0);
	close(listener);
	close(channel);
	_exit(start(argument));
}

void faults_begin(void)
{
	syscall(SYS_getpriority, FAULTS_MARK, 1);
}

void faults_end(void)
{
	syscall(SYS_getpriority, FAULTS_MARK, 0);
}

/* Does half of a read or write in the child's stead; what came of it, or -1 for another call. */
static int64_t do_half(const struct supervisor *supervisor, const struct seccomp_notif *request)
{
	static unsigned char bytes[SHORT_LIMIT];
	bool is_write = request->data.nr == SYS_write;
	size_t half = (size_t)request->data.args[2] / 2;
	struct iovec here = {bytes, half < SHORT_LIMIT ? half : SHORT_LIMIT};
	struct iovec there = {(void *)(uintptr_t)request->data.args[1], here.iov_len};

	if ((!is_write && request->data.nr != SYS_read) || half == 0)
		return -1;
	int process = (int)syscall(SYS_pidfd_open, supervisor->child, 0);
	int descriptor = (int)syscall(SYS_pidfd_getfd, process, (int)request->data.args[0], 0);
	ssize_t done = -1;
	if (descriptor >= 0 && !is_write) {
		done = read(descriptor, bytes, here.iov_len);
		here.iov_len = done > 0 ? (size_t)done : 0;
		process_vm_writev(supervisor->child, &here, 1, &there, 1, 0);
	} else if (descriptor >= 0 &&
		   process_vm_readv(supervisor->child, &here, 1, &there, 1, 0) > 0) {
		done = write(descriptor, bytes, here.iov_len);
	}
	close(descriptor);
	close(process);
	return done;
}

/* A descriptor of the child's, here; -1 if there is none. */
static int borrow(const struct supervisor *supervisor, uint64_t number)
{
	int process = (int)syscall(SYS_pidfd_open, supervisor->child, 0);
	int descriptor = (int)syscall(SYS_pidfd_getfd, process, (int)number, 0);

	close(process);
	return descriptor;
}

/* What fstat(2) or fstatat(2) of an open directory finds; false for what is none of them. */
static bool look(const struct supervisor *supervisor, const struct seccomp_notif *request,
		 struct stat *status)
{
	char name[256] = "";
	struct iovec here = {name, sizeof name - 1};
	struct iovec there = {(void *)(uintptr_t)request->data.args[1], sizeof name - 1};
	bool is_at = request->data.nr == SYS_newfstatat;

	if (is_at && process_vm_readv(supervisor->child, &here, 1, &there, 1, 0) <= 0)
		return false;
	int descriptor = borrow(supervisor, request->data.args[0]);
	bool is_found = descriptor >= 0 &&
			(is_at ? fstatat(descriptor, name, status, (int)request->data.args[3])
			       : fstat(descriptor, status)) == 0;
	if (descriptor >= 0)
		close(descriptor);
	return is_found;
}

/* Answers a look at a regular file with the fixed mode and owner. */
static bool answer_look(const struct supervisor *supervisor, const struct seccomp_notif *request)
{
	const struct fixed_modes *fixed = supervisor->fault->fixed;
	bool is_at = request->data.nr == SYS_newfstatat;
	struct stat status;
	struct iovec here = {&status, sizeof status};
	struct iovec there = {(void *)(uintptr_t)request->data.args[is_at ? 2 : 1], sizeof status};

	if (!look(supervisor, request, &status) || !S_ISREG(status.st_mode))
		return false;
	status.st_mode = S_IFREG | fixed->mode;
	status.st_uid = fixed->owner;
	return process_vm_writev(supervisor->child, &here, 1, &there, 1, 0) == sizeof status;
}

/* Whether the call is one that the file system answers in its own way, and what it does. */
static bool fixes(const struct supervisor *supervisor, const struct seccomp_notif *request,
		  struct seccomp_notif_resp *response)
{
	const struct fixed_modes *fixed = supervisor->fault->fixed;

	if (request->data.nr == SYS_fchmod)
		response->error = -fixed->chmod_error;
	else if (request->data.nr == SYS_flock && fixed->lock_error != 0)
		response->error = -fixed->lock_error;
	else if ((request->data.nr != SYS_newfstatat && request->data.nr != SYS_fstat) ||
		 !answer_look(supervisor, request))
		return false;
	response->flags = 0;
	return true;
}

static void decide(struct supervisor *supervisor, const struct seccomp_notif *request,
		   struct seccomp_notif_resp *response)
{
	const struct fault *fault = supervisor->fault;
	int64_t half = -1;

	response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	if (request->data.nr == SYS_getpriority && request->data.args[0] == FAULTS_MARK) {
		supervisor->is_counting = request->data.args[1] == 1;
		response->flags = 0;
		return;
	}
	if (fault->fixed && supervisor->is_counting && fixes(supervisor, request, response))
		return;
	if (!supervisor->is_counting || (fault->spares_close && request->data.nr == SYS_close) ||
	    (fault->only != 0 && request->data.nr != fault->only) ||
	    ++supervisor->run->calls != fault->number)
		return;
	if (fault->error == FAULT_KILL)
		kill(supervisor->child, SIGKILL);
	else if (fault->error == FAULT_SHORT && (half = do_half(supervisor, request)) < 0)
		return;
	supervisor->run->has_failed = true;
	supervisor->run->call = request->data.nr;
	response->flags = 0;
	if (half >= 0)
		response->val = half;
	else
		response->error = -fault->error;
}

/* Until the child has ended, of which older kernels tell nothing by the listener. */
static void supervise(struct supervisor *supervisor)
{
	struct pollfd poller = {supervisor->listener, POLLIN, 0};

	for (int ready = 0; ready > 0 || !listener_has_ended(supervisor->child);) {
		union listener_request request = {0};
		struct seccomp_notif_resp response = {0};
		ready = poll(&poller, 1, 50);
		if (poller.revents & POLLHUP)
			return;
		if (ready <= 0 || !(poller.revents & POLLIN) ||
		    ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_RECV, &request) != 0)
			continue;
		response.id = request.notif.id;
		decide(supervisor, &request.notif, &response);
		/* It may have been killed meanwhile. */
		ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
	}
}

bool run_with_fault(struct faulty_run *run, const struct fault *fault,
		    int (*start)(const void *argument), const void *argument)
{
	int channel[2];
	int status;

	*run = (struct faulty_run){0};
	/* It knows no such filter, and would be stopped at calls of its own. */
	if (runs_under_valgrind())
		return false;
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel), 0);
	pid_t child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		close(channel[0]);
		be_the_child(channel[1], start, argument);
	}
	close(channel[1]);
	struct supervisor supervisor = {fault, run, listener_take_over(channel[0]), child,
					!fault->is_between};
	close(channel[0]);
	if (supervisor.listener >= 0) {
		supervise(&supervisor);
		close(supervisor.listener);
	}
	while (waitpid(child, &status, 0) < 0)
		cr_assert_eq(errno, EINTR);
	run->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return supervisor.listener >= 0;
}
