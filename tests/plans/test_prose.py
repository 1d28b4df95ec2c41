import pytest

from plans.prose import Block, Piece, TermLinker

TERMS = [(1, "AI"), (2, "AI-OCR"), (3, "タブレット／タブレット端末"), (4, "オンライン"), (5, "IT")]


def linked(text, terms=TERMS):
    return [(piece.text, piece.term_id) for piece in TermLinker(terms).pieces(text, set())]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("変革", [("変革", None)]),
        ("AIの活用", [("AI", 1), ("の活用", None)]),
        ("AI-OCRとAI", [("AI-OCR", 2), ("と", None), ("AI", 1)]),
        ("MAILとITS", [("MAILとITS", None)]),
        ("タブレット端末", [("タブレット端末", 3)]),
        ("タブレット", [("タブレット", 3)]),
        ("オンラインとオンライン", [("オンライン", 4), ("とオンライン", None)]),
    ],
)
def test_terms_are_linked_where_they_come_first(text, pieces):
    assert linked(text) == pieces


def test_text_without_glossary_is_one_piece():
    assert linked("AI", terms=[]) == [("AI", None)]


def test_term_with_signs_of_a_pattern_is_taken_literally():
    assert linked("5G(第5世代)", terms=[(9, "5G(第5世代)")]) == [("5G(第5世代)", 9)]


def test_text_falls_into_paragraphs_and_lists():
    text = "前書き\n二行目\n\n・一つ\n・二つ\n後書き\r\n\r\n\r\n結び"

    blocks = TermLinker([]).blocks(text)

    assert blocks == (
        Block(False, ((Piece("前書き"),), (Piece("二行目"),))),
        Block(True, ((Piece("一つ"),), (Piece("二つ"),))),
        Block(False, ((Piece("後書き"),),)),
        Block(False, ((Piece("結び"),),)),
    )


def test_term_is_linked_once_per_text():
    blocks = TermLinker(TERMS).blocks("AIを使う\n\nAIを学ぶ")

    linked_to = [piece.term_id for block in blocks for line in block.lines for piece in line]
    assert linked_to == [1, None, None]
