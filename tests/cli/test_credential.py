"""Credentials by where they are kept, and what a project's file may do before it is trusted."""

import sys

import pytest

from callwright import Basic, ClientCredentials, Digest
from callwright.cli.credential import Command, Keyring, SecretFile, read_auth, read_flag
from callwright.core.errors import ConfigurationError, CredentialError
from callwright.openapi.secret import env


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("env:A", env("A")),
        ("file:/run/key", SecretFile("/run/key")),
        ("keyring:shop/me", Keyring("shop", "me")),
        ("command:op read 'a b'", Command(("op", "read", "a b"))),
        ("none", {}),
        ("me:password", "me:password"),
    ],
)
def test_flags(text, source):
    """A flag names where a credential is kept, or is the credential."""
    assert read_flag(text) == source


@pytest.mark.parametrize(
    ("given", "credential"),
    [
        ({"env": "A"}, env("A")),
        ({"command": ["op", "read"]}, Command(("op", "read"))),
        ({"username": "me", "password": {"env": "P"}}, Basic("me", env("P"))),
        ({"username": "me", "password": {"env": "P"}, "digest": True}, Digest("me", env("P"))),
        (
            {"client_id": "a", "client_secret": {"env": "S"}, "token_url": "https://l.test/t"},
            ClientCredentials("a", env("S"), token_url="https://l.test/t"),
        ),
        (
            {"bearer": {"env": "A"}, "https://up.test": {"key": {"file": "k"}}},
            {"bearer": env("A"), "https://up.test": {"key": SecretFile("k")}},
        ),
    ],
)
def test_tables(given, credential):
    """A table is a source, a kind of credential by its fields, or names schemes and origins."""
    assert read_auth(given) == credential


@pytest.mark.parametrize(
    "given",
    [
        "hunter2",
        {"bearer": "hunter2"},
        {"username": "me", "password": "hunter2"},
        {"client_id": "a", "client_secret": "hunter2"},
        {"username": "me", "pass": {"env": "A"}},
        {"env": "not a name hunter2"},
        {"keyring": "hunter2"},
        {"command": []},
    ],
)
def test_faults(given):
    """A secret that is written in a file is refused, and told nowhere."""
    with pytest.raises(ConfigurationError) as caught:
        read_auth(given)
    assert "hunter2" not in str(caught.value)


def test_reading(tmp_path):
    """Files and commands are read when they are asked, their last line break taken off."""
    (tmp_path / "key").write_text("s3cr3t\n")
    assert SecretFile(str(tmp_path / "key"))() == "s3cr3t"
    assert Command((sys.executable, "-c", "print('s3cr3t')"))() == "s3cr3t"
    missing = (SecretFile("no/such"), Command(("no-such-command",)))
    for source in (*missing, Command((sys.executable, "-c", "raise SystemExit(3)"))):
        with pytest.raises(CredentialError):
            source()


def test_trust(run, library, home):
    """A project's file runs a command once it is trusted, as it is; changed, it asks anew."""
    (home / "key").write_text("lantern-demo-key\n")
    configuration = home / "run-with-tools.toml"
    written = f'[spec.library]\nsource = "{library.spec_url}"\nauth = {{ file = "key" }}\n'
    configuration.write_text(written)
    words = ("call", "--spec", "library", "list_members")
    refused = run(*words)
    assert refused.code == 2
    assert "run-with-tools trust" in refused.err
    assert run("trust").code == 0
    assert run(*words).code == 0
    configuration.write_text(written + "# changed\n")
    assert run(*words).code == 2


def test_files_beside_the_configuration(run, library, home):
    """A relative path of a secret is meant from where the configuration lies, as a spec's is."""
    folder = home / "config/run-with-tools"
    folder.mkdir(parents=True)
    (folder / "key").write_text("lantern-demo-key\n")
    table = f'[spec.library]\nsource = "{library.spec_url}"\n'
    words = ("call", "--spec", "library", "list_members")
    (folder / "config.toml").write_text(f'{table}auth = {{ file = "key" }}\n')
    assert run(*words).code == 0
    rule = (
        '[[spec.library.override]]\nmatch = "*"\nheaders = { "X-Library-Key" = { file = "key" } }'
    )
    (folder / "config.toml").write_text(f"{table}{rule}\n")
    assert run(*words).code == 0


def test_a_failing_command(home):
    """A command that fails is told with its exit code, and not by the name of a class."""
    command = Command((sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(CredentialError, match=r"gave no credential: exit code 3\."):
        command()


def test_rules(run, library, home):
    """Rules stand in a file, with secrets by where they are kept; later ones are over earlier."""
    (home / "run-with-tools.toml").write_text(
        f'[spec.library]\nsource = "{library.spec_url}"\n'
        '[[spec.library.override]]\nmatch = "*"\n'
        'headers = { "X-Library-Key" = { env = "LIBRARY_KEY" } }\n'
        'query = { genre = "none" }\n'
        '[[spec.library.override]]\nmatch = "GET */books"\nquery = { genre = "mystery" }\n'
    )
    ran = run("call", "--spec", "library", "search_books", "--curl")
    assert "genre=mystery" in ran.out
    assert "$LIBRARY_KEY" in ran.out


def test_unused_rule(run, library, home):
    """A rule that admits nothing is reported; a key that is unknown is refused."""
    rule = '[[spec.library.override]]\nmatch = "GET /nowhere.test/*"\n'
    head = f'[spec.library]\nsource = "{library.spec_url}"\n'
    file = home / "run-with-tools.toml"
    file.write_text(head + rule.replace("GET /nowhere", "GET nowhere"))
    assert "admits no operation" in run("check", "--spec", "library").out
    file.write_text(head + '[[spec.library.override]]\nmatch = "*"\nheader = {}\n')
    assert run("check", "--spec", "library").code == 2
