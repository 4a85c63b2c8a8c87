"""Questions and answers on a page: headings and text for its readers, a schema.org ``FAQPage`` for machines."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kohoctl import Problem, Question, plain_text
from kohoctl.channels._markdown import control_character, markdown_problems, to_html, to_text


def answered(question: Question) -> dict[str, str]:
    """A question as it stands in a page's content; its answer is Markdown, as the page's text is."""
    answer = to_html(question.answer)
    return {"question": " ".join(question.question.split()), "html": answer, "text": to_text(answer)}


def questions_html(questions: Iterable[Mapping[str, str]]) -> str:
    """Each question as a heading, its answer under it, in HTML."""
    return "\n".join(f"<h2>{html.escape(one['question'])}</h2>\n{one['html']}" for one in questions)


def faq_page(questions: Iterable[Mapping[str, str]], language: str) -> dict[str, Any]:
    """The questions as a schema.org ``FAQPage``."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": language,
        "mainEntity": [
            {
                "@type": "Question",
                "name": one["question"],
                "acceptedAnswer": {"@type": "Answer", "text": one["text"]},
            }
            for one in questions
        ],
    }


def question_problems(questions: Sequence[Question]) -> Iterator[Problem]:
    """What of the questions and answers is no page yet."""
    for one in questions:
        asked = {"question": " ".join(one.question.split())}
        if not asked["question"]:
            yield Problem("a question has no words", field="questions")
        if not to_text(to_html(one.answer)):
            yield Problem("the question 「{question}」 has no answer", asked, field="questions")
        if found := control_character(one.question + one.answer):
            text = "the question 「{question}」 or its answer holds the invisible character {code}"
            yield Problem(text, {"question": plain_text(asked["question"]), "code": found}, field="questions")
        yield from (replace(problem, field="questions") for problem in markdown_problems(one.answer))
