# SPDX-License-Identifier: GPL-3.0-or-later
"""The house rules. Each takes a SourceTree and yields (path, line, what is wrong)."""

import fnmatch
import math
import re
from pathlib import Path

from source_text import functions, includes, literals

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
LINE_CHARACTERS_MAX = 100
FILE_LINES_P90_MAX = 250
TOP_LEVEL = {'CMakeLists.txt', 'app', 'core', 'ui', 'resources', 'tests', 'docker-compose.yml',
             'README.md'}
UNFINISHED = re.compile(r'\b(?:TO' r'DO|FIX' r'ME|HA' r'CK|XX' r'X)\b')
SPDX = 'SPDX-License-Identifier: GPL-3.0-or-later'
SQL = re.compile(
    r'\bSELECT\s|\bINSERT\s+INTO\b|\bUPDATE\s+\S+\s+SET\b|\bDELETE\s+FROM\b'
    r'|\b(?:CREATE|ALTER|DROP)\s+(?:TABLE|SCHEMA|INDEX|VIEW|ROLE)\b'
    r'|\bCOPY\s+\S+\s+(?:FROM|TO)\b|\bCOPY\s+[^;]*\)\s+(?:FROM|TO)\b')
# Headers without a dot are C++'s own; these are C's and the system's.
SYSTEM = re.compile(r'^[a-z_0-9]+$|^(?:sys|netinet|arpa|net)/\w+\.h$|^(?:unistd|fcntl|poll|signal|'
                    r'netdb|pwd|grp|dirent|spawn|regex|dlfcn|sched|pthread|termios|ifaddrs)\.h$')


def layers(tree):
    rules = tree.layers
    for file in tree.cpp:
        room = rules.room_of(file.path)
        if room is None:
            yield file.path, 1, 'stands in no room of layers.txt'
            continue
        for line, path, quoted in includes(file.text):
            if path.endswith('.moc'):
                continue
            if not quoted:
                yield from _third_party(rules, file, line, path)
                continue
            if not (tree.root / path).is_file():
                yield file.path, line, f'"{path}" is not a path from the top of the tree'
                continue
            other = rules.room_of(path)
            if other is None or not rules.may_include(room, other):
                yield file.path, line, f'{room} may not include {path}'


def _third_party(rules, file, line, path):
    if SYSTEM.match(path):
        return
    allowed = [files for header, files in rules.third.items() if fnmatch.fnmatch(path, header)]
    if not any(fnmatch.fnmatch(file.path, pattern) for files in allowed for pattern in files):
        yield file.path, line, f'<{path}> is not for this room'
    elif file.suffix == '.h' and not path.startswith('Q'):
        yield file.path, line, f'<{path}> in a header of ours; forward-declare instead'


def sizes(tree):
    for file in tree.files:
        if len(file.lines) > FILE_LINES_MAX:
            yield file.path, 1, f'{len(file.lines)} lines, at most {FILE_LINES_MAX}'
    for file in tree.cpp:
        for function in functions(file.text):
            if function.lines > FUNCTION_LINES_MAX:
                yield file.path, function.first, (f'{function.name} has {function.lines} lines, '
                                                  f'at most {FUNCTION_LINES_MAX}')
    p90 = percentile_90([len(file.lines) for file in tree.cpp])
    if p90 > FILE_LINES_P90_MAX:
        yield '.', 1, f'9 of 10 files have up to {p90} lines, at most {FILE_LINES_P90_MAX}'


def percentile_90(numbers):
    ordered = sorted(numbers)
    return ordered[math.ceil(len(ordered) * 0.9) - 1] if ordered else 0


def long_lines(tree):
    for file in tree.files:
        if not file.is_cpp and file.suffix not in {'.py', '.sh'}:
            continue
        for number, line in enumerate(file.lines, 1):
            if len(line) > LINE_CHARACTERS_MAX and not re.search(r'https?://\S{60}', line):
                yield file.path, number, f'{len(line)} characters, at most {LINE_CHARACTERS_MAX}'


def sql_only_in_sql_files(tree):
    for file in tree.cpp:
        if file.is_test or file.path.endswith('_sql.cpp'):
            continue
        for literal in literals(file.text):
            if SQL.search(literal.text):
                yield file.path, literal.line, 'SQL text belongs into a file *_sql.cpp'


def unique_names(tree):
    seen = {}
    for file in tree.files:
        name = Path(file.path).name
        if file.suffix not in {'.cpp', '.h', '.py'}:
            continue
        if name in seen:
            yield file.path, 1, f'has the name of {seen[name]}'
        seen.setdefault(name, file.path)


def tests_mirror(tree):
    """x/y.cpp has tests/x/tst_y.cpp or tests/integration/tst_y.cpp; handles, SQL, main: none."""
    tests = {file.path for file in tree.cpp if file.is_test}
    sources = [file for file in tree.cpp if not file.is_test]
    for file in sources:
        if file.suffix != '.cpp' or re.search(r'_(?:sql|handles)$|^main$', file.stem):
            continue
        folder = Path(file.path).parent
        wanted = f'tests/{folder}/tst_{file.stem}.cpp'
        if wanted not in tests and f'tests/integration/tst_{file.stem}.cpp' not in tests:
            yield file.path, 1, f'has no {wanted}'
    stems = {(str(Path(file.path).parent), file.stem) for file in sources}
    for path in sorted(tests):
        folder = str(Path(path).parent.relative_to('tests'))
        stem = Path(path).stem
        if not stem.startswith('tst_') or folder.split('/')[0] not in {'core', 'app', 'ui'}:
            continue
        if not any(folder == where and stem[4:].startswith(name) for where, name in stems):
            yield path, 1, 'tests no source of its name'


def finished(tree):
    for file in tree.files:
        for number, line in enumerate(file.lines, 1):
            if UNFINISHED.search(line):
                yield file.path, number, 'says that it is unfinished'


def spdx(tree):
    for file in tree.files:
        if file.is_cpp or file.suffix in {'.py', '.sh'}:
            if not any(SPDX in line for line in file.lines[:2]):
                yield file.path, 1, f'does not begin with {SPDX}'


def headers_guarded(tree):
    for file in tree.cpp:
        if file.suffix == '.h' and '#pragma once' not in file.lines[:3]:
            yield file.path, 1, 'has no #pragma once below the licence'
        if file.suffix == '.h' and re.search(r'^using namespace', file.text, re.M):
            yield file.path, 1, 'opens a namespace for everybody who includes it'


def top_level(tree):
    for name in tree.top:
        if not name.startswith('.') and name not in TOP_LEVEL:
            yield name, 1, 'does not belong to the top of the tree'


RULES = [layers, sizes, long_lines, sql_only_in_sql_files, unique_names, tests_mirror, finished,
         spdx, headers_guarded, top_level]
