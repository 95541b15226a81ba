/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <nss.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A measurement goes on for about this long, so that slow and fast ones alternate often. */
#define BATCH_NANOSECONDS 1e6

const char *const question_titles[QUESTION_COUNT] = {
    [HIT_NAME_PROTOCOL] = "name and protocol",
    [HIT_NAME_UDP] = "name and protocol, udp",
    [HIT_NAME] = "name",
    [HIT_ALIAS] = "alias",
    [MISS_NAME_PROTOCOL] = "miss: name and protocol",
    [MISS_NAME] = "miss: name",
    [HIT_PORT_PROTOCOL] = "port and protocol",
    [HIT_PORT] = "port",
    [MISS_PORT_PROTOCOL] = "miss: port and protocol",
    [MISS_PORT] = "miss: port",
    [TWO_THREADS] = "name and protocol, 2 threads",
    [ENUMERATION] = "enumeration, each service",
};

/* What every stock file has, and what none has. Several in turn, as programs ask. */
static const char *const names[] = {"ssh",  "smtp",  "domain",     "https",
				    "ldap", "imaps", "syslog-tls", "postgresql"};
static const char *const udp_names[] = {"domain", "ntp",    "snmp",   "tftp",
					"bootps", "radius", "syslog", "isakmp"};
static const char *const aliases[] = {"mail", "www", "sunrpc", "untp"};
static const char *const strangers[] = {"no-such-name", "nothing", "absent-service", "zzz"};
static const uint16_t ports[] = {22, 25, 53, 443, 389, 993, 80, 5432};
static const uint16_t strange_ports[] = {61002, 61117, 63333, 64999};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static bool ask_name(const char *name, const char *protocol)
{
	char buffer[4096];
	struct servent entry;
	struct servent *result;

	getservbyname_r(name, protocol, &entry, buffer, sizeof buffer, &result);
	return result != NULL;
}

static bool ask_port(uint16_t port, const char *protocol)
{
	char buffer[4096];
	struct servent entry;
	struct servent *result;

	getservbyport_r(htons(port), protocol, &entry, buffer, sizeof buffer, &result);
	return result != NULL;
}

#define PICK(list, number) (list)[(number) % (sizeof(list) / sizeof *(list))]

static bool ask(enum question question, unsigned number)
{
	switch (question) {
	case HIT_NAME_PROTOCOL:
	case TWO_THREADS:
		return ask_name(PICK(names, number), "tcp");
	case HIT_NAME_UDP:
		return ask_name(PICK(udp_names, number), "udp");
	case HIT_NAME:
		return ask_name(PICK(names, number), NULL);
	case HIT_ALIAS:
		return ask_name(PICK(aliases, number), NULL);
	case MISS_NAME_PROTOCOL:
		return ask_name(PICK(strangers, number), "tcp");
	case MISS_NAME:
		return ask_name(PICK(strangers, number), NULL);
	case HIT_PORT_PROTOCOL:
		return ask_port(PICK(ports, number), "tcp");
	case HIT_PORT:
		return ask_port(PICK(ports, number), NULL);
	case MISS_PORT_PROTOCOL:
		return ask_port(PICK(strange_ports, number), "tcp");
	case MISS_PORT:
		return ask_port(PICK(strange_ports, number), NULL);
	default:
		return false;
	}
}

static bool should_hit(enum question question)
{
	return question <= HIT_ALIAS || question == HIT_PORT_PROTOCOL || question == HIT_PORT ||
	       question == TWO_THREADS;
}

/* Runs lookups in groups of eight, all the questions of a kind, until the time is up. */
static double measure(enum question question)
{
	unsigned count = 0;
	double start = now();
	double end;

	do {
		for (unsigned i = 0; i < 8; i++)
			ask(question, i);
		count += 8;
		/* The clock is read seldom enough not to be measured. */
		end = count % 64 == 0 || count < 64 ? now() : start;
	} while (end - start < BATCH_NANOSECONDS);
	return (end - start) / count;
}

static void *measure_in_thread(void *result)
{
	double *nanoseconds = result;

	*nanoseconds = measure(TWO_THREADS);
	return NULL;
}

static double measure_two_threads(void)
{
	double nanoseconds[2];
	pthread_t other;

	if (pthread_create(&other, NULL, measure_in_thread, &nanoseconds[1]) != 0)
		return -1;
	measure_in_thread(&nanoseconds[0]);
	pthread_join(other, NULL);
	return (nanoseconds[0] + nanoseconds[1]) / 2;
}

static double measure_enumeration(void)
{
	unsigned count = 0;
	double start = now();

	setservent(1);
	while (getservent())
		count++;
	endservent();
	return count > 0 ? (now() - start) / count : -1;
}

static double answer(enum question question, bool is_floor)
{
	if (question == ENUMERATION)
		return is_floor ? -1 : measure_enumeration();
	/* The floor says yes to everything. Also warms up. */
	for (unsigned i = 0; i < 8; i++)
		if (!is_floor && ask(question, i) != should_hit(question))
			return -1;
	return question == TWO_THREADS ? measure_two_threads() : measure(question);
}

static void serve(const struct worker_setup *setup, int from, int to)
{
	enum question question;

	while (read(from, &question, sizeof question) == sizeof question) {
		double result = answer(question, strcmp(setup->service, "null") == 0);
		if (write(to, &result, sizeof result) != sizeof result)
			break;
	}
}

static bool write_text(const char *path, const char *format, const char *text)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return false;
	fprintf(file, format, text);
	return fclose(file) == 0;
}

static bool enter_namespace(void)
{
	char map[32];

	if (unshare(CLONE_NEWNS) != 0) {
		snprintf(map, sizeof map, "0 %u 1", getuid());
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 ||
		    !write_text("/proc/self/setgroups", "%s", "deny") ||
		    !write_text("/proc/self/uid_map", "%s", map))
			return false;
	}
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

/* Puts a file in the place of another, for this namespace. */
static bool put_in_place(const char *file, const char *path)
{
	return mount(file, path, NULL, MS_BIND, NULL) == 0;
}

static bool join_namespace(pid_t process, const char *kind, int type)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/ns/%s", process, kind);
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	bool has_joined = descriptor >= 0 && setns(descriptor, type) == 0;
	close(descriptor);
	return has_joined;
}

/* In the place of /etc/nsswitch.conf, a file of the setup's. */
static bool put_switch_in_place(const struct worker_setup *setup)
{
	char name[] = "switch.XXXXXX";
	int descriptor = mkstemp(name);
	if (descriptor < 0)
		return false;
	fchmod(descriptor, 0644);
	close(descriptor);
	bool is_done = write_text(name, "services: %s\n", setup->service) &&
		       put_in_place(name, "/etc/nsswitch.conf");
	unlink(name);
	return is_done;
}

bool setup_enter(const struct worker_setup *setup)
{
	if (setup->nscd > 0) {
		/* The user namespace, too, unless it is this one already. */
		join_namespace(setup->nscd, "user", CLONE_NEWUSER);
		return join_namespace(setup->nscd, "mnt", CLONE_NEWNS);
	}
	if (setup->database)
		setenv("PORTDB_DATABASE", setup->database, 1);
	if (!setup->services && !setup->db && !setup->has_file)
		return true;
	return enter_namespace() &&
	       (!setup->services || put_in_place(setup->services, "/etc/services")) &&
	       (!setup->db || put_in_place(setup->db, "/var/lib/misc")) &&
	       (!setup->has_file || put_switch_in_place(setup));
}

bool worker_start(struct worker *worker, const struct worker_setup *setup)
{
	int to[2];
	int from[2];
	char is_ready = 0;

	if (pipe(to) != 0 || pipe(from) != 0)
		return false;
	worker->process = fork();
	if (worker->process == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(to[1]);
		close(from[0]);
		is_ready = (char)setup_enter(setup);
		if (!setup->has_file && setup->nscd == 0)
			__nss_configure_lookup("services", setup->service);
		if (write(from[1], &is_ready, 1) == 1 && is_ready)
			serve(setup, to[0], from[1]);
		_exit(0);
	}
	close(to[0]);
	close(from[1]);
	worker->to = to[1];
	worker->from = from[0];
	if (worker->process > 0 && read(worker->from, &is_ready, 1) == 1 && is_ready)
		return true;
	worker_stop(worker);
	return false;
}

double worker_ask(const struct worker *worker, enum question question)
{
	double result;

	if (write(worker->to, &question, sizeof question) != sizeof question ||
	    read(worker->from, &result, sizeof result) != sizeof result)
		return -1;
	return result;
}

void worker_stop(struct worker *worker)
{
	close(worker->to);
	close(worker->from);
	if (worker->process > 0) {
		kill(worker->process, SIGKILL);
		waitpid(worker->process, NULL, 0);
	}
}

int first_lookup(const char *service)
{
	if (*service)
		__nss_configure_lookup("services", service);
	double start = now();
	bool is_found = ask_name("ssh", "tcp");
	double nanoseconds = now() - start;
	return is_found &&
		       write(STDOUT_FILENO, &nanoseconds, sizeof nanoseconds) == sizeof nanoseconds
		   ? 0
		   : 1;
}
