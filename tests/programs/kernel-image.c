/* SPDX-License-Identifier: MIT */
/*
 * A library as the image of functions that the kernel maps into every process (vdso(7)): by each of
 * its clocks it is SECOND. It has all names under which machines have one.
 */
struct time_of_long {
	long seconds;
	long nanoseconds;
};

struct time_of_64_bits {
	long long seconds;
	long long nanoseconds;
};

long __vdso_time(long *to);
int __vdso_clock_gettime(int clock, struct time_of_long *to);
int __kernel_clock_gettime(int clock, struct time_of_long *to);
int __vdso_clock_gettime64(int clock, struct time_of_64_bits *to);

long __vdso_time(long *to)
{
	if (to)
		*to = (long)SECOND;
	return (long)SECOND;
}

int __vdso_clock_gettime(int clock, struct time_of_long *to)
{
	(void)clock;
	*to = (struct time_of_long){(long)SECOND, 0};
	return 0;
}

int __kernel_clock_gettime(int clock, struct time_of_long *to)
{
	(void)clock;
	*to = (struct time_of_long){(long)SECOND, 0};
	return 0;
}

int __vdso_clock_gettime64(int clock, struct time_of_64_bits *to)
{
	(void)clock;
	*to = (struct time_of_64_bits){SECOND, 0};
	return 0;
}
