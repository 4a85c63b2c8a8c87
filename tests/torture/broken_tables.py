"""Tables that are broken, by the kind of mistake: of each right table several hundred."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kohoctl.campaign.table import MOST_COLUMNS

Change = Callable[[str], Iterator[tuple[str, str | bytes]]]


def broken(right: str, kind: str) -> list[tuple[str, bytes]]:
    """Each broken table of a kind, with a name."""
    change = MISTAKES.get(kind) or ODDITIES[kind]
    return [(name, content if isinstance(content, bytes) else content.encode()) for name, content in change(right)]


def _bytes(right: str) -> Iterator[tuple[str, str | bytes]]:
    whole = right.encode()
    at = whole.index(b"\n") + 1
    for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        yield name, right.encode(name)
    for sequence in (b"\xff", b"\xfe\xff", b"\x81", b"\xa0", b"\xf8\x88", b"\xed\xa0\x80", b"\x00", b"\x00" * 10_000):
        yield f"the bytes {sequence[:4]!r}", whole[:at] + sequence + whole[at:]
    for code in (*range(0x01, 0x0A), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0x2028, 0x2029):
        yield f"U+{code:04X}", whole[:at] + chr(code).encode() + whole[at:]


def _encodings(right: str) -> Iterator[tuple[str, str | bytes]]:
    for name in ("cp932", "utf-8-sig", "euc-jp", "iso2022_jp", "utf-7"):
        yield name, right.encode(name)
    first, *rest = right.splitlines(keepends=True)
    yield "UTF-8 with two marks", b"\xef\xbb\xbf" + right.encode("utf-8-sig")
    yield "UTF-8, then CP932", first.encode() + "".join(rest).encode("cp932")
    yield "CP932, then UTF-8", first.encode("cp932") + "".join(rest).encode()
    yield "taken for Latin-1", right.encode().decode("latin-1")
    yield "cut in a character", right.encode().rstrip(b"\n")[:-1]
    for at, line in enumerate(rest, 1):
        lines = [one.encode() for one in [first, *rest]]
        lines[at] = line.encode("cp932")
        yield f"line {at} in CP932", b"".join(lines)


def _ends(right: str) -> Iterator[tuple[str, str | bytes]]:
    for end in ("\r\n", "\r", "\n\r", "\r\r\n", "\n\n\n", "\x85", "\u2028", "\n \n", "\n,\n", "\n" + "," * 50 + "\n"):
        yield f"lines that end with {end[:10]!r}", right.replace("\n", end)
    yield "no end of the last line", right.rstrip("\n")
    yield "one line", right.replace("\n", ",")
    yield "lines of several kinds", right.replace("\n", "\r", 1).replace("\n", "\r\n", 1)
    yield "DOS's end of a file", right + "\x1a"


def _quotes(right: str) -> Iterator[tuple[str, str | bytes]]:
    """A quote that nothing closes, or in the midst of something, in each place."""
    for at, sign in _places(right):
        for quotes in ('"', '""', '"x"', '"\n'):
            yield f"{quotes!r} at {at}", right[:at] + quotes + (right[at:] if sign else "")
    for ends in ("“”", "''", "「」", "``"):
        first, *rest = right.splitlines()
        quoted = [",".join(ends[0] + field + ends[1] for field in line.split(",")) for line in rest]
        yield f"fields in {ends}", "\n".join([first, *quoted])
    yield "fields in quotes, with spaces", right.replace(",", ' , "').replace("\n", '"\n')
    yield "backslashes", right.replace(",", '\\",\\"')


def _places(right: str) -> Iterator[tuple[int, bool]]:
    yield from ((at, True) for at, sign in enumerate(right) if sign in ",\n|年0")
    yield len(right), False


def _headers(right: str) -> Iterator[tuple[str, str | bytes]]:
    """Lines of column names that are none."""
    first, rest = right.split("\n", 1)
    names = first.split(",")
    yield "empty", ""
    yield "nothing but a mark", b"\xef\xbb\xbf"
    yield "nothing but lines", "\n" * 10
    yield "no names", rest
    yield "some other program's line before it", f"sep=;\n{right}"
    yield "a title before it", f"名簿\n\n{right}"
    for sign in ";\t|、，":
        yield f"{sign!r} between", right.replace(",", sign)
    for n, name in enumerate(names):
        for new in (f"{name},{name}", f'"{name}'):
            yield f"{new!r} in place of {name}", ",".join([*names[:n], new, *names[n + 1 :]]) + "\n" + rest
        yield f"no {name}", ",".join([*names[:n], *names[n + 1 :]]) + "\n" + rest


def _columns(right: str) -> Iterator[tuple[str, str | bytes]]:
    lines = [line.split(",") for line in right.splitlines()]
    yield "in another order", "".join(",".join(reversed(line)) + "\n" for line in lines)
    yield "one more", "".join(f"{','.join(line)},x{'' if n else 'tra'}\n" for n, line in enumerate(lines))
    yield (
        "as many as there may be",
        "".join(",".join(line) + ",x" * (MOST_COLUMNS - len(line)) + "\n" for line in lines),
    )
    yield "names alone", ",".join(lines[0]) + "\n"
    yield "names twice", ",".join(lines[0]) + "\n" + right
    yield "names in capitals", right.replace(",".join(lines[0]), ",".join(lines[0]).upper(), 1)
    yield "names with spaces", right.replace(",", " , ")
    for name in lines[0]:
        for other in ("", f"x{name}", f"{name}x", f"{name}\x07", f"{name}（x）", name.upper()):
            yield f"{other!r} in place of {name}", right.replace(name, other, 1)
    for n in range(len(lines[0])):
        yield f"no column {n}", "".join(",".join([*line[:n], *line[n + 1 :]]) + "\n" for line in lines)


def _rows(right: str) -> Iterator[tuple[str, str | bytes]]:
    """Rows of another length than the first line."""
    first, row, rest = right.split("\n", 2)
    for count in (1, 2, 1000):
        yield f"{count} fields too many", f"{first}\n{row}{',x' * count}\n{rest}"
    yield "a field too few", f"{first}\n{row.rpartition(',')[0]}\n{rest}"
    yield "one field alone", f"{first}\nx\n{rest}"
    for again in ("x\n", 'x,"\n', '"x"x,\n'):
        yield f"{again!r} ten times", f"{first}\n" + again * 10


def _masses(right: str) -> Iterator[tuple[str, str | bytes]]:
    """One mistake, very often."""
    first, row, rest = right.split("\n", 2)
    name = first.partition(",")[0]
    for count in (MOST_COLUMNS + 1, 1_000_000):
        yield f"{count} names", f"{first},{','.join(f'c{n}' for n in range(count))}\n{rest}"
        yield f"{count} times the same name", f"{first}{f',{name}' * count}\n{rest}"
        yield f"{count} times no name", first + "," * count + "\n" + rest
        yield f"{count} fields too many", f"{first}\n{row}{',x' * count}\n{rest}"
    for count in (1001, 100_000):
        yield f"{count} times one field alone", f"{first}\n" + "x\n" * count
        yield f"{count} quotes that nothing closes", f"{first}\n" + 'x,"\n' * count
        yield f"{count} quotes in the midst", f"{first}\n" + '"x"x,\n' * count
    yield "lines without anything", f"{first}\n" + "\n" * 1_000_000 + "x\n"
    yield "a line that never ends", right + "," * 10_000_000
    yield "a character again and again", right + "x" * 5_000_000
    yield "lines in one field", f'{first}\n"' + f"{'x' * 20}\n" * 50_000 + f'"\n{rest}'
    yield "one quote again and again", f"{first}\n" + '"' * 5_000_000


def _cells(right: str) -> Iterator[tuple[str, str | bytes]]:
    """Something that does not belong there, in each cell of the first row."""
    first, row, rest = right.split("\n", 2)
    fields = row.split(",")
    for n in range(len(fields)):
        for value in VALUES:
            yield f"{value[:40]!r} in field {n}", f"{first}\n{','.join([*fields[:n], value, *fields[n + 1 :]])}\n{rest}"


def _again(right: str) -> Iterator[tuple[str, str | bytes]]:
    """A row that is there again, the same or nearly so."""
    first, row, rest = right.split("\n", 2)
    spelt = {
        "the same": row,
        "in capitals": row.upper(),
        "in small letters": row.lower(),
        "in full width": row.replace("0", "０").replace("n", "ｎ"),
        "with what nobody sees": "\u200b" + row,
        "with a mark": "\ufeff" + row,
        "with spaces": f" {row} ",
        "with marks in letters": row.replace("a", "a\u0301"),
    }
    for name, line in spelt.items():
        for times in (1, 2000):
            yield f"{times} times, {name}", f"{first}\n{row}\n" + f"{line}\n" * times + rest


MISTAKES: Mapping[str, Change] = {"bytes": _bytes, "headers": _headers, "rows": _rows, "masses": _masses}
"""Of these kinds, somebody says that the table is wrong."""
ODDITIES: Mapping[str, Change] = {
    "encodings": _encodings,
    "ends": _ends,
    "quotes": _quotes,
    "columns": _columns,
    "cells": _cells,
    "again": _again,
}
"""Of these, some are right after all."""
VALUES = (
    *("", " ", "x", "0", "-1", "'1", "1e9", "1.5", "NaN", "９", "二", "9" * 9, "9" * 10, "9" * 5000, "1 000", "40/47"),
    *("=1+1", "+81", "-2+3", "@SUM(A1)", '=HYPERLINK("x")', "＝1", "''=1", "=cmd|' /C calc'!A0", "\t=1"),
    *(
        "2015-06-04",
        "2015-02-30",
        "2099-01-01",
        "0000-00-00",
        "9999-12-31",
        "平成0年1月1日",
        "令和99年12月31日",
        "H27.13.1",
    ),
    *("昭和60年6月10日", "6月10日", "42158", "2015-06-04T10:00", "٢٠١٥-٠٦-٠٤", "二〇一五年六月四日", "²⁰¹⁵/6/4"),
    *(
        ".",
        "..",
        "../x",
        "/etc/passwd",
        "/dev/zero",
        "/proc/self/mem",
        "table.csv",
        "a/" * 2000,
        "x" * 300,
        "~",
        "C:\\x",
    ),
    *("https://", "https://x.example", "http://x y", "javascript:x", "file:///etc/passwd", "\\\\x\\y"),
    *(
        "{name}",
        "{0}",
        "{}",
        "%s",
        "{{ recipient.x }}",
        "\\0",
        "\u200b",
        "\u202e",
        "\ufeff",
        "\ufffd",
        "\U0001f468\u200d",
    ),
    *("NPA", "n p a", "a/b", "npa ", "-npa", "é", "e\u0301", "ｎｐａ", "x" * 64, "x" * 65, "x" * 10_001, "x" * 200_000),
    *(
        '"a\nb"',
        '"a\nb:1:1: c"',
        '"a""b"',
        '"' + "a\n" * 4000 + '"',
        "placed",
        "PLACED",
        "辞退",
        "了承、実施済",
        "確認資料あり",
    ),
)
