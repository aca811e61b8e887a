"""A purge reaches what lies in a bucket and what workers keep of it, and tells of what a bucket keeps for itself."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.checkout import ROOT
from tests.make.closed import DAY, PERSONAL, STAYS, held_by, play, typed
from tests.servers.cluster import administrator, cluster

pytestmark = pytest.mark.usefixtures("no_socket_half_open")
NAME = "versioned"
TOLD = "keeps versions"


def objects(port: int, *, latest: bool) -> Iterator[tuple[dict[str, str], bytes]]:
    """Name and content of every object as it is now, or of every older version."""
    client = administrator(port)
    for found in client.list_object_versions(Bucket=NAME).get("Versions", ()):
        if found["IsLatest"] is latest:
            name = {"Key": found["Key"], "VersionId": found["VersionId"]}
            yield name, client.get_object(Bucket=NAME, **name)["Body"].read()


def persons(port: int, *, latest: bool) -> set[str]:
    return {word for word in PERSONAL for _, content in objects(port, latest=latest) if word.encode() in content}


def rule_of_the_docs() -> dict[str, object]:
    """The lifecycle rule that docs/scale.md tells admins to set."""
    found = re.search(r"```json\n(.*?)```", (ROOT / "docs" / "scale.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return dict(json.loads(found[1]))


def test_no_object_no_file_and_no_workers_folder_holds_a_persons_datum_and_older_versions_are_told_of(
    bucket_port: int, tmp_path: Path
) -> None:
    client = administrator(bucket_port)
    client.create_bucket(Bucket=NAME)
    client.put_bucket_versioning(Bucket=NAME, VersioningConfiguration={"Status": "Enabled"})
    with cluster(tmp_path / "cluster", bucket_port, workers=1, bucket_name=NAME) as made:
        folder = tmp_path / "campaign"
        folder.mkdir()
        play(folder, made.config)
        before = len(list(objects(bucket_port, latest=True)))
        assert {line.partition(" in ")[0] for line in held_by(tmp_path, PERSONAL)} == set(PERSONAL)
        assert held_by(made.folder, PERSONAL) != []
        told = typed(folder, "purge", "--before", DAY, "--preview").output
        done = typed(folder, "purge", "--before", DAY)
        assert done.exit_code == 0, done.output
        assert told.split(":", 1)[1].splitlines()[0] == done.output.split(":", 1)[1].splitlines()[0]
        assert TOLD in done.output
        assert 0 < len(list(objects(bucket_port, latest=True))) < before
        assert persons(bucket_port, latest=True) == set()
        assert held_by(tmp_path, PERSONAL) == []
        assert {line.partition(" in ")[0] for line in held_by(folder, STAYS)} != set()
        made.kill_workers()
        made.kill_scheduler()
    assert persons(bucket_port, latest=False) != set()
    rule = rule_of_the_docs()
    client.put_bucket_lifecycle_configuration(Bucket=NAME, LifecycleConfiguration=rule)
    assert client.get_bucket_lifecycle_configuration(Bucket=NAME)["Rules"] == rule["Rules"]
    older = [name for name, _ in objects(bucket_port, latest=False)]
    client.delete_objects(Bucket=NAME, Delete={"Objects": older})
    assert persons(bucket_port, latest=False) == set()
