/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include "tools/shared/document.h"
#include "tools/shared/text.h"

static json_t *number_of(size_t number)
{
	return json_integer((json_int_t)number);
}

static json_t *object_of(struct arena *memory, const struct finding *finding)
{
	json_t *object = json_object();

	json_object_set_new(object, "file", json_string(text_as_utf8(memory, finding->path)));
	json_object_set_new(object, "line",
			    finding->line > 0 ? number_of(finding->line) : json_null());
	json_object_set_new(object, "severity", json_string(finding->kind));
	json_object_set_new(object, "message", json_string(text_as_utf8(memory, finding->message)));
	return object;
}

void findings_print_json(const struct diagnostics_record *record,
			 const struct diagnostics *diagnostics, size_t claims, size_t sources)
{
	json_t *document = json_object();
	json_t *findings = json_array();
	struct arena memory = {0};

	for (size_t i = 0; i < record->count; i++)
		json_array_append_new(findings, object_of(&memory, &record->findings[i]));
	json_object_set_new(document, "findings", findings);
	json_object_set_new(document, "claims", number_of(claims));
	json_object_set_new(document, "sources", number_of(sources));
	json_object_set_new(document, "finding_count",
			    number_of(diagnostics->refused + diagnostics->warnings));
	json_object_set_new(document, "note_count", number_of(diagnostics->notes));
	document_print(document);
	json_decref(document);
	arena_free(&memory);
}
