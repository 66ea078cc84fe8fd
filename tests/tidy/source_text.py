# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules need to know of a C++ text: includes, literals, functions. Not a compiler: correct
for text that clang-format has laid out by our .clang-format."""

import re
from dataclasses import dataclass

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.M)
TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/'
    r'|(?:u8|u|U|L)?R"(?P<tag>[^(\s"]*)\((?P<raw>.*?)\)(?P=tag)"'
    r'|"(?P<text>(?:\\.|[^"\\\n])*)"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.S)
DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', re.M)
TYPE_HEADER = re.compile(r'(?:^|[\s>])(?:class|struct|union|enum|namespace)\b(?![^{]*\)\s*$)')
CONSTRUCTOR_LIST = re.compile(r'\)\s*(?:noexcept\s*)?:\s(?!:)')


@dataclass
class Function:
    name: str
    first: int
    last: int

    @property
    def lines(self):
        return self.last - self.first + 1


@dataclass
class Literal:
    line: int
    text: str


def includes(text):
    """(line, path, quoted) of every #include."""
    for match in INCLUDE.finditer(text):
        yield line_of(text, match.start()), match[1] or match[2], match[1] is not None


def line_of(text, position):
    return text.count('\n', 0, position) + 1


def literals(text):
    """String literals outside of comments and directives; neighbours that C++ joins are joined."""
    found = []
    end_of_last = None
    code = code_only(text)
    for match in TOKEN.finditer(_without_directives(text)):
        body = match['raw'] if match['raw'] is not None else match['text']
        if body is None:
            continue
        joined = end_of_last is not None and not code[end_of_last:match.start()].strip()
        if joined:
            found[-1].text += body
        else:
            found.append(Literal(line_of(text, match.start()), body))
        end_of_last = match.end()
    return found


def _blank(match):
    return re.sub(r'[^\n]', ' ', match[0])


def _without_directives(text):
    return DIRECTIVE.sub(_blank, text)


def code_only(text):
    """The same text with comments, literals and directives blanked; lines keep their numbers."""
    return TOKEN.sub(_blank, _without_directives(text))


def functions(text):
    """Every function with its body, from the first line of its signature to its closing brace.
    Lambdas and blocks within belong to their function."""
    code = code_only(text)
    found = []
    header_from = 0
    position = 0
    while True:
        match = re.compile(r'[;{}]').search(code, position)
        if match is None:
            return found
        position = match.end()
        if match[0] != '{':
            header_from = position
            continue
        header = code[header_from:match.start()]
        kind = _kind(header)
        if kind == 'container':
            header_from = position
            continue
        end = _closing(code, match.start())
        if kind == 'function':
            start = header_from + len(header) - len(header.lstrip())
            found.append(Function(_name(header), line_of(code, start), line_of(code, end)))
            header_from = end + 1
        position = end + 1


def _kind(header):
    stripped = header.strip()
    initializing = CONSTRUCTOR_LIST.search(header) and re.search(r'[\w>]$', header)
    if initializing and not re.search(r'\b(?:const|noexcept|override|final)$', stripped):
        return 'value'
    if TYPE_HEADER.search(header) or re.search(r'\bextern\s*$', header) or not stripped:
        return 'container'
    if '(' in header and not re.search(r'=\s*$', stripped):
        return 'function'
    return 'value'


def _name(header):
    match = re.search(r'([~\w]+(?:::[~\w]+)*|operator[^\s(]*)\s*\(', header)
    return match[1] if match else header.strip()[:40]


def _closing(code, opening):
    depth = 0
    for match in re.compile(r'[{}]').finditer(code, opening):
        depth += 1 if match[0] == '{' else -1
        if depth == 0:
            return match.start()
    return len(code) - 1
