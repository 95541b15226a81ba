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
 * Between begin and changed the view's bytes are readable whatever other threads do; what they say
 * counts only if changed then returns false. In the steady state neither makes a system call nor
 * writes to memory. Safe with threads and fork. errno is left as it was.
 */
#ifndef PORTDB_LIVE_H
#define PORTDB_LIVE_H

#include <stdbool.h>

#include "db.h"

struct portdb_view {
	struct portdb db;
	unsigned generation;
	/* A source of the database has changed: it cannot say any more what is not there. */
	bool is_stale;
};

/*
 * Gives the current database. It is looked for on disk when the process has none, when the one it
 * has says that it was superseded, and otherwise once in each second of the clock at most. False if
 * there is none that can be used; then *error is the errno that says why.
 */
bool portdb_live_begin(struct portdb_view *view, int *error);

/* Whether a service of a stale view rests on a source that has changed. */
bool portdb_live_rests_on_changes(const struct portdb_view *view,
				  const struct portdb_service *service);

/* Whether another database has taken the view's place since begin: then do it over. */
bool portdb_live_changed(const struct portdb_view *view);

/* The database's path: $PORTDB_DATABASE unless the process is privileged, else the system's. */
const char *portdb_live_path(void);

#endif
