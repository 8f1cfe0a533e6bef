"""Cookies of pages: set, deleted and read.  Scripts never read them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

#: Longest value that is read (characters).
LONGEST = 4096


class Cookie(Struct, frozen=True, kw_only=True):
    """One kind of cookie with its attributes.

    :ivar path: sent back to addresses below it only.
    :ivar same_site: ``Strict``: not even with the first request that another site's link leads to.
    :ivar seconds: how long a browser keeps it; None: until it is closed.
    :ivar secure: over HTTPS only.
    """

    name: str
    path: str = "/"
    same_site: Literal["Lax", "Strict"] = "Lax"
    seconds: int | None = None
    secure: bool = False

    def header(self, value: str) -> str:
        """The Set-Cookie header that sets the cookie to *value*.

        >>> Cookie(name="a", seconds=60, secure=True).header("b")
        'a=b; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure'

        :param value: ASCII without blanks, quotes, commas, semicolons and backslashes.
        :raises ValueError: it holds others.
        """
        if not value.isascii() or not value.isprintable() or not set(value).isdisjoint(' ",;\\'):
            raise ValueError("a cookie cannot hold this value")
        life = "" if self.seconds is None else f"; Max-Age={self.seconds}"
        return f"{self.name}={value}; Path={self.path}; HttpOnly; SameSite={self.same_site}{life}{self._end}"

    @property
    def dropped(self) -> str:
        """The Set-Cookie header that deletes the cookie."""
        return f"{self.name}=; Path={self.path}; HttpOnly; SameSite={self.same_site}; Max-Age=0{self._end}"

    def read(self, header: str) -> str:
        """The cookie's value in a request's Cookie header; empty when it is absent.

        >>> Cookie(name="a").read("b=1; a=2"), Cookie(name="a").read('aa=1; a="x="'), Cookie(name="a").read("")
        ('2', 'x=', '')
        """
        for part in header.split(";"):
            name, _, value = part.strip().partition("=")
            if name == self.name and len(value) <= LONGEST:
                return value.strip('"')
        return ""

    @property
    def _end(self) -> str:
        return "; Secure" if self.secure else ""
