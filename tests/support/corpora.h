// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::tests {

/// One message of a test corpus, as it would be produced.
struct CorpusMessage
{
    QString corpus; ///< folder: "json_parsing"
    QString file;   ///< path in it
    QString name;   ///< of the case, for messages of tests
    QString topic;  ///< a legal topic name: the corpus, or corpus and file where each is a stream
    int partition = 0;
    std::optional<std::string> key;
    std::optional<std::string> value; ///< none: a tombstone
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
    std::int64_t timestampMs = -1;
    /// must_land, must_dead_letter, either or control: a tombstone when it has no value, else an
    /// envelope's delete, which lands as the plain document that it is.
    QString expected;
};

/// Folder of the corpora: MILLRACE_CORPORA, else ../shared/corpora beside the source tree; empty
/// when there is none (a test then skips and names MILLRACE_CORPORA).
QString corporaFolder();

/// Every message of the corpora (of these only, when any are named), by table.csv of the folder;
/// in the order in which a stream must be played. Throws std::runtime_error on what it cannot read.
std::vector<CorpusMessage> loadCorpora(const QString& folder, const QStringList& only = {});

} // namespace millrace::tests
