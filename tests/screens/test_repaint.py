"""Of what is drawn only what changed is sent, and the terminal shows the same as if all of it were."""

from random import Random

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tests.terminal.emulator import Emulator
from tui.repaint import Standing

WIDE, HIGH = 20, 6
TERMINAL = Console(color_system="truecolor", width=WIDE)


def strip(chance: Random, cells: int) -> Strip:
    """Some cells, wide characters among them, in one or two runs of the same few looks."""
    words = chance.choice(["a", "b", "字", " "]) * (cells // 2)
    looks = [Style(bold=chance.random() < 0.5, meta={"at": chance.random()}) for _ in range(2)]
    return Strip([Segment(words, looks[0]), Segment("", looks[0]), Segment("-" * cells, looks[1])]).crop(
        0, cells
    )


def test_the_terminal_shows_what_it_would_if_everything_were_sent() -> None:
    chance = Random(7)  # noqa: S311 - no secret
    for _ in range(20):
        standing, part, whole = Standing(), Emulator(WIDE, HIGH), Emulator(WIDE, HIGH)
        rows = [strip(chance, WIDE) for _ in range(HIGH)]
        cuts = [0, chance.randrange(1, 10), chance.randrange(10, WIDE), WIDE]
        for turn in range(20):
            spans = []
            if turn and chance.random() < 0.8:
                y, left = chance.randrange(HIGH), chance.randrange(WIDE - 1)
                right = chance.randrange(left + 1, WIDE)
                ends = rows[y].crop(0, left), rows[y].crop(right, WIDE)
                rows[y] = Strip.join([ends[0], strip(chance, right - left), ends[1]])
                spans = [(y, 0, left), (y, left, right)]
            drawn = [row.divide(cuts[1:]) for row in rows]
            everything = LayoutUpdate([*drawn], Region(0, 0, WIDE, HIGH))
            chops = [dict(zip(cuts, pieces, strict=False)) for pieces in drawn]
            update = ChopsUpdate(chops, spans, [cuts[1:]] * HIGH) if spans else everything
            part.feed(standing.changed(update).render_segments(TERMINAL).encode())
            whole.feed(everything.render_segments(TERMINAL).encode())
            assert part.text() == whole.text()


def test_what_stands_there_already_is_not_sent_again_until_it_is_forgotten() -> None:
    line = [Strip([Segment("same "), Segment("words")])]
    update = LayoutUpdate([line], Region(0, 0, 10, 1))
    again = LayoutUpdate([[Strip([Segment("same words", Style())])]], Region(0, 0, 10, 1))
    standing = Standing()
    assert standing.changed(update).render_segments(TERMINAL).count("same words") == 1
    assert standing.changed(update).parts == []
    chops = {0: Strip([Segment("same ")]), 5: Strip([Segment("wordy")])}
    [(x, y, changed)] = standing.changed(ChopsUpdate([chops], [(0, 3, 6)], [[5, 10]])).parts
    assert (x, y, changed.text) == (5, 0, "wordy")
    standing.forget()
    assert len(standing.changed(again).parts) == 1
