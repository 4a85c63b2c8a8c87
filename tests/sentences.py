"""The sentences that stand in a module of the source where people's sentences stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

Sentence = str | tuple[str, str]
"""A message, or one that counts: for one, and for many."""
Place = int | str
"""Which argument of a call: its position, or its name."""

TAKERS: dict[str, set[Place]] = {
    "_": {0},
    "translated": {0},
    "Sentence": {0},
    "Problem": {0, 3, "text", "hint"},
    "Wrong": {0, 1, "hint"},
    "Limit": {1},
    "KohoctlError": {0},
    "MissingSecret": {0},
    "LedgerError": {0},
    "add": {1, 2, "hint"},  # of Problems
    "problem": {1, "hint"},  # of a rule's Text
    "replace": {"hint"},
    "no_such": set(),
}
"""What is called with sentences, and in which arguments. A function that passes its own argument on is found."""
COUNTING = ("count", "counted")
VALIDATORS = ("settings", "documents/template")
"""Modules whose ValueErrors pydantic hands to people; those of the kinds do so too."""
_ENGLISH = re.compile(r"[a-z]+ [a-z]+")


def sentences(source: str, module: str) -> list[Sentence]:
    """Those of ``module``. Raises ValueError where an argument is put together, so that nobody could translate it."""
    finder = _Finder(ast.parse(source), module)
    found: list[Sentence] = []
    while finder.has_news:
        finder.has_news = False
        found = list(finder.within(finder.tree))
    return found


class _Finder:
    def __init__(self, tree: ast.Module, module: str) -> None:
        self.tree, self.module = tree, module
        self.scopes: list[ast.AST] = [tree]
        self.takers = {name: set(places) for name, places in TAKERS.items()}
        self.has_news = True
        if module.removesuffix(".py") in VALIDATORS or (module.startswith("channels/") and "_x_" not in module):
            self.takers["ValueError"] = {0}

    def within(self, node: ast.AST) -> Iterator[Sentence]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                yield from self._of_call(child)
            if isinstance(child, ast.FunctionDef):
                self.scopes.append(child)
                yield from self.within(child)
                self.scopes.pop()
            else:
                yield from self.within(child)

    def _of_call(self, call: ast.Call) -> Iterator[Sentence]:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in COUNTING and len(call.args) > 1:
            ones, *manies = [self._texts(argument) for argument in call.args[1:]]
            yield from ((f"{{count}} {one}", f"{{count}} {manies[0][0] if manies else one + 's'}") for one in ones)
        if name == "add" and "problems" not in ast.unparse(call.func):
            return
        places = self.takers.get(name, set())
        arguments = [(place, call.args[place]) for place in places if isinstance(place, int) and place < len(call.args)]
        named = [(one.arg, one.value) for one in call.keywords if one.arg in places]
        for _, argument in [*sorted(arguments), *named]:
            yield from self._texts(argument, must=name != "ValueError")

    def _texts(self, node: ast.expr, must: bool = True) -> list[str]:
        """The texts that an expression may be."""
        match node:
            case ast.Constant():
                return [node.value] if isinstance(node.value, str) else []
            case ast.IfExp():
                return [*self._texts(node.body), *self._texts(node.orelse)]
            case ast.Name():
                return self._of_name(node.id)
            case ast.Subscript():
                return self._texts(node.value)
            case ast.Dict():
                return [text for value in node.values for text in self._texts(value)]
            case ast.Tuple() | ast.List():
                return [text for value in node.elts for text in self._texts(value)]
            case ast.Call() if isinstance(node.func, ast.Attribute) and node.func.attr == "get":
                return self._texts(node.func.value)
            case ast.Call() | ast.Attribute():
                return []  # what makes it has been called with a sentence, or it is no sentence of ours
            case ast.JoinedStr() if not _ENGLISH.search(_written(node)) or not must:
                return []  # an example of what to type
        raise ValueError(f"{self.module}:{node.lineno}: {ast.unparse(node)} is put together: write one sentence")

    def _of_name(self, name: str) -> list[str]:
        for scope in reversed(self.scopes):
            if isinstance(scope, ast.FunctionDef) and name in (parameters := _parameters(scope)):
                self._passed_on(scope.name, parameters.index(name), name)
                return [text for value in _assigned(scope, name) for text in self._texts(value)]
            if values := list(_assigned(scope, name)):
                return [text for value in values for text in self._texts(value)]
            if name in _looped_over(scope):
                return []  # the texts of a table, which is in use elsewhere too
        raise ValueError(f"{self.module}: nothing is assigned to {name}")

    def _passed_on(self, function: str, position: int, name: str) -> None:
        if function not in TAKERS:
            known = self.takers.setdefault(function, set())
            self.has_news |= name not in known
            known |= {position, name}


def _written(node: ast.JoinedStr) -> str:
    return "".join(part.value for part in node.values if isinstance(part, ast.Constant) and isinstance(part.value, str))


def _parameters(function: ast.FunctionDef) -> list[str]:
    """Those that a caller gives, in order."""
    arguments = function.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def _assigned(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    """What is assigned to a name, alone or beside others."""
    for node in ast.walk(scope):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            names = [getattr(one, "id", "") for one in (target.elts if isinstance(target, ast.Tuple) else [target])]
            if name in names:
                parts = node.value.elts if isinstance(node.value, ast.Tuple) and len(names) > 1 else None
                yield parts[names.index(name)] if parts else node.value


def _looped_over(scope: ast.AST) -> set[str]:
    targets = [node.target for node in ast.walk(scope) if isinstance(node, ast.For | ast.comprehension)]
    return {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
