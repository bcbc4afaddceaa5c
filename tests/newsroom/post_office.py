"""A small mail server (RFC 5321), for letters that are accepted, refused or left hanging."""

from contextlib import contextmanager
from email import message_from_bytes, policy
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread


class PostOffice(ThreadingTCPServer):
    """Keeps every letter that it accepted in `letters`, as email.message.EmailMessage.

    `answers` maps a command ("RCPT", "DATA", and "." for the letter's end) to another answer than
    "250 ok". At the command `silent` it sets `fell_silent` and says nothing until `go_on` is set.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), _Counter)
        self.letters, self.answers, self.silent = [], {}, None
        self.fell_silent, self.go_on = Event(), Event()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        """A sender who hangs up or is killed is no error of ours."""


class _Counter(StreamRequestHandler):
    def handle(self):
        self.say("220 ready")
        for line in self.rfile:
            word = line.split()[0].decode().upper()
            self.keep_silent_at(word)
            if word == "DATA":
                self.say(self.answer_to(word, "354 go on"))
                if "DATA" not in self.server.answers and not self.take_letter():
                    return
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say(self.answer_to(word))

    def take_letter(self):
        lines = []
        for line in iter(self.rfile.readline, b".\r\n"):
            if not line:
                return False
            lines.append(line)
        self.keep_silent_at(".")
        answer = self.answer_to(".")
        if answer.startswith("2"):
            letter = message_from_bytes(b"".join(lines), policy=policy.default)
            self.server.letters.append(letter)
        self.say(answer)
        return True

    def keep_silent_at(self, word):
        if self.server.silent == word:
            self.server.fell_silent.set()
            self.server.go_on.wait()

    def answer_to(self, word, usual="250 ok"):
        return self.server.answers.get(word, usual)

    def say(self, answer):
        self.wfile.write(f"{answer}\r\n".encode())


@contextmanager
def open_post_office():
    """A post office at a free port of this machine, open as long as the block."""
    with PostOffice() as office:
        thread = Thread(target=office.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield office
        finally:
            office.go_on.set()
            office.shutdown()
            thread.join()
