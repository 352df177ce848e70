#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox>=2025.5"]
# ///
"""The version matrix and the other checks, for maintainers: `nox -s lint types tests docs minimums`."""

import nox

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "uv|virtualenv"

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
DEV = nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "dev")
TEST = nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "test")
TEST_CORE = nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), "test-core")


@nox.session(default=True)
def lint(session: nox.Session) -> None:
    """Check style, format, spelling and the layers."""
    session.install("-c", "constraints.txt", "-e", ".", *DEV)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("codespell")
    session.run("lint-imports")


@nox.session(default=True)
def types(session: nox.Session) -> None:
    """Check types strictly."""
    session.install("-c", "constraints.txt", "-e", ".[desk,tables]", *DEV)
    session.run("mypy")


@nox.session(python=PYTHONS, default=True)
def tests(session: nox.Session) -> None:
    """Run the tests on each Python that there is."""
    session.install("-c", "constraints.txt", "-e", ".[desk,tables]", *TEST)
    session.run("pytest", "-m", "not browser", *session.posargs)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Say which lines and branches no test reaches."""
    session.install("-c", "constraints.txt", "-e", ".[desk,tables]", *DEV)
    session.run("pytest", "--cov", "--cov-report=term-missing", *session.posargs)


@nox.session(default=False)
def core(session: nox.Session) -> None:
    """Run the tests without any extra."""
    session.install("-c", "constraints.txt", ".", *TEST_CORE)
    session.run("pytest", "-m", "not browser", *session.posargs)


@nox.session(python="3.11", venv_backend="uv", default=False)
def minimums(session: nox.Session) -> None:
    """Run the tests with the lowest versions that pyproject.toml allows."""
    session.install("--resolution=lowest-direct", ".[desk,tables]", *TEST_CORE)
    session.run("python", ".ci/check_lowest.py", "desk", "tables")
    session.run("pytest", "-m", "not browser", *session.posargs)


@nox.session(default=False)
def browser(session: nox.Session) -> None:
    """Open the page in Chromium."""
    session.install("-c", "constraints.txt", "-e", ".[desk]", *DEV)
    session.run("pytest", "-m", "browser", *session.posargs)


@nox.session(default=True)
def docs(session: nox.Session) -> None:
    """Build the documentation; warnings are errors."""
    session.install("-c", "constraints.txt", "-e", ".[desk]", *DEV)
    session.run("sphinx-build", "-W", "--keep-going", "-n", "-b", "html", "docs", "build/docs")


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Build the wheel and the source distribution, and look into them."""
    session.install("-c", "constraints.txt", *DEV)
    session.run("uv", "build", "--out-dir", "build/dist")
    session.run("python", ".ci/check_built.py", "build/dist")


if __name__ == "__main__":
    nox.main()
