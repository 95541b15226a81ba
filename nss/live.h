/* SPDX-License-Identifier: MIT */
/*
 * This process's current mapping of the database: which one it is, and when to look for another.
 *
 *     do {
 *             if (!portdb_live_begin(&view, &error))
 *                     …there is no usable database…
 *             …look up in view.db, and copy the answer…
 *             …if view.is_stale, see what it rests on…
 *     } while (portdb_live_changed(&view));
 *
 * or, where nothing is out of the ordinary, portdb_live_begin_at_once in the place of begin.
 *
 * Between begin and changed the view's bytes are readable whatever other threads do; what they say
 * counts only if changed then returns false. In the steady state neither makes a system call nor
 * writes to memory. Safe with threads and fork. errno is left as it was.
 */
#ifndef PORTDB_LIVE_H
#define PORTDB_LIVE_H

#include <errno.h>
#include <stdbool.h>
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

/* What readers copy, field by field since a writer may be about to overtake them. */
struct portdb_generation {
	struct portdb db;
	uint32_t superseded;
	bool is_stale;
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

/* A copy of the current view. False if it is of no use, as a writer was at it. */
PORTDB_INLINE bool portdb_take(struct portdb_view *view)
{
	unsigned number = __atomic_load_n(&portdb_live.generation, __ATOMIC_ACQUIRE);
	const struct portdb_generation *from = &portdb_live.generations[number % 2];

	__asm__("" : "+r"(from)); /* One address for all; GCC would compute one for each field. */
	*view = (struct portdb_view){
	    .db =
		{
		    .bytes = __atomic_load_n(&from->db.bytes, __ATOMIC_ACQUIRE),
		    .size = __atomic_load_n(&from->db.size, __ATOMIC_ACQUIRE),
		    .index = __atomic_load_n(&from->db.index, __ATOMIC_ACQUIRE),
		    .slot_count = __atomic_load_n(&from->db.slot_count, __ATOMIC_ACQUIRE),
		    .probe_limit = __atomic_load_n(&from->db.probe_limit, __ATOMIC_ACQUIRE),
		    .hash_start = __atomic_load_n(&from->db.hash_start, __ATOMIC_ACQUIRE),
		    .records = __atomic_load_n(&from->db.records, __ATOMIC_ACQUIRE),
		    .records_end = __atomic_load_n(&from->db.records_end, __ATOMIC_ACQUIRE),
		},
	    .is_stale = __atomic_load_n(&from->is_stale, __ATOMIC_ACQUIRE),
	    .superseded = __atomic_load_n(&from->superseded, __ATOMIC_ACQUIRE),
	    .generation = number,
	};
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

	return portdb_take(view) && now == __atomic_load_n(&portdb_live.looked, __ATOMIC_RELAXED) &&
	       view->db.bytes && !view->is_stale &&
	       portdb_superseded(&view->db) == view->superseded;
}

/*
 * Gives the current database. It is looked for on disk when the process has none, when the one it
 * has says that it was superseded, and otherwise once in each second of the clock at most. False if
 * there is none that can be used; then *error is the errno that says why.
 */
bool portdb_live_begin(struct portdb_view *view, int *error)
    __attribute__((visibility("hidden"), cold));

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
bool portdb_live_hold(struct portdb_view *view, struct portdb_changes *changes, int *error)
    __attribute__((visibility("hidden"), cold));
void portdb_live_release(void) __attribute__((visibility("hidden"), cold));

#endif
