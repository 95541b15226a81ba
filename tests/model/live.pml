/* SPDX-License-Identifier: MIT */
/*
 * The argument of nss/live.c, for spin(1): readers without locks, two regions, a generation.
 *
 * Every interleaving is tried of READERS lookups and LOOKERS threads that find new databases. One
 * reader may fork before its lookup, at any moment of the others': then the world goes on as the
 * child, in which it is alone, with memory as it stands, and starts threads that look. Asserted is
 * that
 *
 * - no reader touches an address that is not mapped, or is beyond its file's end;
 * - no answer is put together out of two databases, nor is it from an older one than the database
 *   that was current when the lookup began;
 * - no thread gives up on a lock that nobody holds who is still there;
 * - with -DHOLDER, one that holds its view, as an enumeration does, reads its own database in it for
 *   as long as it likes, whatever is published meanwhile;
 * - with -DBEGINNERS=n, of n threads that look if it is due and then read, none is told that nobody
 *   has looked yet, in a child that is forked meanwhile neither.
 *
 * With -DFAILING each system call of theirs may fail, and then changes nothing. A process that shares
 * this memory, as a child of vfork(2) does, is one more thread that looks: nothing here asks whose
 * process a thread is. That it must not, the variants show that know a lock with a process's number
 * in it (BY_PID): where parent and child have the same (EQUAL_PIDS), and where one of those who look
 * has another (SHARER).
 *
 * What it leaves out: what a database says (here, each page says its number), sources that change
 * under the current database, and threads that are cancelled, which none is while it holds the lock.
 * A process in which no other thread can come takes no lock. Lookers look whenever they like. For beginners, the clock and files
 * that say they are superseded make a look due at any moment. A thread that looks and then reads is
 * for all else a looker followed by a reader; here both are side by side, which allows more.
 * Readers write nothing, so one sees what any number would.
 *
 * Memory. Without RELAXED it is sequentially consistent. With -DRELAXED a thread's plain and
 * relaxed stores wait in a buffer of its own and reach memory in any order; a release store and a
 * read-modify-write wait for them. That is C's release order where a store is seen by all others at
 * the same time, as on x86, ARM and RISC-V. Loads are in the order in which live.h asks for them by
 * acquire and by a fence; the variants EARLY_… take out one of these orders each. Pages change by system calls, at
 * once for all; really several change at a time, here each by itself.
 *
 * The variants, by -D, must all fail: see tests/model/run.
 */
#ifndef READERS
#define READERS 1
#endif
#ifndef LOOKERS
#define LOOKERS 2
#endif
#ifndef LAST
#define LAST 4 /* generations */
#endif
#ifdef BEGINNERS
#define WRITERS (LOOKERS + BEGINNERS)
#else
#define WRITERS LOOKERS
#endif

/* What a page shows, if not the number of a database. */
#define UNMAPPED 255
#define BEYOND   254 /* its file's end: mapped, but to touch it is fatal */
#define ZEROS    253

/*
 * A database has 1 or 2 pages, or is not there. A region that grows to "at least twice" its size
 * has 3 pages here, so that there can be one beyond the file's end.
 */
#define NONE  0
#define PAGES 24
byte page[PAGES];
byte free_page = 1; /* where the next mapping goes; an unmapped page lies between two */

/* The words of live: those of both generations' views first, and of the regions for who looks. */
#define GENERATION   0
#define ADDRESS(g)   (1 + (g) % 2)
#define SIZE(g)      (3 + (g) % 2)
#define STALENESS(g) (5 + (g) % 2) /* is_stale and changes: of which database */
#define REGION(g)    (7 + (g) % 2) /* its address */
#define CAPACITY(g)  (9 + (g) % 2)
#ifdef BEGINNERS
#define LOOKED 11 /* whether somebody has begun to look in this second of the clock */
#define WORDS  12
#else
#define WORDS 11
#endif
byte word[WORDS];

/* Of an enumeration: the address of the region that it holds, or 0; and the spare region. */
byte held;
byte spare_address;
byte spare_capacity;

#define PARENT 1
#define CHILD  2
byte self = PARENT; /* whose memory it is */
byte looking;       /* the lock: 0 if it is nobody's */
byte taken_in;      /* whose memory it was when it was taken */

/* What getpid() says; the lock's value with BY_PID, and else just not 0. */
#ifdef EQUAL_PIDS
#define PID_OF_MEMORY PARENT
#else
#define PID_OF_MEMORY self
#endif
#ifdef SHARER
#define PID (thread == 0 -> 3 : PID_OF_MEMORY)
#else
#define PID PID_OF_MEMORY
#endif

byte database[LAST + 2]; /* the number of each generation's, to compare answers with */

#ifdef RELAXED
/* Stores that wait, of each thread that looks. */
typedef stores {
	bool waits[WORDS];
	byte value[WORDS];
	byte count
}
stores buffer[WRITERS];

inline store(location, new_value) {
	d_step {
		buffer[thread].count = buffer[thread].count + 1 - buffer[thread].waits[location];
		buffer[thread].waits[location] = true;
		buffer[thread].value[location] = new_value
	}
}

inline wait_for_stores() {
	buffer[thread].count == 0
}

inline let_in(location) {
	buffer[thread].waits[location] ->
		word[location] = buffer[thread].value[location];
		buffer[thread].waits[location] = false;
		buffer[thread].value[location] = 0;
		buffer[thread].count--
}

proctype store_buffer(byte thread; byte mine) {
	{
end:		do
		:: d_step { let_in(0) }
		:: d_step { let_in(1) }
		:: d_step { let_in(2) }
		:: d_step { let_in(3) }
		:: d_step { let_in(4) }
		:: d_step { let_in(5) }
		:: d_step { let_in(6) }
		:: d_step { let_in(7) }
		:: d_step { let_in(8) }
		:: d_step { let_in(9) }
		:: d_step { let_in(10) }
#ifdef BEGINNERS
		:: d_step { let_in(11) }
#endif
		od
	} unless {
		self != mine
	}
}
#else
inline store(location, new_value) {
	word[location] = new_value
}

inline wait_for_stores() {
	skip
}
#endif

/* ---- who looks at the disk: look_in_turn and what it calls --------------------------------- */

/* As lock(), or not. */
inline lock() {
	wait_for_stores();
#ifdef NO_LOCK
	has_lock = true;
#else
	d_step {
		seen = looking;
		if
		:: looking == 0 -> looking = PID; taken_in = self; has_lock = true
		:: else
		fi
	}
#ifdef BY_PID
	if
	:: !has_lock && seen != PID ->
		d_step {
			if
			:: looking == seen -> looking = PID; taken_in = self; has_lock = true
			:: else
			fi
		}
	:: else
	fi;
#endif
	d_step {
		assert(has_lock || looking == 0 || taken_in == self);
		seen = 0
	}
#endif
}

inline unlock() {
#ifndef EARLY_UNLOCK
	wait_for_stores();
#endif
	d_step { looking = 0; taken_in = 0; has_lock = false }
}

/* Pages address + from … address + to - 1, one after the other. */
inline replace_pages(from, to, what) {
	i = from;
	do
	:: d_step { i < to -> page[address + i] = what; i++ }
	:: i >= to -> break
	od
}

/* Whether a system call may fail, and this one does. */
#ifdef FAILING
inline may_fail() {
	if
	:: has_failed = true
	:: skip
	fi
}
#else
inline may_fail() {
	skip
}
#endif

/* What a call leaves that failed. */
#ifdef FAIL_UNMAPS
#define LEFT_BY_FAILURE replace_pages(0, size, UNMAPPED)
#else
#define LEFT_BY_FAILURE skip
#endif

/* As replace_by_zeros(). */
inline replace_by_zeros(from, to) {
	may_fail();
	if
	:: !has_failed -> replace_pages(from, to, ZEROS)
	:: else -> has_failed = false
	fi
}

/* A new mapping, nobody's yet: in one step. */
inline map_file() {
	d_step {
		address = free_page;
		free_page = free_page + capacity + 1;
		assert(free_page < PAGES);
		i = 0;
		do
		:: i < capacity -> page[address + i] = (i < size -> number : BEYOND); i++
		:: else -> break
		od
	}
}

/* As leave_if_held(), but for the order of its stores, which matters to a child only. */
inline leave_if_held(r) {
#ifndef IGNORE_HOLD
	wait_for_stores();
	d_step {
		if
		:: held != 0 && word[REGION(r)] == held ->
			i = spare_address;
			seen = spare_capacity;
			spare_address = word[REGION(r)];
			spare_capacity = word[CAPACITY(r)];
			if
			:: i == held || i == word[REGION(0)] || i == word[REGION(1)] -> i = 0; seen = 0
			:: else
			fi;
			word[REGION(r)] = i;
			word[CAPACITY(r)] = seen;
			i = 0;
			seen = 0
		:: else
		fi
	}
#else
	skip
#endif
}

/* As region_show(); has_failed says that it cannot. */
inline region_show(r) {
	leave_if_held(r);
	d_step { address = word[REGION(r)]; capacity = word[CAPACITY(r)] }
	may_fail();
	if
	:: has_failed && size <= capacity -> LEFT_BY_FAILURE
	:: has_failed && size > capacity -> skip
	:: !has_failed && size <= capacity ->
		replace_pages(0, size, number);
#ifdef SHRINK
		replace_pages(size, capacity, UNMAPPED)
#else
		replace_by_zeros(size, capacity)
#endif
	:: !has_failed && size > capacity ->
#ifdef UNMAP_OLD
		replace_pages(0, capacity, UNMAPPED);
#else
		replace_by_zeros(0, capacity);
#endif
		capacity = (capacity > 0 -> 3 : size);
		map_file();
#ifdef CAPACITY_FIRST
		store(CAPACITY(r), capacity);
		wait_for_stores();
		store(REGION(r), address)
#else
		store(REGION(r), address);
#ifndef EARLY_CAPACITY
		wait_for_stores();
#endif
		store(CAPACITY(r), capacity)
#endif
	fi;
	if
	:: has_failed -> d_step { has_failed = false; size = NONE; number = 0 }
	:: else
	fi
}

/* As publish(), without the last step. */
inline write_view() {
	store(ADDRESS(g + 1), (size == NONE -> 0 : address));
	store(SIZE(g + 1), size);
	store(STALENESS(g + 1), number)
}

inline count_up() {
#ifndef EARLY_GENERATION
	wait_for_stores();
#endif
	d_step {
		database[g + 1] = number;
		store(GENERATION, g + 1)
	}
}

#ifdef ONE_REGION
#define NEXT 0
#else
#define NEXT (g + 1)
#endif

inline look_at_disk() {
#ifdef BEGINNERS
	store(LOOKED, true);
#endif
	/* The child's numbers are others than those its parent was about to show. */
	if
	:: size = 1; number = g + 1 + (self - PARENT) * (LAST + 1)
	:: size = 2; number = g + 1 + (self - PARENT) * (LAST + 1)
	:: size = NONE
	fi;
#ifdef COUNT_UP_FIRST
	count_up();
#endif
	if
	:: size != NONE -> region_show(NEXT)
	:: else
	fi;
	write_view();
#ifndef COUNT_UP_FIRST
	count_up();
#endif
	d_step { address = 0; capacity = 0; size = 0; number = 0; i = 0 }
}

proctype looker(byte thread; byte mine) {
	byte g, i, address, capacity, size, number, seen;
	bool has_lock, has_failed;

	{
		do
		:: word[GENERATION] < LAST ->
			lock();
			if
			:: has_lock ->
				g = word[GENERATION];
				if
				:: g < LAST -> look_at_disk()
				:: else
				fi;
				g = 0;
				unlock()
			:: else
			fi
		:: else -> break
		od
	} unless {
		self != mine
	}
}

#ifdef BEGINNERS
/*
 * As is_due(). Another second than that of the last look, or a database that says it was
 * superseded, may come at any moment; but only after a look may there be neither.
 */
inline ask_whether_due() {
	if
#ifdef ZERO_MAY_WAIT
	:: word[LOOKED] -> is_due = false
#else
	:: g != 0 && word[LOOKED] -> is_due = false
#endif
	:: g < LAST -> is_due = true
	fi
}

/*
 * As portdb_live_begin() by those who ask what generation it is and no more: the rest is the
 * readers'. Who has a view need not wait for another who looks. Here patience has no end; in live.c
 * its end is the one way to be told that nobody has looked.
 */
proctype beginner(byte thread; byte mine) {
	byte g, i, address, capacity, size, number, seen;
	bool has_lock, has_failed, is_due;

	{
		g = word[GENERATION];
		ask_whether_due();
		if
		:: is_due ->
			do
			:: !has_lock -> lock(); g = word[GENERATION]
			:: has_lock -> break
#ifdef ANYBODY_MAY_WAIT
			:: !has_lock && looking != 0 -> break
#else
			:: !has_lock && looking != 0 && g != 0 -> break
#endif
			od;
			if
			:: has_lock ->
				g = word[GENERATION];
				ask_whether_due();
				if
				:: is_due -> look_at_disk()
				:: else
				fi;
				unlock();
				g = word[GENERATION]
			:: else
			fi
		:: else
		fi;
		assert(g != 0)
	} unless {
		self != mine
	}
}
#endif

/* ---- who reads: portdb_live_begin, a lookup, portdb_live_changed --------------------------- */

/* As take(). */
inline take() {
	do
	:: true ->
#ifdef EARLY_WORDS
		/* The words of a guess, before the generation is known. */
		if
		:: early = 0
		:: early = 1
		fi;
		address = word[ADDRESS(early)];
		size = word[SIZE(early)];
		g = word[GENERATION];
		if
		:: g % 2 != early -> goto again /* as if nothing had been */
		:: else
		fi;
		early = 0;
#else
		g = word[GENERATION];
#ifdef EARLY_RECHECK
		early = word[GENERATION];
#endif
		address = word[ADDRESS(g)];
		size = word[SIZE(g)];
#endif
#if defined(NO_RECHECK)
		break
#elif defined(EARLY_RECHECK)
		if
		:: early == g -> early = 0; break
		:: else
		fi
#else
		if
		:: word[GENERATION] == g -> break
		:: else
		fi
#endif
	od
}

/* Touches each page of the view, as a lookup may. */
inline read() {
	do
	:: i < size ->
		d_step {
			assert(page[address + i] != UNMAPPED && page[address + i] != BEYOND);
			is_mixed = is_mixed || (i > 0 && page[address + i] != found);
			found = page[address + i];
			i++
		}
	:: else -> break
	od;
	staleness = word[STALENESS(g)]
}

inline answer() {
	d_step {
		assert(!is_mixed);
		assert(found == database[g] && staleness == found);
		assert(g >= start);
		g = 0; i = 0; found = 0; staleness = 0; address = 0; size = 0; start = 0
	}
}

inline look_up() {
	start = word[GENERATION];
again:	skip;
	d_step { is_mixed = false; found = 0; staleness = 0; i = 0 }
	take();
#ifdef EARLY_CHECK
	early = word[GENERATION];
#endif
	read();
#if defined(NO_CHECK)
#elif defined(EARLY_CHECK)
	if
	:: early != g -> goto again
	:: else -> early = 0
	fi;
#else
	if
	:: word[GENERATION] != g -> goto again
	:: else
	fi;
#endif
	answer()
}

#ifdef HOLDER
/* As portdb_live_hold(), and an enumeration that reads each page twice. */
proctype holder(byte mine) {
	byte g, i, address, size, rounds;

	{
		do
		:: true ->
			g = word[GENERATION];
			address = word[ADDRESS(g)];
			size = word[SIZE(g)];
			if
			:: word[GENERATION] != g || size == NONE || size > 2 -> skip
			:: else ->
#ifndef HOLD_UNCHECKED
				held = address;
				if
				:: word[GENERATION] == g -> break
				:: else -> held = 0
				fi
#else
				held = address;
				break
#endif
			fi
		:: word[GENERATION] == LAST -> goto done
		od;
		do
		:: rounds < 2 ->
			i = 0;
			do
			:: i < size ->
				assert(page[address + i] == database[g]);
				i++
			:: else -> break
			od;
			rounds++
		:: else -> break
		od;
		held = 0;
done:		skip
	} unless {
		self != mine
	}
}
#endif

inline start_threads() {
	i = 0;
	do
	:: i < LOOKERS ->
		run looker(i, self);
#ifdef RELAXED
		run store_buffer(i, self);
#endif
		i++
	:: else -> break
	od;
#ifdef HOLDER
	if
	:: self == PARENT -> run holder(self)
	:: else
	fi;
#endif
#ifdef BEGINNERS
	do
	:: i < WRITERS ->
		run beginner(i, self);
#ifdef RELAXED
		run store_buffer(i, self);
#endif
		i++
	:: else -> break
	od;
#endif
	i = 0
}

inline drop_stores() {
#ifdef RELAXED
	i = 0;
	do
	:: i < WRITERS * WORDS ->
		buffer[i / WORDS].waits[i % WORDS] = false;
		buffer[i / WORDS].value[i % WORDS] = 0;
		buffer[i / WORDS].count = 0;
		i++
	:: else -> i = 0; break
	od
#else
	skip
#endif
}

/* All other threads are gone, in the middle of whatever they did. */
inline fork() {
	d_step {
		self = CHILD;
#if !defined(BY_PID) && !defined(KEEP_LOCK)
		looking = 0; /* which is in a page that the kernel empties */
		taken_in = 0;
#endif
		drop_stores()
	}
	atomic { _nr_pr == 2 -> start_threads() }
}

proctype reader(byte mine) {
	byte g, i, address, size, found, staleness, start, early;
	bool is_mixed;

	{
		look_up()
	} unless {
		self != mine
	}
}

/* A reader that may fork first. */
proctype forker() {
	byte g, i, address, size, found, staleness, start, early;
	bool is_mixed;

#ifndef NO_FORK
	if
	:: fork()
	:: skip
	fi;
#endif
#ifndef NO_READER
	look_up()
#endif
}

init {
	byte i;

	atomic {
		do
		:: i < PAGES -> page[i] = UNMAPPED; i++
		:: else -> break
		od;
		i = 0;
		run forker();
		do
		:: i < READERS - 1 -> run reader(self); i++
		:: else -> break
		od;
		start_threads()
	}
}
