/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include "tools/shared/writer.h"

static void write_finding(struct writer *writer, const struct finding *finding)
{
	writer_open(writer, NULL, '{');
	writer_string(writer, "file", finding->path);
	if (finding->line > 0)
		writer_number(writer, "line", (int64_t)finding->line);
	else
		writer_string(writer, "line", NULL);
	writer_string(writer, "severity", finding->kind);
	writer_string(writer, "message", finding->message);
	writer_close(writer, '}');
}

void findings_print_json(const struct diagnostics_record *record,
			 const struct diagnostics *diagnostics, size_t claims, size_t sources)
{
	struct writer writer = {0};

	writer_open(&writer, NULL, '{');
	writer_open(&writer, "findings", '[');
	for (size_t i = 0; i < record->count; i++)
		write_finding(&writer, &record->findings[i]);
	writer_close(&writer, ']');
	writer_number(&writer, "claims", (int64_t)claims);
	writer_number(&writer, "sources", (int64_t)sources);
	writer_number(&writer, "finding_count",
		      (int64_t)(diagnostics->refused + diagnostics->warnings));
	writer_number(&writer, "note_count", (int64_t)diagnostics->notes);
	writer_close(&writer, '}');
}
