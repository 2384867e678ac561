"""Installs what is locked, and Casebook itself: `.venv/bin/python install.py` does it in that environment.

By uv, which takes half of pip's time; where uv cannot be had, by pip. Both check the same hashes, and both ask the
package index that pip is configured for.
"""

import ast
import os
import subprocess
import sys
import sysconfig

LOCK = ("--require-hashes", "-r", "requirements.lock")
ITSELF = ("--no-deps", "--no-build-isolation", "--editable", ".")
PIP = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
UV = (sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable)
COMPILE = (sys.executable, "-m", "compileall", "-qq", "-j", "0")
# uv does not read pip's configuration: each option of pip, the variable of uv for it, and what separates several values
OPTIONS = {
    "index-url": ("UV_DEFAULT_INDEX", ""),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", ""),
}


def environment() -> dict[str, str]:
    """The environment for uv: with pip's package index, and all indexes asked alike, as pip does; no other Python."""
    listed = subprocess.run((*PIP[:3], "config", "list"), capture_output=True, text=True, check=True).stdout
    configured = dict(line.split("=", 1) for line in listed.splitlines())
    found = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_PYTHON_DOWNLOADS": "never"}
    for option, (variable, between) in OPTIONS.items():
        for section in (":env:", "install", "global"):  # the first of them wins
            if value := configured.get(f"{section}.{option}"):
                found[variable] = between.join(ast.literal_eval(value).split())
                break
    return found | os.environ


def by_uv() -> bool:
    """Whether uv, itself installed by pip, could install everything."""
    if subprocess.run((*PIP, "--require-hashes", "-r", "requirements-uv.lock")).returncode:
        return False
    uv = environment()
    return not any(subprocess.run((*UV, *what), env=uv).returncode for what in ((*LOCK, "--compile-bytecode"), ITSELF))


def by_pip() -> None:
    """Installs everything by pip, and compiles it side by side, which pip does not."""
    print("uv cannot install here; pip does, which takes longer", file=sys.stderr)
    subprocess.run((*PIP, "--no-compile", *LOCK), check=True)
    subprocess.run((*PIP, *ITSELF), check=True)
    subprocess.run((*COMPILE, sysconfig.get_path("purelib")))


def main() -> None:
    """Installs, and compiles what was installed."""
    # some machines keep Python from writing bytecode: without it every start takes seconds longer
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if not by_uv():
        by_pip()
    subprocess.run((*COMPILE, "orchestration"))


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
