"""Runs a command line and says how it ended: its code or signal, its messages, its time and memory."""
import dataclasses
import os
import select
import signal
import subprocess
import time

TIMEOUT = 60


@dataclasses.dataclass
class Outcome:
    """How a command ended."""
    status: int
    out: bytes
    err: bytes
    seconds: float
    peak: int  # the largest resident set of its processes, in bytes
    hangs: bool = False

    @property
    def signal(self):
        """The number of the signal that ended it, or None."""
        if self.status < 0:
            return -self.status
        return self.status - 128 if self.status > 128 else None


class Running:
    """A command that has been started in a process group of its own."""

    def __init__(self, command, folder, binary_folder):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("BPEDROP")}
        environment["PATH"] = f"{binary_folder}:{environment.get('PATH', '/usr/bin:/bin')}"
        environment["TMPDIR"] = temporary_folder(folder)
        environment["SWIFT_BACKTRACE"] = "enable=no"
        self.streams = [open(os.path.join(folder, f".std{name}"), "w+b") for name in ("out", "err")]
        self.start = time.monotonic()
        self.process = subprocess.Popen(
            ["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
            stdout=self.streams[0], stderr=self.streams[1], start_new_session=True)
        self.ended = os.pidfd_open(self.process.pid)

    def signal(self, number):
        """Sends a signal to every process of the command."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass

    def wait(self, seconds):
        """Whether the command ends within this time."""
        poll = select.poll()
        poll.register(self.ended, select.POLLIN)
        return bool(poll.poll(max(0, seconds) * 1000))

    def outcome(self, timeout=TIMEOUT):
        """Waits for the end; what takes longer than the timeout is killed and hangs."""
        hangs = not self.wait(timeout)
        if hangs:
            self.signal(signal.SIGKILL)
        _, status, usage = os.wait4(self.process.pid, 0)
        seconds = time.monotonic() - self.start
        os.close(self.ended)
        texts = []
        for stream in self.streams:
            stream.seek(0)
            texts.append(stream.read(16 << 20))
            stream.close()
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return Outcome(self.process.returncode, *texts, seconds, usage.ru_maxrss * 1024, hangs)


def temporary_folder(folder):
    """The folder that a command has for temporary files: it must be empty afterwards."""
    path = os.path.join(folder, ".tmpdir")
    os.makedirs(path, exist_ok=True)
    return path
