/* SPDX-License-Identifier: MIT */
#include "read-sources.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input.h"
#include "service-access.h"
#include "tools/compile/formats/ldif-file.h"
#include "tools/compile/formats/services-file.h"
#include "tools/compile/formats/shape.h"
#include "tools/compile/formats/table.h"
#include "tools/shared/memory.h"

/* False with errno set if that cannot be. */
static bool track(struct source *source, const struct source_list *list,
		  const struct source_name *name, const struct stat *status)
{
	bool is_ahead = input_is_ahead(status);
	bool is_linked;

	if (!name->is_tracked)
		return true;
	if (!root_is_linked(&list->root, name->path, &is_linked))
		return false;
	source->tracking = (struct tracking){
	    .kind = name->is_directory ? is_ahead ? PORTDB_DIRECTORY_AHEAD : PORTDB_DIRECTORY
		    : is_ahead         ? PORTDB_FILE_AHEAD
				       : PORTDB_FILE,
	    .time = is_ahead ? status->st_ctim : status->st_mtim,
	    .touched = status->st_ctim,
	    .size = name->is_directory ? 0 : (uint32_t)status->st_size,
	    .is_linked = is_linked,
	    .inode = is_linked ? (uint32_t)status->st_ino : 0,
	};
	return true;
}

/* Whether the failure in errno is that there is nothing, and that this is all right. */
static bool is_absence(const struct source_list *list, const struct source_name *name)
{
	return name->may_be_absent && (errno == ENOENT || errno == ENOTDIR) &&
	       !root_is_link(&list->root, name->path);
}

static void note_absence(struct source *source, const struct source_name *name,
			 struct diagnostics *diagnostics)
{
	source->tracking.kind = PORTDB_ABSENT;
	if (!name->is_optional)
		diagnostics_warning(diagnostics, name->file, 0, "left out: %s", strerror(ENOENT));
}

/* Whether these are the sources of this system, which portdb.service compiles. */
static bool is_hosts_own(const struct source_list *list)
{
	return list->is_system && *list->root.path == '\0';
}

static const char *read_error(const struct source_list *list, const struct source_name *name)
{
	int error = errno;

	if (error == ENOENT && list->is_system && root_is_link(&list->root, name->path))
		return "a link that leads to nothing";
	if (error == EINVAL && list->is_system)
		return "not a regular file";
	/* Root itself is refused only without its capabilities. */
	if (error == EACCES && is_hosts_own(list) && geteuid() == 0)
		return service_access_explain(name->path);
	if (error == EBUSY)
		return "it changes all the time while it is read";
	if (error == EFBIG)
		return list->is_system ? "larger than 64 MB, as no source of the system may be"
				       : "larger than 512 MB";
	if (error == ENOSYS && *list->root.path)
		return "below another root links can only be followed by Linux 5.6 or later";
	return strerror(error);
}

/* Whether all of the file was taken for what its name says it is. */
static bool parse(struct source *source, const struct source_name *name, const struct input *input,
		  enum services_reading reading, struct diagnostics *diagnostics)
{
	unsigned long errors = diagnostics->errors;
	unsigned long refused = diagnostics->refused;
	enum shape_format format = source_list_format_of(name->path);
	bool is_quiet = diagnostics->is_quiet;

	/* Messages name the file as it is found now. */
	source->path = name->file;
	diagnostics->is_quiet = is_quiet || name->is_reference;
	bool is_of_rows = shape_check(source->path, input->bytes, input->size, format, diagnostics);
	diagnostics->is_quiet = diagnostics->is_quiet || !is_of_rows;
	if (format == SHAPE_TABLE)
		table_read(source, input->bytes, input->size, diagnostics);
	else if (format == SHAPE_LDIF)
		ldif_file_read(source, input->bytes, input->size, diagnostics);
	else
		(source_list_is_dropin(name->path)
		     ? services_file_read_ranges
		     : services_file_read)(source, input->bytes, input->size, reading, diagnostics);
	/* What was refused was told of. */
	if (diagnostics->errors == errors && diagnostics->refused == refused)
		shape_check_emptiness(source, input->bytes, input->size, format, diagnostics);
	diagnostics->is_quiet = is_quiet;
	source->path = name->path;
	return diagnostics->errors == errors;
}

/* What root compiles by hand and the service will lose. */
static void warn_of_refusal(const struct source_list *list, const struct source_name *name,
			    const struct stat *status, struct diagnostics *diagnostics)
{
	const char *refusal = NULL;

	if (is_hosts_own(list) && geteuid() == 0)
		refusal = service_access_refusal(name->path, status);
	if (refusal)
		diagnostics_warning(diagnostics, name->file, 0, "%s", refusal);
}

/*
 * Whether a source is lost that cannot be read for this reason, and the others do without. What has
 * to do with this moment alone, or with this machine, is no such reason: later it may be read.
 */
static bool is_lasting(int error)
{
	static const int lasting[] = {ENOENT, ENOTDIR, EISDIR,       EINVAL, EACCES,
				      EPERM,  ELOOP,   ENAMETOOLONG, EFBIG};

	for (size_t i = 0; i < LENGTH(lasting); i++)
		if (error == lasting[i])
			return true;
	return false;
}

/*
 * It has no claims. In the place of a services file anything counts as a change, so that "files" is
 * asked as well. Others are not tracked; the directory may be, in which they are.
 */
static void lose(struct source *source, const struct source_name *name,
		 struct diagnostics *diagnostics)
{
	const struct stat seen = source->seen;

	source_close(source);
	source_open(source, name->path);
	source->seen = seen;
	source->tracking.is_lost = true;
	if (name->layer == LAYER_HOST)
		source->tracking.kind = PORTDB_ABSENT;
	diagnostics->errors--;
	diagnostics->lost++;
}

/* The bytes of a source. What is no file has them once, so they are kept. */
static bool get_bytes(const struct source_list *list, struct source_name *name, struct input *input)
{
	enum input_kind kind = list->is_system           ? INPUT_REGULAR
			       : name->is_standard_input ? INPUT_STANDARD
							 : INPUT_ANY;

	if (name->kept.bytes) {
		*input = name->kept;
		return true;
	}
	if (!input_read(input, &list->root, list->is_system ? name->path : name->file, kind))
		return false;
	if (!list->is_system && (name->is_standard_input || !S_ISREG(input->status.st_mode)))
		name->kept = *input;
	return true;
}

static void read_file(struct source *source, const struct source_list *list,
		      struct source_name *name, enum services_reading reading,
		      struct diagnostics *diagnostics)
{
	struct input input;

	/* The directory tells when another takes the link's place. */
	if (list->is_system && root_is_link_to(&list->root, name->path, "/dev/null"))
		return;
	bool is_read = get_bytes(list, name, &input);

	if (!is_read && is_absence(list, name)) {
		note_absence(source, name, diagnostics);
		return;
	}
	if (is_read && S_ISREG(input.status.st_mode) && !name->is_standard_input) {
		source->seen = input.status;
		is_read = track(source, list, name, &input.status);
	}
	bool is_lost = list->is_system && (is_read || is_lasting(errno));
	if (!is_read)
		diagnostics_error(diagnostics, name->file, "%s", read_error(list, name));
	else
		warn_of_refusal(list, name, &input.status, diagnostics);
	if (is_read && !input_is_nothing(&input) && !(list->is_system && input.size == 0))
		is_read = parse(source, name, &input, reading, diagnostics);
	if (!name->kept.bytes)
		free(input.bytes);
	if (!is_read && is_lost)
		lose(source, name, diagnostics);
	source->is_unread = !is_read;
}

struct source *read_sources(struct source_list *list, struct diagnostics *diagnostics)
{
	struct source *sources = memory_allocate_zeroed(list->count + 1, sizeof *sources);
	enum services_reading reading = services_reading_here();
	struct demand demand = {0};

	for (size_t i = 0; i < list->count; i++) {
		source_open(&sources[i], list->names[i].path);
		sources[i].demand = demand;
		struct source_name *name = &list->names[i];
		sources[i].seen = name->status;
		if (!name->is_directory)
			read_file(&sources[i], list, name, reading, diagnostics);
		else if (name->status.st_mode == 0)
			note_absence(&sources[i], name, diagnostics);
		else if (!track(&sources[i], list, name, &name->status))
			diagnostics_error(diagnostics, name->file, "%s", strerror(errno));
		/* What is lost leaves its room to those below. */
		if (!sources[i].tracking.is_lost)
			demand = sources[i].demand;
	}
	return sources;
}

static bool has_changed(const struct source_list *list, const struct source_name *name,
			const struct source *source)
{
	const struct stat *seen = &source->seen;
	struct stat status;

	if (!root_look(&list->root, list->is_system ? name->path : name->file, &status))
		return seen->st_mode != 0;
	if (seen->st_mode == 0)
		return source->tracking.kind == PORTDB_ABSENT && !source->tracking.is_lost;
	return status.st_ctim.tv_sec != seen->st_ctim.tv_sec ||
	       status.st_ctim.tv_nsec != seen->st_ctim.tv_nsec || status.st_size != seen->st_size ||
	       status.st_ino != seen->st_ino;
}

bool read_sources_have_changed(const struct source_list *list, const struct source *sources)
{
	for (size_t i = 0; i < list->count; i++)
		if (has_changed(list, &list->names[i], &sources[i]))
			return true;
	return false;
}
