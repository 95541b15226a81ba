/* SPDX-License-Identifier: MIT */
/* The map from bytes to numbers, beside one that looks at each entry in turn. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "tests/support/processes/faults.h"
#include "tests/support/sanitizers.h"
#include "tests/support/support.h"
#include "tools/compile/merge/byte-map.h"

#define KEYS 300

struct key {
	unsigned char bytes[8];
	size_t length;
};

static bool is_same(const struct key *one, const struct key *other)
{
	return one->length == other->length && memcmp(one->bytes, other->bytes, one->length) == 0;
}

/* Of few bytes, NULs among them, so that one is often the start of another. */
static struct key random_key(struct random *random)
{
	struct key key = {.length = random_below(random, sizeof key.bytes + 1)};

	for (size_t i = 0; i < key.length; i++)
		key.bytes[i] = (unsigned char)random_below(random, 2);
	return key;
}

static size_t number_of(const struct key *keys, size_t count, const struct key *key)
{
	size_t number = 0;

	while (number < count && !is_same(&keys[number], key))
		number++;
	return number;
}

Test(byte_map, numbers_keys_in_the_order_in_which_they_come)
{
	struct random random = {0};
	struct byte_map map = {0};
	struct key keys[KEYS * 4];
	size_t count = 0;

	for (unsigned i = 0; i < 4 * KEYS; i++) {
		struct key key = random_key(&random);
		size_t expected = number_of(keys, count, &key);
		size_t found = SIZE_MAX;
		bool is_new;
		cr_assert_eq(byte_map_find(&map, key.bytes, key.length, &found), expected < count);
		cr_assert(expected == count || found == expected);
		cr_assert_eq(byte_map_add(&map, key.bytes, key.length, &is_new), expected);
		cr_assert_eq(is_new, expected == count);
		if (is_new)
			keys[count++] = key;
		cr_assert_eq(map.count, count);
	}
	for (size_t i = 0; i < count; i++)
		cr_assert_arr_eq(map.bytes.bytes + byte_map_start(&map, i), keys[i].bytes,
				 keys[i].length);
	byte_map_free(&map);
}

/* Ends with 0 if each of so many numbers is found, and no other. */
static int find_each(unsigned count)
{
	struct byte_map map = {0};
	size_t number;
	bool is_new;
	bool is_right = true;

	for (unsigned i = 0; i < count; i++)
		is_right &= byte_map_add(&map, &i, sizeof i, &is_new) == i && is_new;
	for (unsigned i = 0; i < count; i++)
		is_right &= byte_map_find(&map, &i, sizeof i, &number) && number == i;
	for (unsigned i = count; i < 2 * count; i++)
		is_right &= !byte_map_find(&map, &i, sizeof i, &number);
	byte_map_free(&map);
	return is_right ? 0 : 1;
}

Test(byte_map, finds_each_key_however_many_there_are)
{
	cr_expect_eq(find_each(100000 / stride()), 0);
}

static int find_some(const void *argument)
{
	(void)argument;
	faults_begin();
	int status = find_each(50);
	faults_end();
	return status;
}

/* Early in the boot of a machine there may be no random numbers yet. */
Test(byte_map, does_without_a_secret_where_none_is_to_be_had)
{
	struct fault fault = {1, EAGAIN, .is_between = true};
	struct faulty_run run = {0};

	if (HAS_THREAD_SANITIZER)
		cr_skip_test("the sanitizer's own calls would fail, too");
	/* The C library may make other calls first, for memory. */
	for (; run.call != SYS_getrandom; fault.number++) {
		if (!run_with_fault(&run, &fault, find_some, NULL))
			cr_skip_test(FAULTS_ARE_NOT_ALLOWED);
		if (!run.has_failed)
			cr_skip_test("the C library asks the kernel for none by a call (vdso)");
	}
	cr_expect_eq(run.status, 0);
}
