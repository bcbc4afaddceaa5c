import ast
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from packaging.requirements import Requirement

ROOT = Path(settings.BASE_DIR)
OURS = ("articles", "comments", "newsroom")
MAY_IMPORT = {
    "articles": {"articles"},
    "comments": {"articles", "comments"},
    "newsroom": {"articles", "comments", "newsroom"},
}
AT_THE_TOP = (
    "manage.py",
    "pyproject.toml",
    "requirements*.txt",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    ".env.example",
    ".gitignore",
    ".ci",
    "newsroom",
    "articles",
    "comments",
    "templates",
    "static",
    "tests",
)
LONGEST_FILE = 400
LOCKS = {
    "requirements.txt": (),
    "requirements-production.txt": ("postgresql", "redis", "s3", "server"),
    "requirements-dev.txt": ("postgresql", "redis", "s3", "server", "dev"),
}
# Sections, people and topics are the house's furniture; everything else is copy or its readers'
# words, and comes in by the doors that write the record.
FURNITURE = {"Section", "Person", "Topic"}
WRITES = {
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "update",
    "bulk_update",
    "delete",
}


def project_files():
    """Everything of the project that git keeps or is about to keep."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(line) for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def modules_of(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports_of(path):
    """(line, package) for every import in the file, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).parts[0] if node.level else node.module
            yield node.lineno, package.partition(".")[0]


# Who may know whom -----------------------------------------------------------------


@pytest.mark.parametrize("app", OURS)
def test_imports_run_one_way(app):
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {package}"
        for path in modules_of(app)
        for line, package in imports_of(path)
        if package in {*OURS, "tests"} - MAY_IMPORT[app]
    ]

    assert wrong == []


def test_the_demo_brings_copy_in_by_the_doors_alone():
    kept = {
        model.__name__
        for app in ("articles", "comments")
        for model in apps.get_app_config(app).get_models()
        if model.__name__ not in FURNITURE
    }
    demo = [*modules_of("newsroom/demo"), ROOT / "newsroom/management/commands/demo.py"]

    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node.func)}"
        for path in demo
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and _writes_past_the_doors(node, kept)
    ]

    assert {"Article", "Revision", "Event", "Code", "Comment", "Discussion"} <= kept
    assert wrong == []


def _writes_past_the_doors(call, kept):
    said = ast.unparse(call.func)
    named = set(re.findall(r"\w+", said))
    last = said.rpartition(".")[2]
    return last in {"save", "loaddata"} or (bool(named & kept) and (last in WRITES | kept))


# How it is laid out ----------------------------------------------------------------


def test_nothing_lies_about_at_the_top():
    found = {path.parts[0] for path in project_files()}

    assert {name for name in found if not any(fnmatch(name, kept) for kept in AT_THE_TOP)} == set()


def test_no_file_is_too_long_to_read():
    code = [path for path in project_files() if path.suffix in {".py", ".html", ".css", ".js"}]

    lengths = {str(path): len((ROOT / path).read_text().splitlines()) for path in code}

    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


@pytest.mark.parametrize("app", OURS)
def test_a_migration_says_in_its_name_what_it_does(app):
    names = [path.stem for path in modules_of(f"{app}/migrations") if path.stem != "__init__"]

    for name in names:
        assert re.fullmatch(r"[0-9]{4}(_[a-z]+[a-z0-9]*){2,}|[0-9]{4}_[a-z]{4,}", name), name
        assert not re.search(r"auto|initial|alter_.*_and_more", name), name


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# What it is built on -----------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_what_the_project_asks_for(lock):
    pinned = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", (ROOT / lock).read_text(), re.MULTILINE))

    for wanted in _wanted(LOCKS[lock]):
        name = wanted.name.lower().replace("_", "-")
        assert name in pinned, f"{lock} lacks {name}"
        assert wanted.specifier.contains(pinned[name]), f"{lock}: {name} {pinned[name]}"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_a_hash_for_each_package_and_no_address(lock):
    text = (ROOT / lock).read_text()

    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash)", text, re.MULTILINE)
    for package in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE):
        assert "==" not in package or "--hash=sha256:" in package, package


def _wanted(groups):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"] | project["dependency-groups"]
    lines = [*project["project"]["dependencies"], *(line for g in groups for line in extras[g])]
    return [Requirement(line) for line in lines]
