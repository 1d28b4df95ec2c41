"""What a page says to the one who saved second."""

from tests.markup import Element, read_page


def shown_conflict(response):
    """(label, {which side: text}) of all that differs, as the page shows it."""
    box = read_page(response).first("section", css="conflict")
    labels = [heading.text() for heading in box.all("h3")]
    sides = [list(place.all(css="conflict__side")) for place in box.all(css="conflict__sides")]
    return [
        (label, dict(_side(side) for side in own)) for label, own in zip(labels, sides, strict=True)
    ]


def three_sides(yours, theirs, base):
    return {
        "あなたの入力": yours,
        "保存されている内容": theirs,
        "画面を開いたときの内容": base,
    }


def _side(side):
    name, text = (child.text() for child in side.children if isinstance(child, Element))
    return name, text
