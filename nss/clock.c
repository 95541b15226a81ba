/* SPDX-License-Identifier: MIT */
#include "clock.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

/* Where it is called as any function is, and has the C library's struct timespec. */
#if defined(__x86_64__) && defined(__LP64__)
#define CLOCK_NAME "__vdso_clock_gettime"
#elif defined(__aarch64__) || defined(__s390x__)
#define CLOCK_NAME "__kernel_clock_gettime"
#elif defined(__riscv) && __riscv_xlen == 64
#define CLOCK_NAME "__vdso_clock_gettime"
#endif

#ifdef CLOCK_NAME

/* What is needed of the dynamic section; addresses are where things are in memory. */
struct tables {
	const char
	    *base; /* what the image's addresses are moved by, as it was linked for another place */
	const ElfW(Sym) * symbols;
	const char *strings;
	const Elf32_Word *hash; /* its second word is the count of symbols; NULL for none */
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

portdb_clock *portdb_clock_find(void)
{
	const ElfW(Ehdr) *image = (const void *)getauxval(AT_SYSINFO_EHDR);
	struct tables tables;

	if (!image || !find_tables(&tables, image))
		return clock_gettime;
	size_t count = count_symbols(&tables);
	for (size_t i = 0; i < count; i++) {
		const ElfW(Sym) *symbol = &tables.symbols[i];
		if (symbol->st_shndx != SHN_UNDEF &&
		    strcmp(tables.strings + symbol->st_name, CLOCK_NAME) == 0)
			return (portdb_clock *)(uintptr_t)(tables.base + symbol->st_value);
	}
	return clock_gettime;
}

#else

portdb_clock *portdb_clock_find(void)
{
	return clock_gettime;
}

#endif
