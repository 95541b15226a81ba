/*
 * Readers take no lock and count nothing; how then may an old mapping be let go of?
 *
 * It never is, in the sense that matters: an address range that a reader was once given stays
 * readable for as long as the process lives. There are two such regions. Generation g of the
 * database is in region g % 2; to publish g + 1, the other region's pages are replaced, in one step
 * of the kernel's, by pages of the new file (and what the file does not fill by pages of zeros),
 * and only then is the generation counted up. A reader that is still in that other region began in
 * generation g − 1 or before. It may see old bytes, new bytes or both, but no fault, since what it
 * follows is checked against a size that was within the region, and regions never shrink; and
 * when it is done it finds that the generation is no longer its own and starts over. So a reader
 * that was put to sleep for an hour is as harmless as one that was not.
 *
 * A region that is too small for a new database is left behind as pages of zeros, which take no
 * memory; its successor is at least twice as large, so that there are at most some twenty in all.
 *
 * Only one thread at a time looks at the disk. The lock it holds names its process, since a child
 * forked meanwhile has no such thread: what it did so far concerns nothing that readers use, so the
 * child may just start again.
 */
#include "live.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "freshness.h"

/* How often a thread yields to the one that looks before it makes do with what there is. */
#define PATIENCE 10000

/* What a reader copies, a word at a time since a writer may be about to overtake it. */
union view {
	struct {
		struct portdb db; /* db.bytes is NULL where there is no usable database, */
		int error;        /* and this says why */
	};
	unsigned long words[(sizeof(struct portdb) + sizeof(int) - 1) / sizeof(unsigned long) + 1];
};

/* Which file a mapping shows. The mapping keeps the file alive, so no other can take its number. */
struct identity {
	dev_t device;
	ino_t inode;
};

struct region {
	unsigned char *address;
	size_t capacity; /* bytes from address on, all readable for good */
};

static struct {
	atomic_uint generation; /* 0: nobody has looked yet */
	atomic_ulong looked;    /* in which second of the clock */
	/* Whether the current database is left at once when it says that it was superseded. */
	atomic_bool heeds_superseded;
	union view views[2]; /* of generation g in [g % 2], as is all that there are two of */
	atomic_bool is_stale[2];
	struct portdb_changes changes[2]; /* by words, and only in a stale view */

	/* Below, only for the thread that holds the lock. */
	_Atomic(pid_t) looking; /* the lock: the process that holds it, or 0 */
	struct identity identities[2];
	struct region regions[2];
	bool path_is_settled;
	char path[4096];
} live;

/*
 * The second that it is. Asking for no more than that is the cheapest question there is about time;
 * and whichever way somebody sets the clock, it will soon be another second.
 */
static unsigned long this_second(void)
{
	return (unsigned long)time(NULL);
}

/* Swaps the pages of length bytes at address for those at fresh, which it uses up. */
static bool replace_pages(void *address, void *fresh, size_t length)
{
	if (mremap(fresh, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, address) != MAP_FAILED)
		return true;
	munmap(fresh, length);
	return false;
}

/* Lets go of the pages of length bytes at address, which then read as zeros. */
static void replace_by_zeros(void *address, size_t length)
{
	void *zeros = length ? mmap(NULL, length, PROT_READ,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
			     : MAP_FAILED;

	/* Should it fail, the old pages stay: a file is kept open for longer, nothing else. */
	if (zeros != MAP_FAILED)
		replace_pages(address, zeros, length);
}

static size_t whole_pages(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}

/* Shows the first size bytes of a file in the region. False with errno set if it cannot. */
static bool region_show(struct region *region, int descriptor, size_t size)
{
	size_t length = whole_pages(size);
	bool fits = length <= region->capacity;
	size_t capacity = fits ? region->capacity : length;

	if (!fits && capacity < 2 * region->capacity)
		capacity = 2 * region->capacity;
	/* Addresses beyond the file's end are mapped, but no view reaches there. */
	unsigned char *fresh =
	    mmap(NULL, fits ? length : capacity, PROT_READ, MAP_SHARED, descriptor, 0);
	if (fresh == MAP_FAILED)
		return false;

	if (fits) {
		if (!replace_pages(region->address, fresh, length))
			return false;
		replace_by_zeros(region->address + length, capacity - length);
	} else {
		replace_by_zeros(region->address, region->capacity);
		*region = (struct region){fresh, capacity};
	}
	return true;
}

static void copy_words(unsigned long *to, const unsigned long *from)
{
	for (size_t i = 0; i < sizeof(union view) / sizeof *to; i++)
		__atomic_store_n(&to[i], __atomic_load_n(&from[i], __ATOMIC_ACQUIRE),
				 __ATOMIC_RELAXED);
}

static unsigned current_generation(void)
{
	return atomic_load_explicit(&live.generation, memory_order_acquire);
}

/* Looks at the sources of a view, which may be the current one: readers are at it. */
static void look_at_sources(unsigned generation, const struct portdb *db)
{
	struct portdb_changes changes;
	bool is_stale = portdb_look_for_changes(db, &changes);

	for (size_t i = 0; i < PORTDB_CHANGE_WORDS; i++)
		__atomic_store_n(&live.changes[generation % 2].words[i], changes.words[i],
				 __ATOMIC_RELAXED);
	atomic_store_explicit(&live.is_stale[generation % 2], is_stale, memory_order_release);
}

static void publish(const union view *view, struct identity identity, bool heeds_superseded)
{
	unsigned next = current_generation() + 1;

	copy_words(live.views[next % 2].words, view->words);
	live.identities[next % 2] = identity;
	if (view->db.bytes)
		look_at_sources(next, &view->db);
	atomic_store_explicit(&live.heeds_superseded, heeds_superseded, memory_order_relaxed);
	atomic_store_explicit(&live.generation, next, memory_order_release);
}

static void publish_none(int error)
{
	publish(&(union view){.error = error}, (struct identity){0}, false);
}

static bool says_superseded(const union view *view)
{
	return view->db.bytes && portdb_superseded(&view->db);
}

const char *portdb_live_path(void)
{
	const char *path = secure_getenv("PORTDB_DATABASE");

	return path && *path ? path : PORTDB_DATABASE_PATH;
}

/* The path is settled at the first look, as a process may change its environment under us. */
static const char *settled_path(void)
{
	if (!live.path_is_settled) {
		const char *path = portdb_live_path();
		if (strlen(path) >= sizeof live.path)
			return NULL;
		strcpy(live.path, path);
		live.path_is_settled = true;
	}
	return live.path;
}

/* Maps an open file into the region that no current reader uses. 0 or an errno. */
static int map_next(union view *view, int descriptor, size_t size)
{
	struct region *region = &live.regions[(current_generation() + 1) % 2];

	if (size == 0)
		return ENODATA;
	if (!region_show(region, descriptor, size))
		return errno;
	return portdb_open(&view->db, region->address, size) == PORTDB_OK ? 0 : ENODATA;
}

static bool is_at(const char *path, const struct identity *identity)
{
	struct stat status;

	return stat(path, &status) == 0 && status.st_dev == identity->device &&
	       status.st_ino == identity->inode;
}

/*
 * Opens and maps what is at path. 0 or an errno. *is_put_back tells of a file that says from the
 * start that it was superseded, and is at path all the same: somebody put it back, and it is as
 * good as any other. Without being at path any more it is just one that was replaced this moment.
 */
static int map_path(union view *view, struct identity *identity, bool *is_put_back,
		    const char *path)
{
	int error;

	for (int attempts = 0; attempts < 8; attempts++) {
		struct stat status;
		int descriptor = portdb_file_open(path, &status);
		if (descriptor < 0)
			return errno;
		error = map_next(view, descriptor, (size_t)status.st_size);
		close(descriptor);
		*identity = (struct identity){status.st_dev, status.st_ino};
		*is_put_back = false;
		if (error != 0 || !says_superseded(view))
			break;
		*is_put_back = is_at(path, identity);
		if (*is_put_back)
			break;
	}
	return error;
}

/* Whatever is at path now becomes the current database, or else none does. */
static void switch_to(const char *path)
{
	union view view = {.error = 0};
	struct identity identity;
	bool is_put_back;
	int error = map_path(&view, &identity, &is_put_back, path);

	if (error != 0)
		publish_none(error);
	else
		publish(&view, identity, !is_put_back);
}

static void keep_current(bool was_superseded)
{
	unsigned generation = current_generation();

	if (was_superseded) /* put back, or told by mistake */
		atomic_store_explicit(&live.heeds_superseded, false, memory_order_relaxed);
	look_at_sources(generation, &live.views[generation % 2].db);
}

static void look_at_disk(void)
{
	unsigned generation = current_generation();
	const union view *current = &live.views[generation % 2];
	/* Read in this order: a database is put in place before the old one is told. */
	bool was_superseded = says_superseded(current);
	const char *path = settled_path();

	atomic_store_explicit(&live.looked, this_second(), memory_order_relaxed);
	if (!path)
		publish_none(ENAMETOOLONG);
	else if (!current->db.bytes || !is_at(path, &live.identities[generation % 2]))
		switch_to(path);
	else
		keep_current(was_superseded);
}

static bool lock(void)
{
	pid_t self = getpid();

	for (int patience = PATIENCE; patience > 0; patience--) {
		pid_t holder = 0;
		if (atomic_compare_exchange_strong(&live.looking, &holder, self))
			return true;
		/* The holder was a thread of the process that this one was forked from. */
		if (holder != self && atomic_compare_exchange_strong(&live.looking, &holder, self))
			return true;
		sched_yield();
	}
	return false;
}

static void unlock(void)
{
	atomic_store(&live.looking, 0);
}

/* A consistent copy of the current view. */
static void take(union view *view, unsigned *generation)
{
	do {
		*generation = current_generation();
		copy_words(view->words, live.views[*generation % 2].words);
	} while (*generation != atomic_load_explicit(&live.generation, memory_order_relaxed));
}

static bool is_due(const union view *view, unsigned generation)
{
	if (generation == 0)
		return true;
	if (says_superseded(view) &&
	    atomic_load_explicit(&live.heeds_superseded, memory_order_relaxed))
		return true;
	return this_second() != atomic_load_explicit(&live.looked, memory_order_relaxed);
}

static void look_if_due(void)
{
	union view view;
	unsigned generation;

	if (!lock())
		return;
	/* Another thread may have looked while this one waited. */
	take(&view, &generation);
	if (is_due(&view, generation))
		look_at_disk();
	unlock();
}

bool portdb_live_begin(struct portdb_view *view, int *error)
{
	union view current;

	take(&current, &view->generation);
	if (__builtin_expect(is_due(&current, view->generation), 0)) {
		int saved_errno = errno;
		look_if_due();
		errno = saved_errno;
		take(&current, &view->generation);
	}
	view->db = current.db;
	view->is_stale =
	    atomic_load_explicit(&live.is_stale[view->generation % 2], memory_order_acquire);
	*error = current.error ? current.error : EAGAIN;
	return current.db.bytes != NULL;
}

bool portdb_live_rests_on_changes(const struct portdb_view *view,
				  const struct portdb_service *service)
{
	return portdb_rests_on_changes(&view->db, service, &live.changes[view->generation % 2]);
}

bool portdb_live_changed(const struct portdb_view *view)
{
	atomic_thread_fence(memory_order_acquire);
	return view->generation != atomic_load_explicit(&live.generation, memory_order_relaxed);
}
