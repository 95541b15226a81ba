# bash completion for portdb-query
# shellcheck shell=bash

# Names and aliases, or ports, of the database in use, those that start with $1. The rest are the
# options that choose the database.
_portdb_query_words() {
	local word=$1
	shift
	portdb-query "$@" --all --format services 2>/dev/null |
		awk -v word="$word" '
			{
				split($2, place, "/")
				if (word ~ /^[0-9]+$/)
					$0 = place[1]
				else if (word ~ /\//)
					$0 = place[1] "/" place[2] " " $1 "/" place[2]
				else
					$2 = ""
				for (i = 1; i <= NF; i++)
					if (index($i, word) == 1 && !seen[$i]++)
						print $i
			}'
}

_portdb_query() {
	local current=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	local options='--all --base= --claims --conflicts -d --ephemeral --format= --free=
		--lang= --listening -n --range= --search= --sources --status= --help --usage
		--version'
	local database=()
	local i

	COMPREPLY=()
	# readline takes "--format=json" for three words.
	if [[ $current == = ]]; then
		current=
	elif [[ $previous == = ]]; then
		previous=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $previous in
	-d)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W 'table json csv services ldif' -- "$current")
		return
		;;
	--lang)
		mapfile -t COMPREPLY < <(compgen -W 'en pt zh' -- "$current")
		return
		;;
	--status)
		mapfile -t COMPREPLY < <(compgen -W 'official unofficial reserved conflict' \
			-- "$current")
		return
		;;
	--base | --free | -n | --range | --search)
		return
		;;
	esac
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
		[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
		return
	fi
	for ((i = 1; i < COMP_CWORD - 1; i++)); do
		[[ ${COMP_WORDS[i]} != -d ]] || database=(-d "${COMP_WORDS[i + 1]}")
	done
	[[ -z $current ]] || mapfile -t COMPREPLY < <(_portdb_query_words "$current" "${database[@]}")
}

complete -F _portdb_query portdb-query
