import pytest

from dxplan.lib.mail_server import MailServer, mail_server
from dxplan.lib.startup import StartupProblem

HOST, FROM = "mail.example.lg.jp", "dx@example.lg.jp"


def read(**given):
    return mail_server({f"DXPLAN_SMTP_{name}": text for name, text in given.items()})


def test_without_configuration_there_is_no_mail():
    assert mail_server({}) is None
    assert mail_server({"DXPLAN_SMTP_HOST": " ", "DXPLAN_SITE_URL": "http://dx.local"}) is None


def test_host_and_sender_are_enough():
    assert read(HOST=HOST, FROM=FROM) == MailServer(HOST, 25, "", "", FROM, "off", "")


@pytest.mark.parametrize(
    ("security", "port"), [("", 25), ("off", 25), ("starttls", 587), ("TLS", 465)]
)
def test_port_goes_with_the_security_unless_named(security, port):
    assert read(HOST=HOST, FROM=FROM, TLS=security).port == port
    assert read(HOST=HOST, FROM=FROM, TLS=security, PORT="2525").port == 2525


def test_everything_can_be_given():
    environment = {
        "DXPLAN_SMTP_HOST": HOST,
        "DXPLAN_SMTP_PORT": "2525",
        "DXPLAN_SMTP_USER": "dx",
        "DXPLAN_SMTP_PASSWORD": "ひみつ",
        "DXPLAN_SMTP_FROM": f"DX推進 <{FROM}>",
        "DXPLAN_SMTP_TLS": "starttls",
        "DXPLAN_SITE_URL": "http://dx.local:8000/",
    }

    assert mail_server(environment) == MailServer(
        HOST, 2525, "dx", "ひみつ", f"DX推進 <{FROM}>", "starttls", "http://dx.local:8000"
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"HOST": HOST}, "メール送信の設定が足りません: DXPLAN_SMTP_FROM"),
        ({"USER": "dx"}, "メール送信の設定が足りません: DXPLAN_SMTP_HOST、DXPLAN_SMTP_FROM"),
        (
            {"HOST": HOST, "FROM": FROM, "TLS": "ssl"},
            "DXPLAN_SMTP_TLS は off、starttls、tls のどれかにしてください。",
        ),
        *(
            (
                {"HOST": HOST, "FROM": FROM, "PORT": port},
                "DXPLAN_SMTP_PORT は 1 から 65535 までの番号で指定してください。",
            )
            for port in ("0", "65536", "smtp", "２５")
        ),
        *(
            (
                {"HOST": HOST, "FROM": sender},
                "DXPLAN_SMTP_FROM には送信元のメールアドレスを指定してください。",
            )
            for sender in ("dx", "dx@example.lg.jp\nBcc: all@example.lg.jp")
        ),
    ],
    ids=str,
)
def test_wrong_configuration_is_told(given, message):
    with pytest.raises(StartupProblem) as problem:
        read(**given)

    assert str(problem.value) == message


@pytest.mark.parametrize("site", ["dx.local", "ftp://dx.local", "http://", "https://a\nb"])
def test_address_of_the_site_must_be_one(site):
    with pytest.raises(StartupProblem):
        mail_server({"DXPLAN_SMTP_HOST": HOST, "DXPLAN_SMTP_FROM": FROM, "DXPLAN_SITE_URL": site})
