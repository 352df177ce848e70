#!/bin/sh
# Write constraints.txt: one version of everything for Python 3.11 and newer, without the address of any index.
set -eu

cd "$(dirname "$0")/.."
{
    echo "# Written by 'make lock' from pyproject.toml: the versions that 'make demo' and 'make test' install."
    uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 --upgrade --quiet \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links
} >constraints.txt.new
mv constraints.txt.new constraints.txt
