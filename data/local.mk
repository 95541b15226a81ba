# SPDX-License-Identifier: MIT
# The tables. portdb-compile reads them in the byte order of their names, and what comes first wins.
dist_tables_DATA = \
	data/tables/00-registry.csv \
	data/tables/10-unix-services.zh.csv \
	data/tables/20-well-known-ports.en.csv \
	data/tables/30-common-ports.en.csv \
	data/tables/40-ports-in-brief.en.csv \
	data/tables/50-portas.pt.csv \
	data/tables/60-services-in-use.csv

EXTRA_DIST += data/README data/refresh-registry data/registry.README
