"""Small git repositories to test with."""

import subprocess
from pathlib import Path


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, as nobody in particular, and return what it printed."""
    who = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *who, "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def repository(folder: Path, *revisions: dict[str, str]) -> Path:
    """Make a repository with a commit for each of ``revisions`` (file → content)."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for number, files in enumerate(revisions):
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", f"commit {number}")
        git(folder, "tag", f"v{number}")
    return folder.resolve()
