#compdef portdb-compile
# SPDX-License-Identifier: MIT
# zsh completion for portdb-compile

# Any file may be a source or a database. One that starts with a "-" would be an option.
_portdb_compile_files() {
	local -a files

	if [[ -n $PREFIX ]]; then
		_files
		return
	fi
	files=(*(N))
	compadd -f -- ${files/#-/./-}
}

_arguments -s \
	'--against=[compare with a file below all sources]:file:_files' \
	'--check[report what is odd; write nothing]' \
	'--format=[list sources in a format]:format:(table json csv)' \
	'--list-sources[tell what would be read]' \
	'(-o --output)'{-o+,--output=}'[write this database]:database:_files' \
	'--root=[the system is below a directory]:directory:_files -/' \
	'--stdin-name=[what to call standard input]:name:' \
	'--strict[refuse rows that cannot be read]' \
	'--track[notice when named sources change]' \
	'--verify[check databases]' \
	'(-v --verbose)'{-v,--verbose}'[mention more]' \
	'(- *)'{-\?,--help}'[a list of options]' \
	'(- *)--usage[a short message]' \
	'(- *)'{-V,--version}'[the version]' \
	'*:source:_portdb_compile_files'
