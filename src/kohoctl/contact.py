"""Whom to ask about a request, as it stands under every letter and brief."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Contact(BaseModel):
    """The section in charge."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    department: str = Field(description="The section: 年金局事業企画課広報係.")
    telephone: str = Field(description="Its telephone number, as it is to be printed.")
    email: str = Field(description="Its mail address.")

    def signature(self) -> str:
        """The lines at the end of a mail."""
        return f"【担当】\n{self.department}\n電話：{self.telephone}\nメール：{self.email}"


class Question(BaseModel):
    """A question that people ask, and what they are told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str = Field(min_length=1, description="The question, as people ask it. May hold {{ facts }}.")
    answer: str = Field(min_length=1, description="The answer. May hold {{ facts }}.")
