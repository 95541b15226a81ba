/* SPDX-License-Identifier: MIT */
/*
 * The reference tables of data/tables against what their documents say: every port, protocol and
 * status that a document names is a row of its table, and every name with its aliases where the
 * document gives names; and the table has no other row. Where a document's entry speaks of two
 * services, or gives no status to a claim that is disputed, the checklist has what data/README
 * says of such rows.
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/compile/formats/table.h"
#include "tools/compile/sources/input.h"
#include "tools/shared/memory.h"

/* Rows of one status: each port stands once for every row that it has with each protocol. */
struct port_list {
	const char *status;
	const char *protocols;
	const char *ports;
};

/* Services of one status, each "port[/protocol] name alias…"; both tcp and udp if it says none. */
struct service_list {
	const char *status;
	const char *services; /* a comma between two */
};

static const struct port_list well_known_ports[] = {
    {"reserved", "tcp udp", "0"},
    {"official", "tcp udp",
     "1 5 7 9 11 13 17 18 19 22 23 25 37 38 39 41 42 42 49 53 118 135 137 138 139 "
     "143 156 161 162 213 369 371 389 401 427 445 464 500 524 530 554 563 593 636 "
     "989 990 992"},
    {"official", "tcp", "20 21 43 57 70 79 80 88 110 113 119 179 194 443 587 591 691 873 993 995"},
    {"official", "udp", "67 68 69 123 514 520"},
    {"unofficial", "tcp udp", "26 35 902"},
    {"unofficial", "tcp", "81 411 665 901 981"},
    {"unofficial", "udp", "82"},
    {"conflict", "tcp udp", "192 192 366 383 531 531 561"},
    {"conflict", "tcp", "323 465 911"},
    {"conflict", "udp", "513"},
    {"", "tcp udp",
     "111 152 153 157 158 159 160 190 191 192 201 209 218 220 259 264 318 366 384 "
     "387 444 512 513 542 546 547 631 639 749 991"},
    {"", "tcp",
     "101 102 107 109 115 117 170 311 514 515 517 520 532 540 543 544 548 556 604 "
     "646 647 648 652 654 674 692 695 698 699 700 701 702 706 711 712 720 782 829 "
     "860"},
    {"", "udp", "323 518 525 533 550 560 561 666 750"},
};

static const struct port_list common_ports[] = {
    {"reserved", "tcp udp", "0"},
    {"conflict", "tcp udp", "80 366 531 531"},
    {"conflict", "tcp", "57 323 411 465 901"},
    {"conflict", "udp", "4"},
    {"", "tcp udp",
     "1 5 7 9 13 17 18 19 20 21 22 23 25 26 37 38 39 41 42 49 53 118 137 138 139 143 "
     "152 153 156 158 161 162 201 209 213 218 220 259 264 318 366 369 384 387 389 "
     "401 427 443 444 445 464 500 514 524 530 542 546 547 563 593 631 636 639 989 "
     "990 991 992"},
    {"", "tcp",
     "70 79 80 88 101 107 109 110 113 115 119 179 194 515 540 554 587 591 604 646 "
     "647 648 652 654 666 674 691 692 695 698 699 700 701 702 706 711 712 720 829 "
     "860 873 981 993 995"},
    {"", "udp", "67 68 69 123 323"},
};

static const struct port_list ports_in_brief[] = {
    {"conflict", "tcp udp", "42 411 412"},
    {"conflict", "tcp", "514"},
    {"", "tcp udp",
     "7 19 43 53 88 135 137 138 139 143 201 264 318 381 383 389 445 464 497 546 547 "
     "554 563 593 596 636"},
    {"", "tcp", "23 25 70 79 102 110 113 119 179 427 465 465 512 513 515 540 548 587 591 631"},
    {"", "tcp sctp", "20"},
    {"", "tcp udp sctp", "21 22 80 443"},
    {"", "udp", "49 67 68 69 123 161 162 177 194 500 520 521 560"},
};

static const struct port_list portas[] = {
    {"reserved", "tcp udp", "0"},
    {"official", "tcp udp",
     "1 5 7 9 11 13 17 18 19 22 23 25 37 38 39 41 42 49 53 111 118 135 137 138 139 "
     "143 156 161 162 213 369 371 389 401 445 464 500 524 530 542 554 563 593 636 "
     "989 990 992"},
    {"official", "tcp",
     "20 21 43 70 79 80 80 81 88 110 113 119 179 194 443 540 587 591 691 873 993 995"},
    {"official", "udp", "67 68 69 123 514 520"},
    {"unofficial", "tcp udp", "26 35 427 531 531 902 904"},
    {"unofficial", "tcp", "81 411 412 665 901 981"},
    {"unofficial", "udp", "82 694"},
    {"conflict", "tcp udp", "42 366 383"},
    {"conflict", "tcp", "57 323 465 911"},
    {"conflict", "udp", "513"},
    {"", "tcp udp",
     "152 153 158 201 209 218 220 259 264 318 366 384 387 444 502 512 513 546 "
     "547 631 639 749 991"},
    {"", "tcp",
     "101 102 107 109 115 117 170 311 514 515 520 532 543 544 548 556 604 646 647 "
     "648 652 654 674 692 695 698 699 700 701 702 706 711 712 720 782 829 860"},
    {"", "udp", "323 517 518 525 533 550 560 561 666 750"},
};

static const struct service_list unix_services[] = {
    {"", "1 tcpmux, 5 rje, 7 echo, 9 discard, 11 systat, 13 daytime, 17 qotd, 18 msp, "
	 "19 chargen, 20 ftp-data, 21 ftp, 22 ssh, 23 telnet, 25 smtp, 37 time, 39 rlp, "
	 "42 nameserver, 43 nicname, 49 tacacs, 50 re-mail-ck, 53 domain, 63 whois++, "
	 "67 bootps, 68 bootpc, 69 tftp, 70 gopher, 71 netrjs-1, 72 netrjs-2, "
	 "73 netrjs-3, 79 finger, 80 http, 88 kerberos, 95 supdup, 101 hostname, "
	 "102 iso-tsap, 105 csnet-ns, 107 rtelnet, 109 pop2, 110 pop3, 111 sunrpc, "
	 "113 auth, 115 sftp, 117 uucp-path, 119 nntp, 123 ntp, 137 netbios-ns, "
	 "138 netbios-dgm, 139 netbios-ssn, 143 imap, 161 snmp, 162 snmptrap, "
	 "163 cmip-man, 164 cmip-agent, 174 mailq, 177 xdmcp, 178 nextstep, 179 bgp, "
	 "191 prospero, 194 irc, 199 smux, 201 at-rtmp, 202 at-nbp, 204 at-echo, "
	 "206 at-zis, 209 qmtp, 210 z39.50, 213 ipx, 220 imap3, 245 link, 347 fatserv, "
	 "363 rsvp_tunnel, 369 rpc2portmap, 370 codaauth2, 372 ulistproc, 389 ldap, "
	 "427 svrloc, 434 mobileip-agent, 435 mobilip-mn, 443 https, 444 snpp, "
	 "445 microsoft-ds, 464 kpasswd, 468 photuris, 487 saft, 488 gss-http, "
	 "496 pim-rp-disc, 500 isakmp, 535 iiop, 538 gdomap, 546 dhcpv6-client, "
	 "547 dhcpv6-server, 554 rtsp, 563 nntps, 565 whoami, 587 submission, "
	 "610 npmp-local, 611 npmp-gui, 612 hmmp-ind, 631 ipp, 636 ldaps, 674 acap, "
	 "694 ha-cluster, 749 kerberos-adm, 750/udp kerberos-iv, 765 webster, 767 phonebook, "
	 "873 rsync, 992 telnets, 993 imaps, 994 ircs, 995 pop3s, 512/tcp exec, "
	 "512/udp biff comsat, 513/tcp login, 513/udp who whod, 514/tcp shell cmd, "
	 "514/udp syslog, 515 printer spooler, 517/udp talk, 518/udp ntalk, "
	 "519 utime unixtime, 520/tcp efs, 520/udp router route routed, 521 ripng, "
	 "525 timed timeserver, 526/tcp tempo newdate, 530/tcp courier rpc, "
	 "531/tcp conference chat, 532 netnews, 533/udp netwall, 540/tcp uucp uucpd, "
	 "543/tcp klogin, 544/tcp kshell, 548 afpovertcp, 556 remotefs rfs_server rfs, "
	 "1/ddp rtmp, 2/ddp nbp, 4/ddp echo, 6/ddp zip"},
    {"official", "1080 socks, 1236 bvcontrol rmtcfg, 1300 h323hostcallsc, 1433 ms-sql-s, "
		 "1434 ms-sql-m, 1494 ica, 1512 wins, 1524 ingreslock, 1525 prospero-np, "
		 "1645 datametrics old-radius, 1646 sa-msg-port oldradacct, 1649 kermit, "
		 "1701 l2tp l2f, 1718 h323gatedisc, 1719 h323gatestat, 1720 h323hostcall, "
		 "1758 tftp-mcast, 1759 mtftp, 1789 hello, 1812 radius, 1813 radius-acct, "
		 "1911 mtp, 1985 hsrp, 1986 licensedaemon, 1997 gdp-port, 2049 nfs nfsd, "
		 "2102 zephyr-srv, 2103 zephyr-clt, 2104 zephyr-hm, 2401 cvspserver, "
		 "2430/tcp venus, 2430/udp venus, 2431/tcp venus-se, 2431/udp venus-se, "
		 "2432/udp codasrv, 2433/tcp codasrv-se, 2433/udp codasrv-se, "
		 "2600 hpstgmgr zebrasrv, 2601 discp-client zebra, 2602 discp-server ripd, "
		 "2603 servicemeter ripngd, 2604 nsc-ccs ospfd, 2605 nsc-posa, "
		 "2606 netmon ospf6d, 2809 corbaloc, 3130 icpv2, 3306 mysql, 3346 trnsprntproxy, "
		 "4011 pxe, 4321 rwhois, 4444 krb524, 5002 rfe, 5308 cfengine, 5999 cvsup CVSup, "
		 "6000 x11 X, 7000 afs3-fileserver, 7001 afs3-callback, 7002 afs3-prserver, "
		 "7003 afs3-vlserver, 7004 afs3-kaserver, 7005 afs3-volser, 7006 afs3-errors, "
		 "7007 afs3-bos, 7008 afs3-update, 7009 afs3-rmtsys, 9876 sd, 10080 amanda, "
		 "11371 pgpkeyserver, 11720 h323callsigalt, 13720 bprd, 13721 bpdbm, "
		 "13722 bpjava-msvc, 13724 vnetd, 13782 bpcd, 13783 vopied, 22273 wnn6 wnn4, "
		 "26000 quake, 26208 wnn6-ds, 33434 traceroute"},
    {"unofficial", "751 kerberos_master, 752 passwd_server, 754 krb5_prop, 760 krbupdate kreg, "
		   "1109 kpop, 2053 knetd, 2105 eklogin, 15/tcp netstat, 98/tcp linuxconf, "
		   "106 poppassd, 465/tcp smtps, 616/tcp gii, 808 omirr omirrd, "
		   "871/tcp supfileserv, 901/tcp swat, 953 rndc, 1127 sufiledbg, 1178/tcp skkserv, "
		   "1313/tcp xtel, 1529/tcp support prmsd gnatsd, 2003/tcp cfinger, 2150 ninstall, "
		   "2988 afbackup, 3128/tcp squid, 3455 prsvp, 5432 postgres, 4557/tcp fax, "
		   "4559/tcp hylafax, 5232 sgi-dgl, 5354 noclog, 5355 hostmon, 5680/tcp canna, "
		   "6010/tcp x11-ssh-offset, 6667 ircd, 7100/tcp xfs, 7666/tcp tircproxy, "
		   "8008 http-alt, 8080 webcache, 8081 tproxy, 9100/tcp jetdirect laserjet hplj, "
		   "9359 mandelspawn mandelbrot, 10081 kamanda, 10082/tcp amandaidx, "
		   "10083/tcp amidxtape, 20011 isdnlog, 20012 vboxd, 22305/tcp wnn4_Kr, "
		   "22289/tcp wnn4_Cn, 22321/tcp wnn4_Tw, 24554 binkp, 27374 asp, 60177 tfido, "
		   "60179 fido"},
    {"conflict", "73 netrjs-4, 750/tcp kerberos-iv"},
};

/* A table, and which of its rows the checklist has come to. */
struct checked_table {
	struct source source;
	bool *is_named;
};

/* What a document says of a row. A name of NULL is any name with any aliases. */
struct row {
	unsigned port;
	const char *protocol;
	const char *status;
	const char *name;
	const char *aliases;
};

static void open_table(struct checked_table *table, const char *file_name)
{
	char path[4096];
	struct input input;
	struct diagnostics diagnostics = {0};

	snprintf(path, sizeof path, DATA_DIR "/tables/%s", file_name);
	cr_assert(input_read(&input, &ROOT_HERE, path, INPUT_ANY), "%s cannot be read", path);
	source_open(&table->source, file_name);
	cr_assert(table_read(&table->source, input.bytes, input.size, &diagnostics));
	cr_assert(diagnostics.refused + diagnostics.warnings + diagnostics.errors == 0);
	free(input.bytes);
	table->is_named = calloc(table->source.claim_count + 1, sizeof *table->is_named);
	cr_assert(table->is_named);
}

static const char *status_of(const struct claim *claim)
{
	const char *status = claim_fact(claim, "Status");

	return status ? status : "";
}

static bool has_aliases(const struct claim *claim, const char *aliases)
{
	for (size_t i = 0; i < claim->alias_count; i++) {
		size_t length = strlen(claim->aliases[i]);
		if (strncmp(aliases, claim->aliases[i], length) != 0)
			return false;
		aliases += length;
		if (*aliases == ' ')
			aliases++;
		else if (*aliases)
			return false;
	}
	return *aliases == '\0';
}

static bool is_row(const struct claim *claim, const struct row *row)
{
	return claim->port == row->port && strcmp(claim->protocol, row->protocol) == 0 &&
	       strcmp(status_of(claim), row->status) == 0 &&
	       (!row->name ||
		(strcmp(claim->name, row->name) == 0 && has_aliases(claim, row->aliases)));
}

/* Finds the row and strikes it off, so that the next like it is another. */
static void expect_row(struct checked_table *table, const struct row *row)
{
	for (size_t i = 0; i < table->source.claim_count; i++) {
		if (!table->is_named[i] && is_row(&table->source.claims[i], row)) {
			table->is_named[i] = true;
			return;
		}
	}
	cr_expect(false, "%s: missing: %u/%s%s%s%s%s, status '%s'", table->source.path, row->port,
		  row->protocol, row->name ? " " : "", row->name ? row->name : "",
		  row->name && *row->aliases ? " " : "", row->name ? row->aliases : "",
		  row->status);
}

static void expect_protocols(struct checked_table *table, struct row row, const char *protocols)
{
	char *words = strdup(protocols);
	char *rest;

	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		row.protocol = word;
		expect_row(table, &row);
	}
	free(words);
}

static void expect_ports(struct checked_table *table, const struct port_list *list)
{
	char *words = strdup(list->ports);
	char *rest;

	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		expect_protocols(table,
				 (struct row){.port = (unsigned)atoi(word), .status = list->status},
				 list->protocols);
	free(words);
}

static void expect_service(struct checked_table *table, char *service, const char *status)
{
	char *aliases;
	char *ports = strtok_r(service, " ", &aliases);
	char *name = strtok_r(NULL, " ", &aliases);
	const char *slash = strchr(ports, '/');
	const struct row row = {(unsigned)atoi(ports), NULL, status, name, aliases ? aliases : ""};

	expect_protocols(table, row, slash ? slash + 1 : "tcp udp");
}

static void expect_services(struct checked_table *table, const struct service_list *list)
{
	char *services = strdup(list->services);
	char *rest;

	for (char *service = strtok_r(services, ",", &rest); service;
	     service = strtok_r(NULL, ",", &rest))
		expect_service(table, service, list->status);
	free(services);
}

/* The checklist is through: there is no other row, and each says what its service is. */
static void close_table(struct checked_table *table, const char *description)
{
	for (size_t i = 0; i < table->source.claim_count; i++) {
		const struct claim *claim = &table->source.claims[i];
		cr_expect(table->is_named[i],
			  "%s:%lu: %u/%s %s, status '%s', is not in the document",
			  table->source.path, claim->line, (unsigned)claim->port, claim->protocol,
			  claim->name, status_of(claim));
		cr_expect(claim_fact(claim, description), "%s:%lu: no %s", table->source.path,
			  claim->line, description);
	}
	free(table->is_named);
	source_close(&table->source);
}

static void check_port_lists(const char *file_name, const char *description,
			     const struct port_list *lists, size_t count)
{
	struct checked_table table;

	open_table(&table, file_name);
	for (size_t i = 0; i < count; i++)
		expect_ports(&table, &lists[i]);
	close_table(&table, description);
}

Test(reference_tables, unix_services)
{
	struct checked_table table;

	open_table(&table, "10-unix-services.zh.csv");
	for (size_t i = 0; i < LENGTH(unix_services); i++)
		expect_services(&table, &unix_services[i]);
	close_table(&table, "Description[zh]");
}

Test(reference_tables, well_known_ports)
{
	check_port_lists("20-well-known-ports.en.csv", "Description", well_known_ports,
			 LENGTH(well_known_ports));
}

Test(reference_tables, common_ports)
{
	check_port_lists("30-common-ports.en.csv", "Description", common_ports,
			 LENGTH(common_ports));
}

Test(reference_tables, ports_in_brief)
{
	check_port_lists("40-ports-in-brief.en.csv", "Description", ports_in_brief,
			 LENGTH(ports_in_brief));
}

Test(reference_tables, portas)
{
	check_port_lists("50-portas.pt.csv", "Description[pt]", portas, LENGTH(portas));
}
