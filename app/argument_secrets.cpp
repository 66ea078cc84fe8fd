// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/argument_secrets.h"

#include "core/kafka/client_settings.h"

#include <optional>
#include <string_view>

namespace millrace::app {

namespace {

enum class Holder : std::uint8_t { None, Database, Kafka };

Holder holderOf(std::string_view flag) noexcept
{
    if (flag == "--database" || flag == "--query-database")
        return Holder::Database;
    return flag == "--kafka" ? Holder::Kafka : Holder::None;
}

void wipe(char* value, Holder holder) noexcept
{
    std::string_view text(value);
    if (holder == Holder::Kafka) {
        const auto equals = text.find('=');
        if (equals == std::string_view::npos || !kafka::isSecretProperty(text.substr(0, equals)))
            return;
        value += equals + 1;
    }
    for (; *value != '\0'; ++value)
        *value = '*';
}

} // namespace

void wipeSecretArguments(std::span<char*> arguments) noexcept
{
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument(arguments[i]);
        const auto equals = argument.find('=');
        const Holder holder = holderOf(argument.substr(0, equals));
        if (holder == Holder::None)
            continue;
        if (equals != std::string_view::npos)
            wipe(arguments[i] + equals + 1, holder);
        else if (i + 1 < arguments.size())
            wipe(arguments[++i], holder);
    }
}

} // namespace millrace::app
