"""The database refuses a municipality code whose check digit is wrong.

The rule is that of `municipality_codes.check_digit`; what is no code at all is another
constraint's affair.
"""

from django.db import migrations

ADD = """
ALTER TABLE accounts_municipality ADD CONSTRAINT municipality_code_check_digit CHECK (
    CASE WHEN code ~ '^[0-9]{6}$' THEN
        substr(code, 6, 1)::integer = (11 - (
            6 * substr(code, 1, 1)::integer + 5 * substr(code, 2, 1)::integer
            + 4 * substr(code, 3, 1)::integer + 3 * substr(code, 4, 1)::integer
            + 2 * substr(code, 5, 1)::integer
        ) % 11) % 10
    ELSE true END
);
"""

REMOVE = "ALTER TABLE accounts_municipality DROP CONSTRAINT municipality_code_check_digit;"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_create_accounts")]

    operations = [migrations.RunSQL(ADD, REMOVE)]
