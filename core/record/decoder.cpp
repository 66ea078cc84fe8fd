// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/decoder.h"

#include "core/base/text.h"
#include "core/record/object_reader.h"
#include "core/record/reject_reason.h"

namespace millrace::record {

class Decoder::Parser
{
public:
    explicit Parser(const Limits& limits)
        : m_limits(limits)
        , m_reader(limits, m_paths)
    {
    }

    void decode(std::span<const Message> messages, Decoded& out)
    {
        out.records.clear();
        out.cells.clear();
        out.loose.clear();
        out.rejects.clear();
        out.texts.clear();
        out.duplicateKeys = 0;
        out.byteOrderMarks = 0;
        out.records.reserve(messages.size());
        m_reader.start(out);
        for (const Message& message : messages)
            decodeOne(message, out);
        m_index.trim();
    }

    [[nodiscard]] const PathDictionary& paths() const { return m_paths; }

private:
    void decodeOne(const Message& message, Decoded& out)
    {
        Record& record = out.records.emplace_back();
        record.cellBegin = static_cast<std::uint32_t>(out.cells.size());
        record.looseBegin = static_cast<std::uint32_t>(out.loose.size());
        if (!message.hasValue) {
            record.outcome = Outcome::Tombstone;
        } else if (auto reject = read(message.value, out)) {
            record.outcome = Outcome::Reject;
            record.reject = static_cast<std::uint32_t>(out.rejects.size());
            out.rejects.push_back(std::move(*reject));
        }
        record.cellEnd = static_cast<std::uint32_t>(out.cells.size());
        record.looseEnd = static_cast<std::uint32_t>(out.loose.size());
    }

    std::optional<Reject> read(std::string_view value, Decoded& out)
    {
        static constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
        if (value.size() > m_limits.valueBytesMax)
            return tooLarge(value.size(), m_limits.valueBytesMax);
        std::string_view text = value;
        if (text.starts_with(byteOrderMark)) {
            text.remove_prefix(byteOrderMark.size());
            ++out.byteOrderMarks;
        }
        const StructuralIndex::Status status = m_index.load(text);
        if (status != StructuralIndex::Status::Ok)
            return unreadable(value, status);
        if (!m_reader.read(text, m_index))
            return refused(value, m_reader.fault(), value.size() - text.size(),
                           m_reader.faultPath());
        return std::nullopt;
    }

    Limits m_limits;
    PathDictionary m_paths;
    StructuralIndex m_index;
    ObjectReader m_reader;
};

Decoder::Decoder(const Limits& limits)
    : m_parser(std::make_unique<Parser>(limits))
{
}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

void Decoder::decode(std::span<const Message> messages, Decoded& out)
{
    m_parser->decode(messages, out);
}

const PathDictionary& Decoder::paths() const
{
    return m_parser->paths();
}

} // namespace millrace::record
