"""The story of one act: its page, and what came of it that is shown only once."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tui.screens.places import Go

if TYPE_CHECKING:
    from tui.app import TwofoldApp
    from tui.screens.acts import Act, Done


async def do_act(app: "TwofoldApp", act: "Act", username: str) -> "Done | Go | None":
    """Have an act done on its page; return what came of it, nothing where it was left undone."""
    from tui.screens.act import ActScreen

    done = await app.show(ActScreen(act, username))
    if done is None or isinstance(done, Go) or done.once is None:
        return done
    from tui.screens.shown_once import ShownOnceScreen

    page = ShownOnceScreen(done.once)
    # Its secret is to live on that page alone.
    done = replace(done, once=None)
    await app.show(page)
    return done
