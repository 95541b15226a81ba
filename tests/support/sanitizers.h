/* SPDX-License-Identifier: MIT */
/*
 * Which sanitizers are built in, for the tests that cannot be done with them.
 */
#ifndef PORTDB_TESTS_SANITIZERS_H
#define PORTDB_TESTS_SANITIZERS_H

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

#if defined __SANITIZE_ADDRESS__ || __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#else
#define HAS_ADDRESS_SANITIZER 0
#endif

#if defined __SANITIZE_THREAD__ || __has_feature(thread_sanitizer)
#define HAS_THREAD_SANITIZER 1
#else
#define HAS_THREAD_SANITIZER 0
#endif

/*
 * Whether programs have memory that only a sanitizer can give: it cannot do with less, and ends the
 * program when a call of its own fails.
 */
#define HAS_SANITIZED_MEMORY (HAS_ADDRESS_SANITIZER || HAS_THREAD_SANITIZER)

#endif
