/* SPDX-License-Identifier: MIT */
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
 * An enumeration needs one database from its first service to its last. It holds its region, by
 * address: it writes that down, and then finds that its generation g is still the current one. So
 * whoever publishes g + 2, into that region, sees the hold, and takes a spare region instead; the
 * one that is held becomes the spare. It is used again when nobody holds it any more.
 *
 * Only one thread at a time looks at the disk: look-lock.h has the lock. What a thread did so far
 * that a child was forked from concerns nothing that readers use, so the child may just start
 * again. tests/model has all of this for a model checker.
 */
#include "live.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "look-lock.h"
#include "nss/reader/file.h"
#include "nss/reader/freshness.h"

/*
 * Whoever looks may wait for a slow disk, and for one that never answers. Once that look has taken
 * so many seconds of the clock nobody waits for it any more.
 */
#define PATIENCE 5

struct portdb_live portdb_live = {
    .generations = {{.plain_in = PORTDB_NEVER}, {.plain_in = PORTDB_NEVER}},
};

/* What readers never read. */
static struct {
	/* The address of the region that an enumeration holds, or NULL. */
	_Atomic(const unsigned char *) held;

	/* Below, only for the thread that holds the lock. */
	struct portdb_region spare;
	const char *path; /* once it is settled; never freed */
} live;

/*
 * Puts other pages in the place of those of length bytes at address. ThreadSanitizer's mmap would
 * take that for a write into what readers read at that moment, which is as it is meant to be: what
 * they read counts only if the generation is the same behind it. The call itself it does not know.
 */
static bool replace_pages(void *address, size_t length, int flags, int descriptor)
{
#ifdef __SANITIZE_THREAD__
	return syscall(SYS_mmap, address, length, PROT_READ, flags | MAP_FIXED, descriptor, 0) !=
	       -1;
#else
	return mmap(address, length, PROT_READ, flags | MAP_FIXED, descriptor, 0) != MAP_FAILED;
#endif
}

/* Lets go of the pages of length bytes at address, which then read as zeros. */
static void replace_by_zeros(void *address, size_t length)
{
	/* Should it fail, the old pages stay: a file is kept open for longer, nothing else. */
	if (length > 0)
		replace_pages(address, length, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
}

/* To the byte: a page more would be one behind the file's end, where reading is a fault. */
static size_t whole_pages(size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}

/* In this order, as a child forked in between may believe the smaller size, and not the larger. */
static void region_set(struct portdb_region *region, unsigned char *address, size_t capacity)
{
	__atomic_store_n(&region->capacity, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&region->address, address, __ATOMIC_RELEASE);
	__atomic_store_n(&region->capacity, capacity, __ATOMIC_RELEASE);
}

static bool is_in_use(const unsigned char *address)
{
	return address == atomic_load(&live.held) ||
	       address == portdb_generation(0)->region.address ||
	       address == portdb_generation(1)->region.address;
}

/* Leaves a region that is held to whoever holds it. Another takes its place, or one of no size. */
static void leave_if_held(struct portdb_region *region)
{
	struct portdb_region held = *region;
	struct portdb_region spare = live.spare;

	if (!held.address || held.address != atomic_load(&live.held))
		return;
	region_set(&live.spare, held.address, held.capacity);
	/* In a child forked in the middle of this the spare may be one of the two. */
	if (is_in_use(spare.address))
		spare = (struct portdb_region){0};
	region_set(region, spare.address, spare.capacity);
}

/* Shows the first size bytes of a file in the region. False with errno set if it cannot. */
static bool region_show(struct portdb_region *region, int descriptor, size_t size)
{
	size_t length = whole_pages(size);

	leave_if_held(region);
	if (length <= region->capacity) {
		if (!replace_pages(region->address, length, MAP_SHARED, descriptor)) {
			int error = errno;
			/* An older kernel lets go of the pages before a file system says no. */
			replace_by_zeros(region->address, length);
			errno = error;
			return false;
		}
		replace_by_zeros(region->address + length, region->capacity - length);
		return true;
	}
	size_t capacity = length < 2 * region->capacity ? 2 * region->capacity : length;
	/* Addresses beyond the file's end are mapped, but no view reaches there. */
	unsigned char *fresh = mmap(NULL, capacity, PROT_READ, MAP_SHARED, descriptor, 0);
	if (fresh == MAP_FAILED)
		return false;
	replace_by_zeros(region->address, region->capacity);
	region_set(region, fresh, capacity);
	return true;
}

static unsigned current_generation(void)
{
	return __atomic_load_n(&portdb_live.generation, __ATOMIC_ACQUIRE);
}

/*
 * Writes what readers copy. A reader that comes upon one of these values also sees the
 * generation that was published before it was written, and so notices.
 */
static void store(struct portdb *to, const struct portdb *from)
{
	__atomic_store_n(&to->bytes, from->bytes, __ATOMIC_RELEASE);
	__atomic_store_n(&to->size, from->size, __ATOMIC_RELEASE);
	__atomic_store_n(&to->slot_count, from->slot_count, __ATOMIC_RELEASE);
	__atomic_store_n(&to->slots, from->slots, __ATOMIC_RELEASE);
	portdb_store64(&to->hash_start, from->hash_start);
	__atomic_store_n(&to->probe_limit, from->probe_limit, __ATOMIC_RELEASE);
	__atomic_store_n(&to->records, from->records, __ATOMIC_RELEASE);
	__atomic_store_n(&to->records_end, from->records_end, __ATOMIC_RELEASE);
	__atomic_store_n(&to->block_starts, from->block_starts, __ATOMIC_RELEASE);
}

/* A copy, each field of which may be of another generation. */
static struct portdb load(const struct portdb *from)
{
	return (struct portdb){
	    .bytes = __atomic_load_n(&from->bytes, __ATOMIC_RELAXED),
	    .size = __atomic_load_n(&from->size, __ATOMIC_RELAXED),
	    .slot_count = __atomic_load_n(&from->slot_count, __ATOMIC_RELAXED),
	    .slots = __atomic_load_n(&from->slots, __ATOMIC_RELAXED),
	    .hash_start = portdb_load64(&from->hash_start),
	    .probe_limit = __atomic_load_n(&from->probe_limit, __ATOMIC_RELAXED),
	    .records = __atomic_load_n(&from->records, __ATOMIC_RELAXED),
	    .records_end = __atomic_load_n(&from->records_end, __ATOMIC_RELAXED),
	    .block_starts = __atomic_load_n(&from->block_starts, __ATOMIC_RELAXED),
	};
}

/* Says whether readers need not ask further in this second, or that they must. */
static void note_whether_plain(struct portdb_generation *generation)
{
	bool is_plain = generation->db.bytes && !generation->is_stale;

	__atomic_store_n(&generation->plain_in, is_plain ? portdb_live.looked : PORTDB_NEVER,
			 __ATOMIC_RELEASE);
}

/* Looks at the sources of a generation, which may be the current one: readers are at it. */
static void look_at_sources(struct portdb_generation *generation)
{
	struct portdb_changes changes = {0};
	bool is_stale =
	    generation->db.bytes &&
	    portdb_look_for_changes(&generation->db, &generation->identity.published, &changes);

	for (size_t i = 0; i < PORTDB_CHANGE_WORDS; i++)
		__atomic_store_n(&generation->changes.words[i], changes.words[i], __ATOMIC_RELAXED);
	__atomic_store_n(&generation->is_stale, is_stale, __ATOMIC_RELEASE);
	note_whether_plain(generation);
}

/* A database without bytes is none; error says why. */
static void publish(const struct portdb *db, int error, struct portdb_identity identity,
		    uint32_t superseded)
{
	unsigned next = current_generation() + 1;
	struct portdb_generation *generation = portdb_generation(next);

	store(&generation->db, db);
	__atomic_store_n(&generation->error, error, __ATOMIC_RELAXED);
	__atomic_store_n(&generation->superseded, superseded, __ATOMIC_RELEASE);
	generation->identity = identity;
	look_at_sources(generation);
	__atomic_store_n(&portdb_live.generation, next, __ATOMIC_RELEASE);
}

static void publish_none(int error)
{
	publish(&(struct portdb){.bytes = NULL}, error, (struct portdb_identity){0}, 0);
}

/* The path is settled at the first look, as a process may change its environment under us. */
static const char *settled_path(void)
{
	if (!live.path) {
		const char *path = portdb_file_path();
		live.path = path == portdb_file_system_path ? path : strdup(path);
	}
	return live.path;
}

/* The clock is settled before anybody counts by it. Who finds it twice finds the same. */
static void settle_clock(void)
{
	if (!__atomic_load_n(&portdb_live.clock, __ATOMIC_RELAXED))
		__atomic_store_n(&portdb_live.clock, portdb_clock_find(), __ATOMIC_RELAXED);
}

/* Maps an open file into the region that no current reader uses. 0 or an errno. */
static int map_next(struct portdb *db, int descriptor, size_t size)
{
	struct portdb_region *region = &portdb_generation(current_generation() + 1)->region;

	if (size == 0)
		return ENODATA;
	if (!region_show(region, descriptor, size))
		return errno;
	return portdb_open(db, region->address, size) == PORTDB_OK ? 0 : ENODATA;
}

/* Whether that file is still at path. */
static bool is_at(const char *path, struct portdb_identity *identity)
{
	struct stat status;

	if (stat(path, &status) != 0 || status.st_dev != identity->device ||
	    status.st_ino != identity->inode)
		return false;
	identity->published = status.st_ctim;
	return true;
}

/*
 * Opens and maps what is at path. 0 or an errno. A file that says from the start that it was
 * superseded, and is at path all the same, was put back by somebody, and is as good as any other.
 * Without being at path any more it is just one that was replaced this moment.
 */
static int map_path(struct portdb *db, struct portdb_identity *identity, uint32_t *superseded,
		    const char *path)
{
	int error;

	for (int attempts = 0; attempts < 8; attempts++) {
		struct stat status;
		int descriptor = portdb_file_open(path, &status);
		if (descriptor < 0)
			return errno;
		error = portdb_file_has_trusted_owner(&status)
			    ? map_next(db, descriptor, (size_t)status.st_size)
			    : EACCES;
		close(descriptor);
		*identity = (struct portdb_identity){status.st_dev, status.st_ino, status.st_ctim};
		*superseded = error == 0 ? portdb_superseded(db) : 0;
		if (*superseded == 0 || is_at(path, identity))
			break;
		*superseded = 0; /* then it is left at once for the next one */
	}
	return error;
}

/* Whatever is at path now becomes the current database, or else none does. */
static void switch_to(const char *path)
{
	struct portdb db = {.bytes = NULL};
	struct portdb_identity identity = {0};
	uint32_t superseded = 0;
	int error = map_path(&db, &identity, &superseded, path);

	if (error != 0)
		publish_none(error);
	else
		publish(&db, 0, identity, superseded);
}

static void look_at_disk(void)
{
	struct portdb_generation *current = portdb_generation(current_generation());
	/* Read in this order: a database is put in place before the old one is told. */
	uint32_t superseded = current->db.bytes ? portdb_superseded(&current->db) : 0;
	const char *path = settled_path();

	__atomic_store_n(&portdb_live.looked, portdb_this_second(), __ATOMIC_RELAXED);
	note_whether_plain(current); /* until more is known */
	if (!path)
		publish_none(ENOMEM);
	else if (!current->db.bytes || !is_at(path, &current->identity))
		switch_to(path);
	else {
		/* Put back, or told by mistake: what it says of that is no news any more. */
		__atomic_store_n(&current->superseded, superseded, __ATOMIC_RELEASE);
		look_at_sources(current);
	}
}

/* Whether who looks has been at it for too long; also where no clock tells. */
static bool is_patience_over(void)
{
	unsigned long taken = portdb_look_lock_taken();
	unsigned long now;

	return !portdb_clock_uptime(&now) || (taken != 0 && now + 1 - taken > PATIENCE);
}

/* Not 0, which says that nobody has the lock. */
static bool take_lock(void)
{
	unsigned long now;

	return portdb_look_lock_take(portdb_clock_uptime(&now) ? now + 1 : 1);
}

static void nap(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

/* Nobody has looked yet, even if another thread is about to; or there is a newer database. */
static bool is_of_no_use(const struct portdb_view *view)
{
	return view->generation == 0 ||
	       (view->db.bytes && portdb_superseded(&view->db) != view->superseded);
}

static bool is_due(const struct portdb_view *view)
{
	return is_of_no_use(view) ||
	       portdb_this_second() != __atomic_load_n(&portdb_live.looked, __ATOMIC_RELAXED);
}

static struct portdb_view current_view(void)
{
	struct portdb_view view;

	do {
		unsigned number = current_generation();
		const struct portdb_generation *from = portdb_generation(number);
		view = (struct portdb_view){
		    .db = load(&from->db),
		    .is_stale = __atomic_load_n(&from->is_stale, __ATOMIC_RELAXED),
		    .superseded = __atomic_load_n(&from->superseded, __ATOMIC_RELAXED),
		    .generation = number,
		};
		/* Overtaken by a writer, which is rare enough, it is of no use. */
	} while (portdb_live_changed(&view));
	return view;
}

/* Looks unless somebody else does. False if it was left to that one. */
static bool look_in_turn(void)
{
	bool needs_lock = portdb_look_lock_is_needed();
	struct portdb_view view;

	if (needs_lock && !take_lock())
		return false;
	/* Another thread may have looked while this one waited. */
	view = current_view();
	if (is_due(&view))
		look_at_disk();
	if (needs_lock)
		portdb_look_lock_release();
	return true;
}

/*
 * A view that is merely due is good for as long as somebody else looks. A thread that is cancelled
 * must not take the lock with it, nor a descriptor.
 */
static void renew(struct portdb_view *view)
{
	int cancel_state;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	settle_clock();
	while (!look_in_turn() && is_of_no_use(view) && !is_patience_over()) {
		nap();
		*view = current_view();
		if (!is_due(view))
			break;
	}
	*view = current_view();
	pthread_setcancelstate(cancel_state, NULL);
}

int portdb_live_begin(struct portdb_view *view)
{
	int saved_errno = errno;

	*view = current_view();
	if (is_due(view))
		renew(view);
	errno = saved_errno;
	if (view->db.bytes)
		return 0;
	int error = __atomic_load_n(&portdb_generation(view->generation)->error, __ATOMIC_RELAXED);
	return error != 0 ? error : EAGAIN; /* nobody has come to look yet */
}

bool portdb_live_rests_on_changes(const struct portdb_view *view,
				  const struct portdb_service *service)
{
	return portdb_rests_on_changes(&view->db, service,
				       &portdb_generation(view->generation)->changes);
}

int portdb_live_hold(struct portdb_view *view, struct portdb_changes *changes)
{
	do {
		int error = portdb_live_begin(view);
		if (error != 0) {
			portdb_live_release();
			return error;
		}
		atomic_store(&live.held, view->db.bytes);
		for (size_t i = 0; i < PORTDB_CHANGE_WORDS; i++)
			changes->words[i] =
			    __atomic_load_n(&portdb_generation(view->generation)->changes.words[i],
					    __ATOMIC_RELAXED);
		/* What is held must be seen to be so before the generation is looked at. */
		atomic_thread_fence(memory_order_seq_cst);
	} while (portdb_live_changed(view));
	return 0;
}

void portdb_live_release(void)
{
	atomic_store(&live.held, NULL);
}
