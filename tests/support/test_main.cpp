// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_registry.h"

#include <QCoreApplication>
#include <QtTest/QtTest>

#include <cstdio>
#include <exception>

namespace millrace::tests {

std::map<std::string, MakeTest>& registry()
{
    static std::map<std::string, MakeTest> classes;
    return classes;
}

} // namespace millrace::tests

/// Usage: tst_<room> [Class [QtTest arguments]]; without a class all of them run.
int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    QStringList arguments = QCoreApplication::arguments();
    const std::string only = argc > 1 ? argv[1] : "";
    if (!only.empty())
        arguments.removeAt(1);
    int failures = 0;
    int executed = 0;
    for (const auto& [name, make] : millrace::tests::registry()) {
        if (!only.empty() && name != only)
            continue;
        const auto test = make();
        try {
            failures += QTest::qExec(test.get(), arguments);
        } catch (const std::exception&) {
            ++failures; // Qt Test has reported it and rethrows
        }
        ++executed;
    }
    if (executed == 0) {
        std::fprintf(stderr, "no test class named '%s' here\n", only.c_str());
        return 1;
    }
    return failures == 0 ? 0 : 1;
}
