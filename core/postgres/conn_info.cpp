// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/postgres/conn_info.h"

#include "core/base/text.h"
#include "core/postgres/connection.h"

#include <libpq-fe.h>

namespace millrace::postgres {

namespace {

/// libpq's reason with everything between the first and the last quote left out.
std::string withoutQuotation(std::string_view message)
{
    std::string reason(message.substr(0, message.find('\n')));
    const auto first = reason.find('"');
    const auto last = reason.rfind('"');
    if (first == std::string::npos)
        return reason;
    return reason.substr(0, first) + "…" + reason.substr(last + 1);
}

std::vector<std::string> splitList(const std::string& text)
{
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (auto end = text.find(','); end != std::string::npos; end = text.find(',', begin)) {
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    parts.push_back(text.substr(begin));
    return parts;
}

} // namespace

Result<ConnInfo> ConnInfo::parse(const std::string& text)
{
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(text.c_str(), &message), &PQconninfoFree);
    const std::unique_ptr<char, decltype(&PQfreemem)> reason(message, &PQfreemem);
    if (!options || text.find('\0') != std::string::npos)
        return Error{Scope::Process, Code::InvalidInput,
                     "the database connection string cannot be understood: " +
                         withoutQuotation(reason ? reason.get() : "out of memory"),
                     ""};
    ConnInfo info;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr)
            info.m_values[option->keyword] = option->val;
    }
    return info;
}

std::string ConnInfo::value(const std::string& key) const
{
    const auto found = m_values.find(key);
    return found == m_values.end() ? std::string() : found->second;
}

void ConnInfo::set(const std::string& key, std::string value)
{
    m_values[key] = std::move(value);
}

void ConnInfo::setDefault(const std::string& key, std::string value)
{
    if (this->value(key).empty())
        set(key, std::move(value));
}

std::string ConnInfo::text() const
{
    std::string all;
    for (const auto& [key, value] : m_values) {
        all += (all.empty() ? "" : " ") + key + "='";
        for (const char letter : value)
            all += letter == '\'' || letter == '\\' ? std::string{'\\', letter}
                                                    : std::string(1, letter);
        all += "'";
    }
    return all;
}

std::vector<ConnInfo> ConnInfo::hosts() const
{
    const std::vector<std::string> names = splitList(value("host"));
    const std::vector<std::string> addresses = splitList(value("hostaddr"));
    const std::vector<std::string> ports = splitList(value("port"));
    const std::size_t count = std::max(names.size(), addresses.size());
    const auto nth = [](const std::vector<std::string>& parts, std::size_t index) {
        return parts.size() == 1 ? parts.front() : index < parts.size() ? parts[index] : "";
    };
    if (count == 1)
        return {*this};
    std::vector<ConnInfo> all(count, *this);
    for (std::size_t i = 0; i < count; ++i) {
        all[i].set("host", nth(names, i));
        all[i].set("hostaddr", nth(addresses, i));
        all[i].set("port", nth(ports, i));
    }
    return all;
}

std::string Dsn::masked() const
{
    const auto info = ConnInfo::parse(text);
    if (!info)
        return "(a connection string that cannot be understood)";
    std::string shown;
    for (const char* key : {"host", "hostaddr", "port", "dbname", "user"}) {
        const std::string value = info->value(key);
        if (!value.empty())
            shown += (shown.empty() ? "" : " ") + std::string(key) + "=" + printable(value);
    }
    return shown.empty() ? "(libpq's defaults)" : shown;
}

} // namespace millrace::postgres
