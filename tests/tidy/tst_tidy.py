# SPDX-License-Identifier: GPL-3.0-or-later
"""Each rule is shown to fail on a planted example and to pass beside it."""

import tempfile
import unittest
from pathlib import Path

import tidy_rules
import tidy_tools
from source_text import functions, literals
from source_tree import SourceTree

ROOMS = """
[rooms]
core/base:
core/schema: core/base
core/kafka: core/base
app: core/*
tests: core/* app
[third]
librdkafka/*: core/kafka/*
Q*: tests/*
"""
LICENCE = '// SPDX-License-Identifier: GPL-3.0-or-later\n'
GUARD = LICENCE + '#pragma once\n'


class Planted(unittest.TestCase):
    def tree(self, files):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for path, text in files.items():
            target = Path(folder.name, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return SourceTree(folder.name, ROOMS)

    def problems(self, rule, files):
        return [f'{path}:{line} {what}' for path, line, what in rule(self.tree(files))]

    def finds(self, rule, files, *parts):
        found = self.problems(rule, files)
        self.assertEqual(len(found), 1, found)
        for part in parts:
            self.assertIn(part, found[0])

    def passes(self, rule, files):
        self.assertEqual(self.problems(rule, files), [])


class LayerRule(Planted):
    def test_a_lower_room_may_not_look_up(self):
        files = {'core/schema/a.h': GUARD, 'core/base/b.cpp': LICENCE +
                 '#include "core/schema/a.h"\n'}
        self.finds(tidy_rules.layers, files, 'core/base/b.cpp:2', 'may not include core/schema/a.h')

    def test_rooms_named_and_stars_pass(self):
        self.passes(tidy_rules.layers, {
            'core/base/a.h': GUARD,
            'core/schema/b.cpp': LICENCE + '#include "core/base/a.h"\n#include <vector>\n',
            'app/main.cpp': LICENCE + '#include "core/base/a.h"\n#include <sys/stat.h>\n'})

    def test_includes_are_written_from_the_top(self):
        self.finds(tidy_rules.layers, {'core/base/a.h': GUARD, 'core/base/b.cpp': '#include "a.h"'},
                   'not a path from the top')

    def test_a_file_outside_of_any_room(self):
        self.finds(tidy_rules.layers, {'core/misc/a.cpp': ''}, 'stands in no room')

    def test_third_parties_stay_in_their_room(self):
        use = '#include <librdkafka/rdkafka.h>\n'
        self.passes(tidy_rules.layers, {'core/kafka/a.cpp': use})
        self.finds(tidy_rules.layers, {'core/base/a.cpp': use}, 'not for this room')
        self.finds(tidy_rules.layers, {'core/kafka/a.h': use}, 'header of ours')

    def test_core_never_sees_qt(self):
        self.finds(tidy_rules.layers, {'core/base/a.cpp': '#include <QString>\n'}, '<QString>')
        self.finds(tidy_rules.layers, {'core/base/a.cpp': '#include <unheard/of.h>\n'}, 'unheard')


class SizeRules(Planted):
    def test_a_long_file(self):
        self.finds(tidy_rules.sizes, {'core/base/a.cpp': '\n' * 501,
                                      **{f'core/base/b{i}.cpp': '' for i in range(20)}},
                   '501 lines')

    def test_a_long_function(self):
        body = 'int f()\n{\n' + '    ++i;\n' * 68 + '}\n'
        self.finds(tidy_rules.sizes, {'core/base/a.cpp': body}, 'a.cpp:1', 'f has 71 lines')
        self.passes(tidy_rules.sizes, {'core/base/a.cpp': body.replace('    ++i;\n', '', 1)})

    def test_nine_of_ten_files_are_short(self):
        self.finds(tidy_rules.sizes, {'core/base/a.cpp': '\n' * 251}, '251')

    def test_a_long_line(self):
        self.finds(tidy_rules.long_lines, {'core/base/a.cpp': 'x' * 101}, '101 characters')
        self.passes(tidy_rules.long_lines, {'core/base/a.cpp': 'é' * 100})


class TextRules(Planted):
    def test_sql_outside_of_sql_files(self):
        for text in ['"SELECT 1"', '"INSERT INTO t"', '"UPDATE t SET a"', '"DELETE FROM t"',
                     '"CREATE TABLE t"', '"DROP SCHEMA s"', '"COPY t FROM STDIN"',
                     '"COPY t (a, b) FROM STDIN"', 'R"(\nSELECT 1)"', '"INSERT "\n  "INTO t"']:
            with self.subTest(text):
                source = f'const char* sql = {text};\n'
                self.finds(tidy_rules.sql_only_in_sql_files, {'core/base/a.cpp': source})
                self.passes(tidy_rules.sql_only_in_sql_files, {'core/base/a_sql.cpp': source,
                                                               'tests/tst_a.cpp': source})

    def test_words_and_comments_are_no_sql(self):
        self.passes(tidy_rules.sql_only_in_sql_files, {'core/base/a.cpp':
                    '// SELECT 1\nconst char* a = "Select a table"; /* DELETE FROM x */\n'})

    def test_unfinished_words(self):
        self.finds(tidy_rules.finished, {'core/base/a.cpp': '// TO' 'DO later\n'}, 'a.cpp:1')
        self.passes(tidy_rules.finished, {'core/base/a.cpp': '// methodology\n'})

    def test_licence_line(self):
        self.finds(tidy_rules.spdx, {'core/base/a.cpp': 'int a;\n'})
        self.passes(tidy_rules.spdx, {'core/base/a.cpp': LICENCE, 'tests/run.sh':
                    '#!/bin/sh\n# SPDX-License-Identifier: GPL-3.0-or-later\n'})

    def test_headers(self):
        self.finds(tidy_rules.headers_guarded, {'core/base/a.h': LICENCE}, 'pragma once')
        self.finds(tidy_rules.headers_guarded, {'core/base/a.h': GUARD + 'using namespace std;\n'},
                   'opens a namespace')


class TreeRules(Planted):
    def test_two_files_of_one_name(self):
        self.finds(tidy_rules.unique_names, {'core/base/a.h': '', 'core/schema/a.h': ''}, 'a.h')
        self.passes(tidy_rules.unique_names, {'core/base/a.h': '', 'core/base/a.cpp': ''})

    def test_a_source_without_a_test(self):
        source = {'core/base/a.cpp': '', 'core/base/pg_handles.cpp': '', 'core/base/b_sql.cpp': '',
                  'core/base/value.h': '', 'app/main.cpp': ''}
        self.finds(tidy_rules.tests_mirror, source, 'tests/core/base/tst_a.cpp')
        self.passes(tidy_rules.tests_mirror, {**source, 'tests/core/base/tst_a.cpp': ''})
        self.passes(tidy_rules.tests_mirror, {**source, 'tests/integration/tst_a.cpp': ''})

    def test_a_test_without_a_source(self):
        self.finds(tidy_rules.tests_mirror, {'core/base/a_sql.cpp': '',
                                             'tests/core/base/tst_gone.cpp': ''}, 'tst_gone')
        self.passes(tidy_rules.tests_mirror, {'core/base/a.h': '',
                                              'tests/core/base/tst_a_numbers.cpp': ''})

    def test_top_level(self):
        self.finds(tidy_rules.top_level, {'notes/a.txt': '', '.github/b': '', 'core/c': ''},
                   'notes')


class Tools(Planted):
    def test_layout(self):
        style = 'BasedOnStyle: LLVM\n'
        found = tidy_tools.layout(self.tree({'.clang-format': style, 'core/base/a.cpp':
                                             'int  a;\n'}))
        if found is None:
            self.skipTest('no clang-format of our version')
        self.assertEqual(found, ['core/base/a.cpp:1'])
        clean = self.tree({'.clang-format': style, 'core/base/a.cpp': 'int a;\n'})
        self.assertEqual(tidy_tools.layout(clean), [])

    def test_naming(self):
        rules = (Path(__file__).parents[2] / '.clang-tidy').read_text()
        tree = self.tree({'.clang-tidy': rules,
                          'core/base/a.h': 'inline int bad_name() { return 1; }\n',
                          'core/base/b.cpp': 'int goodName()\n{\n    return 1;\n}\n'})
        found = tidy_tools.naming(tree, tree.root / '.build')
        if found is None:
            self.skipTest('no clang-tidy')
        self.assertEqual(len(found), 1, found)
        self.assertIn("'bad_name'", found[0])


class Functions(unittest.TestCase):
    def names(self, text):
        return [(f.name, f.first, f.last) for f in functions(text)]

    def test_free_member_and_inline(self):
        self.assertEqual(self.names('namespace a {\n\nint f(int x)\n{\n    if (x) {\n    }\n}\n\n'
                                    'struct S\n{\n    int g() const { return 1; }\n    int h = 2;\n'
                                    '};\n\n} // namespace a\n'), [('f', 3, 7), ('g', 11, 11)])

    def test_constructor_with_brace_initializers(self):
        self.assertEqual(self.names('A::A(int x)\n    : m_a{x}\n    , m_b(x)\n{\n    run();\n}\n'),
                         [('A::A', 1, 6)])

    def test_braces_in_literals_and_comments(self):
        self.assertEqual(self.names('int f()\n{\n    g("}", \'}\'); // }\n    R"x(})x";\n}\n'),
                         [('f', 1, 5)])

    def test_tables_and_enums_are_none(self):
        self.assertEqual(self.names('enum class E : int { A, B };\nconst int t[] = {1, 2};\n'
                                    'const std::array<int, 2> u{1, 2};\n'), [])

    def test_digit_separators_are_no_characters(self):
        self.assertEqual(self.names("int f()\n{\n    return 1'000 + 2'000;\n}\nint g()\n{\n}\n"),
                         [('f', 1, 4), ('g', 5, 7)])

    def test_literals_keep_their_lines(self):
        found = literals('// "no"\nf("a" // c\n  "b");\ng(R"(x\ny)");\n')
        self.assertEqual([(l.line, l.text) for l in found], [(2, 'ab'), (4, 'x\ny')])


if __name__ == '__main__':
    unittest.main()
