"""Work that goes on while the screen takes keys."""

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker


def run(
    node: DOMNode, work: Callable[[], Coroutine[Any, Any, None]], *, group: str, exclusive: bool = False
) -> None:
    """Run work in a worker of the app or of a page, which is cancelled with it.

    It is a function, not what that returns: a coroutine that is cancelled before its turn is left hanging.
    """
    _: Worker[None] = node.run_worker(work, group=group, exclusive=exclusive)
