"""``python -m amtviz``: the command line where the script is not on the path."""

from amtviz.cli import main

main(prog_name="amtviz")
