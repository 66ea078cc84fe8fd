// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/json_node.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace millrace::query {

namespace {

constexpr std::size_t bytesMax = 1u << 20;
constexpr std::size_t depthMax = 8;
constexpr std::size_t valuesMax = 100'000;

using Json = nlohmann::json;

/// Told by the parser; gives up with false.
class NodeBuilder
{
public:
    bool null() { return scalar(JsonNode::Kind::Null, "null"); }
    bool boolean(bool value) { return scalar(JsonNode::Kind::Bool, value ? "true" : "false"); }
    bool number_integer(Json::number_integer_t value) { return number(std::to_string(value)); }
    bool number_unsigned(Json::number_unsigned_t value) { return number(std::to_string(value)); }
    bool number_float(Json::number_float_t, const std::string& text) { return number(text); }
    bool string(std::string& value) { return scalar(JsonNode::Kind::String, std::move(value)); }
    bool binary(Json::binary_t&) { return false; }
    bool start_object(std::size_t) { return open(JsonNode::Kind::Object); }
    bool start_array(std::size_t) { return open(JsonNode::Kind::Array); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name)
    {
        m_open.back().keys.push_back(std::move(name));
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&)
    {
        if (!m_problem)
            m_problem =
                Problem{"syntax", "the body is no JSON", "", "", static_cast<int>(position)};
        return false;
    }

    Checked<JsonNode> take(bool isWhole)
    {
        if (isWhole)
            return std::move(m_root);
        return m_problem ? *m_problem : Problem{"syntax", "the body is no JSON"};
    }

private:
    bool number(std::string text) { return scalar(JsonNode::Kind::Number, std::move(text)); }

    bool scalar(JsonNode::Kind kind, std::string text)
    {
        return put({kind, std::move(text), {}, {}});
    }

    bool put(JsonNode node)
    {
        if (++m_values > valuesMax) {
            m_problem = Problem{"limit", "the body has more than 100000 values"};
            return false;
        }
        if (m_open.empty())
            m_root = std::move(node);
        else
            m_open.back().items.push_back(std::move(node));
        return true;
    }

    bool open(JsonNode::Kind kind)
    {
        if (m_open.size() == depthMax) {
            m_problem = Problem{"limit", "the body is nested more than eight levels deep"};
            return false;
        }
        m_open.push_back({kind, {}, {}, {}});
        return true;
    }

    bool close()
    {
        JsonNode node = std::move(m_open.back());
        m_open.pop_back();
        return put(std::move(node));
    }

    JsonNode m_root;
    std::vector<JsonNode> m_open;
    std::size_t m_values = 0;
    std::optional<Problem> m_problem;
};

} // namespace

const JsonNode* JsonNode::find(std::string_view key) const noexcept
{
    const auto found = std::find(keys.begin(), keys.end(), key);
    return found == keys.end() ? nullptr : &items[static_cast<std::size_t>(found - keys.begin())];
}

Checked<JsonNode> parseJson(std::string_view text)
{
    if (text.size() > bytesMax)
        return Problem{"limit", "the body has more than 1 MiB"};
    NodeBuilder builder;
    const bool isWhole = Json::sax_parse(text.begin(), text.end(), &builder);
    return builder.take(isWhole);
}

} // namespace millrace::query
