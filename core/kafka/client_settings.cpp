// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kafka/client_settings.h"

#include "core/base/text.h"
#include "core/kafka/property_rules.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace millrace::kafka {

namespace {

constexpr std::array<std::string_view, 5> secretNames = {
    "sasl.password", "ssl.key.password", "ssl.key.pem", "ssl.keystore.password", "sasl.username"};
constexpr std::array<std::string_view, 3> mechanisms = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};

Error refused(std::string_view name, std::string what)
{
    return Error{Scope::Process, Code::InvalidInput, std::move(what), printable(name, 100)};
}

bool isMechanismName(std::string_view name)
{
    return name == "sasl.mechanism" || name == "sasl.mechanisms";
}

bool equalsIgnoringCase(std::string_view left, std::string_view right)
{
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
    });
}

} // namespace

Result<void> checkProperty(std::string_view name)
{
    const auto rule = ruleOf(name);
    if (!rule)
        return refused(name, "'" + printable(name, 100) +
                                 "' is no property of the Kafka client; the nearest that may be "
                                 "set is '" +
                                 std::string(nearestAllowed(name)) + "'");
    if (*rule == PropertyRule::Allowed)
        return {};
    return refused(name, "the Kafka property '" + std::string(name) +
                             "' may not be set: " + std::string(reasonOf(*rule)));
}

Result<void> checkProperty(std::string_view name, std::string_view value)
{
    if (auto allowed = checkProperty(name); !allowed)
        return allowed;
    if (isMechanismName(name) &&
        std::find(mechanisms.begin(), mechanisms.end(), value) == mechanisms.end())
        return refused(name, "the SASL mechanism '" + printable(value, 100) +
                                 "' is not supported: use PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512");
    return {};
}

Result<void> checkTogether(const ClientSettings& settings)
{
    const std::string_view protocol = lastValueOf(settings, "security.protocol");
    const bool isSasl =
        equalsIgnoringCase(protocol, "sasl_plaintext") || equalsIgnoringCase(protocol, "sasl_ssl");
    if (!isSasl)
        return {};
    for (const std::string_view needed : {"sasl.mechanisms", "sasl.username", "sasl.password"})
        if (lastValueOf(settings, needed).empty())
            return refused(needed, "security.protocol=" + std::string(protocol) +
                                       " needs the property " + std::string(needed));
    return {};
}

std::string_view lastValueOf(const ClientSettings& settings, std::string_view name)
{
    const auto found = std::find_if(
        settings.properties.rbegin(), settings.properties.rend(), [name](const auto& property) {
            return property.first == name ||
                   (name == "sasl.mechanisms" && isMechanismName(property.first));
        });
    return found == settings.properties.rend() ? std::string_view{} : found->second;
}

bool isSecretProperty(std::string_view name) noexcept
{
    return std::find(secretNames.begin(), secretNames.end(), name) != secretNames.end() ||
           (name.starts_with("sasl.") && name.find("secret") != std::string_view::npos) ||
           name.find("passphrase") != std::string_view::npos;
}

} // namespace millrace::kafka
