#include "freshness.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

bool portdb_source_has_changed(const struct portdb_source_row *source)
{
	struct stat status;

	if (source->kind == PORTDB_UNTRACKED)
		return false;
	if (stat(source->path, &status) != 0)
		return source->kind != PORTDB_ABSENT && (errno == ENOENT || errno == ENOTDIR);
	if (source->kind == PORTDB_ABSENT)
		return true;
	if (source->kind == PORTDB_FILE && source->size != (uint64_t)status.st_size)
		return true;
	if (source->seconds != (int64_t)status.st_mtim.tv_sec)
		return true;
	/* Archives of system images keep whole seconds: 0 says nothing. */
	uint32_t nanoseconds = (uint32_t)status.st_mtim.tv_nsec;
	return source->nanoseconds != nanoseconds && source->nanoseconds != 0 && nanoseconds != 0;
}

bool portdb_look_for_changes(const struct portdb *db, struct portdb_changes *changes)
{
	struct portdb_claims claims;
	struct portdb_source_row source;
	bool is_any = false;

	memset(changes, 0, sizeof *changes);
	if (portdb_claims_open(&claims, db) != PORTDB_OK)
		return false;
	for (uint32_t i = 0; portdb_source_get(&claims, i, &source) == PORTDB_OK; i++)
		if (portdb_source_has_changed(&source)) {
			changes->words[i / 32 % PORTDB_CHANGE_WORDS] |= UINT32_C(1) << i % 32;
			is_any = true;
		}
	return is_any;
}

static bool is_marked(const struct portdb_changes *changes, uint32_t source)
{
	uint32_t word =
	    __atomic_load_n(&changes->words[source / 32 % PORTDB_CHANGE_WORDS], __ATOMIC_RELAXED);

	return word >> source % 32 & 1;
}

bool portdb_rests_on_changes(const struct portdb *db, const struct portdb_service *service,
			     const struct portdb_changes *changes)
{
	struct portdb_claims claims;
	struct portdb_claim_row claim;

	if (portdb_claims_open(&claims, db) != PORTDB_OK)
		return true;
	for (uint32_t i = portdb_first_claim(db, service);
	     portdb_claim_get(&claims, i, &claim) == PORTDB_OK && claim.service == service->offset;
	     i++)
		if (is_marked(changes, claim.source))
			return true;
	return false;
}
