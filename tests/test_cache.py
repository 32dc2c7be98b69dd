"""What is kept on disk: whole or not at all, for this user alone, and never in the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from callwright.cache.parsed import ParsedSpecs
from callwright.cache.place import cache_directory, user_store
from callwright.cache.store import Cleared, Entry, Store, entry_name

NAME = entry_name("page", b"https://example.com/openapi.json")
ENTRY = Entry(label=b'{"a":1}', content=b"openapi: 3.1.0\n\0\xff")
DAY = 86_400
ROOM = 8 * 1024
"""So that an entry may have 1 kB, and eight such have room."""


@pytest.fixture
def store(cache: Path) -> Store:
    """A store with little room, in the test's own cache."""
    return Store(directory=cache, max_bytes=ROOM)


@pytest.fixture
def kept(store: Store) -> Path:
    """The file of an entry that is kept."""
    store.write(NAME, ENTRY)
    return store.directory / NAME


def python(code: str, *words: object, **environment: str) -> subprocess.Popen[str]:
    """A Python process of its own."""
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code, *map(str, words)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


def printed(process: subprocess.Popen[str]) -> object:
    """The JSON that a process prints until it ends well."""
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return json.loads(out)


@pytest.mark.parametrize("entry", [ENTRY, Entry(content=b""), Entry(content=bytes(900))])
def test_what_is_kept_comes_back(store, entry):
    """An entry is read as it was written, and the last one written under a name is read."""
    store.write(NAME, Entry(content=b"before"))
    store.write(NAME, entry)
    assert store.read(NAME) == entry
    assert store.read(entry_name("page", b"another")) is None


def test_a_name_tells_nothing():
    """A name is a hash of kind and key, and nothing else is in it."""
    names = {entry_name(kind, key) for kind in ("a", "b") for key in (b"x", b"y")}
    assert len(names) == 4
    for name in names:
        digits, dot, rest = name.partition(".")
        assert (len(bytes.fromhex(digits)), dot, rest) == (32, ".", "callwright")


def test_reading_makes_nothing(tmp_path):
    """Where nothing was ever kept, not even the directory is made."""
    store = Store(directory=tmp_path / "none")
    store.forget(NAME)
    assert (store.read(NAME), store.clear()) == (None, Cleared(files=0, bytes=0))
    assert list(tmp_path.iterdir()) == []


def test_every_cut_is_seen(store, kept):
    """A file that lost its end, however much of it, is not there; neither is one that grew."""
    whole = kept.read_bytes()
    for length in range(len(whole)):
        kept.write_bytes(whole[:length])
        assert store.read(NAME) is None
    kept.write_bytes(whole + b"\0")
    assert store.read(NAME) is None
    kept.write_bytes(whole)
    assert store.read(NAME) == ENTRY


def test_every_changed_byte_is_seen(store, kept):
    """A file with one other byte, wherever it is, is not there."""
    whole = kept.read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 0x80
        kept.write_bytes(damaged)
        assert store.read(NAME) is None


def test_a_file_under_another_name_is_not_there(store, kept):
    """What was kept for one key is not read for another."""
    other = entry_name("page", b"https://other.example/openapi.json")
    kept.rename(store.directory / other)
    assert store.read(other) is None


def test_a_link_is_neither_read_nor_written_through(store, kept, tmp_path):
    """A link in an entry's place leads nowhere; what is kept then stands in the link's place."""
    target = tmp_path / "target"
    kept.rename(target)
    whole = target.read_bytes()
    kept.symlink_to(target)
    assert store.read(NAME) is None
    store.write(NAME, Entry(content=b"other"))
    assert store.read(NAME) == Entry(content=b"other")
    assert not kept.is_symlink()
    assert target.read_bytes() == whole


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "directory"])
def test_what_is_no_file_is_not_there(store, make):
    """A pipe in an entry's place is not waited for, nor is a directory read."""
    make(store.directory / NAME)
    assert store.read(NAME) is None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_there(store, kept, mode):
    """A spec says where credentials go, so nobody else may have written it."""
    kept.chmod(mode)
    assert store.read(NAME) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_of_another_user_is_not_there(store, kept):
    """What another user has put into a shared directory is not read."""
    os.chown(kept, 12345, 12345)
    assert store.read(NAME) is None


def test_nobody_else_may_look(tmp_path):
    """Directory and files are for their user alone, whatever the umask is."""
    store = Store(directory=tmp_path / "new" / "cache")
    before = os.umask(0)
    try:
        store.write(NAME, ENTRY)
    finally:
        os.umask(before)
    assert store.directory.stat().st_mode & 0o777 == 0o700
    assert (store.directory / NAME).stat().st_mode & 0o777 == 0o600


def names_for(number: int) -> list[str]:
    """Names of several entries."""
    return [entry_name("page", bytes([key])) for key in range(number)]


def test_the_least_used_make_room(store):
    """Above the size the entries go that were not used for the longest time."""
    names = names_for(11)
    for age, name in enumerate(names[:8]):
        store.write(name, Entry(content=bytes(900)))
        os.utime(store.directory / name, (DAY - age, DAY - age))
    assert store.read(names[7]) is not None  # so that the oldest is now the newest
    for name in names[8:]:
        store.write(name, Entry(content=bytes(900)))
    assert {name for name in names if store.read(name)} == {*names[:4], *names[7:]}
    assert sum(path.stat().st_size for path in store.directory.iterdir()) <= ROOM


def test_what_is_too_large_is_not_kept(store):
    """One entry never pushes all the others out."""
    store.write(NAME, Entry(content=bytes(1024)))
    assert list(store.directory.iterdir()) == []


def half_written(store: Store, name: str, *, age: int = 0) -> Path:
    """A file as a process leaves it that is killed while it writes."""
    path = store.directory / f"{name}.0123456789abcdef.tmp"
    path.write_bytes(b"callwr")
    state = path.stat()
    os.utime(path, (state.st_atime - age, state.st_mtime - age))
    return path


def test_what_was_never_written_to_its_end_goes_after_a_while(store):
    """What a killed process left is removed by another one, but not what one is writing."""
    first, second = names_for(2)
    fresh, stale = half_written(store, first), half_written(store, second, age=DAY)
    store.write(NAME, ENTRY)
    assert (fresh.exists(), stale.exists()) == (True, False)


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_place_that_is_none_is_no_error(tmp_path, place):
    """Where no directory can be, nothing is kept and nothing raised."""
    (tmp_path / "file").write_text("mine")
    store = Store(directory=tmp_path / place)
    store.write(NAME, ENTRY)
    store.forget(NAME)
    assert (store.read(NAME), store.clear()) == (None, Cleared(files=0, bytes=0))
    assert (tmp_path / "file").read_text() == "mine"


FULL = """
import json, resource, signal, sys
from pathlib import Path
from callwright.cache.store import Entry, Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
store = Store(directory=Path(sys.argv[1]))
for size in (1_000, 5_000, 500_000):
    store.write(sys.argv[2], Entry(content=bytes(size)))
print(json.dumps([len(store.read(sys.argv[2]).content), len(list(store.directory.iterdir()))]))
"""


def test_a_disk_that_takes_no_more_is_no_error(cache):
    """What finds no room is not kept, leaves no half behind, and spoils nothing kept before."""
    assert printed(python(FULL, cache, NAME)) == [1000, 1]


SHARED = """
import json, sys
from pathlib import Path
from callwright.cache.store import Entry, Store
store = Store(directory=Path(sys.argv[1]), max_bytes=8 * 64 * 1024)
own = sys.argv[2].encode()
print("ready", flush=True)
sys.stdin.readline()
seen = set()
for turn in range(20):
    for name in sys.argv[3:]:
        store.write(name, Entry(label=own, content=own * 50_000))
        entry = store.read(name)
        if entry is None:
            seen.add("gone")
        else:
            seen.add("whole" if entry.content == entry.label * 50_000 else "mixed")
    if turn % 10 == 9:
        store.clear()
print(json.dumps(sorted(seen)))
"""


def test_processes_do_not_disturb_each_other(cache):
    """Several may keep, read and clear the same names: each entry is whole, or gone."""
    names = names_for(12)
    processes = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", SHARED, str(cache), own, *names],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for own in "abc"
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        assert set(printed(process)) - {"gone"} == {"whole"}
    store = Store(directory=cache, max_bytes=8 * 64 * 1024)
    store.write(NAME, ENTRY)
    assert not list(cache.glob("*.tmp"))
    assert sum(path.stat().st_size for path in cache.iterdir()) <= store.max_bytes


def test_only_what_was_kept_is_cleared(store, kept, tmp_path):
    """Files with other names stay, and so do links and directories with ours."""
    first, second = names_for(2)
    half = half_written(store, NAME)
    (store.directory / "notes.callwright").write_text("mine")
    (store.directory / f"{'a' * 64}.txt").write_text("mine")
    (store.directory / first).mkdir()
    (store.directory / second).symlink_to(tmp_path)
    before = set(store.directory.iterdir())
    size = kept.stat().st_size + half.stat().st_size
    assert store.clear() == Cleared(files=2, bytes=size)
    assert set(store.directory.iterdir()) == before - {kept, half}


def test_parsed_specs_are_found_by_what_they_were_parsed_from(cache):
    """What some bytes were parsed to is found for these bytes and for no others."""
    specs = ParsedSpecs()
    assert specs.get(b"a: 1") is None
    specs.put(b"a: 1", b'{"a":1}')
    assert (specs.get(b"a: 1"), specs.get(b"a: 2")) == (b'{"a":1}', None)
    assert [path.parent for path in cache.iterdir()] == [cache]


def test_what_another_builder_parsed_is_not_used():
    """When other values are made of the same text, those kept before are not found."""
    ParsedSpecs().put(b"a: no", b'{"a":false}')
    assert ParsedSpecs(builder="next").get(b"a: no") is None


@pytest.mark.parametrize("word", ["off", "OFF", "0", "no", "false"])
def test_the_cache_can_be_switched_off(cache, monkeypatch, word):
    """Switched off, nothing is kept and nothing that was kept is used."""
    specs = ParsedSpecs()
    specs.put(b"a: 1", b'{"a":1}')
    monkeypatch.setenv("CALLWRIGHT_CACHE", word)
    specs.put(b"a: 2", b'{"a":2}')
    assert (user_store(), specs.get(b"a: 1")) == (None, None)
    monkeypatch.setenv("CALLWRIGHT_CACHE", "on")
    assert (specs.get(b"a: 1"), specs.get(b"a: 2")) == (b'{"a":1}', None)


@pytest.mark.parametrize(
    ("given", "directory"),
    [
        ("{}/mine", "{}/mine"),
        ("mine", "{}/mine"),
        ("~/mine", "{}/home/mine"),
        ("~nobody-of-this-name/x", None),
    ],
)
def test_the_environment_names_the_directory(tmp_path, monkeypatch, given, directory):
    """The variable's directory is taken as it is; without a home there may be none."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CALLWRIGHT_CACHE_DIR", given.format(tmp_path))
    expected = None if directory is None else Path(directory.format(tmp_path))
    assert cache_directory() == expected
    assert user_store() == (None if expected is None else Store(directory=expected))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the directory is another one")
def test_without_a_word_it_is_the_users_own_directory(tmp_path, monkeypatch):
    """The directory of the XDG specification, where nothing else is named."""
    monkeypatch.delenv("CALLWRIGHT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_directory() == tmp_path / "callwright"


QUIET = """
import json, os, sys
from pathlib import Path
from callwright.cache.page import Pages
from callwright.cache.parsed import ParsedSpecs
from callwright.cache.place import user_store
from callwright.cache.store import Store
seen = []
sys.addaudithook(lambda event, arguments: seen.append(event))
made = [ParsedSpecs(), Pages(), Store(directory=Path("x")), user_store()]
print(json.dumps([event for event in seen if event.split(".")[0] in ("open", "os", "import")]))
"""


def test_to_make_a_cache_opens_nothing():
    """Files are opened when something is read or kept, not before."""
    assert printed(python(QUIET)) == []


@pytest.mark.parametrize(
    "code",
    ["import callwright", "from callwright.cli import main; main(['--version'])"],
)
def test_what_needs_no_cache_imports_none(code):
    """Neither the face nor the version costs the cache's imports."""
    tell = "import json, sys; print(json.dumps(sorted(sys.modules)))"
    out, _ = python(f"{code}; {tell}").communicate(timeout=60)
    modules = json.loads(out.splitlines()[-1])
    assert "callwright" in modules
    assert [name for name in modules if name.startswith(("platformdirs", "callwright.cache"))] == []
