/* SPDX-License-Identifier: MIT */
#include "listener.h"

#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

int listener_install(const struct sock_fprog *program)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    program);
}

/* One message with a descriptor, or with none if that is -1. */
union control {
	struct cmsghdr header;
	unsigned char space[CMSG_SPACE(sizeof(int))];
};

void listener_hand_over(int channel, int descriptor)
{
	union control control = {.header = {.cmsg_len = CMSG_LEN(sizeof descriptor),
					    .cmsg_level = SOL_SOCKET,
					    .cmsg_type = SCM_RIGHTS}};
	struct iovec byte = {"", 1};
	struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1};

	memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
	if (descriptor >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof control;
	}
	sendmsg(channel, &message, MSG_NOSIGNAL);
}

int listener_take_over(int channel)
{
	union control control = {0};
	char byte;
	struct iovec bytes = {&byte, 1};
	struct msghdr message = {.msg_iov = &bytes,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof control};
	int descriptor = -1;

	if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&message))
		memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof descriptor);
	return descriptor;
}

bool listener_has_ended(pid_t child)
{
	siginfo_t about = {0};

	return waitid(P_PID, (id_t)child, &about, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       about.si_pid == child;
}
