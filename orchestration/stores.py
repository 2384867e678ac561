"""Places on a store, by their URL: what lies there is read and written as files of a folder are.

The filesystem library (fsspec) is chosen by the URL, and finds a store's endpoint and credentials itself.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a reader in a process of its own opens no place, and starts a seventh sooner without it
    import fsspec


class StoreError(Exception):
    """A store, or what lies on it, cannot be used; its text is the sentence."""


def locate(url: str, is_remembered: bool = False) -> "tuple[fsspec.AbstractFileSystem, str, str]":
    """A folder or a place on a store, by its URL: its filesystem, its path there, and its name without a password.

    Connects to nothing yet.

    Args:
        url: The URL, or the path of a folder.
        is_remembered: Whether what was listed once is taken to be as it was.

    Raises:
        ValueError: No library knows such a URL.
    """
    import fsspec
    from fsspec.implementations.local import LocalFileSystem

    name = re.sub("//[^/@]*@", "//", url)
    try:
        found, path = fsspec.url_to_fs(url, use_listings_cache=is_remembered, skip_instance_cache=is_remembered)
    except (ValueError, ImportError):
        raise ValueError(f"{name} cannot be read") from None
    if isinstance(found, LocalFileSystem):  # folders are made as those of a store are: by writing a file into them
        found = LocalFileSystem(auto_mkdir=True)
    return found, path.rstrip("/"), name


@dataclass(frozen=True)
class Store:
    """A place on a store.

    Attributes:
        files: The filesystem it is on.
        path: Its path there.
        name: As a person is told of it.
    """

    files: "fsspec.AbstractFileSystem"
    path: str
    name: str

    @classmethod
    def at(cls, url: str, is_remembered: bool = False) -> "Store":
        """The place of a URL; connects to nothing yet.

        Args:
            url: The URL.
            is_remembered: Whether what was listed once is taken to be as it was.

        Raises:
            StoreError: No library knows such a URL.
        """
        try:
            return cls(*locate(url, is_remembered))
        except ValueError as error:
            raise StoreError(f"{error}; a URL such as s3://bucket/casebook was expected") from None

    def within(self, folder: str) -> "Store":
        """A folder of it."""
        return replace(self, path=f"{self.path}/{folder}")

    def url_of(self, file: str) -> str:
        """The URL of a file there, as DuckDB is told of it that knows its filesystem."""
        return str(self.files.unstrip_protocol(f"{self.path}/{file}"))

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Say in a sentence that it cannot be used: errors of its library may tell secrets.

        Raises:
            StoreError: Whatever is done within has failed.
        """
        try:
            yield
        except StoreError:
            raise
        except Exception as error:
            raise StoreError(f"{self.name} cannot be used ({type(error).__name__})") from None

    def sizes(self) -> dict[str, int]:
        """How large what lies there is, by its path from here; nothing where there is no such place."""
        try:
            found = self.files.find(self.path, detail=True)
        except FileNotFoundError:  # a folder of a disk that is still to be made
            return {}
        return {path.removeprefix(f"{self.path}/"): info["size"] for path, info in found.items()}

    def put(self, root: Path, new: Sequence[str]) -> None:
        """Copy files of a folder there, each to its path from that folder."""
        if new:
            self.files.put([str(root / file) for file in new], [f"{self.path}/{file}" for file in new])

    def get(self, root: Path, kept: Sequence[str]) -> None:
        """Copy what lies there into a folder, each to its path from here."""
        if kept:
            self.files.get([f"{self.path}/{file}" for file in kept], [str(root / file) for file in kept])

    def read(self, file: str) -> str:
        """The text of a file there.

        Raises:
            FileNotFoundError: It is not there.
        """
        return str(self.files.cat_file(f"{self.path}/{file}").decode())

    def write(self, file: str, text: str) -> None:
        """Write a text into a file there."""
        self.files.pipe_file(f"{self.path}/{file}", text.encode())

    def remove(self, gone: Sequence[str]) -> None:
        """Remove files there."""
        if gone:
            self.files.rm([f"{self.path}/{file}" for file in gone])

    def clear(self) -> None:
        """Remove all that lies there."""
        with suppress(FileNotFoundError):
            self.files.rm(self.path, recursive=True)
