"""The configuration files, what overrides what, and the command that shows it."""

import pytest

from callwright.cli.configuration import read_configuration, read_file
from callwright.core.errors import ConfigurationError
from callwright.openapi.secret import env


@pytest.fixture
def project(home):
    """Writes the project's file."""
    return (home / "run-with-tools.toml").write_text


@pytest.fixture
def user(home):
    """Writes the user's file."""
    (home / "config/run-with-tools").mkdir(parents=True)
    return (home / "config/run-with-tools/config.toml").write_text


def test_nothing(home):
    """Without files nothing is set."""
    configuration = read_configuration()
    assert (configuration.model, configuration.spec, configuration.specs) == (None, None, {})


def test_named_spec(home, project):
    """A named spec holds all that its options would."""
    project(
        """
        default_spec = "shop"
        [spec.shop]
        source = "specs/shop.json"
        server = "https://shop.test"
        match = ["/orders"]
        headers = { "User-Agent" = "x", "X-Key" = { env = "SHOP_KEY" } }
        auth = { env = "SHOP_TOKEN" }
        """
    )
    configuration = read_configuration()
    shop = configuration.specs["shop"]
    assert configuration.spec == "shop"
    assert shop.source == str(home / "specs/shop.json")
    assert (shop.server, shop.match) == ("https://shop.test", ("/orders",))
    assert shop.headers == {"User-Agent": "x", "X-Key": env("SHOP_KEY")}
    assert shop.auth == env("SHOP_TOKEN")


def test_precedence(run, spec, project, user, monkeypatch):
    """A flag is over the environment, that over the project's file, that over the user's."""

    def told(*words):
        return run(*spec, *words, "hi").err

    user('model = "aaa:x"\nallow = "write"\n')
    assert "'aaa:x'" in told()
    project('model = "bbb:x"\n')
    assert "'bbb:x'" in told()
    assert read_configuration().allow == "write"
    monkeypatch.setenv("RUN_WITH_TOOLS_MODEL", "ccc:x")
    assert "'ccc:x'" in told()
    assert "'ddd:x'" in told("--model", "ddd:x")


def test_spec_by_name(run, library, project, user):
    """A name stands for what its table says; flags add to it and replace."""
    user(
        f'[spec.library]\nsource = "{library.spec_url}"\n'
        'headers = { "X-Library-Key" = { env = "LIBRARY_KEY" } }\nmatch = ["/members"]\n'
    )
    assert run("call", "--spec", "library", "list_members").code == 0
    assert run("tools", "--spec", "library").err == "3 tools\n"
    assert run("tools", "--spec", "library", "--match", "/hours").err == "1 tool\n"
    project('spec = "library"\n')
    assert run("tools").err == "3 tools\n"
    ran = run("tools", "--spec", "librari")
    assert ran.code == 3
    assert "The configuration knows library." in ran.err


def test_named_specs_are_not_mixed(project, user):
    """A project's table replaces the user's whole: its server never gets the user's credential."""
    user('[spec.a]\nsource = "https://a.test/spec"\nauth = { env = "A" }\n')
    project('[spec.a]\nsource = "https://a.test/spec"\nserver = "https://other.test"\n')
    assert read_configuration().specs["a"].auth is None


def test_allow_of_a_project(run, spec, project):
    """A project's own file cannot let writes go unasked."""
    project('allow = "write"\n')
    ran = run(*spec, "-m", "offline", "hi")
    assert (ran.code, ran.out) == (2, "")
    assert "A project's own file cannot allow 'write'." in ran.err
    assert "run-with-tools.toml" in ran.err


def test_addresses_of_a_project(run, project, user):
    """The user's own file admits addresses; one that came with a checkout does not."""
    table = "[spec.a]\nsource = 'x'\nallow_address = ['10.0.0.0/8']\n"
    user(table)
    assert read_configuration().specs["a"].addresses == ("10.0.0.0/8",)
    project(table)
    ran = run("tools", "--spec", "a")
    assert (ran.code, ran.out) == (2, "")
    assert "A project's own file cannot allow an address." in ran.err


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("modell = 'x'", "'modell' is unknown.\n"),
        ("modell = 'x'", "Did you mean model?"),
        ("[shop]\nsource = 'x'", "Write [spec.shop]."),
        ("[specs.shop]\nsource = 'x'", "Did you mean spec?"),
        ("[spec.a]\nsource = 'x'\n[[spec.a.overrides]]\nmatch = '*'", "Did you mean override?"),
        ("[spec.a]\nsource = 'x'\n[[spec.a.override]]\nmatches = '*'", "has no match"),
        (
            "[spec.a]\nsource = 'x'\n[[spec.a.override]]\nmatch = '*'\nheader = {}",
            "Did you mean headers?",
        ),
        ("[spec.a]\nsource = 'x'\ntoken = 'y'", "'token' is unknown"),
        ("[spec.a]\nserver = 'x'", "source is missing"),
        ("[spec]\na = 5", "must be a table"),
        ("model = 5", "model must be text"),
        ("model = ''", "model must be text"),
        ("allow = 'some'", "allow is 'some'"),
        ("[spec.a]\nsource = 'x'\nmatch = 5", "match must be a list"),
        ("[spec.a]\nsource = 'x'\nauth = 'hunter2'", "not written here"),
        ("[spec.a]\nsource = 'x'\nauth = 'env:hunter2'", 'Here it is a table: { env = "..." }.'),
        ("[spec.a]\nsource = 'x'\nauth = { enf = 'hunter2' }", "'enf' says nothing of where"),
        ("[spec.a]\nsource = 'x'\nauth = { env = 5 }", "'env' must be text"),
        ("[spec.a]\nsource = 'x'\nauth = { command = 'hunter2' }", "before it is trusted"),
        ("[spec.a]\nsource = 'x'\nheaders = 5", "headers must be a table"),
        ("[spec.a]\nsource = 'x'\nheaders = { Authorization = 'hunter2' }", "holds a secret"),
        ("[spec.a]\nsource = 'x'\nheaders = { 'a b' = 'c' }", "no name of a header"),
        ("[spec.a]\nsource = 'x'\nheaders = { 'X-A' = 5 }", "The header 'X-A' must be text"),
        (
            "[spec.a]\nsource = 'x'\nheaders = { 'X-A' = 'env:hunter2' }",
            'Here it is a table: { env = "..." }.',
        ),
        ("model = ", "cannot be read"),
        ("spec = 'a'\n[spec.b]\nsource = 'x'", "cannot be read"),
    ],
)
def test_refused(run, project, text, what):
    """What cannot be used is named, with its file, and no secret is said."""
    project(text)
    ran = run("config")
    assert ran.code == 2
    assert what in ran.err
    assert "run-with-tools.toml" in ran.err
    assert "hunter2" not in ran.err


def test_two_specs(run, project):
    """A text and tables of one name are a clash, of which the way out is told."""
    project("spec = 'a'\n[spec.b]\nsource = 'x'")
    assert "default_spec" in run("config").err


def test_default_spec(run, library, project):
    """The default spec needs no tables, and the hint where none is chosen names its key."""
    assert "default_spec" in run("tools").err
    project(f'default_spec = "{library.spec_url}"\n')
    assert run("tools").code == 0


def test_unreadable(tmp_path):
    """A file that is no text is refused."""
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_file(path, "user")


def test_shown(run, project, user, monkeypatch, home):
    """The command shows each file, what holds and from where; secrets by their names."""
    monkeypatch.setenv("SHOP_KEY", "hunter2")
    user('model = "offline"\nallow = "write"\n')
    project(
        '[spec.shop]\nsource = "https://shop.test/spec"\n'
        'headers = { "X-Key" = { env = "SHOP_KEY" } }\nauth = { env = "SHOP_TOKEN" }\n'
    )
    monkeypatch.setenv("RUN_WITH_TOOLS_SPEC", "shop")
    ran = run("config")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"project file  {home}/run-with-tools.toml",
        f"user file     {home}/config/run-with-tools/config.toml",
        "model         offline  (from the user file)",
        "spec          shop  (from RUN_WITH_TOOLS_SPEC)",
        "allow         write  (from the user file)",
        f"spec.shop     https://shop.test/spec  (from {home}/run-with-tools.toml)",
        "              header X-Key: $SHOP_KEY (set)",
        "              auth: $SHOP_TOKEN (not set)",
    ]


def test_a_byte_order_mark(run, home):
    """A file with a byte order mark and Windows' line ends, as its editors save it, is read."""
    text = 'model = "offline"\r\nallow = "read"\r\n'
    (home / "run-with-tools.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_configuration().model == "offline"


def test_a_folder_instead_of_a_file(run, home):
    """What cannot be read is told in words, without the system's own notation."""
    (home / "run-with-tools.toml").mkdir()
    told = run("config").err
    assert "cannot be read: Is a directory." in told
    assert "Errno" not in told


def test_where_credentials_are_kept_is_shown(run, user, home):
    """Files, commands and the keyring are named as the configuration names them."""
    user(
        "[spec.a]\nsource = 'x'\nauth = { file = 'key' }\n"
        "headers = { 'X-A' = { command = 'op read x' }, 'X-B' = { keyring = 'a/me' } }\n"
    )
    shown = run("config").out
    assert f"auth: file {home}/config/run-with-tools/key" in shown
    assert "header X-A: command op read x" in shown
    assert "header X-B: keyring a/me" in shown


def test_nothing_shown(run, home):
    """Without files it says that they are not there."""
    ran = run("config")
    assert ran.code == 0
    assert ran.out.count("(not there)") == 2
    assert "allow         read  (by default)" in ran.out
