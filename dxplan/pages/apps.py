from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "dxplan.pages"
    label = "pages"
    verbose_name = "画面"
