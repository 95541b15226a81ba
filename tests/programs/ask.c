/* SPDX-License-Identifier: MIT */
/*
 * A program that asks the C library for services, as any other does: ask FILE
 *
 * The file has a question in each line, NAME, NAME/PROTOCOL, PORT, PORT/PROTOCOL or "*" for all
 * services; each answer is a line as in services(5), or "-". Whatever nsswitch.conf says, portdb is
 * asked. Tests run it privileged, linked statically, and built for other machines.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern int __nss_configure_lookup(const char *database, const char *services);

#ifdef IS_SANITIZED
/* A privileged program cannot be searched for leaks, nor does its environment say so in time. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

static void print(const struct servent *entry)
{
	if (!entry) {
		puts("-");
		return;
	}
	printf("%s %u/%s", entry->s_name, ntohs((uint16_t)entry->s_port), entry->s_proto);
	for (char **alias = entry->s_aliases; *alias; alias++)
		printf(" %s", *alias);
	putchar('\n');
}

static void print_all(void)
{
	struct servent *entry;

	setservent(0);
	while ((entry = getservent()))
		print(entry);
	endservent();
}

static void answer(char *question)
{
	char *protocol = strrchr(question, '/');

	if (protocol)
		*protocol++ = '\0';
	if (strcmp(question, "*") == 0)
		print_all();
	else if (question[strspn(question, "0123456789")] == '\0')
		print(getservbyport(htons((uint16_t)atoi(question)), protocol));
	else
		print(getservbyname(question, protocol));
}

int main(int argc, char **argv)
{
	char line[4096];
	FILE *file = argc == 2 ? fopen(argv[1], "re") : NULL;

	if (!file || __nss_configure_lookup("services", "portdb") != 0) {
		perror("ask");
		return 2;
	}
	while (fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = '\0';
		answer(line);
	}
	fclose(file);
	return 0;
}
