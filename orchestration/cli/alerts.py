"""`casebook alerts`: whether anybody would be reached."""

import typer

from orchestration.cli.terminal import COULD_NOT, AsJson, out, stop
from orchestration.publish import queries
from orchestration.settings import read_settings

app = typer.Typer()
alerts = typer.Typer(no_args_is_help=True, help="Whether alerts reach anybody.", rich_markup_mode=None)
app.add_typer(alerts, name="alerts")


@alerts.command(epilog="Example: casebook alerts test --json")
def test(as_json: AsJson = False) -> None:
    """Send a test to every channel of channels.yml, and print what became of it. Nothing else is sent.

    Exit status: 0 each was taken; 1 one was not, or there is none.
    """
    from orchestration.alerts.channels import ChannelError
    from orchestration.alerts.outbox import try_out

    settings = read_settings()
    try:
        tried = try_out(settings, settings.today())
    except ChannelError as error:
        stop(str(error))
    if not tried:
        stop(f"there is no channel in {settings.channels}: docs/alerts.md says how one is written")
    if as_json:
        print(queries.as_json([{"channel": channel, "error": why} for channel, why in tried]))
    else:
        for channel, why in tried:
            out().print(f"{channel}  {f'not taken: {why}' if why else 'taken'}", markup=False)
    if any(why for _, why in tried):
        raise typer.Exit(COULD_NOT)
