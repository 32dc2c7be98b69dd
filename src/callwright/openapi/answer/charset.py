"""The text that an answer's bytes are: by byte order mark, charset parameter, own declaration.

Bytes that are no text of their charset never raise; they become U+FFFD.
"""

from __future__ import annotations

import codecs
import json
import re

__all__ = ["charset_of", "decoded", "essence_of", "parameter_of"]

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Codecs of Python's that are no charsets of a web; decoding Punycode takes quadratic time.
_NO_CHARSETS = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"}
_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?([\w.:-]+)""", re.ASCII | re.IGNORECASE)
_DECLARED_WITHIN = 1_024
_PARAMETER = re.compile(r""";\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)""")


def essence_of(content_type: str) -> str:
    """The media type without its parameters, in lower case.

    >>> essence_of("Text/HTML; charset=utf-8")
    'text/html'
    """
    return content_type.partition(";")[0].strip().lower()


def parameter_of(header: str, name: str) -> str:
    """A parameter of a header's value (RFC 9110, 5.6.6), unquoted; empty where there is none.

    >>> parameter_of('text/plain; charset="ISO-8859-1"', "charset")
    'ISO-8859-1'
    """
    for match in _PARAMETER.finditer(header):
        if match[1].lower() == name:
            value = match[2].strip()
            quoted = len(value) > 1 and value[0] == value[-1] == '"'
            return re.sub(r"\\(.)", r"\1", value[1:-1]) if quoted else value.strip("\"' ")
    return ""


def charset_of(content_type: str) -> str:
    """The charset that a media type names, by Python's name for it; empty where it is none.

    >>> charset_of("text/plain; charset=Latin1"), charset_of("text/plain; charset=rot13")
    ('iso8859-1', '')
    """
    return _known(parameter_of(content_type, "charset"))


def decoded(content: bytes, content_type: str) -> str:
    """The text of a body.

    A mark at its beginning decides before anything else (as the WHATWG's Encoding Standard has
    it), then the charset parameter, then what an XML or HTML text says of itself. JSON that says
    nothing is UTF-8 (RFC 8259, 8.1); other text may be Windows-1252, where nothing in it is UTF-8.

    >>> decoded("é".encode("utf-16"), "application/json")
    'é'
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, errors="replace")
    charset = charset_of(content_type) or _declared(content, content_type)
    if essence_of(content_type).endswith("json"):
        # JSON's first bytes tell which UTF it is (RFC 4627, 3), whatever its header says.
        found = json.detect_encoding(content)
        charset = found if found != "utf-8" or charset.startswith(_UTFS) else charset or found
    return _decode(content, charset) if charset else _unnamed(content)


_UTFS = ("utf-16", "utf-32")


def _decode(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, errors="replace").removeprefix("\ufeff")
    except ValueError:  # some codecs refuse to replace
        return content.decode(errors="replace")


def _known(name: str) -> str:
    """A charset that can be decoded, by Python's name for it; else nothing."""
    try:
        found = codecs.lookup(name).name if name else ""
        b"x".decode(found or "utf-8", errors="replace")  # refuses codecs of bytes to bytes
    except (LookupError, ValueError):
        return ""
    return "" if found.replace("-", "_") in _NO_CHARSETS else found


def _declared(content: bytes, content_type: str) -> str:
    """What an XML declaration or an HTML `meta` says."""
    essence = essence_of(content_type)
    if not essence.endswith(("xml", "html")):
        return ""
    match = _DECLARED.search(content[:_DECLARED_WITHIN])
    # It was found by reading ASCII, so UTF-16 cannot be meant.
    name = _known(match[1].decode()) if match else ""
    return "" if name.startswith(("utf-16", "utf-32")) else name


def _unnamed(content: bytes) -> str:
    """Text that names no charset: UTF-8, or Windows-1252 where nothing in it is UTF-8.

    Old servers send Latin-1 without a word; a UTF-8 text that is merely damaged stays one.
    """
    text = content.decode(errors="replace")
    if "\ufffd" not in text or any("\x80" <= letter != "\ufffd" for letter in text):
        return text
    return content.decode("cp1252", errors="replace")
