# SPDX-License-Identifier: MIT
# fish completion for portdb-compile

# Any file may be a source or a database. One that starts with a "-" would be an option;
# fish offers no "./" to who has typed no dot.
function __portdb_compile_files
	for file in *
		string match -q -- '-*' $file; and set file $PWD/$file
		test -d $file; and set file $file/
		# A line each: what has several is left for who types its start.
		test (count (string split \n -- $file)) -eq 1; and printf '%s\n' $file
	end
end

function __portdb_compile_has_start
	set -l word (commandline -ct)
	test -n "$word"
end

complete -c portdb-compile -f
complete -c portdb-compile -n __portdb_compile_has_start -F
complete -c portdb-compile -n 'not __portdb_compile_has_start' -a '(__portdb_compile_files)'
complete -c portdb-compile -l against -r -F -d 'Compare with a file below all sources'
complete -c portdb-compile -l check -d 'Report what is odd; write nothing'
complete -c portdb-compile -l format -x -a 'table json csv' -d 'List sources in a format'
complete -c portdb-compile -l list-sources -d 'Tell what would be read'
complete -c portdb-compile -s o -l output -r -F -d 'Write this database'
complete -c portdb-compile -l root -x -a '(__fish_complete_directories)' -d 'The system is below a directory'
complete -c portdb-compile -l stdin-name -x -d 'What to call standard input'
complete -c portdb-compile -l strict -d 'Refuse rows that cannot be read'
complete -c portdb-compile -l track -d 'Notice when named sources change'
complete -c portdb-compile -l verify -d 'Check databases'
complete -c portdb-compile -s v -l verbose -d 'Mention more'
complete -c portdb-compile -s '?' -l help -d 'A list of options'
complete -c portdb-compile -l usage -d 'A short message'
complete -c portdb-compile -s V -l version -d 'The version'
