from django.apps import apps
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from plans.models import Plan

[TRIGGER, *_] = Plan._meta.triggers


def noted(state):
    return [item.name for item in state.models["plans", "plan"].options["triggers"]]


def test_triggers_are_noted_and_models_stay_as_they_are():
    state = ProjectState.from_apps(apps)
    model = state.apps.get_model("plans", "Plan")
    before = noted(state)

    RemoveTrigger(model_name="plan", name=TRIGGER.name).state_forwards("plans", state)
    without = noted(state)
    AddTrigger(model_name="plan", trigger=TRIGGER).state_forwards("plans", state)

    assert without == [name for name in before if name != TRIGGER.name]
    assert noted(state) == [*without, TRIGGER.name]
    assert state.apps.get_model("plans", "Plan") is model
