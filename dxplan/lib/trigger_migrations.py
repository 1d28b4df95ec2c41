"""Lets migrations add and remove triggers without making models anew.

After each step of a migration Django remakes the model in question and all that are tied to it, in
case their fields changed. A trigger changes none, and there are hundreds of such steps: leaving
this out takes a third off the time in which a new database is made.
"""

from pgtrigger.migrations import AddTrigger, RemoveTrigger


def keep_models_as_they_are() -> None:
    """From now on steps with triggers only note them in the state of the migrations."""
    AddTrigger.state_forwards = _note
    RemoveTrigger.state_forwards = _forget


def _note(self, app_label, state) -> None:
    options = state.models[app_label, self.model_name_lower].options
    options["triggers"] = [*options.get("triggers", []), self.trigger]


def _forget(self, app_label, state) -> None:
    options = state.models[app_label, self.model_name_lower].options
    options["triggers"] = [item for item in options["triggers"] if item.name != self.name]
