"""Where new rows of a sheet go that do not say it: behind all others."""


class Places:
    """The last places in use, by what the rows belong to; to be asked for each line in turn."""

    def __init__(self, rows, owner=""):
        self.owner, self.last = owner, {}
        for row in rows:
            self.give(row)

    def give(self, row):
        """Gives a row without a place the one after the last."""
        key = self._key(row)
        last = self.last.get(key, 0)
        if row.position is None:
            row.position = last + 1
        self.last[key] = max(last, row.position)

    def _key(self, row):
        """Rows that are not there yet have no id to tell them apart by."""
        owner = getattr(row, self.owner, None) if self.owner else None
        return owner.pk or id(owner) if owner is not None else None
