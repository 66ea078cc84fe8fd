#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the tree against the house rules.

usage: tidy.py rules|layout|naming <root> <build folder>
Exit: 0 clean, 1 problems (one a line), 77 the tool for it is not here.
"""

import sys
from pathlib import Path

from source_text import functions
from source_tree import SourceTree
from tidy_rules import RULES, percentile_90
from tidy_tools import layout, naming

SKIPPED = 77


def print_largest(tree):
    files = sorted(tree.cpp, key=lambda file: -len(file.lines))
    found = [(f.lines, f'{file.path}:{f.first} {f.name}') for file in tree.cpp
             for f in functions(file.text)]
    print(f'{len(files)} C++ files, p90 {percentile_90([len(f.lines) for f in files])} lines; '
          f'{len(found)} functions, p90 {percentile_90([f[0] for f in found])} lines')
    for file in files[:5]:
        print(f'  {len(file.lines):4} lines  {file.path}')
    for lines, name in sorted(found, reverse=True)[:5]:
        print(f'  {lines:4} lines  {name}')


def rules(tree):
    print_largest(tree)
    return [f'{path}:{line}: {what} [{rule.__name__}]'
            for rule in RULES for path, line, what in rule(tree)]


def main(arguments):
    if len(arguments) != 3 or arguments[0] not in {'rules', 'layout', 'naming'}:
        print(__doc__)
        return 2
    root = Path(arguments[1]).resolve()
    tree = SourceTree(root, (root / 'tests/tidy/layers.txt').read_text())
    run = {'rules': lambda: rules(tree),
           'layout': lambda: layout(tree),
           'naming': lambda: naming(tree, Path(arguments[2]))}[arguments[0]]
    problems = run()
    if problems is None:
        print('not checked: the tool, or its version, is not here')
        return SKIPPED
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
