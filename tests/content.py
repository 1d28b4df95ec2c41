"""Our models that carry content: all but the events that the audit trail keeps of them."""

from io import StringIO

from django.apps import apps
from django.core.management import call_command

from dxplan.lib.audit import Event

OURS = ("accounts", "plans", "kpis", "actionplans")
# What comes and goes is no content and not on record: what the login counts, what people are told
# of things that are on record themselves, what waits to be confirmed, and what takes long.
NO_CONTENT = (
    *("accounts.LoginTally", "plans.Notice", "plans.OutgoingMail", "plans.Upload", "plans.Work"),
)


def content_models(*labels):
    """Of all our apps, or of those named."""
    models = [
        model for label in labels or OURS for model in apps.get_app_config(label).get_models()
    ]
    models = [model for model in models if not issubclass(model, Event)]
    return [model for model in models if model._meta.label not in NO_CONTENT]


def dump(*labels, without=()):
    """All rows with primary keys, as one text."""
    found = StringIO()
    names = {model._meta.label for model in content_models(*labels)} - set(without)
    call_command("dumpdata", *sorted(names), stdout=found)
    return found.getvalue()
