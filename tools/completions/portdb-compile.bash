# SPDX-License-Identifier: MIT
# bash completion for portdb-compile
# shellcheck shell=bash

# The file names that start with $2, of the kind $1 (-f all, -d directories), on lines of their own;
# readline quotes them. One with a line feed in it is not offered. One that starts with a "-" would
# be an option.
_portdb_compile_files() {
	local found
	compgen "$1" -- "$2" | while IFS= read -r found; do
		[[ -e ${found/#\~\//$HOME/} || -L $found ]] || continue
		[[ $found != -* ]] || found=./$found
		printf '%s\n' "$found"
	done
}

_portdb_compile() {
	local current=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	local options='--against= --check --format= --list-sources --output= --root= --stdin-name= --strict --track --verbose --verify
		--help --usage --version'

	COMPREPLY=()
	# readline takes "--root=/mnt" for three words.
	if [[ $current == = ]]; then
		current=
	elif [[ $previous == = ]]; then
		previous=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if [[ $previous == --format ]]; then
		mapfile -t COMPREPLY < <(compgen -W 'table json csv' -- "$current")
		return
	fi
	if [[ $previous != -o && $previous != --output && $previous != --root && $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
		[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
		return
	fi
	# Any file may be a source or a database.
	compopt -o filenames 2>/dev/null
	if [[ $previous == --root ]]; then
		mapfile -t COMPREPLY < <(_portdb_compile_files -d "$current")
	else
		mapfile -t COMPREPLY < <(_portdb_compile_files -f "$current")
	fi
}

complete -F _portdb_compile portdb-compile
