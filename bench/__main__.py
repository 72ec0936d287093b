"""Prints the figures: `python -m bench [--only NAME]... [--fhir PATH] [--patients N] [--cache DIR]`."""

import argparse
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench import dataset, environment, figures
from bench.measure import Figure

MARKS = {True: "holds", False: "MISSED", None: "-"}


def main() -> int:
    """Each figure in a process of its own, so that memory and caches of one do not colour the next."""
    asked = _arguments()
    path = dataset.database(asked.cache, asked.patients, asked.patients * 12)
    found: list[Figure] = []
    for name in asked.only or figures.NAMES:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            found += pool.submit(figures.measure, name, path, asked.fhir and Path(asked.fhir)).result()
    print("\n".join(environment.lines()), end="\n\n")
    print(_table(found))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench", description="Measure the registry and print the figures as a table."
    )
    parser.add_argument(
        "--only", action="append", choices=figures.NAMES, help="measure this alone; may be given again"
    )
    parser.add_argument("--fhir", type=Path, default=os.environ.get("BENCH_FHIR"),
                        help="a folder of FHIR bundles for the import, as synthea-60 (or BENCH_FHIR)")  # fmt: skip
    parser.add_argument(
        "--patients", type=int, default=dataset.PATIENTS, help="patients in the database (%(default)s)"
    )
    parser.add_argument(
        "--cache", type=Path, default=Path(__file__).parent / ".cache", help="where it is kept"
    )
    return parser.parse_args()


def _table(found: list[Figure]) -> str:
    head = ("figure", "measured", "limit", "", "made from")
    lines = [(f.name, f.value, f.limit, MARKS[f.holds], f.sides) for f in found]
    widths = [max(len(line[n]) for line in (head, *lines)) for n in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[4]]).rstrip()
        for line in (head, *lines)
    )


if __name__ == "__main__":
    sys.exit(main())
