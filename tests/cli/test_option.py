"""Options from the environment: each long name of one has its variable."""

import click
import pytest
from click.testing import CliRunner

from callwright.cli.app import application
from callwright.cli.option import option

OPTIONS = [
    (name, parameter)
    for name, command in application.commands.items()
    for parameter in command.params
    if isinstance(parameter, click.Option) and parameter.envvar
]


@pytest.mark.parametrize("alias", ["CURL", "DRY_RUN"])
def test_each_alias(alias):
    """Every long name has a variable, and each of them holds."""

    @click.command()
    @option("-c", "--curl", "--dry-run", "as_curl", is_flag=True)
    def command(as_curl):
        click.echo(as_curl)

    ran = CliRunner().invoke(command, env={f"RUN_WITH_TOOLS_{alias}": "1"})
    assert ran.output == "True\n"


@pytest.mark.parametrize(("command", "parameter"), OPTIONS)
def test_all_have_theirs(command, parameter):
    """No long name of any command is without its variable."""
    long = [name for name in parameter.opts if name.startswith("--")]
    assert list(parameter.envvar) == [
        f"RUN_WITH_TOOLS_{name[2:].replace('-', '_').upper()}" for name in long
    ]


@pytest.mark.parametrize("variable", ["RUN_WITH_TOOLS_DRY_RUN", "RUN_WITH_TOOLS_CURL"])
def test_dry_run_of_a_write(run, spec, monkeypatch, variable):
    """A dry run wished for in the environment sends no write."""
    monkeypatch.setenv(variable, "1")
    words = ["borrow_book", "body.book_id=5", "body.member_id=105", "--allow", "write"]
    ran = run("call", *spec, *words)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("curl --request POST ")


def test_contradiction(run, spec, monkeypatch):
    """Where the variables of one option contradict each other, the dry run's holds."""
    monkeypatch.setenv("RUN_WITH_TOOLS_CURL", "0")
    monkeypatch.setenv("RUN_WITH_TOOLS_DRY_RUN", "1")
    ran = run("call", *spec, "get_book", "book_id=1")
    assert (ran.code, ran.out[:5], ran.err) == (0, "curl ", "")
