"""Django's PostgreSQL backend; which server it talks to is settled at the first connection."""

from django.db.backends.postgresql import base

from dxplan.lib.embedded_postgres import DATABASE, ensure_server, known_server
from dxplan.lib.postgresql.application_role import login_for_pages
from dxplan.lib.postgresql.url import given_server
from dxplan.lib.startup import data_dir


class DatabaseWrapper(base.DatabaseWrapper):
    """Talks to DATABASE_URL's server or else to the embedded one of the data folder.

    NAME is "dxplan" in the settings and stands for the database of that server; any other name,
    such as a test run's, is taken as it is.
    """

    def get_connection_params(self):
        params = super().get_connection_params()
        server = given_server() or known_server(data_dir()) or ensure_server(data_dir())
        if params["dbname"] != DATABASE:
            server = server | {"dbname": params["dbname"]}
        return params | login_for_pages(server)

    def get_new_connection(self, conn_params):
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            if given_server():
                raise
        # The embedded server may have died meanwhile: look again, once.
        server = ensure_server(data_dir()) | {"dbname": conn_params["dbname"]}
        return super().get_new_connection(conn_params | login_for_pages(server))
