"""A newsroom in one file, and out of it again.

`archive` is the file, without Django; `snapshot` one moment of the database; `tables` its rows, out
and in; `media` the uploaded files. The commands `backup` and `restore` put them together; what the
two have in common is in `command`.
"""
