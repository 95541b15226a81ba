/* SPDX-License-Identifier: MIT */
/*
 * A process that stops at system calls of its own until another lets it go on (seccomp user
 * notification): its filter, and the way of the listener from one to the other.
 */
#ifndef PORTDB_TESTS_LISTENER_H
#define PORTDB_TESTS_LISTENER_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <sys/types.h>

/* More than the kernel's structures take, whatever it adds to them. */
union listener_request {
	struct seccomp_notif notif;
	unsigned char space[1024];
};

/* Puts this process under the filter. The listener, or -1. */
int listener_install(const struct sock_fprog *program);

/* Sends a descriptor over a socket, or none if that is -1. */
void listener_hand_over(int channel, int descriptor);

/* The descriptor that was sent, or -1. */
int listener_take_over(int channel);

/* Whether a child has ended; it is still to be waited for. */
bool listener_has_ended(pid_t child);

#endif
