# SPDX-License-Identifier: MIT
# bash completion for portdb-query
# shellcheck shell=bash

# Names and aliases, or ports, of the database in use, those that start with $1. The rest are the
# options that choose the database. A name may hold anything, and what is completed is run: so each
# is quoted, and one with other characters than ASCII's, which a terminal might obey, is not offered.
_portdb_query_words() {
	local word=$1
	local found
	shift
	portdb-query "$@" --all --format services 2>/dev/null |
		WORD=$word LC_ALL=C awk '
			BEGIN { word = ENVIRON["WORD"] }
			{
				slash = index($2, "/")
				port = substr($2, 1, slash - 1)
				protocol = substr($2, slash)
				if (word ~ /^[0-9]+$/)
					$0 = port
				else if (word ~ /\//)
					$0 = port protocol " " $1 protocol
				else
					$2 = ""
				for (i = 1; i <= NF; i++)
					if (index($i, word) == 1 && $i !~ /[^!-~]/ && !seen[$i]++)
						print $i
			}' |
		while IFS= read -r found; do
			printf '%q\n' "$found"
		done
}

# The file names that start with $1, on lines of their own; readline quotes them. One with a line
# feed in it is not offered. One that starts with a "-" would be an option.
_portdb_query_files() {
	local found
	compgen -f -- "$1" | while IFS= read -r found; do
		[[ -e ${found/#\~\//$HOME/} || -L $found ]] || continue
		[[ $found != -* ]] || found=./$found
		printf '%s\n' "$found"
	done
}

# Columns behind those that $1 has already.
_portdb_query_columns() {
	local before=
	[[ $1 != *,* ]] || before=${1%,*},
	compgen -P "$before" -W 'NAME PORT PROTOCOL ALIASES STATUS DESCRIPTION LANGUAGE SOURCE
		REGISTERED REFERENCE' -- "${1##*,}"
}

_portdb_query() {
	local current=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	local options='--all --base= --claims --conflicts -d --database= --diff --ephemeral --for=
		--format= --free= -h --help -J --json --lang= --listening -n --no-headings -o --output=
		--range= --search= --sources --status= --usage -V --version'
	local database=()
	local word
	local i

	COMPREPLY=()
	# readline takes "--format=json" for three words.
	if [[ $current == = ]]; then
		current=
	elif [[ $previous == = ]]; then
		previous=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $previous in
	-d | --database)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(_portdb_query_files "$current")
		return
		;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W 'table json csv services ldif reserved-ports' -- "$current")
		return
		;;
	--lang)
		mapfile -t COMPREPLY < <(compgen -W 'en pt zh' -- "$current")
		return
		;;
	--status)
		mapfile -t COMPREPLY < <(compgen -W 'official unofficial reserved conflict hidden' \
			-- "$current")
		return
		;;
	-o | --output)
		compopt -o nospace 2>/dev/null
		mapfile -t COMPREPLY < <(_portdb_query_columns "$current")
		return
		;;
	--base | --for | --free | -n | --range | --search)
		return
		;;
	esac
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
		[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
		return
	fi
	if [[ " ${COMP_WORDS[*]:1:COMP_CWORD-1} " == *' --diff '* ]]; then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(_portdb_query_files "$current")
		return
	fi
	# What was completed before has a backslash before each character that needs one. What is
	# quoted otherwise is left alone.
	[[ $current != *[\"\'\$\`]* || $current == *\\* ]] || return
	# shellcheck disable=SC2162 # read takes the backslashes away
	IFS= read current <<<"$current"
	for ((i = 1; i < COMP_CWORD - 1; i++)); do
		[[ ${COMP_WORDS[i]} == -d || ${COMP_WORDS[i]} == --database ]] || continue
		word=${COMP_WORDS[i + 1]}
		[[ $word != = ]] || word=${COMP_WORDS[i + 2]}
		# shellcheck disable=SC2162
		IFS= read word <<<"$word"
		database=(-d "$word")
	done
	[[ -z $current ]] || mapfile -t COMPREPLY < <(_portdb_query_words "$current" "${database[@]}")
}

complete -F _portdb_query portdb-query
