/* SPDX-License-Identifier: MIT */
/*
 * Which second it is by the module's clock, and how long the machine has been up:
 *
 *     second SECOND IMAGE     the image of the kernel's is a library that was built of image.c
 *     second SECOND none      there is no such image
 *     second SECOND kernel    it is the kernel's own; ends with 77 where that has none
 *
 * By the C library's functions it is SECOND at any time. Tests run it built for other machines.
 */
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <time.h>

#include "nss/clock.h"

static long long library_second;
static const void *image;

/* In the place of the C library's, as faketime(1) puts them there. */
int clock_gettime(clockid_t clock, struct timespec *to)
{
	(void)clock;
	*to = (struct timespec){.tv_sec = (time_t)library_second};
	return 0;
}

time_t time(time_t *to)
{
	if (to)
		*to = (time_t)library_second;
	return (time_t)library_second;
}

unsigned long getauxval(unsigned long type)
{
	(void)type;
	return (unsigned long)image;
}

static const void *image_of_kernel(void)
{
	unsigned long (*of_library)(unsigned long) =
	    (unsigned long (*)(unsigned long))dlsym(RTLD_NEXT, "getauxval");

	return (const void *)of_library(AT_SYSINFO_EHDR);
}

static void *read_whole(const char *path)
{
	static char bytes[1 << 20] __attribute__((aligned(16)));
	FILE *file = fopen(path, "re");

	if (!file || fread(bytes, 1, sizeof bytes, file) < sizeof(ElfW(Ehdr))) {
		perror(path);
		exit(2);
	}
	fclose(file);
	return bytes;
}

/* The library as the kernel has its image in memory: nothing in there is relocated. */
static const void *image_at(const char *path)
{
	const ElfW(Ehdr) *file = read_whole(path);
	const ElfW(Phdr) *headers = (const void *)((const char *)file + file->e_phoff);
	size_t size = 1 << 20;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (size_t i = 0; i < file->e_phnum; i++)
		if (headers[i].p_type == PT_LOAD)
			memcpy(memory + headers[i].p_vaddr,
			       (const char *)file + headers[i].p_offset, headers[i].p_filesz);
	mprotect(memory, size, PROT_READ | PROT_EXEC);
	return memory;
}

int main(int argc, char **argv)
{
	unsigned long uptime;

	if (argc != 3)
		return 2;
	library_second = atoll(argv[1]);
	if (strcmp(argv[2], "kernel") == 0)
		image = image_of_kernel();
	else if (strcmp(argv[2], "none") != 0)
		image = image_at(argv[2]);
	if (!image && strcmp(argv[2], "kernel") == 0)
		return 77;
	portdb_clock *clock = portdb_clock_find();
	if (!portdb_clock_uptime(&uptime))
		return 1;
	printf("%lu %lu\n", (unsigned long)clock(NULL), uptime);
	return 0;
}
