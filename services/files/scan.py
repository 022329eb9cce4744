"""Asks a ClamAV daemon whether a file carries a virus (its INSTREAM command, over TCP or a local socket)."""

from __future__ import annotations

import os
import socket
import struct
from typing import BinaryIO
from urllib.parse import urlsplit

from notifications.deadline import connect, left, within

PIECE = 256 << 10
PATIENCE = 60.0  # seconds, for each step
WHOLE = 300.0  # for one file
PORT = 3310


class ScannerSilent(Exception):
    """No verdict: nobody answers at its address, or it says it cannot."""


def scan(address: str, stream: BinaryIO) -> str:
    """The virus's name, or an empty word. `address`: tcp://host[:port] or unix:///path. Raises ScannerSilent."""
    stream.seek(0)
    try:
        with within(WHOLE), _line(address) as line:
            _say(line, b"zINSTREAM\0")
            while piece := stream.read(PIECE):
                _say(line, struct.pack("!L", len(piece)) + piece)
            _say(line, struct.pack("!L", 0))
            return _virus_name(_answer(line))
    except OSError as error:
        raise ScannerSilent(str(error)) from error
    finally:
        stream.seek(0, os.SEEK_SET)


def ping(address: str) -> None:
    """Raises ScannerSilent unless the daemon says it is there."""
    try:
        with _line(address) as line:
            line.sendall(b"zPING\0")
            answer = _answer(line)
    except OSError as error:
        raise ScannerSilent(str(error)) from error
    if answer != "PONG":
        raise ScannerSilent(answer or "no answer")


def _line(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(left(PATIENCE))
        line.connect(parts.path)
        return line
    return connect(parts.hostname or "127.0.0.1", parts.port or PORT, PATIENCE)


def _say(line: socket.socket, words: bytes) -> None:
    line.settimeout(left(PATIENCE))
    line.sendall(words)


def _heard(line: socket.socket) -> bytes:
    line.settimeout(left(PATIENCE))
    return line.recv(4096)


def _answer(line: socket.socket) -> str:
    received = b""
    while b"\0" not in received and len(received) < 4096 and (more := _heard(line)):
        received += more
    return received.partition(b"\0")[0].decode(errors="replace").strip()


def _virus_name(answer: str) -> str:
    verdict = answer.removeprefix("stream: ")
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise ScannerSilent(answer or "no answer")
