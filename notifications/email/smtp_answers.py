"""Maps answers of mail servers to outcomes, by a table."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from enum import StrEnum

from notifications.channel import Outcome, OutcomeKind


class Phase(StrEnum):
    CONNECT = "connect"  # up to and with EHLO and STARTTLS
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # until the final dot has left us
    ACCEPT = "accept"  # after the final dot: only here can we be in doubt


P, K = Phase, OutcomeKind
ANY = tuple(Phase)

# Read from the top, the first row that fits counts. The pattern is a regular expression on "550 5.1.1", or, when the
# server gives no extended status (RFC 3463), on "550" and what its words speak of: "550 mailbox", "550 sender", "550";
# or on one of our own words: refused, lost, timeout …
ANSWERS: tuple[tuple[tuple[Phase, ...], str, OutcomeKind], ...] = (
    ((P.ACCEPT,), r"2", K.OK),
    ((P.ACCEPT,), r"lost|timeout", K.UNKNOWN),
    (ANY, r"no-starttls|no-auth|bad-login", K.STOP),
    (ANY, r"refused|lost|timeout|dns|tls|network|unexpected", K.RETRY),
    ((P.LOGIN,), r"5", K.STOP),
    (ANY, r"4", K.RETRY),  # greylisting, full mailbox, too many connections, going down
    ((P.CONNECT,), r"5", K.RETRY),
    (ANY, r"530|535|534|538", K.STOP),  # wants a log-in we did not make
    (ANY, r"5\d\d 5\.2\.252", K.STOP),  # SendAsDenied: this account may not send in that name
    (ANY, r"552 5\.3\.4|552\b(?! 5\.2)|5\d\d 5\.3\.4|523", K.FALLBACK),  # too big: once more without files (SIZE)
    ((P.MAIL,), r"501 5\.1\.[78]|501 sender", K.STOP),
    ((P.MAIL,), r"501|503|555", K.BUG),
    ((P.MAIL,), r"5", K.STOP),  # our sender address is refused
    ((P.RCPT,), r"5\d\d 5\.1\.[78]|55[03] sender|553 5\.7\.", K.STOP),  # the same, one command later
    ((P.RCPT,), r"501|503|555", K.BUG),
    ((P.RCPT, P.DATA, P.ACCEPT), r"5\d\d 5\.1\.(0|1|2|3|6|10)\b|5\d\d 5\.2\.1\b", K.DEAD),
    ((P.RCPT,), r"550 mailbox|553( mailbox)?\Z", K.DEAD),
    ((P.RCPT, P.DATA, P.ACCEPT), r"5", K.FALLBACK),  # policy, spam, mailbox full for good, or nobody knows what
)

SIZE = "size"  # what such an answer concerns
_TOO_BIG = re.compile(r"552 5\.3\.4|552\b(?! 5\.2)|5\d\d 5\.3\.4|523")
_POLICY = re.compile(r"5\d\d 5\.7\.|554|551|550\Z")
# What a bare 550 or 553 speaks of; the first that fits. In doubt nothing: a dead address is never written to again.
_WORDS_OF = (
    ("sender", re.compile(r"\bsender\b|\bmail from\b|người gửi", re.IGNORECASE)),
    ("", re.compile(r"relay|spam|authenti|polic|prohibit|blocked|blacklist|reputation|rate limit", re.IGNORECASE)),
    (
        "mailbox",
        re.compile(
            r"user|mailbox|recipient|unknown|exist|no such|người nhận|hộp thư",
            re.IGNORECASE,
        ),
    ),
)
_SPOKEN_TO = re.compile(r"\S*@\S*")  # an address repeated says nothing, whatever its letters spell
# The day's allowance of the account is used up; a full mailbox and a mail too big speak of quotas and limits too.
_SPENT_CODE = re.compile(r"5\d\d 5\.(4\.5|1\.90)\b")
_SPENT = re.compile(r"SubmissionQuotaExceeded|(daily|hourly|sending)\b.{0,40}\b(limit|quota)", re.IGNORECASE)
_LIMIT = re.compile(r"(limit|quota) (exceeded|reached)|(exceeded|reached) .{0,40}(limit|quota)", re.IGNORECASE)
_NOT_OURS = re.compile(r"mailbox|storage|size|recipient'?s? (is )?over|hộp thư", re.IGNORECASE)
_SEND_AS = re.compile(r"SendAsDenied", re.IGNORECASE)
_RELAYING = re.compile(r"\brelay", re.IGNORECASE)
_OF_THE_ADDRESS = re.compile(r"5\d\d 5\.[12]\.")
LATER = re.compile(r"4(?!21)\d\d")  # greylisted, full, busy with this mail: not before some minutes have passed

ADVICE = {
    "login": "Máy chủ thư không chấp nhận tên đăng nhập hoặc mật khẩu: kiểm tra lại tài khoản, mật khẩu ứng dụng trong "
    "KYHAN_SMTP_URL rồi mở lại kênh thư. / The mail server refused the user name or password: correct them in "
    "KYHAN_SMTP_URL, then resume the channel.",
    "no-auth": "Máy chủ thư không nhận đăng nhập ở cổng này: thử cổng 587 với ?starttls=1, hoặc bỏ tên và mật khẩu "
    "khỏi KYHAN_SMTP_URL. / The server takes no log-in on this port: try port 587 with ?starttls=1, or leave user and "
    "password out of KYHAN_SMTP_URL.",
    "no-starttls": "Máy chủ thư không hỗ trợ STARTTLS nên thư chưa được gửi: kiểm tra cổng và tùy chọn starttls trong "
    "KYHAN_SMTP_URL. / The server offers no STARTTLS, so nothing was sent: check the port and starttls in "
    "KYHAN_SMTP_URL.",
    "tls": "Không lập được kết nối mã hóa: kiểm tra chứng thư, tên máy chủ và cổng. / No encrypted connection: check "
    "the certificate, the server's name and the port.",
    "refused": "Máy chủ thư không nhận kết nối; hệ thống sẽ tự thử lại. / The mail server refuses connections; it will "
    "be tried again.",
    "dns": "Không tìm thấy tên máy chủ thư; hệ thống sẽ tự thử lại. / The mail server's name is not found; it will be "
    "tried again.",
    "sender": "Máy chủ thư từ chối địa chỉ người gửi: kiểm tra KYHAN_MAIL_FROM. / The server refuses the sender's "
    "address: check KYHAN_MAIL_FROM.",
    "spent": "Tài khoản gửi thư đã hết hạn mức trong ngày: các thư còn lại được giữ đến sáng hôm sau; nếu lặp lại, đề "
    "nghị đơn vị quản trị máy chủ thư nâng hạn mức. / The account's daily sending limit is used up: what is left waits "
    "until the next morning; if it happens again, ask for a higher limit.",
    "relay": "Máy chủ thư không chuyển thư ra ngoài cho Kỳ Hạn: kiểm tra tài khoản trong KYHAN_SMTP_URL và quyền "
    "chuyển tiếp của máy này. Không thư nào bị mất. / The server does not relay our mail: check the account in "
    "KYHAN_SMTP_URL and whether this machine may relay. No mail is lost.",
    "policy": "Máy chủ thư từ chối ba thư liên tiếp gửi ba người khác nhau: kiểm tra SPF, DKIM, DMARC của tên miền gửi "
    "và nội dung thư; các thư còn lại được giữ. / Three mails in a row to three recipients were refused: check SPF, "
    "DKIM, DMARC and what the mails say; the rest waits.",
    "command": "Máy chủ thư không hiểu lệnh gửi của Kỳ Hạn; đề nghị báo đơn vị hỗ trợ phần mềm. Không thư nào bị mất. "
    "/ The server does not understand our commands: tell those who support the software. No mail is lost.",
}

_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_QUEUED = re.compile(r"(?:queued as|queue[ -]?id[ =:]*|\bid[ =:]+)\s*<?([A-Za-z0-9._@-]{1,64})", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def outcome(phase: Phase, code: str, text: str = "") -> Outcome:
    if phase not in (P.CONNECT, P.LOGIN) and _is_spent(code, text):
        return Outcome(K.STOP, code, f"{ADVICE['spent']} – {text}", spent=True)
    line = _line(code, text)
    kind = next((kind for phases, pattern, kind in ANSWERS if phase in phases and re.match(pattern, line)), K.BUG)
    detail = " – ".join(part for part in (_advice(phase, code, kind), text) if part)
    concerns = SIZE if kind is K.FALLBACK and _TOO_BIG.match(code) else ""
    return Outcome(kind, code, detail, maybe_sent=kind is K.UNKNOWN, concerns=concerns)


def is_policy(code: str, text: str) -> bool:
    """Refused for what the server thinks of us or of our mail, not for the address."""
    return _POLICY.match(_line(code, text)) is not None


def refuses_us(result: Outcome) -> bool:
    """Perhaps: neither the address nor the size is the reason. Three times in a row it is certain."""
    if result.kind not in (K.FALLBACK, K.BUG) or not re.match(r"5\d\d\b", result.code):
        return False
    return result.concerns != SIZE and not _OF_THE_ADDRESS.match(result.code)


def is_relaying(result: Outcome) -> bool:
    """The server carries nothing to there for us."""
    return refuses_us(result) and _RELAYING.search(_SPOKEN_TO.sub("", result.detail)) is not None


def concerns_content(result: Outcome) -> bool:
    """Refused for what is in the mail or for our good name; not for a lack of permission, nor for a command."""
    return result.kind is K.FALLBACK and not is_relaying(result)


def stop_advice(result: Outcome) -> str:
    advice = "relay" if is_relaying(result) else "policy" if concerns_content(result) else "command"
    return f"{ADVICE[advice]} – {result.detail}"


def _is_spent(code: str, text: str) -> bool:
    if not code.startswith("5"):
        return False
    if _SPENT_CODE.match(code) or _SPENT.search(text):
        return True
    ours = not _TOO_BIG.match(code) and not _OF_THE_ADDRESS.match(code) and not _NOT_OURS.search(text)
    return ours and _LIMIT.search(text) is not None


def _line(code: str, text: str) -> str:
    if _SEND_AS.search(text):
        return "554 5.2.252"
    if code not in ("501", "550", "553"):
        return code
    words = _SPOKEN_TO.sub("", text)
    return f"{code} {next((name for name, pattern in _WORDS_OF if pattern.search(words)), '')}".strip()


def answered(phase: Phase, number: int, reply: bytes) -> Outcome:
    text = _CONTROL.sub(" ", reply.decode("utf-8", "replace")).strip()[:300]
    status = _STATUS.match(text)
    result = outcome(phase, f"{number} {status[1]}" if status else str(number), text)
    if result.kind is not K.OK:
        return result
    queued = _QUEUED.search(text)
    return Outcome(K.OK, result.code, text, provider_ref=queued[1] if queued else None)


def unanswered(phase: Phase, problem: Exception) -> Outcome:
    """What it means that a command ended in an exception."""
    if isinstance(problem, smtplib.SMTPResponseException):
        text = problem.smtp_error
        return answered(phase, problem.smtp_code, text if isinstance(text, bytes) else str(text).encode())
    return outcome(phase, _word_for(phase, problem))


# Order matters: a certificate error is an OSError too, and smtplib's own errors are all OSErrors.
_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPServerDisconnected, "lost"),
    (UnicodeError, "bad-login"),
    (ssl.SSLError, "tls"),
    (socket.gaierror, "dns"),
    (TimeoutError, "timeout"),
    (ConnectionRefusedError, "refused"),
    (ConnectionError, "lost"),
    (OSError, "network"),
)


def _word_for(phase: Phase, problem: Exception) -> str:
    if isinstance(problem.__context__, TimeoutError):  # smtplib reports a time-out as a disconnection
        return "timeout"
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return "no-auth" if phase is Phase.LOGIN else "no-starttls"
    if type(problem) is smtplib.SMTPException and phase is Phase.LOGIN:  # "no suitable authentication method"
        return "no-auth"
    return next((word for kind, word in _WORDS if isinstance(problem, kind)), "unexpected")


def _advice(phase: Phase, code: str, kind: OutcomeKind) -> str:
    if code in ADVICE:
        return ADVICE[code]
    if kind is not K.STOP:
        return ""
    return ADVICE["login" if phase is P.LOGIN or code.startswith(("53", "bad-login")) else "sender"]
