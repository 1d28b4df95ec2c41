"""What the permission matrix of the product's safety rules means for every address of the site.

Written from the rules, not from the code: `ROWS` are lines of that matrix, `PAGES` says which line
guards which address. A new address has to be added here before the tests pass.
"""

from dataclasses import dataclass

from dxplan.accounts.models import Role

SYS, DXO, STF, HEAD, COM, AUD = Role
EVERY, TOWN, OWN = "every", "town", "own"
GET, POST = "GET", "POST"

SEE = dict.fromkeys((DXO, STF, HEAD, COM, AUD), TOWN)
EDIT = {DXO: TOWN}
RUN_YEARS = {DXO: TOWN}
ENTER = {DXO: TOWN, STF: OWN, HEAD: OWN}
SHEETS = {DXO: TOWN, STF: OWN, HEAD: OWN}
EXPORT = SEE
SEE_DRAFTS = {DXO: TOWN, STF: TOWN, HEAD: TOWN, AUD: TOWN}  # one's own departments' alone
REVIEW = {DXO: TOWN, STF: OWN, HEAD: OWN}
RUN_MEETINGS = {DXO: TOWN}
SEE_DRAFTS_OF_TOWN = {DXO: TOWN, AUD: TOWN}
MANAGE = {SYS: EVERY, DXO: TOWN}
READ_TRAIL = {SYS: TOWN, DXO: TOWN, STF: OWN, HEAD: OWN, AUD: TOWN}
READ_TRAIL_OF_PLANS = {DXO: TOWN, AUD: TOWN}
READ_TRAIL_OF_KPIS = READ_TRAIL_OF_PLANS | {STF: OWN, HEAD: OWN}
READ_TRAIL_OF_PEOPLE = {SYS: TOWN, DXO: TOWN, AUD: TOWN}
EVERYBODY = dict.fromkeys(Role, TOWN)


@dataclass(frozen=True)
class Page:
    """Who may read (`get`) and send (`post`) an address; None where it does not take that method.

    `about` is what its last id names, where the name of the URL argument does not tell.
    """

    get: dict | None = None
    post: dict | None = None
    about: str = ""
    query: str = ""
    has_nothing: bool = False  # about something of one's own that nobody here has

    @property
    def query_ids(self):
        return ("kpi_id",) if "{kpi_id}" in self.query else ()


def read(row, **more):
    return Page(get=row, **more)


def form(row, **more):
    return Page(get=row, post=row, **more)


# Reached without an account, or between password and second factor.
PUBLIC = (
    *("healthz", "readyz", "login", "account_login", "setup", "invite"),
    *(
        "mfa_authenticate",
        "mfa_login_webauthn",
        "second_factor_cancel",
        "sso_start",
        "sso_callback",
    ),
)
# Sends everybody away, whoever they are.
LEAVING = ("logout", "resend")

PAGES = {
    "home": read(EVERYBODY),
    "password_change": form(EVERYBODY),
    "session_continue": Page(post=EVERYBODY),
    "notices": read(EVERYBODY),
    "notices_read": Page(post=EVERYBODY),
    "notice_choices": form(EVERYBODY),
    "notice_open": Page(post={}, has_nothing=True),
    "notice_read": Page(post={}, has_nothing=True),
    "search": read(SEE),
    "plan_list": read(SEE),
    "plan_new": form(EDIT),
    "plan_detail": read(SEE),
    "plan_edit": form(EDIT),
    "plan_state": form(EDIT),
    "plan_delete": form(EDIT),
    "edition_new": form(EDIT),
    "plan_workbook": read(EXPORT),
    "plan_upload": form(EDIT),
    "plan_import": form(EDIT, has_nothing=True),
    "plan_upload_new": form(EDIT),
    "plan_import_new": form(EDIT, has_nothing=True),
    "plan_workbook_blank": read(EDIT),
    "comparison": read(SEE),
    "change_list": read(SEE_DRAFTS_OF_TOWN),
    "dashboard": read(SEE),
    "remind": form(RUN_YEARS),
    "changes_since": read(SEE),
    "report": read(EXPORT),
    "report_ask": Page(post=EXPORT),
    "work_list": read(EVERYBODY),
    "work": read(EVERYBODY, has_nothing=True),
    "work_file": read(EVERYBODY, has_nothing=True),
    "work_cancel": Page(post=EVERYBODY, has_nothing=True),
    "meeting_list": read(SEE),
    "meeting": read(SEE),
    "opinion_new": form(RUN_MEETINGS),
    "opinion_edit": form(RUN_MEETINGS),
    "opinion_response": form(ENTER),
    "opinion_settle": form(RUN_MEETINGS),
    "opinion_remove": form(RUN_MEETINGS),
    "paper_new": form(RUN_MEETINGS),
    "paper": read(SEE),
    "paper_workbook": read(EXPORT),
    "policy_list": read(SEE),
    "term_list": read(SEE),
    "framework_list": read(SEE),
    "framework_item": read(SEE, about="framework_item"),
    "structure": form(EDIT),
    "policy_new": form(EDIT, query="under=p{parent}"),
    "policy_edit": form(EDIT),
    "policy_move": form(EDIT),
    "policy_remove": form(EDIT),
    "checklist_list": read(SEE),
    "checklist_new": form(EDIT),
    "checklist_detail": read(SEE),
    "checklist_entry": form(EDIT),
    "checklist_check": Page(post=EDIT, query="fiscal_year=2025&item={checklist_item}"),
    "checklist_edit": form(EDIT),
    "checklist_items": form(EDIT),
    "checklist_item_edit": form(EDIT, about="checklist_item"),
    "checklist_item_remove": form(EDIT, about="checklist_item"),
    "part_list": form(EDIT),
    "part_new": form(EDIT),
    "part_edit": form(EDIT),
    "part_remove": form(EDIT),
    "kpi_list": read(SEE),
    "kpi_new": form(EDIT),
    "kpi_table": form(EDIT),
    "kpi_table_columns": form(EDIT, has_nothing=True),
    "kpi_table_preview": form(EDIT, has_nothing=True),
    "kpi_detail": read(SEE),
    "kpi_edit": form(EDIT),
    "kpi_remove": form(EDIT),
    "kpi_targets": form(EDIT),
    "revision_new": form(EDIT),
    "revision_list": read(SEE),
    "scale_detail": read(SEE),
    "scale_new": form(EDIT),
    "scale_preview": Page(post=EDIT),
    "result_grid": form(ENTER, query="fiscal_year=2025"),
    "result_check": Page(post=ENTER, query="fiscal_year=2025&kpi={kpi_id}"),
    "year_overview": read(SEE_DRAFTS, query="fiscal_year=2025"),
    "year_open": form(RUN_YEARS),
    "year_edit": form(RUN_YEARS),
    "year_close": form(RUN_YEARS),
    "year_reopen": form(RUN_YEARS),
    "year_answer": Page(post=RUN_YEARS),
    "result_review": Page(get=SEE_DRAFTS, post=REVIEW, query="fiscal_year=2025"),
    "result_workbook": read(ENTER, query="fiscal_year=2025"),
    "result_upload": form(ENTER, query="fiscal_year=2025"),
    "result_import": form(ENTER, has_nothing=True),
    "result_marked": read(ENTER, has_nothing=True),
    "data_csv": read(EXPORT),
    "data_xlsx": read(EXPORT),
    "codes_csv": read(EXPORT),
    "columns_csv": read(EXPORT),
    "metadata_csv": read(EXPORT),
    "judgement_list": read(SEE),
    "judgement": Page(get=SEE, post=ENTER, query="fiscal_year=2025"),
    "kpi_check": Page(post=EDIT, query="field=baseline_value"),
    "target_check": Page(post=EDIT, query="field=target_2025"),
    "revision_check": Page(post=EDIT, query="field=target_2025"),
    "schedule": read(SEE),
    "schedule_period": form(EDIT),
    "action_plan_list": read(SEE),
    "action_plan_new": form(SHEETS),
    "action_plan_checks": read(EDIT),
    "evaluation_list": read(SEE),
    "quarterly": read(SEE),
    "money": read(SEE),
    "action_plan": read(SEE),
    "action_plan_edit": form(SHEETS),
    "action_plan_remove": form(SHEETS),
    "stage_edit": form(SHEETS),
    "money_edit": form(SHEETS),
    "note_edit": form(ENTER),
    "evaluation_workbook": read(ENTER, query="fiscal_year=2025"),
    "evaluation_upload": form(ENTER, query="fiscal_year=2025"),
    "evaluation_import": form(ENTER, has_nothing=True),
    "evaluation_marked": read(ENTER, has_nothing=True),
    "evaluation": Page(get=SEE, post=ENTER, query="fiscal_year=2025"),
    "history": read(READ_TRAIL),
    "history_csv": read(READ_TRAIL),
    "my_history": read(READ_TRAIL),
    "my_history_csv": read(READ_TRAIL),
    "object_history": read(None),
    "object_history_csv": read(None),
    "recent_history": read(None),
    "mfa_index": read(EVERYBODY),
    "mfa_activate_totp": form(EVERYBODY),
    "mfa_deactivate_totp": form({}, has_nothing=True),
    "mfa_view_recovery_codes": read({}, has_nothing=True),
    "mfa_generate_recovery_codes": form(EVERYBODY),
    "mfa_add_webauthn": form(EVERYBODY),
    "mfa_edit_webauthn": form(EVERYBODY),
    "mfa_remove_webauthn": form(EVERYBODY),
    "account_reauthenticate": form(EVERYBODY),
    "mfa_reauthenticate": form(EVERYBODY),
    "mfa_reauthenticate_webauthn": form(EVERYBODY),
    "town_security": form(MANAGE),
    "factor_list": read(MANAGE),
    "factor_removal": form(MANAGE),
    "towns": read({SYS: EVERY}),
    "town_upload": form({SYS: EVERY}),
    "town_workbook": read({SYS: EVERY}),
    "town_import": form({SYS: EVERY}, has_nothing=True),
    "people": read(MANAGE),
    "person_new": form(MANAGE),
    "person": read(MANAGE),
    "person_name": form(MANAGE),
    "person_stop": form(MANAGE),
    "person_resume": form(MANAGE),
    "person_link": Page(post=MANAGE),
    "person_move": form(MANAGE),
    "role_new": form(MANAGE),
    "role_end": form(MANAGE),
    "role_withdraw": form(MANAGE),
    "departments": read(MANAGE),
    "department_new": form(MANAGE),
    "department_merge": form(MANAGE),
    "department_detail": read(MANAGE),
    "department_correct": form(MANAGE),
    "department_rename": form(MANAGE),
    "department_end": form(MANAGE),
    "department_split": form(MANAGE),
    "department_resume": form(MANAGE),
    "department_remove": form(MANAGE),
}

# What a form must carry before its permission is asked for.
SENT = {
    "result_review": {"step": "submit", "pick-{kpi_id}": "1"},
    "judgement": {"layer": "self"},
    "structure": {"place": "{policy_id}:p{parent}:0"},
    "part_list": {"place": "{part}:0"},
}
# Kinds of parts that have an order of their own and so take a place.
ORDERED_PARTS = ("sections", "terms", "committees", "related-plans")

# Whose history is read by whom, by the kind of thing, and what its id names.
HISTORIES = {
    "plans": (READ_TRAIL_OF_PLANS, "plan_id"),
    "kpis": (READ_TRAIL_OF_KPIS, "kpi_id"),
    "action-plans": (READ_TRAIL_OF_PLANS, "action_id"),
    "departments": (READ_TRAIL_OF_PEOPLE, "department_id"),
    "people": (READ_TRAIL_OF_PEOPLE, "person_id"),
}
