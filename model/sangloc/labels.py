"""Labels and the groups that users ask for: the nine of LABELLING in five groups, or a set of one's own."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LabelSet:
    """Label names in the order of the model's classes, and each label's group."""

    labels: tuple[str, ...]
    group_of: dict[str, str]

    def __post_init__(self) -> None:
        """Refuse labels without a group, and repeated ones."""
        if len(set(self.labels)) != len(self.labels) or set(self.labels) != set(self.group_of):
            raise ValueError(f"labels {list(self.labels)} and groups {self.group_of} don't belong together")

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the groups in the order in which labels name them first."""
        return tuple(dict.fromkeys(self.group_of[label] for label in self.labels))

    def selected(self, what: str | Sequence[str]) -> frozenset[str]:
        """Return the labels meant by label and group names (a comma-separated string or a list)."""
        names = what.split(",") if isinstance(what, str) else list(what)
        chosen: set[str] = set()
        for name in (name.strip() for name in names):
            found = {label for label in self.labels if name in (label, self.group_of[label])}
            if not found:
                known = ", ".join(dict.fromkeys((*self.groups, *self.labels)))
                raise ValueError(f"no label or group is called {name!r}; there are {known}")
            chosen |= found
        return frozenset(chosen)


DEFAULT = LabelSet(
    labels=("headline", "byline", "text", "caption", "related", "ad", "comment", "nav", "imprint"),
    group_of={
        "headline": "body",
        "byline": "body",
        "text": "body",
        "caption": "body",
        "related": "related",
        "ad": "ad",
        "comment": "comment",
        "nav": "footer",
        "imprint": "footer",
    },
)
