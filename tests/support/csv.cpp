// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/csv.h"

#include <QStringList>

namespace millrace::tests {

namespace {

/// The record that begins at `at`, which moves behind it.
QStringList recordAt(const QString& text, qsizetype& at)
{
    QStringList fields{QString()};
    bool quoted = false;
    for (; at < text.size(); ++at) {
        const QChar c = text[at];
        if (c == '"' && quoted && at + 1 < text.size() && text[at + 1] == '"') {
            fields.back() += c;
            ++at;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields += QString();
        } else if (c == '\n' && !quoted) {
            ++at;
            break;
        } else if (c != '\r' || quoted) {
            fields.back() += c;
        }
    }
    return fields;
}

} // namespace

std::vector<CsvRow> readCsv(const QByteArray& text)
{
    const QString all = QString::fromUtf8(text);
    qsizetype at = 0;
    const QStringList names = recordAt(all, at);
    std::vector<CsvRow> rows;
    while (at < all.size()) {
        const QStringList fields = recordAt(all, at);
        CsvRow& row = rows.emplace_back();
        for (qsizetype i = 0; i < std::min(names.size(), fields.size()); ++i)
            row[names[i]] = fields[i];
    }
    return rows;
}

} // namespace millrace::tests
