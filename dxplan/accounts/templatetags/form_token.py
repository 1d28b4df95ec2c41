"""{% csrf_token %} as everywhere in Django, and beside it whose form this is.

A form that one person filled in must not be sent in another's name, when somebody else has logged
in meanwhile in the same browser. Every form has the token already, so the name travels with it.
"""

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from dxplan.accounts.kept_input import TYPED_BY

register = template.Library()


class FormTokenNode(CsrfTokenNode):
    def render(self, context):
        user = getattr(getattr(context, "request", None), "user", None)
        owner = (
            format_html('<input type="hidden" name="{}" value="{}">', TYPED_BY, user.pk)
            if user is not None and user.is_authenticated
            else ""
        )
        return super().render(context) + owner


@register.tag
def csrf_token(parser, token):
    return FormTokenNode()
