"""Campaign files that are broken, several hundred of them, by the kind of mistake.

Each is a right file with one mistake in one of the places where it can be made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from campaign.small_file import MESSAGE, TOP
from campaign.test_any_text import VALID
from campaign.test_broken_files import message

File = tuple[str, bytes]


def broken(kind: str) -> list[File]:
    """Each broken file of a kind, with a name."""
    return [(name, content if isinstance(content, bytes) else content.encode()) for name, content in FILES[kind]()]


def _each(places: dict[str, str], values: Iterable[str]) -> list[tuple[str, str]]:
    """Every one of ``values`` in every one of ``places``, which are files with a hole, ``<>``."""
    return [(f"{place}: {value[:40]}", text.replace("<>", value)) for place, text in places.items() for value in values]


def _bytes() -> list[tuple[str, bytes]]:
    whole = VALID.encode()
    start = whole.index("公".encode()) if "公".encode() in whole else whole.index("厚".encode())
    encodings = ("cp932", "euc-jp", "iso2022_jp", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7")
    sequences = (b"\xff", b"\xfe\xff", b"\xc0\x80", b"\xe3\x81", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88")
    controls = [chr(code) for code in (*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0x2028, 0xFFFF)]
    return [
        *((f"in {name}", VALID.encode(name)) for name in encodings),
        *((f"the bytes {sequence!r}", whole[:start] + sequence + whole[start:]) for sequence in sequences),
        *((f"U+{ord(one):04X}", whole[:start] + one.encode() + whole[start:]) for one in controls),
        *((f"{one!r} again and again", one * 100_000) for one in (b"\x00", b"\xff", b"\x07", b"\xef\xbb\xbf", b"\n")),
    ]


def _signs() -> list[tuple[str, str]]:
    """A sign of YAML's where none belongs, at the beginning of a value."""
    signs = (
        '"',
        "'",
        "[",
        "{",
        "]",
        "}",
        "@",
        "`",
        "%",
        "!!python/object:os.system",
        "*none",
        "&a *a",
        "- x",
        ": x",
        "\t\tx: y",
    )
    return _each(IN_PLACE, signs)


def _shapes() -> list[tuple[str, str]]:
    """Something of another shape than belongs there."""
    sections = {
        key: _at_the_top(f"{key}: <>") for key in ("facts", "channels", "recipients", "calendars", "campaigns", "mail")
    }
    return _each(sections, ("x", "[x]", "[[x]]", "{x: }", "{x y: z}", "{x: [y]}", "-1")) + _each(
        {
            key: message(f"{key}: <>")
            for key in ("title", "when", "channels", "images", "attachments", "repost", "grace")
        },
        ("[[x]]", "{x: {y: z}}", "[{x: y}]", "{}"),
    )


def _keys() -> list[tuple[str, str]]:
    """Each key of a right file without its last letter, in capitals, and twice."""
    found = [match for match in re.finditer(r"(?<=[{ ,\n])(\w[\w-]*): ", VALID) if match[1] in KNOWN]
    swapped = [(match, change) for match in found for change in (str.upper, lambda key: key[:-1])]
    other = [
        (f"{change(match[1])} in place of {match[1]}", _with(match, f"{change(match[1])}: "))
        for match, change in swapped
    ]
    return other + [(f"{match[1]} twice", _with(match, f"{match[1]}: x, {match[1]}: ")) for match in found]


def _with(match: re.Match[str], instead: str) -> str:
    return VALID[: match.start()] + instead + VALID[match.end() :]


def _depth() -> list[tuple[str, str]]:
    deep = {"lists": "[" * 5000 + "]" * 5000, "mappings": "{a: " * 5000 + "}" * 5000, "never closed": "[{a: " * 5000}
    steps = "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 1000))
    bomb = "".join(f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]\n" for n in range(1, 12))
    wide = "a0: &a0 '" + "x" * 100_000 + "'\na1: [" + "*a0, " * 1000 + "]\n"
    return [
        *(
            (f"{name} in {place}", text.replace("<>", value))
            for name, value in deep.items()
            for place, text in IN_PLACE.items()
        ),
        ("blocks", "".join(f"{' ' * n}a:\n" for n in range(2000))),
        ("dashes", "- " * 5000),
        ("questions", "? " * 5000),
        *(("aliases of aliases", f"a0: &a0 [x]\n{more}") for more in (steps, bomb)),
        ("a long text repeated", wide),
        ("an alias of itself", "facts: &a {b: *a}\n"),
        ("aliases of each other", "facts: &a [&b [*a]]\n"),
    ]


def _masses() -> list[tuple[str, str]]:
    """One mistake, very often."""
    many = 100_000
    texts = ("{", "{{ ", "{% ", "{{ b }}", "{{ recipient.x }}", "{{ earlier.x }}", "{{ hotline | b }}", "}}{{", "{{{#")
    return [
        *((f"{text} in a text", message(f"title: '{text * many}'")) for text in texts),
        *((f"{text} on lines", message("body: |\n" + f"          {text}\n" * many)) for text in texts[1:]),
        ("nested", message("body: '{{ " + "(" * many + " }}'")),
        ("nested a little", message("body: '{{ " + "(" * 450 + " }}'")),
        ("many filters", message("body: '{{ a " + "| b " * many + "}}'")),
        ("many attributes", message("body: '{{ a" + ".b" * 480 + " }}'")),
        ("one key", _at_the_top("facts: {" + "a: 1, " * many + "}")),
        ("many keys", "".join(f"key{n}: 1\n" for n in range(many))),
        ("many names", _at_the_top("facts: {" + "".join(f'"a b{n}": 1, ' for n in range(many // 2)) + "}")),
        ("tags", _at_the_top("facts: {" + "".join(f"a{n}: !x 1, " for n in range(many)) + "}")),
        ("messages by no channel", TOP + "".join(f"      m{n}: {LINE.format('pgae')}\n" for n in range(5000))),
        ("messages after none", TOP + "".join(f"      m{n}: {AFTER.format(f'x{n}')}\n" for n in range(5000))),
        (
            "messages in a circle",
            TOP + "".join(f"      m{n}: {AFTER.format(f'm{(n + 1) % 5000}')}\n" for n in range(5000)),
        ),
        ("moments", message("when: [" + "soon, " * many + "]")),
        ("recipients", _at_the_top("recipients: {a: [" + "{id: x}, " * many + "]}")),
        ("channels", _at_the_top("channels: {" + "".join(f"c{n}: {{kind: pgae}}, " for n in range(10_000)) + "}")),
        ("one long key", _at_the_top("facts: {? " + "x" * 10**6 + "- : 1}")),
        ("one long line", "x" * 10**6),
        ("a long id", TOP + f"      {'m' * 10**5}: {LINE.format('page')}\n"),
    ]


def _numbers() -> list[tuple[str, str]]:
    places = {
        "seconds": TOP.replace("page, owner: 厚生労働省}", "page, owner: 厚生労働省, seconds: <>}", 1) + MESSAGE,
        "concurrency": TOP.replace("page, owner: 厚生労働省}", "page, owner: 厚生労働省, concurrency: <>}", 1)
        + MESSAGE,
        "a month": TOP.replace("[2, 4,", "[<>, 4,") + MESSAGE,
        "a day": TOP.replace("day: 15", "day: <>") + MESSAGE,
        "a port": f"mail: {{host: 127.0.0.1, port: <>}}\n{TOP}{MESSAGE}",
        "the version": (TOP + MESSAGE).replace("version: 1", "version: <>"),
    }
    return _each(
        places, ("-1", "0", "1.5", "1e999", "NaN", ".inf", "x", "'1 000 000'", "9" * 5000, "0x", "二", "1,000", "- 1")
    )


def _days() -> list[tuple[str, str]]:
    places = {
        "when": message("when: <>"),
        "one of when": message("when: [2015-06-04T10:00, <>]"),
        "from": message('when: {from: "<>", to: 2015-06-05, at: "10:00"}'),
        "at": message('when: {from: 2015-06-04, to: 2015-06-05, at: "<>"}'),
        "days": message('when: {days: ["<>"], at: "10:00"}'),
        "except": message('when: {from: 2015-06-04, to: 2015-06-09, at: "10:00", except: ["<>"]}'),
        "offset": message(
            'when: {calendar: pension-payday, offset: "<>", at: "10:00", from: 2015-08-01, to: 2015-08-31}'
        ),
        "delay": message('when: {after: warning, delay: "<>"}'),
        "grace": message('grace: "<>"'),
    }
    values = ("soon", "2015-02-30", "2015-06-31T10:00", "2015-13-01T10:00", "0000-00-00T00:00", "9999-12-31T23:59",
              "0001-01-01T00:00", "24:00", "2015-06-04T10:00+99:00", "平成27年6月4日", "20150604", "-99999999999 days",
              "1e9 hours", "FREQ=DAILY;COUNT=9999", "2015-06-04 10:00 JST", "9" * 5000, "١٥:٠٠")  # fmt: skip
    return _each(places, values)


def _braces() -> list[tuple[str, str]]:
    places = {
        "title": message('title: "<>"'),
        "body": message("body: |\n          一行目\n          <>"),
        "own body": message('channels: {page: {body: "<>"}}'),
        "alt": message('images: [{file: no.png, alt: "<>"}]'),
    }
    values = (
        *(
            "{{",
            "{{ }}",
            "{{ a b }}",
            "{{ a() }}",
            "{{ a[0] }}",
            "{{ a.__class__ }}",
            "{{ 1 }}",
            "{{ 'a' }}",
            "{% x %}",
        ),
        *(
            "{# x",
            "{{ recipient }}",
            "{{ recipient.x.y }}",
            "{{ earlier }}",
            "{{ a | }}",
            "{{ a | b(1) }}",
            "{{ a ~ b }}",
        ),
        *("{{- hotline }}", "{{ hotline if x }}", "{{ [a for a in b] }}", "{{ {} }}", "{{ lipsum }}", "{{ self }}"),
        *("{{ hotlinе }}", "{{ 年 }}", "{{ a\u0301 }}", "{{ range(10**9) }}", "{{ 9**9**9 }}", "{{ none }}"),
    )
    return _each(places, values)


def _paths() -> list[tuple[str, str]]:
    places = {
        "images": message('images: [{file: "<>"}]'),
        "attachments": message('attachments: ["<>"]'),
        "recipients": _at_the_top('recipients: {a: {file: "<>"}}'),
        "people": _at_the_top('recipients: {a: {file: "<>", personal: true, key: {env: NO_SUCH_KEY}}}'),
    }
    names = ("", ".", "..", "../x", "/", "/dev/zero", "/dev/stdin", "/proc/self/mem", "no.png", "x" * 5000, "a/" * 2000,
             "~", "C:\\\\x", "file:///x", "https://x.example/x.png", "\\0", "a\\nb", "年.csv", "\u202e")  # fmt: skip
    return _each(places, names)


def _secrets() -> list[tuple[str, str]]:
    places = {
        "a token": TOP.replace("page, owner: 厚生労働省}", "page, owner: 厚生労働省, token: <>}", 1) + MESSAGE,
        "a password": f"mail: {{host: 127.0.0.1, username: x, password: <>}}\n{TOP}{MESSAGE}",
    }
    return _each(
        places, ("x", "'x'", "[x]", "{evn: x}", "{env: [x]}", "{env: x, file: y}", "{}", "{env: }", "1", "true")
    )


def _addresses() -> list[tuple[str, str]]:
    place = TOP.replace("page, owner: 厚生労働省}", 'page, owner: 厚生労働省, api_url: "<>"}', 1) + MESSAGE
    urls = ("x", "http://x.example", "https://", "https://[::1", "https://u:p@x.example", "ftp://x", "//x", "https:///x",
            "javascript:x", "https://x y", "http://127.0.0.1.x.example", "https://x:99999999", "\\0")  # fmt: skip
    return _each({"an address": place}, [url for url in urls if url not in TAKEN])


def _at_the_top(line: str) -> str:
    """A right file, but for one of its sections."""
    section = line.partition(":")[0]
    return re.sub(rf"(?m)^{section}:.*\n(?: .*\n)*", "", TOP + MESSAGE) + line + "\n"


LINE = "{{title: x, body: y, when: 2015-06-04T10:00, channels: [{}]}}"
AFTER = "{{title: x, body: y, when: {{after: {}}}, channels: [page]}}"
TAKEN = ("https://x y", "https://x:99999999")
"""Addresses that only the connection finds to be none."""
KNOWN = {
    *(
        "version",
        "facts",
        "channels",
        "kind",
        "owner",
        "recipients",
        "id",
        "calendars",
        "months",
        "day",
        "roll",
        "title",
    ),
    *("campaigns", "messages", "when", "body", "offset", "at", "from", "repost", "after", "delay"),
}
IN_PLACE = {
    "a fact": TOP.replace("0120-818211", "<>") + MESSAGE,
    "a title": message("title: <>"),
    "when": message("when: <>"),
    "channels": message("channels: <>"),
    "an owner": TOP.replace("{kind: page, owner: 厚生労働省}", "{kind: page, owner: <>}", 1) + MESSAGE,
}
FILES: dict[str, Callable[[], list[tuple[str, bytes]] | list[tuple[str, str]]]] = {
    "bytes": _bytes,
    "signs": _signs,
    "shapes": _shapes,
    "keys": _keys,
    "depth": _depth,
    "masses": _masses,
    "numbers": _numbers,
    "days": _days,
    "braces": _braces,
    "paths": _paths,
    "secrets": _secrets,
    "addresses": _addresses,
}
