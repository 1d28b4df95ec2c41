"""What is said of one field while a person types into its form; nothing is saved."""

from django.http import Http404
from django.shortcuts import render


def said_of_field(request, form):
    """The errors, the reading and the question of the field that `?field=` names."""
    name = request.GET.get("field", "")
    if name not in form.live or name not in form.fields:
        raise Http404
    form.is_valid()
    return render(request, "kpis/_field_check.html", {"check": form.check_of(name)})
