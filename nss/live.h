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

/* A second that no clock of clock.h has. */
#define PORTDB_NEVER (~0UL / 2 + 1)

struct portdb_generation {
	/* What readers copy, field by field since a writer may be about to overtake them. */
	struct portdb db;
	uint32_t superseded;
	bool is_stale;
	/* The second in which nothing is out of the ordinary with it, or PORTDB_NEVER. */
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
	portdb_clock *clock;  /* NULL: nobody has come to look yet */
};

extern struct portdb_live portdb_live __attribute__((visibility("hidden")));

/* Which second it is, see clock.h; 0 if nobody has come to look yet. */
PORTDB_INLINE unsigned long portdb_this_second(void)
{
	portdb_clock *clock = __atomic_load_n(&portdb_live.clock, __ATOMIC_RELAXED);

	return PORTDB_LIKELY(clock != NULL) ? (unsigned long)clock(NULL) : 0;
}

PORTDB_INLINE struct portdb_generation *portdb_generation(unsigned number)
{
	return &portdb_live.generations[number % 2];
}

/* Whether another database has taken the view's place since begin: then do it over. */
PORTDB_INLINE bool portdb_live_changed(const struct portdb_view *view)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return PORTDB_UNLIKELY(view->generation !=
			       __atomic_load_n(&portdb_live.generation, __ATOMIC_RELAXED));
}

/*
 * The shortcut of begin for when there is nothing to look for in this second and nothing out of the
 * ordinary: a current database, whose sources have not changed. Of the view it gives what
 * portdb_answer_at_once reads. False says only that begin should be asked.
 */
PORTDB_INLINE bool portdb_live_begin_at_once(struct portdb_view *view, unsigned long second)
{
	unsigned number = __atomic_load_n(&portdb_live.generation, __ATOMIC_ACQUIRE);
	const struct portdb_generation *from = portdb_generation(number);

	__asm__("" : "+r"(from)); /* One address for all; GCC would compute one for each field. */
	view->db.bytes = __atomic_load_n(&from->db.bytes, __ATOMIC_RELAXED);
	view->db.slots = __atomic_load_n(&from->db.slots, __ATOMIC_RELAXED);
	view->db.slot_count = __atomic_load_n(&from->db.slot_count, __ATOMIC_RELAXED);
	view->db.probe_limit = __atomic_load_n(&from->db.probe_limit, __ATOMIC_RELAXED);
	view->db.hash_start = portdb_load64(&from->db.hash_start);
	view->db.records = __atomic_load_n(&from->db.records, __ATOMIC_RELAXED);
	view->db.records_end = __atomic_load_n(&from->db.records_end, __ATOMIC_RELAXED);
	view->db.block_starts = __atomic_load_n(&from->db.block_starts, __ATOMIC_RELAXED);
	view->generation = number;
	uint32_t superseded = __atomic_load_n(&from->superseded, __ATOMIC_RELAXED);
	unsigned long plain_in = __atomic_load_n(&from->plain_in, __ATOMIC_RELAXED);
	/* If any of these is of a later generation, this one is not the current one any more. */
	return !portdb_live_changed(view) && PORTDB_LIKELY(plain_in == second) &&
	       PORTDB_LIKELY(portdb_superseded(&view->db) == superseded);
}

/*
 * Gives the current database. It is looked for on disk when the process has none, when the one it
 * has says that it was superseded, and otherwise once in each second at most. 0, or
 * the errno that says why there is none that can be used.
 */
int portdb_live_begin(struct portdb_view *view) __attribute__((visibility("hidden"), cold));

/* Whether a service of a stale view rests on a source that has changed. */
bool portdb_live_rests_on_changes(const struct portdb_view *view,
				  const struct portdb_service *service)
    __attribute__((visibility("hidden"), cold));

/*
 * As begin, for one user at a time whose view stays readable, and says the same, until
 * portdb_live_release, however many databases are published meanwhile. *changes tells which sources
 * of a stale view have changed.
 */
int portdb_live_hold(struct portdb_view *view, struct portdb_changes *changes)
    __attribute__((visibility("hidden"), cold));
void portdb_live_release(void) __attribute__((visibility("hidden"), cold));

#endif
