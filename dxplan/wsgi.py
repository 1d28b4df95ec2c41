import os

from django.core.wsgi import get_wsgi_application

from dxplan.lib.postgresql.application_role import serve_as_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dxplan.settings")

serve_as_application()
application = get_wsgi_application()
