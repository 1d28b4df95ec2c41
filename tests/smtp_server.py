"""A small mail server on this machine, which does as a test tells it."""

import email
import socketserver
import threading
import time
from contextlib import contextmanager
from email import policy


class MailHandler(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a client needs that sends plain mails."""

    def handle(self):
        self.server.connections += 1
        if self.server.is_silent:
            self.server.is_over.wait(30)
            return
        self.say(self.server.greeting)
        while line := self.rfile.readline():
            verb = line[:4].decode("ascii").upper().strip()
            if verb == "QUIT":
                self.say("221 bye")
                return
            if verb == "DATA":
                self.take_mail()
            else:
                self.say(self.answer_to(verb, line.decode("ascii")))

    def answer_to(self, verb, line):
        if verb == "RCPT":
            address = line.partition("<")[2].partition(">")[0]
            self.recipient = address
            return self.server.refusals.get(address, "250 ok")
        return "250 ok"

    def take_mail(self):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        answer = self.server.answer_to_mail
        if answer.startswith("250"):
            mail = email.message_from_bytes(b"".join(lines), policy=policy.default)
            self.server.mails.append((self.recipient, mail))
        self.say(answer)

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class MailTaker(socketserver.ThreadingTCPServer):
    """`mails` are (recipient, message); `refusals` map addresses to the answer they get."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), MailHandler)
        self.mails, self.refusals, self.connections = [], {}, 0
        self.greeting, self.answer_to_mail = "220 here", "250 taken"
        self.is_silent, self.is_over = False, threading.Event()

    @property
    def port(self):
        return self.server_address[1]


@contextmanager
def mail_taker():
    with MailTaker() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()
            thread.join()


def seconds(action):
    begin = time.monotonic()
    action()
    return time.monotonic() - begin
