/* SPDX-License-Identifier: MIT */
#include "clock.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

/* What the kernel's function fills, wherever it is called below. */
struct kernel_time {
	int64_t seconds;
	int64_t nanoseconds;
};

typedef int clock_function(clockid_t, struct kernel_time *);

/* The kernel's clock_gettime(2), or NULL: then the C library's is used. */
static clock_function *of_kernel;

/* The lower bits of what the clock says, as many as there are. */
static bool ask(clockid_t clock, unsigned long *seconds)
{
	clock_function *function = __atomic_load_n(&of_kernel, __ATOMIC_RELAXED);
	struct kernel_time kernels;
	struct timespec librarys;
	int saved_errno = errno;
	bool is_known =
	    function ? function(clock, &kernels) == 0 : clock_gettime(clock, &librarys) == 0;

	errno = saved_errno;
	if (is_known)
		*seconds = (unsigned long)(function ? kernels.seconds : librarys.tv_sec);
	return is_known;
}

bool portdb_clock_uptime(unsigned long *seconds)
{
	return ask(CLOCK_MONOTONIC_COARSE, seconds);
}

static time_t second_of_clock(time_t *unused)
{
	static unsigned long unknown;
	unsigned long second;

	(void)unused;
	if (!ask(CLOCK_REALTIME_COARSE, &second))
		second = __atomic_add_fetch(&unknown, 1, __ATOMIC_RELAXED);
	return (time_t)(second & ULONG_MAX >> 1);
}

/*
 * Where the kernel's functions are called as any function is, and tell times of 64 bits. Some
 * machines have time(2) among them, which only reads a word.
 */
#if defined(__x86_64__) && defined(__LP64__)
#define TIME_NAME  "__vdso_time"
#define CLOCK_NAME "__vdso_clock_gettime"
#elif defined(__aarch64__) || defined(__s390x__)
#define TIME_NAME  NULL
#define CLOCK_NAME "__kernel_clock_gettime"
#elif defined(__riscv) && __riscv_xlen == 64
#define TIME_NAME  NULL
#define CLOCK_NAME "__vdso_clock_gettime"
#elif defined(__i386__)
#define TIME_NAME  NULL /* of 32 bits, which end in 2038 */
#define CLOCK_NAME "__vdso_clock_gettime64"
#endif

#ifdef CLOCK_NAME

/* What is needed of the dynamic section; addresses are where things are in memory. */
struct tables {
	const char
	    *base; /* what the image's addresses are moved by, as it was linked for another place */
	const ElfW(Sym) * symbols;
	const char *strings;
	size_t strings_size;
	/* Its second entry is the count of symbols; NULL for none. Of 64 bits on some machines. */
	const Elf_Symndx *hash;
};

static const ElfW(Phdr) * header_of(const ElfW(Ehdr) * image, ElfW(Word) type)
{
	const ElfW(Phdr) *headers = (const void *)((const char *)image + image->e_phoff);

	for (size_t i = 0; i < image->e_phnum; i++)
		if (headers[i].p_type == type)
			return &headers[i];
	return NULL;
}

static bool find_tables(struct tables *tables, const ElfW(Ehdr) * image)
{
	const ElfW(Phdr) *load = header_of(image, PT_LOAD);
	const ElfW(Phdr) *dynamic = header_of(image, PT_DYNAMIC);

	if (!load || !dynamic)
		return false;
	*tables = (struct tables){.base = (const char *)image + load->p_offset - load->p_vaddr};
	for (const ElfW(Dyn) *entry = (const void *)(tables->base + dynamic->p_vaddr);
	     entry->d_tag != DT_NULL; entry++) {
		const void *address = tables->base + entry->d_un.d_ptr;
		if (entry->d_tag == DT_SYMTAB)
			tables->symbols = address;
		else if (entry->d_tag == DT_STRTAB)
			tables->strings = address;
		else if (entry->d_tag == DT_HASH)
			tables->hash = address;
		else if (entry->d_tag == DT_STRSZ)
			tables->strings_size = entry->d_un.d_val;
	}
	return tables->symbols && tables->strings;
}

/* Without a hash table that counts them: linkers put the strings behind the symbols. */
static size_t count_symbols(const struct tables *tables)
{
	if (tables->hash)
		return tables->hash[1];
	if ((const char *)tables->symbols > tables->strings)
		return 0;
	return (size_t)(tables->strings - (const char *)tables->symbols) / sizeof *tables->symbols;
}

/* The function of that name in the kernel's image, or NULL. */
static void *find_function(const char *name)
{
	const ElfW(Ehdr) *image = (const void *)getauxval(AT_SYSINFO_EHDR);
	struct tables tables;

	if (!image || !find_tables(&tables, image))
		return NULL;
	size_t count = count_symbols(&tables);
	for (size_t i = 0; i < count; i++) {
		const ElfW(Sym) *symbol = &tables.symbols[i];
		if (symbol->st_shndx != SHN_UNDEF && symbol->st_name < tables.strings_size &&
		    strcmp(tables.strings + symbol->st_name, name) == 0)
			return (void *)(uintptr_t)(tables.base + symbol->st_value);
	}
	return NULL;
}

portdb_clock *portdb_clock_find(void)
{
	clock_function *clock = (clock_function *)find_function(CLOCK_NAME);
	portdb_clock *time_of_kernel = TIME_NAME ? (portdb_clock *)find_function(TIME_NAME) : NULL;

	if (clock)
		__atomic_store_n(&of_kernel, clock, __ATOMIC_RELAXED);
	return time_of_kernel ? time_of_kernel : second_of_clock;
}

#else

portdb_clock *portdb_clock_find(void)
{
	return second_of_clock;
}

#endif
