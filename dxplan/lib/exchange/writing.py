"""New and changed rows written, and those that go: a statement each, however many rows."""


class RowWriter:
    """The part of a sheet's resource that writes what its lines came to."""

    def write(self):
        """New and changed rows; see `remove`. A query for each, and one more where keys move."""
        self._move_aside()
        if self.creates:
            self.create()
        if self.updates:
            self._meta.model.objects.bulk_update(self.updates, self._changed_columns())

    def create(self):
        self._meta.model.objects.bulk_create(self.creates)

    def remove(self):
        if self.deletes:
            ids = [row.pk for row in self.deletes]
            self._meta.model.objects.filter(pk__in=ids).delete()

    def _changed_columns(self):
        """The columns in which any of the changed rows differs from what stood."""
        fields = self._meta.model._meta.concrete_fields
        for row in self.updates:
            row._prepare_related_fields_for_save(operation_name="bulk_update")
        return [
            item.name
            for item in fields
            if any(
                self.snapshots[id(row)].get(item.attname) != getattr(row, item.attname)
                for row in self.updates
            )
        ]

    def _move_aside(self):
        """Clears the places that changed or removed rows leave to others: they are unique."""
        for slot in self.slots:
            now = {id(row): slot.of(self.texts_of(row)) for row in (*self.creates, *self.updates)}
            wanted = set(now.values())
            leaving = [
                row.pk
                for row in (*self.updates, *self.deletes)
                if (old := slot.of(self.texts[id(row)])) in wanted and now.get(id(row)) != old
            ]
            if leaving:
                rows = self._meta.model.objects.filter(pk__in=leaving)
                rows.update(**{slot.column: slot.aside})
