/* SPDX-License-Identifier: MIT */
#include "query-support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

static const char services[] = "ssh 22/tcp secsh # The Secure Shell\n"
			       "submissions 465/tcp ssmtp # Submission over TLS\n"
			       "domain 53/tcp\n"
			       "domain 53/udp\n"
			       "Alt 8080/tcp\n"
			       "Alt 8081/tcp ALT alto\n";

static const char table[] =
    "Service Name,Port Number,Transport Protocol,Aliases,Status,Description,Description[pt],"
    "Description[zh],Assignment Notes\n"
    "ssh,22,tcp,,official,Encrypted logins,Acesso remoto cifrado,加密登录,\n"
    "urd,465,tcp,,unofficial,\"Rendezvous, \"\"old\"\"\",,,not mail\n"
    "domain,53,udp,dns,official,Names to addresses,Serviço de nomes,域名解析,\n"
    ",60-70,tcp,,reserved,Kept free,,,\n"
    "3com-tsmux,106,tcp,,,,,,\n"
    "zh-only,700,tcp,,,,,只有中文,\n"
    "cl/1,172,tcp,,,,,,\n"
    "big name,90,tcp,,,Has a blank,,,\n";

static const char other[] =
    "Service Name,Port Number,Transport Protocol,Aliases,Status,Description\n"
    "secsh,22,tcp,,unofficial,Another view\n"
    "nomes,53,udp,,,\n";

void enter_with_database(void)
{
	struct run run;

	cr_assert_eq(chdir(scratch_directory()), 0);
	write_text("services", services);
	write_text("table.csv", table);
	write_text("other.csv", other);
	RUN(&run, COMPILER, "-o", "test.db", "services", "table.csv", "other.csv");
	cr_assert_eq(run.status, 0, "%s", run.errors);
	run_free(&run);
}

void expect_query(int line, const char *locale, int status, const char *output, const char *errors,
		  const char *const *arguments)
{
	const char *all[32] = {QUERY, "-d", "test.db"};
	struct run run;

	for (size_t i = 0; arguments[i]; i++)
		all[3 + i] = arguments[i];
	setenv("LC_ALL", locale, 1);
	run_program(&run, all);
	cr_expect_eq(run.status, status, "line %d: ended with %d: %s", line, run.status,
		     run.errors);
	cr_expect_str_eq(run.output, output, "line %d: output:\n%s", line, run.output);
	cr_expect_str_eq(run.errors, errors, "line %d: errors:\n%s", line, run.errors);
	run_free(&run);
}
