"""A purge reaches what lies in a bucket, and what workers keep of it."""

from pathlib import Path

import boto3

from tests.make.closed import DAY, PERSONAL, STAYS, held_by, play, typed
from tests.servers.cluster import BUCKET, KEYS, cluster


def objects(port: int, prefix: str) -> list[bytes]:
    """Every object under a prefix, older versions too."""
    keys = {name.lower(): value for name, value in KEYS.items()}
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", **keys)
    found = client.list_object_versions(Bucket=BUCKET, Prefix=prefix)["Versions"]
    return [
        client.get_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"])["Body"].read() for one in found
    ]


def test_no_object_no_file_and_no_workers_folder_holds_a_persons_datum(bucket_port: int, tmp_path: Path) -> None:
    with cluster(tmp_path / "cluster", bucket_port, workers=1) as made:
        folder = tmp_path / "campaign"
        folder.mkdir()
        play(folder, made.config)
        prefix = made.folder.name
        before = objects(bucket_port, prefix)
        held = {line.partition(" in ")[0] for line in held_by(tmp_path, PERSONAL)}
        assert held == set(PERSONAL)
        assert held_by(made.folder, PERSONAL) != []
        told = typed(folder, "purge", "--before", DAY, "--preview").output
        done = typed(folder, "purge", "--before", DAY)
        assert done.exit_code == 0, done.output
        assert told.split(":", 1)[1].splitlines()[0] == done.output.split(":", 1)[1].splitlines()[0]
        left = objects(bucket_port, prefix)
        assert 0 < len(left) < len(before)
        assert [word for word in PERSONAL for content in left if word.encode() in content] == []
        assert held_by(tmp_path, PERSONAL) == []
        assert {line.partition(" in ")[0] for line in held_by(folder, STAYS)} != set()
        made.kill_workers()
        made.kill_scheduler()
