# Ahead of "db", whose module is rarely there: looking for it costs each process.
services first portdb [NOTFOUND=return]
