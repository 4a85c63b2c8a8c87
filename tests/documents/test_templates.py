from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from documents.letters import docx_text, letter, pdf_text
from kohoctl import Document
from kohoctl.documents import DocumentError, missing_characters
from kohoctl.documents.template import FONTS, find_template

OWN = """
#import "@kohoctl/documents:1.0.0": *
#import "parts/head.typ": head
#compose(title: data.title, (line(head), paragraph(data.body), line(data.dates.map(era-date).join("、"))))
"""
FREE = '#set document(title: "t")\n#set text(font: "BIZ UDGothic", lang: "ja")\n#sys.inputs.data'


def template(folder: Path, source: str, name: str = "own.typ") -> Path:
    (folder / "parts").mkdir(exist_ok=True)
    (folder / "parts" / "head.typ").write_text('#let head = "省の頭"\n', encoding="utf-8")
    (folder / name).write_text(source, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("day", "written"),
    [
        ("2015-06-05", "平成27年6月5日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1989-01-08", "平成元年1月8日"),
        ("2019-04-30", "平成31年4月30日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2020-01-01", "令和2年1月1日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("1912-07-30", "大正元年7月30日"),
        ("1873-01-01", "明治6年1月1日"),
    ],
)
def test_dates_are_in_years_of_their_era(tmp_path: Path, day: str, written: str) -> None:
    own = template(tmp_path, OWN)
    assert written in docx_text(Document("日付.docx", own, {"title": "日付", "body": "", "dates": [day]}).read())


def test_a_date_before_the_calendar_is_an_error_that_names_it(tmp_path: Path) -> None:
    own = template(tmp_path, OWN)
    with pytest.raises(DocumentError, match="1872-12-31 is before 1873-01-01"):
        Document("日付.pdf", own, {"title": "日付", "body": "", "dates": ["1872-12-31"]}).read()


def test_a_ministrys_own_template_makes_both_formats(tmp_path: Path) -> None:
    own = template(tmp_path, OWN)
    data = {"title": "題", "body": "本文。", "dates": ["2015-06-05"]}
    for text in (
        pdf_text(Document("own.pdf", own, data).read()),
        docx_text(Document("own.docx", own, data).read()),
    ):
        assert [line.strip() for line in text.splitlines() if line.strip()] == ["省の頭", "本文。", "平成27年6月5日"]


def test_a_template_that_lays_out_its_page_freely_is_for_pdf_only(tmp_path: Path) -> None:
    own = template(tmp_path, FREE)
    assert "自由" in pdf_text(Document("own.pdf", own, {"a": "自由"}).read())
    with pytest.raises(DocumentError, match=r"own\.typ names no blocks, so it is for PDF only"):
        Document("own.docx", own, {"a": "自由"}).read()


@pytest.mark.parametrize("path", ["../secret.txt", "/../secret.txt"])
def test_a_template_reads_nothing_outside_its_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.txt").write_text("秘密")
    (tmp_path / "own").mkdir()
    own = template(tmp_path / "own", f'{FREE}\n#read("{path}")')
    with pytest.raises(DocumentError, match=r"own\.pdf cannot be made"):
        Document("own.pdf", own, {}).read()


@pytest.mark.parametrize("package", ["@preview/cetz:0.4.0", "@kohoctl/nothing:1.0.0", "@kohoctl/documents:../../x"])
def test_only_the_packages_that_come_with_kohoctl_can_be_imported(tmp_path: Path, package: str) -> None:
    with pytest.raises(DocumentError, match=f"imports {package}"):
        Document("own.pdf", template(tmp_path, f'#import "{package}": *'), {})


def test_the_digest_covers_the_template_what_it_imports_and_its_fonts(tmp_path: Path) -> None:
    digests = set()
    for name in ("a", "b", "c", "d"):
        (tmp_path / name).mkdir()
        own = template(tmp_path / name, OWN + (" " if name == "b" else ""))
        if name == "c":
            (own.parent / "parts" / "head.typ").write_text('#let head = "別"\n', encoding="utf-8")
        if name == "d":
            (own.parent / "fonts").mkdir()
            shutil.copy(FONTS / "BIZUDMincho-Regular.ttf", own.parent / "fonts" / "own.ttf")
        digests.add(find_template(own).digest)
    assert len(digests) == 4


def test_the_digest_is_the_same_in_another_folder(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first, second = (find_template(template(tmp_path / name, OWN)) for name in ("a", "b"))
    assert first.digest == second.digest


def test_the_digest_covers_files_of_one_name_in_two_folders(tmp_path: Path) -> None:
    digests = set()
    for name, changed in (("a", ""), ("b", "head.typ"), ("c", "parts/head.typ")):
        (tmp_path / name).mkdir()
        own = template(tmp_path / name, '// a lone " mark\n#import "head.typ"\n#import "parts/more.typ"\n')
        (own.parent / "head.typ").write_text("", encoding="utf-8")
        (own.parent / "parts" / "more.typ").write_text('#import "head.typ"', encoding="utf-8")
        if changed:
            (own.parent / changed).write_text("// changed", encoding="utf-8")
        digests.add(find_template(own).digest)
    assert len(digests) == 3


def test_a_template_may_hold_text_of_any_length(tmp_path: Path) -> None:
    own = template(tmp_path, OWN + f'#let text = "{"長い文" * 200}"')
    assert Document("own.pdf", own, {"title": "題", "body": "", "dates": []}).read().startswith(b"%PDF")


def test_a_file_that_the_template_does_not_name_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "press-release.typ").write_text("later")
    assert len({find_template(template(tmp_path / name, OWN)).digest for name in ("a", "b")}) == 1


def test_a_template_that_changed_after_it_was_read_is_not_used(tmp_path: Path) -> None:
    own = template(tmp_path, OWN)
    document = Document("own.pdf", own, {"title": "題", "body": "", "dates": []})
    (tmp_path / "parts" / "head.typ").write_text('#let head = "あとから"\n', encoding="utf-8")
    with pytest.raises(DocumentError, match=r"own\.typ has changed since it was read"):
        document.read()


def test_a_template_that_is_gone_is_an_error_in_words(tmp_path: Path) -> None:
    own = template(tmp_path, OWN)
    document = Document("own.pdf", own, {"title": "題", "body": "", "dates": []})
    own.unlink()
    with pytest.raises(DocumentError, match=r"own\.typ has changed since it was read"):
        document.read()


def test_a_template_that_was_only_written_again_is_the_same(tmp_path: Path) -> None:
    own = template(tmp_path, OWN)
    document = Document("own.pdf", own, {"title": "題", "body": "", "dates": []})
    os.utime(own, (1, 1))
    assert document.read().startswith(b"%PDF")


def test_fonts_beside_a_template_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    own = template(tmp_path, OWN)
    assert missing_characters("日", find_template(own)) == ""
    assert find_template(own).font_folders == (FONTS, tmp_path / "fonts")


def test_an_unknown_template_is_named_beside_those_that_there_are() -> None:
    with pytest.raises(
        DocumentError, match="there is no template leter: give a Typst file's Path, or one of flyer, letter, "
    ):
        Document("a.pdf", "leter", {})


def test_a_document_is_a_pdf_or_a_docx() -> None:
    with pytest.raises(ValueError, match=r"a\.txt: a document's name ends in \.pdf or \.docx"):
        Document("a.txt", "letter", {})
    assert Document("A.PDF", "letter", {}).media_type == "application/pdf"


def test_what_a_document_is_depends_on_its_name_template_and_data_and_is_known_without_making_it() -> None:
    same = Document("依頼文書.pdf", "letter", letter()).identity()
    assert same == Document("依頼文書.pdf", "letter", letter()).identity()
    for other in (
        Document("別.pdf", "letter", letter()),
        Document("依頼文書.docx", "letter", letter()),
        Document("依頼文書.pdf", "radio-brief", letter()),
        Document("依頼文書.pdf", "letter", letter(number="第2号")),
    ):
        assert other.identity() != same


def test_a_documents_data_stays_out_of_its_repr() -> None:
    assert "警察庁" not in repr(Document("依頼文書.pdf", "letter", letter()))
