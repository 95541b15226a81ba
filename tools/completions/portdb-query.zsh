#compdef portdb-query
# SPDX-License-Identifier: MIT
# zsh completion for portdb-query

# Names and aliases, or ports, of the database in use. A name may hold anything: zsh quotes it, and
# one with other characters than ASCII's, which a terminal might obey, is not offered.
_portdb_query_words() {
	local -a database found
	local file=${opt_args[-d]:-${opt_args[--database]-}}
	local kind=name

	[[ -n $PREFIX && $PREFIX != -* ]] || return 1
	case $PREFIX in
	*/*) kind=both ;;
	*[^0-9]*) ;;
	*) kind=port ;;
	esac
	# _arguments puts a backslash before some characters of what was typed, quotes and all.
	[[ -z $file ]] || database=(-d ${(Q)${(Q)file}})
	found=(${(f)"$(portdb-query $database --all --format services 2>/dev/null |
		KIND=$kind LC_ALL=C awk '
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
			}')"})
	compadd -- $found
}

_portdb_query_columns() {
	_values -s , column NAME PORT PROTOCOL ALIASES STATUS DESCRIPTION LANGUAGE SOURCE REGISTERED REFERENCE
}

# What stands alone, or comes after --diff.
_portdb_query_arguments() {
	if (( ${words[(I)--diff]} )); then
		_files
	else
		_portdb_query_words
	fi
}

local context state line
typeset -A opt_args

_arguments -s \
	'--claims[every claim behind the answers]' \
	'--all[all services]' \
	'--search=[those that have all words]:words:' \
	'--range=[those on some ports]:ports, A-B:' \
	'--status=[those of a status]:status:(official unofficial reserved conflict hidden)' \
	'--conflicts[ports that sources disagree about]' \
	'--sources[what the database was made from]' \
	'--listening[what listens on this host]' \
	'--diff[what two databases answer otherwise]' \
	'--free=[ports that nobody claims or uses]:ports, A-B:' \
	'-n+[at most so many]:number:' \
	'--ephemeral[ports of outgoing connections, too]' \
	'--for=[from one on that depends on a name]:name:' \
	'--format=[how to show it]:format:(table json csv services ldif reserved-ports)' \
	'(-J --json)'{-J,--json}'[as JSON]' \
	'(-o --output)'{-o+,--output=}'[these columns]:columns:_portdb_query_columns' \
	'--no-headings[without the names of columns]' \
	'--base=[where LDIF entries go]:DN:' \
	'--lang=[the language of descriptions]:language:(en pt zh)' \
	'(-d --database)'{-d+,--database=}'[read this database]:database:_files' \
	'(- *)'{-h,--help}'[a list of options]' \
	'(- *)--usage[a short message]' \
	'(- *)'{-V,--version}'[the version]' \
	'*:question:_portdb_query_arguments'
