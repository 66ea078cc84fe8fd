# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that clang's tools check: layout and naming. Both run one process a core; naming leaves a
stamp a file in the build folder, so that only what changed is looked at again."""

import hashlib
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

from source_text import includes

FORMAT_MAJOR = 14  # other versions lay out a little differently
STANDARD = ['algorithm', 'chrono', 'cstdint', 'cstring', 'functional', 'map', 'memory', 'optional',
            'span', 'string', 'string_view', 'unordered_map', 'utility', 'variant', 'vector']


def _major(tool):
    text = subprocess.run([tool, '--version'], capture_output=True, text=True).stdout
    match = re.search(r'version (\d+)', text)
    return int(match[1]) if match else 0


def layout(tree):
    """Problems, or None where the tool is missing or of another version."""
    if not shutil.which('clang-format') or _major('clang-format') != FORMAT_MAJOR:
        return None
    paths = [file.path for file in tree.cpp]
    halves = [half for half in (paths[0::2], paths[1::2]) if half]

    def run(half):
        return subprocess.run(['clang-format', '--dry-run', '-Werror', '-style=file', *half],
                              cwd=tree.root, capture_output=True, text=True).stderr
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        text = ''.join(pool.map(run, halves))
    return sorted(set(re.findall(r'^(\S+?:\d+):\d+: error', text, re.M)))


def naming(tree, build):
    """Output of clang-tidy for sources of core, app and ui that break the naming; None: no tool."""
    if not shutil.which('clang-tidy'):
        return None
    stamps = build / 'naming'
    stamps.mkdir(parents=True, exist_ok=True)
    prelude = stamps / 'prelude.h'
    prelude.write_text(''.join(f'#include <{name}>\n' for name in STANDARD))
    libpq = subprocess.run(['pkg-config', '--cflags-only-I', 'libpq'], capture_output=True,
                           text=True).stdout.split()
    flags = ['--', '-xc++', '-std=c++20', '-w', f'-I{tree.root}', '-DMILLRACE_VERSION="0"',
             '-include', str(prelude), *libpq]
    rules = (tree.root / '.clang-tidy').read_text()

    def run(file):
        stamp = stamps / (file.path.replace('/', '+') + '.ok')
        state = _state(tree, file.path, rules)
        if stamp.exists() and stamp.read_text() == state:
            return ''
        done = subprocess.run(['clang-tidy', '--quiet', file.path, *flags], cwd=tree.root,
                              capture_output=True, text=True)
        if done.returncode == 0:
            stamp.write_text(state)
            return ''
        return done.stdout
    files = [file for file in tree.cpp if not file.is_test and _is_compiled(tree, file)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [text for text in pool.map(run, files) if text]


def _is_compiled(tree, file):
    """Sources, and headers that no source of their own name brings along."""
    return file.suffix == '.cpp' or not (tree.root / file.path).with_suffix('.cpp').exists()


def _state(tree, path, rules):
    """A hash of everything of ours that the file sees."""
    seen = {}
    queue = [path]
    while queue:
        current = queue.pop()
        if current in seen or not (tree.root / current).is_file():
            continue
        text = (tree.root / current).read_text(encoding='utf-8', errors='replace')
        seen[current] = text
        queue += [name for _, name, quoted in includes(text) if quoted]
    whole = rules + ''.join(f'{name}\0{seen[name]}\0' for name in sorted(seen))
    return hashlib.sha256(whole.encode()).hexdigest()
