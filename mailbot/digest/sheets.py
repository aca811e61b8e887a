"""What the workbook's sheets hold: the official form, all works, ranks, themes, days, open items, withdrawn works."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from mailbot.digest.columns import Look, Row, SheetColumn, Value
from mailbot.digest.told import Labels
from mailbot.digest.workbook import CHARTED, SheetTable
from mailbot.model.campaign_form import CampaignForm, FieldKind, FormField
from mailbot.model.entry import EntryStatus
from mailbot.model.listing import ListedWork
from mailbot.model.roster import RosterUnit
from mailbot.model.tally import DayTally, OpenItem, ThemeTally, UnitTally
from mailbot.templating import Wording

WIDTHS: Final = {
    FieldKind.TITLE: 28,
    FieldKind.CHOICE: 15,
    FieldKind.LINK: 20,
    FieldKind.PERSON: 11,
    FieldKind.PHONE: 14,
    FieldKind.UNIT: 24,
    FieldKind.RECOMMENDER: 22,
    FieldKind.TEXT: 18,
    FieldKind.NUMBER: 10,
    FieldKind.DATE: 12,
}
TELLS_WHOSE: Final = frozenset(FieldKind) - {FieldKind.TITLE, FieldKind.CHOICE}
"""Fields that a blind workbook leaves out: units, persons, phones, links, and free texts, which may name them."""
UNCOUNTED: Final = frozenset({EntryStatus.WITHDRAWN, EntryStatus.REPLACED})
STATUSES: Final = ("accepted", "rejected", "review", "incomplete")


@dataclass(frozen=True, slots=True)
class SheetTerms:
    """What the sheets are worded by.

    Attributes:
        name: of the campaign.
        form: its fields.
        themes: its choices, in the form's order.
        wording: every word.
        labels: of what the ledger knows by codes.
    """

    name: str
    form: CampaignForm
    themes: Sequence[str]
    wording: Wording
    labels: Labels

    def word(self, name: str) -> str:
        """A word of the workbook."""
        return self.wording.word(f"workbook.{name}")

    @property
    def asks_for_a_choice(self) -> bool:
        """Whether the form has ticks at all."""
        return self.form.of(FieldKind.CHOICE) is not None and bool(self.themes)


@dataclass(frozen=True, slots=True)
class Counted:
    """What the ledger counted.

    Attributes:
        units: by maker, ranked.
        recommenders: by recommending unit, ranked.
        themes: in the form's order.
        days: oldest first.
        open_items: all that waits for a person, most urgent first.
        unsent: units of the roster of which works are expected and none has come.
        has_roster: there is a roster at all.
    """

    units: Sequence[UnitTally] = ()
    recommenders: Sequence[UnitTally] = ()
    themes: Sequence[ThemeTally] = ()
    days: Sequence[DayTally] = ()
    open_items: Iterable[OpenItem] = ()
    unsent: Sequence[RosterUnit] = ()
    has_roster: bool = False


def for_organizers(
    campaign: SheetTerms, works: Callable[[], Iterable[ListedWork]], counted: Counted
) -> Iterator[SheetTable]:
    """Every sheet, the official form first.

    Args:
        campaign: words and fields.
        works: gives every work by number, each time it is called.
        counted: the figures.
    """
    word = campaign.word
    yield official_form(campaign, (work for work in works() if work.status not in UNCOUNTED))
    yield _all_works(campaign, word("all"), (work for work in works() if work.status not in UNCOUNTED))
    yield _units(campaign, word("recommenders"), counted.recommenders)
    yield _units(campaign, word("units"), counted.units)
    if counted.has_roster:
        yield _unsent(campaign, counted.unsent)
    if campaign.asks_for_a_choice:
        yield _themes(campaign, counted.themes)
    yield _days(campaign, counted.days)
    yield _open(campaign, counted.open_items)
    yield _all_works(campaign, word("withdrawn"), (work for work in works() if work.status is EntryStatus.WITHDRAWN))


def for_judges(campaign: SheetTerms, works: Sequence[ListedWork], *, blind: bool) -> Iterator[SheetTable]:
    """The package's workbook: the official form and the facts of each work, without the day's business."""
    seen = _blinded(campaign) if blind else campaign
    yield official_form(seen, works, numbered=True)
    yield _all_works(seen, seen.word("all"), works, blind=blind)


def _blinded(campaign: SheetTerms) -> SheetTerms:
    kept = tuple(field for field in campaign.form.fields if field.kind not in TELLS_WHOSE)
    return replace(campaign, form=CampaignForm(kept or campaign.form.fields[:1]))


def official_form(campaign: SheetTerms, works: Iterable[ListedWork], *, numbered: bool = False) -> SheetTable:
    """The official form, filled in: a column for each of the campaign's fields, in the config's order.

    Args:
        campaign: words and fields.
        works: a row each.
        numbered: tell each work's number instead of its place in the list.
    """
    fields = campaign.form.fields
    first = SheetColumn(campaign.word("number"), 16) if numbered else SheetColumn(campaign.word("index"), 6, Look.COUNT)
    columns = [first, *(SheetColumn(_label(campaign, field), WIDTHS[field.kind]) for field in fields)]
    rows: Iterator[Row] = (
        [work.number if numbered else index, *(_ticked(campaign, field, work) for field in fields)]
        for index, work in enumerate(works, start=1)
    )
    title = f"{campaign.name}{campaign.word('form')}"
    return SheetTable(campaign.word("form"), columns, rows, title=title, official=True, frozen=2)


def _label(campaign: SheetTerms, field: FormField) -> str:
    return field.label + (campaign.word("multiple") if field.kind is FieldKind.CHOICE else "")


def _ticked(campaign: SheetTerms, field: FormField, work: ListedWork) -> str:
    if field.kind is not FieldKind.CHOICE:
        return _value(field, work)
    return "\n".join(f"{'☑' if theme in work.themes else '□'}{theme}" for theme in campaign.themes)


def _value(field: FormField, work: ListedWork) -> str:
    values = {
        FieldKind.TITLE: work.title,
        FieldKind.CHOICE: "、".join(work.themes),
        FieldKind.LINK: work.link,
        FieldKind.PERSON: work.contact,
        FieldKind.PHONE: work.phone,
        FieldKind.UNIT: work.unit,
        FieldKind.RECOMMENDER: work.recommender,
    }
    return values.get(field.kind, "") if field.kind.is_role else work.extra.get(field.name, "")


def _all_works(campaign: SheetTerms, name: str, works: Iterable[ListedWork], *, blind: bool = False) -> SheetTable:
    """Every fact of every work, with true dates and seconds, to be sorted and filtered."""
    word, fields = campaign.word, campaign.form.fields
    columns = [
        SheetColumn(word("number"), 16),
        SheetColumn(word("status"), 22),
        *([] if blind else [SheetColumn(word("maker"), 26), SheetColumn(word("recommending_unit"), 26)]),
        *(SheetColumn(field.label, WIDTHS[field.kind]) for field in fields),
        SheetColumn(word("seconds"), 9, Look.SECONDS),
        SheetColumn(word("width"), 7, Look.COUNT),
        SheetColumn(word("height"), 7, Look.COUNT),
        SheetColumn(word("aspect"), 7),
    ]
    private = [
        SheetColumn(word("received"), 20, Look.MOMENT),
        SheetColumn(word("sender"), 24),
        SheetColumn(word("reasons"), 30),
    ]

    def row(work: ListedWork) -> Row:
        video = work.video
        facts: list[Value] = [
            work.number,
            campaign.labels.status(work),
            *([] if blind else [work.maker, _recommending(campaign, work)]),
            *(_value(field, work) for field in fields),
            (video.duration or None) if video else None,
            (video.width or None) if video else None,
            (video.height or None) if video else None,
            video.aspect if video else "",
        ]
        return facts if blind else [*facts, work.received_at, work.sender, campaign.labels.reasons(work)]

    return SheetTable(name, columns if blind else [*columns, *private], (row(work) for work in works), frozen=1)


def _recommending(campaign: SheetTerms, work: ListedWork) -> str:
    return campaign.word("unclear") if work.recommender_unclear else work.recommending_unit


def _units(campaign: SheetTerms, name: str, units: Sequence[UnitTally]) -> SheetTable:
    """Units ranked; those of equal figures share a rank."""
    word = campaign.word
    themes = campaign.themes if campaign.asks_for_a_choice else ()
    columns = [
        SheetColumn(word("rank"), 6, Look.COUNT),
        SheetColumn(word("unit"), 36),
        SheetColumn(word("works_received"), 9, Look.COUNT),
        *(SheetColumn(campaign.labels.statuses[status], 11, Look.COUNT) for status in STATUSES),
        *(SheetColumn(theme, 11, Look.COUNT) for theme in themes),
    ]
    rows: list[Row] = [
        [
            rank,
            unit.unit or word("no_unit"),
            unit.works.received,
            *(getattr(unit.works, status) for status in STATUSES),
            *(unit.themes.get(theme, 0) for theme in themes),
        ]
        for rank, unit in ranked(units)
    ]
    return SheetTable(name, columns, rows, frozen=2, chart=("bar", 1, (2, 3)), charted=CHARTED)


def _unsent(campaign: SheetTerms, units: Sequence[RosterUnit]) -> SheetTable:
    """Units of the roster that have sent nothing yet."""
    word = campaign.word
    columns = [
        SheetColumn(word("index"), 6, Look.COUNT),
        SheetColumn(word("unit"), 40),
        SheetColumn(word("city"), 16),
        SheetColumn(word("province"), 16),
    ]
    rows: list[Row] = [[place, unit.name, unit.city, unit.province] for place, unit in enumerate(units, start=1)]
    return SheetTable(word("unsent"), columns, rows, frozen=2)


def ranked(units: Sequence[UnitTally]) -> Iterator[tuple[int, UnitTally]]:
    """Each with its rank: 1, 2, 2, 4."""
    rank, before = 0, None
    for place, unit in enumerate(units, start=1):
        key = (unit.works.received, unit.works.accepted)
        rank, before = (rank, before) if key == before else (place, key)
        yield rank, unit


def _themes(campaign: SheetTerms, themes: Sequence[ThemeTally]) -> SheetTable:
    word = campaign.word
    columns = [
        SheetColumn(word("theme"), 20),
        SheetColumn(word("works_received"), 12, Look.COUNT),
        SheetColumn(campaign.labels.statuses["accepted"], 12, Look.COUNT),
    ]
    rows: list[Row] = [[theme.theme, theme.received, theme.accepted] for theme in themes]
    return SheetTable(word("themes"), columns, rows, chart=("column", 0, (1, 2)))


def _days(campaign: SheetTerms, days: Sequence[DayTally]) -> SheetTable:
    word = campaign.word
    columns = [
        SheetColumn(word("day"), 12, Look.DAY),
        SheetColumn(word("mails"), 10, Look.COUNT),
        SheetColumn(word("works"), 10, Look.COUNT),
        SheetColumn(campaign.labels.statuses["accepted"], 11, Look.COUNT),
        SheetColumn(campaign.labels.statuses["rejected"], 11, Look.COUNT),
    ]
    rows: list[Row] = [
        [datetime.combine(day.day, datetime.min.time()), day.mails, day.works.received, day.works.accepted,
         day.works.rejected]
        for day in days
    ]  # fmt: skip
    return SheetTable(word("days"), columns, rows, chart=("line", 0, (1, 2)))


def _open(campaign: SheetTerms, items: Iterable[OpenItem]) -> SheetTable:
    word, labels = campaign.word, campaign.labels
    columns = [
        SheetColumn(word("kind"), 14),
        SheetColumn(word("number"), 16),
        SheetColumn(word("mail"), 8, Look.COUNT),
        SheetColumn(word("about"), 40),
        SheetColumn(word("cause"), 30),
        SheetColumn(word("until"), 18),
        SheetColumn(word("since"), 20, Look.MOMENT),
    ]
    rows: Iterator[Row] = (
        [labels.kinds[item.kind], item.number, item.mail_id, item.about, labels.why(item),
         item.until.replace("T", " ")[:16], item.since]
        for item in items
    )  # fmt: skip
    return SheetTable(word("open"), columns, rows, frozen=2)
