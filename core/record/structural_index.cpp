// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/record/structural_index.h"

#include <simdjson.h>

#include <bit>
#include <new>

namespace millrace::record {

namespace {

constexpr std::size_t capacityMin = 4'096;
constexpr std::size_t capacityKept = 65'536;
constexpr std::size_t padding = 64;
constexpr std::size_t stageDepth = 8; ///< only the second stage, which is ours, nests

} // namespace

struct StructuralIndex::Stage
{
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

StructuralIndex::StructuralIndex()
    : m_stage(std::make_unique<Stage>())
{
    reserve(capacityMin);
}

StructuralIndex::~StructuralIndex() = default;
StructuralIndex::StructuralIndex(StructuralIndex&&) noexcept = default;
StructuralIndex& StructuralIndex::operator=(StructuralIndex&&) noexcept = default;

void StructuralIndex::reserve(std::size_t size)
{
    m_capacity = 0;
    m_text = std::vector<char>();
    m_stage->parser.reset();
    const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        size, stageDepth, m_stage->parser);
    if (error != simdjson::SUCCESS)
        throw std::bad_alloc();
    m_text.resize(size + padding);
    m_capacity = size;
}

StructuralIndex::Status StructuralIndex::load(std::string_view text)
{
    if (text.empty())
        return Status::Empty;
    if (text.size() > m_capacity)
        reserve(text.size() > capacityKept ? text.size() : std::bit_ceil(text.size()));
    std::memcpy(m_text.data(), text.data(), text.size());
    std::memset(m_text.data() + text.size(), 0, padding);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(m_text.data());
    const auto error = m_stage->parser->stage1(bytes, text.size(), simdjson::stage1_mode::regular);
    switch (error) {
    case simdjson::SUCCESS:
        break;
    case simdjson::EMPTY:
        return Status::Empty;
    case simdjson::UTF8_ERROR:
        return Status::NotUtf8;
    case simdjson::UNESCAPED_CHARS:
        return Status::ControlCharacter;
    default:
        return Status::UnclosedString;
    }
    auto& parser = *m_stage->parser;
    parser.structural_indexes[parser.n_structural_indexes] =
        static_cast<std::uint32_t>(text.size());
    return Status::Ok;
}

const std::uint32_t* StructuralIndex::positions() const
{
    return m_stage->parser->structural_indexes.get();
}

void StructuralIndex::trim()
{
    if (m_capacity > capacityKept)
        reserve(capacityMin);
}

} // namespace millrace::record
