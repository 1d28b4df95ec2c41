"""Why a change of people or departments is not made."""


class Stale(Exception):
    """Someone else changed it first; `standing` is what is there now."""

    def __init__(self, standing):
        super().__init__()
        self.standing = standing


class Refused(Exception):
    """The change cannot be; the message says why, in Japanese."""
