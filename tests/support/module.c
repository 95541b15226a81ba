/* SPDX-License-Identifier: MIT */
#include "module.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static void *find(void *library, const char *service, const char *what)
{
	char name[64];

	snprintf(name, sizeof name, "_nss_%s_%s", service, what);
	return dlsym(library, name);
}

bool module_find(struct module *module, void *library, const char *service)
{
	*module = (struct module){
	    .by_name = find(library, service, "getservbyname_r"),
	    .by_port = find(library, service, "getservbyport_r"),
	    .set = find(library, service, "setservent"),
	    .next = find(library, service, "getservent_r"),
	    .end = find(library, service, "endservent"),
	};
	return module->by_name && module->by_port && module->set && module->next && module->end;
}

/* It is part of libc since glibc 2.34, and was a module before. */
bool find_files(struct module *module)
{
	void *library;

	if (module_find(module, RTLD_DEFAULT, "files"))
		return true;
	library = dlopen("libnss_files.so.2", RTLD_NOW);
	return library && module_find(module, library, "files");
}

struct module open_module(void)
{
	struct module module;
	void *library = dlopen("libnss_portdb.so.2", RTLD_NOW);

	if (!library || !module_find(&module, library, "portdb")) {
		fprintf(stderr, "%s\n", dlerror());
		abort();
	}
	return module;
}
