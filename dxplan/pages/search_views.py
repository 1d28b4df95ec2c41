from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dxplan.accounts.permissions import Action
from dxplan.lib.folding import search_words
from dxplan.pages.search import search
from dxplan.pages.search_forms import SearchForm
from plans.models import Plan


@require_GET
def search_page(request):
    """What the plans one may see say with the words of the address."""
    if not request.access.may(Action.SEE_PLANS):
        raise PermissionDenied
    plans = list(Plan.objects.visible_to(request.access).current_first())
    request.plan = next(iter(plans), None)  # spares the frame looking for it
    form = SearchForm(request.GET, plans)
    form.is_valid()
    asked = form.cleaned_data
    words = search_words(asked.get("q", ""))
    searched = [plan for plan in plans if plan.pk == asked.get("plan")] or plans
    found = search(searched, words) if words else []
    context = {
        "form": form,
        "words": words,
        "found": found,
        "total": sum(hits.total for hits in found),
    }
    return render(request, "pages/search.html", context)
