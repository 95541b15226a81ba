/* SPDX-License-Identifier: MIT */
#include "holding.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "counting.h"
#include "listener.h"

/* getpriority(2) of that does nothing, and asks the supervisor. */
#define MARK 471148

enum wish { HOLD_NEXT = 1, HOLD_WAIT, COUNT_LOOKS, COUNT_WAITS, HOLD_END };

struct holder {
	int listener;
	pid_t child;
	bool denies_wiping;
	bool is_armed;   /* the next look is held */
	uint64_t held;   /* the look that is, or 0 */
	uint64_t waiter; /* who wants to know once it is, or 0 */
	unsigned looks;
	unsigned waits;
};

static int install_filter(void)
{
	struct sock_filter filter[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_newfstatat, 6, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpriority, 5, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_madvise, 4, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_nanosleep, 3, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_nanosleep, 2, 0),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sched_yield, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
	};
	struct sock_fprog program = {sizeof filter / sizeof *filter, filter};

	return listener_install(&program);
}

static unsigned wish(enum wish wish)
{
	return (unsigned)syscall(SYS_getpriority, MARK, wish);
}

void hold_next_look(void)
{
	wish(HOLD_NEXT);
}

void hold_wait(void)
{
	wish(HOLD_WAIT);
}

unsigned hold_count_looks(void)
{
	return wish(COUNT_LOOKS);
}

unsigned hold_count_waits(void)
{
	return wish(COUNT_WAITS);
}

void hold_end(void)
{
	wish(HOLD_END);
}

static void respond(const struct holder *holder, uint64_t id, int64_t value, int error,
		    uint32_t flags)
{
	struct seccomp_notif_resp response = {
	    .id = id, .val = value, .error = -error, .flags = flags};

	/* It may have ended meanwhile. */
	ioctl(holder->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

static void go_on(const struct holder *holder, uint64_t id)
{
	respond(holder, id, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

static void tell_waiter(struct holder *holder)
{
	if (holder->waiter != 0 && holder->held != 0) {
		respond(holder, holder->waiter, 0, 0, 0);
		holder->waiter = 0;
	}
}

static void grant(struct holder *holder, uint64_t id, uint64_t wish)
{
	switch (wish) {
	case HOLD_NEXT:
		holder->is_armed = true;
		break;
	case HOLD_WAIT:
		holder->waiter = id;
		tell_waiter(holder);
		return;
	case HOLD_END:
		if (holder->held != 0)
			go_on(holder, holder->held);
		holder->held = 0;
		break;
	default:
		break;
	}
	respond(holder, id,
		wish == COUNT_LOOKS   ? holder->looks
		: wish == COUNT_WAITS ? holder->waits
				      : 0,
		0, 0);
}

static void look(struct holder *holder, uint64_t id)
{
	if (holder->is_armed) {
		holder->is_armed = false;
		holder->looks = holder->waits = 0;
		holder->held = id;
		tell_waiter(holder);
		return;
	}
	holder->looks += holder->held != 0;
	go_on(holder, id);
}

static void decide(struct holder *holder, const struct seccomp_notif *request)
{
	const struct seccomp_data *data = &request->data;

	if (data->nr == SYS_getpriority && data->args[0] == MARK)
		grant(holder, request->id, data->args[1]);
	else if (data->nr == SYS_newfstatat && !(data->args[3] & AT_EMPTY_PATH))
		look(holder, request->id);
	else if (data->nr == SYS_madvise && data->args[2] == MADV_WIPEONFORK &&
		 holder->denies_wiping)
		respond(holder, request->id, 0, EINVAL, 0);
	else {
		holder->waits += holder->held != 0 && data->nr != SYS_madvise &&
				 data->nr != SYS_newfstatat && data->nr != SYS_getpriority;
		go_on(holder, request->id);
	}
}

static void supervise(struct holder *holder)
{
	struct pollfd poller = {holder->listener, POLLIN, 0};

	for (int ready = 0; ready > 0 || !listener_has_ended(holder->child);) {
		union listener_request request = {0};
		ready = poll(&poller, 1, 50);
		if (poller.revents & POLLHUP)
			return;
		if (ready > 0 && poller.revents & POLLIN &&
		    ioctl(holder->listener, SECCOMP_IOCTL_NOTIF_RECV, &request) == 0)
			decide(holder, &request.notif);
	}
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

bool run_with_held_look(int *status, bool denies_wiping, int (*start)(const void *argument),
			const void *argument)
{
	int channel[2];

	if (runs_under_valgrind()) /* which knows no such filter */
		return false;
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel), 0);
	pid_t child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		close(channel[0]);
		be_the_child(channel[1], start, argument);
	}
	close(channel[1]);
	struct holder holder = {.listener = listener_take_over(channel[0]),
				.child = child,
				.denies_wiping = denies_wiping};
	close(channel[0]);
	if (holder.listener >= 0) {
		supervise(&holder);
		close(holder.listener);
	}
	while (waitpid(child, status, 0) < 0)
		cr_assert_eq(errno, EINTR);
	*status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
	return holder.listener >= 0;
}
