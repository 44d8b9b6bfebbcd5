"""Turns `bible -f Gen1:1-Rev22:21` into one JSON object a chapter: {"id", "text"}.

A line of the input is one verse, `Ge1:1 In the beginning ...`. A chapter's text is its verses, one a line,
without their numbers. Anything unexpected ends the program, so that the shipped text can't drift unseen.
"""

import json
import re
import sys

VERSE = re.compile(r"(?P<book>[1-3]?[A-Za-z]+)(?P<chapter>\d+):(?P<verse>\d+) (?P<text>\S.*)")

BOOKS = {
    "Ge": "gen", "Exo": "exo", "Lev": "lev", "Num": "num", "Deu": "deu", "Josh": "jos", "Jdgs": "jdg",
    "Ruth": "rut", "1Sm": "1sa", "2Sm": "2sa", "1Ki": "1ki", "2Ki": "2ki", "1Chr": "1ch", "2Chr": "2ch",
    "Ezra": "ezr", "Neh": "neh", "Est": "est", "Job": "job", "Psa": "psa", "Prv": "pro", "Eccl": "ecc",
    "SSol": "sng", "Isa": "isa", "Jer": "jer", "Lam": "lam", "Eze": "ezk", "Dan": "dan", "Hos": "hos",
    "Joel": "jol", "Amos": "amo", "Obad": "oba", "Jonah": "jon", "Mic": "mic", "Nahum": "nam", "Hab": "hab",
    "Zep": "zep", "Hag": "hag", "Zec": "zec", "Mal": "mal", "Mat": "mat", "Mark": "mrk", "Luke": "luk",
    "John": "jhn", "Acts": "act", "Rom": "rom", "1Cor": "1co", "2Cor": "2co", "Gal": "gal", "Eph": "eph",
    "Phi": "php", "Col": "col", "1Th": "1th", "2Th": "2th", "1Tim": "1ti", "2Tim": "2ti", "Titus": "tit",
    "Phmn": "phm", "Heb": "heb", "Jas": "jas", "1Pet": "1pe", "2Pet": "2pe", "1Jn": "1jn", "2Jn": "2jn",
    "3Jn": "3jn", "Jude": "jud", "Rev": "rev",
}
CHAPTERS = 1189
VERSES = 31102


def main() -> None:
    chapters: dict[str, list[str]] = {}
    verses = 0
    for number, line in enumerate(sys.stdin, start=1):
        match = VERSE.fullmatch(line.rstrip())
        if match is None or match["book"] not in BOOKS:
            sys.exit(f"line {number} is not a verse: {line!r}")
        name = f"kjv-{BOOKS[match['book']]}-{int(match['chapter']):03}"
        chapter = chapters.setdefault(name, [])
        if int(match["verse"]) != len(chapter) + 1:
            sys.exit(f"line {number}: {name} lacks verse {len(chapter) + 1}")
        chapter.append(match["text"])
        verses += 1
    if (len(chapters), verses) != (CHAPTERS, VERSES):
        sys.exit(f"{len(chapters)} chapters and {verses} verses, expected {CHAPTERS} and {VERSES}")
    for name, chapter in chapters.items():
        print(json.dumps({"id": name, "text": "\n".join(chapter) + "\n"}, ensure_ascii=False))


if __name__ == "__main__":
    main()
