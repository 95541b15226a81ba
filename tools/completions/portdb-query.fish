# SPDX-License-Identifier: MIT
# fish completion for portdb-query

# The options that choose the database, a line each.
function __portdb_query_database
	set -l words (commandline -opc)
	for i in (seq (count $words))
		switch $words[$i]
			case -d --database
				test $i -lt (count $words); and printf '%s\n' -d $words[(math $i + 1)]
			case '--database=*'
				printf '%s\n' $words[$i]
		end
	end
end

# Names and aliases, or ports, of the database in use. A name may hold anything: fish quotes it, and
# one with other characters than ASCII's, which a terminal might obey, is not offered.
function __portdb_query_words
	set -l word (commandline -ct)
	set -l kind name
	switch "$word"
		case '' '-*'
			return
		case '*/*'
			set kind both
		case '*'
			string match -qr '^[0-9]+$' -- $word; and set kind port
	end
	portdb-query (__portdb_query_database) --all --format services 2>/dev/null |
		env KIND=$kind LC_ALL=C awk '
			{
				slash = index($2, "/")
				port = substr($2, 1, slash - 1)
				protocol = substr($2, slash)
				if (ENVIRON["KIND"] == "port")
					$0 = port
				else if (ENVIRON["KIND"] == "both")
					$0 = port protocol " " $1 protocol
				else
					$2 = ""
				for (i = 1; i <= NF; i++)
					if ($i !~ /[^!-~]/ && $i !~ /^-/ && !seen[$i]++)
						print $i
			}'
end

# What there may be behind those of the word that are there already.
function __portdb_query_columns
	set -l before (string match -r '.*,' -- (commandline -ct | string replace -r '^--output=' ''))
	for column in NAME PORT PROTOCOL ALIASES STATUS DESCRIPTION LANGUAGE SOURCE REGISTERED REFERENCE
		printf '%s%s\n' "$before" $column
	end
end

complete -c portdb-query -f
complete -c portdb-query -n 'not contains -- --diff (commandline -opc)' -a '(__portdb_query_words)'
complete -c portdb-query -n 'contains -- --diff (commandline -opc)' -F
complete -c portdb-query -l claims -d 'Every claim behind the answers'
complete -c portdb-query -l all -d 'All services'
complete -c portdb-query -l search -x -d 'Those that have all words'
complete -c portdb-query -l range -x -d 'Those on some ports'
complete -c portdb-query -l status -x -a 'official unofficial reserved conflict hidden' -d 'Those of a status'
complete -c portdb-query -l conflicts -d 'Ports that sources disagree about'
complete -c portdb-query -l sources -d 'What the database was made from'
complete -c portdb-query -l listening -d 'What listens on this host'
complete -c portdb-query -l diff -d 'What two databases answer otherwise'
complete -c portdb-query -l free -x -d 'Ports that nobody claims or uses'
complete -c portdb-query -s n -x -d 'At most so many'
complete -c portdb-query -l ephemeral -d 'Ports of outgoing connections, too'
complete -c portdb-query -l for -x -d 'From one on that depends on a name'
complete -c portdb-query -l format -x -a 'table json csv services ldif reserved-ports' -d 'How to show it'
complete -c portdb-query -s J -l json -d 'As JSON'
complete -c portdb-query -s o -l output -x -a '(__portdb_query_columns)' -d 'These columns'
complete -c portdb-query -l no-headings -d 'Without the names of columns'
complete -c portdb-query -l base -x -d 'Where LDIF entries go'
complete -c portdb-query -l lang -x -a 'en pt zh' -d 'The language of descriptions'
complete -c portdb-query -s d -l database -r -F -d 'Read this database'
complete -c portdb-query -s h -l help -d 'A list of options'
complete -c portdb-query -l usage -d 'A short message'
complete -c portdb-query -s V -l version -d 'The version'
