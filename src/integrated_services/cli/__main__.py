"""``python -m integrated_services.cli``: the command line where its script is not on the path."""

from __future__ import annotations

from integrated_services.cli import main

if __name__ == "__main__":
    main()
