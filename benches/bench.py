#!/usr/bin/env python3
"""Times packit against the floor: the programs that must run for the same output, called by hand.

usage: bench.py PACKIT [--runs N] [--only WORD] [--peer PYTHON_PACKIT]

Makes its own work below $TMPDIR (a project with 300 lines of configuration, a small one, one with its spec in a subfolder and macros,
one with the spec's values behind conditionals, a monorepo of three packages, 20,000 files with 300 MB, a package in dist-git with eight
branches on servers of its own), runs packit and the floor in turn, and prints medians of
the wall time, the median of the ratios pair by pair, and the peak memory of packit's own process.
"""
import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import dist_git

ARGUMENTS = argparse.ArgumentParser()
ARGUMENTS.add_argument("packit")
ARGUMENTS.add_argument("--runs", type=int, default=15)
ARGUMENTS.add_argument("--only", default="")
ARGUMENTS.add_argument("--peer", default=os.environ.get("PYTHON_PACKIT", ""))
OPTIONS = ARGUMENTS.parse_args()
PACKIT = os.path.abspath(OPTIONS.packit)

ROOT = tempfile.mkdtemp(prefix="packit-bench-")
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": ROOT + "/home",
    "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "GIT_CONFIG_NOSYSTEM": "1",
}

SPEC = """\
{head}Name:           {name}
Version:        {version}
Release:        1%{{?dist}}
Summary:        A package to time
License:        MIT
URL:            https://github.com/example/{name}
Source0:        %{{name}}-%{{version}}.tar.gz
BuildArch:      noarch

%description
A package to time.

%prep
%autosetup -n %{{name}}-%{{version}}

%build

%install

%files

%changelog
* Tue Nov 14 2023 Ann Author <ann@example.com> - 0.1-1
- First build
"""


def git(folder, *arguments):
    subprocess.run(["git", "-C", folder, *arguments], env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def repository(name, files, tag="v1.0", changes=3):
    folder = f"{ROOT}/{name}"
    for path, text in files.items():
        write(f"{folder}/{path}", text)
    git(folder, "init", "-q")
    git(folder, "remote", "add", "origin", f"https://github.com/example/{name}.git")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Import")
    git(folder, "tag", "-a", "-m", tag, tag)
    for number in range(changes):
        write(f"{folder}/change.txt", str(number))
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", f"Change {number}")
    return folder


def config(name, spec=None):
    text = f'upstream_tag_template: "v{{version}}"\nupstream_package_name: {name}\ndownstream_package_name: {name}\n'
    return text + (f"specfile_path: {spec}\n" if spec else "")


def small():
    files = {".packit.yaml": config("small"), "small.spec": SPEC.format(head="", name="small", version="0.1")}
    return repository("small", files | {f"src/{i}.c": "int x;\n" * 20 for i in range(10)})


def plain():
    """A spec as most are: it builds and installs by make, so that rpm asks a shell or two while it reads it."""
    spec = SPEC.format(head="", name="plain", version="0.1").replace("%build\n", "%build\n%make_build\n")
    spec = spec.replace("%install\n", "%install\n%make_install\n").replace("BuildArch", "BuildRequires:  make\nBuildArch")
    return repository("plain", {".packit.yaml": config("plain"), "plain.spec": spec, "Makefile": "all:\n"})


def macros():
    head = "%global base 0.1\n%if 0%{?rhel}\n%global extra 1\n%endif\n"
    spec = SPEC.format(head=head, name="macros", version="%{base}%{?extra}")
    return repository("macros", {".packit.yaml": config("macros", "rpm/macros.spec"), "rpm/macros.spec": spec})


def three():
    packages = "".join(
        f"  {name}:\n    downstream_package_name: {name}\n    upstream_package_name: {name}\n"
        f"    specfile_path: {name}.spec\n    paths: [{name}]\n"
        for name in ("one", "two", "three")
    )
    files = {".packit.yaml": 'upstream_tag_template: "v{version}"\npackages:\n' + packages}
    for name in ("one", "two", "three"):
        files[f"{name}/{name}.spec"] = SPEC.format(head="", name=name, version="0.1")
        files[f"{name}/{name}.txt"] = name
    return repository("monorepo", files)


def configured():
    """A project whose configuration has 300 lines, as the longest public ones: anchors, packages, actions, many jobs."""
    lines = [
        'upstream_tag_template: "v{version}"',
        "_:",
        "  targets: &targets",
        "    fedora-all-x86_64: {additional_repos: ['https://example.com/$releasever']}",
        "    fedora-all-aarch64: {distros: [fedora-43]}",
        "    epel-9-x86_64: {}",
        "packages:",
    ]
    names = [f"part{number}" for number in range(6)]
    for name in names:
        lines += [
            f"  {name}: &{name}",
            f"    downstream_package_name: {name}",
            f"    upstream_package_name: {name}",
            f"    specfile_path: {name}.spec",
            f"    paths: [{name}]",
            "    files_to_sync:",
            "    - 'part?/*.spec'",
            "    - {src: [plans/, .packit.yaml], dest: ./, delete: true}",
            "    actions:",
            "      create-archive:",
            "      - make dist",
            "      - bash -c 'ls *.tar.gz'",
            "      get-current-version: git describe --tags",
        ]
    lines.append("jobs:")
    number = 0
    while len(lines) < 300:
        number += 1
        name = names[number % len(names)]
        lines += [
            f"- job: {('copr_build', 'tests', 'copr_build', 'propose_downstream')[number % 4]}",
            f"  trigger: {('pull_request', 'commit', 'pull_request | commit', 'release')[number % 4]}",
            f"  identifier: job-{number}",
            f"  packages: [{name}]",
            "  dist_git_branches: [fedora-all, epel-9]" if number % 4 == 3 else "  targets: *targets",
            "  notifications: {failure_comment: {message: 'Something failed.'}}",
            f"  tmt_plan: ^/plans/{name}(/.*)?$",
        ]
    files = {".packit.yaml": "\n".join(lines[:300]) + "\n"}
    for name in names:
        files[f"{name}/{name}.spec"] = SPEC.format(head="", name=name, version="0.1")
        files[f"{name}/plans/main.fmf"] = files[f"{name}/.packit.yaml"] = ""
    return repository("configured", files)


def big():
    chance = random.Random(42)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 11))) for _ in range(6000)]
    folder = f"{ROOT}/big"
    for number in range(20000):
        path = f"{folder}/src/m{number % 200:03}/d{number % 7}/f{number:05}.c"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        size = int(15000 * (0.2 + 1.6 * chance.random()))
        with open(path, "wb") as file:
            if number % 10 == 0:
                file.write(chance.randbytes(size))
            else:
                text = ""
                while len(text) < size:
                    text += " ".join(chance.choices(words, k=40)) + "\n"
                file.write(text.encode())
    files = {".packit.yaml": config("big"), "big.spec": SPEC.format(head="", name="big", version="0.1")}
    return repository("big", files, changes=1)


BRANCHES = ["rawhide", *(f"f{number}" for number in range(43, 36, -1))]


def release():
    """A release with its package in dist-git, which has eight branches and a hundred commits: the servers and the checkout."""
    spec = SPEC.format(head="", name="hello", version="1.0").replace("%{name}-%{version}.tar.gz", "BASE/%{name}-%{version}.tar.gz")
    files = {"hello.spec": spec, "sources": f"SHA512 (hello-0.1.tar.gz) = {'0' * 128}\n", ".gitignore": "/hello-0.1.tar.gz\n"}
    package = repository("hello-package", files, changes=100)
    servers = dist_git.Servers(f"{ROOT}/forge", ENVIRONMENT)
    spec = spec.replace("BASE", servers.base)
    write(f"{package}/hello.spec", spec.replace("1.0\n", "0.1\n"))
    git(package, "commit", "-q", "-a", "-m", "Name the server")
    git(package, "branch", "-m", BRANCHES[0])
    for branch in BRANCHES[1:]:
        git(package, "checkout", "-q", "-b", branch, BRANCHES[0])
        write(f"{package}/branch", branch)
        git(package, "add", "-A")
        git(package, "commit", "-q", "-m", branch)
    git(package, "checkout", "-q", BRANCHES[0])
    os.makedirs(f"{ROOT}/forge/rpms")
    git(ROOT, "clone", "-q", "--bare", package, f"{ROOT}/forge/rpms/hello.git")
    git(f"{ROOT}/forge/rpms/hello.git", "config", "uploadpack.allowFilter", "true")
    text = config("hello", "hello.spec") + f"dist_git_base_url: {servers.base}/\ndist_git_namespace: rpms\n"
    checkout = repository("hello", {"hello.spec": spec, ".packit.yaml": text}, changes=0)
    write(ENVIRONMENT["HOME"] + "/.config/packit.yaml", f"authentication:\n  '{servers.base}': {{type: pagure, token: t}}\n")
    ENVIRONMENT["PACKIT_LOOKASIDE_URL"] = servers.base + "/cache"
    ENVIRONMENT["PACKIT_LOOKASIDE_UPLOAD_URL"] = servers.base + "/upload.cgi"
    return servers, checkout


def propose(folder, branches):
    return [PACKIT, "propose-update", "--no-bug-search", "--dist-git-branch", ",".join(branches), folder, "1.0"]


def definitions(sources, result):
    folders = {"_sourcedir": sources, "_specdir": sources, "_srcrpmdir": result, "_topdir": result, "_builddir": result}
    return " ".join(f"--define '{name} {folder}'" for name, folder in folders.items())


def floor(folder, name, spec_folder, version="1.0"):
    """git archive and rpmbuild, nothing else; the spec in it already says what it must say."""
    sources = f"{ROOT}/floor-{name}"
    os.makedirs(sources, exist_ok=True)
    with open(f"{spec_folder}/{name}.spec", encoding="utf-8") as file:
        text = file.read()
    text = text.replace("Version:        0.1", f"Version:        {version}").replace("%global base 0.1", f"%global base {version}")
    write(f"{sources}/{name}.spec", text)
    return (
        f"cd {folder} && git archive -o {sources}/{name}-{version}.tar.gz --prefix {name}-{version}/ HEAD"
        f" && rpmbuild -bs {definitions(sources, sources + '/out')} {sources}/{name}.spec"
    )


def own_memory(pid, peak):
    """The peak memory of this one process, in MiB; its children have their own."""
    while True:
        try:
            with open(f"/proc/{pid}/status", encoding="ascii") as file:
                for line in file:
                    if line.startswith("VmHWM:"):
                        peak[0] = max(peak[0], int(line.split()[1]) / 1024)
        except (OSError, ValueError):
            return
        time.sleep(0.002)


def run(command, folder, peak=None):
    begin = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        shell=isinstance(command, str),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if peak is None else subprocess.DEVNULL,
    )
    if peak is not None:
        threading.Thread(target=own_memory, args=(process.pid, peak), daemon=True).start()
    _, errors = process.communicate()
    if process.returncode != 0:
        sys.exit(f"{command}: exit code {process.returncode}\n{(errors or b'').decode()}")
    return (time.monotonic() - begin) * 1000


def compare(title, goal, ours, theirs, runs, peer=None, before=lambda: None):
    """Runs both in turn; each is (command, folder). `before` is called before each run of one, and not timed."""
    if OPTIONS.only not in title:
        return
    peak = [0.0]
    times = ([], [], [])
    for number in range(runs + 1):
        pair = []
        for one in (ours, theirs, peer):
            if one:
                before()
                pair.append(run(*one))
        if number:
            for column, value in zip(times, pair):
                column.append(value)
    before()
    run(*ours, peak=peak)
    ratio = statistics.median(a / b for a, b in zip(times[0], times[1]))
    peer_ratio = f"{statistics.median(b / a for a, b in zip(times[0], times[2])):6.0f}x" if peer else "      -"
    print(
        f"| {title:36} | {statistics.median(times[0]):9.1f} | {min(times[0]):8.1f} | {max(times[0]):8.1f} "
        f"| {statistics.median(times[1]):9.1f} | {ratio:5.2f} | {goal:>5} | {peak[0]:6.1f} | {peer_ratio} |",
        flush=True,
    )


def main():
    os.makedirs(ENVIRONMENT["HOME"])
    write(ENVIRONMENT["HOME"] + "/.gitconfig", "[user]\n name=Ann Author\n email=ann@example.com\n[safe]\n directory=*\n")
    out = f"{ROOT}/out"
    os.makedirs(out)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {OPTIONS.runs} runs each, in turn; ms, medians\n")
    print("| work                                 | packit ms | min      | max      | floor ms  | ratio | goal  | MiB    | Python  |")
    print("|--------------------------------------|-----------|----------|----------|-----------|-------|-------|--------|---------|")
    runs = OPTIONS.runs

    compare("--version, against `true`", "", ([PACKIT, "--version"], ROOT), (["true"], ROOT), runs * 2)

    folder = configured()
    validate = ["config", "validate", "--offline", folder]
    python = ([OPTIONS.peer, *validate], out) if OPTIONS.peer else None
    compare("validate, 300 lines", "10 ms", ([PACKIT, *validate], out), ([PACKIT, "--version"], out), runs * 2, python)

    def srpm(folder):
        return [PACKIT, "srpm", "--output", out, folder]

    def peer(folder):
        if not OPTIONS.peer:
            return None
        copy = folder + "-for-python"
        shutil.copytree(folder, copy, symlinks=True)
        command = f"unshare -n {OPTIONS.peer} srpm && git reset -q --hard && git clean -qfdx"
        return (command, copy)

    folder = plain()
    compare("srpm, small project", "1.2", (srpm(folder), out), (floor(folder, "plain", folder), out), runs, peer(folder))

    folder = small()
    compare("srpm, smallest spec", "1.2", (srpm(folder), out), (floor(folder, "small", folder), out), runs, peer(folder))
    compare("create-archive, smallest", "", ([PACKIT, "create-archive", "--output-dir", out, folder], out),
            (f"cd {folder} && git archive -o {out}/small-1.0.tar.gz --prefix small-1.0/ HEAD", out), runs)

    folder = macros()
    compare("srpm, rpm must be asked first", "2", (srpm(folder), out), (floor(folder, "macros", folder + "/rpm"), out), runs, peer(folder))

    folder = three()
    compare("srpm, 3 packages against 1 of them", "1.5", (srpm(folder), out), (srpm(folder) + ["-p", "one"], out), runs)
    floors = " && ".join(f"({floor(folder + '/' + name, name, folder + '/' + name)})" for name in ("one", "two", "three"))
    compare("srpm, 3 packages, floor in turn", "", (srpm(folder), out), (floors, out), runs, peer(folder))

    if OPTIONS.only in (title := "propose-update, 8 branches against 1"):
        servers, folder = release()
        eight, one = (propose(folder, BRANCHES), out), (propose(folder, BRANCHES[:1]), out)
        compare(title, "2", eight, one, runs, before=servers.reset)
        if len(servers.requests) != len(BRANCHES):
            sys.exit(f"{len(servers.requests)} pull requests were opened for {len(BRANCHES)} branches")

    if OPTIONS.only in "srpm, 20,000 files, 300 MB":
        folder = big()
        few = max(3, runs // 4)
        compare("srpm, 20,000 files, 300 MB", "0.3", (srpm(folder), out), (floor(folder, "big", folder), out), few, peer(folder))


try:
    main()
finally:
    shutil.rmtree(ROOT, ignore_errors=True)
