"""The privacy desk's deeds, for the trail."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.outreach.web.families_desk import ask, family


def _on(what: str, path: str, data: dict[str, str] | None = None, *, held: bool = False) -> Callable[[Any], None]:
    """A form of the desk of a family or an inquiry; `held`: it is on hold before."""

    def do(desk: Any) -> None:
        office = desk.office
        visitor = desk.as_role("coordinator")
        number = family(office) if what == "families" else ask(office)
        page = f"/{what}/{number}/privacy"
        until = (office.clock.now() + timedelta(days=30)).date().isoformat()
        if held:
            visitor.post(f"{page}/hold", {"until": until, "why": "sūdzība"})
        told = {name: until if value == "DAY" else value for name, value in (data or {}).items()}
        visitor.post(f"{page}/{path}", told)

    return do


_ASKED = {"paper": "lv", "checked": "on"}
PRIVACY_DEEDS = {
    "family_privacy.export": ("export", "household", _on("families", "export", _ASKED)),
    "family_privacy.hold": ("hold", "household", _on("families", "hold", {"until": "DAY", "why": "sūdzība"})),
    "family_privacy.lift": ("lift", "household", _on("families", "lift", held=True)),
    "family_privacy.erase": ("erase", "household", _on("families", "erase", {"confirm": "1"})),
    "inquiry_privacy.export": ("export", "inquiry", _on("inquiries", "export", _ASKED)),
    "inquiry_privacy.hold": ("hold", "inquiry", _on("inquiries", "hold", {"until": "DAY"})),
    "inquiry_privacy.lift": ("lift", "inquiry", _on("inquiries", "lift", held=True)),
}
