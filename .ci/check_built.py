"""Check that the built wheel and source distribution hold what they must: `python .ci/check_built.py FOLDER`."""

import sys
import tarfile
import zipfile
from pathlib import Path

PACKAGE = Path("src/integrated_services")


def main(folder: Path) -> int:
    """Compare the archives with the source tree."""
    [wheel] = folder.glob("*.whl")
    [source] = folder.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = set(archive.namelist())
    with tarfile.open(source) as archive:
        in_source = {name.partition("/")[2] for name in archive.getnames()}
    files = [path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    wanted = {path.relative_to("src").as_posix() for path in files}
    missing = sorted(wanted - in_wheel)
    foreign = sorted(name for name in in_wheel - wanted if ".dist-info/" not in name)
    needed = [
        "LICENSE",
        "CITATION.cff",
        "docs/conf.py",
        "tests/conftest.py",
        "Makefile",
        "constraints.txt",
        "pyproject.toml",
    ]
    absent = [name for name in needed if name not in in_source]
    print(
        f"{wheel.name}: {len(in_wheel)} files, {wheel.stat().st_size:,} bytes; {source.name}: {len(in_source)} entries"
    )
    for what, names in (("not in the wheel", missing), ("only in the wheel", foreign), ("not in the sdist", absent)):
        if names:
            print(f"{what}: {', '.join(names)}")
    return 1 if missing or foreign or absent else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
