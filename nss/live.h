/* SPDX-License-Identifier: MIT */
/*
 * This process's current mapping of the database: which one it is, and when to look for another.
 *
 *     do {
 *             if (portdb_live_begin(&view) != 0)
 *                     …there is no usable database…
 *             …look up in view.db, and copy the answer…
 *             …if view.is_stale, see what it rests on…
 *     } while (portdb_live_changed(&view));
 *
 * Between begin and changed the view's bytes are readable whatever other threads do; what they say
 * counts only if changed then returns false. In the steady state neither makes a system call nor
 * writes to memory. Safe with threads and fork. errno is left as it was.
 */
#ifndef PORTDB_LIVE_H
#define PORTDB_LIVE_H

#include <errno.h>
#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "clock.h"
#include "nss/reader/db.h"
#include "nss/reader/freshness.h"
#include "nss/reader/lookup.h"

struct portdb_view {
	struct portdb db; /* its bytes are NULL where no database can be used */
	/* A source of the database has changed: it cannot say any more what is not there. */
	bool is_stale;
	uint32_t superseded; /* what it said of that when it was found in place */
	unsigned generation;
};

/* Which file a mapping shows. The mapping keeps the file alive, so no other can take its number. */
struct portdb_identity {
	dev_t device;
	ino_t inode;
	struct timespec published; /* as of the last look at it; see freshness.h */
};

struct portdb_region {
	unsigned char *address;
	size_t capacity; /* bytes from address on, all readable for good */
};

struct portdb_generation {
	/* What readers copy, field by field since a writer may be about to overtake them. */
	struct portdb db;
	uint32_t superseded;
	bool is_stale;
	/* 1 + the second of the clock in which nothing is out of the ordinary with it; or 0. */
	unsigned long plain_in;
	/* What they need else, and seldom. */
	int error;                     /* why there is no database */
	struct portdb_changes changes; /* by words, and only in a stale view */
	/* What they never do: it is for the thread that looks. */
	struct portdb_identity identity;
	struct portdb_region region;
} __attribute__((aligned(64)));

/*
 * What a lookup reads of the process's state; live.c writes it, and says what makes it safe. Of
 * generation g is what stands in [g % 2].
 */
struct portdb_live {
	struct portdb_generation generations[2];
	unsigned generation;  /* 0: nobody has looked yet */
	unsigned long looked; /* in which second of the clock, */
	portdb_clock *clock;  /* which is the kernel's once somebody has looked */
};

extern struct portdb_live portdb_live __attribute__((visibility("hidden")));

/*
 * The second that it is, by a clock that nobody can set. Asking for no more than that is the
 * cheapest question there is about time. Where it cannot be asked it is always another second.
 */
PORTDB_INLINE unsigned long portdb_this_second(void)
{
	struct timespec now;

	portdb_clock *clock = __atomic_load_n(&portdb_live.clock, __ATOMIC_RELAXED);

	if (__builtin_expect(clock(CLOCK_MONOTONIC_COARSE, &now) != 0, 0))
		return __atomic_load_n(&portdb_live.looked, __ATOMIC_RELAXED) + 1;
	return (unsigned long)now.tv_sec;
}

PORTDB_INLINE struct portdb_generation *portdb_generation(unsigned number)
{
	return &portdb_live.generations[number % 2];
}

/*
 * A copy of the current view, and in which second it is plain. False if it is of no use, as a
 * writer was at it.
 */
PORTDB_INLINE bool portdb_take(struct portdb_view *view, unsigned long *plain_in)
{
	unsigned number = __atomic_load_n(&portdb_live.generation, __ATOMIC_ACQUIRE);
	const struct portdb_generation *from = portdb_generation(number);

	__asm__("" : "+r"(from)); /* One address for all; GCC would compute one for each field. */
	*view = (struct portdb_view){
	    .db =
		{
		    .bytes = __atomic_load_n(&from->db.bytes, __ATOMIC_RELAXED),
		    .size = __atomic_load_n(&from->db.size, __ATOMIC_RELAXED),
		    .index = __atomic_load_n(&from->db.index, __ATOMIC_RELAXED),
		    .slot_count = __atomic_load_n(&from->db.slot_count, __ATOMIC_RELAXED),
		    .probe_limit = __atomic_load_n(&from->db.probe_limit, __ATOMIC_RELAXED),
		    .hash_start = __atomic_load_n(&from->db.hash_start, __ATOMIC_RELAXED),
		    .records = __atomic_load_n(&from->db.records, __ATOMIC_RELAXED),
		    .records_end = __atomic_load_n(&from->db.records_end, __ATOMIC_RELAXED),
		},
	    .is_stale = __atomic_load_n(&from->is_stale, __ATOMIC_RELAXED),
	    .superseded = __atomic_load_n(&from->superseded, __ATOMIC_RELAXED),
	    .generation = number,
	};
	*plain_in = __atomic_load_n(&from->plain_in, __ATOMIC_RELAXED);
	/* If any of these is of a later generation, this one is not the current one any more. */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return number == __atomic_load_n(&portdb_live.generation, __ATOMIC_RELAXED);
}

/*
 * The shortcut of begin for when there is nothing to look for and nothing out of the ordinary: a
 * current database, whose sources have not changed. False says only that begin should be asked.
 */
PORTDB_INLINE bool portdb_live_begin_at_once(struct portdb_view *view)
{
	/* First, as it is a call, which leaves nothing in registers. */
	unsigned long now = portdb_this_second();
	unsigned long plain_in;

	if (!portdb_take(view, &plain_in) || plain_in != now + 1 ||
	    portdb_superseded(&view->db) != view->superseded)
		return false;
	view->is_stale = false; /* which the compiler cannot know */
	return true;
}

/*
 * Gives the current database. It is looked for on disk when the process has none, when the one it
 * has says that it was superseded, and otherwise once in each second of the clock at most. 0, or
 * the errno that says why there is none that can be used.
 */
int portdb_live_begin(struct portdb_view *view) __attribute__((visibility("hidden"), cold));

/* Whether a service of a stale view rests on a source that has changed. */
bool portdb_live_rests_on_changes(const struct portdb_view *view,
				  const struct portdb_service *service)
    __attribute__((visibility("hidden"), cold));

/* Whether another database has taken the view's place since begin: then do it over. */
PORTDB_INLINE bool portdb_live_changed(const struct portdb_view *view)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return view->generation != __atomic_load_n(&portdb_live.generation, __ATOMIC_RELAXED);
}

/*
 * As begin, for one user at a time whose view stays readable, and says the same, until
 * portdb_live_release, however many databases are published meanwhile. *changes tells which sources
 * of a stale view have changed.
 */
int portdb_live_hold(struct portdb_view *view, struct portdb_changes *changes)
    __attribute__((visibility("hidden"), cold));
void portdb_live_release(void) __attribute__((visibility("hidden"), cold));

#endif
