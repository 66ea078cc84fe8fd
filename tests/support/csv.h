// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QString>

#include <vector>

namespace millrace::tests {

using CsvRow = QHash<QString, QString>;

/// Rows of an RFC 4180 table by the names in its first line.
std::vector<CsvRow> readCsv(const QByteArray& text);

} // namespace millrace::tests
