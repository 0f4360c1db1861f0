"""A real Neo4j Community server with OpenGDS, made of Maven artefacts, thrown away afterwards.

Jars are kept between runs in RINGFINDER_NEO4J_HOME, or in the user's cache; each server has its own data and port.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "only-for-tests-1"
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")


class NoServer(Exception):
    """Why no server can be had here."""


@dataclass
class Running:
    """A server that answers. `process` is None for one that is not ours."""

    uri: str
    username: str
    password: str
    process: subprocess.Popen[bytes] | None = None

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)


def jars() -> Path:
    """The folder that holds `lib` and `plugins`; fetched by Maven where it is empty."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise NoServer(f"no {program} on the path")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = Path(os.environ.get("RINGFINDER_NEO4J_HOME") or cache / "ringfinder-tests" / "neo4j-5.26.31")
    for folder, what in (("lib", "-DexcludeGroupIds=org.neo4j.gds"), ("plugins", "-DincludeGroupIds=org.neo4j.gds")):
        if (home / folder / ".complete").exists():
            continue
        command = ["mvn", "-q", "-B", "-f", str(Path(__file__).with_name("neo4j-home.xml")), _COPY]
        command += ["-DincludeScope=runtime", what, f"-DoutputDirectory={home / folder}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
        if done.returncode:
            raise NoServer(f"Maven can't fetch the server's jars: {done.stdout.strip()[-300:]}")
        (home / folder / ".complete").touch()
    return home


@contextmanager
def started(folder: Path, *, gds: bool = True, lasting: bool = False) -> Iterator[Running]:
    """A server with its data under `folder`; a `lasting` one starts slower, is faster then and keeps more in memory."""
    home, port = jars(), _free_port()
    prepare(folder, port=port, gds=gds, cache="512m" if lasting else "64m")
    path = f"{home / 'plugins'}/*:{home / 'lib'}/*" if gds else f"{home / 'lib'}/*"
    machine = ["-Xmx4g", "-XX:+UseParallelGC"] if lasting else ["-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    command = ["java", "-Xms256m", *machine, "-Dlog4j2.disable.jmx=true"]
    command += [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENS]
    command += ["-cp", path, "org.neo4j.server.CommunityEntryPoint"]
    command += [f"--home-dir={folder}", f"--config-dir={folder / 'conf'}", "--console-mode"]
    log = folder / "console.log"
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
    running = Running(f"bolt://127.0.0.1:{port}", "neo4j", PASSWORD, process)
    try:
        _wait(process, log, port)
        yield running
    finally:
        if process.poll() is None:
            running.kill()


def prepare(folder: Path, *, port: int = 0, gds: bool = False, cache: str = "64m") -> None:
    """Configure a server under `folder` without starting it; its data, where there are some, stay."""
    home = jars()
    (folder / "conf").mkdir(parents=True, exist_ok=True)
    (folder / "import").mkdir(exist_ok=True)
    lines = [
        *(f"server.directories.{name}={folder / name}" for name in ("data", "logs", "run", "import")),
        f"server.bolt.listen_address=127.0.0.1:{port}",
        f"server.bolt.advertised_address=127.0.0.1:{port}",
        "server.http.enabled=false",
        "server.https.enabled=false",
        "dbms.security.auth_enabled=true",
        f"server.memory.pagecache.size={cache}",
        "dbms.usage_report.enabled=false",
        "db.tx_log.rotation.retention_policy=keep_none",
    ]
    if gds:
        lines += [f"server.directories.plugins={home / 'plugins'}", "dbms.security.procedures.unrestricted=gds.*"]
    (folder / "conf" / "neo4j.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if not (folder / "data").exists():
        admin(folder, "dbms", "set-initial-password", PASSWORD)


def admin(folder: Path, *words: str, cwd: Path | None = None) -> str:
    """Run the server's own administration tool on a server that is stopped."""
    environment = os.environ | {"NEO4J_HOME": str(folder), "NEO4J_CONF": str(folder / "conf")}
    command = ["java", "-Xmx1g", "-cp", f"{jars() / 'lib'}/*", "org.neo4j.cli.AdminTool", *words]
    done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words[:2])}: {done.stdout[-500:]} {done.stderr[-500:]}")
    return done.stdout


def _wait(process: subprocess.Popen[bytes], log: Path, port: int, seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped at once: {log.read_text(encoding='utf-8')[-800:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0 and "Started." in log.read_text(encoding="utf-8"):
                return
        time.sleep(0.2)
    raise RuntimeError(f"the server did not start in {seconds:.0f} s: {log.read_text(encoding='utf-8')[-800:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
