from pathlib import Path

from mailbot.demo.films import FilmRecipe, make_films
from mailbot.demo.mails import FILMS

SHORT = (FilmRecipe(91, seconds=2), FilmRecipe(92, seconds=2, upright=True))


def test_a_film_is_made_once_and_told_each_time(tmp_path: Path) -> None:
    told: list[str] = []
    first = make_films(SHORT, tmp_path, lambda: told.append("first"))
    stamps = {path: path.stat().st_mtime_ns for path in first.values()}
    second = make_films(SHORT, tmp_path, lambda: told.append("second"))
    assert first == second
    assert {path: path.stat().st_mtime_ns for path in second.values()} == stamps
    assert told == ["first", "first", "second", "second"]


def test_a_film_cut_short_in_the_making_is_no_film(tmp_path: Path) -> None:
    path = make_films(SHORT[:1], tmp_path, lambda: None)[SHORT[0]]
    path.rename(path.with_suffix(".part"))
    assert make_films(SHORT[:1], tmp_path, lambda: None)[SHORT[0]].exists()
    assert not path.with_suffix(".part").exists()


def test_no_two_films_of_the_demo_are_alike() -> None:
    assert len({film.seed for film in FILMS}) == len(FILMS)
