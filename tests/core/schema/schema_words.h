// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/diff.h"

#include <QString>

#include <string>
#include <vector>

namespace millrace::tests {

/// "a.b=int53 c=string": one record a word, offsets counting from `firstOffset` in partition 0.
std::vector<schema::Sighting> sightingsOf(const QString& words, std::int64_t firstOffset = 0);

/// diff() and apply() of the words upon `have`; the table is called t.
schema::Changes evolve(schema::TableSchema& have, const QString& words,
                       const Limits& limits = Limits{});

/// describe() of each change, one a line.
QString told(const schema::Changes& changes);

/// "name:type" of each column, in order.
QString columnsOf(const schema::TableSchema& table);

} // namespace millrace::tests
