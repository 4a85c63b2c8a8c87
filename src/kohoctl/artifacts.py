"""What a delivery would leave as files, for a rehearsal and for the preview."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping


class Artifacts(Mapping[str, bytes]):
    """Files by name, each made when it is first looked at: a rehearsal writes all of them, the preview shows some.

    ``Artifacts({"letter.pdf": make_letter})``, where ``make_letter()`` gives the bytes.
    """

    def __init__(self, makers: Mapping[str, Callable[[], bytes]]) -> None:
        self._makers = makers
        self._made: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)
