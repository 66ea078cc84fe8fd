// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/answer.h"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::query {

enum class AnswerFormat : std::uint8_t { Json, NdJson, Csv, Rows };
[[nodiscard]] std::optional<AnswerFormat> answerFormatOf(std::string_view name) noexcept;
[[nodiscard]] std::string_view mediaType(AnswerFormat format) noexcept;

/// Writes an answer piece by piece; never holds more than a row.
///
/// JSON     {"columns":[{"name":…,"type":…}],"rows":[[…],…],"row_count":2,"truncated":"rows",
///          "cut_cells":0,"token":…}; `truncated` is null when nothing was cut
/// NDJSON   one object a row, keyed by column; columns of one name get _2, _3. Only when something
///          was cut, a last line {"@end":{…}}
/// rows     [[…],[…]]: the rows alone, as the first version of the product gave them
/// CSV      RFC 4180 with a header line; NULL is an empty field, an empty text is ""
///
/// Values. bool: true, false. Numbers: a JSON number where every reader gets the same value, that
/// is an integer within ±(2^53 − 1), a decimal of at most 15 significant digits, any double; else
/// a string of all digits. NaN and Infinity are strings. Times: RFC 3339 in UTC ("infinity" and
/// years beyond 9999 as PostgreSQL writes them). jsonb: itself. Everything else: a string.
class AnswerWriter
{
public:
    AnswerWriter(AnswerFormat format, std::vector<AnswerColumn> columns);

    void begin(std::string& out) const;
    /// `cut` are the row's values that were cut: text, whatever their column is.
    void row(std::string& out, const AnswerRow& values, const CutCells& cut = {});
    void end(std::string& out, const AnswerEnd& end, std::string_view token) const;
    /// When the answer breaks off after its first bytes have been sent: JSON and NDJSON say so,
    /// for CSV the connection must be cut.
    void broken(std::string& out, std::string_view code, std::string_view message) const;

private:
    void jsonRow(std::string& out, const AnswerRow& values, const CutCells& cut) const;
    void csvRow(std::string& out, const AnswerRow& values) const;

    AnswerFormat m_format;
    std::vector<AnswerColumn> m_columns;
    std::vector<std::string> m_keys; ///< NDJSON: "name": with its quotes
    bool m_isFirst = true;
};

} // namespace millrace::query
