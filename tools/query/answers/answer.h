/* SPDX-License-Identifier: MIT */
/*
 * What a database says about a service, in plain values.
 *
 * All strings are the database's or the catalog's, and live until catalog_close. They are
 * bytes as some source had them: see text.h before printing one. NULL stands for what nobody says.
 */
#ifndef PORTDB_ANSWER_H
#define PORTDB_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row of a source. */
struct answer_claim {
	const char *source;     /* its path */
	uint32_t source_number; /* from 0: the highest */
	uint32_t line;
	const char *name;
	const char *aliases; /* a space between two; "" for none */
	const char *status;
	const char *description; /* the one nearest to the reader's language, */
	const char *language;    /* and its language */
	const char *notes;
	const char *registered; /* when: a day or a month */
	const char *reference;  /* RFCs and other documents */
	uint32_t facts;         /* for portdb_next_fact */
	bool is_of_registry;    /* IANA's own row */
};

/* A service; or a row that is none, as it lacks a name, a port or a protocol. */
struct answer {
	const char *name;     /* NULL for none */
	const char *protocol; /* "" for none */
	bool has_port;
	uint16_t port;
	uint16_t last_port; /* more than port for the row of a range */
	const char **aliases;
	size_t alias_count;
	const char *status;      /* by the first claim about its name that says one, and IANA's */
	const char *description; /* nearest to the reader's language, then by the first claim */
	const char *language;
	const char *source;                /* of the first claim */
	const char *hidden_by;             /* the source of the row that hides it, or NULL, */
	uint32_t hidden_source;            /* its number, */
	uint32_t hidden_line;              /* and the row's line */
	const char *registered;            /* by the first claim that says so; IANA's if it does */
	const char *reference;             /* the same */
	const struct answer_claim *claims; /* in the order of their sources */
	size_t claim_count;
	bool is_second;           /* it stands behind another answer to the same question */
	const char *disagreement; /* what its claims, and others, disagree about; see conflicts.h */
};

/* Answers in order. Start from zeros; free items. */
struct answers {
	struct answer *items;
	size_t count;
	size_t capacity;
};

void answers_add(struct answers *answers, const struct answer *answer);

/* Takes `count` answers out, from number `first` on. */
void answers_drop(struct answers *answers, size_t first, size_t count);

/* Takes out the answers from number `later` on that are there already from number `first` on. */
void answers_drop_repeated(struct answers *answers, size_t first, size_t later);

/* Keeps only answers of a status, in upper or lower case. */
void answers_keep_status(struct answers *answers, const char *status);

#endif
