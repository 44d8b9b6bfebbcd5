"""Runs a script of `scripts/` line by line of its output under whichever torch is first on the path; what is undecided is said."""

import pathlib
import runpy
import sys
import warnings

warnings.filterwarnings("ignore")

if __name__ == "__main__":
    try:
        runpy.run_path(str(pathlib.Path(__file__).with_name("scripts") / sys.argv[1]), run_name="__main__")
    except BaseException as error:
        if type(error).__name__ != "Undecided":
            raise
        print(f"undecided: {error}")
