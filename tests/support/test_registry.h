// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace millrace::tests {

using MakeTest = std::function<std::unique_ptr<QObject>()>;

/// Every test class of this executable by its name; filled before main by MR_TEST.
std::map<std::string, MakeTest>& registry();

struct Registration
{
    Registration(const char* name, MakeTest make) { registry()[name] = std::move(make); }
};

} // namespace millrace::tests

#define MR_TEST(Class)                                                                             \
    static const millrace::tests::Registration registration##Class{                                \
        #Class, [] { return std::make_unique<Class>(); }};
