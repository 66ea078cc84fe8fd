# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the repository as the rules see them."""

import os
from functools import cached_property
from pathlib import Path

IGNORED_FOLDERS = {'__pycache__', 'corpus'}
CPP = {'.cpp', '.h'}
SCRIPTS = {'.py', '.sh', '.cmake'}


class SourceFile:
    def __init__(self, root, path):
        self.path = path
        self.stem = Path(path).stem
        self.suffix = Path(path).suffix
        self._root = root

    @cached_property
    def text(self):
        return (self._root / self.path).read_text(encoding='utf-8', errors='replace')

    @cached_property
    def lines(self):
        return self.text.split('\n')[:-1] if self.text.endswith('\n') else self.text.split('\n')

    @property
    def is_cpp(self):
        return self.suffix in CPP

    @property
    def is_test(self):
        return self.path.startswith('tests/')


class SourceTree:
    """Everything below `root` but dot files; `rooms` is the text of layers.txt."""

    def __init__(self, root, rooms):
        self.root = Path(root)
        self.layers = Layers(rooms)

    @cached_property
    def top(self):
        return sorted(os.listdir(self.root))

    @cached_property
    def files(self):
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(f for f in folders if f[0] != '.' and f not in IGNORED_FOLDERS)
            for name in sorted(names):
                path = str(Path(folder, name).relative_to(self.root))
                if Path(name).suffix in CPP | SCRIPTS or name == 'CMakeLists.txt':
                    found.append(SourceFile(self.root, path))
        return found

    @cached_property
    def cpp(self):
        return [file for file in self.files if file.is_cpp]


class Layers:
    def __init__(self, text):
        self.rooms = {}
        self.third = {}
        section = None
        for line in text.splitlines():
            line = line.split('#')[0].strip()
            if line.startswith('['):
                section = self.rooms if line == '[rooms]' else self.third
            elif line:
                name, _, values = line.rpartition(':') if section is self.third else \
                    line.partition(':')
                section[name.strip()] = values.split()

    def room_of(self, path):
        """The listed folder that holds the file, the deepest one; None: no room."""
        folder = Path(path).parent
        while str(folder) != '.':
            if str(folder) in self.rooms:
                return str(folder)
            folder = folder.parent
        return None

    def may_include(self, room, other):
        return room == other or any(
            other == allowed or (allowed == 'core/*' and other.startswith('core/'))
            for allowed in self.rooms[room]) or (room == 'tests' and other == 'tests')
